//! What the server needs, how it was the last time, and one button to look again.

use crate::{
    app::use_viewer,
    connections::{
        api::{CheckConnections, list_connections},
        connection::{CheckStatus, Connection, LastCheck},
        paths,
    },
    ui::{
        Alert, Button, Card, Cell, Column, DataTable, Icon, LocalTime, PageHeader, Row, SaveProblem, StatusBadge, Tone,
        Unpack, error_of, successes,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/connections`.
#[component]
pub fn ConnectionsPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let check = ServerAction::<CheckConnections>::new();
    let checked = successes(check);
    let connections = Resource::new_blocking(move || checked.get(), move |_| list_connections(tenant.get_value()));
    view! {
        <Title text="Connections" />
        <PageHeader
            title="Connections"
            lead="What SupportSignal needs to do its work, and whether it can be reached. A check writes and removes a small file, sends no mail, and asks each AI provider one short question."
            action=move || {
                view! {
                    <ActionForm action=check>
                        <input type="hidden" name="tenant" value=tenant.with_value(ToString::to_string) />
                        <Button icon=Icon::Again pending=check.pending()>
                            "Check now"
                        </Button>
                    </ActionForm>
                }
            }
        />
        <SaveProblem error=error_of(check) own_path=paths::list(&tenant.get_value()) />
        <Unpack resource=connections let:connections>
            {connections_view(connections, tz)}
        </Unpack>
    }
    .into_any()
}

fn connections_view(connections: Vec<Connection>, tz: Tz) -> AnyView {
    let summary = summary_view(&connections);
    let columns = vec![
        Column::new("Connection"),
        Column::new("Status"),
        Column::new("Took").numeric(),
        Column::new("Last check"),
        Column::new("Latest checks"),
    ];
    view! {
        <div class="space-y-4">
            {summary} <Card flush=true>
                <DataTable caption="Connections" columns>
                    {connections.into_iter().map(|connection| row(connection, tz)).collect_view()}
                </DataTable>
            </Card>
        </div>
    }
    .into_any()
}

fn summary_view(connections: &[Connection]) -> AnyView {
    let is = |status: CheckStatus| {
        move |connection: &&Connection| connection.last.as_ref().is_some_and(|last| last.status == status)
    };
    let failed: Vec<_> = connections.iter().filter(is(CheckStatus::Failed)).map(Connection::name).collect();
    if connections.iter().all(|connection| connection.last.is_none()) {
        return view! { <Alert tone=Tone::Info title="Nothing has been checked yet" quiet=true /> }.into_any();
    }
    if failed.is_empty() {
        return view! { <Alert tone=Tone::Done title="Everything worked at the last check" quiet=true /> }.into_any();
    }
    let title = format!("Didn't work at the last check: {}", failed.join(", "));
    view! { <Alert tone=Tone::Danger title quiet=true /> }.into_any()
}

fn row(connection: Connection, tz: Tz) -> impl IntoView {
    let name = connection.name();
    let Some(last) = connection.last else {
        return view! {
            <Row>
                <Cell>
                    <span class="font-semibold">{name}</span>
                </Cell>
                <Cell label="Status">
                    <span class="text-muted">"Not checked yet"</span>
                </Cell>
                <Cell label="Took" numeric=true>
                    ""
                </Cell>
                <Cell label="Last check">""</Cell>
                <Cell label="Latest checks">""</Cell>
            </Row>
        }
        .into_any();
    };
    let (tone, took, recent) = (tone_of(last.status), latency_in_words(last.latency_ms), recent_in_words(&last));
    let LastCheck { status, error, checked_at: instant, checked_by, .. } = last;
    view! {
        <Row>
            <Cell>
                <span class="font-semibold">{name}</span>
            </Cell>
            <Cell label="Status">
                <span class="min-w-0">
                    <StatusBadge tone=tone label=status.label() />
                    {error.map(|sentence| view! { <span class="mt-1 block max-w-prose">{sentence}</span> })}
                </span>
            </Cell>
            <Cell label="Took" numeric=true nowrap=true>
                {took}
            </Cell>
            <Cell label="Last check">
                <span>
                    <LocalTime instant tz />
                    {checked_by.map(|name| view! { <span class="block text-sm text-muted">{format!("by {name}")}</span> })}
                </span>
            </Cell>
            <Cell label="Latest checks">{recent}</Cell>
        </Row>
    }
    .into_any()
}

const fn tone_of(status: CheckStatus) -> Tone {
    match status {
        CheckStatus::Works => Tone::Done,
        CheckStatus::Limited => Tone::Waiting,
        CheckStatus::Failed => Tone::Danger,
    }
}

fn latency_in_words(latency_ms: Option<i32>) -> String {
    latency_ms.map_or_else(String::new, |latency| format!("{latency} ms"))
}

fn recent_in_words(last: &LastCheck) -> String {
    match (last.failures, last.kept) {
        (0, 1) => "The first check".to_owned(),
        (0, kept) => format!("None of {kept} failed"),
        (failures, kept) => format!("{failures} of {kept} failed"),
    }
}

#[cfg(test)]
mod tests {
    use super::{latency_in_words, recent_in_words};
    use crate::connections::connection::{CheckStatus, LastCheck};

    #[test]
    fn the_latest_checks_are_told_together() {
        let told = |failures, kept| {
            recent_in_words(&LastCheck {
                status: CheckStatus::Works,
                latency_ms: Some(3),
                error: None,
                checked_at: chrono::Utc::now(),
                checked_by: None,
                kept,
                failures,
            })
        };
        assert_eq!([told(0, 1), told(0, 4), told(2, 20)], ["The first check", "None of 4 failed", "2 of 20 failed"]);
        assert_eq!([latency_in_words(Some(12)), latency_in_words(None)], ["12 ms", ""]);
    }
}
