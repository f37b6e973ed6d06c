//! What the demo organisations have written down: policies, procedures, plans and memos, and a few
//! summaries of rules that everybody may read. All of it is made up but the rules.

mod banksia;
mod coolibah;
mod shared;

use super::{
    organisation::Organisation,
    providers::Provider,
    store::{commit_lazily, library as store},
};
use crate::{
    accounts::role::Role,
    error::AppError,
    ids::{DocumentId, TenantId},
    knowledge::{
        document::FileType,
        library::{Author, add_ready},
        store::NewDocument,
    },
    platform::{Services, database::TenantTx},
};
use anyhow::Context;
use chrono::{DateTime, Duration, Utc};

pub use banksia::DOCUMENTS as BANKSIA;
pub use coolibah::DOCUMENTS as COOLIBAH;
pub use shared::DOCUMENTS as SHARED;

/// Whom plans about one person's behaviour are kept to.
const LEADERS: &[Role] = &[Role::TeamLead, Role::CompanyAdmin];

/// A document of the demo.
pub struct Document {
    pub file: &'static str,
    pub text: &'static str,
    pub title: &'static str,
    pub tags: &'static [&'static str],
    /// Empty: everybody in the organisation.
    pub readers: &'static [Role],
    /// The folder that it came from.
    pub folder: &'static str,
    /// How many days ago it was put there.
    pub age_days: i64,
}

/// Documents whose files lie in one folder: file, title, tags, readers, folder that it came from, age.
macro_rules! documents {
    ($place:literal: $($file:literal, $title:literal, $tags:expr, $readers:expr, $folder:literal, $age_days:literal;)+) => {
        pub const DOCUMENTS: &[$crate::demo::library::Document] = &[$(
            $crate::demo::library::Document {
                file: $file,
                text: include_str!(concat!($place, "/", $file)),
                title: $title,
                tags: &$tags,
                readers: $readers,
                folder: $folder,
                age_days: $age_days,
            },
        )+];
    };
}
use documents;

impl Document {
    /// The file's name without its ending.
    pub fn stem(&self) -> &'static str {
        self.file.split_once('.').map_or(self.file, |(stem, _)| stem)
    }

    pub fn file_type(&self) -> FileType {
        match self.file.rsplit_once('.') {
            Some((_, "md")) => FileType::Markdown,
            Some((_, "html")) => FileType::Html,
            _ => FileType::Text,
        }
    }

    fn source_path(&self) -> String {
        format!("{}/{}", self.folder, self.file)
    }

    fn new_document(&self) -> NewDocument {
        NewDocument {
            title: self.title.to_owned(),
            source_path: Some(self.source_path()),
            file_name: self.file.to_owned(),
            file_type: self.file_type(),
            tags: self.tags.iter().map(|tag| (*tag).to_owned()).collect(),
            allowed_roles: (!self.readers.is_empty()).then(|| self.readers.to_vec()),
        }
    }
}

/// The documents of an organisation.
pub fn documents_of(provider: &Provider) -> &'static [Document] {
    if provider.slug == "banksia" { BANKSIA } else { COOLIBAH }
}

/// Puts an organisation's documents into its knowledge base, as its admin would. What an earlier run
/// put there stays.
pub async fn fill(
    services: &Services,
    provider: &Provider,
    organisation: &Organisation,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let admin = organisation.people.iter().find(|person| person.role == Role::CompanyAdmin);
    let author = Author::Member(admin.context("an organisation lacks its admin")?);
    add(services, organisation.tenant_id, author, documents_of(provider), now).await
}

/// Puts the documents there that every organisation may read.
pub async fn fill_shared(services: &Services, now: DateTime<Utc>) -> anyhow::Result<()> {
    add(services, TenantId::SYSTEM, Author::System(TenantId::SYSTEM), SHARED, now).await
}

async fn add(
    services: &Services,
    tenant_id: TenantId,
    author: Author<'_>,
    documents: &'static [Document],
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut tx = TenantTx::begin_for_system(&services.pool, tenant_id).await?;
    let known = store::list_source_paths(&mut tx).await?;
    drop(tx);
    for document in documents.iter().filter(|document| !known.contains(&document.source_path())) {
        let id = add_ready(services, author, &document.new_document(), document.text).await?;
        date(services, tenant_id, id, now - Duration::days(document.age_days)).await?;
    }
    Ok(())
}

async fn date(services: &Services, tenant_id: TenantId, id: DocumentId, added: DateTime<Utc>) -> Result<(), AppError> {
    let mut tx = TenantTx::begin_for_system(&services.pool, tenant_id).await?;
    commit_lazily(&mut tx).await?;
    store::date_document(&mut tx, id, added).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::{BANKSIA, COOLIBAH, Document, SHARED};
    use crate::{
        demo::providers::{PROVIDERS, Provider},
        knowledge::document::FileType,
    };
    use regex::Regex;
    use std::collections::HashSet;

    const LIBRARIES: [&[Document]; 3] = [BANKSIA, COOLIBAH, SHARED];

    #[test]
    fn every_library_is_whole_and_has_files_of_several_kinds() {
        for documents in LIBRARIES {
            let files: HashSet<_> = documents.iter().map(|document| document.file).collect();
            let titles: HashSet<_> = documents.iter().map(|document| document.title).collect();
            assert!(files.len() == documents.len() && titles.len() == documents.len());
            for kind in [FileType::Markdown, FileType::Html, FileType::Text] {
                assert!(documents.iter().any(|document| document.file_type() == kind), "{kind:?}");
            }
            for document in documents {
                let words = document.text.split_whitespace().count();
                assert!((250..=900).contains(&words), "{} has {words} words", document.file);
                assert!(document.age_days > 0 && !document.tags.is_empty(), "{}", document.file);
            }
        }
        assert!(BANKSIA.len() >= 20 && COOLIBAH.len() >= 20);
    }

    /// Isolation can be seen only if what one organisation says isn't true of the other.
    #[test]
    fn no_document_speaks_of_the_other_organisation() {
        let [banksia, coolibah] = PROVIDERS;
        for (own, other, documents) in [(banksia, coolibah, BANKSIA), (coolibah, banksia, COOLIBAH)] {
            let names = |provider: &Provider| {
                let participants = provider.participants.iter().map(|one| one.name());
                participants.chain([provider.name.to_owned()]).collect::<Vec<_>>()
            };
            let own_names = names(own);
            assert!(own_names.iter().any(|name| documents.iter().any(|document| document.text.contains(name))));
            for name in names(other) {
                assert!(documents.iter().all(|document| !document.text.contains(&name)), "{name}");
            }
        }
    }

    /// The authority keeps these ranges free for stories.
    #[test]
    fn telephone_numbers_are_made_up_or_public() {
        const PUBLIC: [&str; 8] = [
            "13 11 26",
            "13 11 14",
            "13 43 25 84",
            "13 92 76",
            "132 500",
            "1800 035 544",
            "1800 679 737",
            "1800 737 732",
        ];
        let number = Regex::new(
            r"\(0\d\) \d{4} \d{4}|\b04\d\d \d{3} \d{3}\b|\b1[38]00 \d{3} \d{3}\b|\b13\d? \d{2,3}(?: \d\d)*\b",
        );
        let number = number.unwrap();
        for document in LIBRARIES.into_iter().flatten() {
            for found in number.find_iter(document.text).map(|found| found.as_str()) {
                let is_made_up = ["(02) 5550 ", "(07) 5550 ", "0491 57"].iter().any(|range| found.starts_with(range));
                assert!(is_made_up || PUBLIC.contains(&found), "{found} in {}", document.file);
            }
        }
    }
}
