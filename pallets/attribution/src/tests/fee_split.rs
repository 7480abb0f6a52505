// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Error, Event, FeeSplitStore};
use openledger_primitives::{traits::AttributionAdmin, FeeSplit, Ppm};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::DispatchError,
};

/// Contributors get 90 %, the treasury 10 %.
fn generous() -> FeeSplit {
    FeeSplit {
        contributors: Ppm(900_000),
        developer: Ppm(0),
        worker: Ppm(0),
        stakers: Ppm(0),
        treasury: Ppm(100_000),
    }
}

#[test]
fn the_default_split_should_hold_at_first() {
    run(|| assert_eq!(FeeSplitStore::<Test>::get(), FeeSplit::default()));
}

#[test]
fn set_fee_split_should_change_later_settlements() {
    run(|| {
        assert_ok!(Attribution::set_fee_split(
            RuntimeOrigin::root(),
            generous()
        ));
        assert_ok!(submit(receipt(request(10_000), 1_000)));
        assert_eq!(credits(alice()) + credits(bob()), 6_300);
        assert_eq!(credits(developer()), 0);
    });
}

#[test]
fn attribution_admin_should_set_the_split() {
    run(|| {
        assert_ok!(<Attribution as AttributionAdmin>::set_fee_split(generous()));
        assert_eq!(FeeSplitStore::<Test>::get(), generous());
    });
}

#[test]
fn set_fee_split_should_leave_earlier_credits_alone() {
    run(|| {
        assert_ok!(submit(receipt(request(10_000), 1_000)));
        let before = credits(alice());
        assert_ok!(Attribution::set_fee_split(
            RuntimeOrigin::root(),
            generous()
        ));
        assert_eq!(credits(alice()), before);
    });
}

#[test]
fn set_fee_split_should_emit_an_event() {
    run(|| {
        assert_ok!(Attribution::set_fee_split(
            RuntimeOrigin::root(),
            generous()
        ));
        assert_eq!(events(), [Event::FeeSplitSet { split: generous() }]);
    });
}

#[test]
fn set_fee_split_should_fail_for_anyone_but_the_admin() {
    run(|| {
        let call = Attribution::set_fee_split(RuntimeOrigin::signed(other()), generous());
        assert_noop!(call, DispatchError::BadOrigin);
    });
}

#[test]
fn set_fee_split_should_fail_when_the_parts_do_not_sum_to_one() {
    run(|| {
        let split = FeeSplit {
            treasury: Ppm(100_001),
            ..generous()
        };
        let call = Attribution::set_fee_split(RuntimeOrigin::root(), split);
        assert_noop!(call, Error::<Test>::SplitWrongSum);
    });
}

#[test]
fn set_fee_split_should_fail_below_the_contributors_floor() {
    run(|| {
        let split = FeeSplit {
            contributors: Ppm(399_999),
            treasury: Ppm(600_001),
            ..generous()
        };
        let call = Attribution::set_fee_split(RuntimeOrigin::root(), split);
        assert_noop!(call, Error::<Test>::ContributorsBelowFloor);
    });
}
