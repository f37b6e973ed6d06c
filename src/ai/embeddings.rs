//! Vectors of texts, so that search compares meanings: by the model on this machine, or by the
//! provider that a tenant has chosen.

pub mod meaning;
mod minilm;
pub mod provider;

use crate::platform::{caches, config::Config};
use minilm::{MiniLm, Tokens};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    thread::available_parallelism,
    time::Duration,
};
use tokio::{
    sync::{Semaphore, watch},
    time::timeout,
};

/// The model on this machine, as it is named beside its vectors.
pub const LOCAL_MODEL: &str = "all-MiniLM-L6-v2";

/// Dimensions of its vectors, and the SHA-256 of its weights: another model's vectors would mean
/// something else.
pub const LOCAL_DIMENSIONS: usize = 384;
pub const LOCAL_MODEL_SHA256: &str = minilm::WEIGHTS_SHA256;

/// Tokens that are put through the model at a time. A question that comes in the meantime waits for
/// no more than these.
const BATCH_TOKENS: usize = 1024;

/// How long a batch lets questions pass.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Makes vectors on this machine. Clones share the model, which is loaded when first needed.
#[derive(Clone)]
pub struct Embedder {
    shared: Arc<Shared>,
}

struct Shared {
    /// Nothing: set-up hasn't put it anywhere.
    folder: Option<PathBuf>,
    /// Nothing inside: it isn't there, or isn't what it should be.
    model: OnceLock<Option<Arc<MiniLm>>>,
    /// One batch at a time: it uses all processors by itself.
    batches: Semaphore,
    questions: Semaphore,
    /// How many questions are on their way; batches let them pass.
    waiting: watch::Sender<usize>,
}

/// Why there are no vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddingProblem {
    #[error("the model isn't installed")]
    NoModel,
    #[error("the provider didn't answer")]
    Provider,
    #[error("the vectors could not be made")]
    Failed,
}

impl Embedder {
    /// Looks for nothing yet.
    pub fn from_config(config: &Config) -> Self {
        Self::new(model_folder(config.model_dir.as_deref()), OnceLock::new())
    }

    /// One that makes none: for work that must be quick and can do with words.
    pub fn without_model() -> Self {
        Self::new(None, OnceLock::from(None))
    }

    fn new(folder: Option<PathBuf>, model: OnceLock<Option<Arc<MiniLm>>>) -> Self {
        let shared = Shared {
            folder,
            model,
            batches: Semaphore::new(1),
            questions: Semaphore::new(available_parallelism().map_or(1, usize::from)),
            waiting: watch::channel(0).0,
        };
        Self { shared: Arc::new(shared) }
    }

