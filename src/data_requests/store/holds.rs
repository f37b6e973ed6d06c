//! The queries of legal holds.

use super::columns_of;
use crate::{
    audit::{event::Action, store as audit},
    data_requests::{
        hold::{HeldSubject, LegalHold, NamedSubject, NewHold},
        request::DataSubject,
    },
    error::AppError,
    ids::{IncidentId, LegalHoldId, ParticipantId, UserId},
    platform::database::TenantTx,
};
use serde_json::json;

/// The subject type of legal holds in audit events.
pub const SUBJECT: &str = "legal_hold";

/// The latest holds, those that stand first.
pub async fn list_holds(tx: &mut TenantTx, limit: i64) -> Result<Vec<LegalHold>, AppError> {
    read_holds(tx, None, limit).await
}

/// The standing holds that block everything about a person: on them, or on the whole organisation.
pub async fn list_blocking(tx: &mut TenantTx, subject: DataSubject) -> Result<Vec<LegalHold>, AppError> {
    read_holds(tx, Some(subject), i64::MAX).await
}

async fn read_holds(tx: &mut TenantTx, blocking: Option<DataSubject>, limit: i64) -> Result<Vec<LegalHold>, AppError> {
    let tenant_id = tx.tenant_id();
    let (participant, member) = blocking.map_or((None, None), columns_of);
    Ok(sqlx::query_as!(
        LegalHold,
        r#"select h.id as "id: LegalHoldId",
                  coalesce(p.name, m.display_name, 'Report #' || i.number, 'The whole organisation') as "subject!",
                  h.reason, placer.display_name as placed_by, h.placed_at, lifter.display_name as "lifted_by?",
                  h.lifted_at, h.lift_reason
           from legal_holds h
           left join participants p on p.tenant_id = h.tenant_id and p.id = h.participant_id
           left join memberships m on m.tenant_id = h.tenant_id and m.user_id = h.user_id
           left join incidents i on i.tenant_id = h.tenant_id and i.id = h.incident_id
           join memberships placer on placer.tenant_id = h.tenant_id and placer.user_id = h.placed_by
           left join memberships lifter on lifter.tenant_id = h.tenant_id and lifter.user_id = h.lifted_by
           where h.tenant_id = $1
             and (not $2 or (h.lifted_at is null
                             and (h.subject_type = 'organisation' or h.participant_id = $3 or h.user_id = $4)))
           order by h.lifted_at is not null, h.placed_at desc, h.id desc
           limit $5"#,
        tenant_id.uuid(),
        blocking.is_some(),
        participant.map(ParticipantId::uuid),
        member.map(UserId::uuid),
        limit,
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Placing a hold and deleting wait for each other, so that a hold stands before a deletion or comes after
/// it. Taken before anything else is locked.
pub async fn lock(tx: &mut TenantTx) -> Result<(), AppError> {
    let key = format!("supportsignal.legal_holds.{}", tx.tenant_id().uuid());
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 0))", key).execute(tx.connection()).await?;
    Ok(())
}

/// Places a hold.
pub async fn place(tx: &mut TenantTx, new: &NewHold) -> Result<LegalHoldId, AppError> {
    lock(tx).await?;
    let subject = match new.subject {
        NamedSubject::Organisation => HeldSubject::Organisation,
        NamedSubject::Person(person) => HeldSubject::Person(person),
        NamedSubject::Report(number) => HeldSubject::Incident(find_report(tx, number).await?),
    };
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id().ok_or(AppError::Forbidden)?);
    let id = LegalHoldId::generate();
    let (subject_type, person, incident) = match subject {
        HeldSubject::Organisation => ("organisation", (None, None), None),
        HeldSubject::Person(person @ DataSubject::Participant(_)) => ("participant", columns_of(person), None),
        HeldSubject::Person(person @ DataSubject::Member(_)) => ("member", columns_of(person), None),
        HeldSubject::Incident(incident) => ("incident", (None, None), Some(incident)),
    };
    sqlx::query!(
        "insert into legal_holds (tenant_id, id, subject_type, participant_id, user_id, incident_id, reason, placed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant_id.uuid(),
        id.uuid(),
        subject_type,
        person.0.map(ParticipantId::uuid),
        person.1.map(UserId::uuid),
        incident.map(IncidentId::uuid),
        new.reason,
        user_id.uuid(),
    )
    .execute(tx.connection())
    .await
    .map_err(at_field)?;
    audit::record(tx, Action::LegalHoldPlaced, SUBJECT, id.uuid(), json!({ "subject": subject })).await?;
    Ok(id)
}

async fn find_report(tx: &mut TenantTx, number: i64) -> Result<IncidentId, AppError> {
    let tenant_id = tx.tenant_id();
    sqlx::query_scalar!(
        r#"select id as "id: IncidentId" from incidents where tenant_id = $1 and number = $2"#,
        tenant_id.uuid(),
        number,
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or_else(|| AppError::field("report_number", "There is no report with this number."))
}

/// What the database refuses, said at the field that caused it.
fn at_field(error: sqlx::Error) -> AppError {
    match error.as_database_error().and_then(|error| error.constraint()) {
        Some("legal_holds_participant_fkey" | "legal_holds_user_fkey") => {
            AppError::field("subject", "Choose somebody from the list.")
        }
        _ => error.into(),
    }
}

/// Lifts a hold that stands.
pub async fn lift(tx: &mut TenantTx, id: LegalHoldId, reason: &str) -> Result<(), AppError> {
    let (tenant_id, user_id) = (tx.tenant_id(), tx.user_id().ok_or(AppError::Forbidden)?);
    let lifted = sqlx::query!(
        "update legal_holds set lifted_by = $3, lifted_at = now(), lift_reason = $4
         where tenant_id = $1 and id = $2 and lifted_at is null",
        tenant_id.uuid(),
        id.uuid(),
        user_id.uuid(),
        reason,
    )
    .execute(tx.connection())
    .await?;
    if lifted.rows_affected() == 0 {
        return Err(AppError::not_possible("This hold has been lifted already."));
    }
    audit::record(tx, Action::LegalHoldLifted, SUBJECT, id.uuid(), json!({})).await
}
