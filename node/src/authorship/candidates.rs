// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What may come into a block next.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use codec::Encode;
use polkadot_sdk::*;
use sc_transaction_pool_api::{InPoolTransaction, ReadyTransactions};

/// The pool's ready transactions, of which some are taken ahead of what becomes of those before them.
pub struct Candidates<T> {
    pending: Box<dyn ReadyTransactions<Item = Arc<T>> + Send>,
    taken: VecDeque<Arc<T>>,
}

impl<T, E> Candidates<T>
where
    T: InPoolTransaction<Transaction = Arc<E>>,
    E: Encode + Clone,
{
    pub fn new(pending: Box<dyn ReadyTransactions<Item = Arc<T>> + Send>) -> Self {
        Self {
            pending,
            taken: VecDeque::new(),
        }
    }

    /// Whether nothing is left.
    pub fn is_empty(&mut self) -> bool {
        self.take(1);
        self.taken.is_empty()
    }

    /// The first of what is left, at most `count` and at most `size` bytes. It is empty when there is no room for
    /// the first.
    pub fn first(&mut self, count: usize, size: usize) -> Vec<E> {
        self.take(count);
        let mut left = size;
        self.taken
            .iter()
            .take(count)
            .map_while(|transaction| {
                left = left.checked_sub(transaction.data().encoded_size())?;
                Some(E::clone(transaction.data()))
            })
            .collect()
    }

    /// The first `count` are in the block.
    pub fn accept(&mut self, count: usize) {
        self.taken.drain(..count.min(self.taken.len()));
    }

    /// The first is not for this block, and neither is what builds on it. Returns the first.
    pub fn refuse(&mut self) -> Option<Arc<T>> {
        let refused = self.taken.pop_front()?;
        self.pending.report_invalid(&refused);
        let mut missing: HashSet<_> = refused.provides().iter().cloned().collect();
        let pending = &mut self.pending;
        self.taken.retain(|transaction| {
            let possible = !transaction
                .requires()
                .iter()
                .any(|tag| missing.contains(tag));
            if !possible {
                pending.report_invalid(transaction);
                missing.extend(transaction.provides().iter().cloned());
            }
            possible
        });
        Some(refused)
    }

    /// Takes from the pool until `count` are taken or it has no more.
    fn take(&mut self, count: usize) {
        let lacking = count.saturating_sub(self.taken.len());
        self.taken.extend(self.pending.by_ref().take(lacking));
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::mock::{self, hash, Given, Told},
        *,
    };

    /// Transactions that each build on the one of that number, of three bytes.
    fn candidates(parents: &[Option<u64>]) -> (Candidates<Given<Vec<u8>>>, Told) {
        mock::candidates(
            parents
                .iter()
                .zip(0..)
                .map(|(parent, number)| (vec![number; 2], *parent)),
        )
    }

    /// The numbers of transactions.
    fn numbers(batch: Vec<Vec<u8>>) -> Vec<u8> {
        batch.iter().map(|data| data[0]).collect()
    }

    #[test]
    fn the_first_should_be_those_that_fit() {
        let (mut candidates, _) = candidates(&[None, None, None]);

        assert_eq!(numbers(candidates.first(2, 100)), [0, 1]);
        assert_eq!(numbers(candidates.first(3, 8)), [0, 1]);
        assert_eq!(numbers(candidates.first(3, 9)), [0, 1, 2]);
        assert!(candidates.first(3, 2).is_empty());
        assert!(!candidates.is_empty());
    }

    #[test]
    fn what_is_accepted_should_not_come_again() {
        let (mut candidates, told) = candidates(&[None, Some(0), None]);
        candidates.first(3, 100);

        candidates.accept(2);

        assert_eq!(numbers(candidates.first(3, 100)), [2]);
        candidates.accept(1);
        assert!(candidates.is_empty());
        assert!(told.lock().unwrap().is_empty());
    }

    #[test]
    fn what_builds_on_a_refused_one_should_not_come() {
        let (mut candidates, told) = candidates(&[None, Some(0), None, Some(1), Some(2)]);
        candidates.first(5, 100);

        let refused = candidates.refuse().unwrap();

        assert_eq!(*refused.hash(), hash(0));
        assert_eq!(numbers(candidates.first(5, 100)), [2, 4]);
        // What the pool was told of it does not offer with what builds on it.
        assert_eq!(*told.lock().unwrap(), [hash(0), hash(1), hash(3)]);
    }

    #[test]
    fn refusing_should_do_nothing_when_nothing_is_left() {
        let (mut candidates, _) = candidates(&[]);

        assert!(candidates.is_empty());
        assert_eq!(candidates.refuse(), None);
    }
}
