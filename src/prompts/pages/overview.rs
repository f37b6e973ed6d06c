//! The steps of the AI with the version that answers for each.

use crate::{
    app::use_viewer,
    prompts::{
        api::list_prompts,
        components::{FiguresNote, edits_defaults, latency_view, overruled_view, success_view, uses_view},
        figures::format_cost,
        paths,
        prompt::StepSummary,
    },
    tenants::tenant::TenantSlug,
    ui::{Card, Cell, Column, DataTable, LinkCell, PageHeader, Row, StatusBadge, Tone, Unpack},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/prompts`: every step, the version in use and how it did.
#[component]
pub fn PromptListPage() -> AnyView {
    let member = use_viewer().member;
    let edits_defaults = edits_defaults(&member);
    let tenant = StoredValue::new(member.tenant);
    let steps = Resource::new_blocking(|| (), move |()| list_prompts(tenant.get_value()));
    let lead = if edits_defaults {
        "The defaults: what the AI is asked at each step of a report, in every organisation that has no version of its own in use."
    } else {
        "What the AI is asked at each step of a report. Change a text, try it on a past report, then put it in use."
    };
    view! {
        <Title text="Prompts" />
        <PageHeader title="Prompts" lead />
        <Unpack resource=steps let:steps>
            {steps_view(steps, &tenant.get_value(), edits_defaults)}
        </Unpack>
    }
    .into_any()
}

fn steps_view(steps: Vec<StepSummary>, tenant: &TenantSlug, edits_defaults: bool) -> AnyView {
    let mut columns = vec![Column::new("Step"), Column::new("In use")];
    if !edits_defaults {
        let figures = ["Uses", "Success", "Mean time", "Cost this month", "Overruled"];
        columns.extend(figures.map(|label| Column::new(label).numeric()));
    }
    let rows = steps.into_iter().map(|summary| row_view(summary, tenant, edits_defaults)).collect_view();
    let note = if edits_defaults {
        view! {
            <p class="mt-3 max-w-prose text-[0.8125rem]/5 text-muted">
                "How a version did is seen by each organisation for itself."
            </p>
        }
        .into_any()
    } else {
        view! { <FiguresNote /> }.into_any()
    };
    view! {
        <Card flush=true>
            <div class="overflow-x-auto">
                <DataTable caption="Steps of the AI" columns>
                    {rows}
                </DataTable>
            </div>
        </Card>
        {note}
    }
    .into_any()
}

fn row_view(summary: StepSummary, tenant: &TenantSlug, edits_defaults: bool) -> AnyView {
    let version = summary.in_use;
    let (step, figures) = (version.step, version.figures);
    let figure_cells = (!edits_defaults).then(|| {
        view! {
            <Cell label="Uses" numeric=true>
                {uses_view(&figures)}
            </Cell>
            <Cell label="Success" numeric=true>
                {success_view(&figures)}
            </Cell>
            <Cell label="Mean time" numeric=true>
                {latency_view(&figures)}
            </Cell>
            <Cell label="Cost this month" numeric=true>
                {format_cost(summary.cost_this_month_micros)}
            </Cell>
            <Cell label="Overruled" numeric=true>
                {overruled_view(step, &figures)}
            </Cell>
        }
    });
    let newer = summary.newer_default.map(|_| view! { <StatusBadge tone=Tone::Info label="A newer default exists" /> });
    let href = paths::step(tenant, step);
    view! {
        <Row>
            <LinkCell href>
                <span class="block font-semibold">{step.label()}</span>
                <span class="block max-w-72 font-normal text-muted">{step.explanation()}</span>
            </LinkCell>
            <Cell label="In use">
                <span class="flex flex-wrap items-center gap-2">
                    <span class="whitespace-nowrap">{version.name.to_string()}</span>
                    {newer}
                </span>
            </Cell>
            {figure_cells}
        </Row>
    }
    .into_any()
}
