// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Treasury spends and bounties: paid when decided, refused above a track's limit, never burned.

use frame_support::{assert_noop, assert_ok, traits::Get};
use frame_system::RawOrigin;
use polkadot_sdk::*;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Dispatchable, DispatchError};

use super::{chain::*, voters::*};
use crate::{
    configs::{
        governance::origins::{limits, Origin},
        TreasuryAccount,
    },
    *,
};

const BENEFICIARY: Sr25519Keyring = Sr25519Keyring::Eve;
const CURATOR: Sr25519Keyring = Sr25519Keyring::Dave;

/// The origins that spend, with what each may spend.
const SPENDERS: [(Origin, Balance); 4] = [
    (Origin::SmallSpender, limits::SMALL_SPENDER),
    (Origin::MediumSpender, limits::MEDIUM_SPENDER),
    (Origin::BigSpender, limits::BIG_SPENDER),
    (Origin::Treasurer, limits::TREASURER),
];

fn spend(amount: Balance) -> RuntimeCall {
    RuntimeCall::Treasury(pallet_treasury::Call::spend {
        asset_kind: Box::new(()),
        amount,
        beneficiary: Box::new(BENEFICIARY.to_account_id()),
        valid_from: None,
    })
}

fn balance(account: Sr25519Keyring) -> Balance {
    Balances::free_balance(account.to_account_id())
}

fn treasury() -> Balance {
    Balances::free_balance(TreasuryAccount::get())
}

/// Lets blocks pass until the treasury has funded what was approved.
fn pass_spend_period() {
    pass_blocks(<Runtime as pallet_treasury::Config>::SpendPeriod::get());
}

/// Lets blocks pass until an award can be claimed.
fn pass_payout_delay() {
    pass_blocks(<Runtime as pallet_bounties::Config>::BountyDepositPayoutDelay::get());
}

/// A bounty with a curator, ready to be awarded.
fn curated_bounty(value: Balance, fee: Balance) -> u32 {
    assert_ok!(Bounties::propose_bounty(
        signed(Sr25519Keyring::Bob),
        value,
        b"a data set".to_vec()
    ));
    assert_ok!(Bounties::approve_bounty(Origin::SmallSpender.into(), 0));
    pass_spend_period();
    let curator = CURATOR.to_account_id().into();
    assert_ok!(Bounties::propose_curator(
        Origin::SmallSpender.into(),
        0,
        curator,
        fee
    ));
    assert_ok!(Bounties::accept_curator(signed(CURATOR), 0));
    0
}

#[test]
fn a_spend_that_voters_decide_should_be_paid_out() {
    on_development_chain(|| {
        let amount = limits::SMALL_SPENDER;
        assert_ok!(decide(Origin::SmallSpender, spend(amount)));
        let before = [treasury(), balance(BENEFICIARY)];

        assert_ok!(Treasury::payout(signed(Sr25519Keyring::Bob), 0));

        assert_eq!(
            [treasury(), balance(BENEFICIARY)],
            [before[0] - amount, before[1] + amount]
        );
    });
}

#[test]
fn a_spend_should_be_paid_once() {
    on_development_chain(|| {
        assert_ok!(spend(OPEN).dispatch(Origin::SmallSpender.into()));
        assert_ok!(Treasury::payout(signed(Sr25519Keyring::Bob), 0));
        assert_noop!(
            Treasury::payout(signed(Sr25519Keyring::Bob), 0),
            pallet_treasury::Error::<Runtime>::AlreadyAttempted
        );
    });
}

#[test]
fn a_spender_should_spend_up_to_its_limit() {
    on_development_chain(|| {
        for (origin, limit) in SPENDERS {
            assert_ok!(spend(limit).dispatch(origin.into()));
        }
    });
}

#[test]
fn a_spender_should_not_spend_above_its_limit() {
    on_development_chain(|| {
        for (origin, limit) in SPENDERS {
            let error = spend(limit + 1)
                .dispatch(origin.into())
                .expect_err("it is above the limit")
                .error;
            assert_eq!(
                error,
                pallet_treasury::Error::<Runtime>::InsufficientPermission.into()
            );
        }
    });
}

#[test]
fn a_batch_should_not_spend_above_the_limit_of_its_origin() {
    on_development_chain(|| {
        let batch = RuntimeCall::Utility(pallet_utility::Call::batch_all {
            calls: vec![spend(limits::SMALL_SPENDER), spend(OPEN)],
        });
        assert_eq!(
            decide(Origin::SmallSpender, batch),
            Err(pallet_treasury::Error::<Runtime>::InsufficientPermission.into())
        );
        assert_eq!(pallet_treasury::SpendCount::<Runtime>::get(), 0);
    });
}

