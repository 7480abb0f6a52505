// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use frame_support::{assert_noop, assert_ok};
use openledger_primitives::{traits::Models as _, AccountId, AdapterId, Balance};
use polkadot_sdk::*;
use sp_runtime::{DispatchError, DispatchResult};

use super::mock::*;
use crate::{types::MAX_PAST_PRICES, Error, Event};

fn set(who: AccountId, id: AdapterId, price: Balance) -> DispatchResult {
    Models::set_price(RuntimeOrigin::signed(who), id, price)
}

fn lowest(id: AdapterId) -> Balance {
    Models::terms(id)
        .expect("the adapter exists")
        .lowest_unit_price
}

#[test]
fn set_price_should_hold_for_new_jobs_at_once() {
    run(|| {
        let id = published();
        assert_ok!(set(DEVELOPER, id, 30));
        assert_eq!(Models::terms(id).map(|terms| terms.unit_price), Some(30));
    });
}

#[test]
fn set_price_should_let_the_lower_price_before_settle_until_its_notice_ends() {
    run(|| {
        let id = published();
        assert_ok!(set(DEVELOPER, id, 30));
        System::set_block_number(1 + PriceNotice::get() - 1);
        assert_eq!(lowest(id), PRICE);
        System::set_block_number(1 + PriceNotice::get());
        assert_eq!(lowest(id), 30);
    });
}

#[test]
fn set_price_should_let_a_reduced_price_settle_at_once() {
    run(|| {
        let id = published();
        assert_ok!(set(DEVELOPER, id, 5));
        assert_eq!(lowest(id), 5);
    });
}

#[test]
fn set_price_should_keep_the_notice_of_each_price_of_several_changes() {
    run(|| {
        let id = published();
        assert_ok!(set(DEVELOPER, id, 30));
        System::set_block_number(6);
        assert_ok!(set(DEVELOPER, id, 40));
        assert_eq!(lowest(id), PRICE);
        System::set_block_number(1 + PriceNotice::get());
        assert_eq!(lowest(id), 30);
        System::set_block_number(6 + PriceNotice::get());
        assert_eq!(lowest(id), 40);
    });
}

#[test]
fn set_price_should_leave_no_notice_for_a_draft() {
    run(|| {
        let id = draft(&[version(1).0]);
        assert_ok!(set(DEVELOPER, id, 30));
        assert_eq!(lowest(id), 30);
    });
}

#[test]
fn set_price_should_emit_an_event() {
    run(|| {
        let adapter = published();
        assert_ok!(set(DEVELOPER, adapter, 30));
        assert_eq!(
            last_event(),
            Event::PriceSet {
                adapter,
                unit_price: 30,
                previous: PRICE
            }
        );
    });
}

#[test]
fn set_price_should_fail_when_too_many_prices_are_within_their_notice() {
    run(|| {
        let id = published();
        for change in 1..=MAX_PAST_PRICES {
            assert_ok!(set(DEVELOPER, id, PRICE + Balance::from(change)));
        }
        assert_noop!(set(DEVELOPER, id, 9), Error::<Test>::PriceChangedTooOften);
    });
}

#[test]
fn set_price_should_succeed_again_when_the_notice_has_ended() {
    run(|| {
        let id = published();
        for change in 1..=MAX_PAST_PRICES {
            assert_ok!(set(DEVELOPER, id, PRICE + Balance::from(change)));
        }
        System::set_block_number(1 + PriceNotice::get());
        assert_ok!(set(DEVELOPER, id, 9));
    });
}

#[test]
fn set_price_should_take_the_least_price() {
    run(|| {
        let id = published();
        assert_ok!(set(DEVELOPER, id, MinUnitPrice::get()));
    });
}

#[test]
fn set_price_should_fail_when_the_price_is_below_the_least() {
    run(|| {
        let id = published();
        let below = MinUnitPrice::get() - 1;
        assert_noop!(set(DEVELOPER, id, below), Error::<Test>::PriceBelowMinimum);
    });
}

#[test]
fn set_price_should_fail_when_it_is_the_present_price() {
    run(|| {
        let id = published();
        assert_noop!(set(DEVELOPER, id, PRICE), Error::<Test>::SamePrice);
    });
}

#[test]
fn set_price_should_fail_when_the_adapter_is_deprecated() {
    run(|| {
        let id = published();
        assert_ok!(Models::deprecate(RuntimeOrigin::signed(DEVELOPER), id));
        assert_noop!(set(DEVELOPER, id, 30), Error::<Test>::Deprecated);
    });
}

#[test]
fn set_price_should_fail_for_anyone_but_the_developer() {
    run(|| {
        let id = published();
        assert_noop!(set(STRANGER, id, 30), Error::<Test>::NotDeveloper);
    });
}

#[test]
fn set_price_should_fail_when_there_is_no_such_adapter() {
    run(|| {
        assert_noop!(
            set(DEVELOPER, AdapterId(0), 30),
            Error::<Test>::UnknownAdapter
        );
    });
}

#[test]
fn set_price_should_refuse_the_root() {
    run(|| {
        let id = published();
        assert_noop!(
            Models::set_price(RuntimeOrigin::root(), id, 30),
            DispatchError::BadOrigin
        );
    });
}
