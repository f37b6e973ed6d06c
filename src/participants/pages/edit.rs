//! Adding and changing a participant. Who may not change one reads it here.

use super::{list_path, participant_path};
use crate::{
    accounts::permission::Permission,
    app::use_viewer,
    dashboards::{paths as dashboard_paths, query::DashboardQuery},
    error::AppError,
    ids::ParticipantId,
    incidents::paths as incident_paths,
    participants::{
        api::{SaveParticipant, get_participant},
        participant::{Participant, ParticipantRecord, ParticipantStatus, format_ndis_number},
    },
    sites::{api::list_site_options, site::SiteOption},
    tenants::tenant::TenantSlug,
    ui::{
        Button, ButtonVariant, Card, FormActions, FormCard, Icon, LinkButton, PageHeader, RadioGroup, RevisionField,
        SelectField, TextField, Unpack, error_at, error_of,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// `/{tenant}/participants/new`.
#[component]
pub fn NewParticipantPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let sites = Resource::new_blocking(|| (), move |()| list_site_options(tenant.get_value()));
    let action = ServerAction::<SaveParticipant>::new();
    view! {
        <Title text="Add a participant" />
        <PageHeader title="Add a participant" back=(list_path(&tenant.get_value()), "Participants".to_owned()) />
        <Unpack resource=sites let:sites>
            <Editor tenant=tenant.get_value() participant=None sites action />
        </Unpack>
    }
    .into_any()
}

/// `/{tenant}/participants/{id}`.
#[component]
pub fn ParticipantEditPage() -> AnyView {
    let member = use_viewer().member;
    let may_edit = member.role.may(Permission::EditRegisters);
    let tenant = StoredValue::new(member.tenant);
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id").and_then(|id| id.parse().ok())));
    let record = Resource::new_blocking(
        move || id.get(),
        move |id: Option<ParticipantId>| async move {
            get_participant(tenant.get_value(), id.ok_or(AppError::NotFound)?).await
        },
    );
    let action = ServerAction::<SaveParticipant>::new();
    let title = if may_edit { "Edit participant" } else { "Participant" };
    view! {
        <Title text=title />
        <PageHeader title back=(list_path(&tenant.get_value()), "Participants".to_owned()) />
        <Unpack resource=record let:record>
            {record_view(tenant.get_value(), record, may_edit, action)}
        </Unpack>
    }
    .into_any()
}

fn record_view(
    tenant: TenantSlug,
    record: ParticipantRecord,
    may_edit: bool,
    action: ServerAction<SaveParticipant>,
) -> AnyView {
    let ParticipantRecord { participant, sites } = record;
    let links = report_links(&tenant, participant.id);
    let card = if may_edit {
        view! { <Editor tenant participant=Some(participant) sites action /> }.into_any()
    } else {
        reader(participant)
    };
    view! { {links} {card} }.into_any()
}

/// What was reported about the person, as a list and for those who read figures as a dashboard.
fn report_links(tenant: &TenantSlug, id: ParticipantId) -> AnyView {
    let chosen = id.to_string();
    let list = incident_paths::about(tenant, id);
    let figures = use_viewer().member.role.may(Permission::ReadFigures).then(|| {
        let query = DashboardQuery { participant: chosen, ..DashboardQuery::default() };
        let href = dashboard_paths::dashboard(tenant, &query);
        view! {
            <LinkButton href variant=ButtonVariant::Secondary icon=Icon::Chart>
                "Figures about this person"
            </LinkButton>
        }
    });
    view! {
        <div class="mb-6 flex flex-wrap gap-3">
            <LinkButton href=list variant=ButtonVariant::Secondary icon=Icon::List>
                "Reports about this person"
            </LinkButton>
            {figures}
        </div>
    }
    .into_any()
}

/// The form, filled in with what is stored if there is something.
#[component]
fn Editor(
    tenant: TenantSlug,
    participant: Option<Participant>,
    sites: Vec<SiteOption>,
    action: ServerAction<SaveParticipant>,
) -> impl IntoView {
    let error = error_of(action);
    let at = move |field| error_at(error, field);
    let value = |read: fn(&Participant) -> Option<String>| participant.as_ref().and_then(read).unwrap_or_default();
    let name = value(|participant| Some(participant.name.clone()));
    let ndis_number = value(|participant| participant.ndis_number.as_deref().map(format_ndis_number));
    let site_id = value(|participant| participant.site_id.map(|id| id.to_string()));
    let site_choices = site_choices(participant.as_ref(), sites);
    let own_path = participant.as_ref().map(|participant| participant_path(&tenant, participant.id));
    let save = if participant.is_some() { "Save changes" } else { "Add participant" };
    view! {
        <FormCard error own_path=own_path.unwrap_or_default()>
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=tenant.to_string() />
                <div class="fields">
                    <TextField
                        label="Name"
                        name="name"
                        value=name
                        hint="As your team knows the person, for example first and last name."
                        maxlength=120_u32
                        required=true
                        autocomplete="off"
                        error=at("name")
                    />
                    <TextField
                        label="NDIS number"
                        name="ndis_number"
                        value=ndis_number
                        hint="Nine digits, with or without spaces."
                        maxlength=20_u32
                        optional=true
                        inputmode="numeric"
                        autocomplete="off"
                        width="max-w-48"
                        error=at("ndis_number")
                    />
                    <SelectField
                        label="Site"
                        name="site_id"
                        options=site_choices
                        value=site_id
                        blank="No usual site"
                        hint="Where the person is usually supported. A report starts with it and can name another place."
                        optional=true
                        error=at("site_id")
                    />
                    {participant
                        .map(|participant| view! { <StoredFields participant error status_error=at("status") /> })}
                    <FormActions cancel=list_path(&tenant)>
                        <Button pending=action.pending()>{save}</Button>
                    </FormActions>
                </div>
            </ActionForm>
        </FormCard>
    }
    .into_any()
}

/// The active sites, and the participant's own even if it has been archived since: saving the rest of
/// the form must not drop it.
fn site_choices(participant: Option<&Participant>, sites: Vec<SiteOption>) -> Vec<(String, String)> {
    let archived = participant
        .and_then(|participant| participant.site_id.zip(participant.site_name.clone()))
        .filter(|(id, _)| sites.iter().all(|site| site.id != *id))
        .map(|(id, name)| (id.to_string(), format!("{name} (archived)")));
    sites.into_iter().map(|site| (site.id.to_string(), site.name)).chain(archived).collect()
}

/// What only a participant has who is stored: which one, at which revision, active or archived.
#[component]
fn StoredFields(
    participant: Participant,
    error: Signal<Option<AppError>>,
    status_error: Signal<Option<String>>,
) -> impl IntoView {
    let choices: Vec<(String, String)> =
        ParticipantStatus::ALL.iter().map(|status| (status.as_str().to_owned(), status.label().to_owned())).collect();
    view! {
        <input type="hidden" name="id" value=participant.id.to_string() />
        <RevisionField revision=participant.revision error />
        <RadioGroup
            label="Status"
            name="status"
            options=choices
            value=participant.status.as_str()
            inline=true
            hint="Archived participants can't be chosen for new reports. Their past reports stay as they are."
            error=status_error
        />
    }
}

fn reader(participant: Participant) -> AnyView {
    let ndis_number = participant.ndis_number.as_deref().map(format_ndis_number);
    let lines = [
        ("Name", Some(participant.name)),
        ("NDIS number", ndis_number),
        ("Site", participant.site_name),
        ("Status", Some(participant.status.label().to_owned())),
    ];
    let lines = lines.map(|(label, value)| {
        view! {
            <div class="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]">
                <dt class="text-muted">{label}</dt>
                <dd class="font-medium">{value.unwrap_or_else(|| "Not recorded".to_owned())}</dd>
            </div>
        }
    });
    view! {
        <div class="max-w-2xl">
            <Card>
                <dl class="grid gap-y-3">{lines.into_iter().collect_view()}</dl>
            </Card>
            <p class="mt-4 flex items-start gap-2 text-[0.9375rem] text-muted">
                <span class="mt-0.5">{Icon::Info.small()}</span>
                "Team leads and admins can change this. Tell one of them if something isn't right."
            </p>
        </div>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::site_choices;
    use crate::{
        ids::{ParticipantId, SiteId},
        participants::participant::{Participant, ParticipantStatus},
        sites::site::SiteOption,
    };

    #[test]
    fn an_archived_home_can_still_be_kept() {
        let (active, archived) = (SiteId::generate(), SiteId::generate());
        let participant = |site_id| Participant {
            id: ParticipantId::generate(),
            name: "Robin".into(),
            ndis_number: None,
            site_id: Some(site_id),
            site_name: Some("Wattle House".into()),
            status: ParticipantStatus::Active,
            revision: 1,
        };
        let sites = || vec![SiteOption { id: active, name: "Wattle House".into() }];
        assert_eq!(site_choices(Some(&participant(active)), sites()).len(), 1);
        assert!(
            site_choices(Some(&participant(archived)), sites())
                .contains(&(archived.to_string(), "Wattle House (archived)".to_owned()))
        );
        assert_eq!(site_choices(None, sites()).len(), 1);
    }
}
