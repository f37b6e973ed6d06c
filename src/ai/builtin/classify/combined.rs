//! Words and meaning together.
//!
//! Meaning says which types of event the passages tell, also in words that no cue has; words add what
//! they are sure of, say what was denied, and name the kind. Severity comes from signs beside an event as
//! for words alone, with those that passages mean added. The numbers were chosen on tuning
//! accounts, never on the measuring sets.

#[cfg(test)]
mod tests;

use super::severity::{Signs, Told, first_best};
use super::{Account, Event, MOST_QUOTES, score, shown_by_kind};
use crate::ai::builtin::meaning::{
    Meaning,
    examples::{EXAMPLES, Role},
};
use crate::ai::builtin::signs::{Place, Reading, Shown};
use crate::ai::builtin::stance::Stance;
use crate::ai::builtin::taxonomy::Entry;
use crate::analysis::analysis::{Evidence, IncidentType, Severity, SuggestedClassification};
use std::collections::{BTreeMap, BTreeSet};

/// The event is told in its own phase; what is told in the others counts less.
const PHASE_WEIGHTS: [f32; 4] = [0.6, 1.0, 0.85, 0.75];
/// How many passages make the meaning's part of a type's score.
const BEST: usize = 3;
/// What words add at most, and the score of an event by words at which they add half of it.
const WORDS: f32 = 0.3;
const WORDS_HALF_SURE: f32 = 6.0;
/// What care adds to Medical.
const HOSPITAL: f32 = 0.3;
const DOCTOR: f32 = 0.15;
/// From this score on a type that isn't the clearest is an event of its own.
const A_FURTHER_EVENT: f32 = 0.39;
/// Below this one meaning finds nothing and words are hardly sure, so that words decide.
const AN_EVENT: f32 = 0.12;
/// From here on a passage tells an event, or something of a role.
const TELLS: f32 = 0.5;
/// A cue that is worth more than this tells an event, if its kind has at least that score.
const A_CUE: f32 = 1.0;
const A_KIND: f32 = 2.0;
/// For quotes: what followed from an event that stands alone; words, when their cues are worth a certain
/// one, and how much more they can count; and how close to the best a further quote has to come.
const FOLLOWED: f32 = 0.8;
const CUES: f32 = 0.6;
const CERTAIN_CUE: f32 = 6.0;
const MOST_CUES: f32 = 1.5;
const CLOSE_TO_BEST: f32 = 0.85;
/// Where nothing stands against a suggestion, this does.
const DOUBT: f32 = 0.05;

/// What follows from an event.
const AFTERMATH: [Role; 5] = [Role::Harm, Role::FirstAid, Role::Doctor, Role::Hospital, Role::Police];
/// Types that it says something about.
const HARMFUL: [IncidentType; 3] = [IncidentType::Behavioural, IncidentType::Environmental, IncidentType::Medical];

/// Which sign of severity a passage of a role is, and the signs whose denial in its words speaks against.
const SIGNS: [(Role, &str, &[&str]); 4] = [
    (Role::Hospital, "hospital", &["ambulance", "hospital"]),
    (Role::Police, "police", &["police"]),
    (Role::FirstAid, "first_aid", &[]),
    (Role::Doctor, "doctor_or_nurse", &["doctor_or_nurse"]),
];

/// Suggestions by words and meaning, the clearest first. None where no passage's meaning is known, or
/// where it finds nothing.
pub(super) fn suggestions<'r>(reading: &'r Reading<'r>, meaning: &'r Meaning) -> Option<Vec<SuggestedClassification>> {
    let scene = Scene::of(reading, meaning);
    if !scene.passages.iter().any(|passage| passage.is_compared) {
        return None;
    }
    let mut scores: Vec<(IncidentType, f32)> =
        IncidentType::ALL.iter().map(|incident_type| (*incident_type, scene.score(*incident_type))).collect();
    scores.sort_by(|left, right| right.1.total_cmp(&left.1));
    let (suggested, others): (Vec<_>, Vec<_>) =
        scores.iter().enumerate().partition(|(rank, (_, score))| *rank == 0 || *score >= A_FURTHER_EVENT);
    let clearest = scores.first().map_or(0.0, |(_, score)| *score);
    if clearest < AN_EVENT {
        return None;
    }
    let rival = others.first().map_or(0.0, |(_, (_, score))| *score);
    let mut events: Vec<Event> =
        suggested.into_iter().map(|(_, (incident_type, score))| scene.event(*incident_type, *score)).collect();
    scene.rate(&mut events);
    let is_sole = events.len() == 1;
    let suggest = |event: &Event| SuggestedClassification {
        incident_type: event.incident_type,
        severity: event.severity,
        confidence: confidence(event.score, rival),
        evidence: scene.evidence(event, is_sole),
    };
    Some(events.iter().map(suggest).collect())
}

/// An account by words, passage by passage, with what each means.
struct Scene<'r> {
    reading: &'r Reading<'r>,
    meaning: &'r Meaning,
    /// What words alone take for events.
    words: Vec<Event>,
    /// How much words show each kind, before any rule.
    kind_scores: Vec<f32>,
    passages: Vec<Passage>,
}

