//! Looking inside: the audit trail, the debug log, the connections.

mod audit;
mod connections;
mod log;
