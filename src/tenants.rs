//! Organisations: what they are called, where they are and when their day starts.

pub mod retention;
pub mod standing;
pub mod tenant;
pub mod tenant_row;
