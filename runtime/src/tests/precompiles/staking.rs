// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IStaking`: keys and contracts delegate.

use frame_support::{assert_ok, traits::Get};
use pallet_operator_staking::ActiveEra;
use pallet_precompiles::staking::{sol::IStaking, ADDRESS};
use pallet_session::SessionManager;

use super::*;

/// The operator's address.
fn operator() -> Address {
    sol(address(&WORKER.to_account_id()))
}

/// What is delegated.
const STAKE: Balance = 50 * OPEN;

fn delegation_call() -> IStaking::delegateCall {
    IStaking::delegateCall {
        operator: operator(),
        amount: amount(STAKE),
    }
}

/// What an account has delegated, planck.
fn delegated(who: H160) -> U256 {
    let call = IStaking::delegationOfCall {
        delegator: sol(who),
        operator: operator(),
    };
    view(ADDRESS, 0, &call).expect("it is a view").value
}

/// Lets as many eras pass as stake takes to unbond, of which staking learns as the session pallet
/// tells it.
fn unbond() {
    let duration = <Runtime as pallet_operator_staking::Config>::BondingDuration::get();
    let matured = ActiveEra::<Runtime>::get().index + duration;
    let mut session = pallet_session::CurrentIndex::<Runtime>::get();
    while ActiveEra::<Runtime>::get().index < matured {
        <OperatorStaking as SessionManager<AccountId>>::end_session(session);
        session += 1;
        <OperatorStaking as SessionManager<AccountId>>::start_session(session);
        <OperatorStaking as SessionManager<AccountId>>::new_session(session + 1);
    }
}

#[test]
fn a_key_should_be_able_to_delegate() {
    on_development_chain(|| {
        register_operator(WORKER);
        done(ADDRESS, 0, &delegation_call());
        assert_eq!(delegated(alith().address()), amount(STAKE));
    });
}

#[test]
fn a_contract_should_be_able_to_delegate_the_value_it_passes_on() {
    on_development_chain(|| {
        register_operator(WORKER);
        let prober = prober();
        let call = Prober::runCall {
            target: sol(ADDRESS),
            input: delegation_call().abi_encode().into(),
        };
        done(prober, STAKE, &call);
        assert_eq!(delegated(prober), amount(STAKE));
        assert_eq!((balance(prober), balance(ADDRESS)), (0, 0));
    });
}

#[test]
fn delegate_should_be_a_log_of_the_precompile() {
    on_development_chain(|| {
        register_operator(WORKER);
        done(ADDRESS, 0, &delegation_call());
        let [log] = &logs::<IStaking::Delegated>(ADDRESS)[..] else {
            panic!("one delegation is one log");
        };
        assert_eq!(log.delegator, sol(alith().address()));
        assert_eq!((log.operator, log.amount), (operator(), amount(STAKE)));
    });
}

#[test]
fn delegate_should_tell_the_pallets_error() {
    on_development_chain(|| {
        register_operator(WORKER);
        let call = IStaking::delegateCall {
            amount: amount(1),
            ..delegation_call()
        };
        assert_eq!(
            refusal(ADDRESS, 0, &call),
            "OperatorStaking.BelowMinDelegation"
        );
    });
}

#[test]
fn delegate_should_be_refused_where_nothing_may_change() {
    on_development_chain(|| {
        register_operator(WORKER);
        let refused = refusals_of_prober(prober(), ADDRESS, &delegation_call());
        assert_eq!(
            refused,
            ["Precompiles.StaticCall", "Precompiles.DelegateCall"]
        );
    });
}

#[test]
fn withdraw_should_be_refused_where_nothing_may_change() {
    on_development_chain(|| {
        let call = IStaking::withdrawCall {
            operator: operator(),
        };
        let refused = refusals_of_prober(prober(), ADDRESS, &call);
        assert_eq!(
            refused,
            ["Precompiles.StaticCall", "Precompiles.DelegateCall"]
        );
    });
}

#[test]
fn undelegate_should_take_no_value() {
    on_development_chain(|| {
        let call = IStaking::undelegateCall {
            operator: operator(),
            amount: amount(STAKE),
        };
        assert_eq!(refusal(ADDRESS, 1, &call), "Precompiles.NotPayable");
    });
}

