// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Where the fee goes.

use super::mock::*;
use crate::{ContributionTotals, Event, Receipts, Totals, TotalsStore};
use openledger_primitives::{
    views::InfluenceTotals, Balance, ContributionId, JobRef, SignedReceipt,
};
use polkadot_sdk::{
    frame_support::{
        assert_ok,
        traits::{LockableCurrency, WithdrawReasons},
    },
    frame_system,
};

/// Settles a job of 1,000 units: a fee of 7,000 planck.
fn settled() -> SignedReceipt {
    let receipt = receipt(request(10_000), 1_000);
    assert_ok!(submit(receipt.clone()));
    receipt
}

#[test]
fn contributors_should_be_credited_by_influence() {
    run(|| {
        settled();
        // 60 % of 7,000 are 4,200: alice has 50 % + 20 % of them, bob 30 %.
        assert_eq!((credits(alice()), credits(bob())), (2_940, 1_260));
    });
}

#[test]
fn the_developer_should_be_credited() {
    run(|| {
        settled();
        assert_eq!(credits(developer()), 1_050);
    });
}

#[test]
fn the_worker_should_be_credited() {
    run(|| {
        settled();
        assert_eq!(credits(worker()), 1_050);
    });
}

#[test]
fn the_workers_fee_should_be_counted_for_rewards() {
    run(|| {
        settled();
        assert_eq!(SettledBy::get(), [(worker(), 7_000)]);
    });
}

#[test]
fn the_stakers_pot_should_be_paid() {
    run(|| {
        settled();
        assert_eq!(Balances::free_balance(stakers()), ED + 350);
    });
}

#[test]
fn the_treasury_should_be_paid() {
    run(|| {
        settled();
        assert_eq!(Balances::free_balance(treasury()), ED + 350);
    });
}

#[test]
fn the_consumer_should_pay_the_fee_only() {
    run(|| {
        settled();
        assert_eq!(Balances::free_balance(consumer()), FUNDS - 7_000);
        assert_eq!(Balances::reserved_balance(consumer()), 0);
    });
}

#[test]
fn the_pot_should_hold_the_credits() {
    run(|| {
        settled();
        assert_eq!(pot_hold(), 7_000 - 700);
        assert_eq!(Balances::free_balance(Attribution::pot()), ED);
    });
}

#[test]
fn rounding_should_leave_the_rest_to_the_treasury() {
    run(|| {
        // A fee of 28 planck: 16 for contributors (8, 4 and 3), 4 + 4 + 1, and 4 for the treasury.
        assert_ok!(submit(receipt(request(100), 4)));
        assert_eq!((credits(alice()), credits(bob())), (11, 4));
        assert_eq!((credits(developer()), credits(worker())), (4, 4));
        assert_eq!(Balances::free_balance(treasury()), ED + 4);
    });
}

#[test]
fn totals_should_say_what_was_moved() {
    run(|| {
        settled();
        let expected = Totals {
            receipts: 1,
            paid_in: 7_000,
            credited: 6_300,
            to_stakers: 350,
            to_treasury: 350,
            claimed: 0,
        };
        assert_eq!(TotalsStore::<Test>::get(), expected);
    });
}

#[test]
fn a_settlement_should_emit_its_events() {
    run(|| {
        let receipt = settled();
        let job = receipt.receipt.job;
        let settled = Event::ReceiptSettled {
            job,
            hash: receipt.hash(),
            consumer: consumer(),
            adapter: ADAPTER,
            worker: worker(),
            fee: 7_000,
            units: 1_000,
            output_hash: receipt.receipt.output_hash,
        };
        let divided = Event::FeeDivided {
            job,
            contributors: 4_200,
            developer: 1_050,
            worker: 1_050,
            stakers: 350,
            treasury: 350,
        };
        let paid = [(1, 2_100), (2, 1_260), (3, 840)];
        let contributions = paid
            .map(|(id, amount)| (ContributionId(id), amount))
            .to_vec();
        let paid = Event::InfluencePaid { job, contributions };
        assert_eq!(events(), [settled, divided, paid]);
    });
}

#[test]
fn a_settlement_should_leave_its_receipt() {
    run(|| {
        let receipt = settled();
        let stored = Receipts::<Test>::get(receipt.receipt.job).expect("stored");
        assert_eq!((stored.hash, stored.fee), (receipt.hash(), 7_000));
    });
}

#[test]
fn contributions_should_be_counted_over_settlements() {
    run(|| {
        settled();
        settled();
        let expected = InfluenceTotals {
            receipts: 2,
            influence_ppm: 600_000,
            earned: 2_520,
        };
        assert_eq!(ContributionTotals::<Test>::get(ContributionId(2)), expected);
    });
}

#[test]
fn the_price_of_the_request_should_hold() {
    run(|| {
        let job = request(10_000);
        set_adapter(ADAPTER, terms(PRICE * 100));
        assert_ok!(submit(receipt(job, 1_000)));
        assert_eq!(TotalsStore::<Test>::get().paid_in, 7_000);
    });
}

#[test]
fn a_channels_request_should_be_paid_from_the_channel() {
    run(|| {
        let channel = channel(10_000);
        assert_ok!(submit(channel_receipt(voucher(channel, 0, 8_000), 1_000)));
        assert_eq!(Balances::reserved_balance(consumer()), 3_000);
        assert_eq!(Balances::free_balance(consumer()), FUNDS - 10_000);
        assert_eq!(TotalsStore::<Test>::get().paid_in, 7_000);
    });
}

