//! The account with its evidence marked. Each mark says what it supports and leads there.

use super::desk::Sheet;
use crate::{
    analysis::claims::{Claim, Run, evidence_anchor, runs},
    incidents::narrative::{Narrative, Phase},
};
use leptos::prelude::*;

/// All four phases. On a desktop they stay in view beside the decisions.
pub fn account_view(account: &Narrative, claims: &[Claim], sheet: Sheet) -> AnyView {
    let phases =
        Phase::ALL.into_iter().map(|phase| phase_view(phase, account.phase(phase), claims, sheet)).collect_view();
    let lead = claims.iter().any(|claim| !claim.evidence.is_empty()).then(|| {
        view! {
            <p class="mb-4 text-[0.9375rem] text-muted">
                <mark>"Marked words"</mark>
                " are evidence. The number or letter behind them leads to what they support."
            </p>
        }
    });
    view! {
        <section
            aria-labelledby="account"
            tabindex="0"
            class="min-w-0 rounded-box bg-base-100 p-4 shadow-soft sm:p-5 lg:sticky lg:top-6 lg:max-h-[calc(100dvh-9rem)] lg:self-start lg:overflow-y-auto"
        >
            <h2 id="account" class="mb-2 text-subsection">
                "The account"
            </h2>
            {lead}
            <div class="space-y-5">{phases}</div>
        </section>
    }
    .into_any()
}

fn phase_view(phase: Phase, text: &str, claims: &[Claim], sheet: Sheet) -> AnyView {
    let text = text.trim();
    let body = if text.is_empty() {
        view! { <p class="text-muted">"Nothing written about this part."</p> }.into_any()
    } else {
        let runs = runs(phase, text, claims).into_iter().map(|run| run_view(run, claims, sheet)).collect_view();
        view! {
            <p class="leading-relaxed whitespace-pre-line wrap-anywhere" dir="auto">
                {runs}
            </p>
        }
        .into_any()
    };
    view! {
        <section>
            <h3 class="mb-1 text-[0.9375rem] text-muted">{phase.label()}</h3>
            {body}
        </section>
    }
    .into_any()
}

fn run_view(run: Run, claims: &[Claim], sheet: Sheet) -> AnyView {
    if run.claims.is_empty() {
        return run.text.into_any();
    }
    let begins = run
        .begins
        .iter()
        .filter_map(|(claim, evidence)| Some(evidence_anchor(claims.get(*claim)?, *evidence)))
        .map(|id| view! { <span id=id class="scroll-mt-24"></span> })
        .collect_view();
    let signs = run.ends.iter().filter_map(|claim| claims.get(*claim)).map(sign_view).collect_view();
    let supports = run.claims.clone();
    let stands_out = Memo::new(move |_| sheet.emphasis.get().is_some_and(|claim| supports.contains(&claim)));
    view! {
        {begins}
        <mark class=("ring-2", stands_out) class=("ring-primary", stands_out)>
            {run.text}
        </mark>
        {signs}
    }
    .into_any()
}

/// The link from evidence to what it supports.
fn sign_view(claim: &Claim) -> AnyView {
    view! {
        <a
            href=format!("#{}", claim.anchor)
            rel="external"
            title=claim.label.clone()
            class="px-0.5 text-[0.8125rem] font-semibold text-primary underline-offset-2 hover:underline"
        >
            <span class="sr-only">{format!("Evidence for {}", claim.label)}</span>
            <span aria-hidden="true">{claim.sign.clone()}</span>
        </a>
    }
    .into_any()
}
