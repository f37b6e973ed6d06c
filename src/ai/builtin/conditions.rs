use crate::{analysis::analysis::Condition, incidents::narrative::Narrative};
pub fn conditions(_narrative: &Narrative, _participant_name: &str) -> (Vec<Condition>, f32) {
    (Vec::new(), 0.5)
}
