// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Constants that governance changes, and the split of transaction fees.

use frame_support::{assert_noop, assert_ok, dispatch::DispatchInfo, traits::Get};
use pallet_transaction_payment::OnChargeTransaction;
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{DispatchError, Permill};

use super::{chain::*, voters::*};
use crate::{
    configs::{
        governance::{origins::Origin, pace::EraSessions},
        parameters::{
            dynamic_params::{fees, inference, staking},
            RuntimeParameters,
        },
        StakersPot, TreasuryAccount,
    },
    *,
};

fn set_stakers_share(share: Permill) -> RuntimeParameters {
    RuntimeParameters::Fees(fees::Parameters::StakersShare(
        fees::StakersShare,
        Some(share),
    ))
}

fn set_job_deadline(blocks: BlockNumber) -> RuntimeParameters {
    RuntimeParameters::Inference(inference::Parameters::JobDeadline(
        inference::JobDeadline,
        Some(blocks),
    ))
}

fn set_sessions_per_era(sessions: u32) -> RuntimeParameters {
    RuntimeParameters::Staking(staking::Parameters::SessionsPerEra(
        staking::SessionsPerEra,
        Some(sessions),
    ))
}

/// Charges Bob a fee and returns what the stakers' pot and the treasury got.
fn charge(fee: Balance) -> [Balance; 2] {
    type Charge = <Runtime as pallet_transaction_payment::Config>::OnChargeTransaction;
    let pots = || [StakersPot::get(), TreasuryAccount::get()].map(Balances::free_balance);
    let before = pots();
    let bob = Sr25519Keyring::Bob.to_account_id();
    let call = RuntimeCall::System(frame_system::Call::remark { remark: vec![] });
    let info = DispatchInfo::default();
    let paid = <Charge as OnChargeTransaction<Runtime>>::withdraw_fee(&bob, &call, &info, fee, 0)
        .expect("Bob can pay");
    <Charge as OnChargeTransaction<Runtime>>::correct_and_deposit_fee(
        &bob,
        &info,
        &Default::default(),
        fee,
        0,
        paid,
    )
    .expect("the fee can be shared");
    let after = pots();
    [after[0] - before[0], after[1] - before[1]]
}

/// How long after its request a job can be taken back, blocks.
fn deadline_of_a_job() -> BlockNumber {
    let (adapter, _) = ready();
    let job = request(adapter, OPEN);
    let job = Inference::job_view(job).expect("the job is open");
    job.deadline - System::block_number()
}

#[test]
fn a_fee_should_be_shared_between_stakers_and_treasury() {
    on_development_chain(|| assert_eq!(charge(OPEN), [OPEN / 2, OPEN / 2]));
}

#[test]
fn the_odd_planck_of_a_fee_should_go_to_the_treasury() {
    on_development_chain(|| assert_eq!(charge(1_001), [500, 501]));
}

#[test]
fn voters_should_change_how_fees_are_shared() {
    on_development_chain(|| {
        let key_value = set_stakers_share(Permill::from_percent(20));
        let call = pallet_parameters::Call::set_parameter { key_value };
        assert_ok!(decide(Origin::GeneralAdmin, call.into()));
        assert_eq!(charge(OPEN), [OPEN / 5, OPEN * 4 / 5]);
    });
}

#[test]
fn stakers_should_be_able_to_get_the_whole_fee() {
    on_development_chain(|| {
        let share = set_stakers_share(Permill::one());
        assert_ok!(Parameters::set_parameter(RuntimeOrigin::root(), share));
        assert_eq!(charge(OPEN), [OPEN, 0]);
    });
}

#[test]
fn an_origin_of_another_track_should_not_change_parameters() {
    on_development_chain(|| {
        for origin in [Origin::StakingAdmin, Origin::Treasurer, Origin::AiLarge] {
            assert_noop!(
                Parameters::set_parameter(origin.into(), set_job_deadline(60)),
                DispatchError::BadOrigin
            );
        }
    });
}

#[test]
fn an_account_should_not_change_parameters() {
    on_development_chain(|| {
        assert_noop!(
            Parameters::set_parameter(signed(Sr25519Keyring::Alice), set_job_deadline(60)),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn a_job_should_have_the_default_deadline() {
    on_development_chain(|| assert_eq!(deadline_of_a_job(), 5 * MINUTES));
}

#[test]
fn a_job_should_have_the_deadline_that_governance_set() {
    on_development_chain(|| {
        let deadline = set_job_deadline(7 * MINUTES);
        assert_ok!(Parameters::set_parameter(
            Origin::GeneralAdmin.into(),
            deadline
        ));
        assert_eq!(deadline_of_a_job(), 7 * MINUTES);
    });
}

#[test]
fn a_deadline_should_not_be_set_below_a_minute() {
    on_development_chain(|| {
        assert_ok!(Parameters::set_parameter(
            Origin::GeneralAdmin.into(),
            set_job_deadline(0)
        ));
        assert_eq!(deadline_of_a_job(), MINUTES);
    });
}

#[test]
fn a_deadline_should_not_be_set_above_a_day() {
    on_development_chain(|| {
        assert_ok!(Parameters::set_parameter(
            Origin::GeneralAdmin.into(),
            set_job_deadline(BlockNumber::MAX)
        ));
        assert_eq!(deadline_of_a_job(), DAYS);
    });
}

#[test]
fn an_era_should_have_the_sessions_of_genesis() {
    on_development_chain(|| assert_eq!(EraSessions::get(), 1));
}

#[test]
fn an_era_should_be_six_hours_where_genesis_says_nothing() {
    sp_io::TestExternalities::default().execute_with(|| {
        let slots = EPOCH_DURATION * u64::from(EraSessions::get());
        assert_eq!(slots, u64::from(6 * HOURS));
    });
}

/// The sessions of an era of a real network in which a vote sets `sessions`.
fn sessions_after_a_vote_for(sessions: u32) -> u32 {
    sp_io::TestExternalities::default().execute_with(|| {
        assert_ok!(Parameters::set_parameter(
            RuntimeOrigin::root(),
            set_sessions_per_era(sessions)
        ));
        EraSessions::get()
    })
}

#[test]
fn an_era_should_not_be_shorter_than_a_vote_on_a_slash_leaves_time_for() {
    assert_eq!(sessions_after_a_vote_for(1), 12);
}

#[test]
fn an_era_should_not_be_longer_than_a_week() {
    assert_eq!(sessions_after_a_vote_for(u32::MAX), 1_008);
}

#[test]
fn a_staking_admin_should_set_the_sessions_of_an_era() {
    on_development_chain(|| {
        let sessions = set_sessions_per_era(7);
        assert_ok!(Parameters::set_parameter(
            Origin::StakingAdmin.into(),
            sessions
        ));
        assert_eq!(EraSessions::get(), 7);
    });
}

#[test]
fn a_general_admin_should_not_set_the_sessions_of_an_era() {
    on_development_chain(|| {
        assert_noop!(
            Parameters::set_parameter(Origin::GeneralAdmin.into(), set_sessions_per_era(7)),
            DispatchError::BadOrigin
        );
    });
}
