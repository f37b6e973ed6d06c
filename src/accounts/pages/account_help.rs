//! Helping somebody who can't sign in, for whoever runs the system.

use crate::{
    accounts::api::safety::ResetAccountSecondFactor,
    app::use_viewer,
    ui::{Alert, Button, ButtonVariant, Card, PageHeader, SaveProblem, TextField, Tone, error_at, error_of},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/account-help`.
#[component]
pub fn AccountHelpPage() -> AnyView {
    let tenant = use_viewer().member.tenant;
    let query = use_query_map();
    let is_done = move || query.with(|query| query.get_str("done") == Some("1"));
    let action = ServerAction::<ResetAccountSecondFactor>::new();
    let error = error_of(action);
    view! {
        <Title text="Sign-in help" />
        <PageHeader
            title="Sign-in help"
            lead="For people who work for several organisations. Everybody else is helped by their own admin."
        />
        <div class="max-w-2xl space-y-6">
            {move || is_done().then(|| view! { <Alert tone=Tone::Done title="Two-step sign-in is reset." /> })}
            <div>
                <SaveProblem error own_path=format!("/{tenant}/account-help") />
                <Card
                    title="Reset two-step sign-in"
                    lead="The person signs in with the password only, until they set it up again. Their organisations see it in their audit trails."
                >
                    <ActionForm action=action attr:novalidate=true>
                        <input type="hidden" name="tenant" value=tenant.to_string() />
                        <div class="fields">
                            <TextField
                                label="E-mail address of the account"
                                name="email"
                                kind="email"
                                hint="Make sure that it is really them who asks, for example by a call to their organisation."
                                inputmode="email"
                                maxlength=254_u32
                                required=true
                                autocomplete="off"
                                error=error_at(error, "email")
                            />
                            <Button variant=ButtonVariant::Danger pending=action.pending()>
                                "Reset two-step sign-in"
                            </Button>
                        </div>
                    </ActionForm>
                </Card>
            </div>
        </div>
    }
    .into_any()
}
