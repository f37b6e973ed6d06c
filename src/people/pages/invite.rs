//! Inviting somebody by e-mail.

use super::{role_hint, role_options};
use crate::{
    accounts::role::Role,
    app::use_viewer,
    people::{api::InvitePerson, paths},
    ui::{Button, FormActions, FormCard, PageHeader, RadioGroup, TextField, error_at, error_of},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/people/invite`.
#[component]
pub fn InvitePage() -> AnyView {
    let tenant = use_viewer().member.tenant;
    let action = ServerAction::<InvitePerson>::new();
    let error = error_of(action);
    let at = move |field| error_at(error, field);
    let list = paths::list(&tenant);
    view! {
        <Title text="Invite a person" />
        <PageHeader
            title="Invite a person"
            lead="We send an e-mail with a link. It works once, for seven days. The person chooses their own password."
            back=(list.clone(), "People".to_owned())
        />
        <FormCard error own_path=list.clone()>
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=tenant.to_string() />
                <div class="fields">
                    <TextField
                        label="Name"
                        name="display_name"
                        hint="As your team knows the person."
                        maxlength=120_u32
                        required=true
                        autocomplete="off"
                        error=at("display_name")
                    />
                    <TextField
                        label="E-mail address"
                        name="email"
                        kind="email"
                        inputmode="email"
                        maxlength=254_u32
                        required=true
                        autocomplete="off"
                        error=at("email")
                    />
                    <RadioGroup
                        label="Role"
                        name="role"
                        options=role_options()
                        value=Role::FrontlineWorker.as_str()
                        hint=role_hint()
                        error=at("role")
                    />
                    <FormActions cancel=list>
                        <Button pending=action.pending()>"Send the invitation"</Button>
                    </FormActions>
                </div>
            </ActionForm>
        </FormCard>
    }
    .into_any()
}
