//! Adding an organisation, with its first admin.

use crate::{
    accounts::permission::Permission,
    app::use_viewer,
    tenants::{api::organisations::CreateOrganisation, paths, standing::TenantStatus, tenant::TenantSlug, time_zones},
    ui::{
        Button, Card, DateTimeField, ErrorPage, FormActions, PageHeader, RadioGroup, SaveProblem, SelectField,
        TextField, error_at, error_of,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/organisations/new`.
#[component]
pub fn NewOrganisationPage() -> AnyView {
    let member = use_viewer().member;
    let content = match member.require(Permission::AdministerTenants) {
        Ok(()) => form(&member.tenant),
        Err(error) => view! { <ErrorPage error /> }.into_any(),
    };
    view! {
        <Title text="Add an organisation" />
        <PageHeader title="Add an organisation" back=(paths::organisations(&member.tenant), "Organisations".to_owned()) />
        {content}
    }
    .into_any()
}

fn form(tenant: &TenantSlug) -> AnyView {
    let action = ServerAction::<CreateOrganisation>::new();
    let error = error_of(action);
    let at = move |field| error_at(error, field);
    let (slug, list) = (tenant.to_string(), paths::organisations(tenant));
    let statuses = [TenantStatus::Trial, TenantStatus::Active]
        .map(|status| (status.as_str().to_owned(), status.label().to_owned()))
        .to_vec();
    view! {
        <div class="max-w-2xl">
            <SaveProblem error own_path=list.clone() />
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=slug />
                <div class="space-y-6">
                    <Card title="The organisation">
                        <div class="fields">
                            <TextField label="Name" name="name" maxlength=120_u32 required=true autocomplete="off" error=at("name") />
                            <TextField
                                label="Web address"
                                name="slug"
                                hint="The first part of the address of its pages: 2 to 40 small letters, digits and single hyphens."
                                maxlength=40_u32
                                required=true
                                autocomplete="off"
                                width="max-w-80"
                                error=at("slug")
                            />
                            <SelectField
                                label="Time zone"
                                name="time_zone"
                                options=time_zones::choices()
                                value="Australia/Sydney"
                                error=at("time_zone")
                            />
                            <RadioGroup label="Status" name="status" options=statuses value="trial" inline=true error=at("status") />
                            <DateTimeField
                                label="Last day of the trial"
                                name="trial_ends_on"
                                date_only=true
                                hint="Only for a trial. Empty: it doesn't end by itself."
                                error=at("trial_ends_on")
                            />
                        </div>
                    </Card>
                    <Card title="Its first admin" lead="Is invited by e-mail and invites everybody else.">
                        <div class="fields">
                            <TextField
                                label="Name of the admin"
                                name="admin_name"
                                maxlength=120_u32
                                required=true
                                autocomplete="off"
                                error=at("admin_name")
                            />
                            <TextField
                                label="E-mail address of the admin"
                                name="admin_email"
                                kind="email"
                                maxlength=254_u32
                                required=true
                                autocomplete="off"
                                error=at("admin_email")
                            />
                        </div>
                    </Card>
                    <FormActions cancel=list>
                        <Button pending=action.pending()>"Add organisation"</Button>
                    </FormActions>
                </div>
            </ActionForm>
        </div>
    }
    .into_any()
}
