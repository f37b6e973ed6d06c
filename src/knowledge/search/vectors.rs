//! The vector of a question, by each model whose vectors it is to be compared with.

use crate::{
    accounts::member::Member,
    ai::{
        client::Purpose,
        embeddings::{EmbeddingProblem, provider},
        provider::FallbackReason,
        run::Caller,
    },
    error::AppError,
    ids::{CorrelationId, TenantId},
    knowledge::{
        embedding_model::EmbeddingModel,
        hit::WordsOnly,
        store::search::{Ground, Scored},
    },
    platform::Services,
};

/// A question as one model sees it.
#[derive(Debug, Clone)]
pub struct Question {
    /// Whose passages have vectors of this model.
    pub tenants: Vec<TenantId>,
    pub model: String,
    pub vector: Vec<f32>,
    /// What is near it, nearest first.
    pub hits: Vec<Scored>,
}

/// What could be made.
#[derive(Debug, Clone, Default)]
pub struct Made {
    pub questions: Vec<Question>,
    /// Why some of it couldn't.
    pub problem: Option<WordsOnly>,
}

/// Embeds a question for the tenant's own passages and for the shared ones, at once if both have the
/// same model.
pub async fn of_question(services: &Services, member: &Member, ground: &Ground, text: &str) -> Result<Made, AppError> {
    let mut local = Vec::new();
    let mut by_provider = None;
    if ground.own_passages > 0 {
        match &ground.own_model {
            EmbeddingModel::Local => local.push(member.tenant_id),
            model @ EmbeddingModel::Provider { .. } => by_provider = Some(model),
        }
    }
    if ground.shared_passages > 0 && !local.contains(&TenantId::SYSTEM) {
        local.push(TenantId::SYSTEM);
    }
    let (near, far) = tokio::try_join!(local_question(services, local, text), async {
        match by_provider {
            Some(model) => provider_question(services, member, model, text).await,
            None => Ok(None),
        }
    })?;
    let mut made = Made::default();
    // What the provider's silence costs is more than what a missing model does: it comes first.
    for question in [far, near].into_iter().flatten() {
        match question {
            Ok(question) => made.questions.push(question),
            Err(problem) => made.problem = made.problem.or(Some(problem)),
        }
    }
    Ok(made)
}

type Embedded = Option<Result<Question, WordsOnly>>;

async fn local_question(services: &Services, tenants: Vec<TenantId>, text: &str) -> Result<Embedded, AppError> {
    if tenants.is_empty() {
        return Ok(None);
    }
    match services.embedder.embed_question(text).await {
        Ok(vector) => {
            let model = EmbeddingModel::Local.to_string();
            Ok(Some(Ok(Question { tenants, model, vector, hits: Vec::new() })))
        }
        Err(EmbeddingProblem::NoModel) => Ok(Some(Err(WordsOnly::NoModel))),
        Err(_) => Err(AppError::Internal),
    }
}

async fn provider_question(
    services: &Services,
    member: &Member,
    model: &EmbeddingModel,
    text: &str,
) -> Result<Embedded, AppError> {
    let EmbeddingModel::Provider { provider_id, ai_model } = model else {
        return Ok(None);
    };
    let caller = Caller {
        tenant_id: member.tenant_id,
        user_id: Some(member.user_id),
        incident_id: None,
        correlation_id: CorrelationId::current(),
        is_trial: false,
    };
    let texts = [text.to_owned()];
    let made = provider::embed(services, &caller, *provider_id, ai_model, &texts, Purpose::Question).await?;
    Ok(Some(match made {
        Ok(mut vectors) => vectors.pop().map_or(Err(WordsOnly::ProviderFailed), |vector| {
            Ok(Question { tenants: vec![member.tenant_id], model: model.to_string(), vector, hits: Vec::new() })
        }),
        Err(FallbackReason::ProvidersOff | FallbackReason::ProviderDisabled | FallbackReason::NoAccess) => {
            Err(WordsOnly::ProviderOff)
        }
        Err(_) => Err(WordsOnly::ProviderFailed),
    }))
}
