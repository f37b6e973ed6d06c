//! Analysis: what an AI suggests about a submitted incident, and what a manager decides.

pub mod analysis;
pub mod highlight;
