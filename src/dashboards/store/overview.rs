//! What a dashboard reads, in one transaction.

use super::figures;
use crate::{
    dashboards::{
        dashboard::{Overview, Queue, WaitingReport, WordsKeys},
        figures::{Figures, Scope},
    },
    error::AppError,
    ids::{IncidentId, ParticipantId, SiteId},
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};

/// The figures of a period, those of the period before, and what waits now.
pub async fn read(tx: &mut TenantTx, scope: &Scope) -> Result<Overview, AppError> {
    let figures = figures::read(tx, scope).await?;
    let before = figures::read_totals(tx, &scope.before()).await?;
    let queue = read_queue(tx, scope).await?;
    let keys = find_keys(tx, &figures).await?;
    Ok(Overview { scope: *scope, figures, before, queue, keys })
}

struct RawWaiting {
    id: IncidentId,
    number: i64,
    submitted_at: Option<DateTime<Utc>>,
    waiting: i64,
}

async fn read_queue(tx: &mut TenantTx, scope: &Scope) -> Result<Queue, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawWaiting,
        r#"select id as "id: IncidentId", number, submitted_at, count(*) over () as "waiting!"
           from incidents
           where tenant_id = $1 and overall_status = 'analysis_pending'
             and ($2::uuid is null or site_id = $2) and ($3::uuid is null or participant_id = $3)
           order by submitted_at, id limit 3"#,
        tenant_id.uuid(),
        scope.site.map(SiteId::uuid),
        scope.participant.map(ParticipantId::uuid),
    )
    .fetch_all(tx.connection())
    .await?;
    let waiting = rows.first().map_or(0, |row| row.waiting);
    let oldest = rows
        .into_iter()
        .filter_map(|row| {
            row.submitted_at.map(|submitted_at| WaitingReport { id: row.id, number: row.number, submitted_at })
        })
        .collect();
    Ok(Queue { waiting, oldest })
}

async fn find_keys(tx: &mut TenantTx, figures: &Figures) -> Result<WordsKeys, AppError> {
    let tenant_id = tx.tenant_id();
    let names: Vec<String> = figures.participants.iter().map(|participant| participant.name.clone()).collect();
    let conditions = figures.conditions.iter().map(|condition| condition.text.clone());
    let words: Vec<String> = names.iter().cloned().chain(conditions).collect();
    let mut participants = sqlx::query_scalar!(
        r#"select app.words_key($1, w.words) as "key!"
           from unnest($2::text[]) with ordinality as w (words, place) order by w.place"#,
        tenant_id.uuid(),
        &words,
    )
    .fetch_all(tx.connection())
    .await?;
    let conditions = participants.split_off(names.len().min(participants.len()));
    Ok(WordsKeys { participants, conditions })
}
