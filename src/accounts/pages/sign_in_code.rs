//! The second step of signing in.

use super::FormProblem;
use crate::{
    accounts::api::second_factor::SignInWithCode,
    ui::{AuthFrame, Button, Checkbox, TextField, error_at, error_of},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/sign-in/code`: the code of the app, or a recovery code, then on to `next`.
#[component]
pub fn SignInCodePage() -> AnyView {
    let query = use_query_map();
    let sign_in = ServerAction::<SignInWithCode>::new();
    let error = error_of(sign_in);
    let next = move || query.with(|query| query.get("next"));
    view! {
        <Title text="Enter your code" />
        <AuthFrame title="Enter your code" lead="Your password was right. Now open your authenticator app.">
            <FormProblem error />
            <ActionForm action=sign_in attr:novalidate=true>
                {move || next().map(|next| view! { <input type="hidden" name="next" value=next /> })}
                <div class="fields">
                    <TextField
                        label="Code"
                        name="code"
                        hint="The six digits that your app shows for SupportSignal. A recovery code works too, once."
                        autocomplete="one-time-code"
                        inputmode="text"
                        maxlength=30
                        required=true
                        autofocus=true
                        error=error_at(error, "code")
                    />
                    <Checkbox
                        label="Don't ask for a code on this device for 30 days"
                        name="trust"
                        hint="Only on a device that nobody else uses."
                    />
                    <Button wide=true pending=sign_in.pending()>
                        "Sign in"
                    </Button>
                </div>
            </ActionForm>
            <p class="mt-6">
                "No phone and no recovery codes? Ask your organisation's admin. Or "
                <a class="text-link" href="/sign-in">
                    "start again"
                </a>
                "."
            </p>
        </AuthFrame>
    }
    .into_any()
}
