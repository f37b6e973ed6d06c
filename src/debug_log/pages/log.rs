//! The lines of the debug log, or everything of one trace.

use super::trace::trace_view;
use crate::{
    app::use_viewer,
    debug_log::{
        api::{get_trace, list_log},
        line::{LogFilter, LogLevel, LogLine, LogPage as Lines, SYSTEMS, TracePage, system_label},
        paths,
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, Cell, Column, DataTable, EmptyState, Icon, LocalTime, NoMatch, PageHeader,
        Pagination, Row, SelectField, StatusBadge, TextField, Tone, Unpack,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};

/// What the page shows.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
enum Shown {
    Lines(LogFilter, Lines),
    Trace(LogFilter, Option<TracePage>),
}

/// `/{tenant}/log`.
#[component]
pub fn LogPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let query = use_query_map();
    let filter = Memo::new(move |_| read_filter(&query.read()));
    let shown = Resource::new_blocking(
        move || filter.get(),
        move |filter| async move {
            if filter.trace.is_empty() {
                let lines = list_log(tenant.get_value(), filter.clone()).await?;
                return Ok(Shown::Lines(filter, lines));
            }
            let trace = get_trace(tenant.get_value(), filter.trace.clone()).await?;
            Ok(Shown::Trace(filter, trace))
        },
    );
    view! {
        <Title text="Debug log" />
        <PageHeader
            title="Debug log"
            lead="What went wrong behind the pages. It holds no words of reports, questions or documents. Errors are kept for 90 days, warnings for 30 and everything else for 7, or for fewer days if your organisation's settings say so."
        />
        <Unpack resource=shown let:shown>
            {match shown {
                Shown::Lines(filter, lines) => lines_view(&tenant.get_value(), filter, lines, tz),
                Shown::Trace(filter, trace) => traced_view(&tenant.get_value(), filter, trace, tz),
            }}
        </Unpack>
    }
    .into_any()
}

fn read_filter(query: &ParamsMap) -> LogFilter {
    let value = |name| query.get(name).unwrap_or_default().trim().to_owned();
    LogFilter { level: value("level"), system: value("system"), trace: value("trace"), after: value("after") }
}

/// Plain forms: the browser loads their address, so the fields always say what is shown.
fn forms_view(tenant: &TenantSlug, filter: &LogFilter) -> AnyView {
    let levels: Vec<_> =
        LogLevel::ALL.iter().map(|level| (level.as_str().to_owned(), level.label().to_owned())).collect();
    let systems: Vec<_> = SYSTEMS.iter().map(|(name, label)| ((*name).to_owned(), (*label).to_owned())).collect();
    let (action, action_too) = (paths::log(tenant), paths::log(tenant));
    let LogFilter { level, system, trace, .. } = filter.clone();
    view! {
        <div class="grid gap-4 lg:grid-cols-2">
            <Card title="Filter">
                <form method="get" action=action autocomplete="off" class="grid items-end gap-4 sm:grid-cols-[1fr_1fr_auto]">
                    <SelectField label="Level" name="level" options=levels value=level blank="All levels" />
                    <SelectField label="Part" name="system" options=systems value=system blank="All parts" />
                    <Button variant=ButtonVariant::Secondary>"Show"</Button>
                </form>
            </Card>
            <Card title="Find by reference">
                <form method="get" action=action_too autocomplete="off" class="grid items-end gap-4 sm:grid-cols-[1fr_auto]">
                    <TextField label="Reference that a person was told" name="trace" value=trace maxlength=60 />
                    <Button variant=ButtonVariant::Secondary>"Find"</Button>
                </form>
            </Card>
        </div>
    }
    .into_any()
}

fn lines_view(tenant: &TenantSlug, filter: LogFilter, page: Lines, tz: Tz) -> AnyView {
    let forms = forms_view(tenant, &filter);
    let next = page.next.map(|after| paths::filtered(tenant, &LogFilter { after, ..filter.clone() }));
    let first = (!filter.after.is_empty())
        .then(|| paths::filtered(tenant, &LogFilter { after: String::new(), ..filter.clone() }));
    let table = if page.lines.is_empty() { empty_view(tenant, &filter) } else { table(tenant, page.lines, tz) };
    view! {
        <div class="space-y-4">
            {forms} <Card flush=true>{table}</Card>
            <Pagination nostrip:first=first nostrip:next=next />
        </div>
    }
    .into_any()
}

