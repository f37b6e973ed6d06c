//! `/{tenant}/knowledge`: the documents, search in them, and for editors the way in for files.

mod documents;
mod filters;
mod found;
mod upload;

use super::counted;
use crate::{
    accounts::{member::Member, permission::Permission},
    app::use_viewer,
    error::AppError,
    jobs::waiting::poll_while_open,
    knowledge::{
        api::{list_documents, reading::search_documents},
        filter::DocumentFilterForm,
        gaps::api::count_open_gaps,
        paths,
        reading::{Found, SearchForm},
        record::DocumentList,
        upload::UploadNotice,
    },
    tenants::tenant::TenantSlug,
    ui::{Alert, ButtonVariant, Icon, LinkButton, PageHeader, Tone, Unpack},
};
use documents::documents_view;
use filters::{ListState, filter_form};
use found::found_view;
pub(super) use found::place_in_words;
use leptos::{children::ViewFnOnce, prelude::*};
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, params::ParamsMap};
use upload::{UploadArea, notice_view};

/// What the page shows below its form.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
enum Shown {
    Documents(DocumentList),
    Found(Found),
}

impl Shown {
    const fn list(&self) -> &DocumentList {
        match self {
            Self::Documents(list) => list,
            Self::Found(found) => &found.titled,
        }
    }
}

#[component]
pub fn KnowledgePage() -> AnyView {
    let member = use_viewer().member;
    let may_edit = member.role.may(Permission::EditKnowledge);
    let tenant = StoredValue::new(member.tenant.clone());
    let query = use_query_map();
    let state = Memo::new(move |_| query.with(ListState::read));
    let shown = Resource::new_blocking(
        move || state.get(),
        move |state| async move {
            let shown = load(tenant.get_value(), &state).await?;
            Ok((state, shown))
        },
    );
    poll_while_open(
        move || shown.get().and_then(Result::ok).is_some_and(|(_, shown)| has_open_work(&shown)),
        move || shown.refetch(),
    );
    let add = may_edit.then(|| {
        let href = paths::new_article(&tenant.get_value(), None);
        ViewFnOnce::from(move || view! { <LinkButton href icon=Icon::Edit>"Write an article"</LinkButton> })
    });
    // Whoever searches has no files in hand.
    let is_search = move || state.with(|state| !state.form.text().is_empty());
    let upload = may_edit.then(|| {
        view! {
            <div class:hidden=is_search>
                <UploadArea tenant=tenant.get_value() uploaded=move || shown.refetch() />
            </div>
        }
    });
    view! {
        <Title text="Knowledge" />
        <PageHeader title="Knowledge" lead=lead(&member) nostrip:action=add />
        <div class="space-y-4">
            {move || query.with(done_note)}
            {may_edit.then(|| view! { <GapNotice /> })}
            {upload}
            <Unpack resource=shown let:loaded>
                {
                    let (state, shown) = loaded;
                    shown_view(&use_viewer().member, state, shown)
                }
            </Unpack>
        </div>
    }
    .into_any()
}

fn lead(member: &Member) -> &'static str {
    if member.role.may(Permission::EditKnowledge) {
        "Policies, procedures and plans. People search them here, and the chat answers from them."
    } else {
        "Your organisation's policies, procedures and plans."
    }
}

async fn load(tenant: TenantSlug, state: &ListState) -> Result<Shown, AppError> {
    if state.form.text().is_empty() {
        let filter = DocumentFilterForm {
            title: String::new(),
            tag: state.form.tag.clone(),
            file_type: state.form.file_type.clone(),
            status: state.status.clone(),
        };
        return list_documents(tenant, filter, state.after).await.map(Shown::Documents);
    }
    // A day that is none doesn't take the results away: it is said at its field and left out.
    let form = match state.form.since() {
        Ok(_) => state.form.clone(),
        Err(_) => SearchForm { since: String::new(), ..state.form.clone() },
    };
    search_documents(tenant, form).await.map(Shown::Found)
}

fn has_open_work(shown: &Shown) -> bool {
    matches!(shown, Shown::Documents(list) if list.may_edit
        && list.documents.iter().any(|document| document.archived_at.is_none() && document.status.is_open()))
}

fn shown_view(member: &Member, state: ListState, shown: Shown) -> AnyView {
    let list = shown.list();
    let is_empty = list.counts.is_empty(list.total) && matches!(shown, Shown::Documents(_)) && !state.is_narrowed();
    let form = (!is_empty).then(|| filter_form(&member.tenant, &state, &shown));
    let content = match shown {
        Shown::Documents(list) => documents_view(member, &state, list),
        Shown::Found(found) => found_view(member, &state, found),
    };
    view! {
        <div class="space-y-4">{form} {content}</div>
    }
    .into_any()
}

/// What just happened, as the address tells it after a form.
fn done_note(query: &ParamsMap) -> Option<AnyView> {
    if query.get_str("done") == Some("removed") {
        return Some(view! { <Alert tone=Tone::Done title="Removed." /> }.into_any());
    }
    if let Some(notice) = UploadNotice::from_query(|name| query.get(name)) {
        return Some(notice_view(&notice));
    }
    let text = match query.get_str("problem")? {
        "tags" => "Nothing was uploaded: use at most 20 tags of at most 40 characters.",
        "roles" => "Nothing was uploaded: choose roles from the list.",
        "signed_out" => "Nothing was uploaded: you've been signed out. Sign in again, then upload once more.",
        _ => "Nothing was uploaded. Choose the files again and retry.",
    };
    Some(view! { <Alert tone=Tone::Danger title=text /> }.into_any())
}

/// How many questions the documents couldn't answer; nothing if there are none.
#[component]
fn GapNotice() -> impl IntoView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let count = Resource::new_blocking(|| (), move |()| count_open_gaps(tenant.get_value()));
    let href = paths::gaps(&tenant.get_value());
    view! {
        <Transition>
            {move || {
                let href = href.clone();
                Suspend::new(async move {
                    let count = count.await.unwrap_or_default();
                    gap_notice(count, href)
                })
            }}
        </Transition>
    }
}

fn gap_notice(count: i64, href: String) -> AnyView {
    if count == 0 {
        return view! {
            <p class="text-[0.9375rem]">
                <a class="text-link inline-flex min-h-6 items-center" href=href>
                    "Unanswered questions"
                </a>
            </p>
        }
        .into_any();
    }
    let title = format!("{} the documents can't answer", counted(count, "1 question that", "questions that"));
    view! {
        <Alert tone=Tone::Waiting title quiet=true>
            <LinkButton href=href variant=ButtonVariant::Secondary>
                "See what people ask"
            </LinkButton>
        </Alert>
    }
    .into_any()
}
