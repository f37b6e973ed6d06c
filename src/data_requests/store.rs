//! The queries of data requests. Holds are in `store/holds.rs`; what a deletion would do is counted in
//! `store/plan.rs` and done in `store/delete.rs`; what a file holds is read in `store/member.rs`.

pub mod delete;
pub mod holds;
pub mod member;
pub mod plan;

use super::request::{
    ANSWER_DAYS, DataRequest, DataSubject, FILE_DAYS, FinishedFile, NewRequest, RequestStatus, RequestType,
};
use crate::{
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{DataRequestId, ParticipantId, UserId},
    platform::database::TenantTx,
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::types::Json;

/// The subject type of data requests in audit events and jobs.
pub const SUBJECT: &str = "data_request";

struct RawRequest {
    id: DataRequestId,
    request_type: String,
    participant_id: Option<ParticipantId>,
    user_id: Option<UserId>,
    subject_name: String,
    is_own: bool,
    note: String,
    status: String,
    requested_by: String,
    requested_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    reason: String,
    completed_at: Option<DateTime<Utc>>,
    outcome: Option<Json<Vec<String>>>,
    has_file: bool,
    byte_size: Option<i64>,
    file_expires_at: Option<DateTime<Utc>>,
    revision: i32,
}

impl RawRequest {
    fn into_request(self) -> Result<DataRequest, AppError> {
        let file = self.byte_size.zip(self.file_expires_at).filter(|_| self.has_file);
        Ok(DataRequest {
            id: self.id,
            request_type: RequestType::parse(&self.request_type).ok_or(AppError::Internal)?,
            subject: subject_of(self.participant_id, self.user_id)?,
            subject_name: self.subject_name,
            is_own: self.is_own,
            note: self.note,
            status: RequestStatus::parse(&self.status).ok_or(AppError::Internal)?,
            requested_by: self.requested_by,
            requested_at: self.requested_at,
            due_at: self.due_at,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            reason: self.reason,
            completed_at: self.completed_at,
            outcome: self.outcome.map(|json| json.0).unwrap_or_default(),
            file: file.map(|(byte_size, expires_at)| FinishedFile { byte_size, expires_at }),
            revision: self.revision,
        })
    }
}

fn subject_of(participant_id: Option<ParticipantId>, user_id: Option<UserId>) -> Result<DataSubject, AppError> {
    match (participant_id, user_id) {
        (Some(id), None) => Ok(DataSubject::Participant(id)),
        (None, Some(id)) => Ok(DataSubject::Member(id)),
        _ => Err(AppError::Internal),
    }
}

/// The id of a participant and of a member, of which one is null.
pub(super) fn columns_of(subject: DataSubject) -> (Option<ParticipantId>, Option<UserId>) {
    match subject {
        DataSubject::Participant(id) => (Some(id), None),
        DataSubject::Member(id) => (None, Some(id)),
    }
}

/// The latest requests, the open ones first by when they are due; `own_of` limits them to what this
/// person asked for themself.
pub async fn list_requests(
    tx: &mut TenantTx,
    own_of: Option<UserId>,
    limit: i64,
) -> Result<Vec<DataRequest>, AppError> {
    read_requests(tx, None, own_of, limit).await
}

/// One request.
pub async fn find_request(tx: &mut TenantTx, id: DataRequestId) -> Result<DataRequest, AppError> {
    read_requests(tx, Some(id), None, 1).await?.into_iter().next().ok_or(AppError::NotFound)
}

async fn read_requests(
    tx: &mut TenantTx,
    id: Option<DataRequestId>,
    own_of: Option<UserId>,
    limit: i64,
) -> Result<Vec<DataRequest>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query_as!(
        RawRequest,
        r#"select r.id as "id: DataRequestId", r.request_type, r.participant_id as "participant_id: ParticipantId",
                  r.user_id as "user_id: UserId", coalesce(p.name, s.display_name) as "subject_name!", r.is_own, r.note,
                  r.status, asker.display_name as requested_by, r.requested_at, r.due_at,
                  decider.display_name as "decided_by?", r.decided_at, r.reason, r.completed_at,
                  r.outcome as "outcome: Json<Vec<String>>", r.storage_key is not null as "has_file!", r.byte_size,
                  r.file_expires_at, r.revision
           from data_requests r
           left join participants p on p.tenant_id = r.tenant_id and p.id = r.participant_id
           left join memberships s on s.tenant_id = r.tenant_id and s.user_id = r.user_id
           join memberships asker on asker.tenant_id = r.tenant_id and asker.user_id = r.requested_by
           left join memberships decider on decider.tenant_id = r.tenant_id and decider.user_id = r.decided_by
           where r.tenant_id = $1 and ($2::uuid is null or r.id = $2)
             and ($3::uuid is null or (r.is_own and r.user_id = $3))
           order by r.status not in ('received', 'preparing'), case when r.status in ('received', 'preparing') then r.due_at end,
                    r.requested_at desc, r.id desc
           limit $4"#,
        tenant_id.uuid(),
        id.map(DataRequestId::uuid),
        own_of.map(UserId::uuid),
        limit,
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(RawRequest::into_request).collect()
}

/// Opens a request; `is_own` if the person asks for themself.
pub async fn open_request(tx: &mut TenantTx, new: &NewRequest, is_own: bool) -> Result<DataRequestId, AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id().ok_or(AppError::Forbidden)?);
    let (participant, member) = columns_of(new.subject);
    let id = DataRequestId::generate();
    sqlx::query!(
        "insert into data_requests (tenant_id, id, request_type, participant_id, user_id, is_own, note, requested_by, due_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(days => $9))",
        tenant_id.uuid(),
        id.uuid(),
        new.request_type.as_str(),
        participant.map(ParticipantId::uuid),
        member.map(UserId::uuid),
        is_own,
        new.note,
        user_id.uuid(),
        i32::try_from(ANSWER_DAYS).unwrap_or(i32::MAX),
    )
    .execute(tx.connection())
    .await
    .map_err(at_field)?;
    let details = json!({ "type": new.request_type, "subject": new.subject, "own": is_own });
    audit::record(tx, Action::DataRequestOpened, SUBJECT, id.uuid(), details).await?;
    Ok(id)
}