fn empty_view(tenant: &TenantSlug, filter: &LogFilter) -> AnyView {
    if !filter.after.is_empty() {
        return view! { <EmptyState title="There are no more lines" icon=Icon::List /> }.into_any();
    }
    if filter.is_narrowed() {
        let all = paths::log(tenant);
        return view! { <NoMatch title="No line matches" all /> }.into_any();
    }
    view! {
        <EmptyState
            title="Nothing has been noted yet"
            text="Lines appear here when background work runs or something goes wrong."
            icon=Icon::Monitor
        />
    }
    .into_any()
}

/// Lines as a table; of a trace or of many.
pub(super) fn table(tenant: &TenantSlug, lines: Vec<LogLine>, tz: Tz) -> AnyView {
    let columns = vec![
        Column::new("When"),
        Column::new("Level"),
        Column::new("Part"),
        Column::new("What happened"),
        Column::new("Trace"),
    ];
    let rows = lines.into_iter().map(|line| row(tenant, line, tz)).collect_view();
    view! {
        <DataTable caption="Lines of the debug log" columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn row(tenant: &TenantSlug, line: LogLine, tz: Tz) -> impl IntoView + use<> {
    let (tone, label) = (tone_of(line.level), line.level.label());
    let trace = line.trace_id.map(|id| (paths::trace(tenant, id), id.reference()));
    let (context, instant, stack) = (context_in_words(&line.context), line.occurred_at, line.stack);
    view! {
        <Row>
            <Cell label="When">
                <LocalTime instant tz />
            </Cell>
            <Cell label="Level">
                <StatusBadge tone label />
            </Cell>
            <Cell label="Part">{system_label(&line.system)}</Cell>
            <Cell label="What happened">
                <span class="min-w-0">
                    <span class="block wrap-anywhere">{line.message}</span>
                    <span class="block text-sm text-muted wrap-anywhere">{context}</span>
                    {stack.map(|stack| view! { <span class="block text-sm text-muted wrap-anywhere">{stack}</span> })}
                </span>
            </Cell>
            <Cell label="Trace">
                {trace
                    .map(|(href, reference)| {
                        view! {
                            <a class="text-link inline-flex min-h-6 items-center font-mono" href=href>
                                {reference}
                            </a>
                        }
                    })}
            </Cell>
        </Row>
    }
}

pub(super) const fn tone_of(level: LogLevel) -> Tone {
    match level {
        LogLevel::Error => Tone::Danger,
        LogLevel::Warn => Tone::Waiting,
        LogLevel::Info => Tone::Info,
    }
}

/// "job.kind: generate_questions, job.attempt: 2".
fn context_in_words(context: &serde_json::Value) -> String {
    let Some(fields) = context.as_object() else { return String::new() };
    let parts = fields.iter().map(|(name, value)| match value {
        serde_json::Value::String(text) => format!("{name}: {text}"),
        other => format!("{name}: {other}"),
    });
    let mut parts: Vec<_> = parts.collect();
    // The server keeps the order of fields and the browser doesn't; both have to show the same.
    parts.sort();
    parts.join(", ")
}

fn traced_view(tenant: &TenantSlug, filter: LogFilter, trace: Option<TracePage>, tz: Tz) -> AnyView {
    let forms = forms_view(tenant, &filter);
    let content = match trace {
        Some(trace) => trace_view(tenant, trace, tz),
        None => view! {
            <Alert tone=Tone::Neutral title="Nothing is known under this reference" quiet=true>
                <p>
                    "A reference is eight characters long, such as 3f2a91c0. Lines about it may have been removed because they are old, or it belongs to another organisation."
                </p>
            </Alert>
        }
        .into_any(),
    };
    let all = paths::log(tenant);
    view! {
        <div class="space-y-4">
            {forms} {content} <p>
                <a class="text-link inline-flex min-h-11 items-center" href=all>
                    "All lines"
                </a>
            </p>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::context_in_words;
    use serde_json::json;

    #[test]
    fn a_lines_context_is_told_in_one_line() {
        assert_eq!(context_in_words(&json!({ "job.kind": "x", "job.attempt": 2 })), "job.attempt: 2, job.kind: x");
        assert_eq!(context_in_words(&json!(null)), "");
    }
}
