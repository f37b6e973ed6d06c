//! One document: its text, and for editors what can be done with it.

mod manage;
mod text;
mod versions;

use super::problem_view;
use crate::{
    app::use_viewer,
    error::AppError,
    jobs::waiting::{JobWait, poll_while_open},
    knowledge::{
        api::{ArchiveDocument, RemoveDocument, RestoreDocument, RetryReading, reading::read_document},
        components::{audience, state_badge, tag_list, use_document_id},
        document::{FileType, ProcessingStatus},
        paths,
        reading::Reading,
        record::DocumentDetails,
        upload::UploadNotice,
    },
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, Icon, LinkButton, LocalTime, PageHeader, StatusBadge, Tone, Unpack,
        successes,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use manage::manage_card;
use text::text_card;
use versions::versions_card;

/// The forms of the page.
#[derive(Clone, Copy)]
struct DocumentActions {
    retry: ServerAction<RetryReading>,
    archive: ServerAction<ArchiveDocument>,
    restore: ServerAction<RestoreDocument>,
    remove: ServerAction<RemoveDocument>,
}

/// `/{tenant}/knowledge/{id}`; `from` in its query says with which section the text begins.
#[component]
pub fn DocumentPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let id = use_document_id();
    let query = use_query_map();
    let from = Memo::new(move |_| query.with(|query| query.get_str("from").and_then(|from| from.parse().ok())));
    let actions = DocumentActions {
        retry: ServerAction::new(),
        archive: ServerAction::new(),
        restore: ServerAction::new(),
        remove: ServerAction::new(),
    };
    let counts = [successes(actions.retry), successes(actions.archive), successes(actions.restore)];
    let changes = move || counts.map(|count| count.get());
    let reading = Resource::new_blocking(
        move || (id.get(), from.get(), changes()),
        move |(id, from, _)| async move {
            read_document(tenant.get_value(), id.ok_or(AppError::NotFound)?, from.unwrap_or_default()).await
        },
    );
    poll_while_open(
        move || reading.get().and_then(Result::ok).is_some_and(|reading| is_waiting(&reading.details)),
        move || reading.refetch(),
    );
    view! {
        <Title text="Document" />
        <Unpack resource=reading let:reading>
            {document_view(&tenant.get_value(), reading, actions)}
        </Unpack>
    }
    .into_any()
}

/// Whether it is being read, and somebody may want to know.
fn is_waiting(details: &DocumentDetails) -> bool {
    details.may_edit && details.document.archived_at.is_none() && details.document.status.is_open()
}

fn document_view(tenant: &TenantSlug, reading: Reading, actions: DocumentActions) -> AnyView {
    let query = use_query_map();
    let Reading { details, sections, time_zone, now } = reading;
    let document = &details.document;
    let (id, may_edit) = (document.id, details.may_edit);
    let title = document.title.clone();
    let original = paths::original(tenant, id, None);
    let (edit, edit_label) = if is_written_here(&details) {
        (paths::edit_article(tenant, id), "Edit the article")
    } else {
        (paths::edit(tenant, id), "Edit details")
    };
    let action = move || {
        if may_edit {
            view! { <LinkButton href=edit icon=Icon::Edit>{edit_label}</LinkButton> }.into_any()
        } else {
            view! { <LinkButton href=original variant=ButtonVariant::Secondary icon=Icon::Download external=true>"Download"</LinkButton> }
                .into_any()
        }
    };
    let state = may_edit.then(|| state_badge(document));
    let shared = (document.is_shared() && !may_edit).then(
        || view! { <StatusBadge tone=Tone::Neutral label="Shared with every organisation" icon=Icon::Building /> },
    );
    let aside = move || view! { {state} {shared} };
    let notes = view! {
        {problem_view(actions.retry)}
        {problem_view(actions.archive)}
        {problem_view(actions.restore)}
        {move || query.with(done_note)}
        {state_view(tenant, &details, actions)}
    };
    let is_later_part = query
        .with_untracked(|query| query.get_str("from").and_then(|from| from.parse().ok()))
        .is_some_and(|from: i32| from > 0);
    let editing = may_edit.then(|| {
        view! {
            {versions_card(tenant, &details, time_zone)}
            {manage_card(tenant, &details, actions)}
        }
    });
    view! {
        <Title text=title.clone() />
        <PageHeader title back=(paths::list(tenant), "Knowledge".to_owned()) aside action />
        <div class="space-y-6">
            {notes}
            {facts_card(tenant, &details, (time_zone, now))}
            {text_card(tenant, &details, sections, is_later_part)}
            {editing}
        </div>
    }
    .into_any()
}

/// Whether the reader may change what it says on a page of ours.
fn is_written_here(details: &DocumentDetails) -> bool {
    details.may_edit && details.may_read && details.document.file_type == FileType::Article
}

