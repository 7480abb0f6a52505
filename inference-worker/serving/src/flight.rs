// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::LoadError;
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OnceCell;

type Cell<T> = Arc<OnceCell<Result<T, LoadError>>>;

/// Loads that are under way, so that requests for the same thing share one load and its outcome.
/// When the request that runs a load is dropped, another that waits takes over.
pub(crate) struct Flights<T> {
    running: Mutex<HashMap<[u8; 32], Cell<T>>>,
}

impl<T> Default for Flights<T> {
    fn default() -> Self {
        Self {
            running: Mutex::default(),
        }
    }
}

impl<T: Clone> Flights<T> {
    /// The outcome of the load of `hash` that is under way, else of `load`.
    pub async fn share<F, Fut>(&self, hash: [u8; 32], load: F) -> Result<T, LoadError>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<T, LoadError>>,
    {
        let cell = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.entry(hash).or_default().clone()
        };
        let landing = Landing {
            flights: self,
            hash,
            cell,
        };
        landing.cell.get_or_init(load).await.clone()
    }
}

/// Takes a load off the list when it has ended, or when the last request for it was dropped.
struct Landing<'a, T> {
    flights: &'a Flights<T>,
    hash: [u8; 32],
    cell: Cell<T>,
}

impl<T> Drop for Landing<'_, T> {
    fn drop(&mut self) {
        let mut running = self
            .flights
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // Counted under the lock under which clones are made: the list's own and ours.
        let last = Arc::strong_count(&self.cell) <= 2;
        let listed = running
            .get(&self.hash)
            .is_some_and(|cell| Arc::ptr_eq(cell, &self.cell));
        if listed && (last || self.cell.initialized()) {
            running.remove(&self.hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn requests_at_the_same_time_share_one_load() {
        let (flights, loads) = (Flights::default(), AtomicUsize::new(0));
        let load = || async {
            loads.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(7)
        };
        let (one, two) = tokio::join!(flights.share([1; 32], load), flights.share([1; 32], load));
        assert_eq!(
            (one.unwrap(), two.unwrap(), loads.load(Ordering::SeqCst)),
            (7, 7, 1)
        );
    }

    #[tokio::test]
    async fn a_failed_load_is_tried_again_by_the_next_request() {
        let flights = Flights::default();
        let error = LoadError::WrongContent {
            hash: Default::default(),
        };
        assert!(flights
            .share([1; 32], || async { Err(error) })
            .await
            .is_err());
        assert_eq!(flights.share([1; 32], || async { Ok(7) }).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_dropped_load_is_taken_over() {
        let flights = Arc::new(Flights::default());
        let held = flights.clone();
        let first = tokio::spawn(async move {
            held.share([1; 32], std::future::pending::<Result<i32, LoadError>>)
                .await
        });
        tokio::task::yield_now().await;
        let held = flights.clone();
        let second = tokio::spawn(async move { held.share([1; 32], || async { Ok(7) }).await });
        tokio::task::yield_now().await;
        first.abort();
        assert_eq!(second.await.unwrap().unwrap(), 7);
    }

    #[tokio::test]
    async fn nothing_stays_behind_when_the_last_request_is_dropped() {
        let flights = Arc::new(Flights::default());
        let held = flights.clone();
        let task = tokio::spawn(async move {
            held.share([1; 32], std::future::pending::<Result<i32, LoadError>>)
                .await
        });
        tokio::task::yield_now().await;
        task.abort();
        let _ = task.await;
        assert!(flights.running.lock().unwrap().is_empty());
    }
}
