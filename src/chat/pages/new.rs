//! A new conversation: what can be asked, and the box for it.

use super::{Problem, ask_box::AskBox, columns::Columns};
use crate::{
    accounts::permission::Permission,
    app::use_viewer,
    chat::{
        api::{Ask, get_start},
        conversation::ChatStart,
        paths,
        turn::example_question,
    },
    tenants::tenant::TenantSlug,
    ui::{ButtonVariant, EmptyState, Icon, LinkButton, PageHeader, Unpack},
};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/{tenant}/chat`.
#[component]
pub fn NewConversationPage() -> AnyView {
    let member = use_viewer().member;
    let may_edit = member.role.may(Permission::EditKnowledge);
    let tenant = StoredValue::new(member.tenant);
    let start = Resource::new_blocking(|| (), move |()| get_start(tenant.get_value()));
    let name = StoredValue::new(first_name(&member.display_name));
    view! {
        <Title text="Ask" />
        <Columns tenant>
            <PageHeader title="Ask" lead="Ask your organisation's documents. Every answer shows where it comes from." />
            <div class="xl:hidden">
                <LinkButton href=paths::history(&tenant.get_value()) variant=ButtonVariant::Quiet icon=Icon::History>
                    "Your conversations"
                </LinkButton>
            </div>
            <Unpack resource=start let:start>
                {start_view(start, &tenant.get_value(), &name.get_value(), may_edit)}
            </Unpack>
        </Columns>
    }
    .into_any()
}

fn first_name(display_name: &str) -> String {
    display_name.split_whitespace().next().unwrap_or_default().to_owned()
}

fn start_view(start: ChatStart, tenant: &TenantSlug, name: &str, may_edit: bool) -> AnyView {
    let ChatStart { document_count, titles, answered_by } = start;
    let content = if document_count == 0 { no_documents(tenant, may_edit) } else { welcome(&titles, tenant, name) };
    view! {
        <div class="flex flex-1 flex-col justify-center py-6">{content}</div>
        <AskBox answered_by />
    }
    .into_any()
}

fn no_documents(tenant: &TenantSlug, may_edit: bool) -> AnyView {
    if may_edit {
        let knowledge = format!("/{tenant}/knowledge");
        return view! {
            <EmptyState
                title="There is nothing to ask yet"
                text="Add your policies and procedures, and people can ask them."
                icon=Icon::Book
            >
                <LinkButton href=knowledge variant=ButtonVariant::Secondary icon=Icon::Plus>
                    "Add documents"
                </LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <EmptyState
            title="There is nothing to ask yet"
            text="Your admins add your organisation's documents. Until then, ask your team lead."
            icon=Icon::Book
        />
    }
    .into_any()
}

fn welcome(titles: &[String], tenant: &TenantSlug, name: &str) -> AnyView {
    let ask = ServerAction::<Ask>::new();
    let examples = titles
        .iter()
        .enumerate()
        .map(|(index, title)| {
            let question = example_question(index, title);
            let tenant = tenant.to_string();
            view! {
                <li>
                    <ActionForm action=ask>
                        <input type="hidden" name="tenant" value=tenant />
                        <input type="hidden" name="question" value=question.clone() />
                        <button
                            type="submit"
                            class="flex min-h-11 w-full items-center gap-3 rounded-box bg-base-100 px-4 py-3 text-start shadow-soft hover:bg-primary/5"
                            disabled=ask.pending()
                        >
                            <span class="text-primary">{Icon::Chat.view()}</span>
                            <span class="min-w-0 wrap-anywhere" dir="auto">
                                {question}
                            </span>
                        </button>
                    </ActionForm>
                </li>
            }
        })
        .collect_view();
    let has_examples = !titles.is_empty();
    // Sent without JavaScript, it is said at the box.
    let error = Signal::derive(move || {
        let answer = ask.value().get();
        answer.filter(|_| ask.version().get() > 0).and_then(Result::err)
    });
    view! {
        <h2>{format!("Hello {name}. What would you like to know?")}</h2>
        {has_examples
            .then(|| {
                view! {
                    <p class="mt-1 mb-4 text-muted">"For example:"</p>
                    <div class="mb-2 empty:hidden">
                        <Problem error />
                    </div>
                    <ul class="max-w-2xl space-y-2">{examples}</ul>
                }
            })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::first_name;

    #[test]
    fn people_are_greeted_by_their_first_name() {
        assert_eq!(first_name("Priya Raman"), "Priya");
        assert_eq!(first_name(""), "");
    }
}
