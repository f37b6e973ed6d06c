//! Who may use AI providers.

use super::saved_note;
use crate::{
    providers::{
        api::SaveAccess,
        paths::{self, SettingsCard},
        provider_settings::{MAX_PEOPLE, PersonAccess},
        settings_forms::person_key,
    },
    tenants::tenant::TenantSlug,
    ui::{Button, Card, Cell, Checkbox, Column, DataTable, Row, SaveProblem, error_of},
};
use leptos::prelude::*;

/// The fifth card.
pub fn people_card(tenant: &TenantSlug, people: Vec<PersonAccess>, action: ServerAction<SaveAccess>) -> AnyView {
    let error = error_of(action);
    let slug = tenant.to_string();
    let note = saved_note(SettingsCard::People, error);
    let own_path = paths::settings(tenant);
    let is_cut = i64::try_from(people.len()).is_ok_and(|count| count >= MAX_PEOPLE);
    let rows = people.into_iter().map(row).collect_view();
    let columns = vec![Column::new("Person"), Column::new("Role"), Column::new("May use AI providers")];
    view! {
        <Card
            title="People"
            lead="Whose work may go to a provider. For everybody else the built-in engine answers."
            id=SettingsCard::People.id()
            flush=true
        >
            <div class="px-4 sm:px-5">{note} <SaveProblem error own_path /></div>
            <ActionForm action=action>
                <input type="hidden" name="tenant" value=slug />
                <DataTable caption="People and their access to AI providers" columns>
                    {rows}
                </DataTable>
                <div class="flex flex-wrap items-center gap-4 border-t border-base-300 px-4 py-4 sm:px-5">
                    <Button pending=action.pending()>"Save access"</Button>
                    {is_cut
                        .then(|| view! { <p class="text-muted">{format!("These are the first {MAX_PEOPLE} people by name.")}</p> })}
                </div>
            </ActionForm>
        </Card>
    }
    .into_any()
}

/// The hidden field says that the person was on the page: a box that isn't ticked sends nothing.
fn row(person: PersonAccess) -> impl IntoView {
    let PersonAccess { user_id, display_name, role, llm_access } = person;
    let key = person_key(user_id);
    let label = format!("{display_name} may use AI providers");
    view! {
        <Row>
            <Cell>
                <span class="font-semibold">{display_name}</span>
            </Cell>
            <Cell label="Role">{role.label()}</Cell>
            <Cell label="May use AI">
                <input type="hidden" name=format!("shown[{key}]") value="1" />
                <Checkbox
                    label
                    id=format!("allowed-{key}")
                    name=format!("allowed[{key}]")
                    checked=llm_access
                    hide_label=true
                />
            </Cell>
        </Row>
    }
}
