//! Vectors of texts by a provider.

use super::{
    AiClient, CallProblem, Endpoint, Inner,
    failure::Failure,
    gateway::LONG_ANSWER_BYTES,
    request::{adapter, auth, bearer, is_plain},
};
use crate::ai::provider::ProviderKind;
use genai::{
    ModelIden, ServiceTarget,
    embed::{EmbedOptions, EmbedRequest, EmbedResponse},
    resolver::Endpoint as Target,
};

/// Vectors as a provider made them, one a text, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedded {
    /// All of the same length, at most as long as asked for; not of length 1.
    pub vectors: Vec<Vec<f32>>,
    /// As the provider counted; 0 if it doesn't say.
    pub input_tokens: u32,
}

/// What vectors are for: some models make others of questions than of what is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Question,
    Passages,
}

impl AiClient {
    /// Vectors of at most `dimensions` numbers. Models that can't be told how long their vectors are to
    /// be are asked without that; longer ones than wanted are no use then, which is
    /// [`CallProblem::Malformed`].
    pub async fn embed(
        &self,
        endpoint: &Endpoint,
        texts: &[String],
        dimensions: usize,
        purpose: Purpose,
    ) -> Result<Embedded, CallProblem> {
        let inner = &self.inner;
        let call = inner.embedding_call(endpoint, texts, purpose).await?;
        let permit = inner.circuits.admit(endpoint.provider).ok_or(CallProblem::CircuitOpen)?;
        let mut made = inner.persist_embedding(&call, Some(dimensions)).await;
        if made.as_ref().err().and_then(Failure::complaint).is_some_and(|told| told.contains("dimension")) {
            made = inner.persist_embedding(&call, None).await;
        }
        let made = made.and_then(|response| read(response, texts.len(), dimensions));
        permit.settle(made.as_ref().err());
        made.map_err(|failure| failure.problem)
    }
}

/// One request for vectors.
struct Call<'a> {
    endpoint: &'a Endpoint,
    target: ServiceTarget,
    texts: &'a [String],
    purpose: Purpose,
}

impl Call<'_> {
    fn options(&self, dimensions: Option<usize>) -> EmbedOptions {
        // Only Gemini's requests say what vectors are for.
        let kind = match self.purpose {
            Purpose::Question => "RETRIEVAL_QUERY",
            Purpose::Passages => "RETRIEVAL_DOCUMENT",
        };
        let options = EmbedOptions { dimensions, ..EmbedOptions::new() }.with_embedding_type(kind);
        match &self.endpoint.key {
            Some(key) if self.endpoint.kind == ProviderKind::Ollama => options.with_headers(bearer(key)),
            _ => options,
        }
    }
}

impl Inner {
    async fn embedding_call<'a>(
        &self,
        endpoint: &'a Endpoint,
        texts: &'a [String],
        purpose: Purpose,
    ) -> Result<Call<'a>, CallProblem> {
        // Anthropic makes no vectors; Gemini has the model in the path.
        if endpoint.kind == ProviderKind::Anthropic
            || (endpoint.kind == ProviderKind::Gemini && !endpoint.model.bytes().all(is_plain))
        {
            return Err(CallProblem::ModelUnknown);
        }
        let way = self.way_to(endpoint, LONG_ANSWER_BYTES).await?;
        let target = ServiceTarget {
            endpoint: Target::from_owned(way.as_str()),
            auth: auth(endpoint, &way, "embeddings")?,
            model: ModelIden::new(adapter(endpoint.kind), endpoint.model.trim()),
        };
        Ok(Call { endpoint, target, texts, purpose })
    }

    async fn persist_embedding(&self, call: &Call<'_>, dimensions: Option<usize>) -> Result<EmbedResponse, Failure> {
        self.persist(call.endpoint, self.limits.attempts, |_| {
            let (target, texts) = (call.target.clone(), call.texts.to_vec());
            let options = call.options(dimensions);
            Box::pin(async move {
                let asked = self.genai.exec_embed(target, EmbedRequest::new_batch(texts), Some(&options)).await;
                asked.map_err(|error| Failure::of(&error))
            })
        })
        .await
    }
}

fn read(response: EmbedResponse, texts: usize, most_dimensions: usize) -> Result<Embedded, Failure> {
    let input_tokens = response.usage.prompt_tokens.and_then(|count| u32::try_from(count).ok()).unwrap_or_default();
    let mut embeddings = response.embeddings;
    embeddings.sort_by_key(|embedding| embedding.index);
    let vectors: Vec<Vec<f32>> = embeddings.into_iter().map(|embedding| embedding.vector).collect();
    let length = vectors.first().map_or(0, Vec::len);
    let is_usable = vectors.len() == texts
        && (1..=most_dimensions).contains(&length)
        && vectors.iter().all(|vector| vector.len() == length && vector.iter().all(|number| number.is_finite()));
    if is_usable { Ok(Embedded { vectors, input_tokens }) } else { Err(Failure::malformed()) }
}
