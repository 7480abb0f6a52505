// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use std::{
    collections::{BTreeSet, VecDeque},
    time::Instant,
};

/// A row that waits for a run.
pub(crate) struct Waiting<T> {
    /// Length in tokens.
    pub length: usize,
    /// Rank bucket and hash of its adapter; `None` goes with any.
    pub adapter: Option<(usize, [u8; 32])>,
    /// When it was accepted.
    pub since: Instant,
    /// What is needed to run and answer it.
    pub payload: T,
}

/// Rows of one run.
pub(crate) struct Batch<T> {
    /// The rank bucket of all adapters in it.
    pub bucket: usize,
    /// Number of different adapters.
    pub adapters: usize,
    /// The rows, the longest waiting first.
    pub rows: Vec<Waiting<T>>,
}

/// How large a batch may be.
#[derive(Clone, Debug)]
pub(crate) struct BatchLimits {
    /// Most tokens, padding included.
    pub tokens: usize,
    /// Most rows.
    pub rows: usize,
    /// Rank bucket → most different adapters, in the order of the buckets.
    pub adapters: Vec<(usize, usize)>,
}

impl BatchLimits {
    fn adapters(&self, bucket: usize) -> usize {
        self.adapters
            .iter()
            .find(|(of, _)| *of == bucket)
            .map_or(1, |(_, slots)| *slots)
    }
}

/// Rows in the order of their arrival. The oldest always goes with the next batch, so no row
/// starves; it takes rows of its own length class along, so little is spent on padding.
pub(crate) struct Queue<T> {
    waiting: VecDeque<Waiting<T>>,
    limits: BatchLimits,
}

impl<T> Queue<T> {
    pub fn new(limits: BatchLimits) -> Self {
        Self {
            waiting: VecDeque::new(),
            limits,
        }
    }

    pub fn push(&mut self, row: Waiting<T>) {
        self.waiting.push_back(row);
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Drops rows that nobody waits for any more.
    pub fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.waiting.retain(|row| keep(&row.payload));
    }

    /// The next batch, or `None` when nothing waits.
    pub fn next_batch(&mut self) -> Option<Batch<T>> {
        let class = length_class(self.waiting.front()?.length);
        let (mut bucket, mut width) = (None, 0);
        let mut adapters = BTreeSet::new();
        let (mut rows, mut left) = (Vec::new(), VecDeque::with_capacity(self.waiting.len()));
        for row in self.waiting.drain(..) {
            let wider = row.length.max(width);
            let tokens = wider.saturating_mul(rows.len().saturating_add(1));
            // The first row always fits: no row is longer than the token budget.
            let fits = rows.is_empty()
                || (length_class(row.length) == class
                    && rows.len() < self.limits.rows
                    && tokens <= self.limits.tokens);
            let mixes = row.adapter.is_none_or(|(of, hash)| {
                bucket.is_none_or(|bucket| bucket == of)
                    && (adapters.contains(&hash) || adapters.len() < self.limits.adapters(of))
            });
            if !fits || !mixes {
                left.push_back(row);
                continue;
            }
            if let Some((of, hash)) = row.adapter {
                bucket = Some(of);
                adapters.insert(hash);
            }
            width = wider;
            rows.push(row);
        }
        self.waiting = left;
        // Rows of the base model alone run with the bank that costs least.
        let smallest = self
            .limits
            .adapters
            .first()
            .map_or(0, |(bucket, _)| *bucket);
        Some(Batch {
            bucket: bucket.unwrap_or(smallest),
            adapters: adapters.len(),
            rows,
        })
    }
}

/// Lengths up to the same power of two run together: padding at most doubles a row.
fn length_class(length: usize) -> usize {
    length.next_power_of_two().max(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(rows: &[(usize, Option<(usize, u8)>)]) -> Queue<usize> {
        let adapters = vec![(4, 2), (8, 8)];
        let mut queue = Queue::new(BatchLimits {
            tokens: 64,
            rows: 5,
            adapters,
        });
        for (payload, (length, adapter)) in rows.iter().enumerate() {
            queue.push(Waiting {
                length: *length,
                adapter: adapter.map(|(bucket, hash)| (bucket, [hash; 32])),
                since: Instant::now(),
                payload,
            });
        }
        queue
    }

    fn next(queue: &mut Queue<usize>) -> Vec<usize> {
        let batch = queue.next_batch().unwrap();
        batch.rows.iter().map(|row| row.payload).collect()
    }

    #[test]
    fn rows_of_different_adapters_share_a_batch() {
        let mut queue = queue(&[(8, Some((8, 1))), (8, Some((8, 2))), (8, Some((8, 3)))]);
        let batch = queue.next_batch().unwrap();
        assert_eq!((batch.rows.len(), batch.adapters), (3, 3));
    }

    #[test]
    fn rows_of_another_length_class_wait() {
        let mut queue = queue(&[(8, None), (30, None), (5, None)]);
        assert_eq!((next(&mut queue), next(&mut queue)), (vec![0, 2], vec![1]));
    }

    #[test]
    fn rows_of_another_rank_bucket_wait() {
        let mut queue = queue(&[(8, Some((8, 1))), (8, Some((4, 2))), (8, Some((8, 3)))]);
        assert_eq!((next(&mut queue), next(&mut queue)), (vec![0, 2], vec![1]));
    }

    #[test]
    fn rows_of_the_base_model_go_with_any_bucket() {
        let mut queue = queue(&[(8, None), (8, Some((8, 1))), (8, None)]);
        let batch = queue.next_batch().unwrap();
        assert_eq!((batch.bucket, batch.rows.len(), batch.adapters), (8, 3, 1));
    }

    #[test]
    fn the_token_budget_counts_padding() {
        // 3 · 20 tokens fit into 64, with a row of 17 padded to 20.
        let mut queue = queue(&[(17, None), (20, None), (17, None), (17, None)]);
        assert_eq!(next(&mut queue), [0, 1, 2]);
    }

    #[test]
    fn a_batch_has_no_more_rows_than_allowed() {
        let mut queue = queue(&[(4, None); 7]);
        assert_eq!(next(&mut queue), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_batch_has_no_more_adapters_than_slots() {
        let rows = [1, 2, 3, 1].map(|adapter| (4, Some((4, adapter))));
        let mut queue = queue(&rows);
        assert_eq!(
            (next(&mut queue), next(&mut queue)),
            (vec![0, 1, 3], vec![2])
        );
    }

    #[test]
    fn the_oldest_row_is_in_the_next_batch() {
        let mut queue = queue(&[(8, None), (30, None), (8, None), (8, None)]);
        next(&mut queue);
        queue.push(Waiting {
            length: 8,
            adapter: None,
            since: Instant::now(),
            payload: 9,
        });
        assert_eq!(next(&mut queue), [1]);
    }

    #[test]
    fn an_empty_queue_has_no_batch() {
        assert!(queue(&[]).next_batch().is_none());
    }

    #[test]
    fn rows_that_nobody_waits_for_are_dropped() {
        let mut queue = queue(&[(8, None), (8, None)]);
        queue.retain(|payload| *payload == 1);
        assert_eq!(next(&mut queue), [1]);
    }
}
