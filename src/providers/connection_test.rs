//! "Test": a real, small call to a provider, so that an admin knows before anybody depends on it.

use super::{
    provider_settings::Provider,
    route::Access,
    store::{
        find_switch,
        keys::reseal_outdated,
        list_steps,
        providers::{find_access, find_provider, save_test},
    },
};
use crate::{
    accounts::member::Member,
    ai::{
        client::{CallProblem, Endpoint},
        prices,
        provider::FallbackReason,
    },
    error::AppError,
    ids::{CorrelationId, ProviderId, UsageEventId},
    platform::{Services, database::TenantTx},
    usage::{
        ledger::{CallStep, Outcome},
        price::ModelPrice,
        store::{self as usage, CallResult, CallSubject},
    },
};
use std::time::{Duration, Instant};

/// More than the call sends and asks for. Providers don't tell what a test took, so a test that was
/// answered counts as this.
const INPUT_TOKENS: u32 = 50;
const OUTPUT_TOKENS: u32 = 20;

/// Tests a provider and keeps how it went. What goes wrong with the provider is a result; an error is
/// something else.
pub async fn run(services: &Services, member: &Member, id: ProviderId) -> Result<(), AppError> {
    member.standing.require_write()?;
    let Some(test) = prepare(services, member, id).await? else {
        return Ok(());
    };
    let started = Instant::now();
    let result = services.ai.check(&test.endpoint).await;
    finish(services, member, &test, started.elapsed(), result).await
}

/// A test that may be made.
struct Test {
    provider_id: ProviderId,
    revision: i32,
    endpoint: Endpoint,
    price: ModelPrice,
    event: UsageEventId,
}

/// Everything before the call; nothing if it may not be made, which is kept as the result.
async fn prepare(services: &Services, member: &Member, id: ProviderId) -> Result<Option<Test>, AppError> {
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let provider = find_provider(&mut tx, id).await?;
    let model = choose_model(&mut tx, &provider).await?;
    let access = find_access(&mut tx, id, &model).await?;
    let outcome = match open(services, member, &mut tx, &access).await? {
        Ok(endpoint) => {
            let price = ModelPrice::of(access.kind, &model);
            let most = price.cost_micros(INPUT_TOKENS, OUTPUT_TOKENS);
            let reserved = usage::reserve(&mut tx, &subject(member, &access), most, price.version()).await?;
            reserved.map(|event| Test { provider_id: id, revision: provider.revision, endpoint, price, event })
        }
        Err(problem) => Err(problem),
    };
    let test = match outcome {
        Ok(test) => Some(test),
        Err(problem) => {
            save_test(&mut tx, id, provider.revision, &model, Err(problem)).await?;
            None
        }
    };
    reseal_outdated(&mut tx, &services.keys).await?;
    tx.commit().await?;
    Ok(test)
}

/// The model of the provider's page, or else one that is used or known.
async fn choose_model(tx: &mut TenantTx, provider: &Provider) -> Result<String, AppError> {
    if let Some(model) = &provider.test_model {
        return Ok(model.clone());
    }
    let steps = list_steps(tx).await?;
    let used = steps.into_iter().filter_map(|step| step.choice).find(|choice| choice.provider_id == provider.id);
    let known = || prices::known_models(provider.kind).first().map(|model| (*model).to_owned());
    used.map(|choice| choice.ai_model)
        .or_else(known)
        .ok_or_else(|| AppError::field("test_model", "Open the provider and enter a model to test with."))
}

async fn open(
    services: &Services,
    member: &Member,
    tx: &mut TenantTx,
    access: &Access,
) -> Result<Result<Endpoint, FallbackReason>, AppError> {
    // Off means that nothing goes out, not even a test.
    if find_switch(tx).await?.providers_off {
        return Ok(Err(FallbackReason::ProvidersOff));
    }
    Ok(access.endpoint(&services.keys, member.tenant_id))
}

fn subject(member: &Member, access: &Access) -> CallSubject {
    CallSubject {
        step: CallStep::ConnectionTest,
        prompt: None,
        provider: access.name.clone(),
        ai_model: access.model.clone(),
        user_id: Some(member.user_id),
        incident_id: None,
        correlation_id: CorrelationId::current(),
        is_trial: false,
    }
}

async fn finish(
    services: &Services,
    member: &Member,
    test: &Test,
    latency: Duration,
    result: Result<Duration, CallProblem>,
) -> Result<(), AppError> {
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let has_cost = result.err().is_none_or(|problem| problem.may_have_cost());
    let (input_tokens, output_tokens) = if has_cost { (INPUT_TOKENS, OUTPUT_TOKENS) } else { (0, 0) };
    let result = result.map_err(|problem| problem.reason());
    let problem = result.err();
    let call = CallResult {
        outcome: if problem.is_none() { Outcome::Succeeded } else { Outcome::Failed },
        problem,
        input_tokens,
        output_tokens,
        cost_micros: test.price.cost_micros(input_tokens, output_tokens),
        latency: result.unwrap_or(latency),
    };
    usage::settle(&mut tx, test.event, &call).await?;
    save_test(&mut tx, test.provider_id, test.revision, &test.endpoint.model, result).await?;
    tx.commit().await
}
