//! Choosing a new password with the code of an e-mail.

use super::FormProblem;
use crate::{
    accounts::api::ResetPassword,
    ui::{AuthFrame, Button, TextField},
};
use leptos::{html, prelude::*, wasm_bindgen::JsValue, web_sys::HtmlInputElement};
use leptos_meta::Title;

/// Shorter than any code, longer than the anchor of a field.
const MIN_CODE_LENGTH: usize = 20;

/// `/reset-password`: the code, which the link of the e-mail carries after its `#`, and the new password.
#[component]
pub fn ResetPasswordPage() -> AnyView {
    let code_field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = code_field.get() {
            take_code_from_address(&field);
        }
    });
    let reset = ServerAction::<ResetPassword>::new();
    let error = Signal::derive(move || reset.value().get().and_then(Result::err));
    let at = move |field| error.with(|error| error.as_ref().and_then(|error| error.at(field)));
    view! {
        <Title text="Choose a new password" />
        <AuthFrame title="Choose a new password" lead="This signs you out on all your devices.">
            <FormProblem error />
            <ActionForm action=reset attr:novalidate=true>
                <div class="fields">
                    <TextField
                        label="Code from the e-mail"
                        name="token"
                        hint="The link in the e-mail fills it in. If it's empty, paste the code here."
                        autocomplete="one-time-code"
                        maxlength=200
                        required=true
                        node_ref=code_field
                        error=move || at("token")
                    />
                    <TextField
                        label="New password"
                        name="password"
                        kind="password"
                        hint="At least 12 characters. A few words in a row work well."
                        autocomplete="new-password"
                        required=true
                        error=move || at("password")
                    />
                    <Button wide=true pending=reset.pending()>
                        "Change the password"
                    </Button>
                </div>
            </ActionForm>
            <p class="mt-6">
                "The link is too old? "
                <a class="text-link" href="/forgot-password">
                    "Ask for a new one"
                </a>
                "."
            </p>
        </AuthFrame>
    }
    .into_any()
}

/// Fills in the code and takes it out of the address, so that it doesn't stay in the history of a shared computer.
fn take_code_from_address(field: &HtmlInputElement) {
    let Some(code) = location_hash().filter(|code| code.len() >= MIN_CODE_LENGTH) else {
        return;
    };
    field.set_value(&code);
    if let Ok(history) = window().history() {
        // A browser that refuses leaves the address as it is; the code works once only.
        drop(history.replace_state_with_url(&JsValue::NULL, "", Some("/reset-password")));
    }
}
