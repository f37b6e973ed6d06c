//! Suggestions for the name of a model: those of the price table. Any other name may be typed, too.

use crate::{ai::provider::ProviderKind, providers::provider_settings::KnownModels};
use leptos::prelude::*;

/// The lists of models that answer.
pub const ANSWERING: &str = "models";

/// The lists that a field can suggest from, one for each kind of provider with known models. `name` tells
/// the lists of one page apart.
pub fn model_lists(name: &str, known: &KnownModels) -> AnyView {
    let lists = known.iter().filter(|(_, models)| !models.is_empty()).map(|(kind, models)| {
        let options = models.iter().map(|model| view! { <option value=model.clone()></option> }).collect_view();
        view! { <datalist id=list_id(name, *kind)>{options}</datalist> }
    });
    lists.collect_view().into_any()
}

/// The list for a kind of provider, if there is one.
pub fn list_for(name: &str, known: &KnownModels, kind: Option<ProviderKind>) -> Option<String> {
    let (kind, _) = known.iter().find(|(known, models)| Some(*known) == kind && !models.is_empty())?;
    Some(list_id(name, *kind))
}

fn list_id(name: &str, kind: ProviderKind) -> String {
    format!("{name}-{}", kind.as_str())
}
