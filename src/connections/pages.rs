//! The page of the connections.

mod connections;

pub use connections::ConnectionsPage;
