//! Measuring search: how well it finds (`eval retrieval`) and how fast (`eval speed`), each on a private
//! PostgreSQL in a temporary folder that is removed afterwards. The product's own database isn't touched.

mod collection;
mod ground;
pub mod metrics;
mod speed;

pub use speed::measure_speed;

use super::{
    fusion::{MEANING_WEIGHT, fuse_with},
    hit::SearchQuery,
    search::{self, Candidate},
    store::search::Scope,
};
use crate::{demo::collection as own, ids::DocumentId, platform::config::Config};
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
/// Weights of meaning that are tried beside the one in use, in percent.
const WEIGHTS: [u8; 9] = [10, 20, 30, 40, 50, 60, 70, 80, 90];

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
    let mut weighted: [Vec<Figures>; 9] = Default::default();
    let mut latencies: [Latencies; 3] = Default::default();
    for query in &collection.queries {
        let found = ask(ground, query, &mut latencies).await?;
        let words = |one: &Candidate| (one.evidence.words > 0.0).then_some(one.evidence.words);
        let scores: [Vec<Option<f32>>; 3] = [
            found.iter().map(words).collect(),
            found.iter().map(|one| one.evidence.cosine).collect(),
            found.iter().map(|one| Some(one.score)).collect(),
        ];
        for (figures, scores) in measured.iter_mut().zip(&scores) {
            figures.push(Figures::of(&documents(&found, scores, &names), &query.relevant, CUT_OFF));
        }
        let evidence: Vec<_> = found.iter().map(|one| one.evidence).collect();
        for (figures, weight) in weighted.iter_mut().zip(WEIGHTS) {
            let scores: Vec<_> = fuse_with(f32::from(weight) / 100.0, &evidence).into_iter().map(Some).collect();
            figures.push(Figures::of(&documents(&found, &scores, &names), &query.relevant, CUT_OFF));
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
    let _ = write!(table, "hybrid's nDCG@10 by the weight of meaning ({MEANING_WEIGHT} in use):");
    for (figures, weight) in weighted.iter().zip(WEIGHTS) {
        let _ = write!(table, "  0.{} {:.4}", weight / 10, Figures::mean(figures).ndcg);
    }
    Ok(table)
}

/// Asks in each way, to see how long it takes; says what was found.
async fn ask(ground: &Ground, query: &Query, latencies: &mut [Latencies; 3]) -> anyhow::Result<Vec<Candidate>> {
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
    Ok(search::candidates(services, member, &question).await?.ranked)
}

/// The names of the documents found, best first; a document is as good as its best passage.
fn documents(found: &[Candidate], scores: &[Option<f32>], names: &HashMap<DocumentId, String>) -> Vec<String> {
    let mut scored: Vec<_> =
        found.iter().zip(scores).filter_map(|(one, score)| score.map(|score| (score, one))).collect();
    scored.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let mut documents: Vec<String> = Vec::new();
    for (_, candidate) in scored {
        let Some(name) = names.get(&candidate.document_id) else { continue };
        if !documents.contains(name) {
            documents.push(name.clone());
        }
    }
    documents
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
