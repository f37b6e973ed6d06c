//! The organisations of the system, for whoever runs it.

use crate::{
    accounts::api::list_all_tenants,
    app::use_viewer,
    tenants::tenant_row::TenantRow,
    ui::{Card, Cell, Column, DataTable, EmptyState, Icon, LocalTime, PageHeader, Row, StatusBadge, Tone, Unpack},
};
use chrono_tz::Tz;
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/organisations`: every organisation, how many people work there, and since when.
#[component]
pub fn TenantsPage() -> AnyView {
    let member = use_viewer().member;
    let (tenant, tz) = (member.tenant, member.time_zone);
    let tenants = Resource::new_blocking(move || tenant.clone(), list_all_tenants);
    view! {
        <Title text="Organisations" />
        <PageHeader
            title="Organisations"
            lead="Every organisation on this system. Their reports can be read by their own people only."
        />
        <Unpack resource=tenants let:tenants>
            <Card flush=true>{tenant_list(tenants, tz)}</Card>
        </Unpack>
    }
    .into_any()
}

fn tenant_list(tenants: Vec<TenantRow>, tz: Tz) -> AnyView {
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
    view! {
        <DataTable caption="Organisations" columns>
            {tenants.into_iter().map(|tenant| tenant_row(tenant, tz)).collect_view()}
        </DataTable>
    }
    .into_any()
}

fn tenant_row(tenant: TenantRow, tz: Tz) -> impl IntoView {
    let (tone, status) = status_in_words(&tenant.status);
    view! {
        <Row>
            <Cell>
                <span class="font-semibold">{tenant.name}</span>
            </Cell>
            <Cell label="Address">{format!("/{}", tenant.slug)}</Cell>
            <Cell label="Status">
                <StatusBadge tone label=status />
            </Cell>
            <Cell label="People" numeric=true>
                {tenant.members}
            </Cell>
            <Cell label="Time zone">{tenant.time_zone}</Cell>
            <Cell label="Since">
                <LocalTime instant=tenant.created_at tz date_only=true />
            </Cell>
        </Row>
    }
}

fn status_in_words(status: &str) -> (Tone, String) {
    match status {
        "trial" => (Tone::Info, "Trial".to_owned()),
        "active" => (Tone::Done, "Active".to_owned()),
        "suspended" => (Tone::Danger, "Suspended".to_owned()),
        other => (Tone::Neutral, other.to_owned()),
    }
}
