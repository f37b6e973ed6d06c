//! Writing and changing an article, in Markdown with a preview.

use crate::{
    accounts::role::Role,
    app::use_viewer,
    error::AppError,
    ids::{DocumentId, GapId},
    knowledge::{
        api::{
            UpdateArticle, WriteArticle,
            articles::{AnswerGap, ArticleEditor, PreviewArticle, get_article_editor, preview_article},
        },
        components::{RolesField, use_document_id},
        details::{ArticleForm, MAX_ARTICLE_CHARACTERS, MAX_TITLE_CHARACTERS},
        gaps::gap::Gap,
        paths,
    },
    tenants::tenant::TenantSlug,
    ui::{
        Button, Card, Disclosure, FormActions, PageHeader, RevisionField, SaveProblem, TextArea, TextField, Unpack,
        error_at, fresh,
    },
};
use leptos::{ev::MouseEvent, html, prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// `/{tenant}/knowledge/articles/new`; with `gap` in its query, the article that answers a gap.
#[component]
pub fn NewArticlePage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let query = use_query_map();
    let gap = Memo::new(move |_| query.with(|query| query.get_str("gap").and_then(|id| id.parse::<GapId>().ok())));
    let (write, answer) = (ServerAction::<WriteArticle>::new(), ServerAction::<AnswerGap>::new());
    let editor =
        Resource::new_blocking(move || gap.get(), move |gap| get_article_editor(tenant.get_value(), None, gap));
    view! {
        <Title text="Write an article" />
        <PageHeader
            title="Write an article"
            lead="It is found and cited like every other document."
            back=(paths::list(&tenant.get_value()), "Knowledge".to_owned())
        />
        <Unpack resource=editor let:editor>
            {
                let key = editor.gap.as_ref().map(|gap| gap.id.to_string()).unwrap_or_default();
                let tenant = tenant.get_value();
                let view = if editor.gap.is_some() {
                    editor_view(tenant, editor, answer.value().into(), answer.pending(), |fields| {
                        view! { <ActionForm action=answer attr:novalidate=true>{fields}</ActionForm> }.into_any()
                    })
                } else {
                    editor_view(tenant, editor, write.value().into(), write.pending(), |fields| {
                        view! { <ActionForm action=write attr:novalidate=true>{fields}</ActionForm> }.into_any()
                    })
                };
                fresh(key, view)
            }
        </Unpack>
    }
    .into_any()
}

/// `/{tenant}/knowledge/{id}/article`.
#[component]
pub fn ArticleEditPage() -> AnyView {
    let tenant = StoredValue::new(use_viewer().member.tenant);
    let id = use_document_id();
    let action = ServerAction::<UpdateArticle>::new();
    let editor = Resource::new_blocking(
        move || id.get(),
        move |id: Option<DocumentId>| async move {
            get_article_editor(tenant.get_value(), Some(id.ok_or(AppError::NotFound)?), None).await
        },
    );
    view! {
        <Title text="Edit article" />
        <PageHeader title="Edit article" back=(paths::list(&tenant.get_value()), "Knowledge".to_owned()) />
        <Unpack resource=editor let:editor>
            {
                let key = editor.id.map(|id| id.to_string()).unwrap_or_default();
                let view = editor_view(tenant.get_value(), editor, action.value().into(), action.pending(), |fields| {
                    view! { <ActionForm action=action attr:novalidate=true>{fields}</ActionForm> }.into_any()
                });
                fresh(key, view)
            }
        </Unpack>
    }
    .into_any()
}

/// What the last try to save came to.
type Outcome = Signal<Option<Result<(), AppError>>>;

