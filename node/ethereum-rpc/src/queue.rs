// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! News for many readers, each at its own place. What waits for the slowest is bounded in number and
//! in bytes: who falls further behind loses its place.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::broadcast::{
    self,
    error::{RecvError, TryRecvError},
};

/// A queue of news: each has a small key, which stays, and a body, which is kept while the limits
/// allow.
pub struct Queue<K, T> {
    sender: broadcast::Sender<(K, Weak<T>)>,
    kept: Mutex<Kept<T>>,
    limits: Limits,
}

/// How much waits for readers.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most news: a power of two.
    pub news: usize,
    /// The most bytes of their bodies. The newest is kept, however large it is.
    pub bytes: usize,
}

/// The bodies of the newest news with their sizes, oldest first.
struct Kept<T> {
    bodies: VecDeque<(Arc<T>, usize)>,
    bytes: usize,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            bodies: VecDeque::new(),
            bytes: 0,
        }
    }
}

impl<T> Kept<T> {
    fn keep(&mut self, body: Arc<T>, size: usize, limits: Limits) {
        self.bodies.push_back((body, size));
        self.bytes = self.bytes.saturating_add(size);
        while self.bodies.len() > limits.news
            || (self.bodies.len() > 1 && self.bytes > limits.bytes)
        {
            let Some((_, size)) = self.bodies.pop_front() else {
                return;
            };
            self.bytes = self.bytes.saturating_sub(size);
        }
    }
}

impl<K: Clone, T> Queue<K, T> {
    /// An empty queue.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            sender: broadcast::Sender::new(limits.news),
            kept: Mutex::default(),
            limits,
        }
    }

    /// News from now on.
    #[must_use]
    pub fn subscribe(&self) -> Reader<K, T> {
        Reader {
            receiver: self.sender.subscribe(),
        }
    }

    /// Whether anybody reads.
    #[must_use]
    pub fn has_readers(&self) -> bool {
        self.sender.receiver_count() > 0
    }

    /// Tells all readers of something whose body has `size` bytes. Nothing is kept when there are
    /// none.
    pub fn tell(&self, key: K, body: Arc<T>, size: usize) {
        // Bodies are put in and taken out whole.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.has_readers() {
            *kept = Kept::default();
            return;
        }
        let news = (key, Arc::downgrade(&body));
        kept.keep(body, size, self.limits);
        // Fails when the last reader just went.
        let _ = self.sender.send(news);
    }
}

/// A reader's place in a queue.
pub struct Reader<K, T> {
    receiver: broadcast::Receiver<(K, Weak<T>)>,
}

impl<K: Clone, T> Reader<K, T> {
    /// The key of what is next, when there is something.
    ///
    /// # Errors
    /// The reader lost its place, or there will be nothing more.
    pub async fn key(&mut self) -> Result<K, RecvError> {
        let (key, _) = self.receiver.recv().await?;
        Ok(key)
    }

    /// What is next, when there is something.
    ///
    /// # Errors
    /// See [`Reader::key`].
    pub async fn next(&mut self) -> Result<(K, Arc<T>), RecvError> {
        let (key, body) = self.receiver.recv().await?;
        let body = body.upgrade();
        body.map(|body| (key, body))
            .ok_or_else(|| RecvError::Lagged(self.behind()))
    }

    /// The key of what is next, if there is something.
    ///
    /// # Errors
    /// There is nothing, or see [`Reader::key`].
    pub fn try_key(&mut self) -> Result<K, TryRecvError> {
        let (key, _) = self.receiver.try_recv()?;
        Ok(key)
    }

    /// What is next, if there is something.
    ///
    /// # Errors
    /// There is nothing, or see [`Reader::key`].
    pub fn try_next(&mut self) -> Result<(K, Arc<T>), TryRecvError> {
        let (key, body) = self.receiver.try_recv()?;
        let body = body.upgrade();
        body.map(|body| (key, body))
            .ok_or_else(|| TryRecvError::Lagged(self.behind()))
    }

    /// How many news there are from the one on that was just taken.
    fn behind(&self) -> u64 {
        let after = u64::try_from(self.receiver.len()).unwrap_or(u64::MAX);
        after.saturating_add(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        news: 4,
        bytes: 100,
    };

    fn queue() -> Queue<u32, Vec<u8>> {
        Queue::new(LIMITS)
    }

    /// Tells of bodies of these sizes, with their places for keys.
    fn tell(queue: &Queue<u32, Vec<u8>>, sizes: &[usize]) {
        for (key, size) in (0u32..).zip(sizes) {
            queue.tell(key, Arc::new(vec![7; *size]), *size);
        }
    }

    #[test]
    fn news_should_come_in_order() {
        let queue = queue();
        let mut reader = queue.subscribe();
        tell(&queue, &[30, 40]);
        let read = [reader.try_next(), reader.try_next()];
        assert_eq!(
            read,
            [
                Ok((0, Arc::new(vec![7; 30]))),
                Ok((1, Arc::new(vec![7; 40])))
            ]
        );
        assert_eq!(reader.try_next(), Err(TryRecvError::Empty));
    }

    #[test]
    fn a_reader_behind_by_more_bytes_than_are_kept_should_lose_its_place() {
        let queue = queue();
        let mut reader = queue.subscribe();
        tell(&queue, &[60, 60]);
        assert_eq!(reader.try_next(), Err(TryRecvError::Lagged(2)));
    }

    #[test]
    fn a_reader_behind_by_more_news_than_are_kept_should_lose_its_place() {
        let queue = queue();
        let mut reader = queue.subscribe();
        tell(&queue, &[1; 5]);
        assert_eq!(reader.try_next(), Err(TryRecvError::Lagged(1)));
    }

    #[test]
    fn keys_should_stay_when_the_bodies_are_gone() {
        let queue = queue();
        let mut reader = queue.subscribe();
        tell(&queue, &[60, 60]);
        assert_eq!([reader.try_key(), reader.try_key()], [Ok(0), Ok(1)]);
    }

    #[test]
    fn the_newest_should_be_kept_however_large_it_is() {
        let queue = queue();
        let mut reader = queue.subscribe();
        tell(&queue, &[1_000]);
        assert_eq!(reader.try_next(), Ok((0, Arc::new(vec![7; 1_000]))));
    }

    #[test]
    fn nothing_should_be_kept_when_nobody_reads() {
        let queue = queue();
        let reader = queue.subscribe();
        let [first, second] = [Arc::new(vec![7]), Arc::new(vec![8])];
        queue.tell(0, first.clone(), 1);
        drop(reader);
        queue.tell(1, second.clone(), 1);
        assert_eq!(
            [Arc::strong_count(&first), Arc::strong_count(&second)],
            [1, 1]
        );
    }

    #[tokio::test]
    async fn who_waits_should_be_told() {
        let queue = queue();
        let mut reader = queue.subscribe();
        tell(&queue, &[1, 2]);
        assert_eq!(reader.next().await, Ok((0, Arc::new(vec![7]))));
        assert_eq!(reader.key().await, Ok(1));
    }
}
