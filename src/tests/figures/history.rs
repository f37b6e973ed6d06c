//! What can happen to a few reports, by the product's own functions, in any order that they allow.

use super::TenantSeed;
use chrono::{Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use sqlx::PgPool;
use supportsignal::{
    accounts::{email::Email, member::Member, store as accounts},
    ai::{
        builtin::clarify::DraftQuestion,
        run::{Made, Maker},
    },
    analysis::{
        analysis::{Condition, ConditionGroup, IncidentType, ReviewState, Severity, SuggestedClassification},
        forms::{ChosenClassification, Decision},
        store::{
            LockedAnalysis, close, decide, find_analysis, find_locked, lock_current,
            suggest::{self, Suggestions},
        },
    },
    clarification::{question::Answer, store as clarification},
    error::AppError,
    ids::{AnalysisId, IncidentId, ParticipantId, SiteId, TenantId, UserId},
    incidents::{
        details::{IncidentDetails, ReportedParticipant},
        incident::CaptureStatus,
        narrative::{Narrative, Phase},
        store::{self as incidents, review},
    },
    platform::database::TenantTx,
    prompts::store::{WorkflowStep, find_active},
};

/// Conditions as different people write them.
const CONDITIONS: [&str; 6] = [
    "No handover.",
    "no handover.",
    " No  handover. ",
    "The room was loud",
    "The room was LOUD",
    "Two people were sick.",
];
/// Names that are in no register.
const NAMES: [&str; 3] = ["Jo Field", "jo  field", "Sky"];

/// An organisation with one reporter, one reviewer, and what reports can be about.
pub struct Cast {
    pub reporter: Member,
    pub reviewer: Member,
    pub sites: Vec<SiteId>,
    pub participants: Vec<ParticipantId>,
}

impl Cast {
    /// One of the seed's.
    pub fn of(tenant: &TenantSeed) -> Self {
        Self {
            reporter: tenant.worker.clone(),
            reviewer: tenant.admin.clone(),
            sites: vec![tenant.site],
            participants: vec![tenant.participant],
        }
    }

    /// A new one.
    pub async fn create(pool: &PgPool, like: &TenantSeed, seed: u64, time_zone: Tz) -> Self {
        let tenant_id = TenantId::generate();
        let mut people = Vec::new();
        for name in ["reporter", "reviewer"] {
            let user_id = UserId::generate();
            let email = Email::parse(&format!("{name}-{seed}@figures.example")).unwrap();
            accounts::create_user(pool, user_id, &email, "nobody signs in").await.unwrap();
            people.push(Member { tenant_id, user_id, time_zone, display_name: name.to_owned(), ..like.admin.clone() });
        }
        let mut tx = TenantTx::begin_for_system(pool, tenant_id).await.unwrap();
        sqlx::query("insert into tenants (id, slug, name, status, time_zone) values ($1, $2, $2, 'active', $3)")
            .bind(tenant_id.uuid())
            .bind(format!("figures-{seed}"))
            .bind(time_zone.name())
            .execute(tx.connection())
            .await
            .unwrap();
        for person in &people {
            sqlx::query(
                "insert into memberships (tenant_id, user_id, display_name, role) values ($1, $2, $3, 'team_lead')",
            )
            .bind(tenant_id.uuid())
            .bind(person.user_id.uuid())
            .bind(&person.display_name)
            .execute(tx.connection())
            .await
            .unwrap();
        }
        let (mut sites, mut participants) = (Vec::new(), Vec::new());
        for number in 0..3 {
            let (site, participant) = (SiteId::generate(), ParticipantId::generate());
            sqlx::query(
                "with added as (insert into sites (tenant_id, id, name) values ($1, $2, 'Site ' || $4))
                 insert into participants (tenant_id, id, name) values ($1, $3, 'Participant ' || $4)",
            )
            .bind(tenant_id.uuid())
            .bind(site.uuid())
            .bind(participant.uuid())
            .bind(number.to_string())
            .execute(tx.connection())
            .await
            .unwrap();
            sites.push(site);
            participants.push(participant);
        }
        tx.commit().await.unwrap();
        let [reporter, reviewer] = people.try_into().unwrap();
        Self { reporter, reviewer, sites, participants }
    }

    pub fn tenant(&self) -> TenantId {
        self.reporter.tenant_id
    }

    pub fn zone(&self) -> Tz {
        self.reporter.time_zone
    }
}

/// A few reports of events in a period, whose days are the organisation's.
pub struct History<'a> {
    pub cast: &'a Cast,
    pub period: (NaiveDate, NaiveDate),
    pub incidents: Vec<IncidentId>,
}

