//! What the passages of an account mean: their vectors by the model on this machine, held against the
//! classes of the built-in engine's example sentences.
//!
//! The weights of the classes are made from the examples when they are first wanted, and kept in the
//! data directory (`meaning/kept.rs`). Nothing leaves the machine.

mod kept;

use super::{Embedder, EmbeddingProblem};
use crate::{
    ai::builtin::{
        classify::passages,
        meaning::{Meaning, examples::EXAMPLES, regression::Regression},
    },
    incidents::narrative::Narrative,
};
use kept::Kept;
use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::OnceCell, task::spawn_blocking, time::timeout};
use tokio_util::sync::CancellationToken;

/// How long a report waits for weights that are being made, which happens once on a machine.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// Reads meanings. Clones share the weights.
#[derive(Clone)]
pub struct MeaningReader {
    embedder: Embedder,
    shared: Arc<Shared>,
}

struct Shared {
    kept: Kept,
    /// Whoever wants them first makes them; all others wait. A failure is forgotten.
    weights: OnceCell<Regression>,
}

impl MeaningReader {
    /// One that keeps its weights below `data_dir`. Looks for nothing yet.
    pub fn new(embedder: Embedder, data_dir: &Path) -> Self {
        let shared = Shared { kept: Kept::below(data_dir), weights: OnceCell::new() };
        Self { embedder, shared: Arc::new(shared) }
    }

    /// What an account means, for [`crate::ai::builtin::classify::classify`]. None without the model, where
    /// it fails, while the weights are still being made, or where the account has no passage. For work that
    /// nobody waits for: questions go first.
    pub async fn read(&self, account: &Narrative, participant_name: &str) -> Option<Meaning> {
        let passages = passages(account, participant_name);
        if passages.is_empty() {
            return None;
        }
        let weights = self.weights_soon().await?;
        let texts = passages.iter().map(|passage| passage.text.clone()).collect();
        let vectors = self.embedder.embed(texts).await.ok()?;
        Meaning::of(weights, &passages, &vectors)
    }

    /// Makes the weights if they aren't there and loads the model, so that nobody has to wait for it later.
    ///
    /// # Errors
    /// Why no meaning can be read.
    pub async fn prepare(&self) -> Result<(), EmbeddingProblem> {
        self.embedder.embed(Vec::new()).await?;
        self.shared.weights.get_or_try_init(|| self.find_or_make()).await.map(|_| ())
    }

    /// The same beside everything else, so that the first report doesn't wait for it.
    pub fn prepare_beside(&self, stop: &CancellationToken) {
        let (meanings, stop) = (self.clone(), stop.clone());
        tokio::spawn(async move { stop.run_until_cancelled(meanings.prepare()).await });
    }

    /// The weights, if that doesn't take long; they are made in any case.
    async fn weights_soon(&self) -> Option<&Regression> {
        if !self.shared.weights.initialized() {
            let meanings = self.clone();
            let made = tokio::spawn(async move { meanings.prepare().await });
            timeout(LONGEST_WAIT, made).await.ok()?.ok()?.ok()?;
        }
        self.shared.weights.get()
    }

    async fn find_or_make(&self) -> Result<Regression, EmbeddingProblem> {
        let kept = self.shared.kept.clone();
        if let Ok(Some(weights)) = spawn_blocking(move || kept.read()).await {
            return Ok(weights);
        }
        let started = Instant::now();
        let vectors = self.embedder.embed(EXAMPLES.sentences.clone()).await?;
        let kept = self.shared.kept.clone();
        let made = spawn_blocking(move || {
            let made = Regression::fit(&vectors, &EXAMPLES.class_of, EXAMPLES.classes.len())?;
            kept.write(&made);
            Ok::<_, candle_core::Error>(made)
        });
        match made.await {
            Ok(Ok(made)) => {
                let milliseconds = started.elapsed().as_millis();
                tracing::info!(milliseconds, "the classes of meanings were made from their examples");
                Ok(made)
            }
            Ok(Err(_)) | Err(_) => {
                tracing::error!(error.kind = "meaning", "the classes of meanings could not be made");
                Err(EmbeddingProblem::Failed)
            }
        }
    }
}
