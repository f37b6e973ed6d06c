//! The names that must not leave the machine.

use super::masking::KnownNames;
use crate::{error::AppError, ids::IncidentId, platform::database::TenantTx};

/// The names of the tenant's participants, people and places, and those that the incident has of its
/// own.
pub async fn known_names(tx: &mut TenantTx, incident_id: Option<IncidentId>) -> Result<KnownNames, AppError> {
    let tenant_id = tx.tenant_id();
    let rows = sqlx::query!(
        r#"select 'participant' as "kind!", name as "name!" from participants where tenant_id = $1
           union select 'person', display_name from memberships where tenant_id = $1
           union select 'place', name from sites where tenant_id = $1
           union select 'place', address from sites where tenant_id = $1
           union select 'participant', participant_name from incidents where tenant_id = $1 and id = $2
           union select 'person', reporter_name from incidents where tenant_id = $1 and id = $2
           union select 'place', location from incidents where tenant_id = $1 and id = $2"#,
        tenant_id.uuid(),
        incident_id.map(IncidentId::uuid),
    )
    .fetch_all(tx.connection())
    .await?;
    let mut known = KnownNames::default();
    for row in rows.into_iter().filter(|row| !row.name.trim().is_empty()) {
        match row.kind.as_str() {
            "participant" => known.participants.push(row.name),
            "person" => known.people.push(row.name),
            _ => known.places.push(row.name),
        }
    }
    Ok(known)
}
