//! What can be done with a conversation: another title, a file of it, out of the list, gone.

use super::{Problem, use_session_id};
use crate::{
    app::use_viewer,
    chat::{
        api::{ArchiveSession, DeleteSession, RenameSession, RestoreSession, get_session},
        conversation::Conversation,
        paths,
        question::MAX_TITLE,
    },
    error::AppError,
    ids::ChatSessionId,
    tenants::tenant::TenantSlug,
    ui::{
        Alert, Button, ButtonVariant, Card, Disclosure, Icon, LinkButton, PageHeader, TextField, Tone, Unpack, fresh,
        successes,
    },
};
use leptos::prelude::*;
use leptos_meta::Title;

/// What is done on this page.
#[derive(Clone, Copy)]
struct Deeds {
    rename: ServerAction<RenameSession>,
    archive: ServerAction<ArchiveSession>,
    restore: ServerAction<RestoreSession>,
    delete: ServerAction<DeleteSession>,
}

impl Deeds {
    fn new() -> Self {
        Self {
            rename: ServerAction::new(),
            archive: ServerAction::new(),
            restore: ServerAction::new(),
            delete: ServerAction::new(),
        }
    }

    /// What has changed the conversation, so that it is read again.
    fn changes(self) -> impl Fn() -> [usize; 3] + Send + Sync + 'static {
        let counts = [successes(self.rename), successes(self.archive), successes(self.restore)];
        move || counts.map(|count| count.get())
    }

    fn error(self) -> Option<AppError> {
        let rename = self.rename.value().get().and_then(Result::err);
        rename
            .or_else(|| self.archive.value().get().and_then(Result::err))
            .or_else(|| self.restore.value().get().and_then(Result::err))
            .or_else(|| self.delete.value().get().and_then(Result::err))
    }
}

/// `/{tenant}/chat/{id}/manage`.
#[component]
pub fn ManagePage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let id = use_session_id();
    let deeds = Deeds::new();
    let changes = deeds.changes();
    let conversation = Resource::new_blocking(
        move || (id.get(), changes()),
        move |(id, _)| async move { get_session(tenant.get_value(), id.ok_or(AppError::NotFound)?).await },
    );
    view! {
        <Title text="Rename, save or delete" />
        <Unpack resource=conversation let:conversation>
            {manage_view(conversation, &tenant.get_value(), deeds)}
        </Unpack>
    }
    .into_any()
}

fn manage_view(conversation: Conversation, tenant: &TenantSlug, deeds: Deeds) -> AnyView {
    let Conversation { id, title, is_archived, .. } = conversation;
    let fields = hidden_fields(tenant, id);
    let [rename_fields, archive_fields, delete_fields] = [fields(), fields(), fields()];
    let key = format!("{id} {title}");
    let lead = title.clone();
    let [markdown, json] = ["md", "json"].map(|format| paths::export(tenant, id, format));
    let title_error =
        Signal::derive(move || deeds.rename.value().get().and_then(Result::err).and_then(|error| error.at("title")));
    let is_renamed = move || matches!(deeds.rename.value().get(), Some(Ok(())));
    let rename = view! {
        <ActionForm action=deeds.rename attr:novalidate=true>
            {rename_fields}
            <div class="fields">
                <TextField
                    label="Title"
                    name="title"
                    value=title
                    maxlength=u32::try_from(MAX_TITLE).unwrap_or(u32::MAX)
                    required=true
                    autocomplete="off"
                    error=title_error
                />
                <div class="flex flex-wrap items-center gap-4">
                    <Button pending=deeds.rename.pending()>"Save title"</Button>
                    <span role="status" class="text-muted">
                        {move || is_renamed().then_some("Saved.")}
                    </span>
                </div>
            </div>
        </ActionForm>
    }
    .into_any();
    view! {
        <PageHeader
            title="Rename, save or delete"
            lead
            back=(paths::session(tenant, id), "the conversation".to_owned())
        />
        <div class="max-w-2xl space-y-4">
            <Problem error=Signal::derive(move || deeds.error()) />
            <Card title="Title">{fresh(key, rename)}</Card>
            <Card title="Save as a file" lead="Every question and answer with its sources.">
                <div class="flex flex-wrap gap-3">
                    <LinkButton
                        href=markdown
                        variant=ButtonVariant::Secondary
                        icon=Icon::Download
                        external=true
                    >
                        "Save as text (Markdown)"
                    </LinkButton>
                    <LinkButton
                        href=json
                        variant=ButtonVariant::Secondary
                        icon=Icon::Download
                        external=true
                    >
                        "Save as data (JSON)"
                    </LinkButton>
                </div>
            </Card>
            {archive_card(is_archived, archive_fields, deeds)}
            <Card title="Delete" lead="The conversation is deleted for good, with all its answers.">
                <Disclosure summary="Delete this conversation">
                    <Alert tone=Tone::Danger title="This can't be taken back" quiet=true>
                        <ActionForm action=deeds.delete>
                            {delete_fields}
                            <Button variant=ButtonVariant::Danger icon=Icon::Trash pending=deeds.delete.pending()>
                                "Delete for good"
                            </Button>
                        </ActionForm>
                    </Alert>
                </Disclosure>
            </Card>
        </div>
    }
    .into_any()
}

/// What every form of the page says besides its own.
fn hidden_fields(tenant: &TenantSlug, id: ChatSessionId) -> impl Fn() -> AnyView + use<> {
    let (tenant, id) = (tenant.to_string(), id.to_string());
    move || {
        view! {
            <input type="hidden" name="tenant" value=tenant.clone() />
            <input type="hidden" name="id" value=id.clone() />
        }
        .into_any()
    }
}

fn archive_card(is_archived: bool, fields: AnyView, deeds: Deeds) -> AnyView {
    if is_archived {
        return view! {
            <Card title="Put back" lead="It is archived: kept, but out of your list.">
                <ActionForm action=deeds.restore>
                    {fields} <Button variant=ButtonVariant::Secondary pending=deeds.restore.pending()>"Put back"</Button>
                </ActionForm>
            </Card>
        }
        .into_any();
    }
    view! {
        <Card title="Archive" lead="It is kept, but out of your list. You can put it back.">
            <ActionForm action=deeds.archive>
                {fields}
                <Button variant=ButtonVariant::Secondary icon=Icon::Archive pending=deeds.archive.pending()>
                    "Archive"
                </Button>
            </ActionForm>
        </Card>
    }
    .into_any()
}
