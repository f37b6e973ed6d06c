//! What every test finds: two organisations with people of each role, participants, sites, and
//! reports in several states. Everything goes through the product's own functions and role.

use super::story::{full_account, short_account};
use chrono::{Duration, Utc};
use serde::de::DeserializeOwned;
use sqlx::PgPool;
use supportsignal::{
    accounts::{email::Email, member::Member, permission::Permission, role::Role, store as accounts},
    analysis::{
        forms::Decision,
        jobs::AnalyseIncident,
        store::{close, decide, find_analysis, lock_current},
    },
    audit::{event::Action, store as audit},
    clarification::{jobs::GenerateQuestions, question::Answer, store as clarification},
    ids::{IncidentId, ParticipantId, PromptId, PromptTrialId, SiteId, TenantId, UserId},
    incidents::{
        details::{IncidentDetails, ReportedParticipant},
        enhancement::consolidate,
        incident::WizardStep,
        jobs::EnhanceNarrative,
        narrative::Narrative,
        store as incidents,
    },
    jobs::queue::{Job, JobContext},
    notifications::{notification::NotificationKind, store as notifications},
    platform::{Services, database::TenantTx, password_hash::PasswordHashing},
    tenants::standing::Standing,
};

use super::app;

/// Everybody's.
pub const PASSWORD: &str = "grevillea rain on tin";
/// Works for both organisations, as a support worker.
pub const WORKS_FOR_BOTH: &str = "both@example.org";
/// Runs the system.
pub const SYSTEM_ADMIN: &str = "system@example.org";

/// Two organisations that must never see each other.
pub struct Seed {
    pub banksia: TenantSeed,
    pub wattle: TenantSeed,
}

/// One of them.
pub struct TenantSeed {
    pub id: TenantId,
    pub slug: &'static str,
    /// The reporter of what follows, unless it says otherwise.
    pub worker: Member,
    pub colleague: Member,
    pub admin: Member,
    pub participant: ParticipantId,
    pub site: SiteId,
    /// Only the details are known.
    pub draft: IncidentId,
    /// Told, with questions of which one is answered.
    pub told: IncidentId,
    /// The colleague's, submitted and analysed, waiting for review.
    pub submitted: IncidentId,
    /// Sent back once, submitted again and signed off.
    pub completed: IncidentId,
}

/// The address of a person of one organisation, such as `lead@banksia.example`.
pub fn email(member: &str, tenant: &TenantSeed) -> String {
    format!("{member}@{}.example", tenant.slug)
}

/// Fills a migrated database.
pub async fn plant(pool: &PgPool) -> Seed {
    let folder = app::DataFolder::new();
    let services = app::services(pool.clone(), app::config(folder.path()));
    let password_hash = services.passwords.hash(PASSWORD.to_owned()).await.unwrap();
    let planter = Planter { services, password_hash };
    let both = planter.add_user(WORKS_FOR_BOTH).await;
    let seed = Seed {
        banksia: planter.plant_tenant("banksia", "Banksia Support", both).await,
        wattle: planter.plant_tenant("wattle", "Wattle Care", both).await,
    };
    let system_admin = planter.add_user(SYSTEM_ADMIN).await;
    let mut tx = TenantTx::begin_for_system(pool, TenantId::SYSTEM).await.unwrap();
    add_membership(&mut tx, system_admin, "Sasha Iyer", Role::SystemAdmin).await;
    tx.commit().await.unwrap();
    seed
}

struct Planter {
    services: Services,
    password_hash: String,
}

impl Planter {
    async fn add_user(&self, email: &str) -> UserId {
        let id = UserId::generate();
        accounts::create_user(&self.services.pool, id, &Email::parse(email).unwrap(), &self.password_hash)
            .await
            .unwrap();
        id
    }

