//! Where files that people upload are kept: a folder below the data directory, or a bucket that speaks
//! S3. Keys begin with the tenant's id; nothing but the server reads them.

use super::config::{Config, FilesConfig};
use crate::error::AppError;
use anyhow::Context;
use axum::body::Bytes;
use futures::{StreamExt, stream::BoxStream};
use object_store::{
    ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart, aws::AmazonS3Builder, local::LocalFileSystem, path::Path,
};
use secrecy::ExposeSecret;
use std::sync::Arc;

/// A file piece by piece.
pub type FileStream = BoxStream<'static, Result<Bytes, AppError>>;

/// Parts that may be on their way to the store while more comes in; each holds 5 MB.
const PARTS_IN_FLIGHT: usize = 2;

/// The file store. Clones share it.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
}

impl Files {
    /// Opens the store; a folder is made if it isn't there.
    pub fn from_config(config: &Config) -> anyhow::Result<Self> {
        let store: Arc<dyn ObjectStore> = match &config.files {
            FilesConfig::Folder(folder) => {
                std::fs::create_dir_all(folder).context("the folder for files can't be made")?;
                Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true))
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
                Arc::new(builder.build().context("the S3 bucket for files can't be used")?)
            }
        };
        Ok(Self { store })
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
