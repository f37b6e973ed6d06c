//! A row in each table of the chat and its gaps, for what walks all tables.

use super::{
    chat::library,
    seed::{Seed, TenantSeed},
};
use sqlx::PgPool;
use std::time::Duration;
use supportsignal::{
    chat::{
        message::{AnswerOutcome, Feedback},
        question::Question,
        store::answers::{Ended, Finished, NewCitation, finish, insert_question, insert_session, save_feedback},
    },
    ids::ChunkId,
    knowledge::gaps::{self, NewUnanswered, gap::UnansweredCause},
    platform::database::TenantTx,
    prompts::{step::WorkflowStep, store::find_active},
};

/// For both organisations.
pub async fn plant(pool: &PgPool, seed: &Seed) {
    for tenant in [&seed.banksia, &seed.wattle] {
        plant_tenant(pool, tenant).await;
    }
}

async fn plant_tenant(pool: &PgPool, tenant: &TenantSeed) {
    let document_id = library::add_to(pool, tenant, "Keys", None, &[("Where", "The key hangs in the office.")]).await;
    let question = Question::parse("Where is the key?").unwrap_or_else(|error| panic!("{error}"));
    let mut tx = TenantTx::begin(pool, &tenant.worker).await.unwrap();
    let chunk: uuid::Uuid = sqlx::query_scalar(
        "select id from document_chunks where tenant_id = $1 and document_id = $2 and kind = 'passage'",
    )
    .bind(tenant.id.uuid())
    .bind(document_id.uuid())
    .fetch_one(tx.connection())
    .await
    .unwrap();
    let session = insert_session(&mut tx, &tenant.worker, &question).await.unwrap();
    let asked = insert_question(&mut tx, &tenant.worker, session, &question).await.unwrap();
    let finished = Finished {
        text: "The key hangs in the office. [1]".to_owned(),
        ended: Ended::Completed(AnswerOutcome::Answered),
        sources: vec![NewCitation {
            number: 1,
            document_tenant_id: tenant.id,
            document_id,
            chunk_id: ChunkId::from(chunk),
            quote: "The key hangs in the office.".to_owned(),
            was_cited: true,
        }],
        prompt: Some(find_active(&mut tx, WorkflowStep::AnswerQuestion).await.unwrap().version),
        model: Some("built-in".to_owned()),
        provider: Some("built-in".to_owned()),
        fallback: None,
        is_own_key: false,
        input_tokens: 0,
        output_tokens: 0,
        tool_calls: serde_json::json!([]),
        latency: Duration::from_millis(20),
    };
    assert!(finish(&mut tx, session, asked.answer, &finished).await.unwrap());
    let feedback = Feedback { is_helpful: false, reason: None, comment: String::new() };
    save_feedback(&mut tx, &tenant.worker, asked.answer, &feedback).await.unwrap();
    let unanswered = NewUnanswered {
        question: "Where is the other key?".to_owned(),
        asked_by: tenant.worker.user_id,
        cause: UnansweredCause::NotFound,
        embedding: None,
        best_score: None,
    };
    gaps::record(&mut tx, &unanswered).await.unwrap();
    tx.commit().await.unwrap();
}