    async fn plant_tenant(&self, slug: &'static str, name: &str, both: UserId) -> TenantSeed {
        let id = TenantId::generate();
        let mut tx = TenantTx::begin_for_system(&self.services.pool, id).await.unwrap();
        sqlx::query("insert into tenants (id, slug, name, status) values ($1, $2, $3, 'active')")
            .bind(id.uuid())
            .bind(slug)
            .bind(name)
            .execute(tx.connection())
            .await
            .unwrap();
        let people = [
            ("worker", "Priya Nair", Role::FrontlineWorker),
            ("colleague", "Tom Becker", Role::FrontlineWorker),
            ("lead", "Alex Moreau", Role::TeamLead),
            ("admin", "Dana Okafor", Role::CompanyAdmin),
            ("viewer", "Vera Lind", Role::Viewer),
        ];
        let mut members = Vec::new();
        for (account, display_name, role) in people {
            let user_id = self.add_user(&format!("{account}@{slug}.example")).await;
            add_membership(&mut tx, user_id, display_name, role).await;
            members.push(Member {
                tenant_id: id,
                tenant: slug.parse().unwrap(),
                tenant_name: name.to_owned(),
                time_zone: chrono_tz::Australia::Sydney,
                user_id,
                display_name: display_name.to_owned(),
                role,
                standing: Standing::Active,
                second_factor_required: false,
                acting: None,
            });
        }
        add_membership(&mut tx, both, "Bao Tran", Role::FrontlineWorker).await;
        let site = add_site(&mut tx).await;
        let participant = add_participant(&mut tx, site).await;
        let prompt = add_prompt(&mut tx, members[3].user_id).await;
        tx.commit().await.unwrap();

        let [worker, colleague, lead, admin, _viewer] = members.try_into().unwrap();
        let details = IncidentDetails {
            participant: ReportedParticipant::Known(participant),
            site: Some(site),
            location: "Kitchen".to_owned(),
            event_date_time: Utc::now() - Duration::days(2),
            late_reason: String::new(),
        };
        let draft = self.start(&worker, &details).await;
        let told = self.tell(&worker, &details, &short_account()).await;
        let submitted = self.submit(&colleague, &details).await;
        let completed = self.submit(&worker, &details).await;
        self.send_back(&lead, completed).await;
        self.send(&worker, completed).await;
        self.sign_off(&lead, completed).await;
        self.try_out(&admin, prompt, completed).await;
        TenantSeed { id, slug, worker, colleague, admin, participant, site, draft, told, submitted, completed }
    }

