//! Documents that are there at once, with their text: what the demo and the tests begin with.

use super::{
    chunking::{self, Cut},
    extraction::{self, Text},
    jobs::{EmbedDocuments, write_passages},
    originals::{self, Original},
    store::{self, NewDocument},
};
use crate::{
    accounts::member::Member,
    error::AppError,
    ids::{DocumentId, TenantId},
    incidents::narrative::clean_text,
    platform::{Services, database::TenantTx},
};
use sqlx::PgPool;

/// Who adds a document.
#[derive(Debug, Clone, Copy)]
pub enum Author<'a> {
    Member(&'a Member),
    /// Nobody; in this tenant.
    System(TenantId),
}

impl Author<'_> {
    const fn tenant_id(&self) -> TenantId {
        match self {
            Self::Member(member) => member.tenant_id,
            Self::System(tenant_id) => *tenant_id,
        }
    }

    async fn begin(&self, pool: &PgPool) -> Result<TenantTx, AppError> {
        match self {
            Self::Member(member) => TenantTx::begin(pool, member).await,
            Self::System(tenant_id) => TenantTx::begin_for_system(pool, *tenant_id).await,
        }
    }
}

/// Adds a text file or web page of our own, short enough to be read here: search finds its words at once,
/// its meaning once it is embedded.
pub async fn add_ready(
    services: &Services,
    author: Author<'_>,
    new: &NewDocument,
    text: &str,
) -> Result<DocumentId, AppError> {
    let bytes = text.as_bytes().to_vec();
    let cut = extraction::read(new.file_type, bytes.clone()).map_err(|_| AppError::Internal)?;
    let original =
        originals::store_bytes(&services.files, author.tenant_id(), &new.file_name, new.file_type, bytes).await?;
    let mut tx = author.begin(&services.pool).await?;
    let id = write_ready(&mut tx, new, &original, &cut).await?;
    EmbedDocuments::request(&mut tx).await?;
    tx.commit().await?;
    Ok(id)
}

/// The pieces of a text that we have written ourselves and that is short enough to be cut here.
pub fn cut(markdown: &str) -> Cut {
    chunking::cut(&Text { markdown: clean_text(markdown), pages: Vec::new() })
}

/// The rows of such a document, without asking for its vectors.
pub async fn write_ready(
    tx: &mut TenantTx,
    new: &NewDocument,
    original: &Original,
    cut: &Cut,
) -> Result<DocumentId, AppError> {
    let id = store::insert_document(tx, new, original).await?;
    write_passages(tx, id, 1, cut).await?;
    Ok(id)
}
