//! Placing a legal hold.

use crate::{
    app::use_viewer,
    data_requests::{
        api::{holds::PlaceHold, list_subjects},
        hold::WHOLE_ORGANISATION,
        paths,
        request::SubjectChoices,
    },
    tenants::tenant::TenantSlug,
    ui::{Button, FormActions, FormCard, PageHeader, SelectField, TextArea, TextField, Unpack, error_at, error_of},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/data-requests/holds/new`.
#[component]
pub fn NewHoldPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let choices = Resource::new_blocking(|| (), move |()| list_subjects(tenant.get_value()));
    let action = ServerAction::<PlaceHold>::new();
    view! {
        <Title text="Place a legal hold" />
        <PageHeader
            title="Place a legal hold"
            lead="What it covers isn't deleted, whoever asks and however old it is, until an admin lifts it."
            back=(paths::list(&tenant.get_value()), "Data requests".to_owned())
        />
        <Unpack resource=choices let:choices>
            {form_view(&tenant.get_value(), choices, action)}
        </Unpack>
    }
    .into_any()
}

fn form_view(tenant: &TenantSlug, choices: SubjectChoices, action: ServerAction<PlaceHold>) -> AnyView {
    let error = error_of(action);
    let at = move |field| error_at(error, field);
    let (list, tenant) = (paths::list(tenant), tenant.to_string());
    let everything = (WHOLE_ORGANISATION.to_owned(), "The whole organisation".to_owned());
    let options = std::iter::once(everything).chain(choices.people).collect::<Vec<_>>();
    view! {
        <FormCard error own_path=list.clone()>
            <ActionForm action=action attr:novalidate=true>
                <input type="hidden" name="tenant" value=tenant />
                <div class="fields">
                    <SelectField
                        label="What to hold"
                        name="subject"
                        options
                        blank="Only one report"
                        hint="A person's hold covers every report about them and by them."
                        error=at("subject")
                    />
                    <TextField
                        label="Number of the report"
                        name="report_number"
                        hint="Only if you hold one report, such as 128."
                        inputmode="numeric"
                        autocomplete="off"
                        maxlength=12_u32
                        width="max-w-32"
                        optional=true
                        error=at("report_number")
                    />
                    <TextArea
                        label="Reason"
                        name="reason"
                        rows=3
                        hint="Such as the court, the insurer or the investigation, and a reference."
                        maxlength=1000_u32
                        required=true
                        error=at("reason")
                    />
                    <FormActions cancel=list>
                        <Button pending=action.pending()>"Place the hold"</Button>
                    </FormActions>
                </div>
            </ActionForm>
        </FormCard>
    }
    .into_any()
}
