// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::{run as run_with_two, *};
use crate::{Attendances, ChillReason, Event, SlashQueue, Status, WHOLE_BLOCK};
use frame_support::assert_ok;
use polkadot_sdk::*;

/// Runs `test` in the first session of an era with three validators: one that is missing is no
/// outage.
fn run(test: impl FnOnce()) {
    run_with_two(|| {
        assert_ok!(Staking::set_validator_count(root(), 3));
        next_era();
        assert_eq!(session().len(), 3);
        test();
    });
}

/// A session of 60 blocks, of which validator 1 authors that many.
fn session_with(by_1: u32) {
    authored(1, by_1);
    authored(2, 30 - by_1);
    authored(3, 30);
    next_session();
}

/// A session in which each validator's share is two blocks, too few to judge by, and those in `by`
/// author all of them in turn.
fn short_session(by: &[u8]) {
    let blocks = 2 * session().len();
    for validator in by.iter().cycle().take(blocks) {
        note_author(*validator);
    }
    next_session();
}

fn is_chilled_for_missed_blocks(index: u8) -> bool {
    matches!(
        operator(index).status,
        Status::Chilled {
            reason: ChillReason::MissedBlocks,
            ..
        }
    )
}

/// Chills validator 1 for missed blocks, activates it again and lets it be elected.
fn on_probation() {
    session_with(0);
    eras(CHILL);
    assert_ok!(Staking::activate(signed(1)));
    next_era();
    assert!(session().contains(&account(1)));
}

#[test]
fn a_validator_that_misses_its_blocks_should_be_chilled() {
    run(|| {
        session_with(1);
        assert!(is_chilled_for_missed_blocks(1));
    });
}

#[test]
fn a_validator_that_authors_enough_should_not_be_chilled() {
    run(|| {
        // A tenth of its share of 20 blocks.
        session_with(2);
        assert_eq!(operator(1).status, Status::Active);
    });
}

#[test]
fn a_validator_should_not_be_judged_by_a_few_blocks() {
    run(|| {
        short_session(&[2, 3]);
        short_session(&[2, 3]);
        assert_eq!(operator(1).status, Status::Active);
    });
}

#[test]
fn a_validator_should_be_judged_by_short_sessions_of_several_eras() {
    run(|| {
        let first = era();
        for _ in 0..3 {
            short_session(&[2, 3]);
        }
        assert!(era() > first);
        assert!(is_chilled_for_missed_blocks(1));
    });
}

#[test]
fn a_validator_should_be_judged_by_all_blocks_since_the_last_judgement() {
    run(|| {
        short_session(&[1, 2, 3]);
        short_session(&[2, 3]);
        short_session(&[2, 3]);
        assert_eq!(operator(1).status, Status::Active);
    });
}

/// Validator 4 joins in the third of three short sessions, after which all others are judged.
fn joined_before_a_judgement() {
    assert_ok!(Staking::set_validator_count(root(), 4));
    register(4, validator_role(), BOND);
    short_session(&[1, 2, 3]);
    short_session(&[1, 2, 3]);
    assert!(session().contains(&account(4)));
    short_session(&[1, 2]);
}

#[test]
fn a_validator_should_not_be_judged_before_its_own_share_suffices() {
    run(|| {
        joined_before_a_judgement();
        assert_eq!(operator(4).status, Status::Active);
    });
}

#[test]
fn a_validator_that_joined_before_a_judgement_should_be_judged_at_the_next() {
    run(|| {
        joined_before_a_judgement();
        for _ in 0..3 {
            short_session(&[1, 2, 3]);
        }
        assert!(is_chilled_for_missed_blocks(4));
    });
}

#[test]
fn an_outage_of_more_than_a_third_should_chill_nobody() {
    run(|| {
        authored(3, 60);
        next_session();
        assert_eq!(operator(1).status, Status::Active);
        assert_eq!(operator(2).status, Status::Active);
        let spared = Event::OutageSpared {
            absent: 2,
            validators: 3,
        };
        assert!(events().contains(&spared));
    });
}

#[test]
fn leaving_the_set_should_not_clear_the_count() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        short_session(&[2, 3]);
        short_session(&[2, 3]);
        assert!(!session().contains(&account(1)));
        next_era();
        let count = Attendances::<Test>::get(account(1));
        assert_eq!(count.expected, 4 * WHOLE_BLOCK);
    });
}

#[test]
fn what_was_missed_while_chilled_for_it_should_not_count_after_activation() {
    run(|| {
        session_with(0);
        short_session(&[2, 3]);
        assert!(Attendances::<Test>::contains_key(account(1)));
        eras(CHILL);
        assert_ok!(Staking::activate(signed(1)));
        assert!(!Attendances::<Test>::contains_key(account(1)));
    });
}

#[test]
fn chilling_and_activating_itself_should_not_clear_the_count() {
    run(|| {
        short_session(&[2, 3]);
        let count = Attendances::<Test>::get(account(1));
        assert_ok!(Staking::chill(signed(1)));
        assert_ok!(Staking::activate(signed(1)));
        assert_eq!(Attendances::<Test>::get(account(1)), count);
    });
}

#[test]
fn a_validator_that_is_no_operator_any_more_should_leave_no_count() {
    run(|| {
        assert_ok!(Staking::retire_operator(signed(1)));
        short_session(&[1, 2, 3]);
        assert!(Attendances::<Test>::contains_key(account(1)));
        next_era();
        assert!(!Attendances::<Test>::contains_key(account(1)));
    });
}

#[test]
fn missing_blocks_once_should_cost_nothing() {
    run(|| {
        session_with(0);
        assert_eq!(SlashQueue::<Test>::iter().count(), 0);
    });
}

#[test]
fn missing_blocks_in_all_sessions_of_an_era_should_count_once() {
    run(|| {
        session_with(0);
        session_with(0);
        assert_eq!(SlashQueue::<Test>::iter().count(), 0);
    });
}

#[test]
fn missing_blocks_on_probation_should_be_slashed() {
    run(|| {
        on_probation();
        session_with(0);
        eras(DEFERRAL);
        assert_eq!(stake(1), BOND * 99 / 100);
    });
}

#[test]
fn missing_blocks_after_probation_should_cost_nothing() {
    run(|| {
        on_probation();
        eras(PROBATION);
        session_with(0);
        assert_eq!(SlashQueue::<Test>::iter().count(), 0);
        assert!(is_chilled_for_missed_blocks(1));
    });
}

#[test]
fn chilling_itself_should_not_save_a_validator_from_probation() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        session_with(0);
        assert!(is_chilled_for_missed_blocks(1));
    });
}

#[test]
fn a_chain_that_stood_still_should_chill_nobody() {
    run(|| {
        next_session();
        assert_eq!(operator(1).status, Status::Active);
    });
}

#[test]
fn authors_that_were_not_elected_should_get_no_points() {
    run(|| {
        note_author(3);
        assert!(!crate::OperatorPoints::<Test>::contains_key(0, account(3)));
    });
}