#[test]
fn delegate_in_a_frame_that_reverts_should_leave_nothing() {
    on_development_chain(|| {
        register_operator(WORKER);
        let prober = prober();
        assert_ok!(Balances::transfer_keep_alive(
            signed(CONSUMER),
            account(prober).into(),
            2 * STAKE
        ));
        let call = Prober::attemptCall {
            target: sol(ADDRESS),
            input: delegation_call().abi_encode().into(),
        };
        done(prober, 0, &call);
        assert_eq!(delegated(prober), U256::ZERO);
        assert_eq!(balance(prober), 2 * STAKE);
        assert_eq!(logs::<IStaking::Delegated>(ADDRESS).len(), 0);
    });
}

#[test]
fn undelegate_should_start_unbonding() {
    on_development_chain(|| {
        register_operator(WORKER);
        done(ADDRESS, 0, &delegation_call());
        let call = IStaking::undelegateCall {
            operator: operator(),
            amount: amount(STAKE),
        };
        done(ADDRESS, 0, &call);
        let call = IStaking::unbondingOfCall {
            delegator: sol(alith().address()),
            operator: operator(),
        };
        let unbonding = view(ADDRESS, 0, &call).expect("it is a view");
        let amounts: Vec<U256> = unbonding.into_iter().map(|part| part.amount).collect();
        assert_eq!(amounts, [amount(STAKE)]);
        assert_eq!(delegated(alith().address()), U256::ZERO);
    });
}

#[test]
fn withdraw_should_tell_what_it_paid() {
    on_development_chain(|| {
        register_operator(WORKER);
        done(ADDRESS, 0, &delegation_call());
        let call = IStaking::undelegateCall {
            operator: operator(),
            amount: amount(STAKE),
        };
        done(ADDRESS, 0, &call);
        let withdraw = IStaking::withdrawCall {
            operator: operator(),
        };
        assert_eq!(refusal(ADDRESS, 0, &withdraw), "OperatorStaking.NotMatured");
        unbond();
        assert_eq!(view(ADDRESS, 0, &withdraw), Ok(amount(STAKE)));
        done(ADDRESS, 0, &withdraw);
        let [log] = &logs::<IStaking::Withdrawn>(ADDRESS)[..] else {
            panic!("one withdrawal is one log");
        };
        assert_eq!(log.amount, amount(STAKE));
    });
}

#[test]
fn redelegate_should_move_stake_to_another_operator() {
    on_development_chain(|| {
        register_operator(WORKER);
        register_operator(DEVELOPER);
        done(ADDRESS, 0, &delegation_call());
        let to = sol(address(&DEVELOPER.to_account_id()));
        let call = IStaking::redelegateCall {
            from: operator(),
            to,
            amount: amount(STAKE),
        };
        done(ADDRESS, 0, &call);
        let call = IStaking::delegationOfCall {
            delegator: sol(alith().address()),
            operator: to,
        };
        let position = view(ADDRESS, 0, &call).expect("it is a view");
        assert_eq!(
            (position.value, position.frozen),
            (amount(STAKE), amount(STAKE))
        );
        assert!(position.frozenUntil > 0);
    });
}

#[test]
fn operator_of_should_show_an_operator() {
    on_development_chain(|| {
        register_operator(WORKER);
        let call = IStaking::operatorOfCall { who: operator() };
        let shown = view(ADDRESS, 0, &call).expect("it is a view");
        assert_eq!(shown.state, IStaking::OperatorState::Active);
        assert!(shown.worker && !shown.validator);
        assert_eq!(shown.stake, amount(1_000 * OPEN));
        assert_eq!(shown.commission, 50_000_000);
    });
}

#[test]
fn operator_of_should_say_of_others_that_they_are_none() {
    on_development_chain(|| {
        let call = IStaking::operatorOfCall {
            who: sol(stranger()),
        };
        let shown = view(ADDRESS, 0, &call).expect("it is a view");
        assert_eq!(shown.state, IStaking::OperatorState::None);
    });
}

#[test]
fn stake_of_should_count_what_was_delegated() {
    on_development_chain(|| {
        register_operator(WORKER);
        done(ADDRESS, 0, &delegation_call());
        let call = IStaking::stakeOfCall {
            operator: operator(),
        };
        assert_eq!(view(ADDRESS, 0, &call), Ok(amount(1_000 * OPEN + STAKE)));
    });
}
