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
    use sp_runtime::transaction_validity::{
        TransactionLongevity, TransactionPriority, TransactionTag,
    };

    use super::*;

    /// Transaction `id` of some account: it provides its own tag and requires that of the one before.
    #[derive(Debug, PartialEq)]
    struct Transaction {
        id: u8,
        data: Arc<Vec<u8>>,
        requires: Vec<TransactionTag>,
        provides: Vec<TransactionTag>,
    }

    impl InPoolTransaction for Transaction {
        type Transaction = Arc<Vec<u8>>;
        type Hash = u8;

        fn data(&self) -> &Arc<Vec<u8>> {
            &self.data
        }

        fn hash(&self) -> &u8 {
            &self.id
        }

        fn priority(&self) -> &TransactionPriority {
            &0
        }

        fn longevity(&self) -> &TransactionLongevity {
            &0
        }

        fn requires(&self) -> &[TransactionTag] {
            &self.requires
        }

        fn provides(&self) -> &[TransactionTag] {
            &self.provides
        }

        fn is_propagable(&self) -> bool {
            true
        }
    }

    /// A pool's iterator that says which transactions it was told of.
    struct Pending {
        transactions: std::vec::IntoIter<Arc<Transaction>>,
        told: Arc<std::sync::Mutex<Vec<u8>>>,
    }

    impl Iterator for Pending {
        type Item = Arc<Transaction>;

        fn next(&mut self) -> Option<Self::Item> {
            self.transactions.next()
        }
    }

    impl ReadyTransactions for Pending {
        fn report_invalid(&mut self, transaction: &Self::Item) {
            self.told.lock().unwrap().push(transaction.id);
        }
    }

    /// Candidates of `(id, the id that it builds on)`, each of three bytes, and what the pool was told.
    fn candidates(
        transactions: &[(u8, Option<u8>)],
    ) -> (Candidates<Transaction>, Arc<std::sync::Mutex<Vec<u8>>>) {
        let told = Arc::new(std::sync::Mutex::new(Vec::new()));
        let transactions: Vec<_> = transactions
            .iter()
            .map(|(id, parent)| {
                Arc::new(Transaction {
                    id: *id,
                    data: Arc::new(vec![*id; 2]),
                    requires: parent.iter().map(|parent| vec![*parent]).collect(),
                    provides: vec![vec![*id]],
                })
            })
            .collect();
        let pending = Pending {
            transactions: transactions.into_iter(),
            told: told.clone(),
        };
        (Candidates::new(Box::new(pending)), told)
    }

    fn ids(batch: Vec<Vec<u8>>) -> Vec<u8> {
        batch.iter().map(|data| data[0]).collect()
    }

    #[test]
    fn the_first_should_be_those_that_fit() {
        let (mut candidates, _) = candidates(&[(1, None), (2, None), (3, None)]);

        assert_eq!(ids(candidates.first(2, 100)), [1, 2]);
        assert_eq!(ids(candidates.first(3, 8)), [1, 2]);
        assert_eq!(ids(candidates.first(3, 9)), [1, 2, 3]);
        assert!(candidates.first(3, 2).is_empty());
        assert!(!candidates.is_empty());
    }

    #[test]
    fn what_is_accepted_should_not_come_again() {
        let (mut candidates, told) = candidates(&[(1, None), (2, Some(1)), (3, None)]);
        candidates.first(3, 100);

        candidates.accept(2);

        assert_eq!(ids(candidates.first(3, 100)), [3]);
        candidates.accept(1);
        assert!(candidates.is_empty());
        assert!(told.lock().unwrap().is_empty());
    }

    #[test]
    fn what_builds_on_a_refused_one_should_not_come() {
        let (mut candidates, told) = candidates(&[
            (1, None),
            (2, Some(1)),
            (3, None),
            (4, Some(2)),
            (5, Some(3)),
        ]);
        candidates.first(5, 100);

        let refused = candidates.refuse().unwrap();

        assert_eq!(refused.id, 1);
        assert_eq!(ids(candidates.first(5, 100)), [3, 5]);
        // What the pool was told of it does not offer with what builds on it.
        assert_eq!(*told.lock().unwrap(), [1, 2, 4]);
    }

    #[test]
    fn refusing_should_do_nothing_when_nothing_is_left() {
        let (mut candidates, _) = candidates(&[]);

        assert!(candidates.is_empty());
        assert_eq!(candidates.refuse(), None);
    }
}
