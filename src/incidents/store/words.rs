//! Looking up which reports have the words that somebody searches for.
//!
//! Every word has to be in a report: in its account, in whichever form English gives it, or at the beginning
//! of a word of the account, the participant's name or the place. Digits are a report's number or a number in
//! it. Little words ("the", "of") count only if there are no others; of many words, the first twelve of the
//! alphabet.

use crate::{error::AppError, platform::database::TenantTx};
use std::collections::HashSet;
use uuid::Uuid;

/// A word that so many reports have is frequent: which ones isn't looked up.
const FREQUENT: i64 = 5_000;
/// Reports that are named to the list. Of more, it is quicker to ask each report for the words.
const MOST_LISTED: usize = 2_000;

/// How to find the reports of a search.
#[derive(Debug, PartialEq, Eq)]
pub struct Search {
    /// What their words have to fulfil, as a `tsquery`; none if `reports` fulfil it.
    pub condition: Option<String>,
    /// The reports that may have the words; none if there are too many to list.
    pub reports: Option<Vec<Uuid>>,
}

/// A word that is searched for.
struct Word {
    /// As a part of a `tsquery`.
    condition: String,
    /// Reports that have it; of a frequent one, none are named.
    reports: Vec<Uuid>,
    is_frequent: bool,
}

/// Looks the words up. One query; it reads at most twice [`FREQUENT`] entries of each word.
pub async fn look_up(tx: &mut TenantTx, text: &str) -> Result<Search, AppError> {
    let tenant_id = tx.tenant_id();
    let words = sqlx::query_as!(
        Word,
        r#"with written as (
               select w.lexeme as word, (ts_lexize('english_stem', w.lexeme))[1] as stem
               from unnest(to_tsvector('simple', translate($2, '/<>', '   '))) w
           ), wanted as materialized (
               -- From the word to the last that begins with it. Numbers are looked for whole.
               select word collate "C" as word, coalesce(stem, word) collate "C" as stem,
                      (case when word ~ '^[0-9]+$' then word else word || chr(1114111) end) collate "C" as past
               from written
               where stem is not null or not exists (select from written where stem is not null)
               limit 12
           ), quoted as (
               select wanted.*, '''' || replace(replace(stem, '\', '\\'), '''', '''''') || '''' as quoted_stem,
                      '''' || replace(replace(word, '\', '\\'), '''', '''''') || '''' as quoted_word
               from wanted
           )
           select case when q.word = q.past then q.quoted_stem else '(' || q.quoted_stem || ' | ' || q.quoted_word || ':*)' end
                      as "condition!",
                  case when cardinality(found.reports) < $3 then found.reports else '{}' end as "reports!",
                  cardinality(found.reports) >= $3 as "is_frequent!"
           from quoted q
           cross join lateral (
               select array(
                   (select incident_id from incident_words
                    where tenant_id = $1 and word = q.stem and not (q.stem >= q.word and q.stem < q.past) limit $3)
                   union all
                   (select incident_id from incident_words
                    where tenant_id = $1 and word >= q.word and word < q.past limit $3)) as reports
               -- Once, and not again for each column above.
               offset 0
           ) found"#,
        tenant_id.uuid(),
        text,
        FREQUENT,
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(plan(&words))
}

/// The reports that have all rare words; a frequent word is left to the condition.
fn plan(words: &[Word]) -> Search {
    let condition = || Some(words.iter().map(|word| word.condition.as_str()).collect::<Vec<_>>().join(" & "));
    let mut rare = words.iter().filter(|word| !word.is_frequent).map(|word| word.reports.iter().copied());
    let Some(first) = rare.next() else {
        // A text without any word finds nothing.
        return if words.is_empty() {
            Search { condition: None, reports: Some(Vec::new()) }
        } else {
            Search { condition: condition(), reports: None }
        };
    };
    let both = |one: HashSet<Uuid>, other: HashSet<Uuid>| one.intersection(&other).copied().collect();
    let found: HashSet<Uuid> = rare.map(Iterator::collect).fold(first.collect(), both);
    if found.len() > MOST_LISTED {
        return Search { condition: condition(), reports: None };
    }
    let mut reports: Vec<_> = found.into_iter().collect();
    reports.sort_unstable();
    let condition = if words.iter().any(|word| word.is_frequent) { condition() } else { None };
    Search { condition, reports: Some(reports) }
}

#[cfg(test)]
mod tests {
    use super::{MOST_LISTED, Search, Word, plan};
    use uuid::Uuid;

    fn word(condition: &str, reports: std::ops::Range<u128>, is_frequent: bool) -> Word {
        Word { condition: condition.to_owned(), reports: reports.map(Uuid::from_u128).collect(), is_frequent }
    }

    fn search(condition: Option<&str>, reports: Option<std::ops::Range<u128>>) -> Search {
        Search {
            condition: condition.map(str::to_owned),
            reports: reports.map(|reports| reports.map(Uuid::from_u128).collect()),
        }
    }

    #[test]
    fn rare_words_list_the_reports_that_have_all_of_them() {
        let words = [word("a", 0..30, false), word("b", 20..50, false), word("c", 25..26, false)];
        assert_eq!(plan(&words), search(None, Some(25..26)));
        assert_eq!(plan(&words[..2]), search(None, Some(20..30)));
    }

    #[test]
    fn a_frequent_word_is_a_condition_on_the_reports_of_the_rare_ones() {
        let words = [word("a", 0..30, false), word("b", 100..200, true)];
        assert_eq!(plan(&words), search(Some("a & b"), Some(0..30)));
    }

    #[test]
    fn too_many_reports_are_not_listed() {
        let many = u128::try_from(MOST_LISTED).unwrap() + 1;
        assert_eq!(plan(&[word("a", 0..many, false)]), search(Some("a"), None));
        assert_eq!(plan(&[word("a", 0..9, true), word("b", 0..9, true)]), search(Some("a & b"), None));
    }

    #[test]
    fn no_word_finds_nothing() {
        assert_eq!(plan(&[]), search(None, Some(0..0)));
    }
}
