// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Reports validators that make two blocks for one slot.
//!
//! The check that comes with BABE's block import (sc-consensus-babe 0.60) runs after the seal was
//! taken off the header. A proof of two unsealed headers proves nothing: the chain refuses each
//! with `babe.InvalidEquivocationProof`, and nobody is ever slashed. So the import is wrapped in one
//! that compares sealed headers, and the reports of the built-in check go nowhere.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use openledger_runtime::{opaque::Block, Hash, Header};
use polkadot_sdk::*;
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult};
use sc_consensus_babe::find_pre_digest;
use sc_transaction_pool_api::{
    error::Error as PoolError, LocalTransactionFor, LocalTransactionPool,
    OffchainTransactionPoolFactory,
};
use sp_api::{ApiExt, ProvideRuntimeApi};
use sp_consensus::{BlockOrigin, Error as ConsensusError};
use sp_consensus_babe::{
    check_equivocation_proof, AuthorityId, AuthorityIndex, BabeApi, EquivocationProof, Slot,
};
use sp_runtime::traits::Header as _;

use super::partial::FullClient;

/// How many slots' headers are kept to compare later ones with: half an hour and more.
const MAX_SLOTS: usize = 1_024;

/// The target of every log line.
const LOG_TARGET: &str = "openledger::equivocation";

/// A block import that compares each block with those of the same slot before it passes it on.
pub struct EquivocationReporter<Inner> {
    inner: Inner,
    client: Arc<FullClient>,
    pool: OffchainTransactionPoolFactory<Block>,
    seen: Mutex<SeenHeaders>,
}

impl<Inner> EquivocationReporter<Inner> {
    /// Reports go to `pool`, as transactions that only this node's blocks bring on chain.
    pub fn new(
        inner: Inner,
        client: Arc<FullClient>,
        pool: OffchainTransactionPoolFactory<Block>,
    ) -> Self {
        Self {
            inner,
            client,
            pool,
            seen: Mutex::default(),
        }
    }

    /// Remembers a header with its seal, and reports its author if there was another one.
    fn look_at(&self, header: &Header) {
        let Ok(digest) = find_pre_digest::<Block>(header) else {
            // The import itself refuses such a block.
            return;
        };
        let (slot, author) = (digest.slot(), digest.authority_index());
        let first = match self.seen.lock() {
            Ok(mut seen) => seen.note(slot, author, header),
            Err(_) => None,
        };
        let Some(first) = first else { return };
        if let Err(error) = self.report(slot, author, first, header.clone()) {
            log::warn!(
                target: LOG_TARGET,
                "Validator {author} made two blocks for slot {slot}, which could not be reported: \
                 {error}",
            );
        }
    }

    /// Brings the proof into the transaction pool.
    fn report(
        &self,
        slot: Slot,
        author: AuthorityIndex,
        first_header: Header,
        second_header: Header,
    ) -> Result<(), String> {
        let failed = |error: sp_api::ApiError| error.to_string();
        // Keys and their owners are known to the state of the session that the slot is in.
        let parent = *second_header.parent_hash();
        let offender = self
            .author(parent, slot, author)
            .map_err(failed)?
            .ok_or("it is no validator of that session")?;
        let proof = EquivocationProof {
            offender: offender.clone(),
            slot,
            first_header,
            second_header,
        };
        if !check_equivocation_proof(proof.clone()) {
            return Err("the chain would refuse the proof".into());
        }
        let best = self.client.chain_info().best_hash;
        let (first, second) = (proof.first_header.hash(), proof.second_header.hash());
        // A proof of a session's key is taken for what happened in that session only, and the parent of
        // a session's first block is in the session before. The first header's block is imported.
        let known = [parent, first, best]
            .into_iter()
            .find(|block| self.is_in_epoch_of(*block, slot))
            .unwrap_or(best);
        let owner = self
            .client
            .runtime_api()
            .generate_key_ownership_proof(known, slot, offender.clone())
            .map_err(failed)?
            .ok_or("it is no validator of this session any more")?;
        let mut api = self.client.runtime_api();
        api.register_extension(self.pool.offchain_transaction_pool(best));
        api.submit_report_equivocation_unsigned_extrinsic(best, proof, owner)
            .map_err(failed)?
            .ok_or("the transaction pool did not take it")?;
        log::warn!(
            target: LOG_TARGET,
            "Reported validator {offender}: it made the blocks {first} and {second} for slot {slot}",
        );
        Ok(())
    }

    /// Whether a slot is in the epoch that the state after `block` is in.
    fn is_in_epoch_of(&self, block: Hash, slot: Slot) -> bool {
        let epoch = self.client.runtime_api().current_epoch(block);
        epoch.is_ok_and(|epoch| {
            (epoch.start_slot..epoch.start_slot.saturating_add(epoch.duration)).contains(&slot)
        })
    }

    /// The key of a slot's author, as the state after `parent` has it.
    fn author(
        &self,
        parent: Hash,
        slot: Slot,
        author: AuthorityIndex,
    ) -> Result<Option<AuthorityId>, sp_api::ApiError> {
        let api = self.client.runtime_api();
        let mut epoch = api.current_epoch(parent)?;
        if slot >= epoch.start_slot.saturating_add(epoch.duration) {
            epoch = api.next_epoch(parent)?;
        }
        let author = usize::try_from(author).unwrap_or(usize::MAX);
        Ok(epoch.authorities.get(author).map(|(key, _)| key.clone()))
    }
}

