//! One version in full: its text, its figures, its try-outs.

use crate::{
    app::use_viewer,
    error::AppError,
    prompts::{
        api::{ActivatePrompt, get_version},
        components::{
            ChoiceProblem, ChooseButton, FiguresNote, MadeBy, VersionBadge, cost_view, edits_defaults, latency_view,
            overruled_view, success_view, tokens_view, use_prompt_id, use_step, uses_view,
        },
        paths,
        prompt::{Version, VersionDetails, VersionState},
        trial::{TrialRow, TrialSubject},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, ButtonVariant, Card, Cell, Column, DataTable, Disclosure, EmptyState, Icon, LinkButton, LinkCell,
        LocalTime, PageHeader, Row, Tone, Unpack,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/prompts/{step}/versions/{id}`.
#[component]
pub fn VersionPage() -> AnyView {
    let member = use_viewer().member;
    let edits_defaults = edits_defaults(&member);
    let tenant = StoredValue::new(member.tenant);
    let (step, id) = (use_step(), use_prompt_id());
    let choose = ServerAction::<ActivatePrompt>::new();
    let details = Resource::new_blocking(
        move || (step.get(), id.get(), choose.version().get()),
        move |(step, id, _)| async move {
            let (step, id) = step.zip(id).ok_or(AppError::NotFound)?;
            get_version(tenant.get_value(), step, id).await
        },
    );
    view! {
        <Title text="Prompts" />
        <Unpack resource=details let:details>
            {version_view(details, &tenant.get_value(), edits_defaults, choose)}
        </Unpack>
    }
    .into_any()
}

fn version_view(
    details: VersionDetails,
    tenant: &TenantSlug,
    edits_defaults: bool,
    choose: ServerAction<ActivatePrompt>,
) -> AnyView {
    let version = &details.version;
    let step = version.step;
    let new_version = paths::new_version(tenant, step, Some(version.id));
    let state = version.state;
    let action = move || {
        view! {
            <LinkButton href=new_version icon=Icon::Plus>
                "New version from this one"
            </LinkButton>
        }
    };
    let aside = move || view! { <VersionBadge state /> };
    view! {
        <Title text=format!("{}: {}", step.label(), version.name.in_sentence()) />
        <PageHeader
            title=version.name.to_string()
            lead=step.label()
            back=(paths::step(tenant, step), step.label().to_owned())
            aside
            action
        />
        <div class="space-y-6">
            <SavedNotice state edits_defaults />
            <ChoiceProblem choose />
            {actions(&details, tenant, edits_defaults, choose)}
            {about_card(&details)}
            {template_card(&details)}
            {(!edits_defaults).then(|| figures_card(version))}
            {(!edits_defaults).then(|| trials_card(&details, tenant))}
        </div>
    }
    .into_any()
}

/// Right after saving: that it worked, and what can be done now.
#[component]
fn SavedNotice(state: VersionState, edits_defaults: bool) -> impl IntoView {
    let query = use_query_map();
    let next = if edits_defaults {
        "It isn't in use yet. Compare it with the version in use before you choose it."
    } else {
        "It isn't in use yet. Try it on a past report before you choose it."
    };
    move || {
        (state != VersionState::InUse && query.read().get("done").as_deref() == Some("saved")).then(|| {
            view! {
                <Alert tone=Tone::Done title="Saved">
                    <p>{next}</p>
                </Alert>
            }
        })
    }
}

fn actions(
    details: &VersionDetails,
    tenant: &TenantSlug,
    edits_defaults: bool,
    choose: ServerAction<ActivatePrompt>,
) -> Option<AnyView> {
    let version = &details.version;
    let (step, in_use) = (version.step, details.in_use);
    if version.state == VersionState::InUse {
        return None;
    }
    let try_out = (!edits_defaults).then(|| {
        view! {
            <LinkButton href=paths::try_out(tenant, step, version.id) variant=ButtonVariant::Secondary icon=Icon::Eye>
                "Try out"
            </LinkButton>
        }
    });
    let compare = format!("{}?a={in_use}&b={}", paths::compare(tenant, step), version.id);
    let buttons = view! {
        <div class="flex flex-wrap items-center gap-3">
            {try_out}
            <LinkButton href=compare variant=ButtonVariant::Secondary>
                "Compare with the version in use"
            </LinkButton>
            <ChooseButton tenant=tenant.clone() version=version.clone() in_use edits_defaults choose />
        </div>
    };
    Some(buttons.into_any())
}

fn fact(label: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="min-w-0">
            <dt class="text-[0.8125rem] text-muted">{label}</dt>
            <dd class="mt-0.5 wrap-anywhere">{value}</dd>
        </div>
    }
    .into_any()
}

fn about_card(details: &VersionDetails) -> AnyView {
    let version = &details.version;
    let made_by = view! {
        <MadeBy author=version.author.clone() created_at=version.created_at time_zone=details.time_zone />
    };
    let description = version.description.clone();
    let facts = [
        fact("What it is for", view! { <bdi>{description}</bdi> }),
        fact("Origin", made_by),
        fact("Model", details.model_in_words()),
        fact("Most tokens of an answer", details.max_tokens_in_words()),
        fact("Temperature", details.temperature_in_words()),
    ];
    view! {
        <Card>
            <dl class="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">{facts.into_iter().collect_view()}</dl>
        </Card>
    }
    .into_any()
}

fn template_card(details: &VersionDetails) -> AnyView {
    let [template, input, output] =
        [&details.template, &details.input_schema, &details.output_schema].map(|text| code(text));
    view! {
        <Card title="Template">
            {template}
            <div class="mt-4">
                <Disclosure summary="What goes in and what comes out (JSON Schema)">
                    <h3 class="mb-1">"Input"</h3>
                    {input}
                    <h3 class="mt-4 mb-1">"Output"</h3>
                    {output}
                </Disclosure>
            </div>
        </Card>
    }
    .into_any()
}

fn code(text: &str) -> AnyView {
    let text = text.to_owned();
    view! {
        <pre class="rounded-field bg-base-200 p-3 font-mono text-[0.875rem]/6 whitespace-pre-wrap wrap-anywhere" dir="auto">
            {text}
        </pre>
    }
    .into_any()
}

fn figures_card(version: &Version) -> AnyView {
    let figures = version.figures;
    let facts = [
        fact("Uses", uses_view(&figures)),
        fact("Success", success_view(&figures)),
        fact("Mean time", latency_view(&figures)),
        fact("Tokens", tokens_view(&figures)),
        fact("Cost", cost_view(&figures)),
        fact("Overruled", overruled_view(version.step, &figures)),
    ];
    view! {
        <Card title="How it did">
            <dl class="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-6">
                {facts.into_iter().collect_view()}
            </dl>
            <FiguresNote />
        </Card>
    }
    .into_any()
}

fn trials_card(details: &VersionDetails, tenant: &TenantSlug) -> AnyView {
    if details.trials.is_empty() {
        return view! {
            <Card title="Try-outs">
                <EmptyState title="Not tried yet" text="A try-out shows what it makes of a past report or a question, beside the version in use." icon=Icon::Eye />
            </Card>
        }
        .into_any();
    }
    let columns =
        vec![Column::new("Tried on"), Column::new("Beside"), Column::new("Asked for by"), Column::new("State")];
    let rows = details.trials.iter().map(|trial| trial_row(trial, details, tenant)).collect_view();
    view! {
        <Card title="Try-outs" flush=true>
            <DataTable caption="Try-outs, the newest first" columns>
                {rows}
            </DataTable>
        </Card>
    }
    .into_any()
}

fn trial_row(trial: &TrialRow, details: &VersionDetails, tenant: &TenantSlug) -> AnyView {
    let href = paths::trial(tenant, details.version.step, trial.id);
    let (tz, now) = (details.time_zone, details.now);
    let TrialRow { subject, against, requested_by, created_at, is_finished, .. } = trial.clone();
    let subject = match subject {
        TrialSubject::Report { number, participant_name, .. } => view! {
            {format!("#{number} ")}
            <bdi class="wrap-anywhere">{participant_name}</bdi>
        }
        .into_any(),
        TrialSubject::Typed(text) => {
            view! { <span class="line-clamp-2 wrap-anywhere" dir="auto">{text}</span> }.into_any()
        }
    };
    view! {
        <Row>
            <LinkCell href>{subject}</LinkCell>
            <Cell label="Beside">{against.to_string()}</Cell>
            <Cell label="Asked for by">
                <span>
                    <bdi class="wrap-anywhere">{requested_by}</bdi>
                    ", "
                    <LocalTime instant=created_at tz now />
                </span>
            </Cell>
            <Cell label="State">{if is_finished { "Done" } else { "Not finished" }}</Cell>
        </Row>
    }
    .into_any()
}
