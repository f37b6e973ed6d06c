//! A state in one word with a shape, never by colour alone.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::icon::Icon;

/// What a state means for the person who reads it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Nothing to do and nothing to know.
    #[default]
    Neutral,
    /// Somebody has to act.
    Waiting,
    /// Complete.
    Done,
    /// Overdue, failed or of high severity.
    Danger,
    /// Under way or worth knowing.
    Info,
}

impl Tone {
    /// The shape that stands for the tone.
    pub fn icon(self) -> Icon {
        match self {
            Self::Neutral => Icon::Circle,
            Self::Waiting => Icon::Clock,
            Self::Done => Icon::CheckCircle,
            Self::Danger => Icon::AlertTriangle,
            Self::Info => Icon::Info,
        }
    }

    fn badge_class(self) -> &'static str {
        match self {
            Self::Neutral => "bg-base-content/8 text-base-content",
            Self::Waiting => "bg-warning/12 text-warning",
            Self::Done => "bg-success/12 text-success",
            Self::Danger => "bg-error/12 text-error",
            Self::Info => "bg-info/12 text-info",
        }
    }
}

/// A status: a word and a shape in the colour of its tone.
#[component]
pub fn StatusBadge(
    #[prop(into)] tone: Signal<Tone>,
    #[prop(into)] label: Signal<String>,
    /// Another shape than the tone's own.
    #[prop(optional, into)]
    icon: Option<Icon>,
) -> impl IntoView {
    view! {
        <span class=move || {
            format!(
                "inline-flex items-center gap-1 whitespace-nowrap rounded-selector px-1.5 py-0.5 text-[0.8125rem]/5 font-medium {}",
                tone.get().badge_class(),
            )
        }>{move || icon.unwrap_or_else(|| tone.get().icon()).small()} {label}</span>
    }
    .into_any()
}

/// A count on a place in the navigation; nothing at zero.
#[component]
pub fn CountBadge(
    #[prop(into)] count: Signal<u32>,
    /// What is counted, for screen readers: "unread".
    #[prop(into)]
    what: String,
) -> impl IntoView {
    move || {
        let text = match count.get() {
            0 => return None,
            count @ 1..=99 => count.to_string(),
            _ => "99+".to_owned(),
        };
        Some(view! {
            <span class="inline-flex h-5 min-w-5 items-center justify-center rounded-full bg-primary px-1.5 text-xs font-semibold tabular-nums text-primary-content">
                {text} <span class="sr-only">{format!(" {what}")}</span>
            </span>
        })
    }
}
