//! Behind the link of an invitation.

use super::FormProblem;
use crate::{
    accounts::{
        api::{
            SignOut,
            join::{Join, JoinWithNewAccount, get_joining},
        },
        invitation::{Joining, JoiningWay, MAX_NAME},
    },
    address::encode,
    error::AppError,
    ui::{Alert, AuthFrame, Button, ButtonVariant, LinkButton, Skeleton, TextField, Tone, error_at, error_of},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/join?token=...`: a new account, or one's own.
#[component]
pub fn JoinPage() -> AnyView {
    let query = use_query_map();
    let token = Memo::new(move |_| query.with(|query| query.get("token").unwrap_or_default()));
    let joining = Resource::new_blocking(move || token.get(), get_joining);
    let actions = (ServerAction::<Join>::new(), ServerAction::<JoinWithNewAccount>::new());
    view! {
        <Title text="Join an organisation" />
        <Transition fallback=|| {
            view! {
                <AuthFrame title="One moment">
                    <Skeleton />
                </AuthFrame>
            }
        }>
            {move || Suspend::new(async move {
                match joining.await {
                    Ok(joining) => joining_view(joining, token.get_untracked(), actions),
                    Err(error) => problem_view(error),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn problem_view(error: AppError) -> AnyView {
    view! {
        <AuthFrame title="This link doesn't work">
            <Alert tone=Tone::Danger>
                <p>{error.to_string()}</p>
            </Alert>
            <p class="mt-6">
                "Have you joined already? "
                <a class="text-link" href="/sign-in">
                    "Sign in"
                </a>
                "."
            </p>
        </AuthFrame>
    }
    .into_any()
}

fn joining_view(
    joining: Joining,
    token: String,
    (join, create): (ServerAction<Join>, ServerAction<JoinWithNewAccount>),
) -> AnyView {
    let title = format!("Join {}", joining.tenant_name);
    let lead = format!("You're invited as {}. Your role: {}.", joining.email, joining.role.label());
    let way_on = match joining.way {
        JoiningWay::NewAccount => new_account_form(&joining, token, create),
        JoiningWay::SignIn => sign_in_view(&token),
        JoiningWay::Accept => accept_form(&joining, token, join),
        JoiningWay::SignedInAsSomebodyElse => other_account_view(),
    };
    view! {
        <AuthFrame title lead>
            {way_on}
        </AuthFrame>
    }
    .into_any()
}

fn new_account_form(joining: &Joining, token: String, action: ServerAction<JoinWithNewAccount>) -> AnyView {
    let error = error_of(action);
    let (name, email) = (joining.display_name.clone(), joining.email.clone());
    view! {
        <FormProblem error />
        <ActionForm action=action attr:novalidate=true>
            <input type="hidden" name="token" value=token />
            <div class="fields">
                <TextField
                    label="Your name"
                    name="display_name"
                    value=name
                    hint="As your team will read it on your reports."
                    autocomplete="name"
                    maxlength=u32::try_from(MAX_NAME).unwrap_or(u32::MAX)
                    required=true
                    error=error_at(error, "display_name")
                />
                <TextField
                    label="E-mail address"
                    name="email"
                    kind="email"
                    value=email
                    hint="You'll sign in with it."
                    autocomplete="username"
                    readonly=true
                />
                <TextField
                    label="Password"
                    name="password"
                    kind="password"
                    hint="At least 12 characters. A few words in a row work well."
                    autocomplete="new-password"
                    required=true
                    error=error_at(error, "password")
                />
                <Button wide=true pending=action.pending()>
                    "Join"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn sign_in_view(token: &str) -> AnyView {
    let here = format!("/join?token={}", encode(token));
    let href = format!("/sign-in?next={}", encode(&here));
    view! {
        <p class="mb-6">"This address has a SupportSignal account already. Sign in, and you come back here to join."</p>
        <LinkButton href wide=true>
            "Sign in to join"
        </LinkButton>
    }
    .into_any()
}

fn accept_form(joining: &Joining, token: String, action: ServerAction<Join>) -> AnyView {
    let error = error_of(action);
    let words =
        format!("You're signed in with this address. {} will be one of your organisations.", joining.tenant_name);
    view! {
        <FormProblem error />
        <p class="mb-6">{words}</p>
        <ActionForm action=action>
            <input type="hidden" name="token" value=token />
            <Button wide=true pending=action.pending()>
                "Join"
            </Button>
        </ActionForm>
    }
    .into_any()
}

fn other_account_view() -> AnyView {
    let sign_out = ServerAction::<SignOut>::new();
    view! {
        <p class="mb-6">
            "You're signed in with another address. If the invitation is for you, sign out, then open the link of the e-mail again."
        </p>
        <ActionForm action=sign_out>
            <Button variant=ButtonVariant::Secondary wide=true pending=sign_out.pending()>
                "Sign out"
            </Button>
        </ActionForm>
    }
    .into_any()
}
