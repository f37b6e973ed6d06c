//! Views of prompts that several pages share: a version's state, its figures, and the buttons that
//! choose the version in use.

use super::{
    api::ActivatePrompt,
    figures::{Figures, format_cost, format_count, overruled_words},
    paths,
    prompt::{Owner, Version, VersionName, VersionState},
    step::WorkflowStep,
};
use crate::{
    accounts::member::Member,
    ai::{built_in_label, provider::FallbackReason},
    ids::{PromptId, TenantId},
    tenants::tenant::TenantSlug,
    ui::{Alert, Button, ButtonVariant, Icon, LocalTime, StatusBadge, Tone},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// The step of the address.
pub fn use_step() -> Memo<Option<WorkflowStep>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str("step").and_then(WorkflowStep::parse)))
}

/// The version of the address.
pub fn use_prompt_id() -> Memo<Option<PromptId>> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse().ok())))
}

/// Whether the member works on the defaults that organisations inherit, in the system's own tenant.
pub fn edits_defaults(member: &Member) -> bool {
    member.tenant_id == TenantId::SYSTEM
}

/// Whether a version answers for its step.
#[component]
pub fn VersionBadge(state: VersionState) -> impl IntoView {
    let (tone, icon) = match state {
        VersionState::InUse => (Tone::Done, Icon::CheckCircle),
        VersionState::CurrentDefault => (Tone::Info, Icon::Info),
        VersionState::NotInUse => (Tone::Neutral, Icon::Circle),
    };
    view! { <StatusBadge tone=tone label=state.label() icon=icon /> }
}

/// "Made by Dana Okafor, 20 Nov 2026, 6:45 pm".
#[component]
pub fn MadeBy(author: Option<String>, created_at: chrono::DateTime<chrono::Utc>, time_zone: Tz) -> impl IntoView {
    let author = match author {
        Some(name) => view! { "Made by " <bdi class="wrap-anywhere">{name}</bdi> }.into_any(),
        None => "Supplied with SupportSignal".into_any(),
    };
    view! { <span>{author} ", " <LocalTime instant=created_at tz=time_zone /></span> }
}

/// A figure, or that there is none yet.
fn or_none_yet(figure: Option<String>) -> AnyView {
    match figure {
        Some(figure) => figure.into_any(),
        None => view! { <span class="text-muted">"None yet"</span> }.into_any(),
    }
}

/// How often a version was used, and how often without being read.
pub fn uses_view(figures: &Figures) -> AnyView {
    let built_in = (figures.built_in > 0).then(|| {
        let text = format!("{} built-in", format_count(figures.built_in));
        view! { <span class="block text-[0.8125rem]/5 text-muted">{text}</span> }
    });
    view! { <span>{format_count(figures.uses)} {built_in}</span> }.into_any()
}

/// How often its output could be used.
pub fn success_view(figures: &Figures) -> AnyView {
    or_none_yet(figures.success())
}

/// How long an answer takes.
pub fn latency_view(figures: &Figures) -> AnyView {
    or_none_yet(figures.mean_latency())
}

/// Tokens in and out.
pub fn tokens_view(figures: &Figures) -> AnyView {
    let out = format!("{} out", format_count(figures.output_tokens));
    view! {
        <span>
            {format!("{} in", format_count(figures.input_tokens))} <span class="block whitespace-nowrap">{out}</span>
        </span>
    }
    .into_any()
}

/// What it cost, and for how much of it no price is known.
pub fn cost_view(figures: &Figures) -> AnyView {
    let unpriced = (figures.unpriced > 0).then(|| {
        let text = format!("without {} of unknown price", calls(figures.unpriced));
        view! { <span class="block text-[0.8125rem]/5 text-muted">{text}</span> }
    });
    view! { <span>{format_cost(figures.cost_micros)} {unpriced}</span> }.into_any()
}

fn calls(count: i64) -> String {
    if count == 1 { "1 call".to_owned() } else { format!("{} calls", format_count(count)) }
}

/// How often people overruled its output.
pub fn overruled_view(step: WorkflowStep, figures: &Figures) -> AnyView {
    let Some(share) = figures.overruled_share() else {
        return or_none_yet(None);
    };
    let of =
        format!("{} of {} {}", format_count(figures.overruled), format_count(figures.reviewed), overruled_words(step));
    view! { <span>{share} <span class="block text-[0.8125rem]/5 text-muted">{of}</span></span> }.into_any()
}

/// What the figures count.
#[component]
pub fn FiguresNote() -> impl IntoView {
    view! {
        <p class="mt-3 max-w-prose text-[0.8125rem]/5 text-muted">
            "\"Built-in\" uses were answered by the built-in engine, which doesn't read templates. Success means that the answer could be used, at once or after one repair. Try-outs count for tokens and cost only."
        </p>
    }
}

