//! Setting an organisation up: its people, sites and participants.

use super::{
    providers::{Person, Provider},
    store,
};
use crate::{
    accounts::{email::Email, invitations::invite, member::Member, role::Role, store as accounts},
    audit::{event::Action, store as audit},
    error::AppError,
    ids::{ParticipantId, SiteId, TenantId, UserId},
    participants::{
        participant::{NewParticipant, ParticipantStatus},
        store as participants,
    },
    platform::database::TenantTx,
    sites::{
        site::{NewSite, SiteStatus},
        store as sites,
    },
    tenants::{settings::Profile, store::settings},
};
use anyhow::Context;
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgPool;

/// An organisation in the database. Each list is in the order of its [`Provider`].
pub struct Organisation {
    pub tenant_id: TenantId,
    pub people: Vec<Member>,
    pub sites: Vec<SiteId>,
    pub participants: Vec<ParticipantId>,
}

/// Makes sure that a person can sign in.
pub async fn find_or_create_user(pool: &PgPool, email: &str, password_hash: &str) -> Result<UserId, AppError> {
    if let Some(user_id) = store::find_user(pool, email).await? {
        return Ok(user_id);
    }
    let user_id = UserId::generate();
    accounts::create_user(pool, user_id, &Email::parse(email)?, password_hash).await?;
    Ok(user_id)
}

/// Sets an organisation up whose people can sign in already, or finds it as an earlier run left it.
pub async fn set_up(pool: &PgPool, provider: &Provider, since: DateTime<Utc>) -> anyhow::Result<Organisation> {
    if find_members(pool, provider).await?.is_none() {
        create(pool, provider, since).await.with_context(|| format!("{} can't be set up", provider.name))?;
        let people = find_members(pool, provider).await?.context("an organisation lacks its people")?;
        fill_profile(pool, provider, &people).await?;
    }
    let people = find_members(pool, provider).await?.context("an organisation lacks its people")?;
    let tenant_id = people.first().context("an organisation lacks its people")?.tenant_id;
    let mut tx = TenantTx::begin_for_system(pool, tenant_id).await?;
    let known_sites = sites::list_options(&mut tx).await?;
    let known_participants = participants::list_options(&mut tx).await?;
    let sites = provider
        .sites
        .iter()
        .map(|site| known_sites.iter().find(|known| known.name == site.name).map(|known| known.id));
    let participants = provider
        .participants
        .iter()
        .map(|one| known_participants.iter().find(|known| known.name == one.name()).map(|known| known.id));
    Ok(Organisation {
        tenant_id,
        people,
        sites: sites.collect::<Option<_>>().context("an organisation lacks a site")?,
        participants: participants.collect::<Option<_>>().context("an organisation lacks a participant")?,
    })
}

/// What the admin has entered; numbers of 5550 are nobody's.
async fn fill_profile(pool: &PgPool, provider: &Provider, people: &[Member]) -> anyhow::Result<()> {
    let admin =
        people.iter().find(|person| person.role == Role::CompanyAdmin).context("an organisation lacks its admin")?;
    let profile = Profile {
        name: provider.name.to_owned(),
        abn: String::new(),
        contact_email: format!("office@{}.example", provider.slug),
        contact_phone: "(02) 5550 0140".to_owned(),
        postal_address: provider.sites.first().map(|site| site.address.to_owned()).unwrap_or_default(),
    };
    let mut tx = TenantTx::begin(pool, admin).await?;
    settings::save_profile(&mut tx, 0, &profile).await?;
    Ok(tx.commit().await?)
}

/// The provider's people, all of them or none.
async fn find_members(pool: &PgPool, provider: &Provider) -> Result<Option<Vec<Member>>, AppError> {
    let mut members = Vec::new();
    for person in provider.people {
        let Some(user_id) = store::find_user(pool, person.email).await? else {
            return Ok(None);
        };
        let memberships = accounts::memberships_of(pool, user_id).await?;
        match memberships.into_iter().find(|member| member.tenant.as_str() == provider.slug) {
            Some(member) => members.push(member),
            None => return Ok(None),
        }
    }
    Ok(Some(members))
}

async fn create(pool: &PgPool, provider: &Provider, since: DateTime<Utc>) -> anyhow::Result<()> {
    let tenant_id = TenantId::generate();
    let mut tx = TenantTx::begin_for_system(pool, tenant_id).await?;
    store::insert_tenant(&mut tx, provider, since).await?;
    audit::record(&mut tx, Action::TenantCreated, "tenant", tenant_id.uuid(), json!({})).await?;
    for person in provider.people {
        let user_id = store::find_user(pool, person.email).await?.context("a person can't sign in yet")?;
        add_person(&mut tx, user_id, person, since).await?;
    }
    for person in provider.invited {
        // Without a mail: nobody reads the addresses of the demo.
        invite(&mut tx, &Email::parse(person.email)?, person.name, person.role).await?;
    }
    let mut site_ids = Vec::new();
    for site in provider.sites {
        let new = NewSite { name: site.name.to_owned(), address: site.address.to_owned(), status: SiteStatus::Active };
        site_ids.push(sites::insert_site(&mut tx, &new).await?);
    }
    for (index, participant) in provider.participants.iter().enumerate() {
        let new = NewParticipant {
            name: participant.name(),
            ndis_number: Some(provider.ndis_number(index)),
            site_id: site_ids.get(participant.home).copied(),
            status: ParticipantStatus::Active,
        };
        participants::insert_participant(&mut tx, &new).await?;
    }
    store::date_register(&mut tx, since).await?;
    Ok(tx.commit().await?)
}

/// Makes a person a member of the organisation that the transaction is in.
pub async fn add_person(
    tx: &mut TenantTx,
    user_id: UserId,
    person: &Person,
    since: DateTime<Utc>,
) -> Result<(), AppError> {
    store::insert_membership(tx, user_id, person, since).await?;
    audit::record(tx, Action::MembershipAdded, "membership", user_id.uuid(), json!({ "role": person.role })).await
}
