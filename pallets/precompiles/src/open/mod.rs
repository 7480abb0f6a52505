// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `IOpen`: OPEN as an ERC-20 with permits.
//!
//! Balances are those of the chain: what an account can spend while it stays alive. Allowances and
//! permit nonces are storage of this pallet, paid for by gas when an entry is created, as a new slot
//! of a contract is on Ethereum.

mod permit;

use alloc::vec::Vec;
use core::marker::PhantomData;
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::*;

use frame_support::{
    traits::{
        fungible::{Balanced, Inspect, Mutate},
        tokens::{Fortitude, Preservation},
        Get,
    },
    weights::Weight,
};
use pallet_balances::WeightInfo as _;
use pallet_revive::{
    evm::fees::InfoT,
    precompiles::{
        alloy::{
            primitives::{Address, U256 as Amount},
            sol_types::SolCall,
        },
        AddressMapper, AddressMatcher, Error, Ext, Precompile, H160, U256,
    },
    StorageDeposit,
};
use sp_runtime::traits::Zero;

use crate::{frame, logs, Allowances, Config};

pallet_revive::precompiles::alloy::sol!("interfaces/IOpen.sol");

/// The number in the precompile's address.
pub const NUMBER: u16 = 0x0800;

/// The token's name, which permits are signed for.
pub const NAME: &str = "OpenLedger";

/// The token's symbol.
pub const SYMBOL: &str = "OPEN";

/// How many decimals an amount has.
pub const DECIMALS: u8 = 18;

/// OPEN as an ERC-20.
pub struct Open<T>(PhantomData<T>);

impl<T: Config> Precompile for Open<T> {
    type T = T;
    type Interface = IOpen::IOpenCalls;
    const MATCHER: AddressMatcher = frame::matcher(NUMBER);
    const HAS_CONTRACT_INFO: bool = false;

    fn call(
        _: &[u8; 20],
        input: &Self::Interface,
        env: &mut impl Ext<T = T>,
    ) -> Result<Vec<u8>, Error> {
        use IOpen::IOpenCalls as Call;
        match input {
            Call::name(_) => {
                frame::charge_reads::<T, _>(env, 0)?;
                Ok(IOpen::nameCall::abi_encode_returns(&NAME.into()))
            }
            Call::symbol(_) => {
                frame::charge_reads::<T, _>(env, 0)?;
                Ok(IOpen::symbolCall::abi_encode_returns(&SYMBOL.into()))
            }
            Call::decimals(_) => {
                frame::charge_reads::<T, _>(env, 0)?;
                Ok(IOpen::decimalsCall::abi_encode_returns(&DECIMALS))
            }
            Call::totalSupply(_) => {
                frame::charge_reads::<T, _>(env, 0)?;
                Ok(IOpen::totalSupplyCall::abi_encode_returns(&Amount::from(
                    T::TotalSupply::get(),
                )))
            }
            Call::balanceOf(call) => Self::balance_of(call, env),
            Call::transfer(call) => Self::transfer(call, env),
            Call::allowance(call) => {
                frame::charge_reads::<T, _>(env, 1)?;
                let allowed = Allowances::<T>::get(h160(&call.owner), h160(&call.spender));
                Ok(IOpen::allowanceCall::abi_encode_returns(&amount(&allowed)))
            }
            Call::approve(call) => Self::approve(call, env),
            Call::transferFrom(call) => Self::transfer_from(call, env),
            Call::permit(call) => permit::permit(call, env),
            Call::nonces(call) => permit::nonces(call, env),
            Call::DOMAIN_SEPARATOR(_) => {
                frame::charge_reads::<T, _>(env, 1)?;
                let domain = permit::domain_separator::<T>();
                Ok(IOpen::DOMAIN_SEPARATORCall::abi_encode_returns(&domain))
            }
        }
    }
}

impl<T: Config> Open<T> {
    fn balance_of<E: Ext<T = T>>(
        call: &IOpen::balanceOfCall,
        env: &mut E,
    ) -> Result<Vec<u8>, Error> {
        // The account's record, and the address's.
        frame::charge_reads::<T, _>(env, 2)?;
        let account = frame::to_account::<T>(&call.account);
        let balance =
            Currency::<T>::reducible_balance(&account, Preservation::Preserve, Fortitude::Polite);
        Ok(IOpen::balanceOfCall::abi_encode_returns(&frame::to_u256(
            balance,
        )))
    }

    fn transfer<E: Ext<T = T>>(call: &IOpen::transferCall, env: &mut E) -> Result<Vec<u8>, Error> {
        frame::ensure_writable(env)?;
        env.charge(transfer_weight::<T>())?;
        let from = own_address(env)?;
        move_open::<T, E>(env, &from, &call.to, &call.value)?;
        Ok(IOpen::transferCall::abi_encode_returns(&true))
    }

    fn approve<E: Ext<T = T>>(call: &IOpen::approveCall, env: &mut E) -> Result<Vec<u8>, Error> {
        frame::ensure_writable(env)?;
        let owner = own_address(env)?;
        set_allowance::<T, E>(env, owner, call.spender, call.value)?;
        Ok(IOpen::approveCall::abi_encode_returns(&true))
    }

