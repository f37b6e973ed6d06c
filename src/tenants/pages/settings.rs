//! The settings of an organisation: each card is a form that is saved on its own.

mod address;
mod branding;
mod profile;
mod retention;
mod security;
mod time_zone;

use super::{acting_list, change_list, standing_badge};
use crate::{
    app::use_viewer,
    error::AppError,
    tenants::{
        api::{SaveAddress, SaveBranding, SaveProfile, SaveRetention, SaveSecondFactor, SaveTimeZone, get_settings},
        paths,
        settings::{SUPPORT_CARD, SettingsGroup, SettingsPage as Settings},
        tenant::TenantSlug,
    },
    ui::{Alert, Card, PageHeader, Tone, Unpack, successes},
};
use chrono_tz::Tz;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/settings`.
#[component]
pub fn SettingsPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let actions = Actions::new();
    actions.open_anew(&tenant.get_value());
    let settings = Resource::new_blocking(|| (), move |()| get_settings(tenant.get_value()));
    let query = use_query_map();
    let saved = move || {
        let group = query.with(|query| query.get_str("saved").and_then(SettingsGroup::parse))?;
        let title = format!("{} saved.", group.label());
        Some(view! { <div class="mb-6 max-w-3xl"><Alert tone=Tone::Done title=title /></div> })
    };
    view! {
        <Title text="Settings" />
        <PageHeader title="Settings" lead="What holds for everybody in your organisation. Every change is kept below, with who made it." />
        {saved}
        <Unpack resource=settings let:settings>
            {settings_view(settings, &tenant.get_value(), tz, actions)}
        </Unpack>
    }
    .into_any()
}

/// The forms of the page.
#[derive(Clone, Copy)]
struct Actions {
    profile: ServerAction<SaveProfile>,
    address: ServerAction<SaveAddress>,
    time_zone: ServerAction<SaveTimeZone>,
    branding: ServerAction<SaveBranding>,
    retention: ServerAction<SaveRetention>,
    security: ServerAction<SaveSecondFactor>,
}

impl Actions {
    fn new() -> Self {
        Self {
            profile: ServerAction::new(),
            address: ServerAction::new(),
            time_zone: ServerAction::new(),
            branding: ServerAction::new(),
            retention: ServerAction::new(),
            security: ServerAction::new(),
        }
    }

    /// Name, colours and times stand on every page, so what was saved opens as a new document. The web
    /// address is not among these: its form does that by itself.
    fn open_anew(self, tenant: &TenantSlug) {
        open_after(self.profile, paths::saved(tenant, SettingsGroup::Profile));
        open_after(self.time_zone, paths::saved(tenant, SettingsGroup::TimeZone));
        open_after(self.branding, paths::saved(tenant, SettingsGroup::Branding));
        open_after(self.retention, paths::saved(tenant, SettingsGroup::Retention));
        open_after(self.security, paths::saved(tenant, SettingsGroup::Security));
    }
}

fn open_after<S>(action: ServerAction<S>, path: String)
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    let saved = successes(action);
    Effect::new(move |_| {
        if saved.get() > 0 {
            open(&path);
        }
    });
}

#[cfg(feature = "hydrate")]
fn open(path: &str) {
    let _ = window().location().set_href(path);
}

#[cfg(not(feature = "hydrate"))]
fn open(_path: &str) {}

fn settings_view(page: Settings, tenant: &TenantSlug, tz: Tz, actions: Actions) -> AnyView {
    let Settings { settings, revisions, standing, former_slugs, changes, support } = page;
    let revision = |group| revisions.of(group);
    let profile = profile::profile_card(tenant, settings.profile, revision(SettingsGroup::Profile), actions.profile);
    let address =
        address::address_card(tenant, settings.slug, former_slugs, revision(SettingsGroup::Address), actions.address);
    let time_zone =
        time_zone::time_zone_card(tenant, settings.time_zone, revision(SettingsGroup::TimeZone), actions.time_zone);
    let branding =
        branding::branding_card(tenant, settings.branding, revision(SettingsGroup::Branding), actions.branding);
    let retention =
        retention::retention_card(tenant, settings.retention, revision(SettingsGroup::Retention), actions.retention);
    let security = security::security_card(
        tenant,
        settings.second_factor_required,
        revision(SettingsGroup::Security),
        actions.security,
    );
    view! {
        <div class="max-w-3xl space-y-6">
            {profile} {time_zone} {branding} {retention} {security} {address}
            <Card
                title="Support access"
                id=SUPPORT_CARD
                lead="SupportSignal's system admin can act as a person of your organisation for 30 minutes at most. Your admins are told each time, and what is done meanwhile is marked in every history."
            >
                {acting_list(support, tz)}
            </Card>
            <Card title="Changes" id="changes" action=move || standing_badge(standing)>
                {change_list(changes, tz)}
            </Card>
        </div>
    }
    .into_any()
}