/// Why a choice was refused, for instance because somebody else was faster.
#[component]
pub fn ChoiceProblem(choose: ServerAction<ActivatePrompt>) -> impl IntoView {
    move || {
        let error = choose.value().get().and_then(Result::err)?;
        Some(view! { <Alert tone=Tone::Danger title=error.to_string() /> })
    }
}

/// The button that puts a version in use, if it can be: one of the organisation's own goes live or comes
/// back; the current default answers again once nothing else does.
#[component]
pub fn ChooseButton(
    tenant: TenantSlug,
    version: Version,
    /// The version in use on this page.
    in_use: PromptId,
    edits_defaults: bool,
    choose: ServerAction<ActivatePrompt>,
) -> impl IntoView {
    let label = choose_label(&version, edits_defaults)?;
    let button = view! {
        <ActionForm action=choose>
            <input type="hidden" name="tenant" value=tenant.to_string() />
            <input type="hidden" name="step" value=version.step.as_str() />
            <input type="hidden" name="id" value=version.id.to_string() />
            <input type="hidden" name="expected" value=in_use.to_string() autocomplete="off" />
            <Button
                variant=ButtonVariant::Secondary
                pending=choose.pending()
                aria_label=format!("{label}: {}", version.name.in_sentence())
            >
                {label}
            </Button>
        </ActionForm>
    };
    Some(button.into_any())
}

/// What choosing the version is called; nothing where it can't be chosen: it is in use, or an old
/// default, which isn't the organisation's.
fn choose_label(version: &Version, edits_defaults: bool) -> Option<&'static str> {
    match (version.state, version.name.owner) {
        (VersionState::InUse, _) => None,
        (_, Owner::Own) => Some("Use this version"),
        (_, Owner::Default) if edits_defaults => Some("Use this version"),
        (VersionState::CurrentDefault, Owner::Default) => Some("Go back to the default"),
        (VersionState::NotInUse, Owner::Default) => None,
    }
}

/// "A newer default exists", where the organisation uses a version of its own.
#[component]
pub fn NewerDefault(
    tenant: TenantSlug,
    step: WorkflowStep,
    name: VersionName,
    default_id: PromptId,
    in_use: PromptId,
) -> impl IntoView {
    let compare = format!("{}?a={in_use}&b={default_id}", paths::compare(&tenant, step));
    view! {
        <Alert tone=Tone::Info title="A newer default exists" quiet=true>
            <p>
                {format!("{name} came after the version that you use. Yours stays in use until you change that. ")}
                <a class="text-link" href=compare>
                    "Compare it with yours"
                </a>
            </p>
        </Alert>
    }
    .into_any()
}

/// Who made something, in words.
pub fn maker_in_words(maker: &str) -> String {
    built_in_label(maker).unwrap_or(maker).to_owned()
}

/// Why the built-in engine answered, as a sentence.
pub fn problem_in_words(problem: FallbackReason) -> String {
    format!("The built-in engine answered, because {}.", lower_first(problem.label()))
}

/// Names such as "AI" keep their capitals.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::{choose_label, problem_in_words};
    use crate::{
        ai::provider::FallbackReason,
        ids::PromptId,
        prompts::{
            figures::Figures,
            prompt::{Owner, Version, VersionName, VersionState},
            step::WorkflowStep,
        },
    };
    use chrono::Utc;

    #[test]
    fn a_tenant_activates_its_own_and_goes_back_to_the_current_default_only() {
        let label = |owner, state, edits_defaults| {
            let version = Version {
                id: PromptId::generate(),
                step: WorkflowStep::ClassifyIncident,
                name: VersionName { owner, number: 1 },
                state,
                description: String::new(),
                author: None,
                created_at: Utc::now(),
                figures: Figures::default(),
            };
            choose_label(&version, edits_defaults)
        };
        assert_eq!(label(Owner::Own, VersionState::NotInUse, false), Some("Use this version"));
        assert_eq!(label(Owner::Own, VersionState::InUse, false), None);
        assert_eq!(label(Owner::Default, VersionState::CurrentDefault, false), Some("Go back to the default"));
        assert_eq!(label(Owner::Default, VersionState::NotInUse, false), None);
        assert_eq!(label(Owner::Default, VersionState::NotInUse, true), Some("Use this version"));
    }

    #[test]
    fn a_fallback_reads_as_a_sentence() {
        assert_eq!(
            problem_in_words(FallbackReason::ProvidersOff),
            "The built-in engine answered, because AI providers are switched off for the organisation."
        );
        assert_eq!(
            problem_in_words(FallbackReason::TimedOut),
            "The built-in engine answered, because the provider took too long."
        );
    }
}
