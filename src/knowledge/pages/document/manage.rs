//! Taking a document out of use, and removing it for good.

use super::DocumentActions;
use crate::{
    error::AppError,
    knowledge::{details::MAX_TITLE_CHARACTERS, pages::problem_view, record::DocumentDetails},
    tenants::tenant::TenantSlug,
    ui::{Button, ButtonVariant, Card, ErrorSummary, TextField, error_at, error_of},
};
use leptos::prelude::*;

/// Archive or restore, and remove.
pub fn manage_card(tenant: &TenantSlug, details: &DocumentDetails, actions: DocumentActions) -> AnyView {
    let (archive, remove) = (archive_view(tenant, details, actions), remove_view(tenant, details, actions));
    view! {
        <Card title="Take it out of use">
            <div class="space-y-6">
                {archive}
                {remove}
            </div>
        </Card>
    }
    .into_any()
}

fn archive_view(tenant: &TenantSlug, details: &DocumentDetails, actions: DocumentActions) -> AnyView {
    let which = which(tenant, details);
    if details.document.archived_at.is_some() {
        let action = actions.restore;
        return view! {
            <ActionForm action=action>
                {which}
                <p class="mb-3 text-muted">"It is archived: search and the chat don't find it."</p>
                <Button variant=ButtonVariant::Secondary pending=action.pending()>
                    "Restore"
                </Button>
            </ActionForm>
        }
        .into_any();
    }
    let action = actions.archive;
    view! {
        <ActionForm action=action>
            {which}
            <p class="mb-3 text-muted">
                "Archive it, and search and the chat no longer find it. It is kept and can be restored."
            </p>
            <Button variant=ButtonVariant::Secondary pending=action.pending()>
                "Archive"
            </Button>
        </ActionForm>
    }
    .into_any()
}

fn remove_view(tenant: &TenantSlug, details: &DocumentDetails, actions: DocumentActions) -> AnyView {
    let action = actions.remove;
    let error = error_of(action);
    let errors = move || error.with(|error| error.as_ref().map(AppError::fields).unwrap_or_default());
    let label = format!("Type “{}” to confirm", details.document.title);
    let which = which(tenant, details);
    view! {
        <div class="border-t border-base-300 pt-6">
            <h3 class="mb-1">"Remove this document"</h3>
            <p class="mb-4 text-muted">
                "It goes for good, with all its versions and passages. Answers that cite it keep their text, not the source."
            </p>
            <ErrorSummary errors />
            {problem_view(action)}
            <ActionForm action=action attr:novalidate=true>
                {which}
                <div class="fields max-w-2xl">
                    <TextField
                        label
                        name="title"
                        maxlength=u32::try_from(MAX_TITLE_CHARACTERS).unwrap_or(u32::MAX)
                        required=true
                        autocomplete="off"
                        error=error_at(error, "title")
                    />
                    <Button variant=ButtonVariant::Danger pending=action.pending()>
                        "Remove document"
                    </Button>
                </div>
            </ActionForm>
        </div>
    }
    .into_any()
}

/// Which document a form is about, as the page shows it.
fn which(tenant: &TenantSlug, details: &DocumentDetails) -> AnyView {
    view! {
        <input type="hidden" name="tenant" value=tenant.to_string() />
        <input type="hidden" name="id" value=details.document.id.to_string() autocomplete="off" />
        <input type="hidden" name="revision" value=details.revision.to_string() autocomplete="off" />
    }
    .into_any()
}
