//! How good the reports are, and what AI does for them.

use crate::{
    dashboards::{dashboard::Overview, drill::Drill, findings},
    incidents::narrowing::Mark,
    tenants::tenant::TenantSlug,
    ui::charts::{Bar, BarList, ChartCard},
};
use leptos::prelude::*;

const LINK: &str = "text-link inline-flex min-h-11 items-center sm:min-h-6";

/// Phases told and questions answered.
pub fn quality_card(overview: &Overview, drill: &Drill) -> AnyView {
    let quality = overview.figures.totals.quality;
    let title = findings::phases(&quality);
    let bars = quality
        .phases_told
        .iter()
        .enumerate()
        .rev()
        .filter(|(phases, reports)| **reports > 0 || *phases == 4)
        .map(|(phases, reports)| Bar {
            label: if phases == 1 { "1 phase told".to_owned() } else { format!("{phases} phases told") },
            note: None,
            value: *reports,
            href: (*reports > 0).then(|| drill.phases_told(phases)),
        })
        .collect::<Vec<_>>();
    let questions = findings::questions(&quality).map(|words| {
        view! {
            <p class="mt-4">{words}</p>
            <a class=LINK href=drill.marked(Mark::OpenQuestions)>
                "See reports with questions left open"
            </a>
        }
    });
    view! {
        <ChartCard title lead="Before, during, end and after: how many of the four phases the accounts tell.">
            <BarList bars />
            {questions}
        </ChartCard>
    }
    .into_any()
}

/// How often people overrule AI, and what it costs.
pub fn ai_card(overview: &Overview, drill: &Drill, tenant: &TenantSlug, sees_usage: bool) -> AnyView {
    let ai = overview.figures.totals.ai;
    let title = findings::overruled(&ai);
    let bars = vec![
        Bar { label: "Accepted".to_owned(), note: None, value: ai.suggestions - ai.overruled, href: None },
        Bar {
            label: "Changed or dismissed".to_owned(),
            note: None,
            value: ai.overruled,
            href: (ai.overruled > 0).then(|| drill.marked(Mark::Overruled)),
        },
    ];
    let chart = (ai.suggestions > 0).then(|| view! { <BarList bars /> });
    let usage = sees_usage.then(|| {
        view! {
            <a class=LINK href=format!("/{tenant}/usage")>
                "See what each call cost"
            </a>
        }
    });
    view! {
        <ChartCard title lead="Classifications that AI suggested, in signed-off reports.">
            {chart} <p class="mt-4">{findings::cost(&ai)} " This counts the whole organisation, whatever the filters."</p>
            {usage}
        </ChartCard>
    }
    .into_any()
}
