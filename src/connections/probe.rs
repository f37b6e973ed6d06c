//! One look at one thing. Nothing that a library says of an error is told: it may quote addresses and keys.

use super::{
    connection::{CheckStatus, Target},
    store,
};
use crate::{
    accounts::member::Member,
    ai::embeddings::EmbeddingProblem,
    error::AppError,
    ids::ProviderId,
    platform::{Services, database::TenantTx, files::Files, mail::MailCheck, trace},
    providers::{
        connection_test,
        provider_settings::{TestResult, advice, problem_sentence},
        store::providers::find_provider,
    },
};
use std::time::{Duration, Instant};
use tokio::time::timeout;
use uuid::Uuid;

/// How long anything may take to answer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub target: Target,
    pub provider_id: Option<ProviderId>,
    pub status: CheckStatus,
    pub latency_ms: Option<i32>,
    pub error: Option<String>,
}

/// How something is, before it is said how long it took.
enum Outcome {
    Works,
    Limited(String),
    Failed(String),
}

async fn look(target: Target, probe: impl Future<Output = Outcome> + Send) -> Finding {
    let started = Instant::now();
    let outcome = timeout(PATIENCE, probe).await;
    let took = i32::try_from(started.elapsed().as_millis()).unwrap_or(i32::MAX);
    let late = || Outcome::Failed(format!("It didn't answer within {} seconds.", PATIENCE.as_secs()));
    let (status, latency_ms, error) = match outcome.unwrap_or_else(|_| late()) {
        Outcome::Works => (CheckStatus::Works, Some(took), None),
        Outcome::Limited(sentence) => (CheckStatus::Limited, None, Some(sentence)),
        Outcome::Failed(sentence) => (CheckStatus::Failed, Some(took), Some(sentence)),
    };
    if status == CheckStatus::Failed {
        tracing::warn!(connection.target = target.as_str(), "a connection doesn't work");
    }
    Finding { target, provider_id: None, status, latency_ms, error }
}

/// A round trip to the database.
pub async fn database(services: &Services, member: &Member) -> Finding {
    let trip = async {
        let mut tx = TenantTx::begin(&services.pool, member).await?;
        store::ping(&mut tx).await
    };
    look(Target::Database, async {
        match trip.await {
            Ok(()) => Outcome::Works,
            Err(_) => Outcome::Failed("The database didn't answer.".to_owned()),
        }
    })
    .await
}

/// The database's extension for vectors.
pub async fn vectors(services: &Services, member: &Member) -> Finding {
    let version = async {
        let mut tx = TenantTx::begin(&services.pool, member).await?;
        store::find_vector_version(&mut tx).await
    };
    look(Target::Vectors, async {
        match version.await {
            Ok(Some(_)) => Outcome::Works,
            Ok(None) => Outcome::Failed("The extension isn't installed in this database.".to_owned()),
            Err(_) => Outcome::Failed("The database didn't answer.".to_owned()),
        }
    })
    .await
}

/// A connection to the mail server, without a mail.
pub async fn mail(services: &Services) -> Finding {
    look(Target::Mail, async {
        match services.mailer.check().await {
            MailCheck::Taken => Outcome::Works,
            MailCheck::Files => Outcome::Limited(
                "No mail server is set up. Mail is kept as files on the server and reaches nobody.".to_owned(),
            ),
            MailCheck::Refused => Outcome::Failed(
                "The mail server doesn't take our connection. Whoever runs the server should check its mail settings."
                    .to_owned(),
            ),
        }
    })
    .await
}

/// A file that is written, read and removed. A slow store goes on by itself, so that nothing stays there.
pub async fn files(services: &Services, member: &Member) -> Finding {
    let key = format!("{}/connection-checks/{}", member.tenant_id, Uuid::now_v7());
    let files = services.files.clone();
    let trip = services.tasks.spawn(trace::carry(async move { carry_file(&files, &key).await }));
    look(Target::Files, async {
        match trip.await {
            Ok(Ok(())) => Outcome::Works,
            Ok(Err(_)) | Err(_) => Outcome::Failed(
                "A file can't be written, read and removed. Whoever runs the server should check its file store."
                    .to_owned(),
            ),
        }
    })
    .await
}

/// There and back. It is removed whatever came before: what failed may have been written all the same.
async fn carry_file(files: &Files, key: &str) -> Result<(), AppError> {
    let found = async {
        files.put(key, b"probe".to_vec()).await?;
        files.get(key).await
    }
    .await;
    files.delete(key).await?;
    if found? == b"probe" { Ok(()) } else { Err(AppError::Internal) }
}

/// A vector of one word, made on this machine.
pub async fn model(services: &Services) -> Finding {
    look(Target::Model, async {
        match services.embedder.embed_question("probe").await {
            Ok(_) => Outcome::Works,
            Err(EmbeddingProblem::NoModel) => Outcome::Limited(
                "The model isn't installed on this server. Unless a provider compares meanings, search compares words only."
                    .to_owned(),
            ),
            Err(_) => Outcome::Failed("The model is there, but it failed.".to_owned()),
        }
    })
    .await
}

/// The connection test of an AI provider. A slow one goes on by itself, so that what it costs is counted.
pub async fn provider(services: &Services, member: &Member, id: ProviderId) -> Finding {
    let task = services.tasks.spawn(trace::carry({
        let (services, member) = (services.clone(), member.clone());
        async move { test_provider(&services, &member, id).await }
    }));
    let finding = look(Target::AiProvider, async {
        match task.await {
            Ok(Ok(Some(TestResult { problem: None, .. }))) => Outcome::Works,
            Ok(Ok(Some(TestResult { problem: Some(problem), .. }))) => {
                let sentence = problem_sentence(problem);
                Outcome::Failed(
                    advice(problem).map_or_else(|| sentence.clone(), |advice| format!("{sentence} {advice}")),
                )
            }
            Ok(Err(AppError::Invalid { fields })) => Outcome::Limited(
                fields.into_iter().next().map_or_else(|| "It can't be tested.".to_owned(), |field| field.message),
            ),
            Ok(Ok(None) | Err(_)) | Err(_) => Outcome::Failed("It could not be tested.".to_owned()),
        }
    })
    .await;
    Finding { provider_id: Some(id), ..finding }
}

async fn test_provider(services: &Services, member: &Member, id: ProviderId) -> Result<Option<TestResult>, AppError> {
    connection_test::run(services, member, id).await?;
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    Ok(find_provider(&mut tx, id).await?.last_test)
}
