// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{
    Candidates, ChillReason, Delegation, Delegations, Event, Exposure, Offences, Pending,
    SlashQueue, SortKey, Status, TreasuryOwed,
};
use frame_support::assert_ok;
use openledger_primitives::{traits::SlashReason, AccountId};
use polkadot_sdk::*;
use sp_runtime::Perbill;

fn percent(percent: u32) -> Perbill {
    Perbill::from_percent(percent)
}

#[test]
fn a_slash_should_wait_for_its_deferral() {
    run(|| {
        report(1, 0, percent(10)).expect("queued");
        eras(DEFERRAL - 1);
        assert_eq!(stake(1), BOND);
        next_era();
        assert_eq!(stake(1), BOND * 9 / 10);
    });
}

#[test]
fn a_slash_should_go_to_the_treasury() {
    run(|| {
        let before = treasury();
        slash(1, 10);
        assert_eq!(treasury(), before + BOND / 10);
    });
}

#[test]
fn a_slash_should_be_announced() {
    run(|| {
        report(1, 0, percent(10)).expect("queued");
        assert!(events().contains(&Event::SlashQueued {
            id: 0,
            operator: account(1),
            era: 0,
            fraction: percent(10),
            reason: SlashReason::Equivocation,
            apply_at: DEFERRAL,
        }));
    });
}

#[test]
fn a_slash_should_emit_what_it_took() {
    run(|| {
        slash(1, 10);
        assert!(events().contains(&Event::Slashed {
            id: 0,
            operator: account(1),
            amount: BOND / 10,
        }));
    });
}

#[test]
fn a_report_should_chill_at_once() {
    run(|| {
        report(1, 0, percent(10)).expect("queued");
        assert_eq!(
            operator(1).status,
            Status::Chilled {
                reason: ChillReason::Slashed,
                until: CHILL
            }
        );
        assert!(!Candidates::<Test>::contains_key(SortKey::new(
            BOND,
            account(1)
        )));
    });
}

#[test]
fn a_delegator_should_lose_its_pools_share() {
    run(|| {
        delegate(5, 1, 1_000);
        slash(1, 10);
        assert_eq!(value(5, 1), 900);
    });
}

#[test]
fn a_slash_should_reach_what_unbonds_since_the_offence() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(Staking::undelegate(signed(5), account(1), 1_000));
        slash(1, 10);
        assert_eq!(unbonding(5, 1), 900);
    });
}

#[test]
fn a_slash_should_reach_what_unbonds_while_it_is_pending() {
    run(|| {
        delegate(5, 1, 1_000);
        report(1, 0, percent(10)).expect("queued");
        next_era();
        assert_ok!(Staking::undelegate(signed(5), account(1), 1_000));
        next_era();
        assert_eq!(unbonding(5, 1), 900);
    });
}

#[test]
fn a_slash_should_not_reach_what_had_left_before_the_offence() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(Staking::undelegate(signed(5), account(1), 1_000));
        next_era();
        slash(1, 10);
        assert_eq!(unbonding(5, 1), 1_000);
    });
}

#[test]
fn a_slash_should_reach_the_self_bond_of_one_that_retired() {
    run(|| {
        assert_ok!(Staking::retire_operator(signed(1)));
        slash(1, 10);
        assert_eq!(unbonding(1, 1), BOND * 9 / 10);
    });
}

#[test]
fn a_slash_should_pass_by_a_pool_that_is_younger_than_the_offence() {
    run(|| {
        assert_ok!(Staking::retire_operator(signed(1)));
        eras(2);
        register(1, validator_role(), 2_000);
        report(1, 0, percent(10)).expect("queued");
        eras(DEFERRAL);
        assert_eq!(stake(1), 2_000);
        assert_eq!(unbonding(1, 1), BOND * 9 / 10);
    });
}

#[test]
fn the_same_fraction_again_should_not_count() {
    run(|| {
        report(1, 0, percent(10)).expect("queued");
        assert_eq!(report(1, 0, percent(10)), None);
    });
}

#[test]
fn a_higher_fraction_should_count_as_the_difference() {
    run(|| {
        report(1, 0, percent(10)).expect("queued");
        next_era();
        let id = report(1, 0, percent(30)).expect("queued");
        let queued = SlashQueue::<Test>::get(id).expect("waits");
        assert_eq!(queued.fraction, percent(20));
    });
}

#[test]
fn a_higher_fraction_in_the_same_era_should_raise_the_slash_that_waits() {
    run(|| {
        let first = report(1, 0, percent(10)).expect("queued");
        assert_eq!(report(1, 0, percent(30)), Some(first));
        let queued = SlashQueue::<Test>::get(first).expect("waits");
        assert_eq!(queued.fraction, percent(30));
        assert_eq!(SlashQueue::<Test>::iter().count(), 1);
    });
}

