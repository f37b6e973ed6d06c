//! Server functions of reading and searching.

use crate::{
    error::AppError,
    ids::{ChunkId, DocumentId},
    knowledge::reading::{Found, PassageReading, Reading, SearchForm},
    tenants::tenant::TenantSlug,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    crate::{
        knowledge::{
            access,
            filter::DocumentFilter,
            hit::{Hit, SearchQuery},
            markdown::{to_html, to_marked_html},
            marks,
            reading::{FoundPassage, SHOWN_PASSAGES, SectionReading},
            record::SectionView,
            search,
            store::{self, read},
        },
        platform::{Services, database::TenantTx},
    },
    chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc},
    chrono_tz::Tz,
};

/// Headings of a text stand below the page's own two levels, and in a document below its sections'.
#[cfg(feature = "ssr")]
const IN_PASSAGE: usize = 3;
#[cfg(feature = "ssr")]
const IN_SECTION: usize = 4;

/// A document to read, from the section `from` on (0: the first).
#[server(endpoint = "knowledge/read")]
pub async fn read_document(
    tenant: TenantSlug,
    id: DocumentId,
    #[server(default)] from: i32,
) -> Result<Reading, AppError> {
    let services = Services::current()?;
    let reader = access::reader(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &reader).await?;
    let mut details = read::find_details(&mut tx, &reader, id, from).await?;
    tx.commit().await?;
    let sections = std::mem::take(&mut details.sections).into_iter().map(read_section).collect();
    Ok(Reading { details, sections, time_zone: reader.time_zone, now: Utc::now() })
}

#[cfg(feature = "ssr")]
fn read_section(section: SectionView) -> SectionReading {
    let passages =
        section.passages.into_iter().map(|passage| (passage.id, to_html(&passage.content, IN_SECTION))).collect();
    SectionReading { id: section.id, heading: section.heading, page: section.page, passages }
}

/// A passage in the text around it; `mark` says which words of it are marked, as [`marks`] writes them.
#[server(endpoint = "knowledge/read-passage")]
pub async fn read_passage(
    tenant: TenantSlug,
    id: DocumentId,
    chunk: ChunkId,
    #[server(default)] mark: String,
) -> Result<PassageReading, AppError> {
    let services = Services::current()?;
    let reader = access::reader(&services, &tenant).await?;
    let mut tx = TenantTx::begin(&services.pool, &reader).await?;
    let passage = read::find_passage(&mut tx, &reader, id, chunk).await?;
    tx.commit().await?;
    Ok(PassageReading {
        document: passage.document,
        chunk_id: passage.chunk_id,
        section: passage.section,
        heading: passage.heading,
        page: passage.page,
        before: to_html(&passage.before, IN_PASSAGE),
        passage: to_marked_html(&passage.passage, IN_PASSAGE, &marks::read(&mark)),
        after: to_html(&passage.after, IN_PASSAGE),
    })
}

/// The passages that answer a query best, of the documents that the reader may see.
#[server(endpoint = "knowledge/search")]
pub async fn search_documents(tenant: TenantSlug, form: SearchForm) -> Result<Found, AppError> {
    let services = Services::current()?;
    let reader = access::reader(&services, &tenant).await?;
    let query = SearchQuery {
        text: form.text(),
        tag: Some(form.tag.trim().to_lowercase()).filter(|tag| !tag.is_empty()),
        file_type: form.file_type(),
        since: form.since()?.and_then(|day| start_of_day(day, reader.time_zone)),
    };
    let result = search::search(&services, &reader, &query, SHOWN_PASSAGES).await?;
    let titled = DocumentFilter {
        title: Some(query.text),
        tag: query.tag,
        file_type: query.file_type,
        ..DocumentFilter::default()
    };
    let mut tx = TenantTx::begin(&services.pool, &reader).await?;
    let titled = store::list::list_documents(&mut tx, &reader, &titled, None).await?;
    Ok(Found { passages: result.hits.into_iter().map(found_passage).collect(), words_only: result.words_only, titled })
}

#[cfg(feature = "ssr")]
fn found_passage(hit: Hit) -> FoundPassage {
    FoundPassage {
        is_shared: hit.is_shared(),
        text: to_marked_html(&hit.content, IN_PASSAGE, &hit.highlights),
        document_id: hit.document_id,
        document_title: hit.document_title,
        file_type: hit.file_type,
        tags: hit.tags,
        updated_at: hit.updated_at,
        chunk_id: hit.chunk_id,
        heading: hit.heading,
        page: hit.page,
        marks: hit.highlights,
    }
}

/// Midnight in the tenant's zone; nothing on a day that has none.
#[cfg(feature = "ssr")]
fn start_of_day(day: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest().map(|instant| instant.with_timezone(&Utc))
}
