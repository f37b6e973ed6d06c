//! The page of the debug log.

mod log;
mod trace;

pub use log::LogPage;
