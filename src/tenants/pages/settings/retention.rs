//! How long things are kept.

use crate::{
    tenants::{api::SaveRetention, paths, settings::Retention, tenant::TenantSlug},
    ui::{Button, Card, RevisionField, SaveProblem, TextField, error_at, error_of},
};
use leptos::prelude::*;

/// The rules that ask for it.
const RULES: &str = "https://www.legislation.gov.au/F2018L00633/latest/text";

/// The card of retention.
pub fn retention_card(
    tenant: &TenantSlug,
    retention: Retention,
    revision: i32,
    action: ServerAction<SaveRetention>,
) -> AnyView {
    let error = error_of(action);
    let (slug, own_path) = (tenant.to_string(), paths::settings(tenant));
    view! {
        <Card title="How long things are kept">
            <SaveProblem error own_path />
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <RevisionField revision error />
                <div class="fields">
                    <TextField
                        label="Years that records of incidents are kept"
                        name="record_years"
                        value=retention.record_years.to_string()
                        hint="Counted from the sign-off. Until then nobody's records can be deleted, and a legal hold keeps them longer."
                        inputmode="numeric"
                        required=true
                        autocomplete="off"
                        maxlength=3_u32
                        width="max-w-32"
                        error=error_at(error, "record_years")
                    />
                    <p class="text-[0.9375rem] text-muted">
                        "As guidance: the NDIS (Incident Management and Reportable Incidents) Rules 2018 ask for at least 7 years. "
                        <a class="text-link" href=RULES rel="external noopener">
                            "Read the Rules"
                        </a> "."
                    </p>
                    <TextField
                        label="Days that the debug log is kept"
                        name="debug_log_days"
                        value=retention.debug_log_days.to_string()
                        hint="What went wrong inside SupportSignal. It holds no text of reports. Errors are kept for 90 days at most, warnings for 30 and everything else for 7; enter fewer days to keep them for a shorter time."
                        inputmode="numeric"
                        required=true
                        autocomplete="off"
                        maxlength=3_u32
                        width="max-w-32"
                        error=error_at(error, "debug_log_days")
                    />
                    <div>
                        <Button pending=action.pending()>"Save how long"</Button>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
