//! Behind the link of an invitation.

use super::{
    FormProblem,
    mailed_code::{MailedCodeField, take_code_from_address},
};
use crate::{
    accounts::{
        api::{
            SignOut,
            join::{BeginJoining, Join, JoinWithNewAccount, get_joining},
        },
        invitation::{Joining, JoiningWay, MAX_NAME},
    },
    error::AppError,
    ui::{AuthFrame, Button, ButtonVariant, LinkButton, Skeleton, TextField, error_at, error_of, successes},
};
use leptos::{ev, html, prelude::*};
use leptos_meta::Title;

/// `/join`: the code, which the link of the e-mail carries after its `#`, then a new account or one's own.
#[component]
pub fn JoinPage() -> AnyView {
    let begin = ServerAction::<BeginJoining>::new();
    let code_field = NodeRef::new();
    Effect::new(move |_| {
        open_from_address(begin, code_field);
        // The link may be opened where this page is open already: then nothing but the part after the # changes.
        let handle = window_event_listener(ev::hashchange, move |_| open_from_address(begin, code_field));
        on_cleanup(move || handle.remove());
    });
    let opened = successes(begin);
    let joining = Resource::new_blocking(move || opened.get(), |_| get_joining());
    let actions = (ServerAction::<Join>::new(), ServerAction::<JoinWithNewAccount>::new());
    let is_refused = Memo::new(move |_| begin.value().with(|value| matches!(value, Some(Err(_)))));
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
                    // A link that was refused takes the place of the invitation that was open before.
                    Ok(Some(joining)) => {
                        (move || {
                            if is_refused.get() {
                                code_view(begin, code_field, None)
                            } else {
                                joining_view(&joining, actions)
                            }
                        })
                            .into_any()
                    }
                    Ok(None) => code_view(begin, code_field, None),
                    Err(error) => code_view(begin, code_field, Some(error)),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// Opens the invitation whose link led here.
fn open_from_address(begin: ServerAction<BeginJoining>, code_field: NodeRef<html::Input>) {
    let Some(token) = take_code_from_address("/join") else {
        return;
    };
    if let Some(field) = code_field.get_untracked() {
        field.set_value(&token);
    }
    begin.dispatch(BeginJoining { token });
}

fn code_view(
    begin: ServerAction<BeginJoining>,
    code_field: NodeRef<html::Input>,
    problem: Option<AppError>,
) -> AnyView {
    let refused = error_of(begin);
    let error = Signal::derive(move || refused.get().or_else(|| problem.clone()));
    view! {
        <AuthFrame title="Join an organisation" lead="With the code of your invitation.">
            <FormProblem error />
            <ActionForm action=begin attr:novalidate=true>
                <div class="fields">
                    <MailedCodeField node_ref=code_field error />
                    <Button wide=true pending=begin.pending()>
                        "Open the invitation"
                    </Button>
                </div>
            </ActionForm>
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

fn joining_view(joining: &Joining, (join, create): (ServerAction<Join>, ServerAction<JoinWithNewAccount>)) -> AnyView {
    let title = format!("Join {}", joining.tenant_name);
    let lead = format!("You're invited as {}. Your role: {}.", joining.email, joining.role.label());
    let way_on = match joining.way {
        JoiningWay::NewAccount => new_account_form(joining, create),
        JoiningWay::SignIn => sign_in_view(),
        JoiningWay::Accept => accept_form(joining, join),
        JoiningWay::SignedInAsSomebodyElse => other_account_view(),
    };
    view! {
        <AuthFrame title lead>
            {way_on}
        </AuthFrame>
    }
    .into_any()
}

fn new_account_form(joining: &Joining, action: ServerAction<JoinWithNewAccount>) -> AnyView {
    let error = error_of(action);
    let (name, email) = (joining.display_name.clone(), joining.email.clone());
    let organisation = joining.tenant.to_string();
    view! {
        <FormProblem error />
        <ActionForm action=action attr:novalidate=true>
            <input type="hidden" name="organisation" value=organisation />
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

fn sign_in_view() -> AnyView {
    view! {
        <p class="mb-6">"This address has a SupportSignal account already. Sign in, and you come back here to join."</p>
        <LinkButton href="/sign-in?next=%2Fjoin" wide=true>
            "Sign in to join"
        </LinkButton>
    }
    .into_any()
}

fn accept_form(joining: &Joining, action: ServerAction<Join>) -> AnyView {
    let (error, organisation) = (error_of(action), joining.tenant.to_string());
    let words =
        format!("You're signed in with this address. {} will be one of your organisations.", joining.tenant_name);
    view! {
        <FormProblem error />
        <p class="mb-6">{words}</p>
        <ActionForm action=action>
            <input type="hidden" name="organisation" value=organisation />
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
