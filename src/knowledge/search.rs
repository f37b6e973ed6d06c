//! Search in the documents that a person may read: words (BM25) and meanings (cosine), fused.
//!
//! Words and meanings are looked for at the same time, each on a connection of its own; no transaction
//! is open while the question's vector is made.

mod vectors;

pub use vectors::{Made, Question};

use super::{
    bm25::WordRanking,
    fusion::{self, Evidence},
    highlight,
    hit::{Hit, SearchQuery, SearchResult, WordsOnly},
    jobs::EmbedDocuments,
    store::search::{self as store, Ground, Passage, PassageId, Scope, Scored},
};
use crate::{
    accounts::member::Member,
    error::AppError,
    ids::{DocumentId, TenantId},
    knowledge::document::FileType,
    platform::{Services, database::TenantTx},
};
use std::collections::{HashMap, HashSet};

/// The longest query that is looked at, in characters: a whole page of text.
const MAX_QUERY: usize = 4_000;
/// The most words of a query that are looked up.
const MAX_TERMS: usize = 100;
/// How many passages each half of search finds before they are ranked together.
const DEPTH: u8 = 100;

/// The passages that answer a query best, at most `limit`, of the documents that the member may read.
/// The caller has checked the permission to ask.
pub async fn search(
    services: &Services,
    member: &Member,
    query: &SearchQuery,
    limit: usize,
) -> Result<SearchResult, AppError> {
    let Candidates { ranked, terms, words_only } = candidates(services, member, query).await?;
    let related: Vec<Candidate> = ranked.into_iter().filter(|one| fusion::is_related(one.evidence)).collect();
    let documents: Vec<_> = related.iter().map(|one| (one.passage.tenant_id, one.document_id)).collect();
    let chosen: Vec<Candidate> =
        fusion::varied(&documents, limit).into_iter().filter_map(|place| related.get(place).copied()).collect();
    let hits = read_hits(services, member, query, &chosen, &terms).await?;
    Ok(SearchResult { hits, words_only })
}

/// A passage that may answer a query, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    pub passage: PassageId,
    pub document_id: DocumentId,
    pub evidence: Evidence,
    /// The share of the query's terms that stand in it, 0 to 1.
    pub term_share: f32,
    /// Words and meaning together, 0 to 1.
    pub score: f32,
}

/// What the two halves of search found.
#[derive(Debug, Clone, Default)]
pub struct Candidates {
    /// Best first.
    pub ranked: Vec<Candidate>,
    /// The query's words as the index has them.
    pub terms: Vec<String>,
    pub words_only: Option<WordsOnly>,
}

/// Both halves of search, ranked together; related to the query or not.
pub async fn candidates(services: &Services, member: &Member, query: &SearchQuery) -> Result<Candidates, AppError> {
    let text = cut(query.text.trim());
    if text.is_empty() {
        return Ok(Candidates::default());
    }
    let scope = Scope::new(member.role, query);
    let ground = survey(services, member, &scope, text).await?;
    if ground.own_passages + ground.shared_passages == 0 {
        return Ok(Candidates { terms: ground.terms, ..Candidates::default() });
    }
    let (words, made) = tokio::try_join!(
        find_words(services, member, &scope, &ground),
        find_meanings(services, member, &scope, &ground, text)
    )?;
    let Made { questions, problem } = made;
    if member.standing.may_write() {
        request_vectors(services, &questions).await?;
    }
    let has_vectors = questions.iter().any(|question| !question.hits.is_empty());
    let words_only = problem.or((!has_vectors).then_some(WordsOnly::NotReady));
    let ranked = rank(services, member, &words, &questions, ground.terms.len()).await?;
    Ok(Candidates { ranked, terms: ground.terms, words_only })
}