/// What just happened, as the address tells it after a form.
fn done_note(query: &ParamsMap) -> Option<AnyView> {
    if let Some((_, reason)) =
        UploadNotice::from_query(|name| query.get(name)).and_then(|notice| notice.refused.first().copied())
    {
        return Some(
            view! { <Alert tone=Tone::Danger title="The file was not taken">{reason.label()}</Alert> }.into_any(),
        );
    }
    if let Some(problem) = query.get_str("problem") {
        let text = match problem {
            "stale" => {
                "Somebody else has changed this document meanwhile. Nothing was replaced. Look at it, then decide again."
            }
            "signed_out" => "Nothing was replaced: you've been signed out. Sign in again, then retry.",
            _ => "Nothing was replaced. Choose the file again and retry.",
        };
        return Some(view! { <Alert tone=Tone::Danger title=text /> }.into_any());
    }
    let text = match query.get_str("done")? {
        "saved" => "Saved.",
        "changed" => "The details are saved.",
        "answered" => "Saved. The question that it answers is off the list.",
        "replaced" => "The file is replaced. What hasn't changed in it stays as it was.",
        "unchanged" => "This is the very same file, so nothing has changed.",
        "archived" => "Archived. Nobody finds it any more; it is kept here.",
        "restored" => "Restored. It is found again.",
        _ => return None,
    };
    Some(view! { <Alert tone=Tone::Done title=text /> }.into_any())
}

/// While it is being read, and if it couldn't be.
fn state_view(tenant: &TenantSlug, details: &DocumentDetails, actions: DocumentActions) -> Option<AnyView> {
    let document = &details.document;
    if is_waiting(details) {
        let text = if document.is_readable {
            "Until it is done, the version before is shown and found."
        } else {
            "This usually takes a few seconds. You can leave this page."
        };
        let view = view! {
            <JobWait label="Reading the document" job=details.job.clone()>
                <p>{text}</p>
            </JobWait>
        };
        return Some(view.into_any());
    }
    if document.status != ProcessingStatus::Failed || !details.may_edit {
        return None;
    }
    let reason = document.error_message.clone().unwrap_or_else(|| "Something went wrong while reading it.".to_owned());
    let action = actions.retry;
    let slug = tenant.to_string();
    let id = document.id.to_string();
    let view = view! {
        <Alert tone=Tone::Danger title="This document couldn't be read" quiet=true>
            <p>{reason}</p>
            <ActionForm action=action>
                <input type="hidden" name="tenant" value=slug />
                <input type="hidden" name="id" value=id />
                <Button variant=ButtonVariant::Secondary pending=action.pending()>
                    "Try again"
                </Button>
            </ActionForm>
        </Alert>
    };
    Some(view.into_any())
}

fn fact(label: &'static str, value: impl IntoView + 'static) -> AnyView {
    view! {
        <div class="min-w-0">
            <dt class="text-[0.8125rem] text-muted">{label}</dt>
            <dd class="mt-0.5 wrap-anywhere">{value}</dd>
        </div>
    }
    .into_any()
}

fn facts_card(
    tenant: &TenantSlug,
    details: &DocumentDetails,
    (tz, now): (chrono_tz::Tz, chrono::DateTime<chrono::Utc>),
) -> AnyView {
    let document = &details.document;
    let may_edit = details.may_edit;
    let changed = document.updated_at;
    let tags = tag_list(&document.tags).unwrap_or_else(|| "None".into_any());
    let mut facts = vec![
        fact("Type", document.file_type.label()),
        fact("Tags", tags),
        fact("Changed", view! { <LocalTime instant=changed tz now /> }),
    ];
    if may_edit {
        facts.push(fact("Who may see it", audience(document)));
        facts.push(fact("Passages", passages_in_words(document.chunk_count, document.embedded_count)));
    }
    if let Some(source) = details.source_path.clone().filter(|_| may_edit) {
        facts.push(fact("From", view! { <bdi>{source}</bdi> }));
    }
    // The page's own action leads to the text.
    let edit = is_written_here(details).then(|| {
        let href = paths::edit(tenant, document.id);
        view! {
            <p class="mt-4 text-[0.9375rem]">
                <a class="text-link inline-flex min-h-6 items-center" href=href>
                    "Edit details"
                </a>
            </p>
        }
    });
    view! {
        <Card>
            <dl class="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">{facts.into_iter().collect_view()}</dl>
            {edit}
        </Card>
    }
    .into_any()
}

/// How many passages are found, and how many of them by meaning too.
fn passages_in_words(passages: i32, embedded: i32) -> String {
    match (passages, embedded) {
        (0, _) => "None yet".to_owned(),
        (passages, embedded) if embedded >= passages => format!("{passages}, found by words and by meaning"),
        (passages, 0) => format!("{passages}, found by words"),
        (passages, embedded) => format!("{passages}, found by words, {embedded} of them by meaning so far"),
    }
}

#[cfg(test)]
mod tests {
    use super::passages_in_words;

    #[test]
    fn passages_say_how_they_are_found() {
        assert_eq!(passages_in_words(0, 0), "None yet");
        assert_eq!(passages_in_words(3, 0), "3, found by words");
        assert_eq!(passages_in_words(3, 2), "3, found by words, 2 of them by meaning so far");
        assert_eq!(passages_in_words(3, 3), "3, found by words and by meaning");
    }
}
