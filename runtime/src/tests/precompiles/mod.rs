// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The precompiles over the real runtime: contracts and keys call them in Ethereum transactions.

mod callbacks;
mod governance;
mod guards;
mod inference;
mod open;
mod receipts;
mod staking;

use pallet_revive::{
    create1,
    evm::GenericTransaction,
    precompiles::alloy::{
        primitives::{Address, B256, U256},
        sol_types::{decode_revert_reason, SolCall, SolEvent, SolInterface},
    },
    AddressMapper, EthTransactError, H160,
};
use polkadot_sdk::*;

use super::{chain::*, evm::*};
use crate::*;

pallet_revive::precompiles::alloy::sol!("../pallets/precompiles/src/tests/fixtures/Prober.sol");

/// The account that the EVM knows by an address.
pub fn account(address: H160) -> AccountId {
    <Runtime as pallet_revive::Config>::AddressMapper::to_account_id(&address)
}

/// The address by which the EVM knows an account.
pub fn address(account: &AccountId) -> H160 {
    <Runtime as pallet_revive::Config>::AddressMapper::to_address(account)
}

/// An address for Solidity.
pub fn sol(address: H160) -> Address {
    address.0.into()
}

/// An amount for Solidity.
pub fn amount(planck: Balance) -> U256 {
    U256::from(planck)
}

/// Alith's account.
pub fn alith_account() -> AccountId {
    alith().substrate_account()
}

/// Deploys creation code in hexadecimal as Alith.
#[track_caller]
pub fn deploy(code: &str) -> H160 {
    let nonce = System::account_nonce(alith_account());
    let transaction = Transaction {
        to: None,
        value: 0,
        input: sp_core::bytes::from_hex(code.trim()).expect("the fixture is hexadecimal"),
        gas: 12_000_000,
        ..Default::default()
    };
    assert!(transaction.apply().success, "the fixture deploys");
    create1(&alith().address(), nonce.into())
}

/// A contract that calls what it is told to.
pub fn prober() -> H160 {
    deploy(include_str!(
        "../../../../pallets/precompiles/src/tests/fixtures/Prober.hex"
    ))
}

/// A transaction of Alith's that calls a function.
#[track_caller]
pub fn send(to: H160, value: Balance, call: &impl SolCall) -> Outcome {
    Transaction::call(to, value, call.abi_encode()).apply()
}

/// A transaction of Alith's that must succeed.
#[track_caller]
pub fn done(to: H160, value: Balance, call: &impl SolCall) -> Outcome {
    let outcome = send(to, value, call);
    assert!(
        outcome.success,
        "refused: {:?}",
        view(to, value, call).map(|_| ())
    );
    outcome
}

/// What a call of Alith's would return, or why it would revert.
pub fn view<C: SolCall>(to: H160, value: Balance, call: &C) -> Result<C::Return, String> {
    let generic = GenericTransaction {
        from: Some(alith().address()),
        to: Some(to),
        value: Some(value.into()),
        input: call.abi_encode().into(),
        ..Default::default()
    };
    use frame_support::storage::{with_transaction, TransactionOutcome};
    let dry_run = || Revive::dry_run_eth_transact(generic, None, false, None);
    // As in a node, where each call has a state of its own.
    with_transaction(|| TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(dry_run())))
        .expect("the layers are few")
        .map_err(|error| match error {
            EthTransactError::Data(data) => decode_revert_reason(&data)
                .map(|reason| reason.trim_start_matches("revert: ").to_owned())
                .unwrap_or_default(),
            EthTransactError::Message(message) => message,
        })
        .map(|answer| {
            C::abi_decode_returns_validate(&answer.data).expect("the answer is of the interface")
        })
}

/// Why a call of Alith's would be refused.
#[track_caller]
pub fn refusal<C: SolCall>(to: H160, value: Balance, call: &C) -> String {
    match view(to, value, call) {
        Ok(_) => panic!("the call was not refused"),
        Err(reason) => reason,
    }
}

/// Why a prober would be refused that calls `target` under STATICCALL and DELEGATECALL.
pub fn refusals_of_prober(prober: H160, target: H160, call: &impl SolCall) -> [String; 2] {
    let look = Prober::lookCall {
        target: sol(target),
        input: call.abi_encode().into(),
    };
    let borrow = Prober::borrowCall {
        target: sol(target),
        input: call.abi_encode().into(),
    };
    [refusal(prober, 0, &look), refusal(prober, 0, &borrow)]
}

/// The events of a kind that the last transaction, or what came after it, emitted as logs of an
/// address.
pub fn logs<E: SolEvent>(of: H160) -> Vec<E> {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Revive(pallet_revive::Event::ContractEmitted {
                contract,
                data,
                topics,
            }) if contract == of => {
                let topics = topics.into_iter().map(|topic| B256::from(topic.0));
                E::decode_raw_log_validate(topics, &data).ok()
            }
            _ => None,
        })
        .collect()
}

/// Every function of an interface has the selector that its Solidity file states, and no other is
/// stated.
#[track_caller]
fn assert_selectors<I: SolInterface>(file: &str, also: &[[u8; 4]]) {
    let mut stated: Vec<String> = file
        .lines()
        .filter_map(|line| line.trim().strip_prefix("/// @custom:selector "))
        .map(str::to_owned)
        .collect();
    let mut real: Vec<String> = I::selectors()
        .chain(also.iter().copied())
        .map(|selector| sp_core::bytes::to_hex(&selector, false)[2..].to_owned())
        .collect();
    stated.sort_unstable();
    real.sort_unstable();
    assert_eq!(stated, real);
}

macro_rules! interface {
    ($name:literal) => {
        include_str!(concat!(
            "../../../../pallets/precompiles/interfaces/",
            $name
        ))
    };
}

#[test]
fn the_interfaces_should_state_their_selectors() {
    use pallet_precompiles::{
        governance::sol::IGovernance::IGovernanceCalls,
        inference::sol::{
            IInference::IInferenceCalls, IInferenceConsumer::IInferenceConsumerCalls,
        },
        staking::sol::IStaking::IStakingCalls,
    };
    assert_selectors::<IInferenceCalls>(
        interface!("IInference.sol"),
        IInferenceConsumerCalls::SELECTORS,
    );
    assert_selectors::<IStakingCalls>(interface!("IStaking.sol"), &[]);
    assert_selectors::<IGovernanceCalls>(interface!("IGovernance.sol"), &[]);
}