#[test]
fn an_origin_that_is_no_spender_should_not_spend() {
    on_development_chain(|| {
        for origin in [
            Origin::WhitelistedCaller,
            Origin::StakingAdmin,
            Origin::GeneralAdmin,
            Origin::AiSmall,
            Origin::AiLarge,
        ] {
            let error = spend(1).dispatch(origin.into()).expect_err("not allowed");
            assert_eq!(error.error, DispatchError::BadOrigin, "{origin:?}");
        }
    });
}

#[test]
fn a_payout_that_the_treasury_cannot_afford_should_change_nothing() {
    on_development_chain(|| {
        assert_ok!(spend(genesis_presets::TOTAL_SUPPLY).dispatch(RawOrigin::Root.into()));
        assert_noop!(
            Treasury::payout(signed(Sr25519Keyring::Bob), 0),
            pallet_treasury::Error::<Runtime>::PayoutError
        );
    });
}

#[test]
fn a_treasurer_should_void_a_spend() {
    on_development_chain(|| {
        assert_ok!(spend(OPEN).dispatch(Origin::SmallSpender.into()));
        assert_ok!(Treasury::void_spend(Origin::Treasurer.into(), 0));
        assert_noop!(
            Treasury::payout(signed(Sr25519Keyring::Bob), 0),
            pallet_treasury::Error::<Runtime>::InvalidIndex
        );
    });
}

#[test]
fn what_is_not_spent_should_not_be_burned() {
    on_development_chain(|| {
        let before = treasury();
        for _ in 0..3 {
            pass_spend_period();
        }
        assert_eq!(treasury(), before);
    });
}

#[test]
fn a_bounty_should_pay_its_beneficiary() {
    on_development_chain(|| {
        let (value, fee) = (1_000 * OPEN, 100 * OPEN);
        let bounty = curated_bounty(value, fee);
        let before = balance(BENEFICIARY);
        let beneficiary = BENEFICIARY.to_account_id().into();
        assert_ok!(Bounties::award_bounty(signed(CURATOR), bounty, beneficiary));

        pass_payout_delay();
        assert_ok!(Bounties::claim_bounty(signed(Sr25519Keyring::Bob), bounty));

        assert_eq!(balance(BENEFICIARY), before + value - fee);
    });
}

#[test]
fn a_bounty_should_pay_its_curator_the_fee() {
    on_development_chain(|| {
        let (value, fee) = (1_000 * OPEN, 100 * OPEN);
        let before = balance(CURATOR);
        let bounty = curated_bounty(value, fee);
        let beneficiary = BENEFICIARY.to_account_id().into();
        assert_ok!(Bounties::award_bounty(signed(CURATOR), bounty, beneficiary));

        pass_payout_delay();
        assert_ok!(Bounties::claim_bounty(signed(Sr25519Keyring::Bob), bounty));

        assert_eq!(balance(CURATOR), before + fee);
    });
}

#[test]
fn an_award_should_not_be_claimed_before_its_delay() {
    on_development_chain(|| {
        let bounty = curated_bounty(1_000 * OPEN, OPEN);
        let beneficiary = BENEFICIARY.to_account_id().into();
        assert_ok!(Bounties::award_bounty(signed(CURATOR), bounty, beneficiary));
        assert_noop!(
            Bounties::claim_bounty(signed(Sr25519Keyring::Bob), bounty),
            pallet_bounties::Error::<Runtime>::Premature
        );
    });
}

#[test]
fn a_bounty_above_the_limit_of_an_origin_should_not_be_approved() {
    on_development_chain(|| {
        assert_ok!(Bounties::propose_bounty(
            signed(Sr25519Keyring::Bob),
            limits::SMALL_SPENDER + 1,
            b"too much".to_vec()
        ));
        assert_noop!(
            Bounties::approve_bounty(Origin::SmallSpender.into(), 0),
            pallet_treasury::Error::<Runtime>::InsufficientPermission
        );
    });
}

#[test]
fn a_child_bounty_should_pay_its_beneficiary() {
    on_development_chain(|| {
        let bounty = curated_bounty(1_000 * OPEN, OPEN);
        let (value, fee) = (100 * OPEN, 10 * OPEN);
        let curator = signed(CURATOR);
        assert_ok!(ChildBounties::add_child_bounty(
            curator.clone(),
            bounty,
            value,
            b"a part".to_vec()
        ));
        assert_ok!(ChildBounties::propose_curator(
            curator.clone(),
            bounty,
            0,
            CURATOR.to_account_id().into(),
            fee
        ));
        assert_ok!(ChildBounties::accept_curator(curator.clone(), bounty, 0));
        let before = balance(BENEFICIARY);
        let beneficiary = BENEFICIARY.to_account_id().into();
        assert_ok!(ChildBounties::award_child_bounty(
            curator,
            bounty,
            0,
            beneficiary
        ));

        pass_payout_delay();
        let anyone = signed(Sr25519Keyring::Bob);
        assert_ok!(ChildBounties::claim_child_bounty(anyone, bounty, 0));

        assert_eq!(balance(BENEFICIARY), before + value - fee);
    });
}
