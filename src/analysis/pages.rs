//! The managers' page of an incident.

mod analysis;

pub use analysis::AnalysisPage;
