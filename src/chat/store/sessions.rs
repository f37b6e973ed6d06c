//! One's conversations: the list, and what becomes of each.

use super::SUBJECT;
use crate::{
    accounts::member::Member,
    audit::{event::Action, store as audit},
    chat::conversation::{SessionPage, SessionRow},
    error::AppError,
    ids::{ChatMessageId, ChatSessionId},
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};
use serde_json::json;

const PAGE_SIZE: usize = 30;
/// Characters on each side of the words that a search has found.
const AROUND: usize = 60;

/// Title and state of a conversation.
pub struct SessionHead {
    pub title: String,
    pub is_archived: bool,
}

/// One of one's own conversations.
pub async fn find_session(tx: &mut TenantTx, member: &Member, id: ChatSessionId) -> Result<SessionHead, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_as!(
        SessionHead,
        r#"select title, archived_at is not null as "is_archived!" from chat_sessions
           where tenant_id = $1 and id = $2 and user_id = $3"#,
        tenant_id.uuid(),
        id.uuid(),
        member.user_id.uuid(),
    )
    .fetch_one(tx.connection())
    .await?)
}

struct RawSession {
    id: ChatSessionId,
    title: String,
    last_message_at: DateTime<Utc>,
    is_archived: bool,
    is_answering: bool,
    found: Option<String>,
}

/// One page of one's conversations, the latest first, after the one called `after`. All the words of
/// `search` stand in the title or in one message. What came from a document that may no longer be read
/// is not searched.
pub async fn list_sessions(
    tx: &mut TenantTx,
    member: &Member,
    search: &str,
    archived: bool,
    after: Option<ChatSessionId>,
) -> Result<SessionPage, AppError> {
    let tenant_id = tx.tenant_id();
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).take(10).collect();
    let mut rows = sqlx::query_as!(
        RawSession,
        r#"select s.id as "id: ChatSessionId", s.title, s.last_message_at, s.archived_at is not null as "is_archived!",
                  exists (select from chat_messages p where p.tenant_id = s.tenant_id and p.session_id = s.id
                            and p.status = 'pending'
                            and coalesce(p.worked_at, p.created_at) > now() - make_interval(secs => $7)) as "is_answering!",
                  hit.content as "found?"
           from chat_sessions s
           left join chat_sessions last on last.tenant_id = s.tenant_id and last.id = $5 and last.user_id = s.user_id
           left join lateral (
               select m.content from chat_messages m
               where m.tenant_id = s.tenant_id and m.session_id = s.id and m.replaced_at is null
                 and cardinality($3::text[]) > 0
                 and (select bool_and(strpos(lower(m.content), word) > 0) from unnest($3::text[]) as word)
                 and not exists (
                     select from chat_citations c
                     left join documents d on d.tenant_id = c.document_tenant_id and d.id = c.document_id
                     where c.tenant_id = m.tenant_id and c.message_id = m.id
                       and not $8 = any (coalesce(d.allowed_roles, case when d.id is null then c.allowed_roles end)))
               order by m.position desc limit 1) as hit on true
           where s.tenant_id = $1 and s.user_id = $2 and (s.archived_at is not null) = $4
             and (cardinality($3::text[]) = 0 or hit.content is not null
                  or (select bool_and(strpos(lower(s.title), word) > 0) from unnest($3::text[]) as word))
             and ($5::uuid is null or (s.last_message_at, s.id) < (last.last_message_at, last.id))
           order by s.last_message_at desc, s.id desc limit $6"#,
        tenant_id.uuid(),
        member.user_id.uuid(),
        &words,
        archived,
        after.map(ChatSessionId::uuid),
        i64::try_from(PAGE_SIZE + 1).unwrap_or(i64::MAX),
        super::DEAD_AFTER_SECONDS,
        member.role.as_str(),
    )
    .fetch_all(tx.connection())
    .await?;
    let has_more = rows.len() > PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    let next = rows.last().filter(|_| has_more).map(|row| row.id);
    let row = |row: RawSession| SessionRow {
        id: row.id,
        title: row.title,
        last_message_at: row.last_message_at,
        is_archived: row.is_archived,
        is_answering: row.is_answering,
        found: row.found.map(|content| around(&content, words.first().map_or("", String::as_str))),
    };
    let sessions = rows.into_iter().map(row).collect();
    Ok(SessionPage { sessions, next, time_zone: member.time_zone, now: Utc::now() })
}

