// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! A validator that signs two votes or two blocks: its report, its slash, and the time in between.

use codec::{Decode, Encode};
use frame_support::{
    assert_noop, assert_ok,
    traits::{DisabledValidators, Hooks, KeyOwnerProofSystem},
};
use openledger_primitives::traits::SlashReason;
use pallet_operator_staking::{
    ActiveEra, ChillReason, Operators, SlashQueue, Status, UnappliedSlash,
};
use polkadot_sdk::*;
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_core::H256;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use sp_runtime::{
    traits::{Dispatchable, Header as _},
    transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidity},
    Digest, DigestItem, Perbill,
};

use super::chain::{on_chain, signed};
use crate::{
    configs::{governance::origins::Origin, TreasuryAccount},
    genesis_presets::{FAST_DEFERRAL, GENESIS_BOND, LOCAL_TESTNET},
    *,
};

/// One of the four validators, by the key that it makes blocks with.
const OFFENDER: Sr25519Keyring = Sr25519Keyring::Bob;

/// Its key for finality.
const VOTER: Ed25519Keyring = Ed25519Keyring::Bob;

/// The round of both votes.
const ROUND: u64 = 3;

/// The slot of both blocks.
const SLOT: u64 = 5;

/// One offender of four costs (3 / 4)² of what stands behind it.
const FRACTION: Perbill = Perbill::from_parts(562_500_000);

/// More blocks than the slash of this chain is deferred.
const LIMIT: BlockNumber = 100;

type VoteProof = sp_consensus_grandpa::EquivocationProof<Hash, BlockNumber>;
type BlockProof = sp_consensus_babe::EquivocationProof<Header>;
type KeyProof = sp_session::MembershipProof;

/// Runs `test` in the first block of a network of four validators.
fn on_a_network(test: impl FnOnce()) {
    on_chain(LOCAL_TESTNET, || {
        System::set_block_number(0);
        begin_block(1);
        test();
    });
}

/// A validator's place among the validators.
fn place_of(validator: Sr25519Keyring) -> u32 {
    let account = validator.to_account_id();
    let place = Session::validators()
        .iter()
        .position(|other| *other == account);
    place.expect("it validates") as u32
}

fn pre_digest(author: Sr25519Keyring, slot: u64) -> Digest {
    let claim = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
        authority_index: place_of(author),
        slot: slot.into(),
    });
    Digest {
        logs: vec![DigestItem::babe_pre_digest(claim)],
    }
}

/// Begins a block of Alice's, who behaves, in the slot of that number.
fn begin_block(number: BlockNumber) {
    let digest = pre_digest(Sr25519Keyring::Alice, number.into());
    System::reset_events();
    System::initialize(&number, &H256::repeat_byte(7), &digest);
    Babe::on_initialize(number);
    OperatorStaking::on_initialize(number);
    Session::on_initialize(number);
}

fn next_block() {
    let block = System::block_number();
    Babe::on_finalize(block);
    Grandpa::on_finalize(block);
    begin_block(block + 1);
}

/// Lets blocks pass until slashes that are due in era `era` were applied.
fn pass_to_era(era: u32) {
    for _ in 0..LIMIT {
        next_block();
        if ActiveEra::<Runtime>::get().index == era {
            next_block();
            return;
        }
    }
    panic!("era {era} does not begin within {LIMIT} blocks");
}

/// Two votes in one round for the blocks named, both signed.
fn votes(first: u8, second: u8) -> VoteProof {
    let vote = |block: u8| {
        let prevote = sp_consensus_grandpa::Prevote::<Header> {
            target_hash: H256::repeat_byte(block),
            target_number: 1,
        };
        let message = sp_consensus_grandpa::Message::<Header>::Prevote(prevote.clone());
        let payload = sp_consensus_grandpa::localized_payload(ROUND, 0, &message);
        (prevote, VOTER.sign(&payload))
    };
    // The type of what is in the proof has no public name: its encoding has.
    let encoded = (ROUND, VOTER.public(), vote(first), vote(second)).encode();
    let equivocation = Decode::decode(&mut &encoded[..]).expect("these are its fields");
    VoteProof::new(0, sp_consensus_grandpa::Equivocation::Prevote(equivocation))
}

/// Two blocks in one slot with the state roots named, both sealed.
fn blocks(first: u8, second: u8) -> BlockProof {
    let block = |root: u8| {
        let mut header = Header::new(
            2,
            H256::zero(),
            H256::repeat_byte(root),
            H256::repeat_byte(7),
            pre_digest(OFFENDER, SLOT),
        );
        let seal = OFFENDER.sign(header.hash().as_ref());
        header.digest_mut().push(DigestItem::babe_seal(seal.into()));
        header
    };
    BlockProof {
        offender: OFFENDER.public().into(),
        slot: SLOT.into(),
        first_header: block(first),
        second_header: block(second),
    }
}