type Done = Result<(), AppError>;

impl History<'_> {
    /// Lets it happen, in transactions of one to four steps.
    pub async fn happen(&mut self, pool: &PgPool, chance: &mut StdRng) {
        let transactions = chance.random_range(6..12);
        for _ in 0..transactions {
            let mut tx = TenantTx::begin(pool, &self.cast.reviewer).await.unwrap();
            for _ in 0..chance.random_range(1..=4) {
                // What isn't possible now has changed nothing.
                let done = self.step(&mut tx, chance).await;
                assert!(!matches!(done, Err(AppError::Internal | AppError::Unavailable)), "a step failed");
            }
            tx.commit().await.unwrap();
        }
    }

    async fn step(&mut self, tx: &mut TenantTx, chance: &mut StdRng) -> Done {
        let Some(id) = self.incidents.choose(chance).copied() else {
            return self.start(tx, chance).await.map(|_| ());
        };
        if self.incidents.len() < 3 && chance.random_bool(0.12) {
            return self.start(tx, chance).await.map(|_| ());
        }
        match chance.random_range(0..20) {
            0..12 => self.advance(tx, id, chance).await,
            12 | 13 => self.change_details(tx, id, chance).await,
            14 => self.tell(tx, id, chance).await,
            15 => self.answer(tx, id, chance).await,
            16 => send_back(tx, id).await,
            17 => decide_one(tx, id, chance).await,
            _ => date(tx, id, chance).await,
        }
    }

    /// What usually comes next.
    async fn advance(&self, tx: &mut TenantTx, id: IncidentId, chance: &mut StdRng) -> Done {
        let incident = review::lock_incident(tx, id).await?;
        match incident.capture_status {
            CaptureStatus::Draft => self.tell(tx, id, chance).await,
            CaptureStatus::InProgress => match chance.random_range(0..3) {
                0 => self.ask(tx, id, chance).await,
                1 => self.answer(tx, id, chance).await,
                _ => submit(tx, id).await,
            },
            CaptureStatus::Completed => {
                let analysis = find_locked(tx, incident).await?.ok_or(AppError::NotFound)?;
                match analysis.state {
                    ReviewState::Draft => suggest(tx, &analysis, chance).await,
                    ReviewState::AiGenerated | ReviewState::UserReviewed => sign_off(tx, id, chance).await,
                    ReviewState::Completed => Ok(()),
                }
            }
        }
    }

    fn details(&self, chance: &mut StdRng) -> IncidentDetails {
        let days = (self.period.1 - self.period.0).num_days();
        let day = self.period.0 + Duration::days(chance.random_range(0..=days));
        // No time zone changes its clocks at these hours.
        let minute = chance.random_range(4 * 60..24 * 60);
        let local = day.and_hms_opt(0, 0, 0).unwrap() + Duration::minutes(minute);
        IncidentDetails {
            participant: match chance.random_range(0..5) {
                known @ 0..3 => {
                    ReportedParticipant::Known(self.cast.participants[known % self.cast.participants.len()])
                }
                _ => ReportedParticipant::Named((*NAMES.choose(chance).unwrap()).to_owned()),
            },
            site: self.cast.sites.get(chance.random_range(0..4)).copied(),
            location: String::new(),
            event_date_time: self.cast.zone().from_local_datetime(&local).unwrap().with_timezone(&Utc),
            late_reason: String::new(),
        }
    }

    pub async fn start(&mut self, tx: &mut TenantTx, chance: &mut StdRng) -> Result<IncidentId, AppError> {
        let id = incidents::insert_incident(tx, &self.cast.reporter, &self.details(chance)).await?;
        self.incidents.push(id);
        Ok(id)
    }

    async fn change_details(&self, tx: &mut TenantTx, id: IncidentId, chance: &mut StdRng) -> Done {
        incidents::lock_open_draft(tx, id, self.cast.reporter.user_id).await?;
        incidents::update_details(tx, id, &self.details(chance)).await
    }

    pub async fn tell(&self, tx: &mut TenantTx, id: IncidentId, chance: &mut StdRng) -> Done {
        let reporter = self.cast.reporter.user_id;
        incidents::lock_open_draft(tx, id, reporter).await?;
        let mut phase = || match chance.random_range(0..6) {
            0 => String::new(),
            1 => " \n\t".to_owned(),
            words => format!("Something happened {words} times."),
        };
        let narrative = Narrative { before: phase(), during: phase(), end: phase(), after: phase() };
        incidents::save_narrative(tx, id, reporter, &narrative).await.map(|_| ())
    }

    async fn ask(&self, tx: &mut TenantTx, id: IncidentId, chance: &mut StdRng) -> Done {
        let current = incidents::find_narrative(tx, id).await?.ok_or(AppError::NotFound)?;
        incidents::seal_narrative(tx, current.id).await?;
        let mut drafts = Vec::new();
        for topic in ["who", "when", "injury", "calm"] {
            let phase = *Phase::ALL.choose(chance).unwrap();
            let text = format!("Question {}", chance.random_range(0..2));
            drafts.push(DraftQuestion { phase, topic: topic.to_owned(), text, purpose: "To know".to_owned() });
        }
        drafts.truncate(chance.random_range(0..=4));
        let prompt = find_active(tx, WorkflowStep::GenerateQuestions).await?.version;
        let made = Made { output: drafts, maker: Maker::built_in(prompt) };
        clarification::replace_questions(tx, id, current.id, &[made]).await.map(|_| ())
    }

    async fn answer(&self, tx: &mut TenantTx, id: IncidentId, chance: &mut StdRng) -> Done {
        incidents::lock_open_draft(tx, id, self.cast.reporter.user_id).await?;
        let questions = clarification::list_questions(tx, id, None).await?;
        let answers: Vec<_> = questions
            .iter()
            .map(|question| {
                let text = if chance.random_bool(0.5) { "Kim was there.".to_owned() } else { String::new() };
                (question.id, Answer { not_known: text.is_empty() && chance.random_bool(0.5), text })
            })
            .collect();
        clarification::save_answers(tx, id, self.cast.reporter.user_id, &answers).await.map(|_| ())
    }
}

