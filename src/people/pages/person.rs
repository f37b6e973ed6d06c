//! One person: name and role, whether they may come in, and their sign-in.

mod access;
mod sign_in;

use super::{role_hint, role_options, status_badge};
use crate::{
    app::use_viewer,
    error::AppError,
    ids::UserId,
    people::{
        api::{DeactivatePerson, EndPersonSessions, ReactivatePerson, ResetPersonSecondFactor, SavePerson, get_person},
        paths::{self, PersonChange},
        person::PersonRecord,
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, Card, EmailAddress, LocalTime, PageHeader, RadioGroup, RevisionField, SaveProblem, TextField,
        Tone, Unpack, error_at, error_of, fresh, successes,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// `/{tenant}/people/{id}`.
#[component]
pub fn PersonPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse().ok())));
    let actions = Actions::new();
    let successes = actions.successes();
    let record = Resource::new_blocking(
        move || (id.get(), successes()),
        move |(id, _): (Option<UserId>, _)| async move {
            get_person(tenant.get_value(), id.ok_or(AppError::NotFound)?).await
        },
    );
    let note = move || query.with(|query| query.get_str("done").and_then(PersonChange::parse)).map(PersonChange::label);
    view! {
        <Title text="Person" />
        <PageHeader title="Person" back=(paths::list(&tenant.get_value()), "People".to_owned()) />
        <div class="max-w-3xl space-y-6">
            {move || note().map(|title| view! { <Alert tone=Tone::Done title /> })}
            <Unpack resource=record let:record>
                {record_view(&tenant.get_value(), record, tz, actions)}
            </Unpack>
        </div>
    }
    .into_any()
}

/// The forms of the page.
#[derive(Clone, Copy)]
struct Actions {
    save: ServerAction<SavePerson>,
    deactivate: ServerAction<DeactivatePerson>,
    reactivate: ServerAction<ReactivatePerson>,
    end_sessions: ServerAction<EndPersonSessions>,
    reset: ServerAction<ResetPersonSecondFactor>,
}

impl Actions {
    fn new() -> Self {
        Self {
            save: ServerAction::new(),
            deactivate: ServerAction::new(),
            reactivate: ServerAction::new(),
            end_sessions: ServerAction::new(),
            reset: ServerAction::new(),
        }
    }

    /// Changes whenever something was done.
    fn successes(self) -> impl Fn() -> [usize; 5] + Copy + Send + Sync + 'static {
        let counts = [
            successes(self.save),
            successes(self.deactivate),
            successes(self.reactivate),
            successes(self.end_sessions),
            successes(self.reset),
        ];
        move || counts.map(|count| count.get())
    }
}

fn record_view(tenant: &TenantSlug, record: PersonRecord, tz: Tz, actions: Actions) -> AnyView {
    let summary = summary(&record, tz);
    let cards = view! {
        <div class="space-y-6">
            {edit_card(tenant, &record, actions.save)} {sign_in::sign_in_card(tenant, &record, tz, actions)}
            {access::access_card(tenant, &record, actions)}
        </div>
    };
    // What was typed to confirm one thing must not stand there for the next.
    let key = format!("{} {}", record.person.user_id, record.revision);
    view! {
        {summary}
        {fresh(key, cards.into_any())}
    }
    .into_any()
}

fn summary(record: &PersonRecord, tz: Tz) -> impl IntoView + use<> {
    let person = &record.person;
    view! {
        <div>
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span class="text-section font-semibold">{person.display_name.clone()}</span>
                {status_badge(person.status)}
            </p>
            <p class="text-muted"><EmailAddress address=person.email.clone() /></p>
            <p class="text-muted">"Here since " <LocalTime instant=record.member_since tz date_only=true /></p>
        </div>
    }
}

fn edit_card(tenant: &TenantSlug, record: &PersonRecord, action: ServerAction<SavePerson>) -> AnyView {
    let error = error_of(action);
    let at = move |field| error_at(error, field);
    let person = &record.person;
    let role = if record.is_self {
        view! {
            <div>
                <p class="font-semibold">"Role"</p>
                <p>{person.role.label()}</p>
                <p class="text-[0.9375rem] text-muted">"Nobody changes their own role. Another admin can."</p>
            </div>
        }
        .into_any()
    } else {
        view! {
            <RadioGroup
                label="Role"
                name="role"
                options=role_options()
                value=person.role.as_str()
                hint=role_hint()
                error=at("role")
            />
        }
        .into_any()
    };
    let (slug, id, revision) = (tenant.to_string(), person.user_id, record.revision);
    let own_path = paths::person(tenant, id);
    let name = person.display_name.clone();
    view! {
        <Card title="Name and role">
            <SaveProblem error own_path />
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <input type="hidden" name="id" value=id.to_string() />
                <RevisionField revision error />
                <div class="fields">
                    <TextField
                        label="Name"
                        name="display_name"
                        value=name
                        maxlength=120_u32
                        required=true
                        autocomplete="off"
                        error=at("display_name")
                    />
                    {role}
                    <Button pending=action.pending()>"Save changes"</Button>
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}
