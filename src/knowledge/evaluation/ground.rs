//! A database to measure on, with a tenant whose passages are in the same tables, under the same role and
//! the same row-level security as anybody's.

use super::{collection::Document, say_progress};
use crate::{
    accounts::{member::Member, role::Role},
    ai::embeddings::LOCAL_MODEL,
    error::AppError,
    ids::{ChunkId, DocumentId, TenantId, UserId},
    knowledge::{postings, store::embeddings},
    platform::{Services, config::Config, database::TenantTx, throwaway::Throwaway},
    tenants::standing::Standing,
};
use anyhow::Context;
use sha2::{Digest, Sha256};
use std::{collections::HashMap, time::Instant};
use text_splitter::TextSplitter;

/// A document up to this many characters is one passage, which is what the published figures of public
/// collections of abstracts are about.
const WHOLE: usize = 2_400;
/// Longer ones are cut into passages of about the length that the product's have.
const PASSAGE: std::ops::Range<usize> = 600..1_000;
/// Documents that are written in one transaction.
const BATCH: usize = 200;

/// A private database with one tenant.
pub struct Ground {
    pub services: Services,
    /// Who asks.
    pub member: Member,
    database: Throwaway,
}

impl Ground {
    /// Starts a database in a temporary folder.
    pub async fn prepare(config: Config) -> anyhow::Result<Self> {
        let database = Throwaway::start(config).await?;
        let services = database.services.clone();
        let member = add_tenant(&services, "measured").await?;
        Ok(Self { services, member, database })
    }

    /// Stops the database and removes it.
    pub async fn remove(self) -> anyhow::Result<()> {
        self.database.remove().await
    }

    /// Writes documents with their passages and postings; says which document is which.
    pub async fn load(&self, documents: &[Document]) -> anyhow::Result<HashMap<DocumentId, String>> {
        let mut names = HashMap::new();
        let mut passages = 0;
        let started = Instant::now();
        for batch in documents.chunks(BATCH) {
            let mut tx = TenantTx::begin(&self.services.pool, &self.member).await?;
            for document in batch {
                let id = DocumentId::generate();
                passages += insert_document(&mut tx, id, &document.title, &cut(&document.text)).await?;
                postings::index_document(&mut tx, id).await?;
                names.insert(id, document.id.clone());
            }
            tx.commit().await?;
            say_progress(&format!("read {} of {} documents", names.len(), documents.len()));
        }
        say_progress(&format!("{passages} passages indexed in {:.1} s\n", started.elapsed().as_secs_f64()));
        Ok(names)
    }

    /// Embeds every passage by the model on this machine.
    pub async fn embed(&self) -> anyhow::Result<()> {
        let mut after: Option<ChunkId> = None;
        let (mut done, started) = (0_u32, Instant::now());
        loop {
            let mut tx = TenantTx::begin(&self.services.pool, &self.member).await?;
            let passages = embeddings::list_unembedded(&mut tx, LOCAL_MODEL, after, 64).await?;
            tx.commit().await?;
            let Some(last) = passages.last() else { break };
            after = Some(last.chunk_id);
            let texts: Vec<String> = passages.iter().map(|passage| passage.text.clone()).collect();
            let vectors = self.services.embedder.embed(texts).await.context("the passages can't be embedded")?;
            let mut tx = TenantTx::begin(&self.services.pool, &self.member).await?;
            embeddings::insert_vectors(&mut tx, LOCAL_MODEL, &passages, vectors).await?;
            tx.commit().await?;
            done += u32::try_from(passages.len()).unwrap_or_default();
            let rate = f64::from(done) / started.elapsed().as_secs_f64();
            say_progress(&format!("embedded {done} passages, {rate:.1} a second"));
        }
        say_progress("\n");
        Ok(())
    }

    /// Does what PostgreSQL does by itself after a while.
    pub async fn tidy(&self) -> anyhow::Result<()> {
        self.database.tidy().await
    }
}

/// A tenant with a member who may read everything in it.
pub async fn add_tenant(services: &Services, slug: &str) -> anyhow::Result<Member> {
    let tenant_id = TenantId::generate();
    let member = Member {
        tenant_id,
        tenant: slug.parse().map_err(|_| AppError::Internal)?,
        tenant_name: slug.to_owned(),
        time_zone: chrono_tz::Australia::Sydney,
        user_id: UserId::generate(),
        display_name: "Nobody".to_owned(),
        role: Role::CompanyAdmin,
        standing: Standing::Active,
        second_factor_required: false,
        acting: None,
    };
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    sqlx::query!("insert into tenants (id, slug, name, status) values ($1, $2, $2, 'active')", tenant_id.uuid(), slug,)
        .execute(tx.connection())
        .await?;
    tx.commit().await?;
    Ok(member)
}

/// Writes a document and its passages; says how many they are.
pub async fn insert_document(
    tx: &mut TenantTx,
    id: DocumentId,
    title: &str,
    passages: &[String],
) -> Result<usize, AppError> {
    let tenant_id = tx.tenant_id();
    // A document without a title still needs one; a dash is no word.
    let title: String = title.trim().chars().take(200).collect();
    let title = if title.is_empty() { "-".to_owned() } else { title };
    sqlx::query!(
        "insert into documents (tenant_id, id, title, file_type, processing_status, chunk_count)
         values ($1, $2, $3, 'text', 'completed', $4)",
        tenant_id.uuid(),
        id.uuid(),
        title,
        i32::try_from(passages.len()).unwrap_or(i32::MAX),
    )
    .execute(tx.connection())
    .await?;
    let ids: Vec<_> = passages.iter().map(|_| ChunkId::generate().uuid()).collect();
    let hashes: Vec<Vec<u8>> = passages.iter().map(|text| Sha256::digest(text).to_vec()).collect();
    sqlx::query!(
        "insert into document_chunks (tenant_id, id, document_id, kind, chunk_index, start_offset, content, chunk_hash)
         select $1, made.id, $2, 'passage', made.place::integer - 1, 0, made.content, made.hash
         from unnest($3::uuid[], $4::text[], $5::bytea[]) with ordinality as made (id, content, hash, place)",
        tenant_id.uuid(),
        id.uuid(),
        &ids,
        passages,
        &hashes,
    )
    .execute(tx.connection())
    .await?;
    Ok(passages.len())
}

/// The passages of a text; one of a dash if it is empty, because a title alone can answer, too.
fn cut(text: &str) -> Vec<String> {
    let text = text.replace('\0', " ");
    let text = text.trim();
    if text.is_empty() {
        return vec!["-".to_owned()];
    }
    if text.chars().count() <= WHOLE {
        return vec![text.to_owned()];
    }
    TextSplitter::new(PASSAGE).chunks(text).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{WHOLE, cut};

    #[test]
    fn only_a_long_text_is_cut() {
        assert_eq!(cut("  An abstract.\0 "), ["An abstract."]);
        assert_eq!(cut(""), ["-"]);
        let long = "A sentence about falls. ".repeat(WHOLE / 20);
        let passages = cut(&long);
        assert!(passages.len() > 2 && passages.iter().all(|passage| passage.chars().count() < 1_000));
    }
}
