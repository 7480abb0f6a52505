// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What every precompile does in its frame: who calls, what may be done, what it costs, and how a
//! pallet is called and its errors are told.

use alloc::{format, string::String};
use core::num::NonZero;
use openledger_primitives::{AccountId, Balance};
use polkadot_sdk::*;

use frame_support::{
    dispatch::{extract_actual_weight, GetDispatchInfo, RawOrigin},
    traits::{Get, PalletsInfoAccess},
    weights::Weight,
};
use pallet_revive::precompiles::{alloy, AddressMapper, AddressMatcher, Error, Ext, H160};
use sp_runtime::{traits::Dispatchable, DispatchError};

use crate::{logs, Config};

/// The runtime's calls, as the EVM pallet knows them.
type CallOf<T> = <T as pallet_revive::Config>::RuntimeCall;

/// What decoding an item of storage and encoding it for Solidity weighs, beside reading it.
const DECODING: Weight = Weight::from_parts(2_000_000, 0);

/// Where a precompile answers, by the number in bytes 16 and 17 of its address.
pub const fn matcher(number: u16) -> AddressMatcher {
    match NonZero::new(number) {
        Some(number) => AddressMatcher::Fixed(number),
        None => panic!("no precompile has the number zero"),
    }
}

/// The address of the precompile with a number.
pub const fn address(number: u16) -> H160 {
    H160(matcher(number).base_address())
}

/// A revert with `Error(string)`.
pub fn revert(reason: impl Into<String>) -> Error {
    let reason: String = reason.into();
    Error::Revert(alloy::sol_types::Revert::from(reason))
}

/// A pallet's error as `Error("Pallet.Error")`.
pub fn refuse<T: Config>(error: DispatchError) -> Error {
    revert(describe::<T>(error))
}

/// A pallet's error as a text: `Datanets.NotOwner`, `Token.FundsUnavailable`.
pub fn describe<T: Config>(error: DispatchError) -> String {
    match error {
        DispatchError::Module(module) => {
            let pallets = T::Pallets::infos();
            let index = usize::from(module.index);
            let pallet = pallets
                .iter()
                .find(|pallet| pallet.index == index)
                .map_or("Unknown", |pallet| pallet.name);
            match module.message {
                Some(message) => format!("{pallet}.{message}"),
                None => format!("{pallet}.{:?}", module.error),
            }
        }
        DispatchError::Token(error) => format!("Token.{error:?}"),
        DispatchError::Arithmetic(error) => format!("Arithmetic.{error:?}"),
        DispatchError::Other(text) => text.into(),
        error => format!("{error:?}"),
    }
}

/// Refuses what changes something where nothing may be changed, and a value that comes with it: it
/// would lie where nobody can take it from.
pub fn ensure_writable<E: Ext>(env: &E) -> Result<(), Error> {
    ensure_payable(env)?;
    ensure_no_value(env)
}

/// As [`ensure_writable`], for a function that takes a value.
pub fn ensure_payable<E: Ext>(env: &E) -> Result<(), Error> {
    if env.is_delegate_call() {
        return Err(revert("Precompiles.DelegateCall"));
    }
    if env.is_read_only() {
        return Err(revert("Precompiles.StaticCall"));
    }
    Ok(())
}

/// Refuses a value.
pub fn ensure_no_value<E: Ext>(env: &E) -> Result<(), Error> {
    if env.is_delegate_call() || env.value_transferred().is_zero() {
        return Ok(());
    }
    Err(revert("Precompiles.NotPayable"))
}

/// Charges a view that reads at most `items` entries of storage, before it reads them, and refuses
/// a value.
pub fn charge_reads<T: Config, E: Ext<T = T>>(env: &mut E, items: u64) -> Result<(), Error> {
    ensure_no_value(env)?;
    let each = T::DbWeight::get().reads(1).saturating_add(DECODING);
    env.charge(each.saturating_mul(items.max(1)))?;
    Ok(())
}

