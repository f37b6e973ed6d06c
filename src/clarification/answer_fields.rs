//! The boxes of a form of questions: what is in them now, kept and put back.

use super::question::{AnswerFields, Question, field_key};
use crate::ids::QuestionId;
use leptos::{html, prelude::*};

/// What the boxes of one phase hold.
#[derive(Clone, Copy)]
pub struct AnswerTexts {
    current: StoredValue<Vec<Held>>,
    boxes: StoredValue<Vec<(NodeRef<html::Textarea>, NodeRef<html::Input>)>>,
}

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Held {
    id: QuestionId,
    text: String,
    not_known: bool,
}

impl AnswerTexts {
    /// Boxes that start with what is answered already.
    pub fn new(questions: &[Question]) -> Self {
        let held = questions
            .iter()
            .map(|question| {
                let answer = question.answer.clone().unwrap_or_default();
                Held { id: question.id, text: answer.text, not_known: answer.not_known }
            })
            .collect();
        let boxes = questions.iter().map(|_| (NodeRef::new(), NodeRef::new())).collect();
        Self { current: StoredValue::new(held), boxes: StoredValue::new(boxes) }
    }

    /// The text box of a question.
    pub fn field(self, index: usize) -> NodeRef<html::Textarea> {
        self.boxes.with_value(|boxes| boxes.get(index).map_or_else(NodeRef::new, |(field, _)| *field))
    }

    /// The "I don't know" box of a question.
    pub fn mark(self, index: usize) -> NodeRef<html::Input> {
        self.boxes.with_value(|boxes| boxes.get(index).map_or_else(NodeRef::new, |(_, mark)| *mark))
    }

    /// Notes what is in a text box now.
    pub fn set_text(self, id: QuestionId, text: String) {
        self.update(id, |held| held.text = text);
    }

    /// Notes whether "I don't know" is ticked now.
    pub fn set_not_known(self, id: QuestionId, not_known: bool) {
        self.update(id, |held| held.not_known = not_known);
    }

    fn update(self, id: QuestionId, change: impl FnOnce(&mut Held)) {
        self.current.update_value(|all| {
            if let Some(held) = all.iter_mut().find(|held| held.id == id) {
                change(held);
            }
        });
    }

    /// What the boxes hold, as the server function wants it. What was typed before the page came
    /// alive counts too.
    pub fn current(self) -> (AnswerFields, AnswerFields) {
        let all = self.read();
        let answers = all.iter().map(|held| (field_key(held.id), held.text.clone())).collect();
        let not_known =
            all.iter().filter(|held| held.not_known).map(|held| (field_key(held.id), "true".to_owned())).collect();
        (answers, not_known)
    }

    fn read(self) -> Vec<Held> {
        let mut all = self.current.try_get_value().unwrap_or_default();
        if cfg!(feature = "hydrate") {
            let boxes = self.boxes.try_get_value().unwrap_or_default();
            for (held, (field, mark)) in all.iter_mut().zip(boxes) {
                if let Some(Some(field)) = field.try_get_untracked() {
                    held.text = field.value();
                }
                if let Some(Some(mark)) = mark.try_get_untracked() {
                    held.not_known = mark.checked();
                }
            }
        }
        all
    }

    /// The content as text.
    pub fn snapshot(self) -> String {
        serde_json::to_string(&self.read()).unwrap_or_default()
    }

    /// Puts a snapshot back into the boxes of the questions that are still asked.
    pub fn restore(self, snapshot: &str) {
        let Ok(kept) = serde_json::from_str::<Vec<Held>>(snapshot) else {
            return;
        };
        let ids: Vec<_> = self.current.with_value(|all| all.iter().map(|held| held.id).collect());
        for held in kept {
            let Some(index) = ids.iter().position(|id| *id == held.id) else {
                continue;
            };
            if let Some(field) = self.field(index).get_untracked() {
                field.set_value(&held.text);
            }
            if let Some(mark) = self.mark(index).get_untracked() {
                mark.set_checked(held.not_known);
            }
            self.update(held.id, |standing| *standing = held.clone());
        }
    }
}
