//! The versions of one step: which one is in use, how each did, and what can be done with it.

use crate::{
    app::use_viewer,
    error::AppError,
    ids::PromptId,
    prompts::{
        api::{ActivatePrompt, list_versions},
        components::{
            ChoiceProblem, ChooseButton, FiguresNote, MadeBy, NewerDefault, VersionBadge, cost_view, edits_defaults,
            latency_view, overruled_view, success_view, tokens_view, use_step, uses_view,
        },
        paths,
        prompt::{StepVersions, Version, VersionState},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, Cell, Column, DataTable, Icon, LinkButton, LinkCell, PageHeader, Row,
        SelectField, Tone, Unpack,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{components::Form, hooks::use_query_map};

/// `/{tenant}/prompts/{step}`.
#[component]
pub fn StepPage() -> AnyView {
    let member = use_viewer().member;
    let edits_defaults = edits_defaults(&member);
    let tenant = StoredValue::new(member.tenant);
    let step = use_step();
    let choose = ServerAction::<ActivatePrompt>::new();
    let versions = Resource::new_blocking(
        move || (step.get(), choose.version().get()),
        move |(step, _)| async move { list_versions(tenant.get_value(), step.ok_or(AppError::NotFound)?).await },
    );
    view! {
        <Title text="Prompts" />
        <Unpack resource=versions let:versions>
            {step_view(versions, &tenant.get_value(), edits_defaults, choose)}
        </Unpack>
    }
    .into_any()
}

fn step_view(
    versions: StepVersions,
    tenant: &TenantSlug,
    edits_defaults: bool,
    choose: ServerAction<ActivatePrompt>,
) -> AnyView {
    let step = versions.step;
    let new_version = paths::new_version(tenant, step, None);
    let action = move || {
        view! {
            <LinkButton href=new_version icon=Icon::Plus>
                "New version"
            </LinkButton>
        }
    };
    view! {
        <Title text=step.label() />
        <PageHeader
            title=step.label()
            lead=step.explanation()
            back=(paths::overview(tenant), "Prompts".to_owned())
            action
        />
        <div class="space-y-6">
            <Notices versions=versions.clone() tenant=tenant.clone() choose edits_defaults />
            {versions_card(&versions, tenant, edits_defaults, choose)}
            {compare_card(&versions, tenant)}
        </div>
    }
    .into_any()
}

/// What was just done, what went wrong, and what is worth knowing.
#[component]
fn Notices(
    versions: StepVersions,
    tenant: TenantSlug,
    choose: ServerAction<ActivatePrompt>,
    edits_defaults: bool,
) -> impl IntoView {
    let query = use_query_map();
    let in_use = versions.version_in_use().map(|version| version.name);
    let done = move || {
        let done = query.read().get("done")?;
        let is_refused = choose.value().with(|answer| matches!(answer, Some(Err(_))));
        let name = in_use.filter(|_| done == "activated" && !is_refused)?;
        Some(view! { <Alert tone=Tone::Done title=format!("{name} is in use from now on.") /> })
    };
    let newer = versions.newer_default.and_then(|name| {
        let default = versions.versions.iter().find(|version| version.state == VersionState::CurrentDefault)?;
        Some(view! {
            <NewerDefault tenant=tenant step=versions.step name default_id=default.id in_use=versions.in_use />
        })
    });
    let no_trials = edits_defaults.then(|| {
        view! {
            <Alert tone=Tone::Neutral quiet=true>
                <p>
                    "A version that you put in use here answers in every organisation without a version of its own. Trying it out needs past reports, and there are none here; each organisation can try a default on its own."
                </p>
            </Alert>
        }
    });
    view! {
        <ChoiceProblem choose />
        {done}
        {newer}
        {no_trials}
    }
}

fn versions_card(
    versions: &StepVersions,
    tenant: &TenantSlug,
    edits_defaults: bool,
    choose: ServerAction<ActivatePrompt>,
) -> AnyView {
    let mut columns = vec![Column::new("Version"), Column::new("What it is for")];
    if !edits_defaults {
        let figures = ["Uses", "Success", "Mean time", "Tokens", "Cost", "Overruled"];
        columns.extend(figures.map(|label| Column::new(label).numeric()));
    }
    columns.push(Column::new("Actions").hidden_label());
    let rows = versions
        .versions
        .iter()
        .map(|version| {
            let row = VersionRow { tenant, edits_defaults, in_use: versions.in_use, choose };
            row.view(version, versions.time_zone)
        })
        .collect_view();
    view! {
        <Card flush=true>
            <div class="overflow-x-auto">
                <DataTable caption="Versions, the newest first" columns>
                    {rows}
                </DataTable>
            </div>
        </Card>
        {(!edits_defaults).then(|| view! { <FiguresNote /> })}
    }
    .into_any()
}

/// What the rows of the table share.
struct VersionRow<'a> {
    tenant: &'a TenantSlug,
    edits_defaults: bool,
    in_use: PromptId,
    choose: ServerAction<ActivatePrompt>,
}

impl VersionRow<'_> {
    fn view(&self, version: &Version, time_zone: Tz) -> AnyView {
        let (step, figures) = (version.step, version.figures);
        let figure_cells = (!self.edits_defaults).then(|| {
            view! {
                <Cell label="Uses" numeric=true>
                    {uses_view(&figures)}
                </Cell>
                <Cell label="Success" numeric=true>
                    {success_view(&figures)}
                </Cell>
                <Cell label="Mean time" numeric=true>
                    {latency_view(&figures)}
                </Cell>
                <Cell label="Tokens" numeric=true>
                    {tokens_view(&figures)}
                </Cell>
                <Cell label="Cost" numeric=true>
                    {cost_view(&figures)}
                </Cell>
                <Cell label="Overruled" numeric=true>
                    {overruled_view(step, &figures)}
                </Cell>
            }
        });
        let href = paths::version(self.tenant, step, version.id);
        let actions = self.actions(version);
        let Version { name, state, description, author, created_at, .. } = version.clone();
        view! {
            <Row>
                <LinkCell href>
                    <span class="mr-1 font-semibold whitespace-nowrap">{name.to_string()}</span>
                    " "
                    <VersionBadge state />
                </LinkCell>
                <Cell>
                    <span class="block min-w-40">
                        <span class="block wrap-anywhere" dir="auto">
                            {description}
                        </span>
                        <span class="block text-[0.8125rem]/5 text-muted">
                            <MadeBy author created_at time_zone />
                        </span>
                    </span>
                </Cell>
                {figure_cells}
                <Cell>
                    <div class="flex flex-wrap items-center gap-2">{actions}</div>
                </Cell>
            </Row>
        }
        .into_any()
    }

    fn actions(&self, version: &Version) -> AnyView {
        let try_out = (!self.edits_defaults && version.state != VersionState::InUse).then(|| {
            let href = paths::try_out(self.tenant, version.step, version.id);
            let name = format!(" {}", version.name.in_sentence());
            view! {
                <a class="text-link inline-flex min-h-11 items-center whitespace-nowrap" href=href>
                    "Try out"
                    <span class="sr-only">{name}</span>
                </a>
            }
        });
        view! {
            {try_out}
            <ChooseButton
                tenant=self.tenant.clone()
                version=version.clone()
                in_use=self.in_use
                edits_defaults=self.edits_defaults
                choose=self.choose
            />
        }
        .into_any()
    }
}

/// Any two versions side by side; starts with the one in use and the newest other one.
fn compare_card(versions: &StepVersions, tenant: &TenantSlug) -> Option<AnyView> {
    let newest = versions.versions.iter().find(|version| version.id != versions.in_use)?;
    let options: Vec<_> = versions.versions.iter().map(option).collect();
    let (in_use, newest) = (versions.in_use.to_string(), newest.id.to_string());
    let compare = paths::compare(tenant, versions.step);
    let card = view! {
        <Card title="Compare two versions">
            <Form method="get" action=compare>
                <div class="grid items-end gap-4 sm:grid-cols-[1fr_1fr_auto]">
                    <SelectField label="Version" name="a" options=options.clone() value=in_use />
                    <SelectField label="With" name="b" options value=newest />
                    <Button variant=ButtonVariant::Secondary>"Compare"</Button>
                </div>
            </Form>
        </Card>
    };
    Some(card.into_any())
}

fn option(version: &Version) -> (String, String) {
    let in_use = if version.state == VersionState::InUse { " (in use)" } else { "" };
    (version.id.to_string(), format!("{}{in_use}", version.name))
}