/// The account that calls: a key's or a contract's.
pub fn caller<E: Ext>(env: &E) -> Result<AccountIdOf<E>, Error> {
    let origin = env.caller();
    let account = origin
        .account_id()
        .map_err(|_| revert("Precompiles.NoCaller"))?;
    Ok(account.clone())
}

/// The account's type.
pub type AccountIdOf<E> = <<E as Ext>::T as frame_system::Config>::AccountId;

/// The address as which the EVM sees an account.
pub fn to_address<T: Config>(account: &AccountId) -> alloy::primitives::Address {
    <T as pallet_revive::Config>::AddressMapper::to_address(account)
        .0
        .into()
}

/// The account behind an address.
pub fn to_account<T: Config>(address: &alloy::primitives::Address) -> AccountId {
    <T as pallet_revive::Config>::AddressMapper::to_account_id(&H160(address.into_array()))
}

/// An account in full.
pub fn to_bytes32(account: &AccountId) -> alloy::primitives::B256 {
    let bytes: &[u8; 32] = account.as_ref();
    bytes.into()
}

/// An amount of planck, if there can be as much.
pub fn to_balance(amount: &alloy::primitives::U256) -> Result<Balance, Error> {
    Balance::try_from(*amount).map_err(|_| revert("Arithmetic.Overflow"))
}

/// An amount as Solidity sees it.
pub fn to_u256(amount: Balance) -> alloy::primitives::U256 {
    alloy::primitives::U256::from(amount)
}

/// Runs a call of a pallet as the caller's account: charged with the call's weight before, which is
/// given back as far as the call says that it weighed less; refused where nothing may be changed.
/// What it deposits as logs is emitted once it has succeeded. The error is the pallet's, as
/// [`refuse`] tells it.
pub fn dispatch<T: Config, E: Ext<T = T>>(
    env: &mut E,
    call: impl Into<<T as frame_system::Config>::RuntimeCall>,
) -> Result<(), Error> {
    ensure_writable(env)?;
    dispatch_payable(env, call)
}

/// As [`dispatch`], for a function that takes a value and has seen to it.
pub fn dispatch_payable<T: Config, E: Ext<T = T>>(
    env: &mut E,
    call: impl Into<<T as frame_system::Config>::RuntimeCall>,
) -> Result<(), Error> {
    ensure_payable(env)?;
    let account = caller(env)?;
    dispatch_as(env, account, call)
}

/// Runs a call of a pallet as `account`, which the caller has been shown to act for.
pub fn dispatch_as<T: Config, E: Ext<T = T>>(
    env: &mut E,
    account: AccountId,
    call: impl Into<<T as frame_system::Config>::RuntimeCall>,
) -> Result<(), Error> {
    let call: CallOf<T> = call.into().into();
    let weight = call.get_dispatch_info().call_weight;
    run_call(env, account, call, weight)
}

/// As [`dispatch`], for a call whose weight is known better than beforehand: charged with `weight`,
/// which must cover what it does. Estimates of gas need no more than it uses then.
pub fn dispatch_at<T: Config, E: Ext<T = T>>(
    env: &mut E,
    call: impl Into<<T as frame_system::Config>::RuntimeCall>,
    weight: Weight,
) -> Result<(), Error> {
    ensure_writable(env)?;
    let account = caller(env)?;
    run_call(env, account, call.into().into(), weight)
}

fn run_call<T: Config, E: Ext<T = T>>(
    env: &mut E,
    account: AccountId,
    call: CallOf<T>,
    weight: Weight,
) -> Result<(), Error> {
    let mut info = call.get_dispatch_info();
    info.call_weight = weight;
    let charged = env.charge(weight)?;
    let origin = RawOrigin::Signed(account);
    let (result, logs) = logs::collect(|| call.dispatch(origin.into()));
    env.adjust_gas(charged, extract_actual_weight(&result, &info));
    result.map_err(|error| refuse::<T>(error.error))?;
    for log in logs {
        logs::emit_log(env, log)?;
    }
    Ok(())
}