struct Passage {
    place: Place,
    is_compared: bool,
    weight: f32,
    /// What its cues are worth, by the number of the kind.
    worths: BTreeMap<usize, f32>,
}

impl<'r> Scene<'r> {
    fn of(reading: &'r Reading<'r>, meaning: &'r Meaning) -> Self {
        let mut account = Account::of(reading);
        let (kinds, _) = account.events();
        let words = account.by_type(&kinds);
        let shown = shown_by_kind(reading);
        let mut worths: BTreeMap<Place, BTreeMap<usize, f32>> = BTreeMap::new();
        for (kind, shown) in shown.iter().enumerate() {
            for shown in shown {
                *worths.entry(shown.place()).or_default().entry(kind).or_default() += shown.worth;
            }
        }
        let passage = |place: Place| Passage {
            place,
            is_compared: meaning.classes(place).is_some(),
            weight: PHASE_WEIGHTS[place.0],
            worths: worths.remove(&place).unwrap_or_default(),
        };
        let passages = reading.places().into_iter().map(passage).collect();
        let kind_scores = shown.iter().map(|shown| score(shown)).collect();
        Self { reading, meaning, words, kind_scores, passages }
    }

    fn role(&self, passage: &Passage, role: Role) -> f32 {
        self.meaning.role(passage.place, role)
    }

    fn weighed(&self, passage: &Passage, role: Role) -> f32 {
        self.role(passage, role) * passage.weight
    }

    fn highest(&self, role: Role) -> f32 {
        self.passages.iter().map(|passage| self.role(passage, role)).fold(0.0, f32::max)
    }

    fn by_words(&self, incident_type: IncidentType) -> Option<&Event> {
        self.words.iter().find(|event| event.incident_type == incident_type && !event.kinds.is_empty())
    }

    fn score(&self, incident_type: IncidentType) -> f32 {
        let compared = self.passages.iter().filter(|passage| passage.is_compared);
        let told = best(compared.map(|passage| self.weighed(passage, Role::Event(incident_type))));
        let count: f32 = told.iter().map(|_| 1.0).sum();
        let meant = told.iter().sum::<f32>() / count;
        let words = self.by_words(incident_type).map_or(0.0, |event| event.score / (event.score + WORDS_HALF_SURE));
        let care = match incident_type {
            IncidentType::Medical => HOSPITAL * self.highest(Role::Hospital) + DOCTOR * self.highest(Role::Doctor),
            _ => 0.0,
        };
        meant + WORDS * words + care
    }

    /// An event with the kinds that words have for its type, else the one that is meant most. Its place
    /// in the order comes later.
    fn event(&self, incident_type: IncidentType, score: f32) -> Event {
        let (kinds, is_near_miss) = match self.by_words(incident_type) {
            Some(event) => (event.kinds.clone(), event.is_near_miss),
            None => (self.meant_kind(incident_type).into_iter().collect(), false),
        };
        let severities = kinds.iter().map(|kind| self.reading.taxonomy.kinds[*kind].severity);
        let severity = severities.max().unwrap_or(Severity::Low);
        Event { severity, is_near_miss, ..Event::of(incident_type, kinds, score) }
    }

    fn meant_kind(&self, incident_type: IncidentType) -> Option<usize> {
        let of_type = |class: &usize| EXAMPLES.classes[*class].role == Role::Event(incident_type);
        let classes: Vec<usize> = (0..EXAMPLES.classes.len()).filter(of_type).collect();
        let meant = |class: &usize| {
            let likely = |passage: &Passage| Some(self.meaning.classes(passage.place)?.get(*class)? * passage.weight);
            best(self.passages.iter().filter_map(likely)).iter().sum::<f32>()
        };
        let most = first_best(classes.iter().map(meant))?;
        EXAMPLES.classes[classes[most]].kind
    }

    /// Puts everything that shows something in order, and gives each sign to the events beside it.
    fn rate(&self, events: &mut [Event]) {
        let told: Vec<BTreeSet<usize>> = events.iter().map(|event| self.told(event)).collect();
        let signs = self.signs();
        let mut shows: BTreeSet<usize> = told.iter().flatten().copied().collect();
        shows.extend(signs.iter().map(|(passage, _)| *passage));
        shows.extend(self.passages_where(|passage| passage.worths.values().any(|worth| *worth > A_CUE)));
        let order: BTreeMap<usize, usize> =
            shows.into_iter().enumerate().map(|(number, passage)| (passage, number)).collect();
        for (event, told) in events.iter_mut().zip(&told) {
            event.told_at = told.iter().filter_map(|passage| order.get(passage).copied()).collect();
        }
        let signs = signs.into_iter().filter_map(|(passage, sign)| {
            let sign = &self.reading.taxonomy.signs[sign];
            let is_before = self.reading.is_before(self.passages[passage].place.0);
            Some(Told { sign, at: *order.get(&passage)?, is_before })
        });
        let causes = [IncidentType::Behavioural, IncidentType::Environmental];
        let cause = events.iter().map(|event| event.incident_type).find(|kind| causes.contains(kind));
        Signs { taxonomy: self.reading.taxonomy, told: signs.collect(), cause }.rate(events);
    }

