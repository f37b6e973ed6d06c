//! The pages of dashboards.

mod home;

pub use home::HomePage;
