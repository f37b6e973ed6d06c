//! Background work of data requests: making the file, or deleting.

use super::{
    archive::{Archive, ArchiveError},
    person::{Person, PersonExport, ReportFile, SCHEMA_VERSION, left_out_of_member, left_out_of_participant},
    plan::{DeletionPlan, counted},
    request::{DataRequest, DataSubject, RequestStatus, RequestType},
    store::{self, SUBJECT, StoredFile, delete, holds, member, plan::make_plan},
};
use crate::{
    accounts::store as accounts,
    error::AppError,
    ids::{CorrelationId, DataRequestId, IncidentId, JobId, SessionHandle, TenantId, UserId},
    incidents::{
        export::{AnalysisDepth, ExportFrame, store::read_incident},
        store::search::IncidentScope,
    },
    jobs::{
        queue::{self, Job, JobContext, JobError},
        store as jobs,
    },
    participants::store as participants,
    platform::{Services, database::TenantTx},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// Carries out what an admin decided.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FulfilDataRequest {
    pub tenant_id: TenantId,
    pub request_id: DataRequestId,
    pub job_id: JobId,
}

impl FulfilDataRequest {
    /// Asks for it in the caller's transaction; nothing happens if it is under way already.
    pub async fn request(tx: &mut TenantTx, request_id: DataRequestId) -> Result<(), AppError> {
        let tenant_id = tx.tenant_id();
        let job = jobs::insert_job(tx, Self::JOB_NAME, SUBJECT, request_id.uuid(), CorrelationId::current()).await?;
        if let Some(job_id) = job {
            queue::enqueue(tx.connection(), &Self { tenant_id, request_id, job_id }).await?;
        }
        Ok(())
    }

    async fn fulfil(&self, services: &Services) -> Result<(), AppError> {
        let Some(request) = self.begin(services).await? else {
            return Ok(());
        };
        match request.request_type {
            RequestType::Export => self.export(services, &request).await,
            RequestType::Deletion => self.delete(services).await,
        }
    }

    /// What to do; None if it is done or not wanted any more.
    async fn begin(&self, services: &Services) -> Result<Option<DataRequest>, AppError> {
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        if jobs::start_attempt(&mut tx, self.job_id).await?.is_none() {
            return Ok(None);
        }
        let request = store::find_request(&mut tx, self.request_id).await?;
        if request.status != RequestStatus::Preparing {
            jobs::complete(&mut tx, self.job_id, json!({ "withdrawn": true })).await?;
            tx.commit().await?;
            return Ok(None);
        }
        tx.commit().await?;
        Ok(Some(request))
    }

    /// A file is there before the row that names it. Each attempt has a place of its own; housekeeping
    /// removes what one that died has left.
    async fn export(&self, services: &Services, request: &DataRequest) -> Result<(), AppError> {
        let (person, bytes) = self.collect(services, request).await?;
        let file = StoredFile {
            storage_key: format!("{}/{}-{}.zip", folder(self.tenant_id), self.request_id, Uuid::now_v7()),
            byte_size: i64::try_from(bytes.len()).map_err(|_| AppError::Internal)?,
        };
        services.files.put(&file.storage_key, bytes).await?;
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        let is_wanted = self.is_wanted(&mut tx).await?;
        if is_wanted {
            store::complete(&mut tx, request, &contents(&person), Some(&file)).await?;
            store::record_completed(&mut tx, request).await?;
        }
        jobs::complete(&mut tx, self.job_id, json!({ "reports": person.reports.len() })).await?;
        tx.commit().await?;
        if is_wanted { Ok(()) } else { services.files.delete(&file.storage_key).await }
    }

    /// Holds the request until the transaction ends, if nobody has completed it meanwhile.
    async fn is_wanted(&self, tx: &mut TenantTx) -> Result<bool, AppError> {
        store::lock(tx, self.request_id).await?;
        Ok(store::find_request(tx, self.request_id).await?.status == RequestStatus::Preparing)
    }