    /// The passages that tell an event: by meaning, by the cues of its kinds, else the likeliest one.
    fn told(&self, event: &Event) -> BTreeSet<usize> {
        let role = Role::Event(event.incident_type);
        let mut told: BTreeSet<usize> = self.passages_where(|passage| self.role(passage, role) >= TELLS).collect();
        if self.by_words(event.incident_type).is_some() {
            told.extend(self.passages_where(|passage| {
                let tells = |(kind, worth): (&usize, &f32)| *worth > A_CUE && self.is_of(*kind, event);
                passage.worths.iter().any(tells)
            }));
        }
        if told.is_empty() {
            told.extend(first_best(self.passages.iter().map(|passage| self.weighed(passage, role))));
        }
        told
    }

    fn is_of(&self, kind: usize, event: &Event) -> bool {
        self.reading.taxonomy.kinds[kind].incident_type == event.incident_type
            && (event.kinds.contains(&kind) || self.kind_scores[kind] >= A_KIND)
    }

    fn passages_where(&self, is_wanted: impl Fn(&Passage) -> bool) -> impl Iterator<Item = usize> {
        self.passages.iter().enumerate().filter(move |(_, passage)| is_wanted(passage)).map(|(number, _)| number)
    }

    /// The signs of severity, by words and by meaning, each with its passage.
    fn signs(&self) -> Vec<(usize, usize)> {
        let number = |key: &str| self.reading.taxonomy.signs.iter().position(|sign| sign.key == key);
        let (mut told, mut denied) = (Vec::new(), BTreeSet::new());
        for shown in &self.reading.shown {
            let passage = self.passages.binary_search_by_key(&shown.place(), |passage| passage.place);
            match (shown.entry, shown.stance, passage) {
                (Entry::Sign(sign), Stance::Told, Ok(passage)) => told.push((passage, sign)),
                (Entry::Sign(sign), Stance::Denied, Ok(passage)) => {
                    denied.insert((passage, sign));
                }
                _ => {}
            }
        }
        for (role, key, denials) in SIGNS {
            let Some(sign) = number(key) else { continue };
            let denials: Vec<usize> = denials.iter().filter_map(|key| number(key)).collect();
            let meant = self.passages_where(|passage| self.role(passage, role) >= TELLS);
            let meant = meant.filter(|passage| !denials.iter().any(|denial| denied.contains(&(*passage, *denial))));
            told.extend(meant.map(|passage| (passage, sign)));
        }
        told
    }

    /// The passages that show an event best, in the order of the account.
    fn evidence(&self, event: &Event, is_sole: bool) -> Vec<Evidence> {
        let mut worths: Vec<(usize, f32)> =
            self.passages.iter().map(|passage| self.worth(passage, event, is_sole)).enumerate().collect();
        worths.sort_by(|left, right| right.1.total_cmp(&left.1));
        let most = worths.first().map_or(0.0, |(_, worth)| *worth);
        let close = worths.iter().filter(|(_, worth)| *worth >= most * CLOSE_TO_BEST);
        let best: BTreeSet<usize> = close.take(MOST_QUOTES).map(|(passage, _)| *passage).collect();
        best.into_iter().map(|passage| self.quote(self.passages[passage].place, event)).collect()
    }

    /// What a passage is worth as a quote for an event.
    fn worth(&self, passage: &Passage, event: &Event, is_sole: bool) -> f32 {
        let is_followed = is_sole && HARMFUL.contains(&event.incident_type);
        let followed: f32 = AFTERMATH.iter().filter(|_| is_followed).map(|role| self.role(passage, *role)).sum();
        let kinds = &self.reading.taxonomy.kinds;
        let cues = passage.worths.iter().filter(|(kind, _)| kinds[**kind].incident_type == event.incident_type);
        let cues: f32 = cues.map(|(_, worth)| worth).sum();
        let meant = self.role(passage, Role::Event(event.incident_type)) + FOLLOWED * followed;
        meant * passage.weight + CUES * (cues / CERTAIN_CUE).min(MOST_CUES)
    }

    /// A whole passage; of one that goes on too long, what is around the clearest cue.
    fn quote(&self, place: Place, event: &Event) -> Evidence {
        let is_cue = |shown: &&Shown| match shown.entry {
            Entry::Kind(kind) => shown.place() == place && event.kinds.contains(&kind),
            Entry::Sign(_) | Entry::Condition(_) => false,
        };
        let cues = self.reading.shown.iter().filter(is_cue);
        match cues.max_by(|left, right| left.worth.total_cmp(&right.worth)) {
            Some(shown) => self.reading.quote(shown),
            None => self.reading.quote_passage(place),
        }
    }
}

fn best(likely: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut likely: Vec<f32> = likely.collect();
    likely.sort_by(|left, right| right.total_cmp(left));
    likely.truncate(BEST);
    likely
}

/// From 0 to 1: how far the event stands out against what was not suggested.
fn confidence(score: f32, rival: f32) -> f32 {
    let confidence = score / (score + rival + DOUBT);
    (confidence.clamp(0.1, 0.95) * 100.0).round() / 100.0
}
