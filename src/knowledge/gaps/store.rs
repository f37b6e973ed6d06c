//! Gaps and their questions in the database. Changes of a gap's state are audited with them.

mod listing;

pub use listing::{count_gaps, count_open, find_gap, list_gaps, list_open_titles};

use super::{gap::GapStatus, grouping::NewUnanswered};
use crate::{
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{DocumentId, GapId, UnansweredQuestionId},
    incidents::narrative::clean_line,
    platform::database::TenantTx,
};
use serde_json::json;

const SUBJECT: &str = "knowledge_gap";
/// As the table allows them.
pub const MAX_QUESTION_CHARACTERS: usize = 2000;
const MAX_TITLE_CHARACTERS: usize = 300;
/// Questions that are compared word by word, the latest ones.
const COMPARED_QUESTIONS: i64 = 2000;

/// One change of an organisation's gaps at a time.
pub async fn lock(tx: &mut TenantTx) -> Result<(), AppError> {
    let key = format!("knowledge_gaps:{}", tx.tenant_id());
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key).execute(tx.connection()).await?;
    Ok(())
}

/// The open gap whose questions' middle is nearest, with the cosine.
pub async fn find_nearest_by_meaning(
    tx: &mut TenantTx,
    model: &str,
    vector: &[f32],
) -> Result<Option<(GapId, f64)>, AppError> {
    let tenant_id = tx.tenant_id();
    let nearest = sqlx::query!(
        r#"select q.gap_id as "gap_id: GapId", 1 - (avg(q.embedding) <=> $3::real[]::vector) as "cosine!"
           from unanswered_questions q
           join knowledge_gaps g on g.tenant_id = $1 and g.id = q.gap_id
           where q.tenant_id = $1 and q.embedding_model = $2 and g.status = 'open'
           group by q.gap_id
           order by 2 desc, q.gap_id
           limit 1"#,
        tenant_id.uuid(),
        model,
        vector,
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(nearest.map(|row| (row.gap_id, row.cosine)))
}

/// The open gap with the question that has most words in common, with their share. Questions with a
/// vector of `model` are left out: those are compared by meaning.
pub async fn find_nearest_by_words(
    tx: &mut TenantTx,
    question: &str,
    model: Option<&str>,
) -> Result<Option<(GapId, f64)>, AppError> {
    let tenant_id = tx.tenant_id();
    let nearest = sqlx::query!(
        r#"with asked as (select tsvector_to_array(to_tsvector('english', $2)) as terms),
                known as (select q.gap_id, q.asked_at, lower(q.question) = lower($2) as is_same,
                                 tsvector_to_array(to_tsvector('english', q.question)) as terms
                          from unanswered_questions q
                          join knowledge_gaps g on g.tenant_id = $1 and g.id = q.gap_id
                          where q.tenant_id = $1 and g.status = 'open'
                            and ($3::text is null or q.embedding_model is distinct from $3)
                          order by q.asked_at desc, q.id
                          limit $4)
           select k.gap_id as "gap_id: GapId",
                  case when k.is_same then 1
                       else 2.0 * (select count(*) from unnest(k.terms) as term where term = any (a.terms))
                            / (cardinality(k.terms) + cardinality(a.terms))
                  end::float8 as "share!"
           from known k cross join asked a
           where k.is_same or k.terms && a.terms
           order by 2 desc, k.asked_at desc, k.gap_id
           limit 1"#,
        tenant_id.uuid(),
        question,
        model,
        COMPARED_QUESTIONS,
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(nearest.map(|row| (row.gap_id, row.share)))
}

/// Opens a gap for a question.
pub async fn insert_gap(tx: &mut TenantTx, question: &str) -> Result<GapId, AppError> {
    let (tenant_id, id) = (tx.tenant_id(), GapId::generate());
    sqlx::query!(
        "insert into knowledge_gaps (tenant_id, id, title) values ($1, $2, $3)",
        tenant_id.uuid(),
        id.uuid(),
        title_of(question),
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

fn title_of(question: &str) -> String {
    clean_line(&question.split_whitespace().collect::<Vec<_>>().join(" ")).chars().take(MAX_TITLE_CHARACTERS).collect()
}

/// Adds a question to a gap. What the same person has asked in the same words is only brought up to date.
pub async fn insert_question(tx: &mut TenantTx, gap: GapId, question: &NewUnanswered) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let known = sqlx::query!(
        "update unanswered_questions set asked_at = now(), cause = $5
         where tenant_id = $1 and gap_id = $2 and asked_by = $3 and lower(question) = lower($4)",
        tenant_id.uuid(),
        gap.uuid(),
        question.asked_by.uuid(),
        question.question,
        question.cause.as_str(),
    )
    .execute(tx.connection())
    .await?;
    if known.rows_affected() > 0 {
        return Ok(());
    }
    let (model, vector) =
        question.embedding.as_ref().map(|(model, vector)| (model.as_str(), vector.as_slice())).unzip();
    sqlx::query!(
        "insert into unanswered_questions
             (tenant_id, id, gap_id, question, asked_by, cause, best_score, embedding, embedding_model)
         values ($1, $2, $3, $4, $5, $6, $7, $8::real[]::vector, $9)",
        tenant_id.uuid(),
        UnansweredQuestionId::generate().uuid(),
        gap.uuid(),
        question.question,
        question.asked_by.uuid(),
        question.cause.as_str(),
        question.best_score,
        vector,
        model,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Names a gap after its most typical question: the one nearest to their middle, or without vectors the
/// one with most words in common with the others.
pub async fn retitle(tx: &mut TenantTx, gap: GapId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let question = sqlx::query_scalar!(
        r#"with members as (
               select q.id, q.question, q.asked_at, q.embedding, q.embedding_model,
                      tsvector_to_array(to_tsvector('english', q.question)) as terms
               from unanswered_questions q
               where q.tenant_id = $1 and q.gap_id = $2
               order by q.asked_at desc, q.id
               limit 200),
           middle as (
               select embedding_model, avg(embedding) as centroid
               from members
               where embedding is not null
               group by embedding_model
               order by count(*) desc, embedding_model
               limit 1)
           select m.question
           from members m left join middle on true
           order by case when m.embedding_model = middle.embedding_model then m.embedding <=> middle.centroid end nulls last,
                    (select sum(2.0 * (select count(*) from unnest(o.terms) as term where term = any (m.terms))
                                / nullif(cardinality(o.terms) + cardinality(m.terms), 0))
                     from members o) desc nulls last,
                    m.asked_at, m.id
           limit 1"#,
        tenant_id.uuid(),
        gap.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    sqlx::query!(
        "update knowledge_gaps set title = $3, updated_at = now() where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        gap.uuid(),
        title_of(&question),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Closes a gap with the article that answers it. One that is not open stays as it is.
pub async fn close_gap(tx: &mut TenantTx, id: GapId, article: DocumentId) -> Result<(), AppError> {
    lock(tx).await?;
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    let closed = sqlx::query!(
        "update knowledge_gaps
         set status = 'closed', document_id = $3, closed_by = $4, closed_at = now(), revision = revision + 1,
             updated_at = now()
         where tenant_id = $1 and id = $2 and status = 'open'",
        tenant_id.uuid(),
        id.uuid(),
        article.uuid(),
        user_id.map(|id| id.uuid()),
    )
    .execute(tx.connection())
    .await?;
    if closed.rows_affected() == 0 {
        return Ok(());
    }
    audit::record(tx, Action::GapClosed, SUBJECT, id.uuid(), json!({ "document": article })).await
}

/// Puts an open gap aside.
pub async fn dismiss_gap(tx: &mut TenantTx, id: GapId, revision: i32) -> Result<(), AppError> {
    lock(tx).await?;
    require(tx, id, revision, &[GapStatus::Open]).await?;
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    sqlx::query!(
        "update knowledge_gaps
         set status = 'dismissed', closed_by = $3, closed_at = now(), revision = revision + 1, updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
        user_id.map(|id| id.uuid()),
    )
    .execute(tx.connection())
    .await?;
    audit::record(tx, Action::GapDismissed, SUBJECT, id.uuid(), json!({})).await
}

/// Opens a gap again that was answered or dismissed.
pub async fn reopen_gap(tx: &mut TenantTx, id: GapId, revision: i32) -> Result<(), AppError> {
    lock(tx).await?;
    require(tx, id, revision, &[GapStatus::Closed, GapStatus::Dismissed]).await?;
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update knowledge_gaps
         set status = 'open', document_id = null, closed_by = null, closed_at = null, revision = revision + 1,
             updated_at = now()
         where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    audit::record(tx, Action::GapReopened, SUBJECT, id.uuid(), json!({})).await
}

/// Moves the questions of an open gap to another open one that asks the same.
pub async fn merge_gap(tx: &mut TenantTx, id: GapId, revision: i32, into: GapId) -> Result<(), AppError> {
    lock(tx).await?;
    require(tx, id, revision, &[GapStatus::Open]).await?;
    let target = find_state(tx, into).await?;
    if into == id || target.1 != GapStatus::Open {
        return Err(AppError::not_possible("That question isn't open any more. Choose another one."));
    }
    let tenant_id = tx.tenant_id();
    let moved = sqlx::query!(
        "update unanswered_questions set gap_id = $3 where tenant_id = $1 and gap_id = $2",
        tenant_id.uuid(),
        id.uuid(),
        into.uuid(),
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!("delete from knowledge_gaps where tenant_id = $1 and id = $2", tenant_id.uuid(), id.uuid())
        .execute(tx.connection())
        .await?;
    retitle(tx, into).await?;
    let details = json!({ "into": into, "questions": moved.rows_affected() });
    audit::record(tx, Action::GapMerged, SUBJECT, id.uuid(), details).await
}

/// Locks a gap that the page showed as it still is, in one of the states in which this can be done.
async fn require(tx: &mut TenantTx, id: GapId, revision: i32, states: &[GapStatus]) -> Result<(), AppError> {
    let (current_revision, status) = find_state(tx, id).await?;
    if current_revision != revision || !states.contains(&status) {
        return Err(AppError::Stale { current_revision });
    }
    Ok(())
}

async fn find_state(tx: &mut TenantTx, id: GapId) -> Result<(i32, GapStatus), AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        "select revision, status from knowledge_gaps where tenant_id = $1 and id = $2 for update",
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((row.revision, GapStatus::parse(&row.status).ok_or(AppError::Internal)?))
}
