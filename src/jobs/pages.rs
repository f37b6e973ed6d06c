//! The page of background work.

mod jobs;

pub use jobs::JobListPage;
