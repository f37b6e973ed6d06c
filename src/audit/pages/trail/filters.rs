//! The form that narrows the trail.

use crate::{
    audit::{
        event::Action,
        filter::{AuditFilter, NOBODY},
        paths,
        trail::{ActionGroup, SubjectKind},
    },
    ids::UserId,
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, DateTimeField, Disclosure, ErrorSummary, SelectField, TextField},
};
use leptos::prelude::*;

/// Whether anything narrows the list.
pub fn is_narrowed(filter: &AuditFilter) -> bool {
    !filter.narrowing().is_empty()
}

/// A plain form: the browser loads its address, so the fields always say what the list shows.
pub fn filter_form(tenant: &TenantSlug, filter: AuditFilter, people: Vec<(UserId, String)>) -> AnyView {
    let open = is_narrowed(&filter);
    let error = filter.parse().err();
    let errors = error.as_ref().map(|error| error.fields()).unwrap_or_default();
    let [from_error, to_error, record_error] =
        ["from", "to", "record"].map(|field| Signal::stored(error.as_ref().and_then(|error| error.at(field))));
    let people: Vec<_> = people
        .into_iter()
        .map(|(id, name)| (id.to_string(), name))
        .chain([(NOBODY.to_owned(), "SupportSignal itself".to_owned())])
        .collect();
    let (action, all) = (paths::trail(tenant), paths::trail(tenant));
    let AuditFilter { group, action: chosen, person, subject, record, from, to, .. } = filter;
    view! {
        <ErrorSummary errors=move || errors.clone() />
        <form method="get" action=action role="search" aria-label="Filter the audit trail" autocomplete="off">
            <Disclosure summary="Filter" open>
                <div class="grid gap-4 pt-2 sm:grid-cols-2 lg:grid-cols-3">
                    <SelectField label="Kind of action" name="group" options=groups() value=group blank="All kinds" />
                    <SelectField label="Action" name="action" options=actions() value=chosen blank="All actions" />
                    <SelectField label="Person" name="person" options=people value=person blank="Anyone" />
                    <SelectField label="About" name="subject" options=subjects() value=subject blank="Anything" />
                    <DateTimeField label="From" name="from" value=from date_only=true error=from_error />
                    <DateTimeField label="To" name="to" value=to date_only=true error=to_error />
                    <TextField label="Id of a record" name="record" value=record maxlength=40 error=record_error />
                </div>
                <div class="mt-4 flex flex-wrap items-center gap-4">
                    <Button variant=ButtonVariant::Secondary>"Show the entries"</Button>
                    {open
                        .then(|| {
                            view! {
                                <a class="text-link inline-flex min-h-11 items-center" href=all rel="external">
                                    "Clear the filters"
                                </a>
                            }
                        })}
                </div>
            </Disclosure>
        </form>
    }
    .into_any()
}

fn groups() -> Vec<(String, String)> {
    ActionGroup::ALL.iter().map(|group| (group.as_str().to_owned(), group.label().to_owned())).collect()
}

fn actions() -> Vec<(String, String)> {
    let mut actions: Vec<_> =
        Action::ALL.iter().map(|action| (action.as_str().to_owned(), action.label().to_owned())).collect();
    actions.sort_by(|one, other| one.1.cmp(&other.1));
    actions
}

fn subjects() -> Vec<(String, String)> {
    SubjectKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).collect()
}
