//! The code that the link of an e-mail carries after its `#`: no browser sends that part to a server.

use leptos::{prelude::*, wasm_bindgen::JsValue};

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
