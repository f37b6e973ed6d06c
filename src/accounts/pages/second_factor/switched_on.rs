//! While the second step is on: its recovery codes, and switching it off.

use super::{
    Actions, FormProblem,
    fields::{CodeField, PasswordField},
};
use crate::ui::{AuthFrame, Button, ButtonVariant, Disclosure, LinkButton, error_of};
use leptos::prelude::*;

/// What can still be done: new recovery codes, or switching it off.
pub fn on_view(codes_left: i64, next: String, actions: Actions) -> AnyView {
    let (replace, remove) = (replace_form(next.clone(), actions), remove_form(next.clone(), actions));
    let left = match codes_left {
        0 => "You have no recovery codes left. Make new ones.".to_owned(),
        1 => "You have 1 recovery code left.".to_owned(),
        left => format!("You have {left} recovery codes left."),
    };
    view! {
        <AuthFrame title="Two-step sign-in is on" lead="After your password we ask for a code from your app.">
            <p class="mb-6">{left}</p>
            <LinkButton href=next wide=true>
                "Continue"
            </LinkButton>
            <div class="mt-6 space-y-2">
                <Disclosure summary="Make new recovery codes" open=codes_left == 0>
                    {replace}
                </Disclosure>
                <Disclosure summary="Switch two-step sign-in off">{remove}</Disclosure>
            </div>
        </AuthFrame>
    }
    .into_any()
}

fn replace_form(next: String, actions: Actions) -> AnyView {
    let error = error_of(actions.replace);
    view! {
        <FormProblem error />
        <p class="mb-4">"The codes that you have now stop working."</p>
        <ActionForm action=actions.replace attr:novalidate=true>
            <input type="hidden" name="next" value=next />
            <div class="fields">
                <CodeField label="Code from the app" error />
                <Button variant=ButtonVariant::Secondary pending=actions.replace.pending()>
                    "Make new codes"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn remove_form(next: String, actions: Actions) -> AnyView {
    let error = error_of(actions.remove);
    view! {
        <FormProblem error />
        <p class="mb-4">"Your password alone signs you in then. Devices that you trust are forgotten."</p>
        <ActionForm action=actions.remove attr:novalidate=true>
            <input type="hidden" name="next" value=next />
            <div class="fields">
                <PasswordField error />
                <CodeField label="Code from the app, or a recovery code" id="off_code" error />
                <Button variant=ButtonVariant::Danger pending=actions.remove.pending()>
                    "Switch it off"
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}
