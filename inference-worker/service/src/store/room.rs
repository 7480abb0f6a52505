// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The store's quota, and the part of it that is kept for the worker's own content.
//!
//! Whoever reaches the worker may upload, and every answer needs room for its evidence. Uploads
//! therefore stop while there is still room for answers and for what training makes.

use std::sync::{
    atomic::{AtomicU64, Ordering},
    Arc,
};

use super::StoreError;

/// The part of the quota that uploads cannot take: one in so many.
const RESERVED: u64 = 10;

/// Who takes room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taker {
    /// The worker: evidence, reports, what training made.
    Worker,
    /// An upload, by whomever.
    Upload,
}

/// Counts the bytes that are stored or being received.
#[derive(Debug)]
pub(super) struct Quota {
    limit: u64,
    used: AtomicU64,
}

impl Quota {
    pub fn new(limit: u64) -> Self {
        Self {
            limit,
            used: AtomicU64::new(0),
        }
    }

    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Counts what is there already.
    pub fn start_with(&self, used: u64) {
        self.used.store(used, Ordering::Relaxed);
    }

    fn limit(&self, taker: Taker) -> u64 {
        match taker {
            Taker::Worker => self.limit,
            Taker::Upload => self.limit.saturating_sub(self.limit / RESERVED),
        }
    }

    /// Whether `bytes` more would fit.
    pub fn check(&self, taker: Taker, bytes: u64) -> Result<(), StoreError> {
        let limit = self.limit(taker);
        let sum = self.used().checked_add(bytes);
        match sum.is_some_and(|sum| sum <= limit) {
            true => Ok(()),
            false => Err(StoreError::Full { limit }),
        }
    }
}

/// Bytes taken from the quota; they are given back unless they are kept.
pub(super) struct Room {
    quota: Arc<Quota>,
    taker: Taker,
    bytes: u64,
}

impl Room {
    /// No bytes yet.
    pub fn new(quota: &Arc<Quota>, taker: Taker) -> Self {
        Self {
            quota: quota.clone(),
            taker,
            bytes: 0,
        }
    }

    /// Takes `bytes` more.
    pub fn take(&mut self, bytes: u64) -> Result<(), StoreError> {
        let limit = self.quota.limit(self.taker);
        let take = |used: u64| used.checked_add(bytes).filter(|sum| *sum <= limit);
        self.quota
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .map_err(|_| StoreError::Full { limit })?;
        self.bytes = self.bytes.saturating_add(bytes);
        Ok(())
    }

    /// What was taken is stored.
    pub fn keep(mut self) {
        self.bytes = 0;
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.quota.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(quota: &Arc<Quota>, taker: Taker, bytes: u64) -> Result<Room, StoreError> {
        let mut room = Room::new(quota, taker);
        room.take(bytes).map(|()| room)
    }

    #[test]
    fn uploads_should_leave_a_part_to_the_worker() {
        let quota = Arc::new(Quota::new(100));
        assert!(taken(&quota, Taker::Upload, 91).is_err());
        taken(&quota, Taker::Upload, 90).unwrap().keep();
        assert!(taken(&quota, Taker::Upload, 1).is_err());
        assert!(taken(&quota, Taker::Worker, 10).is_ok());
    }

    #[test]
    fn room_that_is_not_kept_should_be_given_back() {
        let quota = Arc::new(Quota::new(100));
        drop(taken(&quota, Taker::Worker, 60).unwrap());
        assert_eq!(quota.used(), 0);
    }

    #[test]
    fn room_that_was_refused_should_not_be_counted() {
        let quota = Arc::new(Quota::new(100));
        let mut room = taken(&quota, Taker::Worker, 60).unwrap();
        assert!(room.take(41).is_err());
        assert_eq!(quota.used(), 60);
        drop(room);
        assert_eq!(quota.used(), 0);
    }
}
