//! A form with files, taken in piece by piece.

use crate::{
    accounts::member::Member,
    error::AppError,
    incidents::narrative::clean_line,
    knowledge::{
        document::FileType,
        originals::{self, Original},
        upload::{MAX_FILE_BYTES, MAX_FILES, Refusal, UploadProblem},
    },
    platform::Services,
};
use axum::extract::{
    FromRequest, Multipart, Request,
    multipart::{Field, MultipartError},
};
use http::StatusCode;
use sha2::{Digest, Sha256};

const MAX_NAME_CHARACTERS: usize = 200;
const MAX_PATH_CHARACTERS: usize = 500;
/// Fields that aren't files.
const MAX_FIELDS: usize = 40;
/// Files that are listed, those beyond [`MAX_FILES`] as refused.
const MAX_LISTED_FILES: usize = 4 * MAX_FILES;
const MAX_FIELD_BYTES: usize = 16 * 1024;

/// What was sent. Its files are in the store.
#[derive(Debug, Default)]
pub struct Form {
    pub files: Vec<SentFile>,
    fields: Vec<(String, String)>,
}

/// One file of it.
#[derive(Debug)]
pub struct SentFile {
    /// Without folders.
    pub name: String,
    /// Its path in the folder that was chosen.
    pub source_path: Option<String>,
    pub stored: Result<Original, Refusal>,
}

impl SentFile {
    /// What its document is called at first.
    pub fn title(&self) -> String {
        let stem = self.name.rsplit_once('.').map_or(self.name.as_str(), |(stem, _)| stem);
        let title = stem.replace('_', " ").split_whitespace().collect::<Vec<_>>().join(" ");
        if title.is_empty() { self.name.clone() } else { title }
    }
}

impl Form {
    /// Takes the form; its files that can be taken are in the store then.
    pub async fn take(services: &Services, member: &Member, request: Request) -> Result<Self, AppError> {
        member.standing.require_write()?;
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| incomplete())?;
        let mut form = Self::default();
        match form.fill(services, member, &mut parts).await {
            Ok(()) if form.files.is_empty() => Err(AppError::field("files", UploadProblem::NoFile.label())),
            Ok(()) => Ok(form),
            Err(error) => {
                let stored = form.files.iter().filter_map(|file| file.stored.as_ref().ok());
                let keys: Vec<_> = stored.map(|original| original.storage_key.clone()).collect();
                originals::delete(&services.files, &keys).await;
                Err(error)
            }
        }
    }

    async fn fill(&mut self, services: &Services, member: &Member, parts: &mut Multipart) -> Result<(), AppError> {
        while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
            match part.file_name().map(clean_line) {
                // A file field in which nothing was chosen.
                Some(name) if name.is_empty() => {}
                Some(_) if self.files.len() >= MAX_LISTED_FILES => return Err(incomplete()),
                Some(name) => {
                    let file = self.take_file(services, member, &name, part).await?;
                    self.files.push(file);
                }
                None => {
                    let name = clean_line(part.name().unwrap_or_default());
                    let text = take_text(part).await?;
                    self.fields.push((name, text));
                    if self.fields.len() > MAX_FIELDS {
                        return Err(incomplete());
                    }
                }
            }
        }
        Ok(())
    }

    /// A file that is refused isn't read at all, or no further than it has to be.
    async fn take_file(
        &self,
        services: &Services,
        member: &Member,
        sent_name: &str,
        part: Field<'_>,
    ) -> Result<SentFile, AppError> {
        let (name, source_path) = split_path(sent_name);
        let is_long = name.chars().count() > MAX_NAME_CHARACTERS
            || source_path.as_ref().is_some_and(|path| path.chars().count() > MAX_PATH_CHARACTERS);
        let stored = match FileType::of_file_name(&name) {
            _ if self.files.len() >= MAX_FILES => Err(Refusal::TooMany),
            _ if is_long => Err(Refusal::LongName),
            None => Err(Refusal::UnknownType),
            Some(file_type) => store_part(services, member, &name, file_type, part).await?,
        };
        Ok(SentFile { name: name.chars().take(MAX_NAME_CHARACTERS).collect(), source_path, stored })
    }

    /// A field's text; empty if it wasn't sent.
    pub fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text)
    }

    /// The keys that were sent of a field with keys, as `roles[team_lead]`.
    pub fn keys(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter_map(move |(field, _)| field.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']'))
    }
}

