//! The form of a new version. It starts with the text of another one; saving makes a version that is
//! not in use yet.

use crate::{
    app::use_viewer,
    error::AppError,
    ids::PromptId,
    prompts::{
        api::{SavePrompt, get_editor},
        components::use_step,
        paths,
        prompt::{Editor, MAX_DESCRIPTION_CHARACTERS, MAX_TEMPLATE_CHARACTERS, variable_meaning},
        step::WorkflowStep,
    },
    tenants::tenant::TenantSlug,
    ui::{Button, Card, FormActions, PageHeader, SaveProblem, TextArea, TextField, Unpack, error_at, fresh},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/prompts/{step}/new?from={id}`.
#[component]
pub fn NewVersionPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let step = use_step();
    let query = use_query_map();
    let from = Memo::new(move |_| query.with(|query| query.get_str("from").and_then(|id| id.parse::<PromptId>().ok())));
    let editor = Resource::new_blocking(
        move || (step.get(), from.get()),
        move |(step, from)| async move { get_editor(tenant.get_value(), step.ok_or(AppError::NotFound)?, from).await },
    );
    let action = ServerAction::<SavePrompt>::new();
    view! {
        <Title text="New version" />
        <Unpack resource=editor let:editor>
            {editor_view(editor, &tenant.get_value(), action)}
        </Unpack>
    }
    .into_any()
}

fn editor_view(editor: Editor, tenant: &TenantSlug, action: ServerAction<SavePrompt>) -> AnyView {
    let step = editor.step;
    let lead = format!(
        "{}. It starts with the text of {} and is not in use before you choose it.",
        step.label(),
        editor.from_name.in_sentence()
    );
    let key = format!("{} {}", step.as_str(), editor.from);
    view! {
        <PageHeader title="New version" lead back=(paths::step(tenant, step), step.label().to_owned()) />
        {fresh(key, view! { <EditorForm editor tenant=tenant.clone() action /> }.into_any())}
    }
    .into_any()
}

#[component]
fn EditorForm(editor: Editor, tenant: TenantSlug, action: ServerAction<SavePrompt>) -> impl IntoView {
    let Editor { step, from, form, problem, .. } = editor;
    // What came back without JavaScript has its problem with it; the next answer takes its place.
    let error = Signal::derive(move || match action.value().get() {
        Some(answer) => answer.err(),
        None => problem.clone(),
    });
    let at = move |field: &'static str| error_at(error, field);
    view! {
        <SaveProblem error own_path=paths::step(&tenant, step) />
        <Card>
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=tenant.to_string() />
                <input type="hidden" name="step" value=step.as_str() />
                <input type="hidden" name="from" value=from.to_string() autocomplete="off" />
                <div class="fields">
                    <TextField
                        label="What is this version for?"
                        name="description"
                        value=form.description
                        hint="In one line, for the list of versions: \"Asks about medication first\"."
                        maxlength=u32::try_from(MAX_DESCRIPTION_CHARACTERS).unwrap_or(u32::MAX)
                        required=true
                        autocomplete="off"
                        error=at("description")
                    />
                    <div class="grid gap-6 lg:grid-cols-[minmax(0,1fr)_18rem]">
                        <TextArea
                            label="Template"
                            name="template"
                            value=form.template
                            hint="What the AI is given. Variables in double braces are filled in from the report."
                            rows=16
                            mono=true
                            maxlength=u32::try_from(MAX_TEMPLATE_CHARACTERS).unwrap_or(u32::MAX)
                            required=true
                            error=at("template")
                        />
                        {variables(step)}
                    </div>
                    <div class="grid items-end gap-6 sm:grid-cols-3">
                        <TextField
                            label="Most tokens of an answer"
                            name="max_tokens"
                            value=form.max_tokens
                            hint="50 to 64,000. Empty: the provider's own limit."
                            optional=true
                            inputmode="numeric"
                            autocomplete="off"
                            error=at("max_tokens")
                        />
                        <TextField
                            label="Temperature"
                            name="temperature"
                            value=form.temperature
                            hint="0 to 2; 0 answers the same way most often. Empty: the provider's own."
                            optional=true
                            inputmode="decimal"
                            autocomplete="off"
                            error=at("temperature")
                        />
                        <TextField
                            label="Model"
                            name="ai_model"
                            value=form.ai_model
                            hint="Empty: the model that your organisation has chosen for the step."
                            optional=true
                            maxlength=120_u32
                            autocomplete="off"
                            error=at("ai_model")
                        />
                    </div>
                    <FormActions cancel=paths::step(&tenant, step)>
                        <Button pending=action.pending()>"Save as a new version"</Button>
                    </FormActions>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}

/// The variables that the template may use, and what each holds.
fn variables(step: WorkflowStep) -> AnyView {
    let entries = step
        .variables()
        .iter()
        .map(|variable| {
            view! {
                <div>
                    <dt>
                        <code class="font-mono text-[0.875rem] font-medium wrap-anywhere">{format!("{{{{{variable}}}}}")}</code>
                    </dt>
                    <dd class="text-[0.875rem]/5 text-muted">{variable_meaning(variable)}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="min-w-0">
            <h2 class="mb-2 text-subsection">"Variables"</h2>
            <dl class="space-y-3">{entries}</dl>
        </section>
    }
    .into_any()
}