/// As the wizard's last button does.
pub async fn submit(tx: &mut TenantTx, id: IncidentId) -> Done {
    let current = incidents::find_narrative(tx, id).await?.ok_or(AppError::NotFound)?;
    incidents::submit(tx, id, current.id, "All of it.").await?;
    close::answer_return(tx, id).await?;
    suggest::insert_analysis(tx, AnalysisId::generate(), id, current.id).await
}

fn some_conditions(chance: &mut StdRng) -> Vec<Condition> {
    (0..chance.random_range(0..4))
        .map(|_| Condition {
            group: *[ConditionGroup::Human, ConditionGroup::Systemic].choose(chance).unwrap(),
            text: (*CONDITIONS.choose(chance).unwrap()).to_owned(),
            evidence: None,
        })
        .collect()
}

fn some_kind(chance: &mut StdRng) -> (IncidentType, Severity) {
    (*IncidentType::ALL.choose(chance).unwrap(), *Severity::ALL.choose(chance).unwrap())
}

async fn suggest(tx: &mut TenantTx, analysis: &LockedAnalysis, chance: &mut StdRng) -> Done {
    let maker = Maker::built_in(find_active(tx, WorkflowStep::ClassifyIncident).await?.version);
    let classifications = (0..chance.random_range(0..4))
        .map(|_| {
            let (incident_type, severity) = some_kind(chance);
            SuggestedClassification { incident_type, severity, confidence: 0.5, evidence: Vec::new() }
        })
        .collect();
    let suggestions = Suggestions {
        conditions: Made { output: (some_conditions(chance), 0.5), maker: maker.clone() },
        classifications: Made { output: classifications, maker },
    };
    suggest::fill(tx, analysis.incident.id, analysis.id, &suggestions).await
}

