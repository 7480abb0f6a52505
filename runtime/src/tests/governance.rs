// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Referenda from submission to enactment, and tracks.

use codec::Encode;
use frame_support::{
    assert_noop, assert_ok,
    dispatch::{GetDispatchInfo, RawOrigin},
    traits::{Currency, Get},
};
use pallet_conviction_voting::Conviction;
use pallet_referenda::{ReferendumInfo, TracksInfo};
use polkadot_sdk::*;
use sp_core::H256;
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::{BlakeTwo256, Dispatchable, Hash};

use super::{chain::*, origins::ORIGINS, voters::*};
use crate::{
    configs::{
        governance::{
            origins::Origin,
            tracks::{TrackId, Tracks},
            Electorate,
        },
        TreasuryAccount,
    },
    *,
};

const KEY: &[u8] = b"openledger/test";

/// A call that only root may make, and whose effect can be seen.
fn root_call() -> RuntimeCall {
    RuntimeCall::System(frame_system::Call::set_storage {
        items: vec![(KEY.to_vec(), b"decided".to_vec())],
    })
}

fn root_call_took_effect() -> bool {
    sp_io::storage::get(KEY).as_deref() == Some(b"decided")
}

/// The committee puts a call on its whitelist by a motion that two of three members support.
fn whitelist(call_hash: H256) {
    let motion = RuntimeCall::Whitelist(pallet_whitelist::Call::whitelist_call { call_hash });
    let (hash, length) = (BlakeTwo256::hash_of(&motion), motion.encoded_size() as u32);
    let weight = motion.get_dispatch_info().call_weight;
    assert_ok!(TechnicalCommittee::propose(
        signed(Sr25519Keyring::Alice),
        2,
        Box::new(motion),
        length
    ));
    for member in [Sr25519Keyring::Alice, Sr25519Keyring::Bob] {
        assert_ok!(TechnicalCommittee::vote(signed(member), hash, 0, true));
    }
    assert_ok!(TechnicalCommittee::close(
        signed(Sr25519Keyring::Eve),
        hash,
        0,
        weight,
        length
    ));
}

/// The dispatch of a whitelisted call, whose preimage is noted.
fn dispatch_whitelisted(call: &RuntimeCall) -> (H256, RuntimeCall) {
    let encoded = call.encode();
    let call_hash = BlakeTwo256::hash(&encoded);
    let call_encoded_len = encoded.len() as u32;
    assert_ok!(Preimage::note_preimage(signed(PROPOSER), encoded));
    let dispatch = pallet_whitelist::Call::dispatch_whitelisted_call {
        call_hash,
        call_encoded_len,
        call_weight_witness: call.get_dispatch_info().call_weight,
    };
    (call_hash, dispatch.into())
}

#[test]
fn a_referendum_for_root_should_be_enacted() {
    on_development_chain(|| {
        assert_ok!(decide(RawOrigin::Root, root_call()));
        assert!(root_call_took_effect());
    });
}

#[test]
fn a_referendum_that_voters_refuse_should_change_nothing() {
    on_development_chain(|| {
        let referendum = submit(RawOrigin::Root, root_call());
        open(referendum);
        all_vote(referendum, false);

        assert!(matches!(end(referendum), ReferendumInfo::Rejected(..)));
        pass_blocks(2 * genesis_presets::FAST_DAY);
        assert!(!root_call_took_effect());
    });
}

#[test]
fn a_referendum_without_decision_deposit_should_time_out() {
    on_development_chain(|| {
        let referendum = submit(RawOrigin::Root, root_call());
        all_vote(referendum, true);
        assert!(matches!(end(referendum), ReferendumInfo::TimedOut(..)));
    });
}

#[test]
fn a_referendum_should_authorize_an_upgrade() {
    on_development_chain(|| {
        let code_hash = H256([8; 32]);
        let upgrade = frame_system::Call::authorize_upgrade { code_hash };

        assert_ok!(decide(RawOrigin::Root, upgrade.into()));

        let authorized = System::authorized_upgrade().expect("an upgrade is authorized");
        assert_eq!(*authorized.code_hash(), code_hash);
    });
}

#[test]
fn a_referendum_should_not_speak_for_an_account() {
    on_development_chain(|| {
        let origin = RawOrigin::Signed(Sr25519Keyring::Bob.to_account_id());
        let proposal = frame_support::traits::Bounded::Lookup {
            hash: H256::zero(),
            len: 1,
        };
        assert_noop!(
            Referenda::submit(
                signed(PROPOSER),
                Box::new(origin.into()),
                proposal,
                frame_support::traits::schedule::DispatchTime::After(0),
            ),
            pallet_referenda::Error::<Runtime>::NoTrack
        );
    });
}

#[test]
fn delegated_votes_should_count() {
    on_development_chain(|| {
        let referendum = submit(Origin::GeneralAdmin, root_call());
        open(referendum);
        let delegate = Sr25519Keyring::Bob;
        assert_ok!(ConvictionVoting::delegate(
            signed(Sr25519Keyring::Charlie),
            12,
            delegate.to_account_id().into(),
            Conviction::Locked1x,
            VOTE,
        ));
        assert_ok!(ConvictionVoting::vote(
            signed(delegate),
            referendum,
            ballot(true)
        ));

        let info = pallet_referenda::ReferendumInfoFor::<Runtime>::get(referendum);
        let Some(ReferendumInfo::Ongoing(status)) = info else {
            panic!("the referendum is ongoing");
        };
        assert_eq!(status.tally.support, 2 * VOTE);
    });
}

