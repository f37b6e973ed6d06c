//! A document in each organisation and a shared one, with a row in each table that hangs on it, for what
//! walks all tables.

use super::{
    app::{self, DataFolder},
    seed::Seed,
};
use sqlx::PgPool;
use supportsignal::{
    ids::TenantId,
    knowledge::{
        document::FileType,
        library::{cut, write_ready},
        originals::Original,
        store::NewDocument,
    },
    platform::database::TenantTx,
};

/// For both organisations and for everybody.
pub async fn plant(pool: &PgPool, seed: &Seed) {
    let folder = DataFolder::new();
    let services = app::services(pool.clone(), app::config(folder.path()));
    for (tenant_id, number) in [(seed.banksia.id, 1), (seed.wattle.id, 2), (TenantId::SYSTEM, 3)] {
        let new = NewDocument {
            title: "On call".to_owned(),
            source_path: None,
            file_name: "on-call.md".to_owned(),
            file_type: FileType::Markdown,
            tags: vec!["on call".to_owned()],
            allowed_roles: None,
        };
        let original = Original {
            file_name: new.file_name.clone(),
            file_type: new.file_type,
            storage_key: format!("{tenant_id}/documents/planted"),
            byte_size: 1,
            content_hash: [number; 32],
        };
        let mut tx = TenantTx::begin_for_system(&services.pool, tenant_id).await.unwrap();
        let id = write_ready(&mut tx, &new, &original, &cut("# On call\n\nRing the duty manager.")).await.unwrap();
        let hanging = [
            "insert into chunk_embeddings (tenant_id, embedding_model, chunk_id, embedding)
             select tenant_id, 'planted', id, array_fill(1, array[1024])::vector from document_chunks
             where tenant_id = $1 and document_id = $2",
            "insert into postings (tenant_id, term, chunk_id, frequency)
             select tenant_id, 'planted', id, 1 from document_chunks where tenant_id = $1 and document_id = $2",
        ];
        for statement in hanging {
            sqlx::query(statement).bind(tenant_id.uuid()).bind(id.uuid()).execute(tx.connection()).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
}
