//! Choosing a past report, or typing a question, to try a version on.

use crate::{
    app::use_viewer,
    error::AppError,
    prompts::{
        api::trials::{RequestTrial, list_trial_choices},
        components::{edits_defaults, use_prompt_id, use_step},
        paths,
        step::WorkflowStep,
        trial::{MAX_CHOICES, TrialChoices, TrialIncident},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, EmptyState, ErrorSummary, Icon, LinkButton, PageHeader, SearchField,
        SelectField, TextArea, Tone, Unpack, format_moment, fresh,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map};

/// `/{tenant}/prompts/{step}/versions/{id}/try?q=`.
#[component]
pub fn TryOutPage() -> AnyView {
    let member = use_viewer().member;
    if edits_defaults(&member) {
        return not_here(&member.tenant);
    }
    let tenant = StoredValue::new(member.tenant);
    let (step, id) = (use_step(), use_prompt_id());
    let query = use_query_map();
    let search = Memo::new(move |_| query.with(|query| query.get_str("q").unwrap_or_default().trim().to_owned()));
    let choices = Resource::new_blocking(
        move || (step.get(), id.get(), search.get()),
        move |(step, id, search)| async move {
            let (step, id) = step.zip(id).ok_or(AppError::NotFound)?;
            list_trial_choices(tenant.get_value(), step, id, search).await
        },
    );
    let action = ServerAction::<RequestTrial>::new();
    view! {
        <Title text="Try out" />
        <Unpack resource=choices let:choices>
            {choices_view(&choices, &tenant.get_value(), &search.get_untracked(), action)}
        </Unpack>
    }
    .into_any()
}

fn not_here(tenant: &TenantSlug) -> AnyView {
    view! {
        <Title text="Try out" />
        <PageHeader title="Try out" back=(paths::overview(tenant), "Prompts".to_owned()) />
        <Card>
            <EmptyState
                title="There is nothing to try it on here"
                text="A try-out needs past reports, and the system's own organisation has none. Each organisation can try a default on its own reports."
                icon=Icon::Info
            />
        </Card>
    }
    .into_any()
}

fn choices_view(
    choices: &TrialChoices,
    tenant: &TenantSlug,
    search: &str,
    action: ServerAction<RequestTrial>,
) -> AnyView {
    let (step, id) = (choices.step, choices.prompt_id);
    let on = match step {
        WorkflowStep::AnswerQuestion => "a question that you type",
        WorkflowStep::SummariseChat => "a conversation that you type",
        _ => "a past report",
    };
    let lead = format!(
        "{}: what it makes of {on}, beside {}, which is in use. Nothing else changes.",
        step.label(),
        choices.against.in_sentence()
    );
    let header = view! {
        <PageHeader
            title=format!("Try {}", choices.prompt.in_sentence())
            lead
            back=(paths::version(tenant, step, id), choices.prompt.to_string())
        />
    };
    if !step.is_about_incidents() {
        let form = typed_form(choices, tenant, action);
        return view! {
            {header}
            <div class="max-w-2xl">
                <Card>{form}</Card>
            </div>
        }
        .into_any();
    }
    let here = paths::try_out(tenant, step, id);
    let typed = search.to_owned();
    let content = if choices.incidents.is_empty() {
        nothing_found(search, here.clone())
    } else {
        // The choices of another search are another form.
        fresh(search.to_owned(), trial_form(choices, tenant, action))
    };
    view! {
        {header}
        <div class="max-w-2xl space-y-4">
            <Form method="get" action=here attr:role="search" attr:class="flex min-w-0 gap-2">
                <div class="min-w-0 flex-1">
                    <SearchField label="Search by number or participant" value=typed />
                </div>
                <Button variant=ButtonVariant::Secondary>"Search"</Button>
            </Form>
            <Card>{content}</Card>
        </div>
    }
    .into_any()
}

fn nothing_found(search: &str, here: String) -> AnyView {
    if search.is_empty() {
        return view! {
            <EmptyState
                title="No submitted reports yet"
                text="A version can be tried as soon as a report has been submitted."
                icon=Icon::List
            />
        }
        .into_any();
    }
    view! {
        <EmptyState title="No submitted report matches" text="Search for a report's number or the beginning of the participant's name." icon=Icon::Search>
            <LinkButton href=here variant=ButtonVariant::Secondary>
                "Clear the search"
            </LinkButton>
        </EmptyState>
    }
    .into_any()
}

/// For a step of the chat.
fn typed_form(choices: &TrialChoices, tenant: &TenantSlug, action: ServerAction<RequestTrial>) -> AnyView {
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let at = Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.at("question"))));
    let (label, hint) = if choices.step == WorkflowStep::AnswerQuestion {
        ("Question", "It is answered from the documents that you can read.")
    } else {
        ("Conversation", "A few questions and answers, as people would write them.")
    };
    let (tenant, step, id) = (tenant.to_string(), choices.step.as_str(), choices.prompt_id.to_string());
    view! {
        {trouble_view(error)}
        <ActionForm action=action attr:novalidate=true>
            <input type="hidden" name="tenant" value=tenant />
            <input type="hidden" name="step" value=step />
            <input type="hidden" name="id" value=id />
            <div class="fields">
                <TextArea label=label name="question" rows=4 maxlength=2000 hint=hint error=at />
                <Button pending=action.pending()>"Try it"</Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// What is wrong, above a form.
fn trouble_view(error: Signal<Option<AppError>>) -> AnyView {
    let errors = move || error.with(|error| error.as_ref().map(AppError::fields).unwrap_or_default());
    view! {
        <ErrorSummary errors />
        {move || {
            let error = error.get().filter(|error| !matches!(error, AppError::Invalid { .. }))?;
            Some(view! {
                <div class="mb-4">
                    <Alert tone=Tone::Danger title=error.to_string() />
                </div>
            })
        }}
    }
    .into_any()
}

fn trial_form(choices: &TrialChoices, tenant: &TenantSlug, action: ServerAction<RequestTrial>) -> AnyView {
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let options: Vec<_> = choices.incidents.iter().map(|incident| option(incident, choices.time_zone)).collect();
    let first = options.first().map(|(id, _)| id.clone()).unwrap_or_default();
    let hint = if options.len() < MAX_CHOICES {
        "Submitted reports, the latest event first."
    } else {
        "The 20 latest submitted reports. Search to find an older one."
    };
    let at = Signal::derive(move || error.with(|error| error.as_ref().and_then(|error| error.at("incident_id"))));
    let (tenant, step, id) = (tenant.to_string(), choices.step.as_str(), choices.prompt_id.to_string());
    view! {
        {trouble_view(error)}
        <ActionForm action=action attr:novalidate=true>
            <input type="hidden" name="tenant" value=tenant />
            <input type="hidden" name="step" value=step />
            <input type="hidden" name="id" value=id />
            <div class="fields">
                <SelectField label="Report" name="incident_id" options value=first hint error=at />
                <Button pending=action.pending()>"Try it"</Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn option(incident: &TrialIncident, time_zone: Tz) -> (String, String) {
    let when = format_moment(incident.event_date_time, time_zone);
    (incident.id.to_string(), format!("#{} {}, {when}", incident.number, incident.participant_name))
}
