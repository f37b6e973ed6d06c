//! Whose vectors a tenant's passages have, as it is named beside each of them.

use crate::{ai::embeddings::LOCAL_MODEL, ids::ProviderId};
use std::fmt;

/// The model on this machine, or one of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmbeddingModel {
    Local,
    /// The provider is a part of the name: a model of the same name somewhere else may make other vectors.
    Provider {
        provider_id: ProviderId,
        ai_model: String,
    },
}

impl EmbeddingModel {
    /// A tenant's choice.
    pub fn of_choice(choice: Option<(ProviderId, String)>) -> Self {
        choice.map_or(Self::Local, |(provider_id, ai_model)| Self::Provider { provider_id, ai_model })
    }

    /// Reads what `to_string` writes.
    pub fn parse(text: &str) -> Option<Self> {
        if text == LOCAL_MODEL {
            return Some(Self::Local);
        }
        let (id, ai_model) = text.split_once('/')?;
        Some(Self::Provider { provider_id: id.parse().ok()?, ai_model: ai_model.to_owned() })
    }
}

/// As the database keeps it.
impl fmt::Display for EmbeddingModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str(LOCAL_MODEL),
            Self::Provider { provider_id, ai_model } => write!(f, "{provider_id}/{ai_model}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EmbeddingModel;
    use crate::ids::ProviderId;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        let provider = EmbeddingModel::Provider { provider_id: ProviderId::generate(), ai_model: "a/b".repeat(40) };
        for model in [EmbeddingModel::Local, provider] {
            let name = model.to_string();
            assert!(name.len() <= 160);
            assert_eq!(EmbeddingModel::parse(&name), Some(model));
        }
        assert_eq!(EmbeddingModel::parse("text-embedding-3-small"), None);
    }
}
