//! A few documents, as they stand after they were read.

use crate::{app::TestApp, seed::TenantSeed};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use supportsignal::{
    ids::{ChunkId, DocumentId},
    knowledge::postings::index_document,
    platform::database::TenantTx,
};

pub const MEDICATION: &str = "Medication policy";
pub const PAY: &str = "Pay scales";

/// What a worker may read, and one document that only admins may.
pub async fn plant(app: &TestApp, tenant: &TenantSeed) -> DocumentId {
    add(
        app,
        tenant,
        MEDICATION,
        None,
        &[
            (
                "After hours",
                "On weekends the on-call manager is the first person to call after a medication error. The on-call number is 1800 555 010.",
            ),
            ("Storage", "All medication is kept in a locked cupboard. The key stays with the shift leader."),
        ],
    )
    .await;
    add(
        app,
        tenant,
        "Falls procedure",
        None,
        &[("After a fall", "Do not lift the person. Call 000 if the person hit their head. Watch the person for 24 hours after a head injury.")],
    )
    .await;
    add(
        app,
        tenant,
        PAY,
        Some(&["company_admin"]),
        &[("Directors", "The regional director earns 190 thousand dollars a year and gets a company car.")],
    )
    .await
}

/// A document with one passage a section.
pub async fn add(
    app: &TestApp,
    tenant: &TenantSeed,
    title: &str,
    roles: Option<&[&str]>,
    sections: &[(&str, &str)],
) -> DocumentId {
    add_to(&app.services.pool, tenant, title, roles, sections).await
}

/// The same in a database without a server.
pub async fn add_to(
    pool: &PgPool,
    tenant: &TenantSeed,
    title: &str,
    roles: Option<&[&str]>,
    sections: &[(&str, &str)],
) -> DocumentId {
    let id = DocumentId::generate();
    let mut tx = TenantTx::begin(pool, &tenant.admin).await.unwrap();
    let roles: Option<Vec<String>> = roles.map(|roles| roles.iter().map(ToString::to_string).collect());
    sqlx::query(
        "insert into documents (tenant_id, id, title, file_type, allowed_roles, processing_status, processed_version,
                                chunk_count, uploaded_by)
         values ($1, $2, $3, 'markdown', $4, 'completed', 1, $5, $6)",
    )
    .bind(tenant.id.uuid())
    .bind(id.uuid())
    .bind(title)
    .bind(roles)
    .bind(i32::try_from(sections.len()).unwrap())
    .bind(tenant.admin.user_id.uuid())
    .execute(tx.connection())
    .await
    .unwrap();
    for (place, (heading, text)) in (0..).zip(sections) {
        let section = add_chunk(&mut tx, id, None, "section", place, heading, text).await;
        add_chunk(&mut tx, id, Some(section), "passage", place, heading, text).await;
    }
    index_document(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn add_chunk(
    tx: &mut TenantTx,
    document: DocumentId,
    parent: Option<ChunkId>,
    kind: &str,
    place: i32,
    heading: &str,
    text: &str,
) -> ChunkId {
    let (tenant_id, id) = (tx.tenant_id(), ChunkId::generate());
    sqlx::query(
        "insert into document_chunks (tenant_id, id, document_id, parent_chunk_id, kind, chunk_index, heading,
                                      start_offset, content, chunk_hash)
         values ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)",
    )
    .bind(tenant_id.uuid())
    .bind(id.uuid())
    .bind(document.uuid())
    .bind(parent.map(ChunkId::uuid))
    .bind(kind)
    .bind(place)
    .bind(heading)
    .bind(text)
    .bind(Sha256::digest(text).to_vec())
    .execute(tx.connection())
    .await
    .unwrap();
    id
}

/// Lets these roles read the document and nobody else.
pub async fn restrict(app: &TestApp, document: DocumentId, roles: &[&str]) {
    let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
    sqlx::query("update documents set allowed_roles = $2 where id = $1")
        .bind(document.uuid())
        .bind(roles)
        .execute(&app.db.admin)
        .await
        .unwrap();
}
