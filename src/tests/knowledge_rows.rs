//! A row in each table of the knowledge base and of chat, for what walks all tables: both
//! organisations', and the shared ones'. They aren't part of the seed, because what is there to be
//! found changes what every other test sees.

use super::seed::{Seed, TenantSeed};
use sqlx::PgPool;
use supportsignal::ids::{
    ChatMessageId, ChatSessionId, ChunkId, CorrelationId, DocumentId, GapId, TenantId, UnansweredQuestionId,
};
use uuid::Uuid;

/// For both organisations, which have a provider each (see `ai_rows`), and the system's.
pub async fn plant(admin: &PgPool, seed: &Seed) {
    plant_document(admin, TenantId::SYSTEM).await;
    for tenant in [&seed.banksia, &seed.wattle] {
        let (document, passage) = plant_document(admin, tenant.id).await;
        plant_conversation(admin, tenant, document, passage).await;
        plant_gap(admin, tenant).await;
    }
}

async fn plant_document(admin: &PgPool, tenant: TenantId) -> (DocumentId, ChunkId) {
    let (document, section, passage) = (DocumentId::generate(), ChunkId::generate(), ChunkId::generate());
    run(
        admin,
        "insert into documents (tenant_id, id, title, file_type) values ($1, $2, 'On-call procedure', 'markdown')",
        &[tenant.uuid(), document.uuid()],
    )
    .await;
    run(
        admin,
        "insert into document_versions (tenant_id, document_id, version, file_name, file_type, byte_size, content_hash, storage_key)
         values ($1, $2, 1, 'on-call.md', 'markdown', 20, sha256('on call'), 'on-call')",
        &[tenant.uuid(), document.uuid()],
    )
    .await;
    run(
        admin,
        "insert into document_chunks (tenant_id, id, document_id, kind, chunk_index, start_offset, content, chunk_hash)
         values ($1, $2, $3, 'section', 0, 0, 'Call the manager.', sha256('section'))",
        &[tenant.uuid(), section.uuid(), document.uuid()],
    )
    .await;
    run(
        admin,
        "insert into document_chunks (tenant_id, id, document_id, parent_chunk_id, kind, chunk_index, start_offset, content, chunk_hash)
         values ($1, $2, $3, $4, 'passage', 0, 0, 'Call the manager.', sha256('passage'))",
        &[tenant.uuid(), passage.uuid(), document.uuid(), section.uuid()],
    )
    .await;
    run(
        admin,
        "insert into chunk_embeddings (tenant_id, embedding_model, chunk_id, embedding)
         values ($1, 'all-MiniLM-L6-v2', $2, array_fill(1, array[384])::vector)",
        &[tenant.uuid(), passage.uuid()],
    )
    .await;
    run(
        admin,
        "insert into postings (tenant_id, term, chunk_id, frequency) values ($1, 'manag', $2, 1)",
        &[tenant.uuid(), passage.uuid()],
    )
    .await;
    (document, passage)
}

async fn plant_conversation(admin: &PgPool, tenant: &TenantSeed, document: DocumentId, passage: ChunkId) {
    let (session, question, answer) = (ChatSessionId::generate(), ChatMessageId::generate(), ChatMessageId::generate());
    let (id, person) = (tenant.id.uuid(), tenant.worker.user_id.uuid());
    run(admin, "insert into chat_sessions (tenant_id, id, user_id) values ($1, $2, $3)", &[id, session.uuid(), person])
        .await;
    run(
        admin,
        "insert into chat_messages (tenant_id, id, session_id, position, role, content, correlation_id)
         values ($1, $2, $3, 1, 'user', 'Who do I call?', $4)",
        &[id, question.uuid(), session.uuid(), CorrelationId::generate().uuid()],
    )
    .await;
    run(
        admin,
        "insert into chat_messages (tenant_id, id, session_id, position, role, content, question_id, outcome, correlation_id,
                                    prompt_tenant_id, prompt_id)
         values ($1, $2, $3, 2, 'assistant', 'Call the manager. [1]', $4, 'answered', $5, app.system_tenant_id(),
                 (select id from prompt_templates where tenant_id = app.system_tenant_id() and workflow_step = 'answer_question' and is_active))",
        &[id, answer.uuid(), session.uuid(), question.uuid(), CorrelationId::generate().uuid()],
    )
    .await;
    run(
        admin,
        "insert into chat_citations (tenant_id, message_id, number, document_tenant_id, document_id, chunk_id)
         values ($1, $2, 1, $1, $3, $4)",
        &[id, answer.uuid(), document.uuid(), passage.uuid()],
    )
    .await;
    run(
        admin,
        "insert into chat_feedback (tenant_id, message_id, user_id, is_helpful) values ($1, $2, $3, true)",
        &[id, answer.uuid(), person],
    )
    .await;
}

async fn plant_gap(admin: &PgPool, tenant: &TenantSeed) {
    let (id, gap) = (tenant.id.uuid(), GapId::generate());
    run(
        admin,
        "insert into knowledge_gaps (tenant_id, id, title) values ($1, $2, 'Where are the spare keys?')",
        &[id, gap.uuid()],
    )
    .await;
    run(
        admin,
        "insert into unanswered_questions (tenant_id, id, gap_id, question, asked_by)
         values ($1, $2, $3, 'Where are the spare keys?', $4)",
        &[id, UnansweredQuestionId::generate().uuid(), gap.uuid(), tenant.worker.user_id.uuid()],
    )
    .await;
    run(
        admin,
        "insert into embedding_settings (tenant_id, embedding_model, provider_id, ai_model)
         select tenant_id, 'all-MiniLM-L6-v2', id, 'embedder' from ai_providers where tenant_id = $1",
        &[id],
    )
    .await;
}

async fn run(admin: &PgPool, sql: &'static str, values: &[Uuid]) {
    let mut query = sqlx::query(sql);
    for value in values {
        query = query.bind(*value);
    }
    query.execute(admin).await.unwrap();
}
