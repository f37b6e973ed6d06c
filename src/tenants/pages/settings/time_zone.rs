//! Where the organisation's day starts.

use crate::{
    tenants::{api::SaveTimeZone, paths, tenant::TenantSlug, time_zones},
    ui::{Button, Card, RevisionField, SaveProblem, SelectField, error_at, error_of},
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// The card of the time zone.
pub fn time_zone_card(tenant: &TenantSlug, zone: Tz, revision: i32, action: ServerAction<SaveTimeZone>) -> AnyView {
    let error = error_of(action);
    let (slug, own_path) = (tenant.to_string(), paths::settings(tenant));
    view! {
        <Card title="Time zone">
            <SaveProblem error own_path />
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <RevisionField revision error />
                <div class="fields">
                    <SelectField
                        label="Time zone of the organisation"
                        name="time_zone"
                        options=time_zones::choices()
                        value=zone.name()
                        hint="All dates and times are shown in it, and figures count days by it. Records keep the moment at which something happened."
                        error=error_at(error, "time_zone")
                    />
                    <div>
                        <Button pending=action.pending()>"Save time zone"</Button>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