async fn store_part(
    services: &Services,
    member: &Member,
    name: &str,
    file_type: FileType,
    mut part: Field<'_>,
) -> Result<Result<Original, Refusal>, AppError> {
    let storage_key = originals::new_key(member.tenant_id);
    let mut writer = services.files.begin(&storage_key).await?;
    let (mut hasher, mut size) = (Sha256::new(), 0_u64);
    loop {
        let bytes = match part.chunk().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            Err(error) => {
                writer.abandon().await;
                return Err(broken(&error));
            }
        };
        size = size.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if size > MAX_FILE_BYTES {
            writer.abandon().await;
            return Ok(Err(Refusal::TooLarge));
        }
        hasher.update(&bytes);
        if let Err(error) = writer.write(bytes).await {
            writer.abandon().await;
            return Err(error);
        }
    }
    if size == 0 {
        writer.abandon().await;
        return Ok(Err(Refusal::Empty));
    }
    if let Err(error) = writer.finish().await {
        // The store may have made the file before its answer was lost.
        originals::delete(&services.files, &[storage_key]).await;
        return Err(error);
    }
    Ok(Ok(Original {
        file_name: name.to_owned(),
        file_type,
        storage_key,
        byte_size: i64::try_from(size).map_err(|_| AppError::Internal)?,
        content_hash: hasher.finalize().into(),
    }))
}

async fn take_text(mut part: Field<'_>) -> Result<String, AppError> {
    let mut bytes = Vec::new();
    while let Some(piece) = part.chunk().await.map_err(|error| broken(&error))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > MAX_FIELD_BYTES {
            return Err(incomplete());
        }
    }
    String::from_utf8(bytes).map_err(|_| incomplete())
}

/// A name that a folder's field has sent: the file's own, and its path if it has one.
fn split_path(sent: &str) -> (String, Option<String>) {
    let sent = sent.replace('\\', "/");
    let parts: Vec<_> =
        sent.split('/').map(str::trim).filter(|part| !part.is_empty() && *part != "." && *part != "..").collect();
    let name = parts.last().map_or_else(String::new, |name| (*name).to_owned());
    (name, (parts.len() > 1).then(|| parts.join("/")))
}

fn incomplete() -> AppError {
    AppError::not_possible("The form was incomplete. Open the page again and retry.")
}

/// The connection broke, or it was too much.
fn broken(error: &MultipartError) -> AppError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        AppError::field("too_much", UploadProblem::TooMuch.label())
    } else {
        incomplete()
    }
}

#[cfg(test)]
mod tests {
    use super::{Refusal, SentFile, split_path};

    #[test]
    fn a_path_is_kept_and_a_name_becomes_a_title() {
        assert_eq!(split_path("policies/on call/rota.md"), ("rota.md".into(), Some("policies/on call/rota.md".into())));
        assert_eq!(split_path("C:\\fakepath\\rota.md").0, "rota.md");
        assert_eq!(split_path("../../etc/passwd.txt"), ("passwd.txt".into(), Some("etc/passwd.txt".into())));
        assert_eq!(split_path("rota.md"), ("rota.md".into(), None));
        let title =
            |name: &str| SentFile { name: name.to_owned(), source_path: None, stored: Err(Refusal::Empty) }.title();
        assert_eq!(title("Medication_policy  v2.1.pdf"), "Medication policy v2.1");
        assert_eq!(title(".md"), ".md");
    }
}
