//! The queries of organisations.

pub mod acting;
pub mod organisations;
pub mod settings;
pub mod standing;