/// That the key for finality is the offender's.
fn voter_proof() -> KeyProof {
    Historical::prove((sp_consensus_grandpa::KEY_TYPE, VOTER.public()))
        .expect("it is a validator's key")
}

/// That the key for blocks is the offender's.
fn author_proof() -> KeyProof {
    Historical::prove((sp_consensus_babe::KEY_TYPE, OFFENDER.public()))
        .expect("it is a validator's key")
}

fn report_of_votes() -> RuntimeCall {
    RuntimeCall::Grandpa(pallet_grandpa::Call::report_equivocation_unsigned {
        equivocation_proof: Box::new(votes(1, 2)),
        key_owner_proof: voter_proof(),
    })
}

fn report_of_blocks() -> RuntimeCall {
    RuntimeCall::Babe(pallet_babe::Call::report_equivocation_unsigned {
        equivocation_proof: Box::new(blocks(1, 2)),
        key_owner_proof: author_proof(),
    })
}

/// Includes a report as a block does that its author put it in.
fn include(report: RuntimeCall) {
    assert_ok!(report.dispatch(RuntimeOrigin::none()));
}

/// What a pool thinks of a report that comes from `source`.
fn validate(source: TransactionSource, report: RuntimeCall) -> TransactionValidity {
    let report = generic::UncheckedExtrinsic::new_bare(report).into();
    Executive::validate_transaction(source, report, System::parent_hash())
}

fn stake() -> Balance {
    operator().pool.stake
}

fn operator() -> pallet_operator_staking::Operator {
    Operators::<Runtime>::get(OFFENDER.to_account_id()).expect("it is an operator")
}

fn queued() -> Vec<UnappliedSlash> {
    SlashQueue::<Runtime>::iter_values().collect()
}

/// What the queue has after one report in the first era.
fn slash() -> UnappliedSlash {
    UnappliedSlash {
        operator: OFFENDER.to_account_id(),
        era: 0,
        fraction: FRACTION,
        reason: SlashReason::Equivocation,
        apply_at: FAST_DEFERRAL,
    }
}

#[test]
fn two_votes_should_be_reported_by_an_account() {
    on_a_network(|| {
        assert_ok!(Grandpa::report_equivocation(
            signed(Sr25519Keyring::Eve),
            Box::new(votes(1, 2)),
            voter_proof()
        ));
        assert_eq!(queued(), [slash()]);
    });
}

#[test]
fn two_votes_should_queue_a_slash() {
    on_a_network(|| {
        include(report_of_votes());
        assert_eq!(queued(), [slash()]);
    });
}

#[test]
fn two_blocks_should_queue_a_slash() {
    on_a_network(|| {
        include(report_of_blocks());
        assert_eq!(queued(), [slash()]);
    });
}

#[test]
fn two_blocks_should_be_reported_by_an_account() {
    on_a_network(|| {
        assert_ok!(Babe::report_equivocation(
            signed(Sr25519Keyring::Eve),
            Box::new(blocks(1, 2)),
            author_proof()
        ));
        assert_eq!(queued(), [slash()]);
    });
}

#[test]
fn votes_and_blocks_of_one_era_should_be_slashed_once() {
    on_a_network(|| {
        include(report_of_votes());
        include(report_of_blocks());
        assert_eq!(queued(), [slash()]);
    });
}

#[test]
fn an_equivocation_should_cost_nothing_before_its_deferral_is_over() {
    on_a_network(|| {
        include(report_of_votes());
        for _ in 0..5 {
            next_block();
        }
        assert_eq!(stake(), GENESIS_BOND);
    });
}

#[test]
fn an_equivocation_should_cost_its_fraction_after_the_deferral() {
    on_a_network(|| {
        include(report_of_votes());
        pass_to_era(FAST_DEFERRAL);
        assert_eq!(stake(), GENESIS_BOND - FRACTION * GENESIS_BOND);
    });
}

#[test]
fn what_an_equivocation_costs_should_go_to_the_treasury() {
    on_a_network(|| {
        include(report_of_blocks());
        let before = Balances::free_balance(TreasuryAccount::get());
        pass_to_era(FAST_DEFERRAL);
        let after = Balances::free_balance(TreasuryAccount::get());
        assert_eq!(after - before, FRACTION * GENESIS_BOND);
    });
}

