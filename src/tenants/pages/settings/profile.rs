//! Who the organisation is.

use crate::{
    tenants::{abn, api::SaveProfile, paths, settings::Profile, tenant::TenantSlug},
    ui::{Button, Card, RevisionField, SaveProblem, TextField, error_at, error_of},
};
use leptos::prelude::*;

/// The first card.
pub fn profile_card(
    tenant: &TenantSlug,
    profile: Profile,
    revision: i32,
    action: ServerAction<SaveProfile>,
) -> AnyView {
    let error = error_of(action);
    let at = move |field| error_at(error, field);
    let (slug, own_path) = (tenant.to_string(), paths::settings(tenant));
    view! {
        <Card title="Profile">
            <SaveProblem error own_path />
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <RevisionField revision error />
                <div class="fields">
                    <TextField
                        label="Name of the organisation"
                        name="name"
                        value=profile.name
                        hint="Everybody in your organisation sees it, and it stands on exported records."
                        maxlength=120_u32
                        required=true
                        autocomplete="organization"
                        error=at("name")
                    />
                    <TextField
                        label="ABN"
                        name="abn"
                        value=abn::format(&profile.abn)
                        hint="Eleven digits, such as 51 824 753 556."
                        optional=true
                        inputmode="numeric"
                        autocomplete="off"
                        maxlength=20_u32
                        width="max-w-48"
                        error=at("abn")
                    />
                    <TextField
                        label="Contact e-mail"
                        name="contact_email"
                        kind="email"
                        value=profile.contact_email
                        hint="For questions from SupportSignal about your account."
                        optional=true
                        autocomplete="off"
                        maxlength=254_u32
                        error=at("contact_email")
                    />
                    <TextField
                        label="Contact phone"
                        name="contact_phone"
                        kind="tel"
                        value=profile.contact_phone
                        optional=true
                        autocomplete="off"
                        maxlength=40_u32
                        width="max-w-60"
                        error=at("contact_phone")
                    />
                    <TextField
                        label="Postal address"
                        name="postal_address"
                        value=profile.postal_address
                        hint="Street, suburb, state and postcode."
                        optional=true
                        autocomplete="off"
                        maxlength=300_u32
                        error=at("postal_address")
                    />
                    <div>
                        <Button pending=action.pending()>"Save profile"</Button>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
