//! A person's own data, on their account page.

use super::{size_in_words, status_in_words};
use crate::{
    data_requests::{
        api::{AskForOwnData, list_own_requests},
        paths,
        request::{ANSWER_DAYS, DataRequest, FILE_DAYS},
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, Icon, LinkButton, LocalTime, StatusBadge, Tone, Unpack, error_of, successes,
    },
};
use chrono_tz::Tz;
use leptos::prelude::*;

/// Asks for a file of one's own data, and shows what became of it.
#[component]
pub fn OwnDataCard(tenant: TenantSlug, tz: Tz) -> impl IntoView {
    let ask = ServerAction::<AskForOwnData>::new();
    let asked = successes(ask);
    let slug = StoredValue::new(tenant);
    let requests = Resource::new_blocking(move || asked.get(), move |_| list_own_requests(slug.get_value()));
    let error = error_of(ask);
    view! {
        <Card
            id="your-data"
            title="Your data"
            lead="Ask for a file of what this organisation keeps about you here: your reports, conversations and sign-ins."
        >
            {move || {
                error
                    .get()
                    .map(|error| {
                        let title = error.at("subject").unwrap_or_else(|| error.to_string());
                        view! { <Alert tone=Tone::Danger title /> }
                    })
            }}
            <Unpack resource=requests let:requests>
                {requests_view(requests, &slug.get_value(), tz, ask)}
            </Unpack>
        </Card>
    }
    .into_any()
}

fn requests_view(requests: Vec<DataRequest>, tenant: &TenantSlug, tz: Tz, ask: ServerAction<AskForOwnData>) -> AnyView {
    let is_waiting = requests.iter().any(|request| request.status.is_open());
    let slug = tenant.to_string();
    let form = (!is_waiting).then(|| {
        view! {
            <ActionForm action=ask>
                <input type="hidden" name="tenant" value=slug />
                <Button variant=ButtonVariant::Secondary icon=Icon::FileText pending=ask.pending()>
                    "Ask for your data"
                </Button>
            </ActionForm>
            <p class="mt-2 text-[0.9375rem] text-muted">
                {format!(
                    "An admin answers within {ANSWER_DAYS} days. Only you can open the file, for {FILE_DAYS} days."
                )}
            </p>
        }
    });
    let items = requests.into_iter().map(|request| request_item(request, tenant, tz)).collect_view();
    view! {
        <ul class="mb-4 space-y-3 empty:hidden">{items}</ul>
        {form}
    }
    .into_any()
}

fn request_item(request: DataRequest, tenant: &TenantSlug, tz: Tz) -> impl IntoView + use<> {
    // The list is for the person who waits: whether an admin is late is not shown by the clock here.
    let (tone, label) = status_in_words(&request, request.requested_at);
    let file = request.file.as_ref().map(|file| {
        let (href, expires_at) = (paths::file(tenant, request.id), file.expires_at);
        let size = size_in_words(file.byte_size);
        view! {
            <LinkButton href variant=ButtonVariant::Secondary icon=Icon::Download external=true>
                {format!("Save the file ({size})")}
            </LinkButton>
            <p class="text-[0.9375rem] text-muted">"Until " <LocalTime instant=expires_at tz /></p>
        }
    });
    let reason = (!request.reason.is_empty()).then(|| view! { <p class="wrap-anywhere">{request.reason.clone()}</p> });
    view! {
        <li class="space-y-2">
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span>"Asked on " <LocalTime instant=request.requested_at tz date_only=true /></span>
                <StatusBadge tone label />
            </p>
            {reason}
            {file}
        </li>
    }
}
