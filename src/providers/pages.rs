//! The pages of the AI settings.

mod models;
mod provider;
mod settings;

pub use provider::{NewProviderPage, ProviderEditPage};
pub use settings::AiSettingsPage;