    async fn collect(&self, services: &Services, request: &DataRequest) -> Result<(PersonExport, Vec<u8>), AppError> {
        let mut tx = TenantTx::snapshot(&services.pool, self.tenant_id).await?;
        let (organisation, time_zone) = find_organisation(&mut tx).await?;
        let ids = member::list_reports(&mut tx, request.subject).await?;
        drop(tx);
        let frame = ExportFrame {
            exported_at: Utc::now(),
            exported_by: "a data request".to_owned(),
            organisation: organisation.clone(),
            time_zone,
        };
        let depth = match request.subject {
            DataSubject::Participant(_) => AnalysisDepth::All,
            DataSubject::Member(_) => AnalysisDepth::SignedOff,
        };
        let (archive, reports) = self.add_reports(services, &ids, depth, &frame).await?;
        let person = self.describe(services, request, organisation, frame.exported_at, reports).await?;
        let written = person.clone();
        let bytes = on_blocking_thread(move || archive.finish(&written)).await?;
        Ok((person, bytes))
    }

    /// Report after report: none of them holds the database while it is written.
    async fn add_reports(
        &self,
        services: &Services,
        ids: &[IncidentId],
        depth: AnalysisDepth,
        frame: &ExportFrame,
    ) -> Result<(Archive, Vec<ReportFile>), AppError> {
        let mut archive = Archive::new();
        let mut files = Vec::with_capacity(ids.len());
        for (index, id) in ids.iter().enumerate() {
            let mut tx = TenantTx::snapshot(&services.pool, self.tenant_id).await?;
            let report = read_incident(&mut tx, *id, IncidentScope::All, depth, frame).await?;
            drop(tx);
            let (grown, file) = on_blocking_thread(move || {
                let file = archive.add_report(&report)?;
                Ok((archive, file))
            })
            .await?;
            archive = grown;
            files.push(file);
            self.tell_progress(services, index + 1, ids.len()).await?;
        }
        Ok((archive, files))
    }

    async fn tell_progress(&self, services: &Services, done: usize, of: usize) -> Result<(), AppError> {
        // Every twentieth part is enough for somebody who watches.
        if !done.is_multiple_of(of.div_ceil(20).max(1)) {
            return Ok(());
        }
        let percent = i16::try_from(done.saturating_mul(95) / of.max(1)).unwrap_or(95);
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        jobs::set_progress(&mut tx, self.job_id, percent).await?;
        tx.commit().await
    }

    async fn describe(
        &self,
        services: &Services,
        request: &DataRequest,
        organisation: String,
        exported_at: DateTime<Utc>,
        reports: Vec<ReportFile>,
    ) -> Result<PersonExport, AppError> {
        let (person, left_out) = match request.subject {
            DataSubject::Participant(id) => {
                let mut tx = TenantTx::snapshot(&services.pool, self.tenant_id).await?;
                let entry = participants::find_participant(&mut tx, id).await?;
                (Person::Participant { entry }, left_out_of_participant())
            }
            DataSubject::Member(id) => {
                (self.describe_member(services, id, request.is_own).await?, left_out_of_member(request.is_own))
            }
        };
        Ok(PersonExport {
            schema_version: SCHEMA_VERSION,
            request: request.id,
            exported_at,
            organisation,
            person,
            reports,
            left_out,
        })
    }

    /// Conversations and devices are nobody's business but the person's own.
    async fn describe_member(&self, services: &Services, id: UserId, is_own: bool) -> Result<Person, AppError> {
        let email = accounts::find_user_email(&services.pool, id).await?;
        let signed_in_devices = if is_own {
            let none_is_current = SessionHandle::from(Uuid::nil());
            Some(accounts::list_sessions(&services.pool, id, none_is_current).await?)
        } else {
            None
        };
        let mut tx = TenantTx::snapshot(&services.pool, self.tenant_id).await?;
        Ok(Person::Member {
            membership: member::find_membership(&mut tx, id, email).await?,
            activity: member::list_activity(&mut tx, id).await?,
            notifications: member::list_notifications(&mut tx, id).await?,
            ai_calls: member::list_ai_calls(&mut tx, id).await?,
            conversations: if is_own { Some(member::list_conversations(&mut tx, id).await?) } else { None },
            saved_views: if is_own { Some(member::list_saved_views(&mut tx, id).await?) } else { None },
            signed_in_devices,
        })
    }

