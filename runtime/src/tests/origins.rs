// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What a vote on each track may do, and that no other may.

use frame_support::{
    assert_noop, assert_ok,
    storage::with_transaction,
    traits::{PalletInfoAccess, UnfilteredDispatchable},
};
use openledger_primitives::{traits::BaseModelListing, FeeSplit, ProposalId};
use pallet_ai_governance::Kind;
use polkadot_sdk::*;
use sp_core::H256;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{DispatchError, Perbill, TransactionOutcome};

use super::{
    chain::*,
    voters::{submit, PROPOSER},
};
use crate::{
    configs::{
        governance::origins::Origin,
        parameters::{dynamic_params::staking, RuntimeParameters},
    },
    *,
};

/// The origins of all tracks but root's.
pub const ORIGINS: [Origin; 9] = [
    Origin::WhitelistedCaller,
    Origin::StakingAdmin,
    Origin::Treasurer,
    Origin::GeneralAdmin,
    Origin::AiSmall,
    Origin::AiLarge,
    Origin::SmallSpender,
    Origin::MediumSpender,
    Origin::BigSpender,
];

/// Whether a call is not for an origin. Changes nothing.
fn is_refused(call: &RuntimeCall, origin: RuntimeOrigin) -> bool {
    let outcome = with_transaction(|| {
        let outcome = call.clone().dispatch_bypass_filter(origin);
        TransactionOutcome::Rollback(Ok::<_, DispatchError>(outcome))
    });
    outcome
        .expect("storage can be rolled back")
        .is_err_and(|error| error.error == DispatchError::BadOrigin)
}

/// The origins that may make a call. What may be voted on at all, root may decide, too, and no
/// account without a vote.
#[track_caller]
fn who_may(call: impl Into<RuntimeCall>) -> Vec<Origin> {
    let call = call.into();
    assert!(!is_refused(&call, RuntimeOrigin::root()), "root may not");
    let account = signed(Sr25519Keyring::Alice);
    assert!(is_refused(&call, account), "an account may");
    ORIGINS
        .into_iter()
        .filter(|origin| !is_refused(&call, (*origin).into()))
        .collect()
}

fn listing() -> BaseModelListing {
    BaseModelListing {
        hash: H256([1; 32]),
        name: b"MiniLM-L6".to_vec().try_into().expect("it is short"),
        hidden_size: 384,
        layers: 6,
        licence: b"Apache-2.0".to_vec().try_into().expect("it is short"),
    }
}

fn register_base_model() -> RuntimeCall {
    let listing = listing();
    RuntimeCall::Models(pallet_models::Call::register_base_model {
        hash: listing.hash,
        name: listing.name,
        hidden_size: listing.hidden_size,
        layers: listing.layers,
        licence: listing.licence,
    })
}

fn set_fee_split() -> RuntimeCall {
    RuntimeCall::Attribution(pallet_attribution::Call::set_fee_split {
        split: FeeSplit::default(),
    })
}

fn enact() -> RuntimeCall {
    RuntimeCall::AiGovernance(pallet_ai_governance::Call::enact {
        proposal: ProposalId(0),
    })
}

#[test]
fn only_a_staking_admin_should_cancel_a_slash() {
    on_development_chain(|| {
        let call = pallet_operator_staking::Call::<Runtime>::cancel_slash { id: 0 };
        assert_eq!(who_may(call), [Origin::StakingAdmin]);
    });
}

#[test]
fn only_a_staking_admin_should_set_the_number_of_validators() {
    on_development_chain(|| {
        let call = pallet_operator_staking::Call::<Runtime>::set_validator_count { count: 2 };
        assert_eq!(who_may(call), [Origin::StakingAdmin]);
    });
}

#[test]
fn only_a_staking_admin_should_chill_an_operator() {
    on_development_chain(|| {
        let operator = Sr25519Keyring::Alice.to_account_id();
        let call = pallet_operator_staking::Call::<Runtime>::force_chill { operator };
        assert_eq!(who_may(call), [Origin::StakingAdmin]);
    });
}

#[test]
fn only_root_should_slash_an_operator() {
    on_development_chain(|| {
        let call = pallet_operator_staking::Call::<Runtime>::slash_operator {
            operator: Sr25519Keyring::Alice.to_account_id(),
            fraction: Perbill::from_percent(10),
            at: 0,
        };
        assert_eq!(who_may(call), []);
    });
}

#[test]
fn only_a_staking_admin_should_split_rewards() {
    on_development_chain(|| {
        let validators = Perbill::from_percent(40);
        let call = pallet_operator_staking::Call::<Runtime>::set_reward_split { validators };
        assert_eq!(who_may(call), [Origin::StakingAdmin]);
    });
}

#[test]
fn only_a_staking_admin_should_set_the_sessions_of_an_era() {
    on_development_chain(|| {
        let key_value = RuntimeParameters::Staking(staking::Parameters::SessionsPerEra(
            staking::SessionsPerEra,
            Some(7),
        ));
        let call = pallet_parameters::Call::<Runtime>::set_parameter { key_value };
        assert_eq!(who_may(call), [Origin::StakingAdmin]);
    });
}

#[test]
fn only_a_general_admin_should_cancel_a_referendum() {
    on_development_chain(|| {
        let remark = frame_system::Call::remark { remark: vec![] };
        let index = submit(frame_system::RawOrigin::Root, remark.into());
        let call = pallet_referenda::Call::<Runtime>::cancel { index };
        assert_eq!(who_may(call), [Origin::GeneralAdmin]);
    });
}

