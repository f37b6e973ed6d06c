//! Asking for a link to choose a new password.

use super::FormProblem;
use crate::{
    accounts::api::RequestPasswordReset,
    ui::{Alert, AuthFrame, Button, TextField, Tone},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/forgot-password`: the address, then an answer that is the same whether it has an account or not.
#[component]
pub fn ForgotPasswordPage() -> AnyView {
    let query = use_query_map();
    let sent = Memo::new(move |_| query.with(|query| query.get_str("sent") == Some("1")));
    let request = ServerAction::<RequestPasswordReset>::new();
    view! {
        <Title text="Reset your password" />
        <AuthFrame title="Reset your password">
            {move || if sent.get() { sent_view() } else { request_form(request) }}
            <p class="mt-6">
                <a class="text-link" href="/sign-in">
                    "Back to signing in"
                </a>
            </p>
        </AuthFrame>
    }
    .into_any()
}

fn sent_view() -> AnyView {
    view! {
        <Alert tone=Tone::Done title="Look at your e-mail">
            <p>"If this address has an account, we've sent a link. It works for one hour."</p>
        </Alert>
        <p class="mt-6">
            "Nothing there after a few minutes? Look in the junk folder, or "
            <a class="text-link" href="/forgot-password">
                "ask for another link"
            </a>
            "."
        </p>
    }
    .into_any()
}

fn request_form(request: ServerAction<RequestPasswordReset>) -> AnyView {
    let error = Signal::derive(move || request.value().get().and_then(Result::err));
    let email_error = move || error.with(|error| error.as_ref().and_then(|error| error.at("email")));
    view! {
        <FormProblem error />
        <ActionForm action=request attr:novalidate=true>
            <div class="fields">
                <TextField
                    label="E-mail address"
                    name="email"
                    kind="email"
                    hint="The one you sign in with. We'll send a link to choose a new password."
                    autocomplete="username"
                    inputmode="email"
                    maxlength=254
                    required=true
                    error=email_error
                />
                <Button wide=true pending=request.pending()>
                    "Send the link"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}
