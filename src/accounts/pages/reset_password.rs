//! Choosing a new password with the code of an e-mail.

use super::{FormProblem, mailed_code::take_code_from_address};
use crate::{
    accounts::api::ResetPassword,
    ui::{AuthFrame, Button, TextField},
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