#[test]
fn only_a_general_admin_should_seat_the_committee() {
    on_development_chain(|| {
        let call = pallet_collective::Call::<Runtime, pallet_collective::Instance1>::set_members {
            new_members: vec![Sr25519Keyring::Eve.to_account_id()],
            prime: None,
            old_count: 3,
        };
        assert_eq!(who_may(call), [Origin::GeneralAdmin]);
    });
}

#[test]
fn only_ai_tracks_should_enact_ai_proposals() {
    on_development_chain(|| {
        assert_eq!(who_may(enact()), [Origin::AiSmall, Origin::AiLarge]);
    });
}

#[test]
fn only_large_ai_proposals_should_list_a_base_model() {
    on_development_chain(|| {
        assert_eq!(who_may(register_base_model()), [Origin::AiLarge]);
    });
}

#[test]
fn only_large_ai_proposals_should_delist_a_base_model() {
    on_development_chain(|| {
        let base_model = openledger_primitives::BaseModelId(0);
        let call = pallet_models::Call::<Runtime>::delist_base_model { base_model };
        assert_eq!(who_may(call), [Origin::AiLarge]);
    });
}

#[test]
fn only_large_ai_proposals_should_split_fees() {
    on_development_chain(|| {
        assert_eq!(who_may(set_fee_split()), [Origin::AiLarge]);
    });
}

#[test]
fn a_small_ai_proposal_should_not_decide_what_needs_a_large_one() {
    on_development_chain(|| {
        let listing = Box::new(Kind::ListBaseModel(listing()));
        assert_ok!(AiGovernance::submit(signed(PROPOSER), listing));
        assert_noop!(
            AiGovernance::enact(Origin::AiSmall.into(), ProposalId(0)),
            pallet_ai_governance::Error::<Runtime>::TrackTooSmall
        );
    });
}

#[test]
fn a_large_ai_proposal_should_list_a_base_model() {
    on_development_chain(|| {
        let listing = Box::new(Kind::ListBaseModel(listing()));
        assert_ok!(AiGovernance::submit(signed(PROPOSER), listing));
        assert_ok!(AiGovernance::enact(Origin::AiLarge.into(), ProposalId(0)));
        assert!(pallet_models::BaseModels::<Runtime>::contains_key(
            openledger_primitives::BaseModelId(0)
        ));
    });
}

/// Calls that need more than an account, from all over the runtime but what AI proposals are about.
fn calls_of_others() -> Vec<RuntimeCall> {
    let alice = Sr25519Keyring::Alice.to_account_id();
    vec![
        RuntimeCall::System(frame_system::Call::authorize_upgrade {
            code_hash: H256::zero(),
        }),
        RuntimeCall::System(frame_system::Call::set_storage { items: vec![] }),
        RuntimeCall::Balances(pallet_balances::Call::force_set_balance {
            who: alice.clone().into(),
            new_free: OPEN,
        }),
        RuntimeCall::OperatorStaking(pallet_operator_staking::Call::cancel_slash { id: 0 }),
        RuntimeCall::OperatorStaking(pallet_operator_staking::Call::force_chill {
            operator: alice.clone(),
        }),
        RuntimeCall::OperatorStaking(pallet_operator_staking::Call::slash_operator {
            operator: alice.clone(),
            fraction: Perbill::from_percent(10),
            at: 0,
        }),
        RuntimeCall::Treasury(pallet_treasury::Call::spend {
            asset_kind: Box::new(()),
            amount: 1,
            beneficiary: Box::new(alice.clone()),
            valid_from: None,
        }),
        RuntimeCall::Treasury(pallet_treasury::Call::void_spend { index: 0 }),
        RuntimeCall::Bounties(pallet_bounties::Call::approve_bounty { bounty_id: 0 }),
        RuntimeCall::Referenda(pallet_referenda::Call::cancel { index: 0 }),
        RuntimeCall::Identity(pallet_identity::Call::add_registrar {
            account: alice.clone().into(),
        }),
        RuntimeCall::Whitelist(pallet_whitelist::Call::whitelist_call {
            call_hash: H256::zero(),
        }),
        RuntimeCall::Scheduler(pallet_scheduler::Call::cancel { when: 9, index: 0 }),
        RuntimeCall::Utility(pallet_utility::Call::dispatch_as {
            as_origin: Box::new(frame_system::RawOrigin::Signed(alice).into()),
            call: Box::new(frame_system::Call::remark { remark: vec![] }.into()),
        }),
    ]
}

#[test]
fn ai_tracks_should_do_nothing_but_what_is_theirs() {
    on_development_chain(|| {
        for call in calls_of_others() {
            let allowed = who_may(call.clone());
            for origin in [Origin::AiSmall, Origin::AiLarge] {
                assert!(!allowed.contains(&origin), "{origin:?}: {call:?}");
            }
        }
    });
}

#[test]
fn a_staking_admin_should_do_nothing_outside_staking() {
    on_development_chain(|| {
        let staking = OperatorStaking::index() as u8;
        let others = calls_of_others()
            .into_iter()
            .chain([register_base_model(), set_fee_split(), enact()])
            .filter(|call| codec::Encode::encode(call)[0] != staking);
        for call in others {
            let allowed = who_may(call.clone());
            assert!(!allowed.contains(&Origin::StakingAdmin), "{call:?}");
        }
    });
}

#[test]
fn no_origin_of_a_track_should_change_balances_by_decree() {
    on_development_chain(|| {
        let call = pallet_balances::Call::<Runtime>::force_set_balance {
            who: Sr25519Keyring::Bob.to_account_id().into(),
            new_free: genesis_presets::TOTAL_SUPPLY,
        };
        assert_eq!(who_may(call), []);
    });
}
