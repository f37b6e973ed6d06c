//! What happens to a submitted report: its analysis, and what a team lead decides of it. Most suggestions
//! are accepted, some are overruled.

use super::{
    organisation::Organisation,
    plan::{Fate, Plan},
    report::note_job,
    store,
};
use crate::{
    accounts::{member::Member, role::Role},
    ai::{
        BUILT_IN,
        builtin::{classify::classify, conditions::conditions},
        run::{Made, Maker},
    },
    analysis::{
        analysis::{Condition, ConditionGroup, IncidentType, Severity},
        forms::{ChosenClassification, Decision},
        jobs::AnalyseIncident,
        record::Classification,
        store::{
            self as analyses, LockedAnalysis, close, decide, lock_current,
            suggest::{self, Suggestions},
        },
    },
    audit::event::Action,
    ids::IncidentId,
    incidents::{
        narrative::Narrative,
        store::{self as incidents, review},
    },
    jobs::queue::Job,
    platform::database::TenantTx,
    prompts::store::{self as prompts, WorkflowStep},
};
use anyhow::Context;
use serde_json::json;
use sqlx::PgPool;
use std::time::Instant;

/// Why a team lead saw it otherwise.
const NOTES: [&str; 4] = [
    "Spoke with the worker on shift. There was more to it than the account says.",
    "Seen by the GP the next day, so this is no longer the right level.",
    "The main issue is the other classification.",
    "Agreed with the house team at the Tuesday meeting.",
];

/// What a team lead still wants to know.
const QUESTION: &str = "Thanks, this is clear and I can see that it was a hard shift. Two things are missing: who \
    else was there when it started, and at what time did you ring on-call? Please add both under \"During\" and send \
    it again.";

/// What a team lead adds to the suggested conditions.
const OWN_CONDITIONS: [(ConditionGroup, &str); 3] = [
    (ConditionGroup::Systemic, "A casual worker was on shift and had no handover."),
    (ConditionGroup::Procedural, "The support plan says nothing about times like this."),
    (ConditionGroup::Environmental, "The house was busier than usual that day."),
];

/// Analyses a submitted report and reviews it as far as its plan says.
pub async fn write(pool: &PgPool, organisation: &Organisation, plan: &Plan, id: IncidentId) -> anyhow::Result<()> {
    analyse(pool, organisation, id).await?;
    let (is_reviewed, is_signed_off) = match plan.fate {
        Fate::Draft(..) | Fate::Waiting => (false, false),
        Fate::Returned => return send_back(pool, organisation, plan, id).await,
        Fate::InReview => (plan.dice().between(40, 1, 3) > 1, false),
        Fate::Completed => (true, true),
    };
    if !is_reviewed {
        return Ok(());
    }
    let lead = pick_lead(organisation, plan).context("an organisation lacks a team lead")?;
    let mut tx = TenantTx::begin(pool, lead).await?;
    store::commit_lazily(&mut tx).await?;
    let analysis = lock_current(&mut tx, id).await?;
    let suggested = analyses::find_analysis(&mut tx, id).await?.context("a report lacks its analysis")?;
    let decided = if is_signed_off { suggested.classifications.len() } else { 1 };
    for (throw, classification) in (50..).zip(suggested.classifications.iter().take(decided)) {
        decide_one(&mut tx, &analysis, plan, throw, classification).await?;
    }
    if suggested.classifications.is_empty() {
        add_own(&mut tx, &analysis).await?;
    }
    if is_signed_off {
        change_conditions(&mut tx, &analysis, plan, suggested.conditions).await?;
        let analysis = lock_current(&mut tx, id).await?;
        close::sign_off(&mut tx, &analysis).await?;
    }
    Ok(tx.commit().await?)
}

/// A team lead asks the reporter for more.
async fn send_back(pool: &PgPool, organisation: &Organisation, plan: &Plan, id: IncidentId) -> anyhow::Result<()> {
    let lead = pick_lead(organisation, plan).context("an organisation lacks a team lead")?;
    let mut tx = TenantTx::begin(pool, lead).await?;
    store::commit_lazily(&mut tx).await?;
    let analysis = lock_current(&mut tx, id).await?;
    close::send_back(&mut tx, &analysis, QUESTION).await?;
    Ok(tx.commit().await?)
}

