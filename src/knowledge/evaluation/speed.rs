//! How fast search is in a tenant of 10,000 passages with other tenants beside it, and how fast passages
//! are read and embedded.
//!
//! The texts are sentences of the product's labelled accounts in a random order, so that words are as
//! common and as rare as in real documents. Some passages are really embedded, to measure the rate;
//! the others get vectors of chance, which take as long to compare.

use super::{
    ground::{Ground, add_tenant, insert_document},
    metrics::Latencies,
    say, say_progress,
};
use crate::{
    accounts::member::Member,
    ai::{
        embeddings::{LOCAL_DIMENSIONS, LOCAL_MODEL},
        evaluation::sentences,
    },
    ids::{DocumentId, TenantId},
    knowledge::{hit::SearchQuery, postings, search, store::embeddings},
    platform::{Services, config::Config, database::TenantTx},
};
use anyhow::Context;
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use std::{fmt::Write as _, time::Instant};

/// Passages of the tenant that is measured.
const PASSAGES: usize = 10_000;
/// Passages of each of the others, and the shared ones.
const OTHERS: [(&str, usize); 3] = [("other-one", 4_000), ("other-two", 4_000), ("other-three", 2_000)];
const SHARED: usize = 500;
const PASSAGES_OF_A_DOCUMENT: usize = 20;
/// About 180 tokens.
const WORDS_OF_A_PASSAGE: usize = 130;
const MOST_BYTES: usize = 1_200;
const EMBEDDED: usize = 256;
const QUESTIONS: usize = 300;
const SEED: u64 = 4;

/// Fills a private database, asks it questions and prints how long the answers took.
pub async fn measure_speed(config: Config) -> anyhow::Result<()> {
    let ground = Ground::prepare(config).await?;
    let outcome = measure(&ground).await;
    ground.remove().await?;
    say(&outcome?)
}

async fn measure(ground: &Ground) -> anyhow::Result<String> {
    let (services, member) = (&ground.services, &ground.member);
    let mut chance = StdRng::seed_from_u64(SEED);
    let words = sentences()?;
    for (slug, passages) in OTHERS {
        let other = add_tenant(services, slug).await?;
        fill(services, &other, passages, &words, &mut chance).await?;
    }
    let shared = Member { tenant_id: TenantId::SYSTEM, ..member.clone() };
    fill(services, &shared, SHARED, &words, &mut chance).await?;
    let indexed = fill(services, member, PASSAGES, &words, &mut chance).await?;
    let embedded = embedding_rate(services, &words, &mut chance).await?;
    ground.tidy().await?;

    let mut latencies = [Latencies::default(), Latencies::default()];
    for number in 0..QUESTIONS {
        let query = SearchQuery { text: question(&words, &mut chance), ..SearchQuery::default() };
        let started = Instant::now();
        let result = search::search(services, member, &query, 10).await?;
        let taken = started.elapsed();
        anyhow::ensure!(result.hits.len() == 10 && result.words_only.is_none(), "a question was not answered in full");
        // The first ones load the model and fill the caches, as they do in a server that has just started.
        if number >= QUESTIONS / 10 {
            latencies[0].add(taken);
        }
        let started = Instant::now();
        services.embedder.embed_question(&query.text).await.context("a question can't be embedded")?;
        if number >= QUESTIONS / 10 {
            latencies[1].add(started.elapsed());
        }
        say_progress(&format!("asked {} of {QUESTIONS} questions", number + 1));
    }
    say_progress("\n");
    let mut table = format!("{:<34}{:>10}{:>10}{:>10}\n", "ms", "p50", "p95", "p99");
    for (what, latencies) in
        ["hybrid search, 10,000 passages", "of that, the question's vector"].iter().zip(&mut latencies)
    {
        let [p50, p95, p99] = [50, 95, 99].map(|percent| latencies.percentile(percent));
        // Writing to a string can't fail.
        let _ = writeln!(table, "{what:<34}{p50:>10.1}{p95:>10.1}{p99:>10.1}");
    }
    let _ = writeln!(table, "{:<34}{indexed:>10.0}", "passages indexed a second");
    let _ = writeln!(table, "{:<34}{embedded:>10.1}", "passages embedded a second");
    Ok(table)
}

/// Writes passages with postings and vectors; says how many a second were written and indexed.
async fn fill(
    services: &Services,
    member: &Member,
    passages: usize,
    words: &[String],
    chance: &mut StdRng,
) -> anyhow::Result<f64> {
    let mut indexing = std::time::Duration::ZERO;
    let mut done = 0;
    while done < passages {
        let texts: Vec<String> = (0..PASSAGES_OF_A_DOCUMENT).map(|_| text(words, WORDS_OF_A_PASSAGE, chance)).collect();
        let title = text(words, 2, chance);
        let started = Instant::now();
        let id = DocumentId::generate();
        let mut tx = TenantTx::begin(&services.pool, member).await?;
        insert_document(&mut tx, id, &title, &texts).await?;
        postings::index_document(&mut tx, id).await?;
        tx.commit().await?;
        indexing += started.elapsed();
        let mut tx = TenantTx::begin(&services.pool, member).await?;
        let unembedded = embeddings::list_unembedded(&mut tx, LOCAL_MODEL, None, 1_000).await?;
        let vectors = unembedded.iter().map(|_| vector(chance)).collect();
        embeddings::insert_vectors(&mut tx, LOCAL_MODEL, &unembedded, vectors).await?;
        tx.commit().await?;
        done += PASSAGES_OF_A_DOCUMENT;
        say_progress(&format!("{}: {done} of {passages} passages", member.tenant));
    }
    say_progress("\n");
    Ok(f64::from(u32::try_from(done)?) / indexing.as_secs_f64())
}

async fn embedding_rate(services: &Services, words: &[String], chance: &mut StdRng) -> anyhow::Result<f64> {
    let texts: Vec<String> = (0..EMBEDDED).map(|_| text(words, WORDS_OF_A_PASSAGE, chance)).collect();
    services.embedder.embed_question("Is the model there?").await.context("the model can't be used")?;
    let started = Instant::now();
    services.embedder.embed(texts).await.context("passages can't be embedded")?;
    Ok(f64::from(u32::try_from(EMBEDDED)?) / started.elapsed().as_secs_f64())
}

fn text(sentences: &[String], words: usize, chance: &mut StdRng) -> String {
    let mut text = String::new();
    while text.split_whitespace().count() < words {
        let Some(sentence) = sentences.choose(chance) else { break };
        text.push_str(sentence);
        text.push(' ');
    }
    text.truncate(text.floor_char_boundary(MOST_BYTES));
    text
}

/// Some words of one sentence.
fn question(sentences: &[String], chance: &mut StdRng) -> String {
    let sentence = sentences.choose(chance).map_or("", String::as_str);
    let length = chance.random_range(5..=9);
    let words: Vec<&str> = sentence.split_whitespace().take(length).collect();
    format!("What do I do when {}?", words.join(" "))
}

fn vector(chance: &mut StdRng) -> Vec<f32> {
    let mut vector: Vec<f32> = (0..LOCAL_DIMENSIONS).map(|_| chance.random::<f32>() - 0.5).collect();
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|number| *number /= length);
    vector
}
