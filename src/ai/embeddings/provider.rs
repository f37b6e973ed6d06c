//! Vectors by the provider that a tenant has chosen: masked, reserved in the ledger, settled. No
//! transaction is open while the provider is asked.

use super::normalised;
use crate::{
    ai::{
        client::{CallProblem, Embedded, Endpoint, Purpose},
        masking::Masker,
        provider::FallbackReason,
        run::Caller,
        store::known_names,
    },
    error::AppError,
    ids::ProviderId,
    platform::{Services, database::TenantTx},
    providers::route::{Access, Route, find_embedding_route},
    usage::{
        ledger::{CallStep, Outcome},
        price::ModelPrice,
        store::{self as ledger, CallResult, CallSubject},
    },
};
use std::time::{Duration, Instant};

/// A passage is much shorter; models refuse what is longer than some 8,000 tokens.
const MAX_CHARACTERS: usize = 8_000;

/// Dimensions of every vector that a provider makes; shorter ones are filled up with zeros, which changes no cosine.
const DIMENSIONS: usize = 1024;

/// Unit vectors of 1024 numbers, one a text, in order; or why the provider made none.
pub async fn embed(
    services: &Services,
    caller: &Caller,
    provider_id: ProviderId,
    model: &str,
    texts: &[String],
    purpose: Purpose,
) -> Result<Result<Vec<Vec<f32>>, FallbackReason>, AppError> {
    let mut tx = TenantTx::begin_for_system(&services.pool, caller.tenant_id).await?;
    let route = find_embedding_route(&mut tx, provider_id, model, caller.user_id).await?;
    let known = known_names(&mut tx, None).await?;
    tx.commit().await?;
    let access = match route {
        Route::Provider(access) => access,
        Route::Fallback(reason) => return Ok(Err(reason)),
        Route::BuiltIn => return Ok(Err(FallbackReason::ProviderDisabled)),
    };
    let mut masker = Masker::new(&known);
    let texts: Vec<String> = texts.iter().map(|text| masker.mask(cut(text))).collect();
    let price = ModelPrice::of_embedding(access.kind, &access.model);
    Call { services, caller, access: &access, price, texts: &texts, purpose }.make().await
}

struct Call<'a> {
    services: &'a Services,
    caller: &'a Caller,
    access: &'a Access,
    price: ModelPrice,
    /// As they may leave the machine.
    texts: &'a [String],
    purpose: Purpose,
}

impl Call<'_> {
    async fn make(&self) -> Result<Result<Vec<Vec<f32>>, FallbackReason>, AppError> {
        let endpoint = match self.access.endpoint(&self.services.keys, self.caller.tenant_id) {
            Ok(endpoint) => endpoint,
            Err(reason) => return Ok(Err(reason)),
        };
        let most_micros = self.price.cost_micros(self.most_tokens(), 0);
        let mut tx = TenantTx::begin_for_system(&self.services.pool, self.caller.tenant_id).await?;
        let reserved = ledger::reserve(&mut tx, &self.subject(), most_micros, self.price.version()).await?;
        tx.commit().await?;
        let event = match reserved {
            Ok(event) => event,
            Err(reason) => return Ok(Err(reason)),
        };
        let started = Instant::now();
        let answer = self.ask(&endpoint).await;
        let result = CallResult { latency: started.elapsed(), ..self.result(&answer, most_micros) };
        let mut tx = TenantTx::begin_for_system(&self.services.pool, self.caller.tenant_id).await?;
        ledger::settle(&mut tx, event, &result).await?;
        tx.commit().await?;
        Ok(answer.map(|(vectors, _)| vectors).map_err(CallProblem::reason))
    }

    async fn ask(&self, endpoint: &Endpoint) -> Result<(Vec<Vec<f32>>, u32), CallProblem> {
        let Embedded { vectors, input_tokens } =
            self.services.ai.embed(endpoint, self.texts, DIMENSIONS, self.purpose).await?;
        let vectors: Option<Vec<_>> = vectors.into_iter().map(|vector| normalised(vector).map(padded)).collect();
        Ok((vectors.ok_or(CallProblem::Malformed)?, input_tokens))
    }

    fn subject(&self) -> CallSubject {
        CallSubject {
            step: CallStep::Embedding,
            prompt: None,
            provider: self.access.name.clone(),
            ai_model: self.access.model.clone(),
            user_id: self.caller.user_id,
            incident_id: self.caller.incident_id,
            correlation_id: self.caller.correlation_id,
            is_trial: self.caller.is_trial,
        }
    }

    /// English takes a token for about four bytes; half a token a byte is more than any text needs.
    fn most_tokens(&self) -> u32 {
        let bytes: usize = self.texts.iter().map(|text| text.len() / 2 + 4).sum();
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }

    /// A provider that doesn't say what it counted is taken to have counted a token for four bytes.
    fn result<T>(&self, answer: &Result<(T, u32), CallProblem>, most_micros: i64) -> CallResult {
        let (outcome, problem, input_tokens, cost_micros) = match answer {
            Ok((_, told)) => {
                let tokens = if *told > 0 { *told } else { self.most_tokens() / 2 };
                (Outcome::Succeeded, None, tokens, self.price.cost_micros(tokens, 0))
            }
            Err(problem) => {
                let cost = if problem.may_have_cost() { most_micros } else { 0 };
                (Outcome::Failed, Some(problem.reason()), 0, cost)
            }
        };
        CallResult { outcome, problem, input_tokens, output_tokens: 0, cost_micros, latency: Duration::ZERO }
    }
}

fn padded(mut vector: Vec<f32>) -> Vec<f32> {
    vector.resize(DIMENSIONS, 0.0);
    vector
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(MAX_CHARACTERS).map_or(text, |(end, _)| &text[..end])
}
