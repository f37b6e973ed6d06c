//! `POST /{tenant}/knowledge/files` and `POST /{tenant}/knowledge/{document}/file`: forms with files. They
//! aren't server functions, because files go to the store piece by piece and never lie in memory whole.

mod form;
mod reply;

use super::{
    details::{parse_roles, parse_tags},
    originals,
    store::{self, NewDocument, change::Replacement},
    upload::{FileOutcome, UploadReport, UploadedFile},
};
use crate::{
    accounts::{authorise, member::Member, permission::Permission},
    error::{AppError, FieldError},
    ids::DocumentId,
    platform::{Services, database::TenantTx},
    tenants::tenant::TenantSlug,
};
use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use form::{Form, SentFile};
use reply::Reply;
use tower_sessions::Session;

/// Takes new files.
pub async fn upload(
    State(services): State<Services>,
    session: Session,
    Path(tenant): Path<String>,
    request: Request,
) -> Response {
    let reply = Reply::to(&request, &tenant, None);
    reply.give(take_files(&services, &session, &tenant, request).await)
}

/// Takes a new original of a document.
pub async fn replace(
    State(services): State<Services>,
    session: Session,
    Path((tenant, document)): Path<(String, String)>,
    request: Request,
) -> Response {
    let reply = Reply::to(&request, &tenant, Some(&document));
    reply.give(take_replacement(&services, &session, &tenant, &document, request).await)
}

async fn editor(services: &Services, session: &Session, tenant: &str) -> Result<Member, AppError> {
    let tenant: TenantSlug = tenant.parse().map_err(|_| AppError::NotFound)?;
    authorise::session_member_who_may(services, session, &tenant, Permission::EditKnowledge).await
}

async fn take_files(
    services: &Services,
    session: &Session,
    tenant: &str,
    request: Request,
) -> Result<UploadReport, AppError> {
    let member = editor(services, session, tenant).await?;
    let form = Form::take(services, &member, request).await?;
    let added = add_files(services, &member, &form).await;
    form.delete_unneeded(services, added.as_ref().ok()).await;
    added
}

async fn add_files(services: &Services, member: &Member, form: &Form) -> Result<UploadReport, AppError> {
    let tags = parse_tags(form.field("tags")).map_err(at_field)?;
    let allowed_roles = parse_roles(form.keys("roles")).map_err(at_field)?;
    let files: Vec<_> =
        form.files.iter().filter_map(|file| Some((file.stored.as_ref().ok()?, file.source_path.as_deref()))).collect();
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    store::lock_uploads(&mut tx, files.into_iter()).await?;
    let mut report = UploadReport::default();
    for file in &form.files {
        let outcome = match &file.stored {
            Ok(original) => {
                let new = NewDocument {
                    title: file.title(),
                    source_path: file.source_path.clone(),
                    file_name: original.file_name.clone(),
                    file_type: original.file_type,
                    tags: tags.clone(),
                    allowed_roles: allowed_roles.clone(),
                };
                store::add_uploaded(&mut tx, &new, original).await?
            }
            Err(reason) => FileOutcome::Refused { reason: *reason },
        };
        report.files.push(UploadedFile { file_name: file.name.clone(), outcome });
    }
    tx.commit().await?;
    Ok(report)
}

async fn take_replacement(
    services: &Services,
    session: &Session,
    tenant: &str,
    document: &str,
    request: Request,
) -> Result<UploadReport, AppError> {
    let member = editor(services, session, tenant).await?;
    let id: DocumentId = document.parse().map_err(|_| AppError::NotFound)?;
    let form = Form::take(services, &member, request).await?;
    let replaced = replace_original(services, &member, id, &form).await;
    form.delete_unneeded(services, replaced.as_ref().ok()).await;
    replaced
}

async fn replace_original(
    services: &Services,
    member: &Member,
    id: DocumentId,
    form: &Form,
) -> Result<UploadReport, AppError> {
    let revision = form.field("revision").parse().map_err(|_| AppError::field("revision", "Open the page again."))?;
    let [file] = form.files.as_slice() else {
        return Err(AppError::field("file", "Choose one file."));
    };
    let outcome = match &file.stored {
        Ok(original) => {
            let mut tx = TenantTx::begin(&services.pool, member).await?;
            let replacement = store::change::replace(&mut tx, id, Some(revision), original).await?;
            tx.commit().await?;
            match replacement {
                Replacement::New => FileOutcome::Replaced { id },
                Replacement::Unchanged => FileOutcome::Unchanged { id },
            }
        }
        Err(reason) => FileOutcome::Refused { reason: *reason },
    };
    Ok(UploadReport { files: vec![UploadedFile { file_name: file.name.clone(), outcome }] })
}

fn at_field(field: FieldError) -> AppError {
    AppError::Invalid { fields: vec![field] }
}

impl Form {
    /// Removes what no row names: everything if nothing was added, else what was there already.
    async fn delete_unneeded(&self, services: &Services, report: Option<&UploadReport>) {
        let is_needed = |index: usize| {
            let outcome = report.and_then(|report| report.files.get(index)).map(|file| file.outcome);
            matches!(outcome, Some(FileOutcome::Added { .. } | FileOutcome::Replaced { .. }))
        };
        let stored = |file: &SentFile| file.stored.as_ref().ok().map(|original| original.storage_key.clone());
        let unneeded: Vec<_> = (0..).zip(&self.files).filter(|(index, _)| !is_needed(*index)).collect();
        let keys: Vec<_> = unneeded.into_iter().filter_map(|(_, file)| stored(file)).collect();
        originals::delete(&services.files, &keys).await;
    }
}
