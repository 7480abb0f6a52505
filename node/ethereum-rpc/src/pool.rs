// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The Ethereum transactions that wait in the node's transaction pool.
//!
//! The pool knows extrinsics. Which sender and nonce an extrinsic has is in its `provides` tag,
//! the encoded account and nonce that `CheckNonce` gives: so accounts are counted without
//! recovering signatures, and with the Substrate transactions that they sent by another wallet.

use std::{collections::BTreeSet, marker::PhantomData, sync::Arc};

use codec::{Decode, Encode};
use openledger_primitives::AccountId;
use polkadot_sdk::*;
use sc_transaction_pool_api::{
    error::{Error as PoolError, IntoPoolError},
    InPoolTransaction, TransactionPool, TransactionSource,
};
use sp_core::H256;
use sp_crypto_hashing::keccak_256;
use sp_runtime::{
    traits::Block as BlockT,
    transaction_validity::{InvalidTransaction, TransactionTag},
};

use crate::{
    error::{Result, TransactionError},
    raw_transaction::{Fields, RawTransaction},
    view::{EthereumView, Nonce},
};

/// The pool, seen as Ethereum's.
pub struct Pool<P, V> {
    pool: Arc<P>,
    view: PhantomData<fn() -> V>,
}

impl<P, V> Clone for Pool<P, V> {
    fn clone(&self) -> Self {
        Self::new(self.pool.clone())
    }
}

impl<P, V> Pool<P, V> {
    /// Looks at `pool`.
    pub fn new(pool: Arc<P>) -> Self {
        Self {
            pool,
            view: PhantomData,
        }
    }
}

impl<P, V> Pool<P, V>
where
    P: TransactionPool,
    V: EthereumView<P::Block>,
{
    /// The transactions that the next blocks can take, in the order in which they would.
    pub fn ready(&self) -> Vec<RawTransaction> {
        self.pool
            .ready()
            .filter_map(|transaction| decode::<P::Block, V>(transaction.data()))
            .collect()
    }

    /// The transactions that wait for others of lower nonces.
    pub fn queued(&self) -> Vec<RawTransaction> {
        self.pool
            .futures()
            .iter()
            .filter_map(|transaction| decode::<P::Block, V>(transaction.data()))
            .collect()
    }

    /// How many transactions are ready, and how many are queued. Counts the Ethereum ones only.
    pub fn status(&self) -> (usize, usize) {
        let is_ethereum =
            |extrinsic: &<P::Block as BlockT>::Extrinsic| V::ethereum_payload(extrinsic).is_some();
        let ready = self
            .pool
            .ready()
            .filter(|transaction| is_ethereum(transaction.data()))
            .count();
        let queued = self
            .pool
            .futures()
            .iter()
            .filter(|transaction| is_ethereum(transaction.data()))
            .count();
        (ready, queued)
    }

    /// The payload of the waiting transaction with this Ethereum hash.
    pub fn find(&self, hash: H256) -> Option<Vec<u8>> {
        let is_it = |extrinsic: &<P::Block as BlockT>::Extrinsic| {
            V::ethereum_payload(extrinsic).filter(|payload| keccak_256(payload) == hash.0)
        };
        self.pool
            .ready()
            .find_map(|transaction| is_it(transaction.data()))
            .or_else(|| {
                self.pool
                    .futures()
                    .iter()
                    .find_map(|transaction| is_it(transaction.data()))
            })
    }

    /// The nonce that follows those of `account` that are in the chain, up to `next`, and in the
    /// pool without a gap.
    pub fn next_nonce(&self, account: &AccountId, next: Nonce) -> Nonce {
        let mut waiting = BTreeSet::new();
        let mut note = |tags: &[TransactionTag]| {
            waiting.extend(tags.iter().filter_map(|tag| nonce_of(account, tag)));
        };
        self.pool
            .ready()
            .for_each(|transaction| note(transaction.provides()));
        for transaction in self.pool.futures() {
            note(transaction.provides());
        }
        first_gap(&waiting, next)
    }

    /// What waits with the nonce of `account` already.
    pub fn occupant(&self, account: &AccountId, nonce: Nonce) -> Option<Occupant> {
        let tag = (account, nonce).encode();
        self.pool
            .ready()
            .find(|transaction| transaction.provides().contains(&tag))
            .map(|transaction| occupant::<P::Block, V>(transaction.data()))
            .or_else(|| {
                self.pool
                    .futures()
                    .iter()
                    .find(|transaction| transaction.provides().contains(&tag))
                    .map(|transaction| occupant::<P::Block, V>(transaction.data()))
            })
    }

    /// Hands a transaction to the pool, as one that came from outside.
    pub async fn submit(
        &self,
        at: <P::Block as BlockT>::Hash,
        payload: Vec<u8>,
    ) -> std::result::Result<(), Refusal> {
        self.pool
            .submit_one(at, TransactionSource::External, V::extrinsic(payload))
            .await
            .map(|_| ())
            .map_err(|error| refusal(error.into_pool_error()))
    }
}

/// What has a nonce already.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Occupant {
    /// An Ethereum transaction, with its hash and fees.
    Ethereum(H256, Box<Fields>),
    /// Another extrinsic of the account.
    Other,
}

