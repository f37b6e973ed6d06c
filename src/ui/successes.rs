//! When a page reads its data again.

use crate::error::AppError;
use leptos::{prelude::*, server_fn::ServerFn};

/// How often a form was saved. A refusal changes nothing, so a page that reads its data by this keeps
/// the form with what was typed into it.
pub fn successes<S>(action: ServerAction<S>) -> Memo<usize>
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    Memo::new(move |known: Option<&usize>| {
        let version = action.version().get();
        let has_succeeded = action.value().with(|value| matches!(value, Some(Ok(()))));
        if has_succeeded { version } else { known.copied().unwrap_or_default() }
    })
}
