// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The content store: bytes by their blake2-256 hash, in a local folder or an S3 bucket.
//!
//! Nothing is believed: what comes in is hashed while it is received and stored under the hash that
//! was computed; what goes out is hashed again before its first byte is given to anyone. Objects
//! appear atomically: a reader sees all of one or none of it.

mod error;
mod room;

use std::{
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex, PoisonError,
    },
};

use axum::body::Bytes;
pub use error::StoreError;
use futures::{stream::BoxStream, Stream, StreamExt, TryStreamExt};
use lru::LruCache;
use object_store::{
    local::LocalFileSystem, path::Path as Location, ObjectStore, ObjectStoreExt, WriteMultipart,
};
use openledger_artifacts::content_hash;
use openledger_primitives::H256;
use room::{Quota, Room, Taker};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Objects up to this size are read into memory to be checked, bytes.
const SMALL: u64 = 4 * 1024 * 1024;

/// How many large objects are remembered as checked.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// With less room than this, answers are about to fail for want of room for their evidence, bytes.
const LEAST_ROOM: u64 = 1024 * 1024;

/// How many downloaded files are kept for an S3 store.
const KEPT_FILES: usize = 32;

/// What was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The content's hash.
    pub hash: H256,
    /// Its size, bytes.
    pub bytes: u64,
}

/// The content store. Cheap to clone.
#[derive(Clone)]
pub struct ContentStore {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Arc<dyn ObjectStore>,
    prefix: Location,
    /// Present when objects are files here: then they need not be copied to be mapped.
    folder: Option<Arc<LocalFileSystem>>,
    /// Uploads while they are received, and downloads of an S3 store.
    scratch: PathBuf,
    quota: Arc<Quota>,
    uploads: AtomicU64,
    /// Large objects that were checked, with the size they had.
    checked: Mutex<LruCache<H256, (u64, Option<String>)>>,
}