/// Why the pool did not take a transaction.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refusal {
    /// For a reason that can be told at once.
    For(TransactionError),
    /// Because its gas or its sender's funds do not suffice.
    Payment,
    /// Because a block took another one of this nonce in the meantime.
    Stale,
}

/// What the pool's error means.
fn refusal<E: std::fmt::Display>(error: std::result::Result<PoolError, E>) -> Refusal {
    let error = match error {
        Ok(error) => error,
        Err(other) => return Refusal::For(TransactionError::Refused(other.to_string())),
    };
    Refusal::For(match error {
        PoolError::AlreadyImported(_) => TransactionError::AlreadyKnown,
        PoolError::TooLowPriority { .. } => TransactionError::ReplacementUnderpriced,
        PoolError::TemporarilyBanned => TransactionError::Banned,
        PoolError::ImmediatelyDropped => TransactionError::PoolFull,
        PoolError::InvalidTransaction(InvalidTransaction::Payment) => return Refusal::Payment,
        PoolError::InvalidTransaction(InvalidTransaction::Stale) => return Refusal::Stale,
        PoolError::InvalidTransaction(InvalidTransaction::ExhaustsResources) => {
            TransactionError::GasLimit
        }
        PoolError::InvalidTransaction(InvalidTransaction::BadProof) => {
            TransactionError::InvalidSignature
        }
        other => TransactionError::Refused(other.to_string()),
    })
}

/// The Ethereum transaction in an extrinsic, if it is one.
fn decode<B: BlockT, V: EthereumView<B>>(extrinsic: &B::Extrinsic) -> Option<RawTransaction> {
    RawTransaction::decode(V::ethereum_payload(extrinsic)?).ok()
}

fn occupant<B: BlockT, V: EthereumView<B>>(extrinsic: &B::Extrinsic) -> Occupant {
    match decode::<B, V>(extrinsic) {
        Some(transaction) => Occupant::Ethereum(transaction.hash, Box::new(transaction.fields)),
        None => Occupant::Other,
    }
}

/// The nonce in `tag`, if it is one of `account`.
fn nonce_of(account: &AccountId, tag: &TransactionTag) -> Option<Nonce> {
    let rest = tag.strip_prefix(AsRef::<[u8]>::as_ref(account))?;
    let bytes: [u8; 4] = rest.try_into().ok()?;
    Nonce::decode(&mut &bytes[..]).ok()
}

/// The first number from `next` that is not `waiting`.
fn first_gap(waiting: &BTreeSet<Nonce>, next: Nonce) -> Nonce {
    waiting.range(next..).fold(next, |next, nonce| {
        if *nonce == next {
            next.saturating_add(1)
        } else {
            next
        }
    })
}

/// Fails if `new` may not take the place of what waits with its nonce.
pub fn ensure_replaces(new: &RawTransaction, waiting: &Occupant) -> Result<()> {
    match waiting {
        Occupant::Ethereum(hash, _) if *hash == new.hash => {
            Err(TransactionError::AlreadyKnown.into())
        }
        Occupant::Ethereum(_, old) if new.fields.replaces(old) => Ok(()),
        Occupant::Ethereum(..) => Err(TransactionError::ReplacementUnderpriced.into()),
        // Its priority is not comparable; the pool decides.
        Occupant::Other => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> AccountId {
        AccountId::new([7; 32])
    }

    #[test]
    fn pending_nonces_should_be_counted_up_to_a_gap() {
        assert_eq!(first_gap(&BTreeSet::from([3, 4, 6]), 3), 5);
    }

    #[test]
    fn nonces_that_the_chain_has_should_not_count() {
        assert_eq!(first_gap(&BTreeSet::from([1, 2]), 3), 3);
    }

    #[test]
    fn an_empty_pool_should_leave_the_chains_nonce() {
        assert_eq!(first_gap(&BTreeSet::new(), 9), 9);
    }

    #[test]
    fn a_tag_should_give_the_nonce_of_its_account() {
        assert_eq!(nonce_of(&account(), &(account(), 5u32).encode()), Some(5));
    }

    #[test]
    fn a_tag_of_another_account_should_give_nothing() {
        let other = AccountId::new([8; 32]);
        assert_eq!(nonce_of(&account(), &(other, 5u32).encode()), None);
    }

    #[test]
    fn a_tag_of_another_kind_should_give_nothing() {
        assert_eq!(nonce_of(&account(), &(account(), 5u64).encode()), None);
    }

    #[test]
    fn a_duplicate_should_be_already_known() {
        let error = PoolError::AlreadyImported(Box::new(()));
        assert_eq!(
            refusal::<PoolError>(Ok(error)),
            Refusal::For(TransactionError::AlreadyKnown)
        );
    }

    #[test]
    fn a_lower_priority_should_be_an_underpriced_replacement() {
        let error = PoolError::TooLowPriority { old: 2, new: 1 };
        assert_eq!(
            refusal::<PoolError>(Ok(error)),
            Refusal::For(TransactionError::ReplacementUnderpriced)
        );
    }

    #[test]
    fn a_full_pool_should_say_so() {
        assert_eq!(
            refusal::<PoolError>(Ok(PoolError::ImmediatelyDropped)),
            Refusal::For(TransactionError::PoolFull)
        );
    }
}
