//! The account, read once: what kind of event it tells of, where it was, and what fits it.

use super::{
    Context,
    kind::{scores, signs_of},
};
use crate::{
    ai::builtin::{
        language::{Found, Text, clean, cut},
        topics::{VOCABULARY, When, kinds::Kind, written_out},
    },
    incidents::narrative::{Narrative, Phase},
};

/// Places that a question can name, as people write them.
const PLACES: &[&str] = &[
    "bathroom",
    "kitchen",
    "lounge",
    "lounge room",
    "living room",
    "dining room",
    "bedroom",
    "toilet",
    "hallway",
    "laundry",
    "garage",
    "backyard",
    "garden",
    "driveway",
    "car park",
    "park",
    "bus",
    "van",
    "car",
    "pool",
    "cafe",
    "library",
    "deck",
    "shower",
    "verandah",
    "supermarket",
    "office",
    "footpath",
];

/// The account, read once.
pub struct Story<'a> {
    texts: [Text<'a>; 4],
    pub kind: Kind,
    raised: Vec<Kind>,
    pub name: String,
    pub place: Option<&'static str>,
    unplaced: bool,
}

/// Where a wording's condition is met.
#[derive(Clone, Copy)]
pub struct Fit {
    pub place: Option<(Phase, Found)>,
}

impl<'a> Story<'a> {
    /// Reads an account.
    pub fn read(narrative: &'a Narrative, context: &Context<'_>) -> Self {
        let texts = Phase::ALL.map(|phase| Text::read(narrative.phase(phase), context.participant_name, &VOCABULARY));
        let scores = scores(&texts);
        let strongest = scores.iter().map(|(_, score)| *score).max().unwrap_or(0);
        let kind =
            scores.iter().find(|(_, score)| *score == strongest && *score >= 4).map_or(Kind::Other, |(kind, _)| *kind);
        let raised =
            scores.iter().filter(|(_, score)| *score >= 4 && score * 3 >= strongest).map(|(kind, _)| *kind).collect();
        let name = cut(&clean(context.participant_name), 60);
        let name = if name.is_empty() { "the participant".to_owned() } else { name };
        let place = place(&texts, context.location);
        let unplaced = context.location.trim().is_empty();
        Self { texts, kind, raised, name, place, unplaced }
    }

    /// Whether and where a wording's condition is met.
    pub fn fits(&self, when: &When, phase: Phase) -> Option<Fit> {
        let plain = |holds: bool| holds.then_some(Fit { place: None });
        match when {
            When::Always => plain(true),
            When::Blank => plain(self.text(phase).is_blank()),
            When::Kind(kinds) if kinds.contains(&self.kind) => Some(Fit { place: self.shown(self.kind) }),
            When::Kind(_) => None,
            When::Raised(kinds) => {
                let kind = kinds.iter().find(|kind| self.raised.contains(kind))?;
                Some(Fit { place: self.shown(*kind) })
            }
            When::Says(cues) => self.said(cues, &Phase::ALL),
            When::SaysHere(cues) => self.said(cues, &[phase]),
            When::Unplaced => plain(self.unplaced),
            When::Place => plain(self.place.is_some()),
            When::All(parts) => {
                let fits: Option<Vec<Fit>> = parts.iter().map(|part| self.fits(part, phase)).collect();
                // The last part's words are the narrowest.
                fits?.into_iter().rev().find(|fit| fit.place.is_some()).or(Some(Fit { place: None }))
            }
            When::Not(part) => plain(self.fits(part, phase).is_none()),
        }
    }

    fn said(&self, cues: &[&str], phases: &[Phase]) -> Option<Fit> {
        phases.iter().find_map(|phase| {
            let found = cues.iter().find_map(|cue| self.text(*phase).find_affirmed(&written_out(cue)).next())?;
            Some(Fit { place: Some((*phase, found)) })
        })
    }

    /// The first place in these phases where one of the cues stands.
    pub fn told(&self, cues: &[&str], phases: &[Phase]) -> Option<(Phase, Found)> {
        let cues: Vec<_> = cues.iter().map(|cue| written_out(cue)).collect();
        let cues: Vec<&str> = cues.iter().map(AsRef::as_ref).collect();
        phases.iter().find_map(|phase| self.text(*phase).find(&cues).map(|found| (*phase, found)))
    }

    /// The place in a phase that a further question is about.
    pub fn picked_up(&self, cues: &[&str], phase: Phase) -> Option<Found> {
        match cues {
            ["@event"] => signs_of(self.kind, self.text(phase)).first().map(|(found, _)| *found),
            _ => self.told(cues, &[phase]).map(|(_, found)| found),
        }
    }

    /// The words that show a kind best: as it happened, else wherever they stand.
    fn shown(&self, kind: Kind) -> Option<(Phase, Found)> {
        [Phase::During, Phase::Before, Phase::End, Phase::After]
            .into_iter()
            .find_map(|phase| signs_of(kind, self.text(phase)).first().map(|(found, _)| (phase, *found)))
    }

    /// What a phase says.
    pub fn text(&self, phase: Phase) -> &Text<'a> {
        match phase {
            Phase::Before => &self.texts[0],
            Phase::During => &self.texts[1],
            Phase::End => &self.texts[2],
            Phase::After => &self.texts[3],
        }
    }
}

/// The place of the incident form where we know the word; without one, what the event's phase names.
fn place(texts: &[Text<'_>; 4], location: &str) -> Option<&'static str> {
    let location = location.to_lowercase();
    if location.trim().is_empty() {
        let there = |place: &&&str| texts[1].find(&[&format!("in|at|on|outside|near {place}")]).is_some();
        return PLACES.iter().find(there).copied();
    }
    PLACES
        .iter()
        .rev()
        .find(|place| {
            location.split(|letter: char| !letter.is_alphabetic() && letter != ' ').any(|part| part.trim() == **place)
        })
        .copied()
}
