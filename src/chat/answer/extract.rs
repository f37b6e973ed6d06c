//! An answer of the built-in engine, with its citations.

use super::{retrieval::Source, written::Written};
use crate::{
    ai::{
        builtin::answer::{Answer, Before, Passage, Reading, Statement, StatementForm},
        embeddings::LOCAL_MODEL,
    },
    chat::{
        message::AnswerOutcome,
        store::answers::{Ended, NewCitation},
    },
    platform::Services,
};

/// How many candidates are compared by meaning.
const MOST_COMPARED: usize = 40;

/// The vector of a question, with the model that made it.
pub type QuestionVector = Option<(String, Vec<f32>)>;

/// The question's vector by the model on this machine, if it is there.
pub async fn vector_of(services: &Services, question: &str) -> QuestionVector {
    let vector = services.embedder.embed_question(question).await.ok()?;
    Some((LOCAL_MODEL.to_owned(), vector))
}

/// Answers with sentences of the sources, or finds nothing, or nothing that the answers before haven't said.
pub async fn extract(
    services: &Services,
    question: &str,
    before: Before<'_>,
    vector: &QuestionVector,
    sources: &[Source],
) -> Written {
    let above: Vec<String> = sources.iter().map(|source| source.heading.clone()).collect();
    let passages: Vec<Passage<'_>> = sources
        .iter()
        .zip(&above)
        .map(|(source, heading)| Passage {
            title: &source.document_title,
            heading,
            text: &source.content,
            score: source.score,
        })
        .collect();
    let reading = Reading::of(question, before, &passages);
    let cosines = cosines(services, before.questions, question, vector, &reading).await;
    match reading.answer(cosines.as_deref()) {
        Answer::Found(statements) => cited(&statements, sources),
        Answer::NothingFurther => Written::nothing_further(sources),
        Answer::Nothing => Written::not_found(sources),
    }
}

async fn cosines(
    services: &Services,
    carried: &str,
    question: &str,
    vector: &QuestionVector,
    reading: &Reading,
) -> Option<Vec<f32>> {
    let texts = reading.texts(MOST_COMPARED);
    let (_, vector) = vector.as_ref()?;
    if texts.is_empty() {
        return None;
    }
    let whole = if carried.is_empty() { None } else { vector_of(services, &format!("{carried} {question}")).await };
    let vector = whole.as_ref().map_or(vector, |(_, vector)| vector);
    let vectors = services.embedder.embed_now(texts).await.ok()?;
    Some(vectors.iter().map(|other| cosine(vector, other)).collect())
}

/// Of unit vectors.
pub fn cosine(left: &[f32], right: &[f32]) -> f32 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

/// The statements as a text, each with the number of its passage. Passages are numbered as they are
/// first cited.
fn cited(statements: &[Statement], sources: &[Source]) -> Written {
    let mut numbers: Vec<usize> = Vec::new();
    let mut text = String::new();
    let mut citations: Vec<NewCitation> = Vec::new();
    let mut before: Option<&Statement> = None;
    let mut step = 0;
    for statement in statements {
        let place = numbers.iter().position(|passage| *passage == statement.passage).unwrap_or_else(|| {
            numbers.push(statement.passage);
            numbers.len() - 1
        });
        let number = i32::try_from(place + 1).unwrap_or(i32::MAX);
        text.push_str(gap(before, statement));
        step = if statement.form == StatementForm::Step { step + 1 } else { 0 };
        match statement.form {
            StatementForm::Step => text.push_str(&format!("{step}. ")),
            StatementForm::Item => text.push_str("- "),
            StatementForm::Sentence | StatementForm::Lead => {}
        }
        text.push_str(&statement.text);
        // The items behind it have the citation.
        if statement.form != StatementForm::Lead {
            text.push_str(&format!(" [{number}]"));
        }
        note(&mut citations, number, statement, sources);
        before = Some(statement);
    }
    Written { text, sources: citations, ended: Ended::Completed(AnswerOutcome::Answered) }
}

fn gap(before: Option<&Statement>, statement: &Statement) -> &'static str {
    let is_item = |form| matches!(form, StatementForm::Item | StatementForm::Step);
    match before {
        None => "",
        Some(before) if before.passage != statement.passage => "\n\n",
        Some(before) if is_item(before.form) && is_item(statement.form) => "\n",
        Some(before) if is_item(before.form) != is_item(statement.form) => "\n\n",
        Some(_) if statement.form == StatementForm::Lead => "\n\n",
        Some(_) => " ",
    }
}

/// The first statement of a passage is its quote.
fn note(citations: &mut Vec<NewCitation>, number: i32, statement: &Statement, sources: &[Source]) {
    if citations.iter().any(|citation| citation.number == number) {
        return;
    }
    if let Some(source) = sources.get(statement.passage) {
        citations.push(source.citation(number, statement.text.chars().take(600).collect(), true));
    }
}

#[cfg(test)]
mod tests {
    use super::{Statement, StatementForm, cited};
    use crate::{
        chat::answer::retrieval::Source,
        ids::{ChunkId, DocumentId, TenantId},
    };

    fn statement(passage: usize, text: &str, form: StatementForm) -> Statement {
        Statement { passage, text: text.to_owned(), form }
    }

    #[test]
    fn an_answer_is_set_as_its_passages_are() {
        let source = |number| Source {
            number,
            document_tenant_id: TenantId::SYSTEM,
            document_id: DocumentId::generate(),
            document_title: "Policy".to_owned(),
            chunk_id: ChunkId::generate(),
            heading: String::new(),
            page: None,
            content: String::new(),
            score: 1.0,
        };
        let statements = [
            statement(1, "After an error:", StatementForm::Lead),
            statement(1, "Stay.", StatementForm::Step),
            statement(1, "Ring.", StatementForm::Step),
            statement(0, "It is locked.", StatementForm::Sentence),
            statement(0, "The lead has the key.", StatementForm::Sentence),
        ];
        let written = cited(&statements, &[source(1), source(2)]);
        assert_eq!(
            written.text,
            "After an error:\n\n1. Stay. [1]\n2. Ring. [1]\n\nIt is locked. [2] The lead has the key. [2]"
        );
        let quotes: Vec<_> = written.sources.iter().map(|source| (source.number, source.quote.as_str())).collect();
        assert_eq!(quotes, [(1, "After an error:"), (2, "It is locked.")]);
    }
}
