//! A collection of documents, questions and judgements in BEIR's format: `corpus.jsonl` and
//! `queries.jsonl` with `_id` and `text` (and `title`), `qrels/test.tsv` with query, document and gain.

use anyhow::{Context, bail};
use serde::Deserialize;
use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
};

/// Documents, and the questions that have an answer among them.
#[derive(Debug, Default, PartialEq)]
pub struct Collection {
    pub documents: Vec<Document>,
    pub queries: Vec<Query>,
}

/// One document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Document {
    #[serde(rename = "_id")]
    pub id: String,
    #[serde(default)]
    pub title: String,
    #[serde(default)]
    pub text: String,
}

/// One question.
#[derive(Debug, PartialEq)]
pub struct Query {
    pub text: String,
    /// How good each document is as its answer.
    pub relevant: HashMap<String, u32>,
}

impl Collection {
    /// Reads a folder.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let documents: Vec<Document> = json_lines(&folder.join("corpus.jsonl"))?;
        let texts: Vec<Document> = json_lines(&folder.join("queries.jsonl"))?;
        let mut judgements = judgements(&folder.join("qrels").join("test.tsv"))?;
        let mut queries = Vec::new();
        for query in texts {
            if let Some(relevant) =
                judgements.remove(&query.id).filter(|relevant| relevant.values().any(|gain| *gain > 0))
            {
                queries.push(Query { text: query.text, relevant });
            }
        }
        if documents.is_empty() || queries.is_empty() {
            bail!("{} holds no documents, or no questions with answers", folder.display());
        }
        Ok(Self { documents, queries })
    }
}

fn lines(path: &Path) -> anyhow::Result<impl Iterator<Item = anyhow::Result<String>> + use<>> {
    let file = File::open(path).with_context(|| format!("{} can't be read", path.display()))?;
    let path = path.to_owned();
    Ok(BufReader::new(file).lines().map(move |line| line.with_context(|| format!("{} can't be read", path.display()))))
}

fn json_lines<T: for<'a> Deserialize<'a>>(path: &Path) -> anyhow::Result<Vec<T>> {
    let mut items = Vec::new();
    for (number, line) in lines(path)?.enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            let place = || format!("line {} of {} isn't as it should be", number + 1, path.display());
            items.push(serde_json::from_str(&line).with_context(place)?);
        }
    }
    Ok(items)
}

fn judgements(path: &Path) -> anyhow::Result<HashMap<String, HashMap<String, u32>>> {
    let mut judgements: HashMap<String, HashMap<String, u32>> = HashMap::new();
    for (number, line) in lines(path)?.enumerate() {
        let line = line?;
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [query, document, gain] = fields[..] else {
            if line.trim().is_empty() {
                continue;
            }
            bail!("line {} of {} doesn't have three fields", number + 1, path.display());
        };
        match gain.parse::<i32>() {
            // Some collections mark what is worse than irrelevant with a negative number.
            Ok(gain) => {
                let gain = u32::try_from(gain).unwrap_or_default();
                judgements.entry(query.to_owned()).or_default().insert(document.to_owned(), gain);
            }
            Err(_) if number == 0 => (), // the names of the fields
            Err(_) => bail!("line {} of {} doesn't end with a number", number + 1, path.display()),
        }
    }
    Ok(judgements)
}

#[cfg(test)]
mod tests {
    use super::Collection;
    use std::{env, fs, path::PathBuf};

    struct Folder(PathBuf);

    impl Folder {
        fn with(files: [(&str, &str); 3]) -> Self {
            let folder = env::temp_dir().join(format!("supportsignal-test-{}", uuid::Uuid::now_v7()));
            fs::create_dir_all(folder.join("qrels")).unwrap();
            for (name, text) in files {
                fs::write(folder.join(name), text).unwrap();
            }
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    const CORPUS: (&str, &str) = (
        "corpus.jsonl",
        "{\"_id\": \"1\", \"title\": \"Falls\", \"text\": \"Call the nurse.\", \"metadata\": {}}\n\n{\"_id\": \"2\", \"text\": \"x\"}\n",
    );
    const QUERIES: (&str, &str) =
        ("queries.jsonl", "{\"_id\": \"a\", \"text\": \"who?\"}\n{\"_id\": \"b\", \"text\": \"unjudged\"}\n");

    #[test]
    fn questions_without_an_answer_are_left_out() {
        let folder = Folder::with([
            CORPUS,
            QUERIES,
            ("qrels/test.tsv", "query-id\tcorpus-id\tscore\na\t1\t2\na\t2\t-1\nb\t2\t0\n"),
        ]);
        let collection = Collection::read(&folder.0).unwrap();
        assert_eq!(collection.documents.len(), 2);
        assert_eq!(collection.documents[0].title, "Falls");
        let [query] = &collection.queries[..] else { panic!("{:?}", collection.queries) };
        assert_eq!((query.text.as_str(), query.relevant["1"], query.relevant["2"]), ("who?", 2, 0));
    }

    #[test]
    fn a_broken_file_says_where() {
        let folder = Folder::with([CORPUS, QUERIES, ("qrels/test.tsv", "a\t1\t1\na\t1\n")]);
        let error = Collection::read(&folder.0).unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("test.tsv"), "{error}");
    }
}