/// What the database refuses, said at the field that caused it.
fn at_field(error: sqlx::Error) -> AppError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("data_requests_open_key") => {
            AppError::field("subject", "There is an open request for this already. Decide on that one first.")
        }
        // Somebody of another organisation is refused like one who doesn't exist.
        Some("data_requests_participant_fkey" | "data_requests_user_fkey") => {
            AppError::field("subject", "Choose somebody from the list.")
        }
        _ => error.into(),
    }
}

/// A request that this transaction holds for itself, as of `revision`.
pub async fn lock_undecided(tx: &mut TenantTx, id: DataRequestId, revision: i32) -> Result<DataRequest, AppError> {
    lock(tx, id).await?;
    let request = find_request(tx, id).await?;
    request.status.require_undecided()?;
    if request.revision == revision { Ok(request) } else { Err(AppError::Stale { current_revision: request.revision }) }
}

/// Takes a request for this transaction.
pub async fn lock(tx: &mut TenantTx, id: DataRequestId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "select id from data_requests where tenant_id = $1 and id = $2 for update",
        tenant_id.uuid(),
        id.uuid()
    )
    .fetch_optional(tx.connection())
    .await?
    .map(|_| ())
    .ok_or(AppError::NotFound)
}

/// Somebody decided that it is carried out.
pub async fn approve(tx: &mut TenantTx, id: DataRequestId) -> Result<(), AppError> {
    decide(tx, id, RequestStatus::Preparing, "").await?;
    audit::record(tx, Action::DataRequestApproved, SUBJECT, id.uuid(), json!({})).await
}

/// Somebody decided that it isn't.
pub async fn refuse(tx: &mut TenantTx, id: DataRequestId, reason: &str) -> Result<(), AppError> {
    decide(tx, id, RequestStatus::Refused, reason).await?;
    audit::record(tx, Action::DataRequestRefused, SUBJECT, id.uuid(), json!({})).await
}

async fn decide(tx: &mut TenantTx, id: DataRequestId, status: RequestStatus, reason: &str) -> Result<(), AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id());
    sqlx::query!(
        "update data_requests
         set status = $3, reason = $4, decided_by = $5, decided_at = now(), revision = revision + 1
         where tenant_id = $1 and id = $2 and status = 'received'",
        tenant_id.uuid(),
        id.uuid(),
        status.as_str(),
        reason,
        user_id.map(UserId::uuid),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// What was decided can't be done now: it waits for a decision again, and says why.
pub async fn put_back(tx: &mut TenantTx, id: DataRequestId, reason: &str) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update data_requests set status = 'received', reason = $3, revision = revision + 1
         where tenant_id = $1 and id = $2 and status = 'preparing'",
        tenant_id.uuid(),
        id.uuid(),
        reason,
    )
    .execute(tx.connection())
    .await?;
    audit::record(tx, Action::DataRequestPutBack, SUBJECT, id.uuid(), json!({})).await
}

