// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use super::mock::*;
use crate::{Candidates, Error, Event, OperatorCount, Operators, Roles, SortKey, Status};
use frame_support::{assert_noop, assert_ok};
use openledger_primitives::Balance;
use polkadot_sdk::*;
use sp_runtime::Perbill;

fn call(index: u8, roles: Roles, percent: u32, bond: Balance) -> sp_runtime::DispatchResult {
    Staking::register_operator(signed(index), roles, Perbill::from_percent(percent), bond)
}

/// Operator 1 retires, and a delegator keeps its pool alive.
fn retired_with_delegators() {
    delegate(5, 1, 1_000);
    assert_ok!(Staking::retire_operator(signed(1)));
}

#[test]
fn register_operator_should_hold_the_self_bond_in_the_pallets_account() {
    run(|| {
        let before = Staking::held();
        assert_ok!(call(4, validator_role(), 10, 2_000));
        assert_eq!(Staking::held(), before + 2_000);
        assert_eq!(free(&account(4)), FUNDS - 2_000);
    });
}

#[test]
fn register_operator_should_give_as_many_shares_as_planck() {
    run(|| {
        assert_ok!(call(4, validator_role(), 10, 2_000));
        assert_eq!(operator(4).own_shares, 2_000);
        assert_eq!(operator(4).status, Status::Active);
    });
}

#[test]
fn register_operator_should_make_a_validator_a_candidate() {
    run(|| {
        assert_ok!(call(4, validator_role(), 10, 2_000));
        assert!(Candidates::<Test>::contains_key(SortKey::new(
            2_000,
            account(4)
        )));
    });
}

#[test]
fn register_operator_should_not_make_a_worker_a_candidate() {
    run(|| {
        assert_ok!(call(4, worker_role(), 10, 2_000));
        assert!(!Candidates::<Test>::contains_key(SortKey::new(
            2_000,
            account(4)
        )));
    });
}

#[test]
fn register_operator_should_emit_its_roles() {
    run(|| {
        assert_ok!(call(4, worker_role(), 10, 500));
        assert!(events().contains(&Event::OperatorRegistered {
            operator: account(4),
            roles: worker_role(),
            commission: Perbill::from_percent(10),
        }));
    });
}

#[test]
fn register_operator_should_refuse_an_operator() {
    run(|| {
        assert_noop!(
            call(1, validator_role(), 10, 2_000),
            Error::<Test>::AlreadyRegistered
        );
    });
}

#[test]
fn register_operator_should_refuse_no_role() {
    run(|| {
        assert_noop!(call(4, Roles::default(), 10, 2_000), Error::<Test>::NoRoles);
    });
}

#[test]
fn register_operator_should_refuse_less_than_a_validators_bond() {
    run(|| {
        assert_noop!(
            call(4, validator_role(), 10, VALIDATOR_BOND - 1),
            Error::<Test>::BelowSelfBond
        );
    });
}

#[test]
fn register_operator_should_ask_for_the_highest_bond_of_several_roles() {
    run(|| {
        let roles = Roles {
            worker: true,
            ..validator_role()
        };
        assert_noop!(
            call(4, roles, 10, VALIDATOR_BOND - 1),
            Error::<Test>::BelowSelfBond
        );
        assert_ok!(call(4, roles, 10, VALIDATOR_BOND));
    });
}

#[test]
fn register_operator_should_refuse_a_commission_above_the_maximum() {
    run(|| {
        assert_noop!(
            call(4, validator_role(), 51, 2_000),
            Error::<Test>::CommissionTooHigh
        );
    });
}

#[test]
fn register_operator_should_refuse_a_bond_that_takes_the_existential_deposit() {
    run(|| {
        assert_noop!(
            call(4, validator_role(), 10, FUNDS - ED + 1),
            Error::<Test>::InsufficientFunds
        );
    });
}

#[test]
fn register_operator_should_refuse_locked_funds() {
    run(|| {
        use frame_support::traits::{LockableCurrency, WithdrawReasons};
        Balances::set_lock(*b"test/loc", &account(4), FUNDS, WithdrawReasons::all());
        assert_noop!(
            call(4, validator_role(), 10, 2_000),
            Error::<Test>::InsufficientFunds
        );
    });
}

