// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{ChillReason, SlashQueue, Status};
use frame_support::assert_ok;
use polkadot_sdk::*;

/// A session in which validator 2 authors all blocks and validator 1 that many of them.
fn session_with(by_1: u32) {
    authored(1, by_1);
    authored(2, 40 - by_1);
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
fn a_short_session_should_not_count() {
    run(|| {
        authored(2, 9);
        next_session();
        assert_eq!(operator(1).status, Status::Active);
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