/// A file of somebody's data that is being made while the data goes: whether it is still wanted is decided anew.
pub async fn put_back_exports(tx: &mut TenantTx, subject: DataSubject) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    let (participant, member) = columns_of(subject);
    let preparing = sqlx::query_scalar!(
        r#"select id as "id: DataRequestId" from data_requests
           where tenant_id = $1 and request_type = 'export' and status = 'preparing'
             and (participant_id = $2 or user_id = $3)
           for update"#,
        tenant_id.uuid(),
        participant.map(ParticipantId::uuid),
        member.map(UserId::uuid),
    )
    .fetch_all(tx.connection())
    .await?;
    for id in preparing {
        put_back(tx, id, "The data was deleted before the file was ready.").await?;
    }
    Ok(())
}

/// Those of the files that no request names.
pub async fn list_unnamed(tx: &mut TenantTx, storage_keys: &[String]) -> Result<Vec<String>, AppError> {
    let tenant_id = tx.tenant_id();
    Ok(sqlx::query_scalar!(
        r#"select stored.key as "key!" from unnest($2::text[]) as stored (key)
           where not exists (select from data_requests r where r.tenant_id = $1 and r.storage_key = stored.key)"#,
        tenant_id.uuid(),
        storage_keys,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// A file that the store has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    pub storage_key: String,
    pub byte_size: i64,
}

/// Notes that a request is completed, in the transaction that completes it. From here on other changes of
/// the organisation wait: take locks on rows before this, and the figures' lock after it, as they do.
pub async fn record_completed(tx: &mut TenantTx, request: &DataRequest) -> Result<(), AppError> {
    let details = json!({ "type": request.request_type, "subject": request.subject });
    audit::record(tx, Action::DataRequestCompleted, SUBJECT, request.id.uuid(), details).await
}

/// It is done, as `record_completed` notes; `outcome` tells what, line by line, without names.
pub async fn complete(
    tx: &mut TenantTx,
    request: &DataRequest,
    outcome: &[String],
    file: Option<&StoredFile>,
) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update data_requests
         set status = 'completed', completed_at = now(), reason = '', outcome = $3, storage_key = $4, byte_size = $5,
             file_expires_at = case when $4::text is not null then now() + make_interval(days => $6) end,
             revision = revision + 1
         where tenant_id = $1 and id = $2 and status = 'preparing'",
        tenant_id.uuid(),
        request.id.uuid(),
        json!(outcome),
        file.map(|file| file.storage_key.as_str()),
        file.map(|file| file.byte_size),
        i32::try_from(FILE_DAYS).unwrap_or(i32::MAX),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Where a finished file is, while it can be opened; not found otherwise.
pub async fn find_file(tx: &mut TenantTx, id: DataRequestId) -> Result<StoredFile, AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query_as!(
        StoredFile,
        r#"select storage_key as "storage_key!", byte_size as "byte_size!" from data_requests
           where tenant_id = $1 and id = $2 and storage_key is not null and file_expires_at > now()"#,
        tenant_id.uuid(),
        id.uuid(),
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)
}

/// The files whose time is over.
pub async fn list_expired_files(tx: &mut TenantTx) -> Result<Vec<(DataRequestId, String)>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select id as "id: DataRequestId", storage_key as "storage_key!" from data_requests
           where tenant_id = $1 and storage_key is not null and file_expires_at <= now()"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.storage_key)).collect())
}

/// A file is gone from the store.
pub async fn forget_file(tx: &mut TenantTx, id: DataRequestId) -> Result<(), AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query!(
        "update data_requests set storage_key = null, byte_size = null where tenant_id = $1 and id = $2",
        tenant_id.uuid(),
        id.uuid(),
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Everybody whom a request can be about, as (form value, name): participants first.
pub async fn list_subjects(tx: &mut TenantTx) -> Result<Vec<(String, String)>, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select 'participant' as "kind!", id as "id!", name as "name!" from participants where tenant_id = $1
           union all
           select 'member', user_id, display_name from memberships where tenant_id = $1
           order by 1 desc, 3, 2"#,
        tenant_id.uuid(),
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let subject = if row.kind == "participant" {
                DataSubject::Participant(row.id.into())
            } else {
                DataSubject::Member(row.id.into())
            };
            (subject.form_value(), format!("{} ({})", row.name, subject.label()))
        })
        .collect())
}
