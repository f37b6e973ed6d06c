//! The pages of prompts.

mod compare;
mod editor;
mod overview;
mod step;
mod trial;
mod try_out;
mod version;

pub use compare::ComparePage;
pub use editor::NewVersionPage;
pub use overview::PromptListPage;
pub use step::StepPage;
pub use trial::TrialPage;
pub use try_out::TryOutPage;
pub use version::VersionPage;
