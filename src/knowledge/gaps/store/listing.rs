//! Gaps as admins read them. No query here gives away who asked.

use crate::{
    error::AppError,
    ids::{DocumentId, GapId},
    knowledge::gaps::gap::{Gap, GapCounts, GapQuestion, GapStatus, PAGE_SIZE, UnansweredCause},
    platform::database::TenantTx,
};
use uuid::Uuid;

/// Questions that are shown of a gap.
const SHOWN_QUESTIONS: i64 = 20;
const SHOWN_WORDS: i64 = 6;
const OFFERED_GAPS: i64 = 100;

/// How many gaps are in which state.
pub async fn count_gaps(tx: &mut TenantTx) -> Result<GapCounts, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        GapCounts,
        r#"select count(*) filter (where status = 'open') as "open!",
                  count(*) filter (where status = 'closed') as "closed!",
                  count(*) filter (where status = 'dismissed') as "dismissed!"
           from knowledge_gaps where tenant_id = $1"#,
        tenant_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?)
}

/// How many gaps wait for an answer.
pub async fn count_open(tx: &mut TenantTx) -> Result<i64, AppError> {
    Ok(count_gaps(tx).await?.open)
}

/// One page of the gaps in a state and whether there are more. Open ones: the most asked first, then
/// the most recent; others: the last decided first.
pub async fn list_gaps(tx: &mut TenantTx, status: GapStatus, page: i64) -> Result<(Vec<Gap>, bool), AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select g.id as "id: GapId", g.title, g.revision, g.closed_at, m.display_name as "closed_by?",
                  d.id as "document_id?: DocumentId", d.title as "document_title?",
                  count(q.id) as "question_count!", count(distinct q.asked_by) as "people_count!",
                  max(q.asked_at) as latest_at
           from knowledge_gaps g
           left join unanswered_questions q on q.tenant_id = $1 and q.gap_id = g.id
           left join documents d on d.tenant_id = $1 and d.id = g.document_id
           left join memberships m on m.tenant_id = $1 and m.user_id = g.closed_by
           where g.tenant_id = $1 and g.status = $2
           group by g.tenant_id, g.id, d.tenant_id, d.id, m.tenant_id, m.user_id
           order by case when g.status = 'open' then count(q.id) end desc, coalesce(g.closed_at, max(q.asked_at)) desc, g.id
           limit $3 offset $4"#,
        tenant_id.uuid(),
        status.as_str(),
        PAGE_SIZE + 1,
        page.clamp(0, 10_000) * PAGE_SIZE,
    )
    .fetch_all(tx.connection())
    .await?;
    let size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    let mut gaps: Vec<_> = rows
        .into_iter()
        .take(size)
        .map(|row| Gap {
            id: row.id,
            title: row.title,
            status,
            revision: row.revision,
            question_count: row.question_count,
            people_count: row.people_count,
            questions: Vec::new(),
            words: Vec::new(),
            latest_at: row.latest_at,
            article: row.document_id.zip(row.document_title),
            closed_at: row.closed_at,
            closed_by: row.closed_by,
        })
        .collect();
    fill(tx, &mut gaps).await?;
    Ok((gaps, has_more))
}

/// The questions of the gaps, and the words that they share.
async fn fill(tx: &mut TenantTx, gaps: &mut [Gap]) -> Result<(), AppError> {
    let ids: Vec<_> = gaps.iter().map(|gap| gap.id.uuid()).collect();
    for (id, question) in list_questions(tx, &ids).await? {
        if let Some(gap) = gaps.iter_mut().find(|gap| gap.id == id) {
            gap.questions.push(question);
        }
    }
    for (id, word) in list_words(tx, &ids).await? {
        if let Some(gap) = gaps.iter_mut().find(|gap| gap.id == id) {
            gap.words.push(word);
        }
    }
    Ok(())
}

async fn list_questions(tx: &mut TenantTx, gaps: &[Uuid]) -> Result<Vec<(GapId, GapQuestion)>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select q.gap_id as "gap_id: GapId", q.question, q.asked_at, q.cause
           from unanswered_questions q
           where q.tenant_id = $1 and q.gap_id = any ($2)
             and q.id in (select latest.id from unanswered_questions latest
                          where latest.tenant_id = $1 and latest.gap_id = q.gap_id
                          order by latest.asked_at desc, latest.id
                          limit $3)
           order by q.asked_at desc, q.id"#,
        tenant_id.uuid(),
        gaps,
        SHOWN_QUESTIONS,
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let cause = UnansweredCause::parse(&row.cause).ok_or(AppError::Internal)?;
            Ok((row.gap_id, GapQuestion { question: row.question, asked_at: row.asked_at, cause }))
        })
        .collect()
}

/// The words that most questions of each gap use, each in its commonest form.
async fn list_words(tx: &mut TenantTx, gaps: &[Uuid]) -> Result<Vec<(GapId, String)>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"with words as (
               select q.gap_id, q.id, word, (ts_lexize('english_stem', word))[1] as stem
               from unanswered_questions q
               cross join lateral regexp_split_to_table(lower(q.question), '[^[:alpha:]]+') as word
               where q.tenant_id = $1 and q.gap_id = any ($2) and char_length(word) > 2),
           forms as (
               select gap_id, stem, mode() within group (order by word) as form, count(distinct id) as uses
               from words
               where stem is not null
               group by gap_id, stem),
           ranked as (
               select gap_id, form, row_number() over (partition by gap_id order by uses desc, form) as place
               from forms)
           select gap_id as "gap_id!: GapId", form as "form!" from ranked where place <= $3 order by place"#,
        tenant_id.uuid(),
        gaps,
        SHOWN_WORDS,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.gap_id, row.form)).collect())
}

/// Open gaps to choose from, the most recent first.
pub async fn list_open_titles(tx: &mut TenantTx) -> Result<Vec<(GapId, String)>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select id as "id: GapId", title from knowledge_gaps
           where tenant_id = $1 and status = 'open' order by updated_at desc, id limit $2"#,
        tenant_id.uuid(),
        OFFERED_GAPS,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// One open gap.
pub async fn find_gap(tx: &mut TenantTx, id: GapId) -> Result<Gap, AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select g.title, g.revision, count(q.id) as "question_count!", count(distinct q.asked_by) as "people_count!",
                  max(q.asked_at) as latest_at
           from knowledge_gaps g
           left join unanswered_questions q on q.tenant_id = $1 and q.gap_id = g.id
           where g.tenant_id = $1 and g.id = $2 and g.status = 'open'
           group by g.tenant_id, g.id"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?;
    let mut gap = Gap {
        id,
        title: row.title,
        status: GapStatus::Open,
        revision: row.revision,
        question_count: row.question_count,
        people_count: row.people_count,
        questions: Vec::new(),
        words: Vec::new(),
        latest_at: row.latest_at,
        article: None,
        closed_at: None,
        closed_by: None,
    };
    fill(tx, std::slice::from_mut(&mut gap)).await?;
    Ok(gap)
}
