//! The two demo organisations: their people, sites and participants. All of it is made up.

use super::accounts::Pronoun::{self, He, She, They};
use crate::accounts::role::Role::{self, CompanyAdmin, FrontlineWorker, SystemAdmin, TeamLead, Viewer};
use chrono_tz::{Australia, Tz};

/// An organisation.
pub struct Provider {
    pub slug: &'static str,
    pub name: &'static str,
    pub time_zone: Tz,
    pub people: &'static [Person],
    /// Who has been invited and has not joined yet.
    pub invited: &'static [Person],
    /// The last one is the day program.
    pub sites: &'static [Site],
    pub participants: &'static [Participant],
}

/// Somebody who signs in. Addresses end in `.example`, which no mail can reach.
pub struct Person {
    pub email: &'static str,
    pub name: &'static str,
    pub role: Role,
    /// How many reports come from this person, compared with the others.
    pub share: u64,
}

/// A place where people are supported.
pub struct Site {
    pub name: &'static str,
    pub address: &'static str,
}

/// Somebody who is supported.
pub struct Participant {
    pub first_name: &'static str,
    pub surname: &'static str,
    pub pronoun: Pronoun,
    /// Index into the sites.
    pub home: usize,
    /// How many reports are about this person, compared with the others.
    pub share: u64,
}

impl Participant {
    /// As the register has it.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.surname)
    }
}

/// Runs the system and belongs to neither organisation.
pub const SYSTEM_ADMIN: Person = person("admin@supportsignal.example", "Sam Whitlock", SystemAdmin, 0);

/// Works for both, with a role of its own in each.
const SHARED: (&str, &str) = ("yusuf@banksia.example", "Yusuf Demir");

pub const PROVIDERS: [&Provider; 2] = [&BANKSIA, &COOLIBAH];

const BANKSIA: Provider = Provider {
    slug: "banksia",
    name: "Banksia Community Support",
    time_zone: Australia::Sydney,
    people: &[
        person("priya@banksia.example", "Priya Raman", FrontlineWorker, 6),
        person("daniel@banksia.example", "Daniel Kelleher", FrontlineWorker, 4),
        person("sione@banksia.example", "Sione Taufa", FrontlineWorker, 4),
        person("amara@banksia.example", "Amara Deng", FrontlineWorker, 3),
        person(SHARED.0, SHARED.1, FrontlineWorker, 2),
        person("linh@banksia.example", "Linh Pham", TeamLead, 1),
        person("tom@banksia.example", "Tom Okafor", TeamLead, 1),
        person("helen@banksia.example", "Helen Marsden", CompanyAdmin, 0),
        person("margaret@banksia.example", "Margaret O'Dowd", Viewer, 0),
    ],
    invited: &[person("grace@banksia.example", "Grace Whelan", FrontlineWorker, 0)],
    sites: &[
        Site { name: "Banksia House", address: "14 Honeyeater Street, Wattle Vale NSW" },
        Site { name: "Grevillea House", address: "3 Quarry Lane, Wattle Vale NSW" },
        Site { name: "Tallowood Villas", address: "88 Old Ferry Road, Fernhollow NSW" },
        Site { name: "Waratah Respite", address: "21 Lyrebird Close, Fernhollow NSW" },
        Site { name: "The Hub day program", address: "Unit 2, 150 Station Parade, Wattle Vale NSW" },
    ],
    participants: &[
        participant("Olivia", "Hartigan", She, 0, 7),
        participant("Desmond", "Achterberg", He, 0, 5),
        participant("Mai", "Lindqvist", She, 0, 2),
        participant("Terrence", "Bulmer", He, 0, 3),
        participant("Jacinta", "Moroney", She, 1, 4),
        participant("Hamish", "Quaife", He, 1, 6),
        participant("Soraya", "Mehrabi", She, 1, 2),
        participant("Ollie", "Vandenberg", They, 1, 3),
        participant("Graham", "Tiernan", He, 2, 2),
        participant("Philippa", "Stroud", She, 2, 3),
        participant("Isaac", "Namatjoora", He, 2, 4),
        participant("Yasmin", "Karaca", She, 2, 2),
        participant("Rowan", "Eastlake", They, 2, 2),
        participant("Bonnie", "Farrugia", She, 3, 3),
        participant("Conrad", "Pulver", He, 3, 2),
        participant("Talia", "Greenway", She, 3, 1),
        participant("Matthias", "Oberholzer", He, 3, 2),
    ],
};