impl ContentStore {
    /// Opens the store at `url`: a folder (created if it is missing), `file:///…`, or
    /// `s3://bucket/prefix` with credentials, region and endpoint in the `AWS_…` variables.
    /// `scratch` takes uploads while they are received; `quota` (bytes) is the most that is stored.
    ///
    /// # Errors
    /// [`StoreError::Url`] when the URL cannot be used; [`StoreError::Io`] when a folder cannot be
    /// created.
    pub async fn open(url: &str, scratch: &Path, quota: u64) -> Result<Self, StoreError> {
        std::fs::create_dir_all(scratch)?;
        // What a killed process was receiving is of no use.
        for entry in std::fs::read_dir(scratch)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with("upload-") {
                std::fs::remove_file(entry.path()).ok();
            }
        }
        let bad = |error: &dyn std::fmt::Display| StoreError::Url(format!("{url}: {error}"));
        let (backend, prefix, folder): (Arc<dyn ObjectStore>, _, _) =
            if url.contains("://") && !url.starts_with("file://") {
                let parsed = url::Url::parse(url).map_err(|error| bad(&error))?;
                // S3 needs a TLS provider; installing it twice is harmless.
                rustls::crypto::ring::default_provider()
                    .install_default()
                    .ok();
                let options = std::env::vars().filter(|(name, _)| name.starts_with("AWS_"));
                let (backend, prefix) =
                    object_store::parse_url_opts(&parsed, options).map_err(|error| bad(&error))?;
                (Arc::from(backend), prefix, None)
            } else {
                let folder = Path::new(url.trim_start_matches("file://"));
                std::fs::create_dir_all(folder)
                    .map_err(|error| StoreError::Url(format!("{url}: {error}")))?;
                let local = LocalFileSystem::new_with_prefix(folder)
                    .map_err(|error| bad(&error))?
                    .with_fsync(true);
                let local = Arc::new(local);
                (local.clone(), Location::default(), Some(local))
            };
        let inner = Inner {
            backend,
            prefix,
            folder,
            scratch: scratch.to_path_buf(),
            quota: Arc::new(Quota::new(quota)),
            uploads: AtomicU64::new(0),
            checked: Mutex::new(LruCache::new(REMEMBERED)),
        };
        let store = Self {
            inner: Arc::new(inner),
        };
        if store.inner.folder.is_some() {
            let sizes = store.inner.backend.list(None).map_ok(|object| object.size);
            let used = sizes
                .try_fold(0u64, |sum, size| async move { Ok(sum + size) })
                .await?;
            store.inner.quota.start_with(used);
        }
        Ok(store)
    }

    fn location(&self, hash: &H256) -> Location {
        let name = hex::encode(hash.as_bytes());
        // Two digits as a folder keep folders small.
        let folder = name.get(..2).unwrap_or_default().to_string();
        self.inner.prefix.clone().join(folder).join(name)
    }

    /// The size of what is stored under `hash`, bytes, or `None`.
    ///
    /// # Errors
    /// [`StoreError::Backend`].
    pub async fn size(&self, hash: &H256) -> Result<Option<u64>, StoreError> {
        match self.inner.backend.head(&self.location(hash)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Bytes that are stored or being received, as far as this process knows.
    pub fn used(&self) -> u64 {
        self.inner.quota.used()
    }

    /// Whether there is room for the evidence of answers.
    pub fn has_room_for_answers(&self) -> bool {
        self.inner.quota.check(Taker::Worker, LEAST_ROOM).is_ok()
    }

    /// Whether an upload of `bytes` would find room at present.
    ///
    /// # Errors
    /// [`StoreError::Full`].
    pub fn check_upload(&self, bytes: u64) -> Result<(), StoreError> {
        self.inner.quota.check(Taker::Upload, bytes)
    }

    fn room(&self, taker: Taker) -> Room {
        Room::new(&self.inner.quota, taker)
    }

    async fn has(&self, stored: &Stored) -> Result<bool, StoreError> {
        Ok(self.size(&stored.hash).await? == Some(stored.bytes))
    }

    /// Stores `bytes` under their hash.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Backend`].
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Stored, StoreError> {
        let stored = Stored {
            hash: H256(content_hash(&bytes)),
            bytes: bytes.len() as u64,
        };
        if self.has(&stored).await? {
            return Ok(stored);
        }
        let mut room = self.room(Taker::Worker);
        room.take(stored.bytes)?;
        self.inner
            .backend
            .put(&self.location(&stored.hash), bytes.into())
            .await?;
        room.keep();
        Ok(stored)
    }

    /// Stores a file under its hash.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::Io`], [`StoreError::Backend`].
    pub async fn put_file(&self, path: &Path) -> Result<Stored, StoreError> {
        let path_of = path.to_path_buf();
        let (hash, bytes) = blocking(move || hash_file(&path_of)).await?;
        let stored = Stored { hash, bytes };
        if self.has(&stored).await? {
            return Ok(stored);
        }
        let mut room = self.room(Taker::Worker);
        room.take(bytes)?;
        self.upload(path, &stored).await?;
        room.keep();
        Ok(stored)
    }

    /// Receives a body of at most `limit` bytes, hashing it as it comes, and stores it. With
    /// `announced`, a body of another hash is refused and nothing is stored. Room is taken while it
    /// comes, so that bodies on their way fill the disk no further than stored ones.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`], [`StoreError::WrongHash`], [`StoreError::Body`],
    /// [`StoreError::Full`], [`StoreError::Io`], [`StoreError::Backend`].
    pub async fn receive<S, E>(
        &self,
        mut body: S,
        limit: u64,
        announced: Option<H256>,
    ) -> Result<Stored, StoreError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: std::fmt::Display,
    {
        let mut room = self.room(Taker::Upload);
        let number = self.inner.uploads.fetch_add(1, Ordering::Relaxed);
        let file = ScratchFile(self.inner.scratch.join(format!("upload-{number}")));
        let mut writer = tokio::io::BufWriter::new(tokio::fs::File::create(&file.0).await?);
        let (mut hasher, mut bytes) = (hasher(), 0u64);
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| StoreError::Body(error.to_string()))?;
            bytes = bytes.saturating_add(chunk.len() as u64);
            if bytes > limit {
                return Err(StoreError::TooLarge { limit });
            }
            room.take(chunk.len() as u64)?;
            hasher.update(&chunk);
            writer.write_all(&chunk).await?;
        }
        writer.flush().await?;
        let stored = Stored {
            hash: finish(&hasher),
            bytes,
        };
        if let Some(announced) = announced.filter(|announced| *announced != stored.hash) {
            return Err(StoreError::WrongHash {
                announced,
                actual: stored.hash,
            });
        }
        if !self.has(&stored).await? {
            self.upload(&file.0, &stored).await?;
            room.keep();
        }
        Ok(stored)
    }

    async fn upload(&self, path: &Path, stored: &Stored) -> Result<(), StoreError> {
        let location = self.location(&stored.hash);
        if stored.bytes <= SMALL {
            let bytes = tokio::fs::read(path).await?;
            self.inner.backend.put(&location, bytes.into()).await?;
            return Ok(());
        }
        let upload = self.inner.backend.put_multipart(&location).await?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, SMALL as usize * 2);
        if let Err(error) = write_parts(path, &mut upload).await {
            // Parts that stay behind in a bucket cost room there.
            upload.abort().await.ok();
            return Err(error);
        }
        upload.finish().await?;
        Ok(())
    }

    /// Reads at most `limit` bytes into memory and checks their hash.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::TooLarge`], [`StoreError::Damaged`],
    /// [`StoreError::Backend`].
    pub async fn get(&self, hash: &H256, limit: u64) -> Result<Bytes, StoreError> {
        let found = self.find(hash).await?;
        if found.meta.size > limit {
            return Err(StoreError::TooLarge { limit });
        }
        let bytes = found.bytes().await?;
        let (hash, content) = (*hash, bytes.clone());
        let right = blocking(move || Ok(content_hash(&content) == hash.0)).await?;
        right.then_some(bytes).ok_or(StoreError::Damaged(hash))
    }

    /// Checks the content's hash, then gives its size and a stream of it.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Damaged`], [`StoreError::Backend`].
    pub async fn stream(
        &self,
        hash: &H256,
    ) -> Result<(u64, BoxStream<'static, Result<Bytes, object_store::Error>>), StoreError> {
        let found = self.find(hash).await?;
        if found.meta.size <= SMALL {
            let bytes = self.get(hash, SMALL).await?;
            let size = bytes.len() as u64;
            return Ok((size, futures::stream::once(async { Ok(bytes) }).boxed()));
        }
        self.check(hash, found).await?;
        let found = self.find(hash).await?;
        Ok((found.meta.size, found.into_stream()))
    }

    /// A local file with the content, checked: the stored file itself for a local store, a
    /// download for an S3 store.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::TooLarge`], [`StoreError::Damaged`],
    /// [`StoreError::Backend`], [`StoreError::Io`].
    pub async fn file(&self, hash: &H256, limit: u64) -> Result<PathBuf, StoreError> {
        let found = self.find(hash).await?;
        if found.meta.size > limit {
            return Err(StoreError::TooLarge { limit });
        }
        if let Some(folder) = &self.inner.folder {
            let path = folder.path_to_filesystem(&self.location(hash))?;
            self.check(hash, found).await?;
            return Ok(path);
        }
        let path = self
            .inner
            .scratch
            .join(format!("file-{}", hex::encode(hash.as_bytes())));
        if tokio::fs::try_exists(&path).await? {
            return Ok(path);
        }
        let number = self.inner.uploads.fetch_add(1, Ordering::Relaxed);
        let part = ScratchFile(self.inner.scratch.join(format!("upload-{number}")));
        let mut file = tokio::fs::File::create(&part.0).await?;
        let (mut hasher, mut stream) = (hasher(), found.into_stream());
        while let Some(chunk) = stream.try_next().await? {
            hasher.update(&chunk);
            file.write_all(&chunk).await?;
        }
        file.flush().await?;
        if finish(&hasher) != *hash {
            return Err(StoreError::Damaged(*hash));
        }
        tokio::fs::rename(&part.0, &path).await?;
        let scratch = self.inner.scratch.clone();
        blocking(move || forget_old_files(&scratch)).await?;
        Ok(path)
    }

    async fn find(&self, hash: &H256) -> Result<object_store::GetResult, StoreError> {
        match self.inner.backend.get(&self.location(hash)).await {
            Err(object_store::Error::NotFound { .. }) => Err(StoreError::Missing(*hash)),
            other => Ok(other?),
        }
    }

    /// Reads the object once to check its hash, unless it was checked and has not changed since.
    async fn check(&self, hash: &H256, found: object_store::GetResult) -> Result<(), StoreError> {
        let state = (found.meta.size, found.meta.e_tag.clone());
        let checked = |cache: &mut LruCache<H256, _>| cache.get(hash) == Some(&state);
        if checked(
            &mut self
                .inner
                .checked
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        ) {
            return Ok(());
        }
        let (mut hasher, mut stream) = (hasher(), found.into_stream());
        while let Some(chunk) = stream.try_next().await? {
            hasher.update(&chunk);
        }
        if finish(&hasher) != *hash {
            return Err(StoreError::Damaged(*hash));
        }
        let mut cache = self
            .inner
            .checked
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        cache.put(*hash, state);
        Ok(())
    }
}

