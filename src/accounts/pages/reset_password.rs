//! Choosing a new password with the code of an e-mail.

use super::{
    FormProblem,
    mailed_code::{MailedCodeField, take_code_from_address},
};
use crate::{
    accounts::api::ResetPassword,
    ui::{AuthFrame, Button, TextField, error_at, error_of},
};
use leptos::{html, prelude::*};
use leptos_meta::Title;

/// `/reset-password`: the code, which the link of the e-mail carries after its `#`, and the new password.
#[component]
pub fn ResetPasswordPage() -> AnyView {
    let code_field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = code_field.get()
            && let Some(code) = take_code_from_address("/reset-password")
        {
            field.set_value(&code);
        }
    });
    let reset = ServerAction::<ResetPassword>::new();
    let error = error_of(reset);
    view! {
        <Title text="Choose a new password" />
        <AuthFrame title="Choose a new password" lead="This signs you out on all your devices.">
            <FormProblem error />
            <ActionForm action=reset attr:novalidate=true>
                <div class="fields">
                    <MailedCodeField node_ref=code_field error />
                    <TextField
                        label="New password"
                        name="password"
                        kind="password"
                        hint="At least 12 characters. A few words in a row work well."
                        autocomplete="new-password"
                        required=true
                        error=error_at(error, "password")
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