#[test]
fn a_voucher_should_not_be_spent_twice() {
    run(|| {
        let receipt = channel_receipt(voucher(channel(10_000), 0, 8_000), 1_000);
        assert_ok!(submit(receipt.clone()));
        let error = pallet_inference::Error::<Test>::AlreadySettled;
        assert_eq!(submit(receipt), Err(error.into()));
    });
}

#[test]
fn a_consumer_that_escrowed_all_it_may_should_pay() {
    run(|| {
        let job = request(FUNDS - ED);
        assert_ok!(submit(receipt(job, 1_000)));
        assert_eq!(Balances::free_balance(consumer()), FUNDS - 7_000);
    });
}

#[test]
fn a_lock_that_came_later_should_not_keep_the_worker_from_its_pay() {
    run(|| {
        let job = request(10_000);
        Balances::set_lock(*b"vesting ", &consumer(), FUNDS, WithdrawReasons::all());
        assert_ok!(submit(receipt(job, 1_000)));
        assert_eq!(credits(worker()), 1_050);
    });
}

#[test]
fn a_consumer_that_spent_its_existential_deposit_should_pay() {
    run(|| {
        let job = request(10_000);
        // Another pallet keeps the account alive.
        frame_system::Pallet::<Test>::inc_providers(&consumer());
        let free = Balances::free_balance(consumer());
        let origin = RuntimeOrigin::signed(consumer());
        assert_ok!(Balances::transfer_allow_death(origin, other(), free));
        assert_ok!(submit(receipt(job, 1_000)));
        assert_eq!(Balances::free_balance(consumer()), 3_000);
    });
}

#[test]
fn a_worker_should_be_able_to_pay_itself() {
    run(|| {
        let job = request_by(worker(), 10_000);
        assert_ok!(submit(receipt(job, 1_000)));
        assert_eq!(credits(worker()), 1_050);
    });
}

#[test]
fn a_contributor_should_be_able_to_consume() {
    run(|| {
        let origin = RuntimeOrigin::signed(other());
        assert_ok!(Balances::transfer_allow_death(origin, alice(), 20_000));
        let job = request_by(alice(), 10_000);
        assert_ok!(submit(receipt(job, 1_000)));
        assert_eq!(
            Balances::free_balance(alice()) + credits(alice()),
            20_000 - 7_000 + 2_940
        );
    });
}

#[test]
fn the_treasury_should_be_able_to_consume() {
    run(|| {
        let origin = RuntimeOrigin::signed(other());
        assert_ok!(Balances::transfer_allow_death(origin, treasury(), 20_000));
        let job = request_by(treasury(), 10_000);
        assert_ok!(submit(receipt(job, 1_000)));
        assert_eq!(
            Balances::free_balance(treasury()),
            ED + 20_000 - 7_000 + 350
        );
    });
}

#[test]
fn the_pot_should_be_able_to_consume() {
    run(|| {
        let pot = Attribution::pot();
        let origin = RuntimeOrigin::signed(other());
        assert_ok!(Balances::transfer_allow_death(origin, pot.clone(), 20_000));
        let job = request_by(pot.clone(), 10_000);
        assert_ok!(submit(receipt(job, 1_000)));
        assert_eq!(Balances::free_balance(&pot), ED + 20_000 - 7_000);
        assert_eq!(pot_hold(), 6_300);
    });
}

#[test]
fn the_pot_should_be_able_to_be_the_treasury() {
    run(|| {
        Treasury::set(Attribution::pot());
        settled();
        assert_eq!(Balances::free_balance(Attribution::pot()), ED + 350);
        assert_eq!(pot_hold(), 6_300);
    });
}

/// Settles a job whose fee leaves the treasury and the stakers less than an account needs.
fn settled_with_tiny_parts() -> Balance {
    assert_ok!(submit(receipt(request(100), 10)));
    70
}

#[test]
fn a_treasury_that_does_not_exist_should_be_credited_what_it_cannot_take() {
    run(|| {
        let nobody = polkadot_sdk::sp_runtime::AccountId32::new([77; 32]);
        Treasury::set(nobody.clone());
        settled_with_tiny_parts();
        // 5 % of 70 are 3, and rounding leaves 3 more.
        assert!(credits(nobody.clone()) > 0);
        assert_eq!(Balances::free_balance(nobody), 0);
    });
}

#[test]
fn a_treasury_that_does_not_exist_should_be_created_when_its_part_suffices() {
    run(|| {
        let nobody = polkadot_sdk::sp_runtime::AccountId32::new([77; 32]);
        Treasury::set(nobody.clone());
        settled();
        assert_eq!(
            (credits(nobody.clone()), Balances::free_balance(nobody)),
            (0, 350)
        );
    });
}

#[test]
fn paid_out_should_be_paid_in_when_parts_are_tiny() {
    run(|| {
        let nobody = polkadot_sdk::sp_runtime::AccountId32::new([77; 32]);
        StakersPot::set(nobody.clone());
        let before = Balances::free_balance(treasury());
        let fee = settled_with_tiny_parts();
        let out = pot_hold() + Balances::free_balance(treasury()) - before;
        assert_eq!(out + Balances::free_balance(nobody), fee);
    });
}

#[test]
fn nothing_should_be_changed_when_the_pot_does_not_exist() {
    new_test_ext().execute_with(|| {
        // A chain whose genesis forgot the pot.
        let free = Balances::free_balance(Attribution::pot());
        let origin = RuntimeOrigin::signed(Attribution::pot());
        assert_ok!(Balances::transfer_allow_death(origin, other(), free));
        let job = request(100);
        assert!(submit(receipt(job, 10)).is_err());
        assert!(!is_ended(JobRef::Escrowed(job)));
        assert_ok!(Inference::do_try_state());
    });
}
