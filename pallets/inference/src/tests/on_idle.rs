// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Event, Expiring, HoldReason, Jobs, NextExpiry, WeightInfo};
use openledger_primitives::{traits::Escrow, JobRef};
use polkadot_sdk::{
    frame_support::{assert_ok, traits::Hooks, weights::Weight},
    frame_system,
};

const EXPIRY: u32 = 1 + DEADLINE + REFUND_DELAY;

#[test]
fn on_idle_should_refund_a_job_whose_time_is_up() {
    run(|| {
        let job = request(100);
        go_to(EXPIRY + 1);
        assert_eq!(Jobs::<Test>::get(job), None);
        assert_eq!(held(HoldReason::JobEscrow, &consumer()), 0);
    });
}

#[test]
fn on_idle_should_leave_a_job_before_its_time() {
    run(|| {
        let job = request(100);
        go_to(EXPIRY);
        assert!(Jobs::<Test>::contains_key(job));
    });
}

#[test]
fn on_idle_should_emit_an_event_for_a_refund() {
    run(|| {
        let job = request(100);
        go_to(EXPIRY + 1);
        let expected = Event::JobRefunded {
            job,
            consumer: consumer(),
            refunded: 100,
        };
        assert_eq!(events().last(), Some(&expected));
    });
}

#[test]
fn on_idle_should_pass_over_a_job_that_was_settled() {
    run(|| {
        let job = request(100);
        assert_ok!(Inference::settle(
            &JobRef::Escrowed(job),
            None,
            &worker(),
            40
        ));
        go_to(EXPIRY + 1);
        assert!(!events()
            .iter()
            .any(|event| matches!(event, Event::JobRefunded { .. })));
    });
}

#[test]
fn on_idle_should_delete_finished_blocks_from_the_queue() {
    run(|| {
        request(100);
        go_to(EXPIRY + 1);
        assert_eq!(Expiring::<Test>::iter().count(), 0);
    });
}

#[test]
fn on_idle_should_refund_what_the_weight_allows() {
    run(|| {
        request_many(3, 100);
        go_to(EXPIRY);
        let refunds = Inference::refund_weight().saturating_mul(2);
        let blocks = TestWeights::expire_block().saturating_mul(2);
        Inference::on_idle(EXPIRY, blocks.saturating_add(refunds));
        assert_eq!(Jobs::<Test>::count(), 1);
    });
}

#[test]
fn on_idle_should_refund_the_rest_in_the_next_block() {
    run(|| {
        request_many(3, 100);
        go_to(EXPIRY);
        let one = Inference::refund_weight();
        Inference::on_idle(EXPIRY, TestWeights::expire_block().saturating_add(one));
        System::set_block_number(EXPIRY + 1);
        Inference::on_idle(EXPIRY + 1, Weight::MAX);
        assert_eq!(Jobs::<Test>::count(), 0);
    });
}

#[test]
fn on_idle_should_use_no_more_weight_than_it_is_given() {
    run(|| {
        request_many(3, 100);
        System::set_block_number(EXPIRY);
        for steps in 0..8 {
            let limit = Inference::refund_weight().saturating_mul(steps);
            let used = Inference::on_idle(EXPIRY, limit);
            assert!(used.all_lte(limit), "{used:?} of {limit:?}");
        }
    });
}

#[test]
fn on_idle_should_do_nothing_without_weight() {
    run(|| {
        request(100);
        System::set_block_number(EXPIRY);
        assert_eq!(Inference::on_idle(EXPIRY, Weight::zero()), Weight::zero());
        assert_eq!(Jobs::<Test>::count(), 1);
    });
}

#[test]
fn on_idle_should_catch_up_after_blocks_without_weight() {
    run(|| {
        request(100);
        System::set_block_number(EXPIRY + 50);
        Inference::on_idle(EXPIRY + 50, Weight::MAX);
        assert_eq!(Jobs::<Test>::count(), 0);
        assert_eq!(NextExpiry::<Test>::get(), Some(EXPIRY + 51));
    });
}

/// A job that claims more than is on hold cannot be released; it must not be lost over that.
#[test]
fn on_idle_should_keep_a_job_whose_refund_fails() {
    run(|| {
        let job = request(100);
        Jobs::<Test>::mutate(job, |job| job.as_mut().expect("open").max_fee = 101);
        go_to(EXPIRY + 1);
        assert!(Jobs::<Test>::contains_key(job));
        assert!(matches!(
            events().last(),
            Some(Event::JobRefundFailed { .. })
        ));
        Jobs::<Test>::mutate(job, |job| job.as_mut().expect("open").max_fee = 100);
    });
}

/// An account that another pallet keeps alive can spend its existential deposit. An escrow is never
/// below it, so it can always be released.
#[test]
fn a_refund_should_succeed_when_the_consumer_has_spent_its_existential_deposit() {
    run(|| {
        let job = request(100);
        frame_system::Pallet::<Test>::inc_providers(&consumer());
        let free = Balances::free_balance(consumer());
        let origin = RuntimeOrigin::signed(consumer());
        assert_ok!(Balances::transfer_allow_death(origin, other(), free));
        assert_eq!(Balances::free_balance(consumer()), 0);
        go_to(EXPIRY + 1);
        assert!(!Jobs::<Test>::contains_key(job));
        assert_eq!(Balances::free_balance(consumer()), 100);
    });
}
