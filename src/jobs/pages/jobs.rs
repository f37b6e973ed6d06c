//! The organisation's background work, so that an admin sees what got stuck.

use crate::{
    app::use_viewer,
    jobs::{
        api::list_jobs,
        job::{JobRow, JobStatus},
    },
    ui::{Card, Cell, Column, DataTable, EmptyState, Icon, LocalTime, PageHeader, Row, StatusBadge, Tone, Unpack},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/jobs`: the latest jobs, those that gave up first.
#[component]
pub fn JobListPage() -> AnyView {
    let member = use_viewer().member;
    let (tenant, tz) = (member.tenant, member.time_zone);
    let jobs = Resource::new_blocking(move || tenant.clone(), list_jobs);
    view! {
        <Title text="Background work" />
        <PageHeader
            title="Background work"
            lead="What SupportSignal does while people go on with theirs. Work that gave up stands first."
        />
        <Unpack resource=jobs let:jobs>
            <Card flush=true>{job_list(jobs, tz)}</Card>
        </Unpack>
    }
    .into_any()
}

fn job_list(jobs: Vec<JobRow>, tz: Tz) -> AnyView {
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
    view! {
        <DataTable caption="Background work" columns>
            {jobs.into_iter().map(|job| job_row(job, tz)).collect_view()}
        </DataTable>
    }
    .into_any()
}

fn job_row(job: JobRow, tz: Tz) -> impl IntoView {
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
            <Cell label="What went wrong">{job.error}</Cell>
        </Row>
    }
}

fn kind_in_words(kind: &str) -> String {
    match kind {
        "generate_questions" => "Clarification questions".to_owned(),
        "enhance_narrative" => "Enhanced narrative".to_owned(),
        "analyse_incident" => "Analysis".to_owned(),
        "embed_documents" => "Documents prepared for meaning search".to_owned(),
        "try_prompt" => "Try-out of a prompt".to_owned(),
        "fulfil_data_request" => "Data request".to_owned(),
        other => other.replace('_', " "),
    }
}

const fn tone_of(status: JobStatus) -> Tone {
    match status {
        JobStatus::Queued => Tone::Neutral,
        JobStatus::Running => Tone::Info,
        JobStatus::Completed => Tone::Done,
        JobStatus::Failed => Tone::Waiting,
        JobStatus::Dead => Tone::Danger,
    }
}