async fn write_parts(path: &Path, upload: &mut WriteMultipart) -> Result<(), StoreError> {
    let mut file = tokio::fs::File::open(path).await?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        upload.wait_for_capacity(2).await?;
        upload.write(buffer.get(..read).unwrap_or_default());
    }
}

/// A file that is removed when it is no longer used.
struct ScratchFile(PathBuf);

impl Drop for ScratchFile {
    fn drop(&mut self) {
        // It is already gone when it was moved to its place.
        std::fs::remove_file(&self.0).ok();
    }
}

fn forget_old_files(scratch: &Path) -> Result<(), StoreError> {
    let mut files: Vec<_> = std::fs::read_dir(scratch)?
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("file-"))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let excess = files.len().saturating_sub(KEPT_FILES);
    // A file that is still mapped stays readable for whoever mapped it.
    files
        .iter()
        .take(excess)
        .for_each(|(_, path)| drop(std::fs::remove_file(path)));
    Ok(())
}

fn hasher() -> blake2b_simd::State {
    blake2b_simd::Params::new().hash_length(32).to_state()
}

fn finish(state: &blake2b_simd::State) -> H256 {
    H256::from_slice(state.finalize().as_bytes())
}

fn hash_file(path: &Path) -> Result<(H256, u64), StoreError> {
    use std::io::Read;
    let (mut file, mut hasher) = (std::fs::File::open(path)?, hasher());
    let (mut buffer, mut bytes) = (vec![0; 256 * 1024], 0u64);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((finish(&hasher), bytes));
        }
        hasher.update(buffer.get(..read).unwrap_or_default());
        bytes = bytes.saturating_add(read as u64);
    }
}

/// Runs blocking work away from the threads that serve requests.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Io(std::io::Error::other(error)))?
}
