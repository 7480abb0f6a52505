// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IStaking`: delegating stake to operators.

use alloc::vec::Vec;
use core::marker::PhantomData;
use openledger_primitives::{
    staking::{DelegationView, OperatorState},
    AccountId,
};
use polkadot_sdk::*;

use frame_support::traits::{fungible::Inspect, Get};
use pallet_operator_staking::Call;
use pallet_revive::precompiles::{
    alloy::{primitives::Address, sol_types::SolValue},
    AddressMatcher, Error, Ext, Precompile, H160,
};

use crate::{
    frame::{self, charge_reads, to_account, to_balance, to_u256},
    inference::pass_value_on,
    logs, Config,
};

#[allow(missing_docs)]
pub mod sol {
    //! The interface, as its Solidity file says it.
    use polkadot_sdk::pallet_revive::precompiles::alloy;
    alloy::sol!(
        #![sol(all_derives)]
        "interfaces/IStaking.sol"
    );
}

use sol::IStaking::{self, IStakingCalls};

/// The number in its address.
pub const NUMBER: u16 = 0x0805;

/// Where it answers.
pub const ADDRESS: H160 = frame::address(NUMBER);

/// `IStaking`.
pub struct Staking<T>(PhantomData<T>);

/// The staking pallet.
type Pools<T> = pallet_operator_staking::Pallet<T>;

impl<T> Precompile for Staking<T>
where
    T: Config + pallet_operator_staking::Config,
    <T as frame_system::Config>::RuntimeCall: From<Call<T>>,
{
    type T = T;
    type Interface = IStakingCalls;
    const MATCHER: AddressMatcher = frame::matcher(NUMBER);
    const HAS_CONTRACT_INFO: bool = false;

    fn call(
        _: &[u8; 20],
        input: &IStakingCalls,
        env: &mut impl Ext<T = T>,
    ) -> Result<Vec<u8>, Error> {
        use IStakingCalls as Calls;
        match input {
            Calls::delegate(call) => delegate(env, &call.operator, call.amount),
            Calls::undelegate(call) => {
                let action = Call::<T>::undelegate {
                    operator: to_account::<T>(&call.operator),
                    amount: to_balance(&call.amount)?,
                };
                frame::dispatch(env, action)?;
                let event = IStaking::Undelegated {
                    delegator: caller(env)?,
                    operator: call.operator,
                    amount: call.amount,
                };
                logs::emit(env, &event)?;
                Ok(Vec::new())
            }
            Calls::redelegate(call) => {
                let action = Call::<T>::redelegate {
                    from: to_account::<T>(&call.from),
                    to: to_account::<T>(&call.to),
                    amount: to_balance(&call.amount)?,
                };
                frame::dispatch(env, action)?;
                let event = IStaking::Redelegated {
                    delegator: caller(env)?,
                    from: call.from,
                    to: call.to,
                    amount: call.amount,
                };
                logs::emit(env, &event)?;
                Ok(Vec::new())
            }
            Calls::withdraw(call) => withdraw(env, &call.operator),
            Calls::stakeOf(call) => {
                charge_reads(env, 1)?;
                let operator = to_account::<T>(&call.operator);
                let stake = pallet_operator_staking::Operators::<T>::get(operator)
                    .map_or(0, |operator| operator.pool.stake);
                Ok(to_u256(stake).abi_encode())
            }
            Calls::operatorOf(call) => operator_of(env, &call.who),
            Calls::delegationOf(call) => {
                let view = view(env, &call.delegator, &call.operator)?;
                Ok(delegation(view.as_ref()).abi_encode())
            }
            Calls::unbondingOf(call) => {
                let view = view(env, &call.delegator, &call.operator)?;
                let unbonding = view.map(|view| view.unbonding).unwrap_or_default();
                let answer: Vec<IStaking::Unbonding> = unbonding
                    .into_iter()
                    .map(|leaving| IStaking::Unbonding {
                        amount: to_u256(leaving.amount),
                        withdrawableAt: leaving.withdrawable_at,
                    })
                    .collect();
                Ok(answer.abi_encode())
            }
            Calls::currentEra(_) => {
                charge_reads(env, 1)?;
                let era = pallet_operator_staking::ActiveEra::<T>::get();
                Ok(era.index.abi_encode())
            }
            Calls::minDelegation(_) => {
                charge_reads(env, 1)?;
                Ok(to_u256(T::MinDelegation::get()).abi_encode())
            }
        }
    }
}