/// What the job [`AnalyseIncident`] does, here and now.
async fn analyse(pool: &PgPool, organisation: &Organisation, id: IncidentId) -> anyhow::Result<()> {
    let mut tx = TenantTx::begin_for_system(pool, organisation.tenant_id).await?;
    store::commit_lazily(&mut tx).await?;
    let analysis = lock_current(&mut tx, id).await?;
    let account = review::find_account(&mut tx, analysis.narrative_id).await?;
    let (participant_name, _) = incidents::find_subject(&mut tx, id).await?;
    let suggestions = suggest_now(&mut tx, &account, &participant_name).await?;
    suggest::fill(&mut tx, id, analysis.id, &suggestions).await?;
    let result = json!({
        "analysis": analysis.id,
        "conditions": suggestions.conditions.output.0.len(),
        "classifications": suggestions.classifications.output.len(),
        "model": BUILT_IN,
    });
    note_job(&mut tx, id, AnalyseIncident::JOB_NAME, Action::AnalysisGenerated, result).await?;
    Ok(tx.commit().await?)
}

async fn suggest_now(tx: &mut TenantTx, account: &Narrative, participant_name: &str) -> anyhow::Result<Suggestions> {
    let started = Instant::now();
    let conditions = Made {
        output: conditions(account, participant_name),
        maker: maker(tx, WorkflowStep::AnalyseConditions, started).await?,
    };
    let started = Instant::now();
    let classifications = Made {
        output: classify(account, participant_name, None),
        maker: maker(tx, WorkflowStep::ClassifyIncident, started).await?,
    };
    Ok(Suggestions { conditions, classifications })
}

async fn maker(tx: &mut TenantTx, step: WorkflowStep, started: Instant) -> anyhow::Result<Maker> {
    let latency = started.elapsed();
    let prompt = prompts::find_active(tx, step).await?.version;
    Ok(Maker { model: BUILT_IN.to_owned(), prompt, fallback: None, latency })
}

fn pick_lead<'a>(organisation: &'a Organisation, plan: &Plan) -> Option<&'a Member> {
    let leads: Vec<_> = organisation.people.iter().filter(|person| person.role == Role::TeamLead).collect();
    leads.get(plan.dice().below(41, leads.len())).copied()
}

/// One in ten is changed, one in sixteen dismissed unless it is the first, all others are accepted.
async fn decide_one(
    tx: &mut TenantTx,
    analysis: &LockedAnalysis,
    plan: &Plan,
    throw: u64,
    classification: &Classification,
) -> anyhow::Result<()> {
    let is_first = throw == 50;
    let notes = NOTES.get(plan.dice().below(throw + 20, NOTES.len())).copied().unwrap_or_default();
    let seconds = i32::try_from(plan.dice().between(throw + 40, 15, 160)).unwrap_or_default();
    match plan.dice().between(throw, 1, 48) {
        1..=5 => {
            let chosen = ChosenClassification {
                incident_type: classification.incident_type,
                severity: other_severity(classification.severity),
                notes: notes.to_owned(),
            };
            decide::change(tx, analysis, classification.id, &chosen, seconds).await?;
        }
        6..=8 if !is_first => {
            decide::decide(tx, analysis, classification.id, Decision::Dismiss, notes, seconds).await?;
        }
        _ => decide::decide(tx, analysis, classification.id, Decision::Accept, "", 0).await?,
    }
    Ok(())
}

const fn other_severity(severity: Severity) -> Severity {
    match severity {
        Severity::Low | Severity::High => Severity::Medium,
        Severity::Medium => Severity::Low,
    }
}

/// The team lead's own classification, where nothing was suggested.
async fn add_own(tx: &mut TenantTx, analysis: &LockedAnalysis) -> anyhow::Result<()> {
    let chosen =
        ChosenClassification { incident_type: IncidentType::Other, severity: Severity::Low, notes: String::new() };
    decide::add(tx, analysis, &chosen, None, 45).await?;
    Ok(())
}

/// In one report of five the team lead takes a condition out or adds one.
async fn change_conditions(
    tx: &mut TenantTx,
    analysis: &LockedAnalysis,
    plan: &Plan,
    mut conditions: Vec<Condition>,
) -> anyhow::Result<()> {
    let seconds = i32::try_from(plan.dice().between(43, 30, 240)).unwrap_or_default();
    match plan.dice().between(42, 1, 10) {
        1 if conditions.len() > 1 => {
            conditions.pop();
        }
        1 | 2 => {
            let own = OWN_CONDITIONS.get(plan.dice().below(44, OWN_CONDITIONS.len()));
            conditions.extend(own.map(|(group, text)| Condition {
                group: *group,
                text: (*text).to_owned(),
                evidence: None,
            }));
        }
        _ => return Ok(()),
    }
    Ok(decide::save_conditions(tx, analysis, &conditions, seconds).await?)
}
