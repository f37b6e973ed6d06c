//! Setting the second step up, its recovery codes, and switching it off.

mod fields;
mod switched_on;

use fields::{CodeField, PasswordField};
use switched_on::on_view;

use super::FormProblem;
use crate::{
    accounts::{
        api::second_factor::{
            BeginSecondFactor, CancelSecondFactor, ConfirmSecondFactor, KeepRecoveryCodes, RemoveSecondFactor,
            ReplaceRecoveryCodes, get_second_factor,
        },
        second_factor::SecondFactor,
    },
    address::own_path,
    error::AppError,
    ui::{Alert, AuthFrame, Button, ButtonVariant, Disclosure, LinkButton, Skeleton, Tone, error_of, successes},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/second-factor`: one step at a time, then on to `next`.
#[component]
pub fn SecondFactorPage() -> AnyView {
    let query = use_query_map();
    let next = Memo::new(move |_| query.with(|query| own_path(query.get_str("next")).to_owned()));
    let is_required = Memo::new(move |_| query.with(|query| query.get_str("required") == Some("1")));
    let actions = Actions::new();
    let state = Resource::new_blocking(actions.successes(), |_| get_second_factor());
    view! {
        <Title text="Two-step sign-in" />
        <Transition fallback=|| {
            view! {
                <AuthFrame title="One moment">
                    <Skeleton />
                </AuthFrame>
            }
        }>
            {move || Suspend::new(async move {
                let (next, is_required) = (next.get_untracked(), is_required.get_untracked());
                match state.await {
                    Ok(SecondFactor::Off) => off_view(next, is_required, actions),
                    Ok(SecondFactor::SettingUp { secret, qr_code }) => setting_up_view(secret, qr_code, next, actions),
                    Ok(SecondFactor::ShowingCodes { codes }) => codes_view(codes, next, actions),
                    Ok(SecondFactor::On { codes_left }) => on_view(codes_left, next, actions),
                    Err(error) => problem_view(error),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The forms of the page.
#[derive(Clone, Copy)]
struct Actions {
    begin: ServerAction<BeginSecondFactor>,
    cancel: ServerAction<CancelSecondFactor>,
    confirm: ServerAction<ConfirmSecondFactor>,
    keep: ServerAction<KeepRecoveryCodes>,
    replace: ServerAction<ReplaceRecoveryCodes>,
    remove: ServerAction<RemoveSecondFactor>,
}

impl Actions {
    fn new() -> Self {
        Self {
            begin: ServerAction::new(),
            cancel: ServerAction::new(),
            confirm: ServerAction::new(),
            keep: ServerAction::new(),
            replace: ServerAction::new(),
            remove: ServerAction::new(),
        }
    }

    /// Changes whenever something was done.
    fn successes(self) -> impl Fn() -> [usize; 6] + Send + Sync + 'static {
        let counts = [
            successes(self.begin),
            successes(self.cancel),
            successes(self.confirm),
            successes(self.keep),
            successes(self.replace),
            successes(self.remove),
        ];
        move || counts.map(|count| count.get())
    }
}

fn problem_view(error: AppError) -> AnyView {
    view! {
        <AuthFrame title="Two-step sign-in">
            <Alert tone=Tone::Danger>
                <p>{error.to_string()}</p>
            </Alert>
            <p class="mt-6">
                <a class="text-link" href="/sign-in?next=/second-factor">
                    "Sign in"
                </a>
            </p>
        </AuthFrame>
    }
    .into_any()
}

fn off_view(next: String, is_required: bool, actions: Actions) -> AnyView {
    let error = error_of(actions.begin);
    let required = is_required.then(|| {
        view! {
            <div class="mb-6">
                <Alert tone=Tone::Info quiet=true>
                    <p>"Your organisation asks everybody to use two-step sign-in. It takes about two minutes."</p>
                </Alert>
            </div>
        }
    });
    let way_back = (!is_required).then(|| {
        view! {
            <LinkButton href=next.clone() variant=ButtonVariant::Secondary wide=true>
                "Not now"
            </LinkButton>
        }
    });
    view! {
        <AuthFrame
            title="Two-step sign-in"
            lead="After your password you enter a code from an app on your phone. Somebody who learns your password can't get in."
        >
            {required}
            <FormProblem error />
            <p class="mb-6">
                "You need an authenticator app, such as Google Authenticator, Microsoft Authenticator or a password manager."
            </p>
            <ActionForm action=actions.begin>
                <input type="hidden" name="next" value=next />
                <div class="space-y-3">
                    <Button wide=true pending=actions.begin.pending()>
                        "Set it up"
                    </Button>
                    {way_back}
                </div>
            </ActionForm>
        </AuthFrame>
    }
    .into_any()
}

fn setting_up_view(secret: String, qr_code: String, next: String, actions: Actions) -> AnyView {
    let error = error_of(actions.confirm);
    let cancel_next = next.clone();
    view! {
        <AuthFrame title="Set up two-step sign-in" lead="Add SupportSignal to your app, then enter the code that it shows.">
            <FormProblem error />
            <div class="mb-4 flex justify-center">
                <div
                    role="img"
                    aria-label="QR code to scan with your authenticator app"
                    class="rounded-field bg-white p-2"
                    inner_html=qr_code
                ></div>
            </div>
            <Disclosure summary="I can't scan it">
                <p class="mb-2">"In your app choose to enter a key, and type:"</p>
                <p class="font-mono break-words" id="secret">
                    {secret}
                </p>
                <p class="mt-2 text-[0.9375rem] text-muted">"Kind: time-based. Six digits, every 30 seconds."</p>
            </Disclosure>
            <ActionForm action=actions.confirm attr:novalidate=true attr:class="mt-6">
                <input type="hidden" name="next" value=next />
                <div class="fields">
                    <PasswordField hint="The one that you sign in with." error />
                    <CodeField label="Code from the app" hint="Six digits." inputmode="numeric" error />
                    <Button wide=true pending=actions.confirm.pending()>
                        "Switch it on"
                    </Button>
                </div>
            </ActionForm>
            <ActionForm action=actions.cancel attr:class="mt-3">
                <input type="hidden" name="next" value=cancel_next />
                <Button variant=ButtonVariant::Secondary wide=true pending=actions.cancel.pending()>
                    "Cancel"
                </Button>
            </ActionForm>
        </AuthFrame>
    }
    .into_any()
}

fn codes_view(codes: Vec<String>, next: String, actions: Actions) -> AnyView {
    let error = error_of(actions.keep);
    let items = codes.into_iter().map(|code| view! { <li>{code}</li> }).collect_view();
    view! {
        <AuthFrame
            title="Keep your recovery codes"
            lead="Two-step sign-in is on. If you lose your phone, each of these codes signs you in once."
        >
            <FormProblem error />
            <ol aria-label="Recovery codes" class="mb-4 grid gap-1 rounded-field bg-base-200 p-4 font-mono">
                {items}
            </ol>
            <p class="mb-6">"Print them or write them down, and keep them away from your phone. You won't see them again."</p>
            <ActionForm action=actions.keep>
                <input type="hidden" name="next" value=next />
                <Button wide=true pending=actions.keep.pending()>
                    "I have kept these codes"
                </Button>
            </ActionForm>
        </AuthFrame>
    }
    .into_any()
}