#[test]
fn an_equivocation_should_not_cost_the_others_anything() {
    on_a_network(|| {
        include(report_of_votes());
        pass_to_era(FAST_DEFERRAL);
        let alice = Operators::<Runtime>::get(Sr25519Keyring::Alice.to_account_id());
        assert_eq!(alice.map(|record| record.pool.stake), Some(GENESIS_BOND));
    });
}

#[test]
fn an_equivocation_should_chill_the_validator_at_once() {
    on_a_network(|| {
        include(report_of_votes());
        assert!(matches!(
            operator().status,
            Status::Chilled {
                reason: ChillReason::Slashed,
                ..
            }
        ));
    });
}

#[test]
fn an_equivocation_should_disable_the_validator_at_once() {
    on_a_network(|| {
        include(report_of_blocks());
        assert!(<Session as DisabledValidators>::is_disabled(place_of(
            OFFENDER
        )));
    });
}

#[test]
fn an_equivocating_validator_should_not_be_elected_for_the_next_era() {
    on_a_network(|| {
        include(report_of_votes());
        pass_to_era(1);
        assert_eq!(Session::validators().len(), 3);
        assert!(!Session::validators().contains(&OFFENDER.to_account_id()));
    });
}

#[test]
fn a_staking_admin_should_cancel_the_slash_of_an_equivocation() {
    on_a_network(|| {
        include(report_of_votes());
        assert_ok!(OperatorStaking::cancel_slash(
            Origin::StakingAdmin.into(),
            0
        ));
        pass_to_era(FAST_DEFERRAL);
        assert_eq!(stake(), GENESIS_BOND);
    });
}

#[test]
fn an_equivocation_should_still_be_reported_in_a_later_era() {
    on_a_network(|| {
        let report = report_of_votes();
        pass_to_era(1);
        include(report);
        let late = UnappliedSlash {
            apply_at: 1 + FAST_DEFERRAL,
            ..slash()
        };
        assert_eq!(queued(), [late]);
    });
}

#[test]
fn an_equivocation_should_be_reported_once() {
    on_a_network(|| {
        include(report_of_votes());
        assert_noop!(
            Grandpa::report_equivocation_unsigned(
                RuntimeOrigin::none(),
                Box::new(votes(1, 2)),
                voter_proof()
            ),
            pallet_grandpa::Error::<Runtime>::DuplicateOffenceReport
        );
    });
}

#[test]
fn one_vote_should_be_no_equivocation() {
    on_a_network(|| {
        assert_noop!(
            Grandpa::report_equivocation_unsigned(
                RuntimeOrigin::none(),
                Box::new(votes(1, 1)),
                voter_proof()
            ),
            pallet_grandpa::Error::<Runtime>::InvalidEquivocationProof
        );
    });
}

#[test]
fn one_block_should_be_no_equivocation() {
    on_a_network(|| {
        let mut proof = blocks(1, 2);
        proof.second_header = proof.first_header.clone();
        assert_noop!(
            Babe::report_equivocation_unsigned(
                RuntimeOrigin::none(),
                Box::new(proof),
                author_proof()
            ),
            pallet_babe::Error::<Runtime>::InvalidEquivocationProof
        );
    });
}

#[test]
fn an_equivocation_should_not_be_blamed_on_another_validator() {
    on_a_network(|| {
        let other = Ed25519Keyring::Charlie.public();
        let proof = Historical::prove((sp_consensus_grandpa::KEY_TYPE, other));
        assert_noop!(
            Grandpa::report_equivocation_unsigned(
                RuntimeOrigin::none(),
                Box::new(votes(1, 2)),
                proof.expect("it is a validator's key")
            ),
            pallet_grandpa::Error::<Runtime>::InvalidKeyOwnershipProof
        );
    });
}

#[test]
fn a_report_should_enter_the_pool_of_the_node_that_found_it() {
    on_a_network(|| {
        for report in [report_of_votes(), report_of_blocks()] {
            let validity = validate(TransactionSource::Local, report).expect("it is valid");
            assert!(!validity.propagate);
        }
    });
}

#[test]
fn an_unsigned_report_should_not_come_from_another_node() {
    on_a_network(|| {
        for report in [report_of_votes(), report_of_blocks()] {
            assert_eq!(
                validate(TransactionSource::External, report),
                Err(InvalidTransaction::Call.into())
            );
        }
    });
}

#[test]
fn a_report_of_what_was_reported_should_not_enter_the_pool() {
    on_a_network(|| {
        include(report_of_votes());
        assert_eq!(
            validate(TransactionSource::Local, report_of_votes()),
            Err(InvalidTransaction::Stale.into())
        );
    });
}
