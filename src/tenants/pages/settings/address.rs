//! Where the organisation's pages are. Changing it is confirmed by typing.

use crate::{
    tenants::{api::SaveAddress, paths, tenant::TenantSlug},
    ui::{Button, ButtonVariant, Card, RevisionField, SaveProblem, TextField, error_at, error_of},
};
use leptos::prelude::*;

/// The card of the web address.
pub fn address_card(
    tenant: &TenantSlug,
    current: String,
    former: Vec<String>,
    revision: i32,
    action: ServerAction<SaveAddress>,
) -> AnyView {
    let error = error_of(action);
    let (slug, own_path) = (tenant.to_string(), paths::settings(tenant));
    let former = (!former.is_empty()).then(|| {
        let list = former.iter().map(|slug| format!("/{slug}")).collect::<Vec<_>>().join(", ");
        view! { <p class="text-[0.9375rem] text-muted">{format!("These former addresses lead here: {list}.")}</p> }
    });
    view! {
        <Card
            title="Web address"
            lead="The first part of the address of all your pages. Old links go on to work for your people until another organisation takes the old address."
        >
            <SaveProblem error own_path />
            // Not by a script: the pages that are open belong to the old address.
            <form method="post" action="/api/tenants/save-address" novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <RevisionField revision error />
                <div class="fields">
                    <p>"Your pages are at " <span class="font-semibold">{format!("/{current}")}</span> "."</p>
                    {former}
                    <TextField
                        label="New web address"
                        name="slug"
                        hint="2 to 40 small letters, digits and single hyphens."
                        maxlength=40_u32
                        required=true
                        autocomplete="off"
                        width="max-w-80"
                        error=error_at(error, "slug")
                    />
                    <TextField
                        label=format!("Type “{current}” to confirm")
                        name="confirmed"
                        maxlength=40_u32
                        required=true
                        autocomplete="off"
                        width="max-w-80"
                        error=error_at(error, "confirmed")
                    />
                    <div>
                        <Button variant=ButtonVariant::Danger>"Change web address"</Button>
                    </div>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
