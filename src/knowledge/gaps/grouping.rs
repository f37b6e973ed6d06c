//! A new unanswered question: into the open gap that asks the same, or a gap of its own.

use super::{gap::UnansweredCause, store};
use crate::{
    error::AppError,
    ids::{GapId, UserId},
    incidents::narrative::clean_text,
    platform::database::TenantTx,
};

/// The least cosine of a question and the middle of a gap's questions at which they ask the same.
///
/// Compared with the middle and not with the nearest question, so that a gap doesn't wander from
/// neighbour to neighbour. Measured with the model on this machine on 42 questions about 14 matters, in
/// 40 orders: of the pairs that came together 92 % belonged together, and of those that belonged
/// together 60 % came (at 0.50: 84 and 72 %; at 0.58: 96 and 52 %). Precision counts more: what stayed
/// apart can be put together by hand, what came together can't be taken apart.
pub const SAME_MEANING: f64 = 0.54;

/// The same without vectors: the least share of words in common (Dice coefficient of stems). Two of
/// three words are not enough: "annual leave policy" and "parental leave policy" are two questions.
pub const SAME_WORDS: f64 = 0.7;

/// A question that the documents could not answer.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUnanswered {
    pub question: String,
    pub asked_by: UserId,
    pub cause: UnansweredCause,
    /// The model and the question's vector, if there is one.
    pub embedding: Option<(String, Vec<f32>)>,
    /// The cosine of the nearest passage, if there was a vector.
    pub best_score: Option<f32>,
}

/// Notes the question. Gaps that are answered or dismissed take in nothing: that somebody asks again
/// is news. The same person asking the same again counts once.
pub async fn record(tx: &mut TenantTx, question: &NewUnanswered) -> Result<(), AppError> {
    let text: String = clean_text(&question.question).trim().chars().take(store::MAX_QUESTION_CHARACTERS).collect();
    if text.is_empty() {
        return Ok(());
    }
    let question = NewUnanswered { question: text, ..question.clone() };
    // Two people who ask the same at once make one gap.
    store::lock(tx).await?;
    let gap = match find_same(tx, &question).await? {
        Some(gap) => gap,
        None => store::insert_gap(tx, &question.question).await?,
    };
    store::insert_question(tx, gap, &question).await?;
    store::retitle(tx, gap).await
}

/// The open gap that asks the same: by meaning where vectors can be compared, else by words.
async fn find_same(tx: &mut TenantTx, question: &NewUnanswered) -> Result<Option<GapId>, AppError> {
    if let Some((model, vector)) = &question.embedding
        && let Some((gap, cosine)) = store::find_nearest_by_meaning(tx, model, vector).await?
        && cosine >= SAME_MEANING
    {
        return Ok(Some(gap));
    }
    let model = question.embedding.as_ref().map(|(model, _)| model.as_str());
    let nearest = store::find_nearest_by_words(tx, &question.question, model).await?;
    Ok(nearest.filter(|(_, share)| *share >= SAME_WORDS).map(|(gap, _)| gap))
}
