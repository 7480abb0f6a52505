// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What voters do, and the passing of blocks: the steps that tests of governance share.

use codec::Encode;
use frame_support::{
    assert_ok,
    traits::{schedule::DispatchTime, Bounded, Hooks},
};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_referenda::ReferendumInfo;
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    traits::{BlakeTwo256, Hash},
    DispatchResult,
};

use super::chain::signed;
use crate::*;

pub const PROPOSER: Sr25519Keyring = Sr25519Keyring::Alice;

/// Hold nine tenths of what these accounts hold in votes: more than any track asks for.
pub const VOTERS: [Sr25519Keyring; 6] = [
    Sr25519Keyring::Alice,
    Sr25519Keyring::Bob,
    Sr25519Keyring::Charlie,
    Sr25519Keyring::Dave,
    Sr25519Keyring::Eve,
    Sr25519Keyring::Ferdie,
];

/// The planck that each voter votes with.
pub const VOTE: Balance = 9_000_000 * OPEN;

/// More blocks than a referendum of the development chain takes from its first to its last day.
const LIMIT: BlockNumber = 20 * genesis_presets::FAST_DAY;

/// Lets the pallets that governance drives do what they do at the start of the next block.
pub fn next_block() {
    let block = System::block_number() + 1;
    System::set_block_number(block);
    Scheduler::on_initialize(block);
    Treasury::on_initialize(block);
}

/// Lets blocks pass.
pub fn pass_blocks(blocks: BlockNumber) {
    for _ in 0..blocks {
        next_block();
    }
}

/// Submits a referendum as polkadot-js does: its call as a preimage. Returns the referendum's index.
pub fn submit(origin: impl Into<OriginCaller>, call: RuntimeCall) -> u32 {
    let index = pallet_referenda::ReferendumCount::<Runtime>::get();
    let encoded = call.encode();
    let proposal = Bounded::Lookup {
        hash: BlakeTwo256::hash(&encoded),
        len: encoded.len() as u32,
    };
    assert_ok!(Preimage::note_preimage(signed(PROPOSER), encoded));
    assert_ok!(Referenda::submit(
        signed(PROPOSER),
        Box::new(origin.into()),
        proposal,
        DispatchTime::After(0),
    ));
    index
}

/// Places the decision deposit.
pub fn open(referendum: u32) {
    assert_ok!(Referenda::place_decision_deposit(
        signed(PROPOSER),
        referendum
    ));
}

/// A vote of `VOTE` planck.
pub fn ballot(aye: bool) -> AccountVote<Balance> {
    AccountVote::Standard {
        vote: Vote {
            aye,
            conviction: Conviction::Locked1x,
        },
        balance: VOTE,
    }
}

/// All voters vote alike.
pub fn all_vote(referendum: u32, aye: bool) {
    for voter in VOTERS {
        assert_ok!(ConvictionVoting::vote(
            signed(voter),
            referendum,
            ballot(aye)
        ));
    }
}

/// Lets blocks pass until the referendum is over and returns how it ended.
pub fn end(referendum: u32) -> pallet_referenda::ReferendumInfoOf<Runtime, ()> {
    for _ in 0..LIMIT {
        let info = pallet_referenda::ReferendumInfoFor::<Runtime>::get(referendum)
            .expect("the referendum was submitted");
        if !matches!(info, ReferendumInfo::Ongoing(_)) {
            return info;
        }
        next_block();
    }
    panic!("referendum {referendum} is not over after {LIMIT} blocks");
}

/// Lets blocks pass until a call that a referendum scheduled is dispatched, and returns its result.
pub fn enacted() -> DispatchResult {
    for _ in 0..LIMIT {
        let result = System::read_events_for_pallet::<pallet_scheduler::Event<Runtime>>()
            .into_iter()
            .find_map(|event| match event {
                // Alarms of referenda have no name.
                pallet_scheduler::Event::Dispatched {
                    id: Some(_),
                    result,
                    ..
                } => Some(result),
                _ => None,
            });
        if let Some(result) = result {
            return result;
        }
        next_block();
    }
    panic!("nothing was enacted within {LIMIT} blocks");
}

/// Takes a call through a referendum that all voters support, and returns how its dispatch ended.
pub fn decide(origin: impl Into<OriginCaller>, call: RuntimeCall) -> DispatchResult {
    let referendum = submit(origin, call);
    open(referendum);
    all_vote(referendum, true);
    assert!(matches!(end(referendum), ReferendumInfo::Approved(..)));
    enacted()
}
