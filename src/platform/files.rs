//! Where files that people upload are kept: a folder below the data directory, or a bucket that speaks
//! S3. Keys begin with the tenant's id; nothing but the server reads them.

use super::config::{Config, FilesConfig};
use crate::error::AppError;
use anyhow::Context;
use axum::body::Bytes;
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart, aws::AmazonS3Builder, local::LocalFileSystem, path::Path,
};
use secrecy::ExposeSecret;
use std::{io, path::PathBuf, sync::Arc};

/// A file piece by piece.
pub type FileStream = BoxStream<'static, Result<Bytes, AppError>>;

/// Parts that may be on their way to the store while more comes in; each holds 5 MB.
const PARTS_IN_FLIGHT: usize = 2;

/// A file that is there whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    pub key: String,
    pub modified_at: DateTime<Utc>,
}

/// The file store. Clones share it.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// Where they lie, if not in a bucket.
    folder: Option<PathBuf>,
}

impl Files {
    /// Opens the store; a folder is made if it isn't there.
    pub fn from_config(config: &Config) -> anyhow::Result<Self> {
        match &config.files {
            FilesConfig::Folder(folder) => {
                std::fs::create_dir_all(folder).context("the folder for files can't be made")?;
                let store = LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true);
                Ok(Self { store: Arc::new(store), folder: Some(folder.clone()) })
            }
            FilesConfig::S3 { bucket, region, endpoint, key_id, secret } => {
                let mut builder = AmazonS3Builder::new()
                    .with_bucket_name(bucket)
                    .with_region(region)
                    .with_access_key_id(key_id)
                    .with_secret_access_key(secret.expose_secret());
                if let Some(endpoint) = endpoint {
                    builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
                }
                let store = builder.build().context("the S3 bucket for files can't be used")?;
                Ok(Self { store: Arc::new(store), folder: None })
            }
        }
    }

    /// Writes a file, or writes over it.
    pub async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), AppError> {
        self.store.put(&Path::from(key), PutPayload::from(bytes)).await.map(|_| ()).map_err(|error| failed(&error))
    }

    /// Reads a whole file; `NotFound` if there is none.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, AppError> {
        let found = self.store.get(&Path::from(key)).await.map_err(|error| failed(&error))?;
        found.bytes().await.map(|bytes| bytes.to_vec()).map_err(|error| failed(&error))
    }

    /// Begins a file of a size that isn't known yet. It is there once it is finished, whole or not at all.
    pub async fn begin(&self, key: &str) -> Result<FileWriter, AppError> {
        let upload = self.store.put_multipart(&Path::from(key)).await.map_err(|error| failed(&error))?;
        Ok(FileWriter { upload: WriteMultipart::new(upload) })
    }

    /// Reads a file piece by piece; `NotFound` if there is none.
    pub async fn open(&self, key: &str) -> Result<FileStream, AppError> {
        let found = self.store.get(&Path::from(key)).await.map_err(|error| failed(&error))?;
        Ok(found.into_stream().map(|piece| piece.map_err(|error| failed(&error))).boxed())
    }

    /// Removes a file; one that isn't there is removed already.
    pub async fn delete(&self, key: &str) -> Result<(), AppError> {
        match self.store.delete(&Path::from(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Every file below a folder of the store, as they come.
    pub fn list(&self, folder: &str) -> BoxStream<'static, Result<StoredFile, AppError>> {
        let found = self.store.list(Some(&Path::from(folder)));
        let file = |found: object_store::ObjectMeta| StoredFile {
            key: found.location.to_string(),
            modified_at: found.last_modified,
        };
        found.map_ok(file).map_err(|error| failed(&error)).boxed()
    }

    /// Removes files right below a folder that were last written to before then and never finished,
    /// because their process died; says how many. A bucket doesn't list them: it needs a rule of its own
    /// that ends uploads of parts.
    pub async fn delete_unfinished(&self, folder: &str, before: DateTime<Utc>) -> Result<u64, AppError> {
        let Some(root) = &self.folder else { return Ok(0) };
        match delete_unfinished_in(root.join(folder), before).await {
            Ok(deleted) => Ok(deleted),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(_) => {
                tracing::error!(error.kind = "file_store", "the folder of the file store couldn't be read");
                Err(AppError::Internal)
            }
        }
    }
}

/// The store writes a file under its name with `#` and a number, and gives it its name in the end.
async fn delete_unfinished_in(folder: PathBuf, before: DateTime<Utc>) -> io::Result<u64> {
    let mut entries = tokio::fs::read_dir(folder).await?;
    let mut deleted = 0;
    while let Some(entry) = entries.next_entry().await? {
        let is_unfinished = entry.file_name().to_str().is_some_and(|name| name.contains('#'));
        if is_unfinished && DateTime::<Utc>::from(entry.metadata().await?.modified()?) < before {
            tokio::fs::remove_file(entry.path()).await?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

/// A file that is being written.
pub struct FileWriter {
    upload: WriteMultipart,
}

impl FileWriter {
    /// Adds to the file; waits while too much of it is on its way.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), AppError> {
        self.upload.wait_for_capacity(PARTS_IN_FLIGHT).await.map_err(|error| failed(&error))?;
        self.upload.put(bytes);
        Ok(())
    }

    /// Makes the file be there.
    pub async fn finish(self) -> Result<(), AppError> {
        self.upload.finish().await.map(|_| ()).map_err(|error| failed(&error))
    }

    /// Gives the file up.
    pub async fn abandon(self) {
        if let Err(error) = self.upload.abort().await {
            let _ = failed(&error);
        }
    }
}

/// The library's errors name paths and addresses, so only their kind is told.
fn failed(error: &object_store::Error) -> AppError {
    if let object_store::Error::NotFound { .. } = error {
        return AppError::NotFound;
    }
    tracing::error!(error.kind = "file_store", "the file store didn't answer as it should");
    AppError::Internal
}
