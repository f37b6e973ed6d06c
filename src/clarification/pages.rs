//! The pages of clarification.

mod questions;

pub use questions::ClarificationPage;
