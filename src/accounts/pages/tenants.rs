//! The organisations of the system, for whoever runs it.

use crate::{
    accounts::api::list_all_tenants,
    app::use_viewer,
    tenants::{pages::standing_badge, paths, tenant::TenantSlug, tenant_row::TenantRow, time_zones},
    ui::{Card, Cell, Column, DataTable, EmptyState, Icon, LinkButton, LinkCell, LocalTime, PageHeader, Row, Unpack},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/organisations`: every organisation, how many people work there, and since when.
#[component]
pub fn TenantsPage() -> AnyView {
    let member = use_viewer().member;
    let tz = member.time_zone;
    let tenant = StoredValue::new(member.tenant);
    let tenants = Resource::new_blocking(move || tenant.get_value(), list_all_tenants);
    view! {
        <Title text="Organisations" />
        <PageHeader
            title="Organisations"
            lead="Every organisation on this system. Their reports can be read by their own people only."
            action=move || {
                view! {
                    <LinkButton href=paths::new_organisation(&tenant.get_value()) icon=Icon::Plus>
                        "Add an organisation"
                    </LinkButton>
                }
            }
        />
        <Unpack resource=tenants let:tenants>
            <Card flush=true>{tenant_list(tenants, &tenant.get_value(), tz)}</Card>
        </Unpack>
    }
    .into_any()
}

fn tenant_list(tenants: Vec<TenantRow>, system: &TenantSlug, tz: Tz) -> AnyView {
    if tenants.is_empty() {
        return view! { <EmptyState title="No organisations yet" icon=Icon::Building /> }.into_any();
    }
    let columns = vec![
        Column::new("Name"),
        Column::new("Address"),
        Column::new("Status"),
        Column::new("People").numeric(),
        Column::new("Time zone"),
        Column::new("Since"),
    ];
    let rows = tenants.into_iter().map(|tenant| tenant_row(tenant, system, tz)).collect_view();
    view! {
        <DataTable caption="Organisations" columns>
            {rows}
        </DataTable>
    }
    .into_any()
}

fn tenant_row(tenant: TenantRow, system: &TenantSlug, tz: Tz) -> impl IntoView + use<> {
    let zone = tenant.time_zone.parse().map_or(tenant.time_zone, time_zones::label);
    let href = paths::organisation(system, &tenant.slug);
    view! {
        <Row>
            <LinkCell href>{tenant.name}</LinkCell>
            <Cell label="Address">{format!("/{}", tenant.slug)}</Cell>
            <Cell label="Status">
                {standing_badge(tenant.standing)}
            </Cell>
            <Cell label="People" numeric=true>
                {tenant.members}
            </Cell>
            <Cell label="Time zone">{zone}</Cell>
            <Cell label="Since">
                <LocalTime instant=tenant.created_at tz date_only=true />
            </Cell>
        </Row>
    }
}