#[test]
fn votes_should_be_measured_against_what_people_hold() {
    on_development_chain(|| {
        next_block();
        let people =
            Sr25519Keyring::well_known().count() + genesis_presets::ETHEREUM_ACCOUNTS.len();
        let held = people as Balance * genesis_presets::DEVELOPMENT_ENDOWMENT;
        // The treasury keeps its existential deposit active, as the contracts of the first block
        // do; what is staked has no vote.
        let deposits = 4 * EXISTENTIAL_DEPOSIT;
        let staked = genesis_presets::GENESIS_BOND;
        assert_eq!(Electorate::get(), held + deposits - staked);
    });
}

#[test]
fn a_whitelisted_call_should_be_dispatched_as_root() {
    on_development_chain(|| {
        let (call_hash, dispatch) = dispatch_whitelisted(&root_call());
        whitelist(call_hash);

        assert_ok!(decide(Origin::WhitelistedCaller, dispatch));

        assert!(root_call_took_effect());
    });
}

#[test]
fn a_call_that_is_not_whitelisted_should_wait() {
    on_development_chain(|| {
        let (_, dispatch) = dispatch_whitelisted(&root_call());
        assert_ok!(decide(Origin::WhitelistedCaller, dispatch));
        assert!(!root_call_took_effect());
    });
}

#[test]
fn a_third_of_the_committee_should_not_whitelist() {
    on_development_chain(|| {
        let call_hash = H256([8; 32]);
        let motion = RuntimeCall::Whitelist(pallet_whitelist::Call::whitelist_call { call_hash });
        // A threshold of one member dispatches at once.
        assert_ok!(TechnicalCommittee::propose(
            signed(Sr25519Keyring::Alice),
            1,
            Box::new(motion.clone()),
            motion.encoded_size() as u32
        ));
        assert!(!pallet_whitelist::WhitelistedCall::<Runtime>::contains_key(
            call_hash
        ));
    });
}

#[test]
fn every_origin_should_have_a_track_of_its_own() {
    sp_io::TestExternalities::default().execute_with(|| {
        let mut tracks: Vec<TrackId> = ORIGINS
            .into_iter()
            .map(|origin| Tracks::track_for(&origin.into()).expect("the origin has a track"))
            .collect();
        tracks.push(Tracks::track_for(&RawOrigin::Root.into()).expect("root has a track"));
        tracks.sort_unstable();
        assert_eq!(tracks, Tracks::track_ids().collect::<Vec<_>>());
    });
}

#[test]
fn a_track_should_have_the_name_of_its_origin() {
    on_development_chain(|| {
        for origin in ORIGINS {
            let track = Tracks::track_for(&origin.into()).expect("the origin has a track");
            let info = Tracks::info(track).expect("the track exists");
            let name: String = String::from_utf8_lossy(&info.name)
                .trim_end_matches('\0')
                .replace('_', "");
            assert_eq!(name, format!("{origin:?}").to_lowercase());
        }
    });
}

#[test]
fn tracks_should_be_ordered() {
    assert_ok!(Tracks::check_integrity());
}

#[test]
fn tracks_should_run_at_the_pace_of_genesis() {
    on_development_chain(|| {
        let root = Tracks::info(0).expect("root has a track");
        assert_eq!(root.decision_period, 14 * genesis_presets::FAST_DAY);
        assert_eq!(root.prepare_period, 1);
    });
}

#[test]
fn tracks_should_run_at_a_real_pace_where_genesis_says_nothing() {
    sp_io::TestExternalities::default().execute_with(|| {
        let root = Tracks::info(0).expect("root has a track");
        assert_eq!(root.decision_period, 14 * DAYS);
        assert_eq!(root.prepare_period, 2 * HOURS);
    });
}

#[test]
fn the_deposits_of_a_killed_referendum_should_go_to_the_treasury() {
    on_development_chain(|| {
        let referendum = submit(Origin::SmallSpender, root_call());
        open(referendum);
        let before = Balances::free_balance(TreasuryAccount::get());

        assert_ok!(Referenda::kill(Origin::GeneralAdmin.into(), referendum));

        let decision = Tracks::info(30).expect("it exists").decision_deposit;
        let submission = <Runtime as pallet_referenda::Config>::SubmissionDeposit::get();
        assert_eq!(
            Balances::free_balance(TreasuryAccount::get()),
            before + decision + submission
        );
    });
}

#[test]
fn an_account_should_not_burn() {
    on_development_chain(|| {
        let burn = RuntimeCall::Balances(pallet_balances::Call::burn {
            value: OPEN,
            keep_alive: true,
        });
        let outcome = burn.dispatch(signed(Sr25519Keyring::Bob));
        assert_eq!(
            outcome.expect_err("burning is not allowed").error,
            frame_system::Error::<Runtime>::CallFiltered.into()
        );
    });
}

#[test]
fn the_treasury_should_not_be_part_of_what_is_active() {
    on_development_chain(|| {
        next_block();
        let idle = Balances::free_balance(TreasuryAccount::get()) - EXISTENTIAL_DEPOSIT;
        let active = <Balances as Currency<AccountId>>::active_issuance();
        assert_eq!(active, genesis_presets::TOTAL_SUPPLY - idle);
    });
}
