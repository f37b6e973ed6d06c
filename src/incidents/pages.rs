//! The pages of incidents: the steps of the wizard, the list, the record.

mod details;
mod list;
mod narrative;
mod record;
mod review;
mod submit;

pub use details::{EditDetailsPage, NewIncidentPage};
pub use list::IncidentListPage;
pub use narrative::NarrativePage;
pub use record::IncidentRecordPage;
pub use review::ReviewPage;
pub use submit::SubmitPage;