#[test]
fn register_operator_should_refuse_more_operators_than_there_can_be() {
    run(|| {
        for index in 4..=8 {
            register(index, evaluator_role(), EVALUATOR_BOND);
        }
        assert_eq!(OperatorCount::<Test>::get(), MAX_OPERATORS);
        assert_noop!(
            call(9, evaluator_role(), 10, EVALUATOR_BOND),
            Error::<Test>::TooManyOperators
        );
    });
}

#[test]
fn register_operator_should_refuse_one_with_a_pending_slash() {
    run(|| {
        assert_ok!(Staking::retire_operator(signed(1)));
        report(1, 0, Perbill::from_percent(10)).expect("queued");
        assert_noop!(
            call(1, validator_role(), 10, 2_000),
            Error::<Test>::SlashPending
        );
    });
}

#[test]
fn register_operator_should_bring_a_retired_one_back_to_its_pool() {
    run(|| {
        retired_with_delegators();
        assert_ok!(call(1, validator_role(), 10, 2_000));
        assert_eq!(operator(1).status, Status::Active);
        assert_eq!(stake(1), 3_000);
    });
}

#[test]
fn register_operator_should_let_a_retired_one_change_its_commission_by_a_step() {
    run(|| {
        retired_with_delegators();
        next_era();
        assert_ok!(call(1, validator_role(), 12, 2_000));
        assert_eq!(operator(1).commission, Perbill::from_percent(12));
    });
}

#[test]
fn register_operator_should_not_let_a_retired_one_jump_in_commission() {
    run(|| {
        retired_with_delegators();
        next_era();
        assert_noop!(
            call(1, validator_role(), 50, 2_000),
            Error::<Test>::CommissionChangeTooLarge
        );
    });
}

#[test]
fn register_operator_should_not_change_a_commission_a_second_time_in_an_era() {
    run(|| {
        next_era();
        assert_ok!(Staking::set_commission(
            signed(1),
            Perbill::from_percent(15)
        ));
        retired_with_delegators();
        assert_noop!(
            call(1, validator_role(), 20, 2_000),
            Error::<Test>::CommissionChangedThisEra
        );
    });
}

#[test]
fn register_operator_should_count_as_a_change_of_the_commission() {
    run(|| {
        retired_with_delegators();
        next_era();
        assert_ok!(call(1, validator_role(), 15, 2_000));
        assert_noop!(
            Staking::set_commission(signed(1), Perbill::from_percent(20)),
            Error::<Test>::CommissionChangedThisEra
        );
    });
}

#[test]
fn register_operator_should_leave_no_trace_when_it_fails() {
    run(|| {
        assert_noop!(
            call(4, validator_role(), 10, FUNDS),
            Error::<Test>::InsufficientFunds
        );
        assert!(!Operators::<Test>::contains_key(account(4)));
    });
}

mod set_roles {
    use super::*;

    #[test]
    fn set_roles_should_take_one_out_of_the_candidates_that_does_not_validate() {
        run(|| {
            assert_ok!(Staking::set_roles(signed(1), worker_role()));
            assert!(!Candidates::<Test>::contains_key(SortKey::new(
                BOND,
                account(1)
            )));
        });
    }

    #[test]
    fn set_roles_should_emit_the_roles() {
        run(|| {
            assert_ok!(Staking::set_roles(signed(1), worker_role()));
            assert!(events().contains(&Event::RolesSet {
                operator: account(1),
                roles: worker_role(),
            }));
        });
    }

    #[test]
    fn set_roles_should_refuse_a_role_that_asks_for_more_self_bond() {
        run(|| {
            register(4, evaluator_role(), EVALUATOR_BOND);
            assert_noop!(
                Staking::set_roles(signed(4), worker_role()),
                Error::<Test>::BelowSelfBond
            );
        });
    }

    #[test]
    fn set_roles_should_refuse_no_role() {
        run(|| {
            assert_noop!(
                Staking::set_roles(signed(1), Roles::default()),
                Error::<Test>::NoRoles
            );
        });
    }

    #[test]
    fn set_roles_should_refuse_who_is_no_operator() {
        run(|| {
            assert_noop!(
                Staking::set_roles(signed(4), worker_role()),
                Error::<Test>::UnknownOperator
            );
        });
    }

    #[test]
    fn set_roles_should_refuse_a_retired_operator() {
        run(|| {
            delegate(5, 1, 1_000);
            assert_ok!(Staking::retire_operator(signed(1)));
            assert_noop!(
                Staking::set_roles(signed(1), worker_role()),
                Error::<Test>::OperatorRetiring
            );
        });
    }
}
