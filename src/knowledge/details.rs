//! What a person may say about a document: title, tags, who may read it. And an article's text.

use crate::{
    accounts::role::Role,
    error::{AppError, FieldError},
    incidents::narrative::{clean_line, clean_text},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub const MAX_TITLE_CHARACTERS: usize = 200;
pub const MAX_TAGS: usize = 20;
pub const MAX_TAG_CHARACTERS: usize = 40;
pub const MAX_ARTICLE_CHARACTERS: usize = 100_000;

/// The roles that a document can be kept to. Admins manage every document of their organisation, and read
/// those that their role may.
pub const READER_ROLES: [Role; 4] = [Role::FrontlineWorker, Role::TeamLead, Role::Viewer, Role::CompanyAdmin];

/// The key in `roles` that says that a person had the boxes in front of them: to tick none is a mistake
/// then, and not a wish to let everybody read.
pub const BOXES_SHOWN: &str = "shown";

/// The form of a document's details as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DetailsForm {
    pub title: String,
    /// Separated by commas.
    pub tags: String,
    /// A box a role, named `roles[team_lead]` and so on. Nothing sent: everybody may read it; boxes that
    /// were there and left empty come with [`BOXES_SHOWN`].
    pub roles: BTreeMap<String, String>,
}

/// The form, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    pub title: String,
    pub tags: Vec<String>,
    pub allowed_roles: Option<Vec<Role>>,
}

impl Details {
    /// Reads the form; every field that can't be used has its own message.
    pub fn parse(form: &DetailsForm) -> Result<Self, AppError> {
        let mut fields = Vec::new();
        let title = note(&mut fields, parse_title(&form.title));
        let tags = note(&mut fields, parse_tags(&form.tags));
        let roles = note(&mut fields, parse_roles(form.roles.keys().map(String::as_str)));
        match (title, tags, roles) {
            (Some(title), Some(tags), Some(allowed_roles)) => Ok(Self { title, tags, allowed_roles }),
            _ => Err(AppError::Invalid { fields }),
        }
    }
}

/// The form of an article as it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArticleForm {
    pub title: String,
    /// Markdown.
    pub body: String,
    /// As [`DetailsForm`] has them.
    pub tags: String,
    pub roles: BTreeMap<String, String>,
}

/// The form, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewArticle {
    pub details: Details,
    pub body: String,
}

impl NewArticle {
    /// Reads the form; every field that can't be used has its own message.
    pub fn parse(form: &ArticleForm) -> Result<Self, AppError> {
        let details = DetailsForm { title: form.title.clone(), tags: form.tags.clone(), roles: form.roles.clone() };
        let (mut fields, details) = match Details::parse(&details) {
            Ok(details) => (Vec::new(), Some(details)),
            Err(AppError::Invalid { fields }) => (fields, None),
            Err(other) => return Err(other),
        };
        let body = note(&mut fields, parse_body(&form.body));
        match (details, body) {
            (Some(details), Some(body)) => Ok(Self { details, body }),
            _ => Err(AppError::Invalid { fields }),
        }
    }
}

#[cfg(feature = "ssr")]
impl NewArticle {
    /// What an article's file is called where it is downloaded.
    pub const FILE_NAME: &str = "article.md";

    /// The document that it becomes.
    pub fn document(&self) -> super::store::NewDocument {
        super::store::NewDocument {
            title: self.details.title.clone(),
            source_path: None,
            file_name: Self::FILE_NAME.to_owned(),
            file_type: super::document::FileType::Article,
            tags: self.details.tags.clone(),
            allowed_roles: self.details.allowed_roles.clone(),
        }
    }
}

fn parse_body(text: &str) -> Result<String, FieldError> {
    let body = clean_text(text).trim().to_owned();
    match body.chars().count() {
        0 => Err(refused("body", "Write the article's text.")),
        1..=MAX_ARTICLE_CHARACTERS => Ok(body),
        _ => Err(refused("body", "The text is longer than 100,000 characters. Split it into several articles.")),
    }
}

fn parse_title(text: &str) -> Result<String, FieldError> {
    let title = clean_line(text);
    match title.chars().count() {
        0 => Err(refused("title", "Enter a title.")),
        1..=MAX_TITLE_CHARACTERS => Ok(title),
        _ => Err(refused("title", "Use at most 200 characters for the title.")),
    }
}