/// The caller's address.
fn caller<E: Ext<T: Config>>(env: &E) -> Result<Address, Error> {
    Ok(frame::to_address::<E::T>(&frame::caller(env)?))
}

fn delegate<T, E>(
    env: &mut E,
    operator: &Address,
    amount: pallet_revive::precompiles::alloy::primitives::U256,
) -> Result<Vec<u8>, Error>
where
    T: Config + pallet_operator_staking::Config,
    <T as frame_system::Config>::RuntimeCall: From<Call<T>>,
    E: Ext<T = T>,
{
    frame::ensure_payable(env)?;
    let delegator = frame::caller(env)?;
    pass_value_on(env, &delegator)?;
    let action = Call::<T>::delegate {
        operator: to_account::<T>(operator),
        amount: to_balance(&amount)?,
    };
    frame::dispatch_payable(env, action)?;
    let event = IStaking::Delegated {
        delegator: frame::to_address::<T>(&delegator),
        operator: *operator,
        amount,
    };
    logs::emit(env, &event)?;
    Ok(Vec::new())
}

fn withdraw<T, E>(env: &mut E, operator: &Address) -> Result<Vec<u8>, Error>
where
    T: Config + pallet_operator_staking::Config,
    <T as frame_system::Config>::RuntimeCall: From<Call<T>>,
    E: Ext<T = T>,
{
    charge_reads(env, 2)?;
    let delegator = frame::caller(env)?;
    let total = |who: &AccountId| pallet_balances::Pallet::<T>::total_balance(who);
    let before = total(&delegator);
    let action = Call::<T>::withdraw {
        operator: to_account::<T>(operator),
    };
    frame::dispatch(env, action)?;
    let paid = to_u256(total(&delegator).saturating_sub(before));
    let event = IStaking::Withdrawn {
        delegator: frame::to_address::<T>(&delegator),
        operator: *operator,
        amount: paid,
    };
    logs::emit(env, &event)?;
    Ok(paid.abi_encode())
}

fn operator_of<T, E>(env: &mut E, who: &Address) -> Result<Vec<u8>, Error>
where
    T: Config + pallet_operator_staking::Config,
    E: Ext<T = T>,
{
    charge_reads(env, 4)?;
    let answer = match Pools::<T>::operator_view(to_account::<T>(who)) {
        Some(view) => IStaking::Operator {
            state: match view.state {
                OperatorState::Active => IStaking::OperatorState::Active,
                OperatorState::Chilled => IStaking::OperatorState::Chilled,
                OperatorState::Retiring => IStaking::OperatorState::Retiring,
            },
            validator: view.validator,
            worker: view.worker,
            evaluator: view.evaluator,
            validating: view.validating,
            commission: view.commission,
            selfBond: to_u256(view.self_bond),
            stake: to_u256(view.stake),
            pendingSlashes: view.pending_slashes,
        },
        None => IStaking::Operator {
            state: IStaking::OperatorState::None,
            validator: false,
            worker: false,
            evaluator: false,
            validating: false,
            commission: 0,
            selfBond: Default::default(),
            stake: Default::default(),
            pendingSlashes: 0,
        },
    };
    Ok(answer.abi_encode())
}

/// What an account has with an operator: its position, the operator, the tickets, an unbonding pool
/// for each, and what is known of a pool that it came from.
fn view<T, E>(
    env: &mut E,
    delegator: &Address,
    operator: &Address,
) -> Result<Option<DelegationView>, Error>
where
    T: Config + pallet_operator_staking::Config,
    E: Ext<T = T>,
{
    let tickets = <T as pallet_operator_staking::Config>::MaxTickets::get();
    charge_reads(env, u64::from(tickets).saturating_add(6))?;
    Ok(Pools::<T>::delegation_view(
        to_account::<T>(delegator),
        to_account::<T>(operator),
    ))
}

fn delegation(view: Option<&DelegationView>) -> IStaking::Delegation {
    IStaking::Delegation {
        shares: to_u256(view.map_or(0, |view| view.shares)),
        value: to_u256(view.map_or(0, |view| view.value)),
        frozen: to_u256(view.map_or(0, |view| view.frozen)),
        frozenUntil: view.and_then(|view| view.frozen_until).unwrap_or(0),
    }
}
