//! The topic table: what a complete account tells in each phase, how an account shows that it
//! tells it, and how to ask for what it leaves out. Plain data, meant to be read and amended.
//!
//! Cues are written in the little language of [`super::language`]. `$tell` and the like stand for
//! the groups of words in [`GROUPS`].

mod after;
mod before;
mod during;
mod end;
pub mod kinds;

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::incidents::narrative::Phase;

use super::language::Vocabulary;
use kinds::Kind;

/// One thing that a complete account tells.
pub struct Topic {
    pub key: &'static str,
    /// Why we ask, at most 15 words.
    pub purpose: &'static str,
    /// Cues that show it is told already.
    pub told: &'static [&'static str],
    /// The phases in which telling it counts.
    pub told_in: &'static [Phase],
    /// If one of these is asked in the same phase, this needn't be.
    pub covered_by: &'static [&'static str],
    /// The first one that fits the story asks; where none fits, the topic is not for this story.
    pub asks: &'static [Ask],
    /// Picks up what is told, where a phase has few gaps.
    pub deeper: Option<Deeper>,
}

/// One wording of a topic's question.
///
/// `{name}` the participant, `{event}` "the fall" or "this", `{quote}` the clause that made it fit,
/// `{thing}` the very words of the cue, `{place}` "the kitchen".
pub struct Ask {
    pub when: When,
    /// 0 to 100: how much the record is worth less without the answer.
    pub weight: u8,
    /// In place of the topic's own cues, where this wording asks for something sharper.
    pub told: &'static [&'static str],
    pub text: &'static str,
}

/// A question about something that is told: the cues of what it picks up, and `{quote}`, their clause.
pub struct Deeper {
    pub cues: &'static [&'static str],
    pub text: &'static str,
}

