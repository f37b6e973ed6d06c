//! The four text boxes of a form, one a phase: what is in them now, kept and put back.

use super::narrative::{Narrative, Phase};
use leptos::{html, prelude::*};

/// What four boxes hold.
#[derive(Clone, Copy)]
pub struct PhaseTexts {
    current: StoredValue<Narrative>,
    fields: [NodeRef<html::Textarea>; 4],
}

impl PhaseTexts {
    /// Boxes that start with `narrative`.
    pub fn new(narrative: &Narrative) -> Self {
        Self { current: StoredValue::new(narrative.clone()), fields: [(); 4].map(|()| NodeRef::new()) }
    }

    /// The box of a phase.
    pub fn field(self, phase: Phase) -> NodeRef<html::Textarea> {
        let [before, during, end, after] = self.fields;
        match phase {
            Phase::Before => before,
            Phase::During => during,
            Phase::End => end,
            Phase::After => after,
        }
    }

    /// Notes what is in a box now.
    pub fn set(self, phase: Phase, text: String) {
        self.current.update_value(|narrative| *phase_mut(narrative, phase) = text);
    }

    /// What the boxes hold. What was typed before the page came alive counts too.
    pub fn current(self) -> Narrative {
        #[cfg(feature = "hydrate")]
        for phase in Phase::ALL {
            if let Some(Some(field)) = self.field(phase).try_get_untracked() {
                self.set(phase, field.value());
            }
        }
        self.current.try_get_value().unwrap_or_default()
    }

    /// The content as text.
    pub fn snapshot(self) -> String {
        serde_json::to_string(&self.current()).unwrap_or_default()
    }

    /// Puts a snapshot back into the boxes.
    pub fn restore(self, snapshot: &str) {
        let Ok(narrative) = serde_json::from_str::<Narrative>(snapshot) else {
            return;
        };
        for phase in Phase::ALL {
            if let Some(field) = self.field(phase).get_untracked() {
                field.set_value(narrative.phase(phase));
            }
        }
        self.current.set_value(narrative);
    }
}

fn phase_mut(narrative: &mut Narrative, phase: Phase) -> &mut String {
    match phase {
        Phase::Before => &mut narrative.before,
        Phase::During => &mut narrative.during,
        Phase::End => &mut narrative.end,
        Phase::After => &mut narrative.after,
    }
}
