// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use lru::LruCache;
use openledger_artifacts::{content_hash, HexHash};
use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicU64, Ordering},
        Mutex, MutexGuard, PoisonError,
    },
    time::SystemTime,
};

/// Artifacts on disk, one file per content hash, bounded in bytes: the least recently used make
/// room. All methods block.
pub(crate) struct DiskCache {
    dir: PathBuf,
    limit: u64,
    index: Mutex<Index>,
}

struct Index {
    /// Sizes in bytes, by last use.
    sizes: LruCache<[u8; 32], u64>,
    total: u64,
}

impl DiskCache {
    /// Opens the cache in `dir`, which is created when missing. Files of an earlier process are
    /// kept, the oldest first to go; what is left of interrupted writes is removed.
    pub fn open(dir: &Path, limit: u64) -> io::Result<Self> {
        fs::create_dir_all(dir)?;
        let mut found = Vec::new();
        for entry in fs::read_dir(dir)? {
            let entry = entry?;
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            let name = entry.file_name();
            match name.to_str().and_then(|name| name.parse::<HexHash>().ok()) {
                Some(hash) => {
                    let time = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                    found.push((time, hash.0, metadata.len()));
                }
                None if name.to_string_lossy().ends_with(".part") => {
                    let _ = fs::remove_file(entry.path());
                }
                None => {}
            }
        }
        found.sort_unstable();
        let mut index = Index {
            sizes: LruCache::unbounded(),
            total: 0,
        };
        for (_, hash, size) in found {
            index.sizes.put(hash, size);
            index.total = index.total.saturating_add(size);
        }
        let cache = Self {
            dir: dir.to_path_buf(),
            limit,
            index: Mutex::new(index),
        };
        cache.shrink(&mut cache.index());
        Ok(cache)
    }

    /// The content with this hash, verified, when it is here. Content that was damaged is removed.
    pub fn get(&self, hash: [u8; 32], limit: usize) -> Option<Vec<u8>> {
        self.index().sizes.get(&hash)?;
        let path = self.path(hash);
        let read = File::open(&path).and_then(|file| {
            let mut bytes = Vec::new();
            // One byte over the limit, so that a file over the limit fails the hash.
            file.take((limit as u64).saturating_add(1))
                .read_to_end(&mut bytes)?;
            Ok(bytes)
        });
        match read {
            Ok(bytes) if content_hash(&bytes) == hash => Some(bytes),
            _ => {
                tracing::warn!(path = %path.display(), "removing a damaged artifact");
                let mut index = self.index();
                self.remove(&mut index, hash);
                None
            }
        }
    }

    /// Keeps content under its hash. The caller has verified the hash.
    pub fn put(&self, hash: [u8; 32], bytes: &[u8]) -> io::Result<()> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let size = bytes.len() as u64;
        if size > self.limit {
            return Ok(());
        }
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let part = format!("{}.{}.{number}.part", HexHash(hash), std::process::id());
        let part = self.dir.join(part);
        let written = File::create(&part)
            .and_then(|mut file| file.write_all(bytes))
            .and_then(|()| fs::rename(&part, self.path(hash)));
        if let Err(error) = written {
            let _ = fs::remove_file(&part);
            return Err(error);
        }
        let mut index = self.index();
        let replaced = index.sizes.put(hash, size).unwrap_or(0);
        index.total = index.total.saturating_sub(replaced).saturating_add(size);
        self.shrink(&mut index);
        Ok(())
    }

    fn shrink(&self, index: &mut Index) {
        while index.total > self.limit {
            let Some((hash, _)) = index.sizes.peek_lru() else {
                return;
            };
            let hash = *hash;
            self.remove(index, hash);
        }
    }

    fn remove(&self, index: &mut Index, hash: [u8; 32]) {
        let size = index.sizes.pop(&hash).unwrap_or(0);
        index.total = index.total.saturating_sub(size);
        let _ = fs::remove_file(self.path(hash));
    }

    fn path(&self, hash: [u8; 32]) -> PathBuf {
        self.dir.join(HexHash(hash).to_string())
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(cache: &DiskCache, content: &[u8]) -> [u8; 32] {
        let hash = content_hash(content);
        cache.put(hash, content).unwrap();
        hash
    }

    #[test]
    fn content_is_found_by_its_hash() {
        let dir = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(dir.path(), 100).unwrap();
        let hash = put(&cache, b"adapter");
        assert_eq!(cache.get(hash, 100).unwrap(), b"adapter");
    }

    #[test]
    fn content_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let hash = put(&DiskCache::open(dir.path(), 100).unwrap(), b"adapter");
        assert!(DiskCache::open(dir.path(), 100)
            .unwrap()
            .get(hash, 100)
            .is_some());
    }

    #[test]
    fn the_least_recently_used_content_makes_room() {
        let dir = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(dir.path(), 10).unwrap();
        let (one, two) = (put(&cache, b"11111"), put(&cache, b"22222"));
        cache.get(one, 100);
        put(&cache, b"33333");
        assert_eq!(
            (cache.get(one, 100).is_some(), cache.get(two, 100).is_some()),
            (true, false)
        );
    }

    #[test]
    fn damaged_content_is_not_returned() {
        let dir = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(dir.path(), 100).unwrap();
        let hash = put(&cache, b"adapter");
        fs::write(dir.path().join(HexHash(hash).to_string()), b"adaptor").unwrap();
        assert!(cache.get(hash, 100).is_none());
    }

    #[test]
    fn content_over_the_readers_limit_is_not_returned() {
        let dir = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(dir.path(), 100).unwrap();
        let hash = put(&cache, b"adapter");
        assert!(cache.get(hash, 3).is_none());
    }

    #[test]
    fn content_over_the_caches_limit_is_not_kept() {
        let dir = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(dir.path(), 3).unwrap();
        let hash = put(&cache, b"adapter");
        assert!(cache.get(hash, 100).is_none());
    }

    #[test]
    fn what_is_left_of_an_interrupted_write_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("x.1.0.part"), b"half").unwrap();
        DiskCache::open(dir.path(), 100).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
