//! The queries of questions and answers.

use super::question::{Answer, Question};
use crate::{
    ai::{
        builtin::clarify::DraftQuestion,
        provider::FallbackReason,
        run::{Made, Maker},
    },
    error::AppError,
    ids::{IncidentId, NarrativeId, QuestionId, UserId},
    incidents::narrative::Phase,
    platform::database::TenantTx,
};
use sha2::{Digest, Sha256};

/// More questions than this about one phase and nobody answers any.
const MOST_PER_PHASE: usize = 5;

/// The active questions of an incident with their answers, in the order in which they are asked.
pub async fn list_questions(
    tx: &mut TenantTx,
    id: IncidentId,
    phase: Option<Phase>,
) -> Result<Vec<Question>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select q.id as "id: QuestionId", q.phase, q.topic, q.question_text, q.purpose, q.ai_model, q.prompt_version,
                  q.fallback_reason, a.answer_text as "answer_text?", a.not_known as "not_known?"
           from clarification_questions q
           left join clarification_answers a on a.tenant_id = q.tenant_id and a.question_id = q.id
           where q.tenant_id = $1 and q.incident_id = $2 and q.is_active and ($3::text is null or q.phase = $3)
           order by array_position(array['before', 'during', 'end', 'after'], q.phase), q.question_order, q.id"#,
        tenant_id.uuid(),
        id.uuid(),
        phase.map(Phase::as_str),
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Question {
                id: row.id,
                phase: Phase::parse(&row.phase).ok_or(AppError::Internal)?,
                topic: row.topic,
                text: row.question_text,
                purpose: row.purpose,
                ai_model: row.ai_model,
                prompt_version: row.prompt_version,
                fallback: row.fallback_reason.as_deref().and_then(FallbackReason::parse),
                answer: row.answer_text.zip(row.not_known).map(|(text, not_known)| Answer { text, not_known }),
            })
        })
        .collect()
}

/// Whether the current version of the account has already raised its questions.
pub async fn are_current(tx: &mut TenantTx, narrative_id: NarrativeId) -> Result<bool, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select exists (
               select from clarification_questions q
               join incident_narratives mine on mine.tenant_id = q.tenant_id and mine.id = $2
               join incident_narratives made_from on made_from.tenant_id = q.tenant_id and made_from.id = q.narrative_id
               where q.tenant_id = $1 and q.incident_id = mine.incident_id and q.is_active
                 and made_from.narrative_hash = mine.narrative_hash) as "current!""#,
        tenant_id.uuid(),
        narrative_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Puts the questions of a new version in place: what was answered stays, what is open and no longer
/// missing goes, what is newly missing comes. Running it twice changes nothing. Returns how many are new.
pub async fn replace_questions(
    tx: &mut TenantTx,
    id: IncidentId,
    narrative_id: NarrativeId,
    suggested: &[Made<Vec<DraftQuestion>>],
) -> Result<usize, AppError> {
    let standing = list_questions(tx, id, None).await?;
    let is_still_asked = |question: &Question| {
        suggested
            .iter()
            .flat_map(|made| &made.output)
            .any(|draft| draft.phase == question.phase && draft.topic == question.topic && draft.text == question.text)
    };
    let (kept, gone): (Vec<&Question>, Vec<&Question>) =
        standing.iter().partition(|question| question.is_answered() || is_still_asked(question));
    deactivate_questions(tx, &gone.iter().map(|question| question.id).collect::<Vec<_>>()).await?;
    let mut added = 0;
    for phase in Phase::ALL {
        let standing: Vec<&str> =
            kept.iter().filter(|question| question.phase == phase).map(|question| question.topic.as_str()).collect();
        let room = MOST_PER_PHASE.saturating_sub(standing.len());
        let fresh: Vec<(&DraftQuestion, &Maker)> = suggested
            .iter()
            .flat_map(|made| made.output.iter().map(|draft| (draft, &made.maker)))
            .filter(|(draft, _)| draft.phase == phase && !standing.contains(&draft.topic.as_str()))
            .take(room)
            .collect();
        for (order, (draft, maker)) in (standing.len()..).zip(fresh) {
            insert_question(tx, id, narrative_id, draft, order, maker).await?;
            added += 1;
        }
    }
    Ok(added)
}

