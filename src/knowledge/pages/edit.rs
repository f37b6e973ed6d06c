//! Changing what is known about a document: its title, its tags, who may see it.

use crate::{
    app::use_viewer,
    error::AppError,
    knowledge::{
        api::{ChangeDetails, get_document},
        components::{RolesField, use_document_id},
        details::{MAX_TITLE_CHARACTERS, READER_ROLES},
        paths,
        record::DocumentDetails,
    },
    tenants::tenant::TenantSlug,
    ui::{Button, ErrorPage, FormActions, FormCard, PageHeader, RevisionField, TextField, Unpack, error_at, error_of},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/knowledge/{id}/edit`.
#[component]
pub fn DocumentEditPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let id = use_document_id();
    let action = ServerAction::<ChangeDetails>::new();
    let details = Resource::new_blocking(
        move || id.get(),
        move |id| async move { get_document(tenant.get_value(), id.ok_or(AppError::NotFound)?, 0).await },
    );
    view! {
        <Title text="Edit details" />
        <Unpack resource=details let:details>
            {if details.may_edit {
                view! { <EditForm tenant=tenant.get_value() details action /> }.into_any()
            } else {
                view! { <ErrorPage error=AppError::Forbidden /> }.into_any()
            }}
        </Unpack>
    }
    .into_any()
}

#[component]
fn EditForm(tenant: TenantSlug, details: DocumentDetails, action: ServerAction<ChangeDetails>) -> impl IntoView {
    let document = details.document;
    let error = error_of(action);
    let own_path = paths::document(&tenant, document.id);
    let roles = document.allowed_roles.unwrap_or_else(|| READER_ROLES.to_vec());
    view! {
        <PageHeader title="Edit details" lead=document.title.clone() back=(own_path.clone(), "the document".to_owned()) />
        <FormCard error own_path=own_path.clone()>
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=tenant.to_string() />
                <input type="hidden" name="id" value=document.id.to_string() />
                <RevisionField revision=details.revision error />
                <div class="fields">
                    <TextField
                        label="Title"
                        name="title"
                        value=document.title
                        maxlength=u32::try_from(MAX_TITLE_CHARACTERS).unwrap_or(u32::MAX)
                        required=true
                        autocomplete="off"
                        error=error_at(error, "title")
                    />
                    <TextField
                        label="Tags"
                        name="tags"
                        value=document.tags.join(", ")
                        hint="Separated by commas: medication, on call."
                        optional=true
                        autocomplete="off"
                        error=error_at(error, "tags")
                    />
                    <RolesField checked=roles error=error_at(error, "roles") />
                    <FormActions cancel=own_path>
                        <Button pending=action.pending()>"Save changes"</Button>
                    </FormActions>
                </div>
            </ActionForm>
        </FormCard>
    }
    .into_any()
}
