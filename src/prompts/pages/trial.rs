//! A try-out: what the version on trial and the version in use made of the same report or question.

mod output;

use crate::{
    app::use_viewer,
    error::AppError,
    ids::PromptTrialId,
    incidents::paths as incident_paths,
    jobs::waiting::{JobWait, poll_while_open},
    prompts::{
        api::trials::get_trial,
        components::{maker_in_words, problem_in_words},
        paths,
        prompt::VersionName,
        trial::{Trial, TrialSubject, Tried},
    },
    tenants::tenant::TenantSlug,
    ui::{Alert, ButtonVariant, Card, LinkButton, LocalTime, PageHeader, Tone, Unpack},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use output::output_view;

/// `/{tenant}/prompts/{step}/trials/{id}`.
#[component]
pub fn TrialPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse::<PromptTrialId>().ok())));
    let trial = Resource::new_blocking(
        move || id.get(),
        move |id| async move { get_trial(tenant.get_value(), id.ok_or(AppError::NotFound)?).await },
    );
    poll_while_open(
        move || trial.get().and_then(Result::ok).is_some_and(|trial| trial.is_waiting()),
        move || trial.refetch(),
    );
    view! {
        <Title text="Try-out" />
        <Unpack resource=trial let:trial>
            {trial_view(&trial, &tenant.get_value())}
        </Unpack>
    }
    .into_any()
}

fn trial_view(trial: &Trial, tenant: &TenantSlug) -> AnyView {
    let content = match trial.outcome() {
        Some((stood, tried)) => outcome_view(trial, stood, tried),
        None if trial.is_waiting() => waiting_view(trial, tenant),
        None => failed_view(trial, tenant),
    };
    let subject = subject_view(&trial.subject, tenant);
    view! {
        <PageHeader
            title=format!("Try-out of {}", trial.prompt.in_sentence())
            lead=trial.step.label()
            back=(paths::version(tenant, trial.step, trial.prompt_id), trial.prompt.to_string())
        />
        <p class="mb-6 text-[0.9375rem] text-muted">
            "On " {subject} ", asked for by " <bdi class="wrap-anywhere">{trial.requested_by.clone()}</bdi> ", "
            <LocalTime instant=trial.created_at tz=trial.time_zone /> ". Nothing else was changed."
        </p>
        {content}
    }
    .into_any()
}

fn subject_view(subject: &TrialSubject, tenant: &TenantSlug) -> AnyView {
    match subject {
        TrialSubject::Report { id, number, participant_name } => view! {
            <a class="text-link" href=incident_paths::record(tenant, *id)>
                {format!("report #{number}")}
            </a>
            " about "
            <bdi class="wrap-anywhere">{participant_name.clone()}</bdi>
        }
        .into_any(),
        TrialSubject::Typed(text) => view! {
            <q class="wrap-anywhere" dir="auto">
                {text.clone()}
            </q>
        }
        .into_any(),
    }
}

fn waiting_view(trial: &Trial, tenant: &TenantSlug) -> AnyView {
    let href = paths::version(tenant, trial.step, trial.prompt_id);
    let way_on = format!("Go to {}", trial.prompt.in_sentence());
    view! {
        <JobWait label="Running both versions" job=trial.job.clone()>
            <p>
                "You can leave this page; the result will be listed with the version. "
                <a class="text-link" href=href>
                    {way_on}
                </a>
            </p>
        </JobWait>
    }
    .into_any()
}

fn failed_view(trial: &Trial, tenant: &TenantSlug) -> AnyView {
    let href = paths::try_out(tenant, trial.step, trial.prompt_id);
    view! {
        <Alert tone=Tone::Danger title="This try-out could not be finished">
            <p>"Nothing was changed. Try it once more; if it fails again, look at the background work."</p>
            <LinkButton href variant=ButtonVariant::Secondary>
                "Try it again"
            </LinkButton>
        </Alert>
    }
    .into_any()
}

fn outcome_view(trial: &Trial, stood: &Tried, tried: &Tried) -> AnyView {
    let unread = unread_templates(trial, stood, tried).map(|(title, text)| {
        view! {
            <div class="mb-6">
                <Alert tone=Tone::Info title quiet=true>
                    <p>{text}</p>
                </Alert>
            </div>
        }
    });
    view! {
        {unread}
        <div class="grid items-start gap-6 lg:grid-cols-2">
            {side_view("In use when it was tried", trial.against, stood)}
            {side_view("On trial", trial.prompt, tried)}
        </div>
    }
    .into_any()
}

/// Where the built-in engine answered, the template had no part in it.
fn unread_templates(trial: &Trial, stood: &Tried, tried: &Tried) -> Option<(String, String)> {
    let of_one = |name: VersionName| {
        (
            format!("The built-in engine answered for {}", name.in_sentence()),
            "It doesn't read templates, so this comparison says nothing about the text.".to_owned(),
        )
    };
    match (stood.is_built_in(), tried.is_built_in()) {
        (true, true) => Some((
            "Both outputs are the same".to_owned(),
            "The built-in engine answered both times, and it doesn't read templates. Set up a provider for this step to see what the text makes of it."
                .to_owned(),
        )),
        (true, false) => Some(of_one(trial.against)),
        (false, true) => Some(of_one(trial.prompt)),
        (false, false) => None,
    }
}

fn side_view(role: &'static str, name: VersionName, made: &Tried) -> AnyView {
    let problem = made.problem.map(|problem| {
        view! {
            <div class="mb-4">
                <Alert tone=Tone::Waiting quiet=true>
                    <p>{problem_in_words(problem)}</p>
                </Alert>
            </div>
        }
    });
    let maker = format!("Made by: {}", maker_in_words(&made.maker));
    let output = output_view(&made.output);
    view! {
        <Card title=name.to_string() lead=role>
            <p class="-mt-2 mb-4 text-[0.8125rem] text-muted wrap-anywhere">{maker}</p>
            {problem}
            {output}
        </Card>
    }
    .into_any()
}
