//! Vectors of texts, so that search compares meanings.

use crate::platform::config::Config;
use std::sync::Arc;

/// Dimensions of every vector that is kept; shorter ones are padded with zeros, which changes no cosine.
pub const DIMENSIONS: usize = 1024;

/// The model on this machine, as it is named beside its vectors.
pub const LOCAL_MODEL: &str = "all-MiniLM-L6-v2";

/// Makes vectors on this machine. Clones share the model, which is loaded when first needed.
#[derive(Clone)]
pub struct Embedder {
    #[expect(dead_code, reason = "the model comes with the next commit")]
    folder: Arc<Option<std::path::PathBuf>>,
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
        Self { folder: Arc::new(config.model_dir.clone()) }
    }

    /// Unit vectors of [`DIMENSIONS`] numbers, one a text, in order.
    pub async fn embed(&self, _texts: Vec<String>) -> Result<Vec<Vec<f32>>, EmbeddingProblem> {
        Err(EmbeddingProblem::NoModel)
    }
}
