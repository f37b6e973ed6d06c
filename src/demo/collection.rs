//! A retrieval collection of our own: one demo organisation's documents, and questions as workers ask
//! them. Written as a folder in the BEIR format, so that it is read like any public collection.

use super::library::{BANKSIA, Document};
use crate::knowledge::{document::FileType, extraction};
use anyhow::anyhow;
use serde_json::json;
use std::{fs, path::Path};

const QUERIES: &str = include_str!("../knowledge/collection/queries.jsonl");
/// Which document answers which question: 2 answers it, 1 has a part of it.
const JUDGEMENTS: &str = include_str!("../knowledge/collection/qrels/test.tsv");
/// Questions that no document of the collection answers.
pub const UNANSWERABLE: &str = include_str!("../knowledge/collection/unanswerable.jsonl");

/// Writes corpus.jsonl, queries.jsonl and qrels/test.tsv into a folder, which is made if it isn't there.
pub fn write(folder: &Path) -> anyhow::Result<()> {
    let mut corpus = String::new();
    for document in BANKSIA {
        let line = json!({ "_id": document.stem(), "title": document.title, "text": text(document)? });
        corpus.push_str(&line.to_string());
        corpus.push('\n');
    }
    fs::create_dir_all(folder.join("qrels"))?;
    fs::write(folder.join("corpus.jsonl"), corpus)?;
    fs::write(folder.join("queries.jsonl"), QUERIES)?;
    Ok(fs::write(folder.join("qrels").join("test.tsv"), JUDGEMENTS)?)
}

fn text(document: &Document) -> anyhow::Result<String> {
    if document.file_type() != FileType::Html {
        return Ok(document.text.to_owned());
    }
    let page = extraction::read(document.file_type(), document.text.as_bytes().to_vec());
    let page = page.map_err(|_| anyhow!("the demo's {} can't be read", document.file))?;
    let sections =
        page.sections.into_iter().map(|section| format!("# {}\n\n{}", section.heading, section.place.content));
    Ok(sections.collect::<Vec<_>>().join("\n\n"))
}

#[cfg(test)]
mod tests {
    use super::{BANKSIA, JUDGEMENTS, QUERIES, UNANSWERABLE, write};
    use serde_json::Value;
    use std::{collections::HashSet, fs};

    fn ids(lines: &str) -> HashSet<String> {
        let ids = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        ids.map(|query| query["_id"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_judgement_is_about_a_question_and_a_document_that_are_there() {
        let queries = ids(QUERIES);
        let documents: HashSet<_> = BANKSIA.iter().map(|document| document.stem()).collect();
        let mut judged = HashSet::new();
        for line in JUDGEMENTS.lines().skip(1) {
            let [query, document, grade] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
            assert!(queries.contains(query) && documents.contains(document), "{line}");
            assert!(["1", "2"].contains(&grade), "{line}");
            judged.insert(query.to_owned());
        }
        assert_eq!(judged, queries);
        assert!(queries.len() >= 60 && queries.len() == QUERIES.lines().count());
        assert!(ids(UNANSWERABLE).len() >= 20 && ids(UNANSWERABLE).is_disjoint(&queries));
    }

    #[test]
    fn the_folder_holds_every_document_with_its_text() {
        let folder = std::env::temp_dir().join(format!("supportsignal-collection-{}", uuid::Uuid::now_v7()));
        write(&folder).unwrap();
        let corpus = fs::read_to_string(folder.join("corpus.jsonl")).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(ids(&corpus).len(), BANKSIA.len());
        assert!(!corpus.contains("<p>") && corpus.contains("left on a bus"));
    }
}
