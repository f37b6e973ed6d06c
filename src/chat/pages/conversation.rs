//! A conversation: its questions and answers, and the box for the next one.

use super::{
    ask_box::AskBox, columns::Columns, follow::follow, place, source::Reader, thread::Thread, turn::turn_view,
    use_session_id,
};
use crate::{
    app::use_viewer,
    chat::{
        api::{RestoreSession, StopAnswer, get_session},
        conversation::Conversation,
        paths,
    },
    error::AppError,
    tenants::tenant::TenantSlug,
    ui::{Alert, Button, ButtonVariant, Icon, LinkButton, PageHeader, Tone, Unpack, fresh},
};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};
use leptos_meta::Title;

/// `/{tenant}/chat/{id}`.
#[component]
pub fn ConversationPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let id = use_session_id();
    let conversation = Resource::new_blocking(
        move || id.get(),
        move |id| async move { get_session(tenant.get_value(), id.ok_or(AppError::NotFound)?).await },
    );
    let changes = RwSignal::new(0);
    let reader = Reader::new(tenant);
    view! {
        <Columns tenant current=id changes reader>
            <Unpack resource=conversation let:conversation>
                {
                    let key = conversation.id.to_string();
                    fresh(key, view! { <Conversing conversation tenant changes reader /> }.into_any())
                }
            </Unpack>
        </Columns>
    }
    .into_any()
}

#[component]
fn Conversing(
    conversation: Conversation,
    tenant: StoredValue<TenantSlug>,
    changes: RwSignal<u32>,
    reader: Reader,
) -> impl IntoView {
    let thread = Thread::new(tenant, &conversation, changes);
    let Conversation { id, title, is_archived, answered_by, .. } = conversation;
    follow(thread);
    start_at_the_latest(thread);
    let bottom = if is_archived {
        archived_view(id.to_string(), thread)
    } else {
        let show = move |_| spawn_local(thread.show_question());
        let stop = move |event: SubmitEvent| thread.send_and::<StopAnswer, _, _>(&event, |()| async {});
        view! {
            <AskBox
                session=id
                answered_by
                pending=thread.pending()
                problem=thread.problem()
                on_asked=show
                on_stop=stop
            />
        }
        .into_any()
    };
    view! {
        <Title text=title.clone() />
        <PageHeader title back=(paths::history(&tenant.get_value()), "your conversations".to_owned()) />
        <nav aria-label="This conversation" class="no-print mb-4 flex flex-wrap gap-x-2">
            <LinkButton href=paths::start(&tenant.get_value()) variant=ButtonVariant::Quiet icon=Icon::Plus>
                "New conversation"
            </LinkButton>
            <LinkButton href=paths::manage(&tenant.get_value(), id) variant=ButtonVariant::Quiet icon=Icon::Settings>
                "Rename, save or delete"
            </LinkButton>
        </nav>
        <ol class="flex-1 space-y-8">
            <For each=move || thread.turns().get() key=|turn| turn.key() let:turn>
                {turn_view(turn, thread, reader)}
            </For>
        </ol>
        <p role="status" class="sr-only">
            {thread.announcement()}
        </p>
        {bottom}
    }
    .into_any()
}

/// A conversation opens where it was left: at its latest question.
fn start_at_the_latest(thread: Thread) {
    Effect::new(move |_| {
        let latest = thread.turns().with_untracked(|turns| {
            turns.last().filter(|_| turns.len() > 1).map(|turn| paths::anchor(turn.question.id))
        });
        if let Some(latest) = latest {
            place::show(latest);
        }
    });
}

/// Nothing is asked in an archived conversation before it is back in the list.
fn archived_view(id: String, thread: Thread) -> AnyView {
    let tenant = thread.tenant.with_value(ToString::to_string);
    view! {
        <div class="mt-6">
            <Alert tone=Tone::Info title="This conversation is archived" quiet=true>
                <form method="post" action=RestoreSession::url()>
                    <input type="hidden" name="tenant" value=tenant />
                    <input type="hidden" name="id" value=id />
                    <Button variant=ButtonVariant::Secondary>"Put it back to go on asking"</Button>
                </form>
            </Alert>
        </div>
    }
    .into_any()
}
