//! Content that is made anew instead of being changed in place.

use leptos::{prelude::*, tachys::view::keyed::keyed};

/// Shows `view` as long as `key` stays the same and replaces it whole when the key changes. What
/// people typed or ticked lives in the elements themselves, so a form that stands for something else
/// must not take over the elements of the one before it.
pub fn fresh(key: String, view: AnyView) -> AnyView {
    keyed(vec![(key, view)], |(key, _)| key.clone(), |_, (_, view)| (|_| (), view)).into_any()
}
