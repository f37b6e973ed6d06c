//! Server functions of documents. Files come and go by routes of their own: `uploading.rs`, `download.rs`.

pub mod articles;
pub mod reading;

use super::{
    details::{ArticleForm, DetailsForm},
    filter::DocumentFilterForm,
    record::{Article, DocumentDetails, DocumentList, PassageView},
};
use crate::{
    error::AppError,
    ids::{ChunkId, DocumentId},
    tenants::tenant::TenantSlug,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        access,
        details::{Details, NewArticle},
        filter::DocumentFilter,
        jobs::IngestDocument,
        originals, paths,
        store::{
            self,
            change::{self, Replacement},
            read,
        },
    },
    crate::{
        accounts::{authorise, permission::Permission},
        platform::{Services, database::TenantTx, posted},
    },
};

/// One page of the documents that the reader may see, own and shared, after the row `after`.
#[server(endpoint = "knowledge/list")]
pub async fn list_documents(
    tenant: TenantSlug,
    #[server(flatten)] filter: DocumentFilterForm,
    after: Option<DocumentId>,
) -> Result<DocumentList, AppError> {
    let services = Services::current()?;
    let reader = access::reader(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &reader).await?;
    store::list::list_documents(&mut tx, &reader, &DocumentFilter::parse(&filter), after).await
}

/// A document with its text from the section `from` on (0: the first).
#[server(endpoint = "knowledge/get")]
pub async fn get_document(
    tenant: TenantSlug,
    id: DocumentId,
    #[server(default)] from: i32,
) -> Result<DocumentDetails, AppError> {
    let services = Services::current()?;
    let reader = access::reader(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &reader).await?;
    read::find_details(&mut tx, &reader, id, from).await
}

/// One passage in the text around it.
#[server(endpoint = "knowledge/passage")]
pub async fn get_passage(tenant: TenantSlug, id: DocumentId, chunk: ChunkId) -> Result<PassageView, AppError> {
    let services = Services::current()?;
    let reader = access::reader(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &reader).await?;
    read::find_passage(&mut tx, &reader, id, chunk).await
}

/// An article as its editor begins with it.
#[server(endpoint = "knowledge/article")]
pub async fn get_article(tenant: TenantSlug, id: DocumentId) -> Result<Article, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let (article, storage_key) = change::find_article(&mut tx, &member, id).await?;
    tx.commit().await?;
    let body = services.files.get(&storage_key).await?;
    Ok(Article { body: String::from_utf8_lossy(&body).into_owned(), ..article })
}

/// Writes a new article and opens its page.
#[server(endpoint = "knowledge/write-article")]
pub async fn write_article(tenant: TenantSlug, #[server(flatten)] form: ArticleForm) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let article =
        NewArticle::parse(&form).inspect_err(|_| posted::give_back(&articles::editor_path(&tenant, None, None)))?;
    let original = originals::store_article(&services.files, &member, &article).await?;
    let added = async {
        let mut tx = TenantTx::begin(&services.pool, &member).await?;
        let id = store::add_document(&mut tx, &article.document(), &original).await?;
        tx.commit().await.map(|()| id)
    }
    .await;
    if added.is_err() {
        originals::delete(&services.files, &[original.storage_key]).await;
    }
    leptos_axum::redirect(&format!("{}?done=saved", paths::document(&tenant, added?)));
    Ok(())
}

/// Saves an article anew. A new text is a new version; the one before stays among its versions.
#[server(endpoint = "knowledge/update-article")]
pub async fn update_article(
    tenant: TenantSlug,
    id: DocumentId,
    revision: i32,
    #[server(flatten)] form: ArticleForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let article =
        NewArticle::parse(&form).inspect_err(|_| posted::give_back(&articles::editor_path(&tenant, Some(id), None)))?;
    let original = originals::store_article(&services.files, &member, &article).await?;
    let saved = async {
        let mut tx = TenantTx::begin(&services.pool, &member).await?;
        let saved = change::update_article(&mut tx, &member, id, revision, &article.details, &original).await?;
        tx.commit().await.map(|()| saved)
    }
    .await;
    if !matches!(saved, Ok(Replacement::New)) {
        originals::delete(&services.files, &[original.storage_key]).await;
    }
    saved?;
    leptos_axum::redirect(&format!("{}?done=saved", paths::document(&tenant, id)));
    Ok(())
}

/// Changes title, tags and who may read a document.
#[server(endpoint = "knowledge/change")]
pub async fn change_details(
    tenant: TenantSlug,
    id: DocumentId,
    revision: i32,
    #[server(flatten)] form: DetailsForm,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let details = Details::parse(&form)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    change::change_details(&mut tx, id, revision, &details).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?done=changed", paths::document(&tenant, id)));
    Ok(())
}

/// Takes a document out of every search; it is kept.
#[server(endpoint = "knowledge/archive")]
pub async fn archive_document(tenant: TenantSlug, id: DocumentId, revision: i32) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    change::archive(&mut tx, id, revision).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?done=archived", paths::document(&tenant, id)));
    Ok(())
}

/// Brings an archived document back.
#[server(endpoint = "knowledge/restore")]
pub async fn restore_document(tenant: TenantSlug, id: DocumentId, revision: i32) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    change::restore(&mut tx, id, revision).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?done=restored", paths::document(&tenant, id)));
    Ok(())
}

/// Removes a document with all its versions for good. `title` is its title, typed to confirm.
#[server(endpoint = "knowledge/remove")]
pub async fn remove_document(
    tenant: TenantSlug,
    id: DocumentId,
    revision: i32,
    #[server(default)] title: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let storage_keys = change::remove(&mut tx, id, revision, &title).await?;
    tx.commit().await?;
    originals::delete(&services.files, &storage_keys).await;
    leptos_axum::redirect(&format!("{}?done=removed", paths::list(&tenant)));
    Ok(())
}

/// Has a document read once more, after it failed or to read it anew.
#[server(endpoint = "knowledge/retry")]
pub async fn retry_reading(tenant: TenantSlug, id: DocumentId) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::EditKnowledge).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    IngestDocument::request_again(&mut tx, id).await?;
    tx.commit().await?;
    leptos_axum::redirect(&paths::document(&tenant, id));
    Ok(())
}
