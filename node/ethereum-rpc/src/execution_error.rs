// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What pallet-revive says about a call that failed, in go-ethereum's words.

use pallet_revive::EthTransactError;
use polkadot_sdk::*;
use sp_core::{H160, U256};

use crate::error::{Error, TransactionError};

/// Names of pallet-revive's errors, with their index in the pallet and what go-ethereum calls the
/// same thing.
const NAMES: &[(&str, u8, &str)] = &[
    ("OutOfGas", 0x03, "out of gas"),
    ("TransferFailed", 0x04, "insufficient balance for transfer"),
    ("MaxCallDepthReached", 0x05, "max call depth exceeded"),
    ("ValueTooLarge", 0x0c, "log or storage item is too large"),
    ("DuplicateContract", 0x12, "contract address collision"),
    ("ReentranceDenied", 0x14, "reentrancy is not allowed here"),
    ("StateChangeDenied", 0x16, "write protection"),
    ("StorageDepositLimitExhausted", 0x18, "out of gas"),
    ("CodeRejected", 0x1b, "invalid code"),
    ("BlobTooLarge", 0x1c, "max code size exceeded"),
    ("InvalidInstruction", 0x1f, "invalid opcode"),
    ("OutOfTransientStorage", 0x24, "out of transient storage"),
    ("ExecutionFailed", 0x27, "execution failed"),
    ("CallDataTooLarge", 0x30, "call data is too large"),
    ("ReturnDataTooLarge", 0x31, "return data is too large"),
    ("InvalidJump", 0x32, "invalid jump destination"),
    ("StackUnderflow", 0x33, "stack underflow"),
    ("StackOverflow", 0x34, "stack limit reached"),
    ("TxFeeOverdraw", 0x35, "out of gas"),
    (
        "PrecompileDelegateDenied",
        0x40,
        "delegate call of a precompile that does not allow it",
    ),
];

/// The error for a call that failed. `gas` is what the call was allowed to use.
pub fn explain(error: EthTransactError, gas: Option<U256>) -> Error {
    match error {
        EthTransactError::Data(data) => Error::Reverted(data),
        EthTransactError::Message(text) => explain_text(text, gas),
    }
}

fn explain_text(text: String, gas: Option<U256>) -> Error {
    let gas = gas.unwrap_or_else(|| u64::MAX.into());
    if text.starts_with("insufficient funds") {
        return insufficient_funds(&text);
    }
    if text.starts_with("Not enough gas supplied") {
        return TransactionError::GasAllowance { gas }.into();
    }
    if text.starts_with("Effective gas price") {
        return fee_cap(&text);
    }
    if text.starts_with("The transaction consumes more than the allowed weight") {
        return TransactionError::GasLimit.into();
    }
    if text.starts_with("Execution Tracing is disabled") {
        return Error::Unsupported {
            method: "the opcode tracer",
            reason: "this chain's runtime gives no struct logs: use callTracer or prestateTracer",
        };
    }
    if text.starts_with("Invalid call: Payment") {
        return TransactionError::IntrinsicGas { gas }.into();
    }
    if let Some(reason) = text.strip_prefix("Invalid call: ") {
        return TransactionError::Refused(reason.into()).into();
    }
    match NAMES
        .iter()
        .find(|(name, index, _)| is_error(&text, name, *index))
    {
        Some((_, _, words)) => Error::Execution((*words).into()),
        None => Error::Execution(text),
    }
}

/// Whether `text`, the debug form of a dispatch error, is about the pallet's error `name`.
fn is_error(text: &str, name: &str, index: u8) -> bool {
    text.contains(&format!("\"{name}\""))
        || (text.contains("Module(") && text.contains(&format!("error: [{index},")))
}

/// `insufficient funds for gas * price + value (…): address 0x… have …`.
fn insufficient_funds(text: &str) -> Error {
    let after = |word: &str| text.split_once(word)?.1.split_whitespace().next();
    let address: Option<H160> = after("address ").and_then(|text| text.parse().ok());
    let have = after("have ").and_then(|text| U256::from_dec_str(text).ok());
    TransactionError::InsufficientFundsForCall {
        address: address.unwrap_or_default(),
        have: have.unwrap_or_default(),
    }
    .into()
}

/// `Effective gas price … lower than base fee …`.
fn fee_cap(text: &str) -> Error {
    let mut numbers = text
        .split_whitespace()
        .filter_map(|word| U256::from_dec_str(word).ok());
    TransactionError::FeeCapTooLow {
        max_fee: numbers.next().unwrap_or_default(),
        base_fee: numbers.next().unwrap_or_default(),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> Error {
        explain(EthTransactError::Message(text.into()), Some(100.into()))
    }

    #[test]
    fn return_data_should_be_a_revert() {
        assert_eq!(
            explain(EthTransactError::Data(vec![1]), None),
            Error::Reverted(vec![1])
        );
    }

    #[test]
    fn missing_funds_should_name_the_account() {
        let error = message(
            "insufficient funds for gas * price + value (0): address \
             0x0101010101010101010101010101010101010101 have 12 (supplied gas None)",
        );
        assert_eq!(
            error.to_string(),
            "insufficient funds for gas * price + value: address \
             0x0101010101010101010101010101010101010101 have 12"
        );
    }

    #[test]
    fn a_low_price_should_show_both_prices() {
        assert_eq!(
            message("Effective gas price 5 lower than base fee 10"),
            TransactionError::FeeCapTooLow {
                max_fee: 5.into(),
                base_fee: 10.into()
            }
            .into()
        );
    }

    #[test]
    fn too_little_gas_to_start_should_be_intrinsic_gas() {
        assert_eq!(
            message("Invalid call: Payment").to_string(),
            "intrinsic gas too low: gas 100"
        );
    }

    #[test]
    fn too_little_gas_to_end_should_be_the_allowance() {
        assert_eq!(
            message("Not enough gas supplied: Off by: 7").to_string(),
            "gas required exceeds allowance (100)"
        );
    }

    #[test]
    fn errors_of_the_pallet_should_be_found_by_name() {
        assert_eq!(
            message(
                "failed to run contract: Module(ModuleError { index: 60, error: [3, 0, 0, 0], \
                 message: Some(\"OutOfGas\") })"
            ),
            Error::Execution("out of gas".into())
        );
    }

    #[test]
    fn errors_of_the_pallet_should_be_found_by_number() {
        assert_eq!(
            message(
                "failed to run contract: Module(ModuleError { index: 60, error: [50, 0, 0, 0], \
                 message: None })"
            ),
            Error::Execution("invalid jump destination".into())
        );
    }

    #[test]
    fn an_unknown_failure_should_keep_its_text() {
        assert_eq!(
            message("failed to run contract: Other(\"strange\")"),
            Error::Execution("failed to run contract: Other(\"strange\")".into())
        );
    }
}
