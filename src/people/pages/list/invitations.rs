//! Who is invited and has not joined yet.

use crate::{
    accounts::invitation::Invitation,
    people::{
        api::{SendInvitationAgain, WithdrawInvitation},
        paths,
    },
    tenants::tenant::TenantSlug,
    ui::{
        Button, ButtonVariant, Card, Cell, Column, DataTable, EmailAddress, LocalTime, Row, SaveProblem, StatusBadge,
        Tone, error_of,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// The card above the list; nothing if nobody is invited.
pub fn invitations_card(
    invitations: Vec<Invitation>,
    tenant: &TenantSlug,
    tz: Tz,
    (again, withdraw): (ServerAction<SendInvitationAgain>, ServerAction<WithdrawInvitation>),
) -> AnyView {
    let (again_error, withdraw_error) = (error_of(again), error_of(withdraw));
    if invitations.is_empty() {
        return ().into_any();
    }
    let columns = vec![
        Column::new("Name"),
        Column::new("E-mail"),
        Column::new("Role"),
        Column::new("Sent"),
        Column::new("Status"),
        Column::new("Actions").hidden_label(),
    ];
    let slug = tenant.to_string();
    let rows = invitations
        .into_iter()
        .map(|invitation| row_view(invitation, slug.clone(), tz, again, withdraw))
        .collect_view();
    let own_path = paths::list(tenant);
    view! {
        <Card title="Invited" lead="They have a link by e-mail and haven't joined yet." id="invited" flush=true>
            <div class="px-4 sm:px-5">
                <SaveProblem error=again_error own_path=own_path.clone() />
                <SaveProblem error=withdraw_error own_path />
            </div>
            <DataTable caption="Invited people" columns>
                {rows}
            </DataTable>
        </Card>
    }
    .into_any()
}

fn row_view(
    invitation: Invitation,
    slug: String,
    tz: Tz,
    again: ServerAction<SendInvitationAgain>,
    withdraw: ServerAction<WithdrawInvitation>,
) -> impl IntoView {
    let Invitation { id, email, display_name, role, sent_at, expires_at, is_expired } = invitation;
    // One action serves all rows; only the row that was used shows that it works.
    let again_pending =
        Signal::derive(move || again.input().with(|input| input.as_ref().is_some_and(|input| input.id == id)));
    let withdraw_pending =
        Signal::derive(move || withdraw.input().with(|input| input.as_ref().is_some_and(|input| input.id == id)));
    let again_label = format!("Send the invitation of {display_name} again");
    let withdraw_label = format!("Withdraw the invitation of {display_name}");
    let other_slug = slug.clone();
    let state = if is_expired {
        view! { <StatusBadge tone=Tone::Danger label="Too old" /> }.into_any()
    } else {
        view! {
            <span class="text-[0.9375rem]">"Open until " <LocalTime instant=expires_at tz date_only=true /></span>
        }
        .into_any()
    };
    view! {
        <Row>
            <Cell>
                <span class="font-semibold">{display_name}</span>
            </Cell>
            <Cell label="E-mail">
                <EmailAddress address=email />
            </Cell>
            <Cell label="Role">{role.label()}</Cell>
            <Cell label="Sent">
                <LocalTime instant=sent_at tz date_only=true />
            </Cell>
            <Cell label="Status">{state}</Cell>
            <Cell>
                <div class="flex flex-wrap gap-1 whitespace-nowrap xl:flex-nowrap">
                    <ActionForm action=again>
                        <input type="hidden" name="tenant" value=other_slug />
                        <input type="hidden" name="id" value=id.to_string() />
                        <Button
                            variant=ButtonVariant::Quiet
                            pending=again_pending
                            aria_label=again_label
                        >
                            "Send again"
                        </Button>
                    </ActionForm>
                    <ActionForm action=withdraw>
                        <input type="hidden" name="tenant" value=slug />
                        <input type="hidden" name="id" value=id.to_string() />
                        <Button
                            variant=ButtonVariant::Quiet
                            pending=withdraw_pending
                            aria_label=withdraw_label
                        >
                            "Withdraw"
                        </Button>
                    </ActionForm>
                </div>
            </Cell>
        </Row>
    }
}
