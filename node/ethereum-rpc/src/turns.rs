// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Work that takes long: only so much at a time, and only so much that waits for it.
//!
//! Who waits holds no thread. Otherwise a client that asks often enough would take all threads on
//! which the node answers, the cheap questions of others among them.

use std::{num::NonZeroUsize, sync::Arc, thread::available_parallelism};

use tokio::{
    sync::Semaphore,
    task::{spawn_blocking, JoinError},
};

use crate::error::{Error, Result};

/// For each piece of work that runs, so many may wait.
const WAITING_FOR_EACH: usize = 32;

/// The turns at one kind of work. Clones share them.
#[derive(Clone)]
pub struct Turns {
    /// Who runs.
    running: Arc<Semaphore>,
    /// Who runs or waits.
    admitted: Arc<Semaphore>,
}

impl Default for Turns {
    /// As many at a time as there are processors, so that others who ask, and the node's own work,
    /// are not starved.
    fn default() -> Self {
        let at_once = available_parallelism().map_or(2, NonZeroUsize::get);
        Self::new(at_once, at_once.saturating_mul(WAITING_FOR_EACH))
    }
}

impl Turns {
    /// Lets `at_once` pieces of work run and `waiting` wait.
    pub fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(at_once)),
            admitted: Arc::new(Semaphore::new(at_once.saturating_add(waiting))),
        }
    }

    /// Does work on a thread that may block, when it is its turn.
    ///
    /// # Errors
    /// [`Error::LimitExceeded`] at once when too many wait already, and those of the work.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let admitted = self
            .admitted
            .clone()
            .try_acquire_owned()
            .map_err(|_| busy())?;
        let running = self.running.clone().acquire_owned().await;
        let running = running.map_err(|_| Error::Internal("the node stops".into()))?;
        // The turn ends with the work, also when the client that asked is gone before.
        let done = spawn_blocking(move || {
            let _turn = (admitted, running);
            work()
        });
        done.await.map_err(failed)?
    }
}

fn busy() -> Error {
    Error::LimitExceeded(
        "the node is busy: too many calls, traces or queries wait already; try again in a moment"
            .into(),
    )
}

fn failed(error: JoinError) -> Error {
    Error::Internal(format!("the work did not end: {error}"))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Work that ends when something is sent to it, or when the sender is gone.
    fn stuck(turns: &Turns) -> (mpsc::Sender<()>, tokio::task::JoinHandle<Result<()>>) {
        let (sender, receiver) = mpsc::channel();
        let turns = turns.clone();
        let work = move || {
            let _ = receiver.recv();
            Ok(())
        };
        (sender, tokio::spawn(async move { turns.run(work).await }))
    }

    /// Waits until so many pieces of work may still be admitted.
    async fn until_admissible(turns: &Turns, count: usize) {
        while turns.admitted.available_permits() != count {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn work_should_be_done() {
        assert_eq!(Turns::default().run(|| Ok(7)).await, Ok(7));
    }

    #[tokio::test]
    async fn work_beyond_what_may_wait_should_be_refused_at_once() {
        let turns = Turns::new(1, 1);
        let (_first, _running) = stuck(&turns);
        let (_second, _waiting) = stuck(&turns);
        until_admissible(&turns, 0).await;
        assert!(matches!(
            turns.run(|| Ok(())).await,
            Err(Error::LimitExceeded(_))
        ));
    }

    #[tokio::test]
    async fn who_waits_should_come_next() {
        let turns = Turns::new(1, 1);
        let (first, running) = stuck(&turns);
        until_admissible(&turns, 1).await;
        let (second, waiting) = stuck(&turns);
        until_admissible(&turns, 0).await;
        drop((first, second));
        let done = (running.await.map_err(failed), waiting.await.map_err(failed));
        assert_eq!(done, (Ok(Ok(())), Ok(Ok(()))));
    }

    #[tokio::test]
    async fn a_client_that_goes_should_free_its_place() {
        let turns = Turns::new(1, 1);
        let (_first, _running) = stuck(&turns);
        let (_second, waiting) = stuck(&turns);
        until_admissible(&turns, 0).await;
        waiting.abort();
        until_admissible(&turns, 1).await;
    }

    #[tokio::test]
    async fn work_that_panics_should_end_its_turn() {
        let turns = Turns::new(1, 0);
        let failed = turns.run::<()>(|| panic!("a test says so")).await;
        assert!(matches!(failed, Err(Error::Internal(_))));
        assert_eq!(turns.run(|| Ok(7)).await, Ok(7));
    }
}
