//! The page of the audit trail.

mod trail;

pub use trail::AuditPage;