/// Has passages embedded of which none has a vector: the model may have been installed after they came.
async fn request_vectors(services: &Services, questions: &[Question]) -> Result<(), AppError> {
    for question in questions.iter().filter(|question| question.hits.is_empty()) {
        for tenant_id in &question.tenants {
            let mut tx = TenantTx::begin_for_system(&services.pool, *tenant_id).await?;
            EmbedDocuments::request(&mut tx).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

/// The query's words, and what may be searched.
pub async fn survey(services: &Services, member: &Member, scope: &Scope, text: &str) -> Result<Ground, AppError> {
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let mut ground = store::survey(&mut tx, scope, text).await?;
    tx.commit().await?;
    ground.terms.truncate(MAX_TERMS);
    Ok(ground)
}

/// The half that looks for words.
pub async fn find_words(
    services: &Services,
    member: &Member,
    scope: &Scope,
    ground: &Ground,
) -> Result<WordRanking, AppError> {
    if ground.terms.is_empty() {
        return Ok(WordRanking::default());
    }
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let ranking = store::rank_by_words(&mut tx, scope, &ground.terms).await?;
    tx.commit().await?;
    Ok(ranking)
}

/// The half that looks for meanings.
pub async fn find_meanings(
    services: &Services,
    member: &Member,
    scope: &Scope,
    ground: &Ground,
    text: &str,
) -> Result<Made, AppError> {
    let mut made = vectors::of_question(services, member, ground, text).await?;
    if made.questions.is_empty() {
        return Ok(made);
    }
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    for question in &mut made.questions {
        let Question { tenants, model, vector, .. } = &*question;
        question.hits = store::find_by_meaning(&mut tx, scope, tenants, model, vector, i64::from(DEPTH)).await?;
    }
    tx.commit().await?;
    Ok(made)
}

/// Everything that either half found, with what the other half says about it.
async fn rank(
    services: &Services,
    member: &Member,
    words: &WordRanking,
    questions: &[Question],
    terms: usize,
) -> Result<Vec<Candidate>, AppError> {
    let mut documents: HashMap<PassageId, DocumentId> = HashMap::new();
    let by_words = words.best(usize::from(DEPTH));
    let found = by_words.iter().chain(questions.iter().flat_map(|question| &question.hits));
    documents.extend(found.map(|Scored { passage, document_id, .. }| (*passage, *document_id)));
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let passages: Vec<PassageId> = documents.keys().copied().collect();
    let cosines = cosines(services, member, questions, &passages).await?;
    let model_of = |tenant_id| questions.iter().position(|question| question.tenants.contains(&tenant_id));
    let mut ranked: Vec<Candidate> = documents
        .into_iter()
        .map(|(passage, document_id)| {
            let words = words.of(passage);
            let model = model_of(passage.tenant_id).unwrap_or_default();
            let evidence = Evidence { words: words.score, cosine: cosines.get(&passage).copied(), model };
            Candidate { passage, document_id, evidence, term_share: share_of(words.terms, terms), score: 0.0 }
        })
        .collect();
    let evidence: Vec<Evidence> = ranked.iter().map(|one| one.evidence).collect();
    for (candidate, score) in ranked.iter_mut().zip(fusion::fuse(&evidence)) {
        candidate.score = score;
    }
    ranked.sort_by(|one, other| other.score.total_cmp(&one.score).then_with(|| one.passage.cmp(&other.passage)));
    Ok(ranked)
}

/// How near the passages are to the question; of those without a vector nothing.
async fn cosines(
    services: &Services,
    member: &Member,
    questions: &[Question],
    passages: &[PassageId],
) -> Result<HashMap<PassageId, f32>, AppError> {
    let mut cosines = HashMap::new();
    if questions.is_empty() {
        return Ok(cosines);
    }
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    for Question { tenants, model, vector, hits } in questions {
        cosines.extend(hits.iter().map(|hit| (hit.passage, hit.score)));
        let unknown = passages_without(passages, tenants, &cosines);
        if !unknown.is_empty() {
            cosines.extend(store::cosines_of(&mut tx, &unknown, model, vector).await?);
        }
    }
    tx.commit().await?;
    Ok(cosines)
}

fn passages_without(passages: &[PassageId], tenants: &[TenantId], known: &HashMap<PassageId, f32>) -> Vec<PassageId> {
    let is_unknown = |passage: &&PassageId| tenants.contains(&passage.tenant_id) && !known.contains_key(passage);
    passages.iter().filter(is_unknown).copied().collect()
}

fn share_of(part: u16, whole: usize) -> f32 {
    f32::from(part) / f32::from(u16::try_from(whole).unwrap_or(u16::MAX)).max(1.0)
}

/// The passages themselves, with the words of the query marked.
async fn read_hits(
    services: &Services,
    member: &Member,
    query: &SearchQuery,
    chosen: &[Candidate],
    terms: &[String],
) -> Result<Vec<Hit>, AppError> {
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let scope = Scope::new(member.role, query);
    let ids: Vec<PassageId> = chosen.iter().map(|one| one.passage).collect();
    let mut tx = TenantTx::begin(&services.pool, member).await?;
    let passages = store::read_passages(&mut tx, &scope, &ids).await?;
    let words = highlight::words(passages.iter().map(|passage| passage.content.as_str()));
    let wanted: HashSet<String> = store::words_of_terms(&mut tx, &words, terms).await?.into_iter().collect();
    tx.commit().await?;
    let mut passages: HashMap<PassageId, Passage> =
        passages.into_iter().map(|passage| (passage.passage, passage)).collect();
    chosen.iter().filter_map(|one| passages.remove(&one.passage).map(|passage| hit(one, passage, &wanted))).collect()
}

fn hit(candidate: &Candidate, passage: Passage, wanted: &HashSet<String>) -> Result<Hit, AppError> {
    Ok(Hit {
        document_tenant_id: passage.passage.tenant_id,
        document_id: passage.document_id,
        document_title: passage.document_title,
        file_type: FileType::parse(&passage.file_type).ok_or(AppError::Internal)?,
        tags: passage.tags,
        updated_at: passage.updated_at,
        chunk_id: passage.passage.chunk_id,
        heading: passage.heading,
        page: passage.page,
        highlights: highlight::ranges(&passage.content, wanted),
        content: passage.content,
        score: candidate.score,
        cosine: candidate.evidence.cosine,
        term_share: candidate.term_share,
    })
}

/// A text without what is too much of it.
pub fn cut(text: &str) -> &str {
    text.char_indices().nth(MAX_QUERY).map_or(text, |(end, _)| &text[..end])
}
