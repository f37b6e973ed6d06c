//! Signing in.

use super::FormProblem;
use crate::{
    accounts::api::SignIn,
    ui::{Alert, AuthFrame, Button, TextField, Tone},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/sign-in`: e-mail address and password, then on to `next` or to the person's organisation.
#[component]
pub fn SignInPage() -> AnyView {
    let query = use_query_map();
    let sign_in = ServerAction::<SignIn>::new();
    let error = Signal::derive(move || sign_in.value().get().and_then(Result::err));
    let at = move |field| error.with(|error| error.as_ref().and_then(|error| error.at(field)));
    // What happened before is old news once something is wrong now.
    let note = move || {
        error
            .with(Option::is_none)
            .then(|| query.with(|query| arrival_note(query.get_str("reset"), query.get_str("out"))))
            .flatten()
    };
    let next = move || query.with(|query| query.get("next"));
    view! {
        <Title text="Sign in" />
        <AuthFrame title="Sign in">
            {move || {
                note()
                    .map(|text| {
                        view! {
                            <div class="mb-6">
                                <Alert tone=Tone::Done>
                                    <p>{text}</p>
                                </Alert>
                            </div>
                        }
                    })
            }}
            <FormProblem error />
            <ActionForm action=sign_in attr:novalidate=true>
                {move || next().map(|next| view! { <input type="hidden" name="next" value=next /> })}
                <div class="fields">
                    <TextField
                        label="E-mail address"
                        name="email"
                        kind="email"
                        autocomplete="username"
                        inputmode="email"
                        maxlength=254
                        required=true
                        autofocus=true
                        error=move || at("email")
                    />
                    <TextField
                        label="Password"
                        name="password"
                        kind="password"
                        autocomplete="current-password"
                        required=true
                        error=move || at("password")
                    />
                    <Button wide=true pending=sign_in.pending()>
                        "Sign in"
                    </Button>
                </div>
            </ActionForm>
            <p class="mt-6">
                <a class="text-link" href="/forgot-password">
                    "I forgot my password"
                </a>
            </p>
        </AuthFrame>
    }
    .into_any()
}

/// What the page that led here has done.
fn arrival_note(reset: Option<&str>, out: Option<&str>) -> Option<&'static str> {
    match (reset, out) {
        (Some("1"), _) => Some("Your password is changed. Sign in with the new one."),
        (_, Some("1")) => Some("You're signed out."),
        _ => None,
    }
}