/// When a wording fits.
pub enum When {
    Always,
    /// The phase says nothing yet.
    Blank,
    /// The event is mainly one of these.
    Kind(&'static [Kind]),
    /// The story has something of one of these.
    Raised(&'static [Kind]),
    /// The story says this, in any phase.
    Says(&'static [&'static str]),
    /// This phase says this.
    SaysHere(&'static [&'static str]),
    /// The story names a place that we know ("kitchen").
    Place,
    /// The incident form names no location.
    Unplaced,
    All(&'static [When]),
    Not(&'static When),
}

/// A question for a phase that says something but leaves no gap that we know.
pub struct Opening {
    pub key: &'static str,
    pub text: &'static str,
}

/// Anywhere in the story.
pub const STORY: &[Phase] = &Phase::ALL;
/// As it happened or later.
pub const FROM_DURING: &[Phase] = &[Phase::During, Phase::End, Phase::After];
/// When it was over or later.
pub const FROM_END: &[Phase] = &[Phase::End, Phase::After];

/// Words that are used in many cues.
pub const GROUPS: &[(&str, &str)] = &[
    (
        "$tell",
        "told|tell|telling|call|passed|forwarded|rang|ring|rung|called|calling|phoned|phone|inform*|notif*|advis*|contact*|spoke|spoken|report|reported|\
         reporting|email*|texted|text|messaged|message|debrief*|let|discussed|aware|handed|alert*|updated",
    ),
    (
        "$family",
        "mum|mother|mom|mums|dad|father|parent|parents|sister|brother|aunt|aunty|auntie|uncle|nan|nanna|nonna|nonno|yiayia|\
         grandm*|grandf*|guardian|guardianship|nominee|family|families|wife|husband|partner|son|daughter|cousin|niece|nephew",
    ),
    (
        "$leader",
        "lead|leader|tl|manager|mgr|supervisor|coordinator|co-ordinator|oncall|office|management|boss|clinician|practitioner|\
         supervisor|director|oncoming|incoming|admin",
    ),
    (
        "$medic",
        "gp|doctor|dr|hospital|ambulance|ambo|ambos|ambulan*|paramedic*|nurse|rn|pharmacist|pharmacy|chemist|poisons|emergency|ed|\
         physio*|dentist|clinic|000|nurse-on-call|healthdirect",
    ),
    (
        "$colleague",
        "coworker|colleague|staff|worker|workers|carer|partner|buddy|teammate|driver|teacher|facilitator|supervisor|nurse",
    ),
    (
        "$resident",
        "housemate*|resident*|coresident*|flatmate*|peer|peers|others|everyone|everybody|nobody|crowd|participants",
    ),
    (
        "$drug",
        "madopar|epilim|valproate|seroquel|quetiapine|metformin|insulin|warfarin|clozapine|risperidone|risperdal|olanzapine|zyprexa|\
         keppra|levetiracetam|tegretol|carbamazepine|lamotrigine|lamictal|clobazam|frisium|midazolam|diazepam|valium|lorazepam|\
         panadol|paracetamol|nurofen|ibuprofen|endone|oxycodone|ventolin|salbutamol|seretide|thyroxine|eutroxsig|sertraline|zoloft|\
         fluoxetine|escitalopram|lexapro|movicol|coloxyl|lactulose|amoxicillin|keflex|cephalexin|prednisone|prednisolone|frusemide|\
         lasix|metoprolol|perindopril|atorvastatin|lipitor|somac|pantoprazole|nexium|melatonin|circadin|baclofen|lithium|clonidine|\
         ritalin|concerta|novorapid|lantus|optisulin|eliquis|aspirin|phenergan|levodopa|sinemet|abilify|aripiprazole",
    ),
    (
        "$relief",
        "calm*|settl*|relax*|quiet|quieter|slow*|ok|okay|fine|happy|happier|tired|asleep|slept|sleeping|sleepy",
    ),
    (
        "$body",
        "head|arm|leg|hip|knee|face|hand|finger*|back|shoulder|elbow|wrist|ankle|foot|toe|mouth|lip|eye|nose|neck",
    ),
];

/// The topics of a phase, in the order in which equal ones are asked.
pub fn of(phase: Phase) -> &'static [Topic] {
    match phase {
        Phase::Before => before::TOPICS,
        Phase::During => during::TOPICS,
        Phase::End => end::TOPICS,
        Phase::After => after::TOPICS,
    }
}

/// Open questions that fit whatever a phase says.
pub fn openings(phase: Phase) -> &'static [Opening] {
    match phase {
        Phase::Before => before::OPENINGS,
        Phase::During => during::OPENINGS,
        Phase::End => end::OPENINGS,
        Phase::After => after::OPENINGS,
    }
}

/// A cue with its groups written out.
pub fn written_out(cue: &str) -> Cow<'_, str> {
    if !cue.contains('$') {
        return Cow::Borrowed(cue);
    }
    Cow::Owned(GROUPS.iter().fold(cue.to_owned(), |cue, (group, words)| cue.replace(group, words)))
}

/// The words of all cues.
pub static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut cues: Vec<Cow<'static, str>> = GROUPS.iter().map(|(_, words)| Cow::Borrowed(*words)).collect();
    cues.extend(kinds::SIGNS.iter().flat_map(|sign| sign.cues).map(|cue| written_out(cue)));
    for topic in Phase::ALL.into_iter().flat_map(of) {
        cues.extend(topic.told.iter().map(|cue| written_out(cue)));
        cues.extend(topic.deeper.iter().flat_map(|deeper| deeper.cues).map(|cue| written_out(cue)));
        for ask in topic.asks {
            cues.extend(ask.told.iter().map(|cue| written_out(cue)));
            cues.extend(ask.when.cues().into_iter().map(written_out));
        }
    }
    Vocabulary::of(cues.iter().map(Cow::as_ref))
});

impl When {
    fn cues(&self) -> Vec<&'static str> {
        match self {
            Self::Says(cues) | Self::SaysHere(cues) => cues.to_vec(),
            Self::All(parts) => parts.iter().flat_map(Self::cues).collect(),
            Self::Not(part) => part.cues(),
            Self::Always | Self::Blank | Self::Kind(_) | Self::Raised(_) | Self::Place | Self::Unplaced => Vec::new(),
        }
    }
}