async fn deactivate_questions(tx: &mut TenantTx, ids: &[QuestionId]) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let ids: Vec<_> = ids.iter().copied().map(QuestionId::uuid).collect();
    sqlx::query!(
        "update clarification_questions set is_active = false where tenant_id = $1 and id = any($2)",
        tenant_id.uuid(),
        &ids,
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn insert_question(
    tx: &mut TenantTx,
    id: IncidentId,
    narrative_id: NarrativeId,
    draft: &DraftQuestion,
    order: usize,
    maker: &Maker,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "insert into clarification_questions
             (tenant_id, id, incident_id, narrative_id, phase, topic, question_text, purpose, question_order,
              ai_model, prompt_tenant_id, prompt_id, prompt_version, fallback_reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        tenant_id.uuid(),
        QuestionId::generate().uuid(),
        id.uuid(),
        narrative_id.uuid(),
        draft.phase.as_str(),
        draft.topic,
        draft.text,
        draft.purpose,
        i32::try_from(order).unwrap_or(i32::MAX),
        maker.model,
        maker.prompt.tenant_id.uuid(),
        maker.prompt.id.uuid(),
        maker.prompt.version,
        maker.fallback.map(FallbackReason::as_str),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Saves answers to questions of this incident; ids of other incidents' questions change nothing.
/// Returns how many answers are new or different.
pub async fn save_answers(
    tx: &mut TenantTx,
    id: IncidentId,
    author: UserId,
    answers: &[(QuestionId, Answer)],
) -> Result<usize, AppError> {
    let tenant_id = tx.tenant_id();
    let (question_ids, answers): (Vec<_>, Vec<_>) =
        answers.iter().map(|(id, answer)| (id.uuid(), answer.clone())).unzip();
    let ids: Vec<_> = question_ids.iter().map(|_| uuid::Uuid::now_v7()).collect();
    let texts: Vec<_> = answers.iter().map(|answer| answer.text.clone()).collect();
    let not_known: Vec<_> = answers.iter().map(|answer| answer.not_known).collect();
    let word_counts: Vec<_> =
        answers.iter().map(|answer| i32::try_from(answer.word_count()).unwrap_or(i32::MAX)).collect();
    let saved = sqlx::query!(
        "insert into clarification_answers as a (tenant_id, id, question_id, answer_text, not_known, word_count, answered_by)
         select $1, given.id, q.id, given.answer_text, given.not_known, given.word_count, $3
         from unnest($4::uuid[], $5::uuid[], $6::text[], $7::boolean[], $8::integer[])
              as given (id, question_id, answer_text, not_known, word_count)
         join clarification_questions q on q.tenant_id = $1 and q.id = given.question_id and q.incident_id = $2
         where given.answer_text <> '' or given.not_known
               or exists (select from clarification_answers old where old.tenant_id = $1 and old.question_id = q.id)
         on conflict on constraint clarification_answers_question_key do update
             set answer_text = excluded.answer_text, not_known = excluded.not_known, word_count = excluded.word_count,
                 answered_by = excluded.answered_by, answered_at = now()
             where (a.answer_text, a.not_known) is distinct from (excluded.answer_text, excluded.not_known)",
        tenant_id.uuid(),
        id.uuid(),
        author.uuid(),
        &ids,
        &question_ids,
        &texts,
        &not_known,
        &word_counts,
    )
    .execute(tx.connection())
    .await?;
    Ok(usize::try_from(saved.rows_affected()).unwrap_or(usize::MAX))
}

/// Tells one set of answers from another (hex SHA-256 of ids and texts).
pub fn digest_answers(questions: &[Question]) -> String {
    let mut digest = Sha256::new();
    let mut given: Vec<_> =
        questions.iter().filter_map(|question| question.answer.as_ref().map(|answer| (question.id, answer))).collect();
    given.sort_by_key(|(id, _)| *id);
    for (id, answer) in given.into_iter().filter(|(_, answer)| !answer.text.is_empty()) {
        digest.update(id.to_string());
        digest.update(answer.text.as_bytes());
        digest.update([0x1f]);
    }
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
