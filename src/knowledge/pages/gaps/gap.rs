//! One gap: what was asked, how often, and what can be done.

use super::GapActions;
use crate::{
    ids::GapId,
    knowledge::{
        gaps::gap::{Gap, GapQuestion, GapStatus},
        pages::counted,
        paths,
    },
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, Disclosure, Icon, LinkButton, LocalTime, SelectField},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use leptos::prelude::*;

/// The card of a gap. `open` are the open gaps that it may turn out to be the same as.
pub fn gap_card(
    tenant: &TenantSlug,
    gap: Gap,
    open: &[(GapId, String)],
    clock: (Tz, DateTime<Utc>),
    actions: GapActions,
) -> AnyView {
    let questions = (gap.question_count > 1).then(|| questions_view(&gap, clock));
    let words = (gap.status == GapStatus::Open && !gap.words.is_empty()).then(|| words_view(&gap.words));
    let title = gap.title.clone();
    view! {
        <article class="rounded-box bg-base-100 p-4 shadow-soft sm:p-5">
            <h2 class="text-subsection wrap-anywhere">
                <bdi>{title}</bdi>
            </h2>
            {facts_view(&gap, clock)}
            {words}
            {questions}
            {decision_view(tenant, &gap, clock)}
            {actions_view(tenant, &gap, open, actions)}
        </article>
    }
    .into_any()
}

/// How often, by how many, and why nothing answered.
fn facts_view(gap: &Gap, (tz, now): (Tz, DateTime<Utc>)) -> AnyView {
    let asked = if gap.question_count == 1 {
        "Asked once".to_owned()
    } else {
        format!("Asked {} times, by {}", gap.question_count, counted(gap.people_count, "one person", "people"))
    };
    let cause = gap.questions.first().map(|question| question.cause.label());
    view! {
        <p class="mt-1 flex flex-wrap items-center gap-x-2 text-[0.9375rem] text-muted">
            <span>
                {asked}
                {gap.latest_at.map(|latest| view! { ", last " <LocalTime instant=latest tz now /> })}
            </span>
            {cause.map(|cause| view! { <span>{format!("· {cause}")}</span> })}
        </p>
    }
    .into_any()
}

fn words_view(words: &[String]) -> AnyView {
    view! {
        <p class="mt-2 text-[0.9375rem]">
            <span class="text-muted">"Words to use in an article: "</span>
            <bdi>{words.join(", ")}</bdi>
        </p>
    }
    .into_any()
}

fn questions_view(gap: &Gap, (tz, now): (Tz, DateTime<Utc>)) -> AnyView {
    let shown = i64::try_from(gap.questions.len()).unwrap_or(i64::MAX);
    let summary = if shown < gap.question_count {
        format!("The latest {shown} of {} questions", gap.question_count)
    } else {
        format!("All {shown} questions")
    };
    let rows = gap
        .questions
        .iter()
        .cloned()
        .map(|GapQuestion { question, asked_at, cause }| {
            view! {
                <li>
                    <bdi class="whitespace-pre-line wrap-anywhere">{question}</bdi>
                    <span class="block text-[0.875rem] text-muted">
                        <LocalTime instant=asked_at tz now />
                        {format!(" · {}", cause.label())}
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="mt-1">
            <Disclosure summary>
                <ul class="space-y-2">{rows}</ul>
            </Disclosure>
        </div>
    }
    .into_any()
}

/// Of one that isn't open: who decided what, and when.
fn decision_view(tenant: &TenantSlug, gap: &Gap, (tz, now): (Tz, DateTime<Utc>)) -> Option<AnyView> {
    let what = match (gap.status, gap.article.clone()) {
        (GapStatus::Open, _) => return None,
        (GapStatus::Closed, Some((id, title))) => {
            view! { "Answered by " <a class="text-link" href=paths::document(tenant, id)><bdi>{title}</bdi></a> }
                .into_any()
        }
        (GapStatus::Closed, None) => "Answered by an article that has been removed since".into_any(),
        (GapStatus::Dismissed, _) => "Set aside".into_any(),
    };
    let who = gap.closed_by.clone().map(|name| view! { ", by " <bdi>{name}</bdi> });
    let when = gap.closed_at.map(|at| view! { ", " <LocalTime instant=at tz now /> });
    Some(view! { <p class="mt-2 text-[0.9375rem]">{what} {who} {when}</p> }.into_any())
}

fn actions_view(tenant: &TenantSlug, gap: &Gap, open: &[(GapId, String)], actions: GapActions) -> AnyView {
    let id = gap.id;
    let which = which(tenant, gap);
    if gap.status != GapStatus::Open {
        let action = actions.reopen;
        let pending = Signal::derive(move || {
            action.pending().get() && action.input().with(|input| input.as_ref().is_some_and(|input| input.id == id))
        });
        return view! {
            <ActionForm action=action attr:class="mt-3">
                {which}
                <Button variant=ButtonVariant::Secondary pending>"Open again"</Button>
            </ActionForm>
        }
        .into_any();
    }
    let action = actions.dismiss;
    let pending = Signal::derive(move || {
        action.pending().get() && action.input().with(|input| input.as_ref().is_some_and(|input| input.id == id))
    });
    view! {
        <div class="mt-3 flex flex-wrap gap-3">
            <LinkButton href=paths::new_article(tenant, Some(id)) variant=ButtonVariant::Secondary icon=Icon::Edit>
                "Write an article"
            </LinkButton>
            <ActionForm action=action>
                {which}
                <Button variant=ButtonVariant::Quiet pending>"Not for us"</Button>
            </ActionForm>
        </div>
        {merge_view(tenant, gap, open, actions)}
    }
    .into_any()
}

fn merge_view(tenant: &TenantSlug, gap: &Gap, open: &[(GapId, String)], actions: GapActions) -> Option<AnyView> {
    let (id, action) = (gap.id, actions.merge);
    let which = which(tenant, gap);
    let others: Vec<_> = open
        .iter()
        .filter(|(other, _)| *other != id)
        .map(|(other, title)| (other.to_string(), title.clone()))
        .collect();
    if others.is_empty() {
        return None;
    }
    let pending = Signal::derive(move || {
        action.pending().get() && action.input().with(|input| input.as_ref().is_some_and(|input| input.id == id))
    });
    let form = view! {
        <Disclosure summary="This is the same as another question">
            <ActionForm action=action>
                {which}
                <div class="flex flex-wrap items-end gap-3">
                    <div class="min-w-0 flex-1 sm:max-w-md">
                        <SelectField
                            label="The same as"
                            name="into"
                            id=format!("into-{id}")
                            options=others
                            blank="Choose a question"
                            required=true
                        />
                    </div>
                    <Button variant=ButtonVariant::Secondary pending>"Put them together"</Button>
                </div>
            </ActionForm>
        </Disclosure>
    };
    Some(form.into_any())
}

/// Which gap a form is about, as the page shows it.
fn which(tenant: &TenantSlug, gap: &Gap) -> AnyView {
    view! {
        <input type="hidden" name="tenant" value=tenant.to_string() />
        <input type="hidden" name="id" value=gap.id.to_string() autocomplete="off" />
        <input type="hidden" name="revision" value=gap.revision.to_string() autocomplete="off" />
    }
    .into_any()
}
