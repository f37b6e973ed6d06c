//! The organisation's background work, so that an admin sees what got stuck.

use crate::{
    accounts::permission::Permission,
    app::use_viewer,
    jobs::{api::list_jobs, components::JobTable, job::JobRow},
    tenants::tenant::TenantSlug,
    ui::{Card, EmptyState, Icon, PageHeader, Unpack},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/jobs`: the latest jobs, those that gave up first.
#[component]
pub fn JobListPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let sees_log = member.role.may(Permission::SeeDebugLog);
    let tenant = StoredValue::new(member.tenant);
    let jobs = Resource::new_blocking(move || tenant.get_value(), list_jobs);
    view! {
        <Title text="Background work" />
        <PageHeader
            title="Background work"
            lead="What SupportSignal does while people go on with theirs. Work that gave up stands first."
        />
        <Unpack resource=jobs let:jobs>
            <Card flush=true>{job_list(jobs, sees_log.then(|| tenant.get_value()), tz)}</Card>
        </Unpack>
    }
    .into_any()
}

/// `log_of` is whose debug log the person may see.
fn job_list(jobs: Vec<JobRow>, log_of: Option<TenantSlug>, tz: Tz) -> AnyView {
    if jobs.is_empty() {
        return view! {
            <EmptyState
                title="No background work yet"
                text="It starts when somebody asks for clarification questions or an enhanced narrative."
                icon=Icon::Clock
            />
        }
        .into_any();
    }
    view! { <JobTable caption="Background work" jobs ended=true log_of tz /> }.into_any()
}
