//! The page of background work.

mod jobs;

pub use jobs::{JobListPage, kind_in_words, tone_of};
