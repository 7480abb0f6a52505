// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Ready transactions that no pool looked at.

use std::sync::{Arc, Mutex};

use openledger_runtime::Hash;
use polkadot_sdk::*;
use sc_transaction_pool_api::{InPoolTransaction, ReadyTransactions};
use sp_runtime::transaction_validity::{TransactionLongevity, TransactionPriority, TransactionTag};

use super::candidates::Candidates;

/// A transaction that provides its own tag, and may require that of another.
#[derive(Debug, PartialEq)]
pub struct Given<E> {
    hash: Hash,
    data: Arc<E>,
    requires: Vec<TransactionTag>,
    provides: Vec<TransactionTag>,
}

impl<E> InPoolTransaction for Given<E> {
    type Transaction = Arc<E>;
    type Hash = Hash;

    fn data(&self) -> &Arc<E> {
        &self.data
    }

    fn hash(&self) -> &Hash {
        &self.hash
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

/// The transactions that a pool was told are not valid, in order.
pub type Told = Arc<Mutex<Vec<Hash>>>;

/// A pool's iterator.
struct Pending<E> {
    transactions: std::vec::IntoIter<Arc<Given<E>>>,
    told: Told,
}

impl<E> Iterator for Pending<E> {
    type Item = Arc<Given<E>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.transactions.next()
    }
}

impl<E> ReadyTransactions for Pending<E> {
    fn report_invalid(&mut self, transaction: &Self::Item) {
        self.told.lock().unwrap().push(transaction.hash);
    }
}

/// The hash of transaction `number`.
pub fn hash(number: u64) -> Hash {
    Hash::from_low_u64_be(number)
}

/// Candidates of transactions, counted from 0, with the number of the one that each builds on; and what
/// their pool is told.
pub fn candidates<E>(
    transactions: impl IntoIterator<Item = (E, Option<u64>)>,
) -> (Candidates<Given<E>>, Told)
where
    E: codec::Encode + Clone + Send + Sync + 'static,
{
    let tag = |number: u64| number.to_be_bytes().to_vec();
    let given: Vec<_> = transactions
        .into_iter()
        .zip(0..)
        .map(|((data, parent), number)| {
            Arc::new(Given {
                hash: hash(number),
                data: Arc::new(data),
                requires: parent.map(tag).into_iter().collect(),
                provides: vec![tag(number)],
            })
        })
        .collect();
    let told = Told::default();
    let pending = Pending {
        transactions: given.into_iter(),
        told: told.clone(),
    };
    (Candidates::new(Box::new(pending)), told)
}