#[async_trait::async_trait]
impl<Inner> BlockImport<Block> for EquivocationReporter<Inner>
where
    Inner: BlockImport<Block, Error = ConsensusError> + Send + Sync,
{
    type Error = ConsensusError;

    async fn check_block(
        &self,
        block: BlockCheckParams<Block>,
    ) -> Result<ImportResult, Self::Error> {
        self.inner.check_block(block).await
    }

    async fn import_block(
        &self,
        block: BlockImportParams<Block>,
    ) -> Result<ImportResult, Self::Error> {
        // What is synced is too old to be reported, and its states may not be there.
        let is_news = !matches!(
            block.origin,
            BlockOrigin::Genesis
                | BlockOrigin::NetworkInitialSync
                | BlockOrigin::WarpSync
                | BlockOrigin::GapSync
                | BlockOrigin::File
        );
        if is_news && !block.with_state() {
            self.look_at(&block.post_header());
        }
        self.inner.import_block(block).await
    }
}

/// The first header of each author and slot, of the latest slots.
#[derive(Default)]
struct SeenHeaders(BTreeMap<Slot, BTreeMap<AuthorityIndex, Seen>>);

struct Seen {
    header: Header,
    is_reported: bool,
}

impl SeenHeaders {
    /// Notes a header; the author's first one of that slot if this is another, once.
    fn note(&mut self, slot: Slot, author: AuthorityIndex, header: &Header) -> Option<Header> {
        let known = self.0.entry(slot).or_default();
        let other = match known.get_mut(&author) {
            None => {
                let seen = Seen {
                    header: header.clone(),
                    is_reported: false,
                };
                known.insert(author, seen);
                None
            }
            Some(seen) if !seen.is_reported && seen.header.hash() != header.hash() => {
                seen.is_reported = true;
                Some(seen.header.clone())
            }
            Some(_) => None,
        };
        while self.0.len() > MAX_SLOTS {
            self.0.pop_first();
        }
        other
    }
}

/// A transaction pool that drops what it is given: for the built-in check, whose reports the chain
/// refuses.
pub struct Nowhere;

impl LocalTransactionPool for Nowhere {
    type Block = Block;
    type Hash = Hash;
    type Error = PoolError;

    fn submit_local(&self, _: Hash, _: LocalTransactionFor<Self>) -> Result<Hash, PoolError> {
        Ok(Hash::zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
    use sp_core::{sr25519, Pair};
    use sp_runtime::{Digest, DigestItem};

    const SLOT: u64 = 7;

    /// A block of validator 3 for `SLOT`, told apart by its state, with its seal.
    fn block(state: u8) -> Header {
        let digest = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
            authority_index: 3,
            slot: SLOT.into(),
        });
        let mut header = Header::new(
            1,
            Hash::zero(),
            Hash::repeat_byte(state),
            Hash::zero(),
            Digest {
                logs: vec![DigestItem::babe_pre_digest(digest)],
            },
        );
        let seal = author().sign(header.hash().as_ref());
        header.digest_mut().push(DigestItem::babe_seal(seal.into()));
        header
    }

    fn author() -> sr25519::Pair {
        sr25519::Pair::from_string("//Alice", None).expect("it is a secret")
    }

    fn note(seen: &mut SeenHeaders, header: &Header) -> Option<Header> {
        seen.note(SLOT.into(), 3, header)
    }

    #[test]
    fn the_first_block_of_a_slot_should_be_no_offence() {
        assert_eq!(note(&mut SeenHeaders::default(), &block(1)), None);
    }

    #[test]
    fn the_same_block_twice_should_be_no_offence() {
        let mut seen = SeenHeaders::default();
        note(&mut seen, &block(1));
        let again = seen.0[&SLOT.into()][&3].header.clone();
        assert_eq!(note(&mut seen, &again), None);
    }

    #[test]
    fn another_block_of_the_slot_should_be_told_with_the_first() {
        let mut seen = SeenHeaders::default();
        let first = block(1);
        note(&mut seen, &first);
        assert_eq!(note(&mut seen, &block(2)), Some(first));
    }

    #[test]
    fn a_third_block_should_not_be_told_again() {
        let mut seen = SeenHeaders::default();
        for state in [1, 2] {
            note(&mut seen, &block(state));
        }
        assert_eq!(note(&mut seen, &block(3)), None);
    }

    #[test]
    fn blocks_of_two_authors_should_be_no_offence() {
        let mut seen = SeenHeaders::default();
        note(&mut seen, &block(1));
        assert_eq!(seen.note(SLOT.into(), 4, &block(2)), None);
    }

    #[test]
    fn only_the_latest_slots_should_be_kept() {
        let mut seen = SeenHeaders::default();
        for slot in 0..2 * MAX_SLOTS as u64 {
            seen.note(slot.into(), 3, &block(1));
        }
        assert_eq!(seen.0.len(), MAX_SLOTS);
        assert_eq!(seen.note(0.into(), 3, &block(2)), None);
    }

    fn proof(first_header: Header, second_header: Header) -> EquivocationProof<Header> {
        EquivocationProof {
            offender: author().public().into(),
            slot: SLOT.into(),
            first_header,
            second_header,
        }
    }

    #[test]
    fn sealed_headers_should_prove_an_equivocation() {
        assert!(check_equivocation_proof(proof(block(1), block(2))));
    }

    /// Why the built-in check is not enough. Should this fail with a later SDK, it may do.
    #[test]
    fn headers_without_their_seals_should_prove_nothing() {
        let unsealed = |state| {
            let mut header = block(state);
            header.digest_mut().pop();
            header
        };
        assert!(!check_equivocation_proof(proof(unsealed(1), unsealed(2))));
    }
}
