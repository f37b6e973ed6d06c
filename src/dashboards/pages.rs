//! The pages of dashboards.

mod dashboard;
mod home;

pub use dashboard::DashboardPage;
pub use home::HomePage;