/// Tags are kept in lower case, each once.
pub fn parse_tags(text: &str) -> Result<Vec<String>, FieldError> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split([',', ';', '\n']) {
        let tag = clean_line(tag).to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        if tag.chars().count() > MAX_TAG_CHARACTERS {
            return Err(refused("tags", "Use at most 40 characters for a tag."));
        }
        if !tag.is_empty() && !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if tags.len() > MAX_TAGS { Err(refused("tags", "Use at most 20 tags.")) } else { Ok(tags) }
}

/// All roles mean everybody, and so does no role where nobody was asked.
pub fn parse_roles<'a>(ticked: impl Iterator<Item = &'a str>) -> Result<Option<Vec<Role>>, FieldError> {
    let (mut roles, mut were_boxes_shown) = (Vec::new(), false);
    for name in ticked {
        if name == BOXES_SHOWN {
            were_boxes_shown = true;
            continue;
        }
        let role = Role::parse(name).filter(|role| READER_ROLES.contains(role));
        roles.push(role.ok_or_else(|| refused("roles", "Choose roles from the list."))?);
    }
    if were_boxes_shown && roles.is_empty() {
        return Err(refused("roles", "Tick at least one role."));
    }
    let is_everybody = roles.is_empty() || READER_ROLES.iter().all(|role| roles.contains(role));
    roles.sort_by_key(|role| READER_ROLES.iter().position(|reader| reader == role));
    roles.dedup();
    Ok(if is_everybody { None } else { Some(roles) })
}

/// Whether somebody of this role reads a document that is kept to these roles.
pub fn may_read(role: Role, allowed_roles: Option<&[Role]>) -> bool {
    allowed_roles.is_none_or(|roles| roles.contains(&role))
}

fn refused(field: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), message: message.to_owned() }
}

fn note<T>(fields: &mut Vec<FieldError>, result: Result<T, FieldError>) -> Option<T> {
    result.map_err(|field| fields.push(field)).ok()
}

#[cfg(test)]
mod tests {
    use super::{ArticleForm, Details, DetailsForm, NewArticle};
    use crate::accounts::role::Role;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn form() -> DetailsForm {
        DetailsForm { title: "Medication policy".into(), ..DetailsForm::default() }
    }

    fn ticked(roles: &[&str]) -> BTreeMap<String, String> {
        roles.iter().map(|role| ((*role).to_owned(), "on".to_owned())).collect()
    }

    #[test]
    fn tags_are_told_apart_by_commas_and_kept_once() {
        let details = Details::parse(&DetailsForm { tags: "Medication, on  call,, medication".into(), ..form() });
        assert_eq!(details.expect("valid").tags, ["medication", "on call"]);
        let many = (0..21).map(|number| format!("tag{number},")).collect();
        assert!(Details::parse(&DetailsForm { tags: many, ..form() }).expect_err("many").at("tags").is_some());
    }

    #[test]
    fn nothing_sent_and_every_box_mean_everybody() {
        let roles = |roles: &[&str]| {
            Details::parse(&DetailsForm { roles: ticked(roles), ..form() }).map(|details| details.allowed_roles)
        };
        assert_eq!(roles(&[]), Ok(None));
        assert_eq!(roles(&["frontline_worker", "team_lead", "viewer", "company_admin"]), Ok(None));
        assert_eq!(roles(&["team_lead", "frontline_worker"]), Ok(Some(vec![Role::FrontlineWorker, Role::TeamLead])));
        assert_eq!(roles(&["shown", "team_lead"]), Ok(Some(vec![Role::TeamLead])), "admins aren't added");
        assert!(roles(&["shown"]).expect_err("nobody could read it").at("roles").is_some());
        assert!(roles(&["king"]).expect_err("no role").at("roles").is_some());
        assert!(roles(&["system_admin"]).is_err());
    }

    #[test]
    fn every_bad_field_of_an_article_gets_its_message() {
        let bad = ArticleForm {
            body: " \n".into(),
            tags: "t".repeat(41),
            roles: ticked(&["king"]),
            ..ArticleForm::default()
        };
        let error = NewArticle::parse(&bad).expect_err("all bad");
        for field in ["title", "tags", "roles", "body"] {
            assert!(error.at(field).is_some(), "{field}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_fits_the_table(title in "\\PC{0,210}[\\x00-\\x1f]{0,3}", tags in "\\PC{0,90}") {
            if let Ok(details) = Details::parse(&DetailsForm { title, tags, ..form() }) {
                prop_assert!((1..=200).contains(&details.title.chars().count()));
                prop_assert!(details.tags.len() <= 20);
                prop_assert!(details.tags.iter().all(|tag| !tag.is_empty() && !tag.contains('\0')));
            }
        }
    }
}
