//! Views of jobs that several pages share.

use super::job::{JobRow, JobStatus};
use crate::{
    debug_log::paths as log,
    tenants::tenant::TenantSlug,
    ui::{Cell, Column, DataTable, LocalTime, Row, StatusBadge, Tone},
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// Jobs, one a row.
#[component]
pub fn JobTable(
    #[prop(into)] caption: String,
    jobs: Vec<JobRow>,
    /// Also when each of them ended.
    #[prop(optional)]
    ended: bool,
    /// Whose debug log each job's trace opens in; nothing where there is no way there.
    log_of: Option<TenantSlug>,
    tz: Tz,
) -> impl IntoView {
    let mut columns =
        vec![Column::new("Work"), Column::new("Status"), Column::new("Attempts").numeric(), Column::new("Asked for")];
    if ended {
        columns.push(Column::new("Ended"));
    }
    columns.push(Column::new("Details"));
    let rows = jobs.into_iter().map(|job| job_row(job, ended, log_of.as_ref(), tz)).collect_view();
    view! {
        <DataTable caption columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn job_row(job: JobRow, ended: bool, log_of: Option<&TenantSlug>, tz: Tz) -> impl IntoView + use<> {
    let finished_at = job.finished_at;
    let ended = ended.then(|| {
        view! { <Cell label="Ended">{finished_at.map(|instant| view! { <LocalTime instant tz /> })}</Cell> }
    });
    let trace = log_of.map(|tenant| (log::trace(tenant, job.trace), job.trace.reference()));
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
            {ended}
            <Cell label="Details">{problem_view(job.error, trace)}</Cell>
        </Row>
    }
}

/// What went wrong, with the address and the reference of the trace that tells more.
fn problem_view(error: Option<String>, trace: Option<(String, String)>) -> AnyView {
    // A cell with nothing in it, not even an element, isn't shown on a phone.
    let Some((href, reference)) = trace else { return error.into_any() };
    view! {
        <span class="min-w-0">
            {error}
            <a class="text-link block min-h-6 text-sm whitespace-nowrap" href=href>
                {format!("Trace {reference}")}
            </a>
        </span>
    }
    .into_any()
}

/// What people call a kind of job.
fn kind_in_words(kind: &str) -> String {
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
const fn tone_of(status: JobStatus) -> Tone {
    match status {
        JobStatus::Queued => Tone::Neutral,
        JobStatus::Running => Tone::Info,
        JobStatus::Completed => Tone::Done,
        JobStatus::Failed => Tone::Waiting,
        JobStatus::Dead => Tone::Danger,
    }
}