    /// Unit vectors of [`LOCAL_DIMENSIONS`] numbers, one a text, in order. For work that nobody waits for:
    /// questions go first.
    pub async fn embed(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbeddingProblem> {
        self.embed_in_turns(texts, &self.shared.batches, true).await
    }

    /// The same for texts that somebody waits for.
    pub async fn embed_now(&self, texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbeddingProblem> {
        let _waiting = Waiting::count(&self.shared.waiting);
        self.embed_in_turns(texts, &self.shared.questions, false).await
    }

    async fn embed_in_turns(
        &self,
        texts: Vec<String>,
        turns: &Semaphore,
        is_patient: bool,
    ) -> Result<Vec<Vec<f32>>, EmbeddingProblem> {
        let tokens = self.with_model(move |model| texts.iter().map(|text| model.tokenize(text)).collect()).await?;
        let tokens: Vec<Tokens> = tokens;
        let mut vectors = vec![Vec::new(); tokens.len()];
        for batch in batches_by_length(&tokens) {
            let _turn = turns.acquire().await.map_err(|_| EmbeddingProblem::Failed)?;
            if is_patient {
                self.let_questions_pass().await;
            }
            let texts: Vec<Tokens> = batch.iter().filter_map(|place| tokens.get(*place).cloned()).collect();
            let made = self.with_model(move |model| model.embed(&texts)).await?;
            for (place, vector) in batch.into_iter().zip(made) {
                vectors[place] = vector;
            }
        }
        Ok(vectors)
    }

    /// The vector of one text that somebody waits for.
    pub async fn embed_question(&self, text: &str) -> Result<Vec<f32>, EmbeddingProblem> {
        let _waiting = Waiting::count(&self.shared.waiting);
        let _turn = self.shared.questions.acquire().await.map_err(|_| EmbeddingProblem::Failed)?;
        let text = text.to_owned();
        let mut made = self.with_model(move |model| model.embed(&[model.tokenize(&text)?])).await?;
        made.pop().ok_or(EmbeddingProblem::Failed)
    }

    async fn let_questions_pass(&self) {
        let mut waiting = self.shared.waiting.subscribe();
        // Either the questions are answered, or they have had their share: batches may not wait for ever.
        let _ = timeout(LONGEST_WAIT, waiting.wait_for(|waiting| *waiting == 0)).await;
    }

    async fn with_model<T: Send + 'static>(
        &self,
        work: impl FnOnce(&MiniLm) -> anyhow::Result<T> + Send + 'static,
    ) -> Result<T, EmbeddingProblem> {
        let shared = Arc::clone(&self.shared);
        let worked = tokio::task::spawn_blocking(move || {
            let model = shared.model.get_or_init(|| load(shared.folder.as_deref()));
            model.as_ref().map(|model| work(model))
        })
        .await;
        match worked {
            Ok(None) => Err(EmbeddingProblem::NoModel),
            Ok(Some(Ok(value))) => Ok(value),
            Ok(Some(Err(_))) | Err(_) => {
                tracing::error!(error.kind = "embedding", "the model on this machine failed");
                Err(EmbeddingProblem::Failed)
            }
        }
    }
}

/// Counts a question until it is answered or given up.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl<'a> Waiting<'a> {
    fn count(waiting: &'a watch::Sender<usize>) -> Self {
        waiting.send_modify(|count| *count += 1);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// The configured folder, or the one that `script/setup` fills.
fn model_folder(configured: Option<&Path>) -> Option<PathBuf> {
    match configured {
        Some(folder) => Some(folder.to_owned()),
        None => caches::folders()
            .into_iter()
            .map(|cache| cache.join("supportsignal").join(LOCAL_MODEL))
            .find(|folder| folder.join(minilm::WEIGHTS).is_file()),
    }
}

fn load(folder: Option<&Path>) -> Option<Arc<MiniLm>> {
    let loaded = folder.ok_or_else(|| anyhow::anyhow!("it isn't installed; run script/setup")).and_then(MiniLm::load);
    match loaded {
        Ok(model) => Some(Arc::new(model)),
        Err(error) => {
            tracing::warn!(reason = %error, "the embedding model can't be used, so search and classification go by words only");
            None
        }
    }
}

/// Whether the model is where it is looked for, and the one that it should be.
pub fn check(config: &Config) -> Result<PathBuf, String> {
    let folder = model_folder(config.model_dir.as_deref()).ok_or("it isn't installed")?;
    MiniLm::load(&folder).map(|_| folder).map_err(|error| format!("{error:#}"))
}

/// Places of texts that go through the model together: of like length, so that little is filled up.
fn batches_by_length(tokens: &[Tokens]) -> Vec<Vec<usize>> {
    let mut places: Vec<usize> = (0..tokens.len()).collect();
    places.sort_by_key(|place| tokens.get(*place).map_or(0, Tokens::len));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for place in places {
        // Sorted, so that this text is the longest of its batch and all are filled up to it.
        let length = tokens.get(place).map_or(0, Tokens::len);
        match batches.last_mut() {
            Some(batch) if (batch.len() + 1) * length <= BATCH_TOKENS => batch.push(place),
            _ => batches.push(vec![place]),
        }
    }
    batches
}

/// Makes a vector's length 1, so that the inner product of two is their cosine. Nothing for a vector
/// without a direction.
fn normalised(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    if !length.is_finite() || length <= f32::EPSILON {
        return None;
    }
    vector.iter_mut().for_each(|number| *number /= length);
    Some(vector)
}

#[cfg(test)]
mod tests {
    use super::{BATCH_TOKENS, LOCAL_MODEL, Tokens, batches_by_length, normalised};
    use crate::ai::BUILT_IN_WITH_MEANING;

    #[test]
    fn a_batch_holds_texts_of_like_length_and_no_more_than_fits() {
        let tokens: Vec<Tokens> = [250, 10, 240, 12, 256, 255, 256].map(|length| Tokens::from(vec![1; length])).into();
        let batches = batches_by_length(&tokens);
        let mut all: Vec<usize> = batches.concat();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2, 3, 4, 5, 6], "each text once");
        assert_eq!(batches.first().map(Vec::as_slice), Some([1, 3, 2, 0].as_slice()));
        for batch in &batches {
            let longest = batch.iter().map(|place| tokens[*place].len()).max().unwrap_or_default();
            assert!(batch.len() == 1 || batch.len() * longest <= BATCH_TOKENS, "{batch:?}");
        }
    }

    #[test]
    fn what_the_built_in_engine_is_called_names_the_model() {
        assert!(BUILT_IN_WITH_MEANING.ends_with(LOCAL_MODEL));
    }

    #[test]
    fn a_unit_vector_keeps_its_direction() {
        assert_eq!(normalised(vec![3.0, 4.0]), Some(vec![0.6, 0.8]));
        assert_eq!(normalised(vec![0.0, 0.0]), None);
        assert_eq!(normalised(vec![f32::NAN, 1.0]), None);
    }
}