/// The editor; `form` puts its fields into the form that saves them.
fn editor_view(
    tenant: TenantSlug,
    editor: ArticleEditor,
    outcome: Outcome,
    pending: Memo<bool>,
    form: impl FnOnce(AnyView) -> AnyView,
) -> AnyView {
    let ArticleEditor { id, revision, form: texts, gap, problem, preview } = editor;
    // What came back without JavaScript has its problem with it; the next answer takes its place.
    let error = Signal::derive(move || match outcome.get() {
        Some(answer) => answer.err(),
        None => problem.clone(),
    });
    let own_path = id.map_or_else(|| paths::list(&tenant), |id| paths::document(&tenant, id));
    let gap_id = gap.as_ref().map(|gap| gap.id);
    let save = if id.is_some() { "Save changes" } else { "Save article" };
    let stored = id.map(|id| {
        view! {
            <input type="hidden" name="id" value=id.to_string() autocomplete="off" />
            <RevisionField revision error />
        }
    });
    let fields = view! {
        <input type="hidden" name="tenant" value=tenant.to_string() />
        {stored}
        {gap_id.map(|gap| view! { <input type="hidden" name="gap" value=gap.to_string() autocomplete="off" /> })}
        <div class="fields">
            <ArticleFields tenant form=texts preview id gap=gap_id error />
            <FormActions cancel=own_path.clone()>
                <Button pending>{save}</Button>
            </FormActions>
        </div>
    }
    .into_any();
    let form = form(fields);
    view! {
        <SaveProblem error own_path />
        {gap.map(gap_view)}
        <Card>{form}</Card>
    }
    .into_any()
}

/// What people asked, to have it in view while writing.
fn gap_view(gap: Gap) -> AnyView {
    let words = gap.words.join(", ");
    let questions =
        gap.questions.into_iter().map(|question| view! { <li><bdi>{question.question}</bdi></li> }).collect_view();
    view! {
        <div class="mb-4">
            <Disclosure summary="What people asked" open=true>
                <ul class="list-disc space-y-1 pl-5">{questions}</ul>
                {(!words.is_empty())
                    .then(|| view! { <p class="mt-2 text-[0.9375rem] text-muted">"Words to use: " <bdi>{words}</bdi></p> })}
            </Disclosure>
        </div>
    }
    .into_any()
}

#[component]
fn ArticleFields(
    tenant: TenantSlug,
    form: ArticleForm,
    preview: Option<String>,
    id: Option<DocumentId>,
    gap: Option<GapId>,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let ArticleForm { title, body, tags, roles } = form;
    let text = NodeRef::<html::Textarea>::new();
    let look = Action::new(move |body: &String| preview_article(tenant.clone(), id, gap, body.clone()));
    let shown = move || match look.value().get() {
        Some(answer) => answer.ok(),
        None => preview.clone(),
    };
    // In the browser the page stays; without JavaScript the button sends the whole form, and it comes back.
    let show = move |event: MouseEvent| {
        if let Some(text) = text.get() {
            event.prevent_default();
            look.dispatch(text.value());
        }
    };
    let checked: Vec<_> = roles.keys().filter_map(|role| Role::parse(role)).collect();
    view! {
        <TextField
            label="Title"
            name="title"
            value=title
            maxlength=u32::try_from(MAX_TITLE_CHARACTERS).unwrap_or(u32::MAX)
            required=true
            autocomplete="off"
            error=error_at(error, "title")
        />
        <TextArea
            label="Text"
            name="body"
            value=body
            hint="A line that begins with # is a heading, one with - an item of a list, and **stars** make bold."
            rows=14
            maxlength=u32::try_from(MAX_ARTICLE_CHARACTERS).unwrap_or(u32::MAX)
            required=true
            error=error_at(error, "body")
            node_ref=text
        />
        <div>
            <button
                type="submit"
                formaction=PreviewArticle::url()
                formnovalidate=true
                class="btn max-w-full border-edge bg-base-100 text-base-content hover:bg-base-200 hover:border-base-content"
                on:click=show
            >
                "Preview"
            </button>
            <div aria-live="polite">{move || shown().map(preview_view)}</div>
        </div>
        <TextField
            label="Tags"
            name="tags"
            value=tags
            hint="Separated by commas: medication, on call."
            optional=true
            autocomplete="off"
            error=error_at(error, "tags")
        />
        <RolesField checked error=error_at(error, "roles") />
    }
}

fn preview_view(html: String) -> AnyView {
    let content = if html.is_empty() {
        view! { <p class="text-muted">"There is no text yet."</p> }.into_any()
    } else {
        view! { <div class="prose" dir="auto" inner_html=html></div> }.into_any()
    };
    view! {
        <section aria-label="Preview" class="mt-3 rounded-box border border-base-300 p-4">
            <h2 class="mb-2 text-subsection">"Preview"</h2>
            {content}
        </section>
    }
    .into_any()
}
