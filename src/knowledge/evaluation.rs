//! Measuring search: how well it finds (`eval retrieval`) and how fast (`eval speed`), each on a private
//! PostgreSQL in a temporary folder that is removed afterwards. The product's own database isn't touched.

mod collection;
mod ground;
mod metrics;
mod speed;

pub use speed::measure_speed;

use super::{
    hit::SearchQuery,
    search::{self, Candidate},
    store::search::Scope,
};
use crate::{demo::collection as own, platform::config::Config};
use anyhow::Context;
use collection::{Collection, Query};
use ground::Ground;
use metrics::{Figures, Latencies};
use std::{
    collections::HashMap,
    env,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
    time::Instant,
};
use uuid::Uuid;

/// How many documents the figures look at.
const CUT_OFF: usize = 10;

/// The ways to search that are compared.
const WAYS: [&str; 3] = ["bm25", "vector", "hybrid"];

/// Loads a collection in BEIR's format and prints how well and how fast its questions are answered, by
/// words, by meanings, and by both; without a folder, the product's own collection.
pub async fn measure_retrieval(config: Config, folder: Option<&Path>) -> anyhow::Result<()> {
    let collection = match folder {
        Some(folder) => Collection::read(folder)?,
        None => read_own()?,
    };
    say(&format!("{} documents, {} questions with answers", collection.documents.len(), collection.queries.len()))?;
    let ground = Ground::prepare(config).await?;
    let outcome = measure(&ground, &collection).await;
    ground.remove().await?;
    say(&outcome?)
}

fn read_own() -> anyhow::Result<Collection> {
    let folder = env::temp_dir().join(format!("supportsignal-collection-{}", Uuid::now_v7()));
    own::write(&folder)?;
    let collection = Collection::read(&folder);
    fs::remove_dir_all(&folder)?;
    collection
}

async fn measure(ground: &Ground, collection: &Collection) -> anyhow::Result<String> {
    let names = ground.load(&collection.documents).await?;
    ground.embed().await?;
    ground.tidy().await?;
    let mut measured: [Vec<Figures>; 3] = Default::default();
    let mut latencies: [Latencies; 3] = Default::default();
    for query in &collection.queries {
        let rankings = ask(ground, query, &names, &mut latencies).await?;
        for (figures, ranking) in measured.iter_mut().zip(&rankings) {
            figures.push(Figures::of(ranking, &query.relevant, CUT_OFF));
        }
    }
    let mut table =
        format!("{:<8}{:>10}{:>12}{:>10}{:>10}{:>10}\n", "", "nDCG@10", "recall@10", "MRR@10", "p50 ms", "p95 ms");
    for ((way, figures), latencies) in WAYS.iter().zip(&measured).zip(&mut latencies) {
        let Figures { ndcg, recall, mrr } = Figures::mean(figures);
        let (p50, p95) = (latencies.percentile(50), latencies.percentile(95));
        // Writing to a string can't fail.
        let _ = writeln!(table, "{way:<8}{ndcg:>10.4}{recall:>12.4}{mrr:>10.4}{p50:>10.1}{p95:>10.1}");
    }
    Ok(table)
}

/// The documents that each way finds, best first; a document is as good as its best passage.
async fn ask(
    ground: &Ground,
    query: &Query,
    names: &HashMap<crate::ids::DocumentId, String>,
    latencies: &mut [Latencies; 3],
) -> anyhow::Result<[Vec<String>; 3]> {
    let (services, member) = (&ground.services, &ground.member);
    let question = SearchQuery { text: query.text.clone(), ..SearchQuery::default() };
    let scope = Scope::new(member.role, &question);
    let text = search::cut(query.text.trim());
    let [words, meanings, both] = latencies;

    let started = Instant::now();
    let survey = search::survey(services, member, &scope, text).await?;
    search::find_words(services, member, &scope, &survey).await?;
    words.add(started.elapsed());
    let started = Instant::now();
    let survey = search::survey(services, member, &scope, text).await?;
    search::find_meanings(services, member, &scope, &survey, text).await?;
    meanings.add(started.elapsed());
    let started = Instant::now();
    search::search(services, member, &question, CUT_OFF).await?;
    both.add(started.elapsed());

    let found = search::candidates(services, member, &question).await?.ranked;
    let by = |score: &dyn Fn(&Candidate) -> Option<f32>| {
        let mut scored: Vec<_> = found.iter().filter_map(|one| score(one).map(|score| (score, one))).collect();
        scored.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        let mut documents: Vec<String> = Vec::new();
        for (_, candidate) in scored {
            let Some(name) = names.get(&candidate.document_id) else { continue };
            if !documents.contains(name) {
                documents.push(name.clone());
            }
        }
        documents
    };
    Ok([
        by(&|one| (one.evidence.words > 0.0).then_some(one.evidence.words)),
        by(&|one| one.evidence.cosine),
        by(&|one| Some(one.score)),
    ])
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(io::stdout().lock(), "{}", text.trim_end()).context("standard output can't be written")
}

/// A line that the next one takes the place of.
fn say_progress(text: &str) {
    let mut out = io::stderr().lock();
    // Progress that can't be shown is no reason to stop.
    let _ = write!(out, "\r{text}  ").and_then(|()| out.flush());
}