    /// All at once or not at all.
    async fn delete(&self, services: &Services) -> Result<(), AppError> {
        let mut tx = TenantTx::begin_for_system(&services.pool, self.tenant_id).await?;
        holds::lock(&mut tx).await?;
        if self.is_wanted(&mut tx).await? {
            let request = store::find_request(&mut tx, self.request_id).await?;
            match delete::lock_subject(&mut tx, request.subject).await {
                Ok(()) => delete_or_put_back(&mut tx, &request).await?,
                Err(AppError::NotPossible { reason }) => {
                    store::put_back(&mut tx, request.id, &format!("{reason} Nothing was deleted.")).await?;
                }
                Err(error) => return Err(error),
            }
        }
        jobs::complete(&mut tx, self.job_id, json!({})).await?;
        tx.commit().await
    }
}

/// What was decided may not be possible any more, and then it is decided anew. The subject is locked.
async fn delete_or_put_back(tx: &mut TenantTx, request: &DataRequest) -> Result<(), AppError> {
    let plan = make_plan(tx, request.subject).await?;
    if plan.is_blocked() {
        let reason = "A legal hold was placed before the deletion began. Nothing was deleted.";
        return store::put_back(tx, request.id, reason).await;
    }
    store::put_back_exports(tx, request.subject).await?;
    // The trail first: deleting a report takes the figures' lock at once, and whoever submits a report
    // holds the trail when they take it.
    store::record_completed(tx, request).await?;
    let done = delete::carry_out(tx, request.subject).await?;
    store::complete(tx, request, &deeds(&done), None).await
}

/// Where a tenant's files of personal data lie in the store.
pub fn folder(tenant_id: TenantId) -> String {
    format!("{tenant_id}/data-requests")
}

/// What the file holds, in lines without names.
fn contents(person: &PersonExport) -> Vec<String> {
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let mut lines = vec![counted(count(person.reports.len()), "report", "reports")];
    match &person.person {
        Person::Participant { .. } => lines.push("The entry in the register".to_owned()),
        Person::Member { activity, notifications, ai_calls, conversations, saved_views, signed_in_devices, .. } => {
            lines.push(counted(count(activity.len()), "entry of the audit trail", "entries of the audit trail"));
            lines.push(counted(count(notifications.len()), "notification", "notifications"));
            lines.push(counted(count(ai_calls.len()), "AI call", "AI calls"));
            lines.extend(conversations.as_ref().map(|all| counted(count(all.len()), "conversation", "conversations")));
            lines.extend(saved_views.as_ref().map(|all| counted(count(all.len()), "saved view", "saved views")));
            lines.extend(signed_in_devices.as_ref().map(|all| counted(count(all.len()), "device", "devices")));
        }
    }
    lines
}

/// What was done, in lines without names.
fn deeds(plan: &DeletionPlan) -> Vec<String> {
    let deleted = plan.deleted.iter().map(|line| format!("Deleted: {line}"));
    let anonymised = plan.anonymised.iter().map(|line| format!("Made anonymous: {line}"));
    let kept = plan.kept.iter().map(|kept| format!("Kept: {}. {}", kept.what, kept.why));
    deleted.chain(anonymised).chain(kept).collect()
}

async fn find_organisation(tx: &mut TenantTx) -> Result<(String, Tz), AppError> {
    let tenant_id = tx.tenant_id();
    let row = sqlx::query!("select name, time_zone from tenants where id = $1", tenant_id.uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok((row.name, row.time_zone.parse().map_err(|_| AppError::Internal)?))
}

async fn on_blocking_thread<T: Send + 'static>(
    write: impl FnOnce() -> Result<T, ArchiveError> + Send + 'static,
) -> Result<T, AppError> {
    let written = tokio::task::spawn_blocking(write).await.map_err(|_| AppError::Internal)?;
    written.map_err(|error| {
        tracing::error!(error.kind = "archive", reason = %error, "a file of somebody's data could not be written");
        AppError::Internal
    })
}

impl Job for FulfilDataRequest {
    const JOB_NAME: &'static str = "fulfil_data_request";

    /// Years of reports about one person take their time.
    const TIME_LIMIT: Duration = Duration::from_secs(1_800);

    async fn run(self, context: JobContext) -> Result<(), JobError> {
        let result = self.fulfil(&context.services).await;
        jobs::settle(&context, self.tenant_id, self.job_id, result).await
    }
}