    async fn start(&self, reporter: &Member, details: &IncidentDetails) -> IncidentId {
        let mut tx = TenantTx::begin(&self.services.pool, reporter).await.unwrap();
        let id = incidents::insert_incident(&mut tx, reporter, details).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// As far as one answered question.
    async fn tell(&self, reporter: &Member, details: &IncidentDetails, narrative: &Narrative) -> IncidentId {
        let id = self.start(reporter, details).await;
        let mut tx = TenantTx::begin(&self.services.pool, reporter).await.unwrap();
        incidents::save_narrative(&mut tx, id, reporter.user_id, narrative).await.unwrap();
        GenerateQuestions::request(&mut tx, id).await.unwrap();
        incidents::touch_draft(&mut tx, id, WizardStep::ClarifyBefore).await.unwrap();
        tx.commit().await.unwrap();
        self.run_queued::<GenerateQuestions>().await;

        let mut tx = TenantTx::begin(&self.services.pool, reporter).await.unwrap();
        let questions = clarification::list_questions(&mut tx, id, None).await.unwrap();
        let answer = Answer { text: "Robin, Kim and I were there.".to_owned(), not_known: false };
        clarification::save_answers(&mut tx, id, reporter.user_id, &[(questions[0].id, answer)]).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn submit(&self, reporter: &Member, details: &IncidentDetails) -> IncidentId {
        let id = self.tell(reporter, details, &full_account()).await;
        let mut tx = TenantTx::begin(&self.services.pool, reporter).await.unwrap();
        EnhanceNarrative::request(&mut tx, id, false).await.unwrap();
        tx.commit().await.unwrap();
        self.run_queued::<EnhanceNarrative>().await;
        self.send(reporter, id).await;
        id
    }

    /// What the last button of the wizard does, and the work that follows from it.
    async fn send(&self, reporter: &Member, id: IncidentId) {
        let mut tx = TenantTx::begin(&self.services.pool, reporter).await.unwrap();
        let current = incidents::find_narrative(&mut tx, id).await.unwrap().unwrap();
        let consolidated = consolidate(|phase| current.narrative.phase(phase).to_owned());
        incidents::submit(&mut tx, id, current.id, &consolidated).await.unwrap();
        close::answer_return(&mut tx, id).await.unwrap();
        AnalyseIncident::request(&mut tx, id, current.id).await.unwrap();
        let kind = NotificationKind::IncidentSubmitted;
        notifications::notify_those_who_may(&mut tx, Permission::ReviewIncidents, kind, id).await.unwrap();
        tx.commit().await.unwrap();
        self.run_queued::<AnalyseIncident>().await;
    }

    async fn send_back(&self, lead: &Member, id: IncidentId) {
        let mut tx = TenantTx::begin(&self.services.pool, lead).await.unwrap();
        let analysis = lock_current(&mut tx, id).await.unwrap();
        close::send_back(&mut tx, &analysis, "Who else was in the kitchen?").await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Every suggestion is accepted.
    async fn sign_off(&self, lead: &Member, id: IncidentId) {
        let mut tx = TenantTx::begin(&self.services.pool, lead).await.unwrap();
        let analysis = lock_current(&mut tx, id).await.unwrap();
        for classification in find_analysis(&mut tx, id).await.unwrap().unwrap().classifications {
            decide::decide(&mut tx, &analysis, classification.id, Decision::Accept, "", 0).await.unwrap();
        }
        let analysis = lock_current(&mut tx, id).await.unwrap();
        close::sign_off(&mut tx, &analysis).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A try-out of the organisation's own prompt beside itself, not done yet.
    async fn try_out(&self, admin: &Member, prompt: PromptId, id: IncidentId) {
        let mut tx = TenantTx::begin(&self.services.pool, admin).await.unwrap();
        sqlx::query(
            "insert into prompt_trials (tenant_id, id, prompt_tenant_id, prompt_id, against_tenant_id, against_id,
                                        incident_id, requested_by)
             values ($1, $2, $1, $3, $1, $3, $4, $5)",
        )
        .bind(admin.tenant_id.uuid())
        .bind(PromptTrialId::generate().uuid())
        .bind(prompt.uuid())
        .bind(id.uuid())
        .bind(admin.user_id.uuid())
        .execute(tx.connection())
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// Takes the one job that waits and runs it here.
    async fn run_queued<J: Job + DeserializeOwned>(&self) {
        let pool = &self.services.pool;
        let payload: serde_json::Value =
            sqlx::query_scalar("delete from job_queue._private_jobs returning payload").fetch_one(pool).await.unwrap();
        let job: J = serde_json::from_value(payload).unwrap();
        job.run(JobContext { services: self.services.clone(), attempt: 1, max_attempts: J::MAX_ATTEMPTS })
            .await
            .unwrap();
    }
}

async fn add_membership(tx: &mut TenantTx, user_id: UserId, display_name: &str, role: Role) {
    let tenant_id = tx.tenant_id().uuid();
    sqlx::query("insert into memberships (tenant_id, user_id, display_name, role) values ($1, $2, $3, $4)")
        .bind(tenant_id)
        .bind(user_id.uuid())
        .bind(display_name)
        .bind(role.as_str())
        .execute(tx.connection())
        .await
        .unwrap();
    let details = serde_json::json!({ "role": role });
    audit::record(tx, Action::MembershipAdded, "membership", user_id.uuid(), details).await.unwrap();
}

async fn add_site(tx: &mut TenantTx) -> SiteId {
    let (tenant_id, id) = (tx.tenant_id().uuid(), SiteId::generate());
    sqlx::query("insert into sites (tenant_id, id, name) values ($1, $2, 'Rose Street')")
        .bind(tenant_id)
        .bind(id.uuid())
        .execute(tx.connection())
        .await
        .unwrap();
    id
}

async fn add_participant(tx: &mut TenantTx, site: SiteId) -> ParticipantId {
    let (tenant_id, id) = (tx.tenant_id().uuid(), ParticipantId::generate());
    sqlx::query("insert into participants (tenant_id, id, name, site_id) values ($1, $2, 'Robin Hale', $3)")
        .bind(tenant_id)
        .bind(id.uuid())
        .bind(site.uuid())
        .execute(tx.connection())
        .await
        .unwrap();
    id
}

/// A prompt of the organisation's own that is not in use.
async fn add_prompt(tx: &mut TenantTx, author: UserId) -> PromptId {
    let (tenant_id, id) = (tx.tenant_id().uuid(), PromptId::generate());
    sqlx::query(
        "insert into prompt_templates (tenant_id, id, prompt_name, prompt_version, workflow_step, template,
                                       input_schema, output_schema, created_by)
         values ($1, $2, 'clarification_questions', 1, 'generate_questions', 'Ask what is missing.', '{}', '{}', $3)",
    )
    .bind(tenant_id)
    .bind(id.uuid())
    .bind(author.uuid())
    .execute(tx.connection())
    .await
    .unwrap();
    id
}

/// The password hashing of the tests: as slow as the server's.
pub fn passwords() -> PasswordHashing {
    PasswordHashing::new(2)
}
