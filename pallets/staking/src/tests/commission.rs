// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Error, Event};
use frame_support::{assert_noop, assert_ok};
use polkadot_sdk::*;
use sp_runtime::{DispatchResult, Perbill};

fn set(index: u8, percent: u32) -> DispatchResult {
    Staking::set_commission(signed(index), Perbill::from_percent(percent))
}

#[test]
fn set_commission_should_change_it_by_a_step() {
    run(|| {
        next_era();
        assert_ok!(set(1, 15));
        assert_eq!(operator(1).commission, Perbill::from_percent(15));
    });
}

#[test]
fn set_commission_should_emit_the_commission() {
    run(|| {
        next_era();
        assert_ok!(set(1, 5));
        assert!(events().contains(&Event::CommissionSet {
            operator: account(1),
            commission: Perbill::from_percent(5),
        }));
    });
}

#[test]
fn set_commission_should_refuse_a_larger_step_up() {
    run(|| {
        next_era();
        assert_noop!(set(1, 16), Error::<Test>::CommissionChangeTooLarge);
    });
}

#[test]
fn set_commission_should_refuse_a_larger_step_down() {
    run(|| {
        next_era();
        assert_noop!(set(1, 4), Error::<Test>::CommissionChangeTooLarge);
    });
}

#[test]
fn set_commission_should_refuse_a_second_change_in_an_era() {
    run(|| {
        next_era();
        assert_ok!(set(1, 12));
        assert_noop!(set(1, 14), Error::<Test>::CommissionChangedThisEra);
    });
}

#[test]
fn set_commission_should_allow_a_change_in_the_next_era() {
    run(|| {
        next_era();
        assert_ok!(set(1, 15));
        next_era();
        assert_ok!(set(1, 20));
    });
}

#[test]
fn set_commission_should_refuse_more_than_the_maximum() {
    run(|| {
        next_era();
        assert_noop!(set(1, 51), Error::<Test>::CommissionTooHigh);
    });
}

#[test]
fn set_commission_should_refuse_who_is_no_operator() {
    run(|| {
        assert_noop!(set(4, 10), Error::<Test>::UnknownOperator);
    });
}
