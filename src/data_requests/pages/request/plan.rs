//! What a deletion would do, said before it is done.

use crate::{
    data_requests::plan::{DeletionPlan, Kept},
    ui::{Alert, Card, LocalTime, Tone},
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// What goes, what becomes anonymous, what stays, and what stands in the way.
pub fn plan_card(plan: &DeletionPlan, tz: Tz) -> AnyView {
    let blocked = plan.is_blocked().then(|| {
        let holds = plan
            .blocked_by
            .iter()
            .map(|hold| view! { <li class="wrap-anywhere">{format!("{}: {}", hold.subject, hold.reason)}</li> })
            .collect_view();
        view! {
            <Alert tone=Tone::Danger title="A legal hold stands, so nothing can be deleted">
                <ul class="list-disc ps-5">{holds}</ul>
                <p class="mt-2">"Once it is lifted, the following would happen."</p>
            </Alert>
        }
    });
    let deleted = lines("What is deleted", &plan.deleted, "Nothing.");
    let anonymised = lines("What is made anonymous", &plan.anonymised, "Nothing.");
    let kept = plan.kept.iter().map(|kept| kept_item(kept, tz)).collect_view();
    view! {
        {blocked}
        <Card title="What a deletion does" lead="As things stand now; it is counted again when the deletion begins.">
            <div class="space-y-5">
                {deleted} {anonymised}
                <section>
                    <h3 class="mb-1 text-base font-medium">"What has to stay"</h3>
                    <ul class="list-disc space-y-1 ps-5">{kept}</ul>
                </section>
            </div>
        </Card>
    }
    .into_any()
}

fn lines(title: &'static str, lines: &[String], empty: &'static str) -> AnyView {
    let content = if lines.is_empty() {
        view! { <p class="text-muted">{empty}</p> }.into_any()
    } else {
        let items = lines.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
        view! { <ul class="list-disc space-y-1 ps-5">{items}</ul> }.into_any()
    };
    view! {
        <section>
            <h3 class="mb-1 text-base font-medium">{title}</h3>
            {content}
        </section>
    }
    .into_any()
}

fn kept_item(kept: &Kept, tz: Tz) -> AnyView {
    let until = kept.until.map(|instant| view! { " Until " <LocalTime instant tz date_only=true /> "." });
    view! { <li>{kept.what.clone()} ". " <span class="text-muted">{kept.why.clone()}</span> {until}</li> }.into_any()
}
