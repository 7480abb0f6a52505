// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use frame_support::assert_ok;
use openledger_primitives::staking::OperatorState;
use polkadot_sdk::*;
use sp_runtime::Perbill;

#[test]
fn operator_view_should_show_the_pool() {
    run(|| {
        delegate(5, 1, 1_000);
        let view = Staking::operator_view(account(1)).expect("an operator");
        assert_eq!((view.stake, view.self_bond), (BOND + 1_000, BOND));
        assert_eq!(view.state, OperatorState::Active);
        assert!(view.validator && view.validating && !view.worker);
    });
}

#[test]
fn operator_view_should_count_pending_slashes() {
    run(|| {
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        let view = Staking::operator_view(account(1)).expect("an operator");
        assert_eq!(
            (view.pending_slashes, view.state),
            (1, OperatorState::Chilled)
        );
    });
}

#[test]
fn operator_view_should_be_none_for_others() {
    run(|| assert_eq!(Staking::operator_view(account(5)), None));
}

#[test]
fn delegation_view_should_show_what_is_frozen() {
    run(|| {
        delegate(5, 2, 500);
        delegate(5, 1, 1_000);
        assert_ok!(Staking::redelegate(
            signed(5),
            account(1),
            account(2),
            1_000
        ));
        let view = Staking::delegation_view(account(5), account(2)).expect("delegated");
        assert_eq!((view.value, view.frozen), (1_500, 1_000));
        assert_eq!(view.frozen_until, Some(BONDING));
    });
}

#[test]
fn delegation_view_should_show_the_self_bond() {
    run(|| {
        let view = Staking::delegation_view(account(1), account(1)).expect("bonded");
        assert_eq!(view.value, BOND);
    });
}

#[test]
fn delegation_view_should_be_none_where_there_is_nothing() {
    run(|| assert_eq!(Staking::delegation_view(account(5), account(1)), None));
}

#[test]
fn delegations_view_should_list_all_operators() {
    run(|| {
        delegate(5, 1, 1_000);
        delegate(5, 2, 1_000);
        assert_ok!(Staking::undelegate(signed(5), account(2), 1_000));
        let operators: Vec<_> = Staking::delegations_view(account(5))
            .into_iter()
            .map(|view| view.operator)
            .collect();
        assert_eq!(operators, [account(1), account(2)]);
    });
}

#[test]
fn elected_view_should_foresee_the_election() {
    run(|| {
        delegate(6, 3, 1_000);
        assert_eq!(
            Staking::elected_view(),
            [(account(3), BOND + 1_000), (account(1), BOND)]
        );
    });
}

#[test]
fn era_view_should_show_the_planned_era() {
    run(|| {
        next_session();
        let view = Staking::era_view();
        assert_eq!((view.active, view.planned), (0, Some(1)));
        assert_eq!(view.validators, [account(1), account(2)]);
    });
}
