//! One organisation, for whoever runs the system: what it may do, and acting as one of its people.

use super::{acting_list, change_list, standing_badge};
use crate::{
    accounts::role::Role,
    app::use_viewer,
    error::AppError,
    tenants::{
        acting::MAX_MINUTES,
        api::{
            acting::StartActing,
            organisations::{SaveStatus, get_organisation},
        },
        organisation::{Organisation, OrganisationPerson},
        paths,
        standing::TenantStatus,
        tenant::TenantSlug,
        time_zones,
    },
    ui::{
        Alert, Button, ButtonVariant, Card, DateTimeField, LocalTime, PageHeader, RadioGroup, RevisionField,
        SaveProblem, SelectField, TextArea, TextField, Tone, Unpack, error_at, error_of, successes,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/{tenant}/organisations/{slug}`.
#[component]
pub fn OrganisationPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get_str("slug").map(str::to_owned)));
    let (status, acting) = (ServerAction::<SaveStatus>::new(), ServerAction::<StartActing>::new());
    let saved = successes(status);
    let organisation = Resource::new_blocking(
        move || (slug.get(), saved.get()),
        move |(slug, _)| async move { get_organisation(tenant.get_value(), slug.ok_or(AppError::NotFound)?).await },
    );
    let query = use_query_map();
    let note = move || {
        let title = query.with(|query| match (query.get_str("created"), query.get_str("saved")) {
            (Some(_), _) => Some("Added. Its first admin is invited by e-mail."),
            (_, Some(_)) => Some("Status saved."),
            _ => None,
        })?;
        Some(view! { <div class="mb-6 max-w-3xl"><Alert tone=Tone::Done title=title /></div> })
    };
    view! {
        <Title text="Organisation" />
        <Unpack resource=organisation let:organisation>
            <PageHeader
                title=organisation.name.clone()
                back=(paths::organisations(&tenant.get_value()), "Organisations".to_owned())
                aside=move || standing_badge(organisation.standing)
            />
            {note}
            {organisation_view(organisation, &tenant.get_value(), tz, status, acting)}
        </Unpack>
    }
    .into_any()
}

fn organisation_view(
    organisation: Organisation,
    tenant: &TenantSlug,
    tz: Tz,
    status: ServerAction<SaveStatus>,
    acting: ServerAction<StartActing>,
) -> AnyView {
    let facts = facts_card(&organisation, tz);
    let status = status_card(&organisation, tenant, status);
    let Organisation { slug, people, changes, acting: rows, .. } = organisation;
    let acting = acting_card(tenant, &slug, people, acting);
    view! {
        <div class="max-w-3xl space-y-6">
            {facts} {status} {acting} <Card title="When somebody acted as a person">{acting_list(rows, tz)}</Card>
            <Card title="Changes of the status">{change_list(changes, tz)}</Card>
        </div>
    }
    .into_any()
}

fn facts_card(organisation: &Organisation, tz: Tz) -> AnyView {
    let count = |role: Role| organisation.people.iter().filter(|person| person.role == role).count();
    let people = [Role::CompanyAdmin, Role::TeamLead, Role::FrontlineWorker, Role::Viewer]
        .map(|role| format!("{}: {}", role.label(), count(role)))
        .join(", ");
    let address = format!("/{}", organisation.slug);
    let zone = time_zones::label(organisation.time_zone);
    let created_at = organisation.created_at;
    view! {
        <Card title="About it" lead="Its reports can be read by its own people only.">
            <dl class="grid gap-y-3">
                {fact("Web address", address.into_any())} {fact("Time zone", zone.into_any())} {fact("People", people.into_any())}
                {fact("Since", view! { <LocalTime instant=created_at tz date_only=true /> }.into_any())}
            </dl>
        </Card>
    }
    .into_any()
}

fn fact(label: &'static str, value: AnyView) -> impl IntoView {
    view! {
        <div class="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
            <dt class="text-muted">{label}</dt>
            <dd class="font-medium">{value}</dd>
        </div>
    }
}

fn status_card(organisation: &Organisation, tenant: &TenantSlug, action: ServerAction<SaveStatus>) -> AnyView {
    let error = error_of(action);
    let own_path = paths::organisation(tenant, &organisation.slug);
    let statuses = TenantStatus::ALL
        .iter()
        .map(|status| (status.as_str().to_owned(), status.label().to_owned()))
        .collect::<Vec<_>>();
    let last_day = organisation.trial_ends_on.map(|day| day.to_string()).unwrap_or_default();
    let (slug, revision, current) = (organisation.slug.clone(), organisation.revision, organisation.status.as_str());
    let tenant = tenant.to_string();
    view! {
        <Card
            title="Status"
            lead="A suspended organisation, or one whose trial is over, reads everything and changes nothing. Its background work waits."
        >
            <SaveProblem error own_path />
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=tenant />
                <input type="hidden" name="organisation" value=slug />
                <RevisionField revision error />
                <div class="fields">
                    <RadioGroup
                        label="What it may do"
                        name="status"
                        options=statuses
                        value=current
                        inline=true
                        error=error_at(error, "status")
                    />
                    <DateTimeField
                        label="Last day of the trial"
                        name="trial_ends_on"
                        value=last_day
                        date_only=true
                        hint="Only for a trial. Empty: it doesn't end by itself."
                        error=error_at(error, "trial_ends_on")
                    />
                    <TextField
                        label="Reason for the change"
                        name="reason"
                        hint="The organisation's admins read it in their settings."
                        maxlength=500_u32
                        required=true
                        autocomplete="off"
                        error=error_at(error, "reason")
                    />
                    <div>
                        <Button pending=action.pending()>"Save status"</Button>
                    </div>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}

fn acting_card(
    tenant: &TenantSlug,
    organisation: &str,
    people: Vec<OrganisationPerson>,
    action: ServerAction<StartActing>,
) -> AnyView {
    let error = error_of(action);
    let own_path = paths::organisation(tenant, organisation);
    let (tenant, organisation) = (tenant.to_string(), organisation.to_owned());
    let people = people
        .into_iter()
        .map(|person| (person.user_id.to_string(), format!("{}, {}", person.name, person.role.label())))
        .collect::<Vec<_>>();
    view! {
        <Card
            title="Act as a person"
            lead=format!(
                "You see and do what that person can see and do, for {MAX_MINUTES} minutes at most. The organisation's admins are told, and everything you do is marked as yours.",
            )
        >
            <SaveProblem error own_path />
            // Another person's pages are another document.
            <form method="post" action="/api/tenants/start-acting">
                <input type="hidden" name="tenant" value=tenant />
                <input type="hidden" name="organisation" value=organisation />
                <div class="fields">
                    <SelectField
                        label="Person"
                        name="person"
                        options=people
                        blank="Choose a person"
                        required=true
                        error=error_at(error, "person")
                    />
                    <TextArea
                        label="Reason"
                        name="acting_reason"
                        rows=2_u32
                        hint="The organisation's admins read it. Name no participant."
                        maxlength=500_u32
                        required=true
                        error=error_at(error, "acting_reason")
                    />
                    <div>
                        <Button variant=ButtonVariant::Secondary>"Act as this person"</Button>
                    </div>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
