//! The code that the link of an e-mail carries after its `#`: no browser sends that part to a server.

use crate::{
    error::AppError,
    ui::{TextField, error_at},
};
use leptos::{html, prelude::*, wasm_bindgen::JsValue};

/// Shorter than any code, longer than the anchor of a field.
const MIN_CODE_LENGTH: usize = 20;

/// Takes the code out of the address, so that it doesn't stay in the history of a shared computer. `path` is the page's own.
pub fn take_code_from_address(path: &str) -> Option<String> {
    let code = location_hash().filter(|code| code.len() >= MIN_CODE_LENGTH)?;
    if let Ok(history) = window().history() {
        // A browser that refuses leaves the address as it is; the code works once only.
        drop(history.replace_state_with_url(&JsValue::NULL, "", Some(path)));
    }
    Some(code)
}

/// The field that the code is put into, or pasted into where the link couldn't do it.
#[component]
pub fn MailedCodeField(node_ref: NodeRef<html::Input>, error: Signal<Option<AppError>>) -> impl IntoView {
    view! {
        <TextField
            label="Code from the e-mail"
            name="token"
            hint="The link in the e-mail fills it in. If it's empty, paste the code here."
            autocomplete="one-time-code"
            maxlength=200
            required=true
            node_ref
            error=error_at(error, "token")
        />
    }
}
