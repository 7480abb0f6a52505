// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The Ethereum transactions that wait in the node's transaction pool.
//!
//! The pool knows extrinsics. Which sender and nonce an extrinsic has is in its `provides` tag,
//! the encoded account and nonce that `CheckNonce` gives: so accounts are counted without
//! recovering signatures, and with the Substrate transactions that they sent by another wallet.
//!
//! Recovering who signed is most of the work of decoding a transaction. It is done once for each that
//! is seen in the pool, and then remembered under the extrinsic's hash.

use std::{
    collections::BTreeSet,
    marker::PhantomData,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use codec::{Decode, Encode};
use lru::LruCache;
use openledger_primitives::AccountId;
use polkadot_sdk::*;
use sc_transaction_pool_api::{
    error::{Error as PoolError, IntoPoolError},
    InPoolTransaction, TransactionPool, TransactionSource,
};
use sp_core::{H160, H256};
use sp_runtime::{
    traits::Block as BlockT,
    transaction_validity::{InvalidTransaction, TransactionTag},
};

use crate::{
    error::{Result, TransactionError},
    raw_transaction::{Fields, RawTransaction},
    view::{EthereumView, Nonce},
};

/// How many transactions are remembered: more than a pool holds by default.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(16_383);

/// What is remembered of a transaction in the pool.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Outline {
    /// keccak-256 of the payload.
    pub hash: H256,
    /// Who signed.
    pub sender: H160,
    /// Bytes of the payload.
    pub size: usize,
}

impl Outline {
    /// The outline of a decoded transaction.
    pub fn of(transaction: &RawTransaction) -> Self {
        Self {
            hash: transaction.hash,
            sender: transaction.sender,
            size: transaction.payload.len(),
        }
    }
}

/// The outlines of transactions by the encoded hashes of their extrinsics.
type Outlines = LruCache<Vec<u8>, Outline>;

/// The pool, seen as Ethereum's. Clones share what they remember.
pub struct Pool<P, V> {
    pool: Arc<P>,
    outlines: Arc<Mutex<Outlines>>,
    view: PhantomData<fn() -> V>,
}

impl<P, V> Clone for Pool<P, V> {
    fn clone(&self) -> Self {
        Self {
            pool: self.pool.clone(),
            outlines: self.outlines.clone(),
            view: PhantomData,
        }
    }
}

impl<P, V> Pool<P, V> {
    /// Looks at `pool`.
    pub fn new(pool: Arc<P>) -> Self {
        Self {
            pool,
            outlines: Arc::new(Mutex::new(LruCache::new(REMEMBERED))),
            view: PhantomData,
        }
    }

    /// The outline that is remembered under `key`, or else is made of what `payload` gives; `None`
    /// when that is no Ethereum transaction.
    fn outline_of(
        &self,
        key: Vec<u8>,
        payload: impl FnOnce() -> Option<Vec<u8>>,
    ) -> Option<Outline> {
        // Not held while a signer is recovered.
        let outlines = || self.outlines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outline) = outlines().get(&key) {
            return Some(*outline);
        }
        let outline = Outline::of(&RawTransaction::decode(payload()?).ok()?);
        outlines().put(key, outline);
        Some(outline)
    }
}

impl<P, V> Pool<P, V>
where
    P: TransactionPool,
    V: EthereumView<P::Block>,
{
    /// The outline of a transaction in the pool, if it is an Ethereum one.
    fn outline(&self, transaction: &P::InPoolTransaction) -> Option<Outline> {
        self.outline_of(transaction.hash().encode(), || {
            V::ethereum_payload(transaction.data())
        })
    }

    /// The transaction that has been outlined, decoded.
    fn decoded(
        &self,
        transaction: &P::InPoolTransaction,
        outline: Outline,
    ) -> Option<RawTransaction> {
        let payload = V::ethereum_payload(transaction.data())?;
        RawTransaction::decode_known(payload, outline.hash, outline.sender)
    }

    /// The transactions that the next blocks can take and that `is_wanted`, in the order in which
    /// they would.
    pub fn ready_if(&self, is_wanted: impl Fn(&Outline) -> bool) -> Vec<RawTransaction> {
        self.pool
            .ready()
            .filter_map(|transaction| {
                let outline = self.outline(&transaction).filter(&is_wanted)?;
                self.decoded(&transaction, outline)
            })
            .collect()
    }

    /// The transactions that wait for others of lower nonces and that `is_wanted`.
    pub fn queued_if(&self, is_wanted: impl Fn(&Outline) -> bool) -> Vec<RawTransaction> {
        self.pool
            .futures()
            .iter()
            .filter_map(|transaction| {
                let outline = self.outline(transaction).filter(&is_wanted)?;
                self.decoded(transaction, outline)
            })
            .collect()
    }

    /// All transactions that the next blocks can take.
    pub fn ready(&self) -> Vec<RawTransaction> {
        self.ready_if(|_| true)
    }

    /// The outlines of [`Pool::ready`].
    pub fn outlines(&self) -> Vec<Outline> {
        self.pool
            .ready()
            .filter_map(|transaction| self.outline(&transaction))
            .collect()
    }

    /// Number `index` of [`Pool::ready`].
    pub fn nth(&self, index: usize) -> Option<RawTransaction> {
        self.pool
            .ready()
            .filter_map(|transaction| Some((self.outline(&transaction)?, transaction)))
            .nth(index)
            .and_then(|(outline, transaction)| self.decoded(&transaction, outline))
    }

    /// How many transactions are ready, and how many are queued. Counts the Ethereum ones only.
    pub fn status(&self) -> (usize, usize) {
        let queued = self.pool.futures();
        let queued = queued
            .iter()
            .filter(|transaction| self.outline(transaction).is_some());
        (self.outlines().len(), queued.count())
    }

    /// The waiting transaction with this Ethereum hash.
    pub fn find(&self, hash: H256) -> Option<RawTransaction> {
        let find = |transaction: &P::InPoolTransaction| {
            let outline = self.outline(transaction);
            let outline = outline.filter(|outline| outline.hash == hash)?;
            self.decoded(transaction, outline)
        };
        self.pool
            .ready()
            .find_map(|transaction| find(&transaction))
            .or_else(|| self.pool.futures().iter().find_map(find))
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
    use crate::test_chain::{address, transaction};

    #[test]
    fn a_transaction_should_be_decoded_once() {
        let pool: Pool<(), ()> = Pool::new(Arc::new(()));
        let payload = transaction(0, Some(address(1)));
        let decoded = RawTransaction::decode(payload.clone()).expect("it is signed");
        let first = pool.outline_of(vec![1], || Some(payload));
        let second = pool.outline_of(vec![1], || panic!("it is remembered"));
        assert_eq!(first, Some(Outline::of(&decoded)));
        assert_eq!(second, first);
    }

    #[test]
    fn clones_of_a_pool_should_remember_the_same() {
        let pool: Pool<(), ()> = Pool::new(Arc::new(()));
        let payload = transaction(0, Some(address(1)));
        let first = pool.outline_of(vec![1], || Some(payload));
        let second = pool
            .clone()
            .outline_of(vec![1], || panic!("it is remembered"));
        assert_eq!(second, first);
    }

    #[test]
    fn what_is_no_ethereum_transaction_should_have_no_outline() {
        let pool: Pool<(), ()> = Pool::new(Arc::new(()));
        assert_eq!(pool.outline_of(vec![1], || None), None);
        assert_eq!(pool.outline_of(vec![2], || Some(vec![0xf8])), None);
    }

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
