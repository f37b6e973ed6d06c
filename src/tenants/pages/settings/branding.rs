//! How the organisation looks.

use crate::{
    tenants::{
        api::SaveBranding,
        paths,
        settings::{Accent, Branding},
        tenant::TenantSlug,
    },
    ui::{Button, Card, RadioGroup, RevisionField, SaveProblem, TextField, error_at, error_of},
};
use leptos::prelude::*;

/// The card of name and colour.
pub fn branding_card(
    tenant: &TenantSlug,
    branding: Branding,
    revision: i32,
    action: ServerAction<SaveBranding>,
) -> AnyView {
    let error = error_of(action);
    let (slug, own_path) = (tenant.to_string(), paths::settings(tenant));
    let colours =
        Accent::ALL.iter().map(|accent| (accent.as_str().to_owned(), accent.label().to_owned())).collect::<Vec<_>>();
    view! {
        <Card title="Look">
            <SaveProblem error own_path />
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <RevisionField revision error />
                <div class="fields">
                    <TextField
                        label="Short name"
                        name="short_name"
                        value=branding.short_name
                        hint="Stands in the navigation in place of the whole name."
                        optional=true
                        maxlength=24_u32
                        autocomplete="off"
                        width="max-w-80"
                        error=error_at(error, "short_name")
                    />
                    <RadioGroup
                        label="Colour"
                        name="accent"
                        options=colours
                        value=branding.accent.as_str()
                        inline=true
                        hint="Of buttons, links and the place where somebody is. All of them are easy to read, in light and in dark."
                        error=error_at(error, "accent")
                    />
                    <div>
                        <Button pending=action.pending()>"Save look"</Button>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