fn some_choice(chance: &mut StdRng) -> ChosenClassification {
    let (incident_type, severity) = some_kind(chance);
    ChosenClassification { incident_type, severity, notes: String::new() }
}

/// Decides on everything, now and then on the conditions, too, and signs off if something stands.
async fn sign_off(tx: &mut TenantTx, id: IncidentId, chance: &mut StdRng) -> Done {
    let analysis = lock_current(tx, id).await?;
    let found = find_analysis(tx, id).await?.ok_or(AppError::NotFound)?;
    for classification in &found.classifications {
        match chance.random_range(0..8) {
            0 => decide::decide(tx, &analysis, classification.id, Decision::Dismiss, "", 1).await?,
            1 | 2 => decide::change(tx, &analysis, classification.id, &some_choice(chance), 1).await?,
            _ => decide::decide(tx, &analysis, classification.id, Decision::Accept, "", 1).await?,
        }
    }
    if found.classifications.is_empty() || chance.random_bool(0.2) {
        decide::add(tx, &analysis, &some_choice(chance), None, 1).await?;
    }
    if chance.random_bool(0.3) {
        decide::save_conditions(tx, &analysis, &some_conditions(chance), 1).await?;
    }
    let analysis = lock_current(tx, id).await?;
    close::sign_off(tx, &analysis).await
}

async fn decide_one(tx: &mut TenantTx, id: IncidentId, chance: &mut StdRng) -> Done {
    let analysis = lock_current(tx, id).await?;
    let found = find_analysis(tx, id).await?.ok_or(AppError::NotFound)?;
    let classification = found.classifications.choose(chance).ok_or(AppError::NotFound)?;
    let decision = *[Decision::Accept, Decision::Dismiss, Decision::Restore].choose(chance).unwrap();
    decide::decide(tx, &analysis, classification.id, decision, "", 1).await
}

async fn send_back(tx: &mut TenantTx, id: IncidentId) -> Done {
    let analysis = lock_current(tx, id).await?;
    close::send_back(tx, &analysis, "Who else was there?").await
}

/// Moves a report to its time, as the demo does; now and then its event comes after it.
async fn date(tx: &mut TenantTx, id: IncidentId, chance: &mut StdRng) -> Done {
    let tenant_id = tx.tenant_id().uuid();
    sqlx::query(
        "update incidents set created_at = event_date_time + make_interval(mins => $3),
                submitted_at = case when submitted_at is not null then event_date_time + make_interval(mins => $3 + $4) end
         where tenant_id = $1 and id = $2",
    )
    .bind(tenant_id)
    .bind(id.uuid())
    .bind(chance.random_range(-30..5_000))
    .bind(chance.random_range(0..3_000))
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "update incident_analyses a set completed_at = i.submitted_at + make_interval(mins => $3)
         from incidents i
         where a.tenant_id = $1 and i.tenant_id = $1 and i.id = $2 and a.incident_id = i.id and a.completed_at is not null",
    )
    .bind(tenant_id)
    .bind(id.uuid())
    .bind(chance.random_range(0..20_000))
    .execute(tx.connection())
    .await?;
    Ok(())
}
