//! What signing in takes.

use crate::{
    tenants::{api::SaveSecondFactor, paths, tenant::TenantSlug},
    ui::{Button, Card, Checkbox, RevisionField, SaveProblem, error_at, error_of},
};
use leptos::prelude::*;

/// The card of the second factor.
pub fn security_card(
    tenant: &TenantSlug,
    is_required: bool,
    revision: i32,
    action: ServerAction<SaveSecondFactor>,
) -> AnyView {
    let error = error_of(action);
    let (slug, own_path) = (tenant.to_string(), paths::settings(tenant));
    view! {
        <Card title="Signing in">
            <SaveProblem error own_path />
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <RevisionField revision error />
                <div class="fields">
                    <Checkbox
                        label="Everybody needs two-step sign-in"
                        name="required"
                        checked=is_required
                        hint="People without it are asked to set it up before they reach any page of your organisation. You need it yourself first: your account's page has it."
                        error=error_at(error, "required")
                    />
                    <div>
                        <Button pending=action.pending()>"Save signing in"</Button>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
