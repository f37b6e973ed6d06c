//! AI settings: keys that nobody gets to see, tests that are real calls, and who answers for what.

mod calls;
mod forms;
mod keys;
mod rights;
mod routes;

use crate::{app::TestApp, browser::Browser, fake_provider::FakeProvider, seed::email};
use supportsignal::{
    error::AppError,
    ids::ProviderId,
    providers::provider_settings::{AiSettings, Provider},
};

const STEP: &str = "classify_incident";

/// What an admin does, as one call each.
impl Browser {
    async fn settings(&self) -> AiSettings {
        self.call("providers/settings", &[("tenant", "banksia")]).await.unwrap()
    }

    /// Saves a provider; fields left out are empty.
    async fn save_provider(&self, fields: &[(&str, &str)]) -> Result<(), AppError> {
        self.call("providers/save", &with_tenant(fields)).await
    }

    async fn test_provider(&self, id: ProviderId) -> Result<(), AppError> {
        self.call("providers/test", &with_tenant(&[("id", &id.to_string())])).await
    }

    async fn save_limits(
        &self,
        revision: i32,
        organisation: &str,
        person: &str,
        providers: &str,
    ) -> Result<(), AppError> {
        let revision = revision.to_string();
        let fields = [
            ("revision", revision.as_str()),
            ("monthly_cap", organisation),
            ("person_monthly_cap", person),
            ("providers", providers),
        ];
        self.call("providers/save-switch", &with_tenant(&fields)).await
    }

    /// Chooses a provider and model for [`STEP`].
    async fn choose(&self, provider: &str, model: &str) -> Result<(), AppError> {
        let revision = self.settings().await.switch.revision.to_string();
        let fields = [
            ("revision".to_owned(), revision),
            (format!("providers[{STEP}]"), provider.to_owned()),
            (format!("models[{STEP}]"), model.to_owned()),
            ("tenant".to_owned(), "banksia".to_owned()),
        ];
        self.call("providers/save-steps", &fields).await
    }

    /// Adds a server of this machine under the name "Local"; its only provider in these tests.
    async fn add_local(&self, fake: &FakeProvider, key: &str) -> Provider {
        let fields = [
            ("kind", "openai_compatible"),
            ("name", "Local"),
            ("base_url", fake.address.as_str()),
            ("key", key),
            ("test_model", "small"),
            ("is_enabled", "true"),
        ];
        self.save_provider(&fields).await.unwrap();
        self.only_provider().await
    }

    async fn only_provider(&self) -> Provider {
        let mut providers = self.settings().await.providers;
        assert_eq!(providers.len(), 1);
        providers.pop().unwrap()
    }
}

fn with_tenant(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    [("tenant", "banksia")]
        .iter()
        .chain(fields)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

async fn start() -> (TestApp, Browser, FakeProvider) {
    let app = TestApp::start().await;
    let dana = app.sign_in(&email("admin", &app.seed.banksia)).await;
    (app, dana, FakeProvider::start().await)
}

async fn audit_of(app: &TestApp, action: &str) -> Vec<serde_json::Value> {
    sqlx::query_scalar("select details from audit_events where tenant_id = $1 and action = $2 order by position")
        .bind(app.seed.banksia.id.uuid())
        .bind(action)
        .fetch_all(&app.db.admin)
        .await
        .unwrap()
}
