//! A row in each table of the AI settings and the ledger, for what walks all tables. They aren't part
//! of the seed, because a provider that is set up changes what every other test sees.

use super::seed::{Seed, TenantSeed};
use sqlx::PgPool;
use std::{path::Path, time::Duration};
use supportsignal::{
    ids::{CorrelationId, ProviderId},
    platform::{database::TenantTx, seal::KeyRing},
    prompts::{step::WorkflowStep, store::find_active},
    providers::{
        settings_forms::{NewProvider, NewSwitch, ProviderForm},
        store::{find_switch, providers::insert_provider, save_steps, save_switch},
    },
    usage::{
        ledger::{CallStep, Outcome},
        store::{CallResult, CallSubject, reserve, settle},
    },
};

/// What the server seals the keys of providers with: version 1, 32 bytes.
pub const SERVER_KEY: &str = "1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// For both organisations.
pub async fn plant(pool: &PgPool, seed: &Seed) {
    let keys = KeyRing::from_settings(Some(SERVER_KEY), Path::new("")).unwrap();
    for tenant in [&seed.banksia, &seed.wattle] {
        let provider = plant_provider(pool, tenant, &keys).await;
        let mut tx = TenantTx::begin(pool, &tenant.admin).await.unwrap();
        let revision = find_switch(&mut tx).await.unwrap().revision;
        let step = WorkflowStep::ClassifyIncident;
        save_steps(&mut tx, revision, &[(step, Some((provider, "small".to_owned())))]).await.unwrap();
        let call = CallSubject {
            step: CallStep::WorkflowStep(step),
            prompt: Some(find_active(&mut tx, step).await.unwrap().version),
            provider: "Cloud".to_owned(),
            ai_model: "small".to_owned(),
            user_id: Some(tenant.worker.user_id),
            incident_id: Some(tenant.submitted),
            correlation_id: CorrelationId::generate(),
            is_trial: false,
        };
        reserve(&mut tx, &call, 1_000, None).await.unwrap().unwrap();
        reach_half_the_limit(&mut tx, &call).await;
        tx.commit().await.unwrap();
    }
}

/// Of which the admin is told.
async fn reach_half_the_limit(tx: &mut TenantTx, call: &CallSubject) {
    let revision = find_switch(tx).await.unwrap().revision;
    let limit = NewSwitch { providers_off: false, monthly_cap_micros: Some(10_000), person_monthly_cap_micros: None };
    save_switch(tx, revision, &limit).await.unwrap();
    let id = reserve(tx, call, 4_000, Some("2026-11-01")).await.unwrap().unwrap();
    let result = CallResult {
        outcome: Outcome::Succeeded,
        problem: None,
        input_tokens: 700,
        output_tokens: 300,
        cost_micros: 4_000,
        latency: Duration::from_millis(120),
    };
    settle(tx, id, &result).await.unwrap();
}

async fn plant_provider(pool: &PgPool, tenant: &TenantSeed, keys: &KeyRing) -> ProviderId {
    let form = ProviderForm {
        kind: "openai".to_owned(),
        name: "Cloud".to_owned(),
        key: "sk-planted-0123456789".to_owned(),
        is_enabled: "true".to_owned(),
        ..ProviderForm::default()
    };
    let new = NewProvider::parse(&form, |_, _| Ok(())).unwrap_or_else(|error| panic!("{error}"));
    let mut tx = TenantTx::begin(pool, &tenant.admin).await.unwrap();
    let id = insert_provider(&mut tx, keys, &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}
