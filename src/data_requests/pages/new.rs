//! Opening a request that somebody made by letter, call or mail.

use crate::{
    app::use_viewer,
    data_requests::{
        api::{OpenRequest, list_subjects},
        paths,
        request::{ANSWER_DAYS, GUIDANCE, RequestType, SubjectChoices},
    },
    tenants::tenant::TenantSlug,
    ui::{Button, FormActions, FormCard, PageHeader, RadioGroup, SelectField, TextArea, Unpack, error_at, error_of},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/data-requests/new`.
#[component]
pub fn NewDataRequestPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let choices = Resource::new_blocking(|| (), move |()| list_subjects(tenant.get_value()));
    let action = ServerAction::<OpenRequest>::new();
    view! {
        <Title text="New data request" />
        <PageHeader title="New data request" back=(paths::list(&tenant.get_value()), "Data requests".to_owned()) />
        <Unpack resource=choices let:choices>
            {form_view(&tenant.get_value(), choices, action)}
        </Unpack>
    }
    .into_any()
}

fn form_view(tenant: &TenantSlug, choices: SubjectChoices, action: ServerAction<OpenRequest>) -> AnyView {
    let error = error_of(action);
    let at = move |field| error_at(error, field);
    let (list, tenant) = (paths::list(tenant), tenant.to_string());
    let types =
        RequestType::ALL.iter().map(|one| (one.as_str().to_owned(), one.label().to_owned())).collect::<Vec<_>>();
    view! {
        <FormCard error own_path=list.clone()>
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=tenant />
                <div class="fields">
                    <RadioGroup
                        label="What is asked for"
                        name="request_type"
                        options=types
                        hint="You see what a deletion would do before you decide."
                        error=at("request_type")
                    />
                    <SelectField
                        label="Whose data"
                        name="subject"
                        options=choices.people
                        blank="Choose a person"
                        required=true
                        error=at("subject")
                    />
                    <TextArea
                        label="Note"
                        name="note"
                        rows=3
                        hint="How and when the person asked, and how you know that it is them."
                        maxlength=1000_u32
                        optional=true
                        error=at("note")
                    />
                    <FormActions cancel=list>
                        <Button pending=action.pending()>"Open the request"</Button>
                    </FormActions>
                </div>
            </ActionForm>
        </FormCard>
        <p class="mt-4 max-w-2xl text-[0.9375rem] text-muted">
            {format!("Answer within {ANSWER_DAYS} days. The Australian Information Commissioner has ")}
            <a class="text-link" href=GUIDANCE rel="external">
                "guidance on privacy"
            </a>
            "."
        </p>
    }
    .into_any()
}