    fn transfer_from<E: Ext<T = T>>(
        call: &IOpen::transferFromCall,
        env: &mut E,
    ) -> Result<Vec<u8>, Error> {
        frame::ensure_writable(env)?;
        let allowance = T::DbWeight::get().reads_writes(1, 1);
        env.charge(transfer_weight::<T>().saturating_add(allowance))?;
        let spender = own_address(env)?;
        let value = sp_amount(&call.value);
        Allowances::<T>::try_mutate_exists(
            h160(&call.from),
            h160(&spender),
            |slot| -> Result<(), Error> {
                let allowed = slot.unwrap_or_default();
                if allowed == U256::MAX {
                    return Ok(());
                }
                let left = allowed
                    .checked_sub(value)
                    .ok_or_else(|| frame::revert("Open.InsufficientAllowance"))?;
                *slot = (!left.is_zero()).then_some(left);
                Ok(())
            },
        )?;
        move_open::<T, E>(env, &call.from, &call.to, &call.value)?;
        Ok(IOpen::transferFromCall::abi_encode_returns(&true))
    }
}

/// What moving OPEN and finding both accounts weighs.
fn transfer_weight<T: Config>() -> Weight {
    <T as pallet_balances::Config>::WeightInfo::transfer_allow_death()
        .saturating_add(T::DbWeight::get().reads(2))
}

/// The OPEN of the EVM pallet.
type Currency<T> = <T as pallet_revive::Config>::Currency;

/// Moves free balance and emits `Transfer`. The sender stays alive, as its `balanceOf` promises. An
/// account that does not exist yet gets its existential deposit on top, as with a transfer of value:
/// whoever receives `value` can spend it.
fn move_open<T: Config, E: Ext<T = T>>(
    env: &mut E,
    from: &Address,
    to: &Address,
    value: &Amount,
) -> Result<(), Error> {
    let planck: Balance = frame::to_balance(value)?;
    let to_account = frame::to_account::<T>(to);
    let is_new = planck > 0 && !frame_system::Pallet::<T>::account_exists(&to_account);
    if is_new {
        create_account::<T, E>(env, &to_account)?;
    }
    Currency::<T>::transfer(
        &frame::to_account::<T>(from),
        &to_account,
        planck,
        Preservation::Preserve,
    )
    .map_err(frame::refuse::<T>)?;
    if is_new {
        let deposit = StorageDeposit::Charge(Currency::<T>::minimum_balance());
        env.frame_meter_mut().charge_deposit(&deposit)?;
    }
    let event = IOpen::Transfer {
        from: *from,
        to: *to,
        value: *value,
    };
    logs::emit(env, &event)
}

/// Gives a new account its existential deposit: out of the gas of an Ethereum transaction, so that
/// its signer pays for gas and value and nothing else; otherwise from who signed. That it counts
/// among the transaction's deposits is for the caller to see to, once the account has more than it.
fn create_account<T: Config, E: Ext<T = T>>(env: &mut E, account: &AccountId) -> Result<(), Error> {
    let deposit = Currency::<T>::minimum_balance();
    let too_little = || pallet_revive::Error::<T>::StorageDepositNotEnoughFunds;
    if charge_transfer::<T, E>(env)? && !T::FeeInfo::remaining_txfee().is_zero() {
        let credit = T::FeeInfo::withdraw_txfee(deposit).ok_or_else(too_little)?;
        return Currency::<T>::resolve(account, credit).map_err(|_| too_little().into());
    }
    let payer = env.origin().account_id()?.clone();
    Currency::<T>::transfer(&payer, account, deposit, Preservation::Preserve)
        .map_err(frame::refuse::<T>)?;
    Ok(())
}

/// Charges what moving OPEN weighs. Whether the weight came out of the same gas as deposits do: so
/// it is in an Ethereum transaction, whereas a signed call of a contract has a limit for each. The
/// EVM pallet tells a precompile in no other way which of them it runs in. (A contract in PolkaVM
/// code that limits the deposits of its call hides it; the signer then pays the deposit twice.)
fn charge_transfer<T: Config, E: Ext<T = T>>(env: &mut E) -> Result<bool, Error> {
    let before = env.frame_meter().deposit_left();
    env.charge(transfer_weight::<T>())?;
    Ok(env.frame_meter().deposit_left() != before)
}

/// Sets an allowance and emits `Approval`. An entry that was not there is paid for.
fn set_allowance<T: Config, E: Ext<T = T>>(
    env: &mut E,
    owner: Address,
    spender: Address,
    value: Amount,
) -> Result<(), Error> {
    env.charge(T::DbWeight::get().reads_writes(1, 1))?;
    let (owner_key, spender_key) = (h160(&owner), h160(&spender));
    let value_set = sp_amount(&value);
    if value_set.is_zero() {
        Allowances::<T>::remove(owner_key, spender_key);
    } else {
        if !Allowances::<T>::contains_key(owner_key, spender_key) {
            env.charge(T::NewEntry::get())?;
        }
        Allowances::<T>::insert(owner_key, spender_key, value_set);
    }
    let event = IOpen::Approval {
        owner,
        spender,
        value,
    };
    logs::emit(env, &event)
}

/// The address of who calls.
fn own_address<T: Config, E: Ext<T = T>>(env: &E) -> Result<Address, Error> {
    let account = frame::caller(env)?;
    Ok(
        <T as pallet_revive::Config>::AddressMapper::to_address(&account)
            .0
            .into(),
    )
}

fn h160(address: &Address) -> H160 {
    H160(address.into_array())
}

fn sp_amount(amount: &Amount) -> U256 {
    U256::from_little_endian(&amount.to_le_bytes::<32>())
}

fn amount(value: &U256) -> Amount {
    Amount::from_le_bytes(value.to_little_endian())
}