#[test]
fn a_raised_slash_should_count_as_one_that_is_pending() {
    run(|| {
        report(1, 0, percent(10)).expect("queued");
        report(1, 0, percent(30)).expect("raised");
        let pending = Pending::<Test>::get(account(1)).expect("pending");
        assert_eq!(pending.count, 1);
    });
}

#[test]
fn a_raised_slash_should_be_announced() {
    run(|| {
        let id = report(1, 0, percent(10)).expect("queued");
        report(1, 0, percent(30)).expect("raised");
        assert!(events().contains(&Event::SlashRaised {
            id,
            operator: account(1),
            fraction: percent(30),
            reason: SlashReason::Equivocation,
        }));
    });
}

#[test]
fn a_slash_that_was_cancelled_should_not_be_raised() {
    run(|| {
        let first = report(1, 0, percent(10)).expect("queued");
        assert_ok!(Staking::cancel_slash(root(), first));
        let second = report(1, 0, percent(30)).expect("queued");
        assert_ne!(second, first);
    });
}

#[test]
fn a_slash_of_another_operator_should_not_be_raised() {
    run(|| {
        let first = report(1, 0, percent(10)).expect("queued");
        let second = report(2, 0, percent(30)).expect("queued");
        assert_ne!(second, first);
    });
}

#[test]
fn equivocations_of_many_at_once_should_queue_a_slash_for_each() {
    use sp_staking::offence::{OffenceDetails, OnOffenceHandler};
    run(|| {
        // As the offences pallet tells them: with each report, all offenders so far at a fraction
        // that grows with their number.
        let offender = |index| OffenceDetails::<AccountId, _> {
            offender: (account(index), Exposure::default()),
            reporters: vec![],
        };
        for count in 1..=3u8 {
            let offenders: Vec<_> = (1..=count).map(offender).collect();
            let fractions = vec![percent(30 * u32::from(count)); offenders.len()];
            Staking::on_offence(&offenders, &fractions, 0);
        }
        assert_eq!(SlashQueue::<Test>::iter().count(), 3);
        eras(DEFERRAL);
        next_block();
        assert_eq!([1, 2, 3].map(stake), [BOND / 10; 3]);
    });
}

#[test]
fn the_differences_should_sum_to_the_highest_fraction() {
    run(|| {
        for fraction in [10, 30, 100] {
            report(1, 0, percent(fraction)).expect("queued");
            next_era();
        }
        eras(DEFERRAL);
        assert_eq!(stake(1), 0);
    });
}

#[test]
fn a_difference_should_be_one_of_the_stake_before_any() {
    run(|| {
        report(1, 0, percent(10)).expect("queued");
        next_era();
        report(1, 0, percent(30)).expect("queued");
        eras(DEFERRAL);
        assert_eq!(stake(1), BOND * 7 / 10);
    });
}

#[test]
fn a_difference_should_stay_one_when_the_first_was_cancelled() {
    run(|| {
        let first = report(1, 0, percent(50)).expect("queued");
        next_era();
        report(1, 0, percent(100)).expect("queued");
        assert_ok!(Staking::cancel_slash(root(), first));
        eras(DEFERRAL);
        assert_eq!(stake(1), BOND / 2);
    });
}

#[test]
fn a_cancelled_slash_should_count_as_never_reported() {
    run(|| {
        let first = report(1, 0, percent(50)).expect("queued");
        assert_ok!(Staking::cancel_slash(root(), first));
        report(1, 0, percent(30)).expect("queued");
        eras(DEFERRAL);
        assert_eq!(stake(1), BOND * 7 / 10);
    });
}

#[test]
fn a_cancelled_slash_should_leave_an_applied_one_alone() {
    run(|| {
        report(1, 0, percent(20)).expect("queued");
        eras(DEFERRAL);
        let second = report(1, 0, percent(50)).expect("queued");
        assert_ok!(Staking::cancel_slash(root(), second));
        assert_eq!(report(1, 0, percent(20)), None);
        report(1, 0, percent(40)).expect("queued");
        eras(DEFERRAL);
        assert_eq!(stake(1), BOND * 6 / 10);
    });
}

#[test]
fn slashes_of_two_eras_should_both_count() {
    run(|| {
        report(1, 0, percent(10)).expect("queued");
        next_era();
        report(1, 1, percent(10)).expect("queued");
        eras(DEFERRAL);
        assert_eq!(stake(1), BOND * 81 / 100);
    });
}

#[test]
fn an_offence_that_is_too_old_should_not_be_punished() {
    run(|| {
        eras(BONDING);
        assert_eq!(report(1, 0, percent(10)), None);
        assert!(events().contains(&Event::OffenceOutdated {
            operator: account(1),
            era: 0
        }));
    });
}

