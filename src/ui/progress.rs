//! How far something has come: the steps of a wizard, the work of a job.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::icon::Icon;

/// One named step of a wizard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name: "Before the event".
    pub label: String,
    /// Where it can be looked at again; nothing while it can't be reached.
    pub href: Option<String>,
    /// It has been completed.
    pub done: bool,
}

/// The steps of a wizard: "3 of 8: Before the event". `current` counts from zero.
#[component]
pub fn StepProgress(steps: Vec<Step>, current: usize) -> impl IntoView {
    let count = steps.len();
    let name = steps.get(current).map(|step| step.label.clone()).unwrap_or_default();
    let items =
        steps.into_iter().enumerate().map(|(index, step)| step_item(step, index, index == current)).collect_view();
    view! {
        <nav aria-label="Steps of this report" class="min-w-0">
            <p class="text-[0.9375rem] text-muted tabular-nums">
                {format!("{} of {count}: ", current + 1)} <strong class="font-semibold text-base-content">{name}</strong>
            </p>
            <ol class="flex gap-1.5 sm:mt-1">{items}</ol>
        </nav>
    }
    .into_any()
}

fn step_item(step: Step, index: usize, is_current: bool) -> AnyView {
    let bar = match (is_current, step.done) {
        (true, _) => "h-1.5 bg-primary",
        (false, true) => "h-1.5 bg-primary/45",
        (false, false) => "h-1.5 bg-base-content/12",
    };
    let state = match (is_current, step.done) {
        (true, _) => "",
        (false, true) => ", done",
        (false, false) => ", not done yet",
    };
    let label = format!("{}. {}{state}", index + 1, step.label);
    let title = step.label.clone();
    let words = match (is_current, step.done) {
        (true, _) => "font-semibold text-base-content",
        (false, true) => "text-primary",
        (false, false) => "text-muted",
    };
    let content = view! {
        <span class=format!("block w-full shrink-0 rounded-full {bar}")></span>
        <span aria-hidden="true" class=format!("mt-2 hidden pb-1 text-[0.8125rem]/4.5 sm:block {words}")>
            {step.label.clone()}
        </span>
        <span class="sr-only">{label}</span>
    };
    match step.href {
        Some(href) if !is_current => view! {
            <li class="min-w-0 flex-1">
                <a href=href title=title class="flex min-h-11 flex-col justify-center rounded-selector underline-offset-3 hover:underline sm:justify-start sm:pt-2">
                    {content}
                </a>
            </li>
        }
        .into_any(),
        _ => view! {
            <li class="flex min-h-11 min-w-0 flex-1 flex-col justify-center sm:justify-start sm:pt-2" aria-current=is_current.then_some("step") title=title>
                {content}
            </li>
        }
        .into_any(),
    }
}

/// The progress of work in the background: a sentence, a bar, and the way on while it runs (the children).
#[component]
pub fn JobProgress(
    /// What is being done: "Writing the questions".
    #[prop(into)]
    label: Signal<String>,
    /// 0 to 100; nothing while it can't be told.
    #[prop(optional, into)]
    percent: Signal<Option<u8>>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let text = move || percent.get().map(|percent| format!("{percent}%"));
    view! {
        <div class="rounded-box bg-info/8 p-4">
            <div class="mb-2 flex items-center gap-2" role="status">
                <span class="text-info">{Icon::Clock.view()}</span>
                <span class="flex-1 font-medium">{label}</span>
                <span class="text-sm text-muted tabular-nums">{text}</span>
            </div>
            <progress class="progress progress-primary w-full" max="100" value=move || percent.get() aria-label=label></progress>
            {children.map(|children| view! { <div class="mt-3 text-[0.9375rem]">{children()}</div> })}
        </div>
    }
    .into_any()
}
