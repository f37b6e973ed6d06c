//! The pages of an organisation's settings, and the system admin's pages of organisations.

mod new_organisation;
mod organisation;
mod settings;

pub use new_organisation::NewOrganisationPage;
pub use organisation::OrganisationPage;
pub use settings::SettingsPage;

use super::{acting::ActingRow, settings::SettingsChange, standing::Standing};
use crate::ui::{Icon, LocalTime, StatusBadge, Tone};
use chrono_tz::Tz;
use leptos::prelude::*;

/// What an organisation may do, as a badge.
pub fn standing_badge(standing: Standing) -> AnyView {
    let (tone, label, icon) = match standing {
        Standing::Active => (Tone::Done, "Active", Icon::CheckCircle),
        Standing::Trial { .. } => (Tone::Info, "Trial", Icon::Clock),
        Standing::TrialOver { .. } => (Tone::Danger, "Trial over", Icon::Lock),
        Standing::Suspended => (Tone::Danger, "Suspended", Icon::Lock),
    };
    view! { <StatusBadge tone label icon /> }.into_any()
}

/// Versions of settings, the newest first.
fn change_list(changes: Vec<SettingsChange>, tz: Tz) -> AnyView {
    if changes.is_empty() {
        return view! { <p class="text-muted">"Nothing was changed yet."</p> }.into_any();
    }
    let items = changes.into_iter().map(|change| change_item(change, tz)).collect_view();
    view! { <ul class="divide-y divide-base-300">{items}</ul> }.into_any()
}

fn change_item(change: SettingsChange, tz: Tz) -> AnyView {
    let SettingsChange { group, saved_by, saved_at, reason, fields } = change;
    let by = saved_by.unwrap_or_else(|| "SupportSignal".to_owned());
    let fields = fields
        .into_iter()
        .map(|field| {
            let words = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
            view! {
                <li>
                    <span class="text-muted">{format!("{}: ", field.name)}</span>
                    {format!("from {} to ", words(field.before))}
                    <span class="font-medium">{words(field.after)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <li class="py-3 first:pt-0 last:pb-0">
            <p class="flex flex-wrap items-baseline justify-between gap-x-4">
                <span class="font-semibold">{group.label()}</span>
                <span class="text-[0.9375rem] text-muted">{by} ", " <LocalTime instant=saved_at tz /></span>
            </p>
            <ul class="mt-1 space-y-0.5 text-[0.9375rem]">{fields}</ul>
            {(!reason.is_empty()).then(|| view! { <p class="mt-1 text-[0.9375rem]">{format!("Reason: {reason}")}</p> })}
        </li>
    }
    .into_any()
}

/// Times in which the system admin sat in somebody's place, the newest first.
fn acting_list(rows: Vec<ActingRow>, tz: Tz) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="text-muted">"This has never happened."</p> }.into_any();
    }
    let items = rows
        .into_iter()
        .map(|row| {
            let until = if row.is_over { " until " } else { ", at most until " };
            view! {
                <li class="py-3 first:pt-0 last:pb-0">
                    <p class="font-semibold">{format!("As {}", row.person_name)}</p>
                    <p class="text-[0.9375rem] text-muted">
                        <LocalTime instant=row.started_at tz /> {until} <LocalTime instant=row.ended_at tz />
                    </p>
                    <p class="text-[0.9375rem]">{format!("Reason: {}", row.reason)}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="divide-y divide-base-300">{items}</ul> }.into_any()
}