#[test]
fn an_offence_of_the_last_possible_era_should_be_punished() {
    run(|| {
        eras(BONDING - 1);
        assert!(report(1, 0, percent(10)).is_some());
    });
}

#[test]
fn slashes_should_be_applied_a_bounded_number_a_block() {
    run(|| {
        SlashesPerBlock::set(1);
        for index in 1..=3 {
            report(index, 0, percent(10)).expect("queued");
        }
        eras(DEFERRAL);
        assert_eq!(SlashQueue::<Test>::iter().count(), 2);
        next_block();
        next_block();
        assert_eq!(SlashQueue::<Test>::iter().count(), 0);
    });
}

#[test]
fn without_deferral_a_slash_should_be_applied_in_the_next_block() {
    run(|| {
        SlashDeferral::set(0);
        report(1, 0, percent(10)).expect("queued");
        assert_eq!(stake(1), BOND);
        next_block();
        assert_eq!(stake(1), BOND * 9 / 10);
    });
}

#[test]
fn what_the_treasury_cannot_take_should_be_owed_to_it() {
    run(|| {
        let everything = free(&Treasury::get());
        assert_ok!(Balances::transfer_allow_death(
            RuntimeOrigin::signed(Treasury::get()),
            account(9),
            everything
        ));
        // A thousandth of ten thousand is the existential deposit; less cannot bring it back.
        report(1, 0, Perbill::from_parts(500_000)).expect("queued");
        eras(DEFERRAL);
        assert_eq!(TreasuryOwed::<Test>::get(), 5);
        slash(2, 10);
        assert_eq!(TreasuryOwed::<Test>::get(), 0);
        assert_eq!(treasury(), BOND / 10 + 5);
    });
}

#[test]
fn old_offences_should_be_forgotten() {
    run(|| {
        report(1, 0, percent(10)).expect("queued");
        eras(BONDING + DEFERRAL + 2);
        assert!(!Offences::<Test>::contains_key(0, account(1)));
        assert!(!Pending::<Test>::contains_key(account(1)));
    });
}

#[test]
fn an_offender_should_not_be_elected_while_it_is_chilled() {
    run(|| {
        report(1, 0, percent(1)).expect("queued");
        next_era();
        assert_eq!(session(), [account(2), account(3)]);
    });
}

#[test]
fn several_offenders_should_be_slashed_each_by_its_fraction() {
    use sp_staking::offence::{OffenceDetails, OnOffenceHandler};
    run(|| {
        let offender = |index| OffenceDetails::<AccountId, _> {
            offender: (account(index), Exposure::default()),
            reporters: vec![account(9)],
        };
        Staking::on_offence(&[offender(1), offender(2)], &[percent(10), percent(20)], 0);
        eras(DEFERRAL);
        assert_eq!((stake(1), stake(2)), (BOND * 9 / 10, BOND * 8 / 10));
        assert_eq!(free(&account(9)), FUNDS);
    });
}

/// The trie nodes that `done` to a pool with so many delegators, of which a slash is due, reads and
/// writes, and what it returns.
fn touched<R>(delegators: u32, done: fn() -> R) -> (usize, R) {
    let mut ext = new_test_ext();
    ext.execute_with(|| {
        SlashDeferral::set(0);
        let shares = 100;
        for index in 0..delegators {
            let delegator = sp_io::hashing::blake2_256(&index.to_le_bytes()).into();
            let position = Delegation {
                shares,
                redelegated: None,
            };
            Delegations::<Test>::insert::<AccountId, _, _>(delegator, account(1), position);
        }
        assert_ok!(Staking::mutate_operator(&account(1), |record| {
            record.pool.stake += shares * u128::from(delegators);
            record.pool.shares += shares * u128::from(delegators);
            Ok(())
        }));
        report(1, 0, percent(10)).expect("queued");
    });
    ext.commit_all().expect("nothing is open");
    let (returned, proof) = ext.execute_and_prove(done);
    (proof.into_iter_nodes().count(), returned)
}

#[test]
fn a_slash_should_touch_no_more_with_three_thousand_delegators_than_with_one() {
    let slash = Staking::apply_due_slashes;
    let ((few, one), (many, thousands)) = (touched(1, slash), touched(3_000, slash));
    assert_eq!(one, thousands);
    // The paths in the trie get longer with its size, but not by a node for each delegator.
    assert!(many < 2 * few, "{few} nodes with one, {many} with 3,000");
}

#[test]
fn a_reward_should_touch_no_more_with_three_thousand_delegators_than_with_one() {
    let reward = || Staking::pay_operator(&account(1), 0, BOND);
    let ((few, one), (many, thousands)) = (touched(1, reward), touched(3_000, reward));
    assert_eq!((one, thousands), (BOND, BOND));
    assert!(many < 2 * few, "{few} nodes with one, {many} with 3,000");
}
