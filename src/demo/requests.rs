//! A legal hold and a request that waits for the admin, so that the page of data requests has something to show.

use super::organisation::Organisation;
use crate::{
    accounts::role::Role,
    data_requests::{
        hold::{NamedSubject, NewHold},
        request::{DataSubject, NewRequest, RequestType},
        store::{holds, open_request},
    },
    platform::database::TenantTx,
};
use anyhow::Context;
use sqlx::PgPool;

/// Places and opens what an earlier run didn't.
pub async fn fill(pool: &PgPool, organisation: &Organisation) -> anyhow::Result<()> {
    let admin = organisation.people.iter().find(|person| person.role == Role::CompanyAdmin);
    let admin = admin.context("an organisation lacks its admin")?;
    let mut participants = organisation.participants.iter().rev();
    let (Some(held), Some(asking)) = (participants.next(), participants.next()) else {
        return Ok(());
    };
    let mut tx = TenantTx::begin(pool, admin).await?;
    if !holds::list_holds(&mut tx, 1).await?.is_empty() {
        return Ok(());
    }
    let hold = NewHold {
        subject: NamedSubject::Person(DataSubject::Participant(*held)),
        reason: "Insurance claim after a fall; the insurer asked us to keep everything.".to_owned(),
    };
    holds::place(&mut tx, &hold).await?;
    let request = NewRequest {
        request_type: RequestType::Export,
        subject: DataSubject::Participant(*asking),
        note: "Asked by letter, signed by the participant's guardian. Guardianship order seen.".to_owned(),
    };
    open_request(&mut tx, &request, false).await?;
    Ok(tx.commit().await?)
}
