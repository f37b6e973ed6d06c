//! The organisation's background work, so that an admin sees what got stuck.

use crate::{
    accounts::permission::Permission,
    app::use_viewer,
    debug_log::paths as log,
    jobs::{
        api::list_jobs,
        job::{JobRow, JobStatus},
    },
    tenants::tenant::TenantSlug,
    ui::{Card, Cell, Column, DataTable, EmptyState, Icon, LocalTime, PageHeader, Row, StatusBadge, Tone, Unpack},
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
            <Card flush=true>{job_list(jobs, sees_log.then(|| tenant.get_value()).as_ref(), tz)}</Card>
        </Unpack>
    }
    .into_any()
}

/// `log_of` is whose debug log the person may see.
fn job_list(jobs: Vec<JobRow>, log_of: Option<&TenantSlug>, tz: Tz) -> AnyView {
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
    let columns = vec![
        Column::new("Work"),
        Column::new("Status"),
        Column::new("Attempts").numeric(),
        Column::new("Asked for"),
        Column::new("Ended"),
        Column::new("What went wrong"),
    ];
    let rows = jobs.into_iter().map(|job| job_row(job, log_of, tz)).collect_view();
    view! {
        <DataTable caption="Background work" columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn job_row(job: JobRow, log_of: Option<&TenantSlug>, tz: Tz) -> impl IntoView + use<> {
    let trace = log_of.map(|tenant| {
        let (href, reference) = (log::trace(tenant, job.trace), job.trace.reference());
        view! {
            <a class="text-link block min-h-6 text-sm" href=href>
                {format!("Trace {reference}")}
            </a>
        }
    });
    view! {
        <Row>
            <Cell>
                <span class="font-semibold">{kind_in_words(&job.kind)}</span>
            </Cell>
            <Cell label="Status">
                <StatusBadge tone=tone_of(job.status) label=job.status.label() />
            </Cell>
            <Cell label="Attempts" numeric=true>
                {job.attempt}
            </Cell>
            <Cell label="Asked for">
                <LocalTime instant=job.created_at tz />
            </Cell>
            <Cell label="Ended">{job.finished_at.map(|instant| view! { <LocalTime instant tz /> })}</Cell>
            <Cell label="What went wrong">
                <span class="min-w-0">{job.error} {trace}</span>
            </Cell>
        </Row>
    }
}

/// What people call a kind of job.
pub fn kind_in_words(kind: &str) -> String {
    match kind {
        "generate_questions" => "Clarification questions".to_owned(),
        "enhance_narrative" => "Enhanced narrative".to_owned(),
        "analyse_incident" => "Analysis".to_owned(),
        "embed_documents" => "Documents prepared for meaning search".to_owned(),
        "verify_audit" => "Audit trail verified".to_owned(),
        "try_prompt" => "Try-out of a prompt".to_owned(),
        "fulfil_data_request" => "Data request".to_owned(),
        other => other.replace('_', " "),
    }
}

/// What a job's status means for the person who reads it.
pub const fn tone_of(status: JobStatus) -> Tone {
    match status {
        JobStatus::Queued => Tone::Neutral,
        JobStatus::Running => Tone::Info,
        JobStatus::Completed => Tone::Done,
        JobStatus::Failed => Tone::Waiting,
        JobStatus::Dead => Tone::Danger,
    }
}