const COOLIBAH: Provider = Provider {
    slug: "coolibah",
    name: "Coolibah Living",
    time_zone: Australia::Brisbane,
    people: &[
        person("mercy@coolibah.example", "Mercy Otieno", FrontlineWorker, 6),
        person("jack@coolibah.example", "Jack Thornbury", FrontlineWorker, 4),
        person("sunil@coolibah.example", "Sunil Gurung", FrontlineWorker, 4),
        person("ana@coolibah.example", "Ana Fonseca", FrontlineWorker, 3),
        person("kirsty@coolibah.example", "Kirsty Webb", TeamLead, 1),
        person(SHARED.0, SHARED.1, TeamLead, 1),
        person("alinta@coolibah.example", "Alinta Hughes", CompanyAdmin, 0),
        person("bronwyn@coolibah.example", "Bronwyn Pike", Viewer, 0),
    ],
    invited: &[person("marcus@coolibah.example", "Marcus Adeyemi", TeamLead, 0)],
    sites: &[
        Site { name: "Coolibah Lodge", address: "52 Flame Tree Avenue, Mount Pardoe QLD" },
        Site { name: "River Gum House", address: "7 Weir Street, Mount Pardoe QLD" },
        Site { name: "Jacaranda Terrace", address: "119 Cane Road, Selwyn Flat QLD" },
        Site { name: "Pandanus Units", address: "Units 1 to 6, 40 Esplanade, Pelican Bight QLD" },
        Site { name: "Selwyn Flat day program", address: "Old Progress Hall, 5 Depot Street, Selwyn Flat QLD" },
    ],
    participants: &[
        participant("Gwendolyn", "Tully", She, 0, 6),
        participant("Alfie", "Marchetti", He, 0, 6),
        participant("Noor", "Siddiq", She, 0, 3),
        participant("Clive", "Ranford", He, 0, 2),
        participant("Shanelle", "Wirra", She, 1, 4),
        participant("Dougal", "Petrie", He, 1, 3),
        participant("Akira", "Sunderland", They, 1, 3),
        participant("Marguerite", "Blaise", She, 1, 2),
        participant("Tevita", "Falau", He, 2, 5),
        participant("Odette", "Crane", She, 2, 3),
        participant("Bryce", "Hollingworth", He, 2, 2),
        participant("Anneliese", "Roth", She, 2, 2),
        participant("Emerson", "Vale", They, 2, 2),
        participant("Sebastian", "Okonjo", He, 3, 3),
        participant("Ruby", "Castellano", She, 3, 3),
        participant("Winston", "Lacey", He, 3, 2),
        participant("Hye-jin", "Seo", She, 3, 1),
        participant("Lionel", "Abbott", He, 3, 1),
    ],
};

const fn person(email: &'static str, name: &'static str, role: Role, share: u64) -> Person {
    Person { email, name, role, share }
}

const fn participant(
    first_name: &'static str,
    surname: &'static str,
    pronoun: Pronoun,
    home: usize,
    share: u64,
) -> Participant {
    Participant { first_name, surname, pronoun, home, share }
}

impl Provider {
    /// A number of nine digits for a participant. Real ones begin with 43 too; these are plainly made up.
    pub fn ndis_number(&self, participant: usize) -> String {
        let provider = PROVIDERS.iter().position(|provider| provider.slug == self.slug).unwrap_or_default();
        format!("43000{}{:03}", provider + 1, 100 + participant)
    }
}

#[cfg(test)]
mod tests {
    use super::{PROVIDERS, SYSTEM_ADMIN};
    use crate::{
        accounts::{email::Email, role::Role},
        participants::participant::{NewParticipant, ParticipantForm},
        sites::site::{NewSite, SiteForm},
        tenants::tenant::TenantSlug,
    };
    use std::collections::HashSet;

    #[test]
    fn the_demo_is_what_the_product_takes() {
        let mut numbers = HashSet::new();
        for provider in PROVIDERS {
            assert!(provider.slug.parse::<TenantSlug>().is_ok());
            for person in provider.people.iter().chain([&SYSTEM_ADMIN]) {
                assert_eq!(Email::parse(person.email).unwrap().as_str(), person.email);
                assert!(person.email.ends_with(".example"));
            }
            for (index, participant) in provider.participants.iter().enumerate() {
                assert!(participant.home + 1 < provider.sites.len(), "nobody lives at the day program");
                let ndis_number = provider.ndis_number(index);
                let form = ParticipantForm {
                    name: participant.name(),
                    ndis_number: ndis_number.clone(),
                    ..Default::default()
                };
                assert_eq!(NewParticipant::parse(&form).unwrap().ndis_number.as_ref(), Some(&ndis_number));
                assert!(ndis_number.starts_with("43") && numbers.insert(ndis_number));
            }
            for site in provider.sites {
                let form =
                    SiteForm { name: site.name.to_owned(), address: site.address.to_owned(), ..Default::default() };
                assert!(NewSite::parse(&form).is_ok());
            }
        }
    }

    #[test]
    fn every_role_is_there_to_try() {
        for provider in PROVIDERS {
            for role in Role::ALL.iter().copied().filter(|role| *role != Role::SystemAdmin) {
                assert!(provider.people.iter().any(|person| person.role == role), "{role:?} at {}", provider.slug);
            }
        }
        assert_eq!(SYSTEM_ADMIN.role, Role::SystemAdmin);
    }
}
