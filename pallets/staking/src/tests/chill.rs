// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! chill, activate and force_chill.

use super::mock::*;
use crate::{Candidates, ChillReason, Error, Event, SortKey, Status};
use frame_support::{assert_noop, assert_ok};
use polkadot_sdk::*;
use sp_runtime::{traits::BadOrigin, Perbill};

fn is_candidate(index: u8) -> bool {
    Candidates::<Test>::contains_key(SortKey::new(stake(index), account(index)))
}

#[test]
fn chill_should_end_the_candidacy() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        assert!(!is_candidate(1));
    });
}

#[test]
fn chill_should_emit_why() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        assert!(events().contains(&Event::Chilled {
            operator: account(1),
            reason: ChillReason::Voluntary,
            until: 0,
        }));
    });
}

#[test]
fn chill_should_refuse_a_second_time() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        assert_noop!(Staking::chill(signed(1)), Error::<Test>::AlreadyChilled);
    });
}

#[test]
fn chill_should_refuse_who_is_no_operator() {
    run(|| {
        assert_noop!(Staking::chill(signed(4)), Error::<Test>::UnknownOperator);
    });
}

#[test]
fn chill_should_refuse_a_retired_operator() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(Staking::retire_operator(signed(1)));
        assert_noop!(Staking::chill(signed(1)), Error::<Test>::OperatorRetiring);
    });
}

#[test]
fn activate_should_make_a_candidate_again() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        assert_ok!(Staking::activate(signed(1)));
        assert!(is_candidate(1));
    });
}

#[test]
fn activate_should_refuse_one_that_is_active() {
    run(|| {
        assert_noop!(Staking::activate(signed(1)), Error::<Test>::NotChilled);
    });
}

#[test]
fn activate_should_refuse_a_retired_operator() {
    run(|| {
        delegate(5, 1, 1_000);
        assert_ok!(Staking::retire_operator(signed(1)));
        assert_noop!(
            Staking::activate(signed(1)),
            Error::<Test>::OperatorRetiring
        );
    });
}

#[test]
fn activate_should_wait_for_the_end_of_a_forced_chill() {
    run(|| {
        assert_ok!(Staking::force_chill(root(), account(1)));
        eras(CHILL - 1);
        assert_noop!(
            Staking::activate(signed(1)),
            Error::<Test>::ChilledUntilLater
        );
        next_era();
        assert_ok!(Staking::activate(signed(1)));
    });
}

#[test]
fn activate_should_wait_for_a_pending_slash() {
    run(|| {
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_noop!(Staking::activate(signed(1)), Error::<Test>::SlashPending);
    });
}

#[test]
fn activate_should_ask_for_the_self_bond() {
    run(|| {
        slash(1, 95);
        assert_noop!(Staking::activate(signed(1)), Error::<Test>::BelowSelfBond);
    });
}

#[test]
fn activate_should_be_possible_with_a_new_self_bond() {
    run(|| {
        slash(1, 95);
        assert_ok!(Staking::bond_more(signed(1), 600));
        assert_ok!(Staking::activate(signed(1)));
        assert_eq!(operator(1).status, Status::Active);
    });
}

#[test]
fn force_chill_should_need_the_admin() {
    run(|| {
        assert_noop!(Staking::force_chill(signed(1), account(1)), BadOrigin);
    });
}

#[test]
fn force_chill_should_lengthen_a_voluntary_chill() {
    run(|| {
        assert_ok!(Staking::chill(signed(1)));
        assert_ok!(Staking::force_chill(root(), account(1)));
        assert_noop!(
            Staking::activate(signed(1)),
            Error::<Test>::ChilledUntilLater
        );
    });
}

#[test]
fn force_chill_should_refuse_who_is_no_operator() {
    run(|| {
        assert_noop!(
            Staking::force_chill(root(), account(4)),
            Error::<Test>::UnknownOperator
        );
    });
}
