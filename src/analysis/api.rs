//! Server functions of the analysis: a manager's page, decisions, the sign-off and the way back.

use super::{
    forms::{ClassificationForm, ConditionsForm, Decision},
    record::IncidentAnalysis,
};
use crate::{
    error::AppError,
    ids::{ClassificationId, IncidentId},
    tenants::tenant::TenantSlug,
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use {
    super::{
        forms::{OpenForm, classification_anchor, parse_conditions, parse_notes, parse_question},
        jobs::AnalyseIncident,
        store::{self, close, decide},
    },
    crate::{
        accounts::{authorise, permission::Permission},
        ai::verbatim::find_quote,
        incidents::{paths, store::review},
        notifications::store as notifications,
        platform::{Services, database::TenantTx},
    },
};

/// A manager's page of one incident. Opening it marks what was said about the incident as read.
#[server(endpoint = "analysis/get")]
pub async fn get_analysis(tenant: TenantSlug, id: IncidentId) -> Result<IncidentAnalysis, AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReviewIncidents).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let page = store::find_incident_analysis(&mut tx, &member, id).await?;
    notifications::note_opened(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(page)
}

/// Has a report analysed that has no suggestions yet, or once more while nobody has decided anything.
#[server(endpoint = "analysis/analyse-again")]
pub async fn analyse_again(
    tenant: TenantSlug,
    id: IncidentId,
    #[server(default)] revision: i32,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReviewIncidents).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    AnalyseIncident::request_again(&mut tx, id, revision).await?;
    tx.commit().await
}

/// Accepts, dismisses or restores a classification.
#[server(endpoint = "analysis/decide")]
pub async fn decide_classification(
    tenant: TenantSlug,
    id: IncidentId,
    classification: ClassificationId,
    revision: i32,
    decision: Decision,
    #[server(default)] notes: String,
    #[server(default)] edit_seconds: i32,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReviewIncidents).await?;
    let notes = parse_notes(&notes)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let analysis = store::lock_current(&mut tx, id).await?.require_revision(revision)?;
    decide::decide(&mut tx, &analysis, classification, decision, &notes, edit_seconds).await?;
    tx.commit().await?;
    // A press on the page itself leaves a page with JavaScript where it is.
    if decision == Decision::Dismiss || is_plain_form() {
        back_to(&tenant, id, &classification_anchor(classification));
    }
    Ok(())
}

/// Changes type, severity or notes of a classification; it is reviewed by that.
#[server(endpoint = "analysis/change")]
pub async fn change_classification(
    tenant: TenantSlug,
    id: IncidentId,
    classification: ClassificationId,
    revision: i32,
    #[server(flatten)] form: ClassificationForm,
    #[server(default)] edit_seconds: i32,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReviewIncidents).await?;
    let chosen = form.parse()?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let analysis = store::lock_current(&mut tx, id).await?.require_revision(revision)?;
    decide::change(&mut tx, &analysis, classification, &chosen, edit_seconds).await?;
    tx.commit().await?;
    back_to(&tenant, id, &classification_anchor(classification));
    Ok(())
}

/// Adds a classification of the manager's own. A quote has to stand in the account.
#[server(endpoint = "analysis/add")]
pub async fn add_classification(
    tenant: TenantSlug,
    id: IncidentId,
    revision: i32,
    #[server(flatten)] form: ClassificationForm,
    #[server(default)] quote: String,
    #[server(default)] edit_seconds: i32,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReviewIncidents).await?;
    let chosen = form.parse()?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let analysis = store::lock_current(&mut tx, id).await?.require_revision(revision)?;
    let evidence = match quote.trim() {
        "" => None,
        words => {
            let account = review::find_account(&mut tx, analysis.narrative_id).await?;
            Some(find_quote(&account, words).ok_or_else(|| AppError::field("quote", NOT_VERBATIM))?)
        }
    };
    let added = decide::add(&mut tx, &analysis, &chosen, evidence, edit_seconds).await?;
    tx.commit().await?;
    back_to(&tenant, id, &classification_anchor(added));
    Ok(())
}

#[cfg(feature = "ssr")]
const NOT_VERBATIM: &str =
    "These words don't stand in the account. Copy them from it letter by letter, or leave this empty.";

/// Saves all conditions in place of those that stand.
#[server(endpoint = "analysis/save-conditions")]
pub async fn save_conditions(
    tenant: TenantSlug,
    id: IncidentId,
    revision: i32,
    #[server(default)] conditions: ConditionsForm,
    #[server(default)] edit_seconds: i32,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReviewIncidents).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let analysis = store::lock_current(&mut tx, id).await?.require_revision(revision)?;
    let account = review::find_account(&mut tx, analysis.narrative_id).await?;
    let conditions = parse_conditions(&conditions, &account)?;
    decide::save_conditions(&mut tx, &analysis, &conditions, edit_seconds).await?;
    tx.commit().await?;
    back_to(&tenant, id, &OpenForm::Conditions.anchor());
    Ok(())
}

/// Signs the analysis off. A second press finds it signed off and changes nothing.
#[server(endpoint = "analysis/sign-off")]
pub async fn sign_off(tenant: TenantSlug, id: IncidentId, revision: i32) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReviewIncidents).await?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let analysis = store::lock_current(&mut tx, id).await?;
    if !analysis.is_signed_off_by(member.user_id) {
        let analysis = analysis.require_revision(revision)?;
        close::sign_off(&mut tx, &analysis).await?;
        tx.commit().await?;
        metrics::counter!("incidents_signed_off_total").increment(1);
    }
    leptos_axum::redirect(&format!("{}?signed_off=1", paths::record(&tenant, id)));
    Ok(())
}

/// Sends the report back to its reporter with a question.
#[server(endpoint = "analysis/send-back")]
pub async fn send_back(
    tenant: TenantSlug,
    id: IncidentId,
    revision: i32,
    #[server(default)] question: String,
) -> Result<(), AppError> {
    let services = Services::current()?;
    let member = authorise::member_who_may(&services, &tenant, Permission::ReviewIncidents).await?;
    let question = parse_question(&question)?;
    let mut tx = TenantTx::begin(&services.pool, &member).await?;
    let analysis = store::lock_current(&mut tx, id).await?.require_revision(revision)?;
    close::send_back(&mut tx, &analysis, &question).await?;
    tx.commit().await?;
    leptos_axum::redirect(&format!("{}?returned=1", paths::record(&tenant, id)));
    Ok(())
}

/// To a place on the page, without any form open.
#[cfg(feature = "ssr")]
fn back_to(tenant: &TenantSlug, id: IncidentId, anchor: &str) {
    leptos_axum::redirect(&format!("{}#{anchor}", paths::analysis(tenant, id)));
}

/// Whether a browser has sent the form by itself and will load the page anew.
#[cfg(feature = "ssr")]
fn is_plain_form() -> bool {
    use_context::<http::request::Parts>()
        .and_then(|parts| {
            parts.headers.get(http::header::ACCEPT)?.to_str().ok().map(|accept| accept.contains("text/html"))
        })
        .unwrap_or(false)
}
