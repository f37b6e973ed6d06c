use crate::{
    analysis::analysis::{Evidence, IncidentType, Severity, SuggestedClassification},
    incidents::narrative::{Narrative, Phase},
};
pub fn classify(narrative: &Narrative, _participant_name: &str) -> Vec<SuggestedClassification> {
    let quote = narrative.during.split(". ").next().unwrap_or_default().to_owned();
    vec![SuggestedClassification {
        incident_type: IncidentType::Environmental,
        severity: Severity::High,
        confidence: 0.5,
        evidence: vec![Evidence { phase: Phase::During, quote }],
    }]
}