/// The words around the place of a word, on one line.
fn around(content: &str, word: &str) -> String {
    let line = content.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters: Vec<char> = line.chars().collect();
    // Lower case may be longer than what was written, so the place is a near one.
    let lower = line.to_lowercase();
    let place = lower.find(word).map_or(0, |place| lower.get(..place).unwrap_or_default().chars().count());
    let start = place.saturating_sub(AROUND);
    let end = (place + word.chars().count() + AROUND).min(letters.len());
    let cut: String = letters.get(start.min(end)..end).unwrap_or_default().iter().collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if end < letters.len() { "…" } else { "" };
    format!("{before}{}{after}", cut.trim())
}

/// Gives it another title.
pub async fn rename(tx: &mut TenantTx, member: &Member, id: ChatSessionId, title: &str) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let changed = sqlx::query!(
        "update chat_sessions set title = $4 where tenant_id = $1 and id = $2 and user_id = $3",
        tenant_id.uuid(),
        id.uuid(),
        member.user_id.uuid(),
        title,
    )
    .execute(tx.connection())
    .await?;
    found(changed.rows_affected())
}

/// Puts it out of the list, or back into it.
pub async fn set_archived(
    tx: &mut TenantTx,
    member: &Member,
    id: ChatSessionId,
    is_archived: bool,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let changed = sqlx::query!(
        "update chat_sessions set archived_at = case when $4 then coalesce(archived_at, now()) end
         where tenant_id = $1 and id = $2 and user_id = $3",
        tenant_id.uuid(),
        id.uuid(),
        member.user_id.uuid(),
        is_archived,
    )
    .execute(tx.connection())
    .await?;
    found(changed.rows_affected())
}

/// Deletes it with its messages for good; the answers that were still being written.
pub async fn delete(tx: &mut TenantTx, member: &Member, id: ChatSessionId) -> Result<Vec<ChatMessageId>, AppError> {
    let tenant_id = tx.tenant_id();
    let pending = sqlx::query_scalar!(
        r#"select id as "id: ChatMessageId" from chat_messages
           where tenant_id = $1 and session_id = $2 and status = 'pending'"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    let deleted = sqlx::query!(
        "delete from chat_sessions where tenant_id = $1 and id = $2 and user_id = $3",
        tenant_id.uuid(),
        id.uuid(),
        member.user_id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    found(deleted.rows_affected())?;
    audit::record(tx, Action::ChatRemoved, SUBJECT, id.uuid(), json!({})).await?;
    Ok(pending)
}

fn found(rows: u64) -> Result<(), AppError> {
    if rows == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

/// How many documents the person can ask, and titles of the latest of them.
pub async fn find_askable(tx: &mut TenantTx, member: &Member) -> Result<(i64, Vec<String>), AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!(
        r#"select count(*) as "count!",
                  coalesce((array_agg(title order by (tenant_id = $1) desc, updated_at desc))[1:3], '{}') as "titles!"
           from documents
           where tenant_id in ($1, app.system_tenant_id()) and archived_at is null and chunk_count > 0
             and (allowed_roles is null or $2 = any (allowed_roles))"#,
        tenant_id.uuid(),
        member.role.as_str(),
    )
    .fetch_one(tx.connection())
    .await?;
    Ok((row.count, row.titles))
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn the_place_is_shown_with_what_stands_around_it() {
        assert_eq!(around("Ring the\nmanager.", "manager"), "Ring the manager.");
        let long = format!("{} manager {}", "before ".repeat(20), "after ".repeat(20));
        let shown = around(&long, "manager");
        assert!(
            shown.starts_with('…') && shown.ends_with('…') && shown.contains("manager") && shown.len() < 150,
            "{shown}"
        );
        assert_eq!(around("İİİ manager", "manager"), "İİİ manager");
    }
}
