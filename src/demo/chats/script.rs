//! Who asked what.

use crate::{
    chat::message::FeedbackReason::{self, Incomplete, Unclear},
    demo::providers::Provider,
};

/// A conversation of one person.
pub struct Conversation {
    /// The address of whoever asks.
    pub person: &'static str,
    /// How many hours ago it began.
    pub hours_ago: i64,
    pub questions: &'static [&'static str],
    /// What the person thought of the last answer.
    pub rating: Option<Rating>,
    pub is_archived: bool,
}

/// What somebody thought of an answer.
#[derive(Debug, Clone, Copy)]
pub enum Rating {
    Helpful,
    NotHelpful(FeedbackReason, &'static str),
}

const fn asked(person: &'static str, hours_ago: i64, questions: &'static [&'static str]) -> Conversation {
    Conversation { person, hours_ago, questions, rating: None, is_archived: false }
}

impl Conversation {
    const fn rated(self, rating: Rating) -> Self {
        Self { rating: Some(rating), ..self }
    }

    const fn archived(self) -> Self {
        Self { is_archived: true, ..self }
    }
}

/// The conversations of an organisation's people.
pub fn conversations_of(provider: &Provider) -> &'static [Conversation] {
    if provider.slug == "banksia" { BANKSIA } else { COOLIBAH }
}

/// Banksia's. Nothing there says who pays a parking fine, or anything about cameras.
const BANKSIA: &[Conversation] = &[
    asked(
        "priya@banksia.example",
        41,
        &["Who do I call after a medication error on a weekend?", "Which form do I fill in after a medication error?"],
    )
    .rated(Rating::Helpful),
    asked("priya@banksia.example", 122, &["What are the signs of heat stroke?"]),
    asked("priya@banksia.example", 219, &["Who pays the parking fine for the house van?"]),
    asked(
        "priya@banksia.example",
        391,
        &["How thick are Soraya's drinks?", "How long does Soraya sit upright after eating?"],
    )
    .rated(Rating::Helpful),
    asked("priya@banksia.example", 580, &["How do I swap a shift?"]).archived(),
    asked("daniel@banksia.example", 20, &["How much do we pay a kilometre for my own car?"]).rated(Rating::Helpful),
    asked("daniel@banksia.example", 197, &["Who pays a parking fine for a house van?"]),
    asked("daniel@banksia.example", 365, &["Do I need two workers for the hoist?"]).archived(),
    asked("sione@banksia.example", 66, &["Who pays the parking fine of the house van?"]),
    asked(
        "linh@banksia.example",
        74,
        &["When is an unauthorised restrictive practice notified to the NDIS Commission?"],
    )
    .rated(Rating::Helpful),
    asked(
        "linh@banksia.example",
        171,
        &["What does Olivia need when it starts?", "Which restrictive practice is authorised for Olivia?"],
    ),
    asked("linh@banksia.example", 482, &["Can a family put a camera in a bedroom?"]),
    asked("linh@banksia.example", 724, &["How often are hoists serviced?"]).archived(),
    asked("helen@banksia.example", 53, &["How long do we keep incident records?"])
        .rated(Rating::NotHelpful(Incomplete, "It should say where the paper ones are kept.")),
    asked("helen@banksia.example", 250, &["How long does a worker screening clearance last?"]),
    asked("helen@banksia.example", 460, &["When does the authorisation panel sit?"]).archived(),
];

/// Coolibah's. Nothing there says anything about vaping or parental leave.
const COOLIBAH: &[Conversation] = &[
    asked(
        "mercy@coolibah.example",
        38,
        &[
            "Who do I call after a medication error on a weekend?",
            "When do I tell the duty manager after a medication error?",
        ],
    )
    .rated(Rating::Helpful),
    asked("mercy@coolibah.example", 143, &["What do I do for a sting in the sea?"]).rated(Rating::Helpful),
    asked("mercy@coolibah.example", 230, &["Where can residents vape?"]),
    asked("mercy@coolibah.example", 412, &["Can I keep a gift from a family?"]),
    asked("mercy@coolibah.example", 600, &["How many night shifts in a row may I work?"]).archived(),
    asked("jack@coolibah.example", 17, &["Where can a resident vape?"]),
    asked("jack@coolibah.example", 205, &["When does Pandanus move in a cyclone?"]).rated(Rating::Helpful),
    asked("jack@coolibah.example", 377, &["What is Clive's magnet for?"]).archived(),
    asked(
        "kirsty@coolibah.example",
        60,
        &["What is the plan for Tevita's trip home?", "Who is rung after an incident with a vehicle?"],
    )
    .rated(Rating::Helpful),
    asked("kirsty@coolibah.example", 182, &["Where are residents allowed to vape?"]),
    asked("kirsty@coolibah.example", 497, &["How do I apply for parental leave?"]),
    asked("kirsty@coolibah.example", 700, &["How fast do we finish a complaint?"]).archived(),
    asked("alinta@coolibah.example", 47, &["Which incidents are notified within 24 hours?"])
        .rated(Rating::NotHelpful(Unclear, "I wanted our own table first and then the Rules.")),
    asked("alinta@coolibah.example", 264, &["Who may put medication levels into a letter of delegation?"]),
    asked("alinta@coolibah.example", 455, &["How often are hoists serviced?"]).archived(),
];

#[cfg(test)]
mod tests {
    use super::conversations_of;
    use crate::{accounts::permission::Permission, demo::providers::PROVIDERS};
    use std::collections::HashMap;

    #[test]
    fn people_of_the_organisation_ask_and_some_ask_often() {
        for provider in PROVIDERS {
            let conversations = conversations_of(provider);
            let mut counts: HashMap<_, usize> = HashMap::new();
            for conversation in conversations {
                let person = provider.people.iter().find(|person| person.email == conversation.person).unwrap();
                assert!(person.role.may(Permission::AskKnowledge), "{}", person.email);
                *counts.entry(person.email).or_default() += 1;
            }
            assert!(counts.values().filter(|count| (3..=6).contains(*count)).count() >= 3);
            assert!(conversations.iter().any(|conversation| conversation.is_archived));
        }
    }
}
