//! What an analysis says and the words of the account that it says it of: the marks in the text and
//! what each of them supports.

use super::{
    analysis::{ConditionGroup, Evidence, Verdict},
    forms::{classification_anchor, condition_anchor},
    highlight::highlight_spans,
    record::Analysis,
};
use crate::incidents::narrative::Phase;

/// A classification or condition with its evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The id of its place on the page.
    pub anchor: String,
    /// Stands behind its evidence in the account: "1" or "H2".
    pub sign: String,
    /// "Classification 1: Medical".
    pub label: String,
    pub evidence: Vec<Evidence>,
}

/// A stretch of text that supports the same claims throughout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub text: String,
    /// Indexes into the claims; none where the text supports nothing.
    pub claims: Vec<usize>,
    /// The evidence that begins here, as (claim, evidence of the claim).
    pub begins: Vec<(usize, usize)>,
    /// The claims of which evidence ends here.
    pub ends: Vec<usize>,
}

/// Everything that stands or waits for a decision; what was dismissed claims nothing.
pub fn claims(analysis: &Analysis) -> Vec<Claim> {
    let classifications = (1..)
        .zip(&analysis.classifications)
        .filter(|(_, one)| one.verdict != Verdict::Dismissed)
        .map(|(number, one)| Claim {
            anchor: classification_anchor(one.id),
            sign: format!("{number}"),
            label: format!("Classification {number}: {}", one.incident_type.label()),
            evidence: one.evidence.clone(),
        });
    let conditions = ConditionGroup::ALL.iter().flat_map(|group| {
        (1..).zip(analysis.conditions_in(*group)).map(move |(number, (index, condition))| Claim {
            anchor: condition_anchor(index),
            sign: condition_sign(*group, number),
            label: format!("{} condition {number}", group.label()),
            evidence: condition.evidence.iter().cloned().collect(),
        })
    });
    classifications.chain(conditions).collect()
}

/// "H2": the second human condition.
pub fn condition_sign(group: ConditionGroup, number: usize) -> String {
    format!("{}{number}", group.label().chars().next().unwrap_or_default())
}

/// The id of a piece of evidence in the account.
pub fn evidence_anchor(claim: &Claim, evidence: usize) -> String {
    format!("e-{}-{evidence}", claim.anchor)
}

/// The text of a phase, cut where evidence begins and ends.
pub fn runs(phase: Phase, text: &str, claims: &[Claim]) -> Vec<Run> {
    let evidence: Vec<_> = claims
        .iter()
        .enumerate()
        .flat_map(|(claim, each)| {
            each.evidence.iter().enumerate().map(move |(index, evidence)| (claim, index, evidence))
        })
        .filter(|(.., evidence)| evidence.phase == phase)
        .collect();
    let quotes: Vec<_> = evidence.iter().map(|(.., evidence)| evidence.quote.as_str()).collect();
    let spans = highlight_spans(text, &quotes);
    let covers = |index: Option<usize>, quote: &usize| {
        index.and_then(|index| spans.get(index)).is_some_and(|span| span.quotes.contains(quote))
    };
    let claims_of = |quotes: &mut dyn Iterator<Item = usize>| {
        let mut claims: Vec<_> = quotes.filter_map(|quote| evidence.get(quote)).map(|(claim, ..)| *claim).collect();
        claims.sort_unstable();
        claims.dedup();
        claims
    };
    spans
        .iter()
        .enumerate()
        .map(|(index, span)| Run {
            text: span.text.clone(),
            claims: claims_of(&mut span.quotes.iter().copied()),
            begins: span
                .quotes
                .iter()
                .filter(|quote| !covers(index.checked_sub(1), quote))
                .filter_map(|quote| evidence.get(*quote))
                .map(|(claim, index, _)| (*claim, *index))
                .collect(),
            ends: claims_of(&mut span.quotes.iter().copied().filter(|quote| !covers(Some(index + 1), quote))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Claim, runs};
    use crate::{analysis::analysis::Evidence, incidents::narrative::Phase};

    fn claim(sign: &str, quotes: &[(Phase, &str)]) -> Claim {
        Claim {
            anchor: format!("c-{sign}"),
            sign: sign.to_owned(),
            label: format!("Classification {sign}"),
            evidence: quotes
                .iter()
                .map(|(phase, quote)| Evidence { phase: *phase, quote: (*quote).to_owned() })
                .collect(),
        }
    }

    #[test]
    fn every_mark_knows_what_it_supports_and_nothing_of_the_text_is_lost() {
        let text = "Sam slipped on the wet floor and hit the left knee. Kim left.";
        let claims = [
            claim("1", &[(Phase::During, "hit the left knee"), (Phase::After, "Kim left")]),
            claim("2", &[(Phase::During, "slipped on the wet floor and hit")]),
        ];
        let runs = runs(Phase::During, text, &claims);
        assert_eq!(runs.iter().map(|run| run.text.as_str()).collect::<String>(), text);
        let told: Vec<_> = runs
            .iter()
            .map(|run| format!("{}|{:?} begins {:?} ends {:?}", run.text, run.claims, run.begins, run.ends))
            .collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        Sam |[] begins [] ends []
        slipped on the wet floor and |[1] begins [(1, 0)] ends []
        hit|[0, 1] begins [(0, 0)] ends [1]
         the left knee|[0] begins [] ends [0]
        . Kim left.|[] begins [] ends []
        ");
    }
}
