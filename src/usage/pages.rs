//! The page of the usage ledger.

mod usage;

pub use usage::UsagePage;
