// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Credits, Error, Event, TotalsStore};
use polkadot_sdk::{
    frame_support::{assert_noop, assert_ok},
    sp_runtime::DispatchError,
};

/// Settles a job of 7,000 planck: alice is credited 2,940 of them, bob 1,260.
fn settled() {
    assert_ok!(submit(receipt(request(10_000), 1_000)));
}

#[test]
fn claim_should_pay_the_credits() {
    run(|| {
        settled();
        assert_ok!(Attribution::claim(RuntimeOrigin::signed(alice())));
        assert_eq!(Balances::free_balance(alice()), 2_940);
    });
}

#[test]
fn claim_should_delete_the_credits() {
    run(|| {
        settled();
        assert_ok!(Attribution::claim(RuntimeOrigin::signed(alice())));
        assert!(!Credits::<Test>::contains_key(alice()));
    });
}

#[test]
fn claim_should_leave_the_credits_of_others() {
    run(|| {
        settled();
        assert_ok!(Attribution::claim(RuntimeOrigin::signed(alice())));
        assert_eq!(credits(bob()), 1_260);
        assert_eq!(pot_hold(), 6_300 - 2_940);
    });
}

#[test]
fn claim_should_count_what_was_claimed() {
    run(|| {
        settled();
        assert_ok!(Attribution::claim(RuntimeOrigin::signed(alice())));
        assert_eq!(TotalsStore::<Test>::get().claimed, 2_940);
    });
}

#[test]
fn claim_should_emit_an_event() {
    run(|| {
        settled();
        assert_ok!(Attribution::claim(RuntimeOrigin::signed(alice())));
        assert_eq!(
            events().last(),
            Some(&Event::Claimed {
                account: alice(),
                amount: 2_940
            })
        );
    });
}

#[test]
fn claim_should_fail_without_credits() {
    run(|| {
        let call = Attribution::claim(RuntimeOrigin::signed(other()));
        assert_noop!(call, Error::<Test>::NothingToClaim);
    });
}

#[test]
fn claim_should_fail_the_second_time() {
    run(|| {
        settled();
        assert_ok!(Attribution::claim(RuntimeOrigin::signed(alice())));
        let call = Attribution::claim(RuntimeOrigin::signed(alice()));
        assert_noop!(call, Error::<Test>::NothingToClaim);
    });
}

#[test]
fn claim_should_fail_for_an_origin_without_an_account() {
    run(|| {
        assert_noop!(
            Attribution::claim(RuntimeOrigin::root()),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn credits_below_the_existential_deposit_should_stay() {
    run(|| {
        // A fee of 28 planck credits bob with 4.
        assert_ok!(submit(receipt(request(100), 4)));
        let call = Attribution::claim(RuntimeOrigin::signed(bob()));
        assert_noop!(call, Error::<Test>::BelowExistentialDeposit);
        assert_eq!(credits(bob()), 4);
    });
}

#[test]
fn credits_below_the_existential_deposit_should_go_to_an_account_that_exists() {
    run(|| {
        assert_ok!(submit(receipt(request(100), 4)));
        let origin = RuntimeOrigin::signed(other());
        assert_ok!(Balances::transfer_allow_death(origin, bob(), ED));
        assert_ok!(Attribution::claim(RuntimeOrigin::signed(bob())));
        assert_eq!(Balances::free_balance(bob()), ED + 4);
    });
}

#[test]
fn the_last_claim_should_empty_the_pot() {
    run(|| {
        settled();
        for account in [alice(), bob(), developer(), worker()] {
            assert_ok!(Attribution::claim_for(
                RuntimeOrigin::signed(other()),
                account
            ));
        }
        assert_eq!(pot_hold(), 0);
        assert_eq!(Balances::free_balance(Attribution::pot()), ED);
    });
}

#[test]
fn settling_should_work_after_the_pot_was_emptied() {
    run(|| {
        settled();
        for account in [alice(), bob(), developer(), worker()] {
            assert_ok!(Attribution::claim_for(
                RuntimeOrigin::signed(other()),
                account
            ));
        }
        settled();
        assert_eq!(pot_hold(), 6_300);
    });
}

#[test]
fn claim_for_should_pay_the_account() {
    run(|| {
        settled();
        assert_ok!(Attribution::claim_for(
            RuntimeOrigin::signed(other()),
            alice()
        ));
        assert_eq!(Balances::free_balance(alice()), 2_940);
    });
}

#[test]
fn claim_for_should_pay_the_caller_nothing() {
    run(|| {
        settled();
        assert_ok!(Attribution::claim_for(
            RuntimeOrigin::signed(other()),
            alice()
        ));
        assert_eq!(Balances::free_balance(other()), FUNDS);
    });
}

#[test]
fn claim_for_should_fail_without_credits() {
    run(|| {
        let call = Attribution::claim_for(RuntimeOrigin::signed(alice()), other());
        assert_noop!(call, Error::<Test>::NothingToClaim);
    });
}

#[test]
fn claim_for_should_fail_without_a_signature() {
    run(|| {
        let call = Attribution::claim_for(RuntimeOrigin::none(), alice());
        assert_noop!(call, DispatchError::BadOrigin);
    });
}
