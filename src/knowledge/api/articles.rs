//! Server functions of the article editor.

use crate::{
    error::AppError,
    ids::{DocumentId, GapId},
    knowledge::{details::ArticleForm, gaps::gap::Gap},
    tenants::tenant::TenantSlug,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use {
    crate::{
        accounts::{authorise, member::Member, permission::Permission},
        incidents::narrative::clean_text,
        knowledge::{
            details::{BOXES_SHOWN, MAX_TITLE_CHARACTERS, NewArticle, READER_ROLES},
            gaps::store as gaps,
            markdown::to_html,
            originals, paths,
            store::{self, change},
        },
        platform::{
            Services,
            database::TenantTx,
            posted::{self, Posted},
        },
    },
    std::collections::BTreeMap,
};

/// What the editor begins with: a new article, a stored one, or what was typed when it was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleEditor {
    /// The stored article that is changed.
    pub id: Option<DocumentId>,
    pub revision: i32,
    pub form: ArticleForm,
    /// The question that the article answers.
    pub gap: Option<Gap>,
    /// Why it was refused, without JavaScript.
    pub problem: Option<AppError>,
    /// What it will look like, asked for without JavaScript.
    pub preview: Option<String>,
}

/// The editor of the article `id`, or of a new one that may answer a gap.
#[server(endpoint = "knowledge/article-editor")]
pub async fn get_article_editor(
    tenant: TenantSlug,
    id: Option<DocumentId>,
    gap: Option<GapId>,
) -> Result<ArticleEditor, AppError> {
    let posted = Posted::current().map(|posted| (form_of(&posted), posted.field("revision").parse().ok()));
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let mut editor = stored_editor(&services, &member, id, gap).await?;
    if let Some((form, revision)) = posted {
        editor.revision = revision.unwrap_or(editor.revision);
        editor.problem = NewArticle::parse(&form).err();
        editor.preview = Some(to_html(&form.body, 3));
        editor.form = form;
    }
    Ok(editor)
}

#[cfg(feature = "ssr")]
async fn stored_editor(
    services: &Services,
    member: &Member,
    id: Option<DocumentId>,
    gap: Option<GapId>,
) -> Result<ArticleEditor, AppError> {
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let gap = match gap {
        Some(gap) => Some(gaps::find_gap(&mut tx, gap).await?),
        None => None,
    };
    let Some(id) = id else {
        let title = gap.as_ref().map(|gap| gap.title.chars().take(MAX_TITLE_CHARACTERS).collect()).unwrap_or_default();
        let form = ArticleForm { title, roles: ticked(&READER_ROLES), ..ArticleForm::default() };
        return Ok(ArticleEditor { id: None, revision: 0, form, gap, problem: None, preview: None });
    };
    let (article, storage_key) = change::find_article(&mut tx, member, id).await?;
    tx.commit().await?;
    let body = services.files.get(&storage_key).await?;
    let form = ArticleForm {
        title: article.title,
        body: String::from_utf8_lossy(&body).into_owned(),
        tags: article.tags.join(", "),
        roles: ticked(article.allowed_roles.as_deref().unwrap_or(&READER_ROLES)),
    };
    Ok(ArticleEditor { id: Some(id), revision: article.revision, form, gap, problem: None, preview: None })
}

#[cfg(feature = "ssr")]
fn ticked(roles: &[crate::accounts::role::Role]) -> BTreeMap<String, String> {
    roles.iter().map(|role| (role.as_str().to_owned(), "on".to_owned())).collect()
}

#[cfg(feature = "ssr")]
fn form_of(posted: &Posted) -> ArticleForm {
    let text = |name| clean_text(&posted.field(name));
    let keys = READER_ROLES.iter().map(|role| role.as_str()).chain([BOXES_SHOWN]);
    let roles = keys
        .filter(|key| !posted.field(&format!("roles[{key}]")).is_empty())
        .map(|key| (key.to_owned(), "on".to_owned()))
        .collect();
    ArticleForm { title: text("title"), body: text("body"), tags: text("tags"), roles }
}

/// Where the editor is that a form came from.
#[cfg(feature = "ssr")]
pub(super) fn editor_path(tenant: &TenantSlug, id: Option<DocumentId>, gap: Option<GapId>) -> String {
    id.map_or_else(|| paths::new_article(tenant, gap), |id| paths::edit_article(tenant, id))
}

/// What an article will look like. Without JavaScript the editor shows it; `id` and `gap` say which one.
#[server(endpoint = "knowledge/preview")]
pub async fn preview_article(
    tenant: TenantSlug,
    id: Option<DocumentId>,
    gap: Option<GapId>,
    #[server(default)] body: String,
) -> Result<String, AppError> {
    let services = Services::current()?;
    authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    posted::give_back(&editor_path(&tenant, id, gap));
    Ok(to_html(&clean_text(&body), 3))
}

/// Writes the article that answers a gap: both in one transaction.
#[server(endpoint = "knowledge/answer-gap")]
pub async fn answer_gap(tenant: TenantSlug, gap: GapId, #[server(flatten)] form: ArticleForm) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let article =
        NewArticle::parse(&form).inspect_err(|_| posted::give_back(&editor_path(&tenant, None, Some(gap))))?;
    let original = originals::store_article(&services.files, &member, &article).await?;
    let added = async {
        let mut tx = TenantTx::begin(&services.pool, &member).await?;
        // Before the audit trail, as whoever else changes gaps takes it.
        gaps::lock(&mut tx).await?;
        let id = store::add_document(&mut tx, &article.document(), &original).await?;
        gaps::close_gap(&mut tx, gap, id).await?;
        tx.commit().await.map(|()| id)
    }
    .await;
    if added.is_err() {
        originals::delete(&services.files, &[original.storage_key]).await;
    }
    leptos_axum::redirect(&format!("{}?done=answered", paths::document(&tenant, added?)));
    Ok(())
}
