// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The runtime's side of the EVM: pallet-revive's runtime API without its wrapping, at the state
//! after a block.

use std::{marker::PhantomData, sync::Arc};

use openledger_primitives::{runtime_api::EthereumApi, AccountId, Balance};
use pallet_revive::{pallet_revive_types::runtime_api::*, EthTransactError, ReviveApi};
use polkadot_sdk::*;
use sp_api::{ApiError, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use sp_core::{H160, H256, U256};
use sp_runtime::{
    traits::{Block as BlockT, Header as _, UniqueSaturatedInto},
    Digest,
};

use crate::{
    error::{Error, Result},
    execution_error,
    view::{EthereumRuntimeApi, Moment, Nonce},
};

/// Asks the runtime.
pub struct Runtime<B, C> {
    client: Arc<C>,
    block: PhantomData<fn() -> B>,
}

impl<B, C> Clone for Runtime<B, C> {
    fn clone(&self) -> Self {
        Self::new(self.client.clone())
    }
}

impl<B, C> Runtime<B, C> {
    /// Asks the runtime of `client`'s blocks.
    pub fn new(client: Arc<C>) -> Self {
        Self {
            client,
            block: PhantomData,
        }
    }

    /// The chain.
    pub fn client(&self) -> &C {
        &self.client
    }
}

impl<B, C> Runtime<B, C>
where
    B: BlockT,
    C: ProvideRuntimeApi<B> + HeaderBackend<B>,
    C::Api: EthereumRuntimeApi<B>,
{
    /// The number that transactions are signed for.
    pub fn chain_id(&self, at: B::Hash) -> Result<u64> {
        self.client
            .runtime_api()
            .chain_id(at)
            .map_err(|error| self.failed(at, "EthereumApi_chain_id", error))
    }

    /// What `address` can spend, in wei.
    pub fn balance(&self, at: B::Hash, address: H160) -> Result<U256> {
        let input = BalanceInputPayloadV1 { address }.into();
        let BalanceVersionedOutputPayload::V1(output) = self
            .client
            .runtime_api()
            .balance_versioned(at, input)
            .map_err(|error| self.failed(at, "ReviveApi_balance_versioned", error))?;
        Ok(output.balance)
    }

    /// How many transactions `address` has sent, or how many contracts it has created.
    pub fn nonce(&self, at: B::Hash, address: H160) -> Result<Nonce> {
        let input = NonceInputPayloadV1 { address }.into();
        let NonceVersionedOutputPayload::V1(output) = self
            .client
            .runtime_api()
            .nonce_versioned(at, input)
            .map_err(|error| self.failed(at, "ReviveApi_nonce_versioned", error))?;
        Ok(output.nonce)
    }

    /// The chain's account behind `address`.
    pub fn account(&self, at: B::Hash, address: H160) -> Result<AccountId> {
        let input = AccountIdInputPayloadV1 { address }.into();
        let AccountIdVersionedOutputPayload::V1(output) = self
            .client
            .runtime_api()
            .account_id_versioned(at, input)
            .map_err(|error| self.failed(at, "ReviveApi_account_id_versioned", error))?;
        Ok(output.account_id)
    }

    /// The code of a contract or precompile, empty for everyone else.
    pub fn code(&self, at: B::Hash, address: H160) -> Result<Vec<u8>> {
        let input = CodeInputPayloadV1 { address }.into();
        let CodeVersionedOutputPayload::V1(output) = self
            .client
            .runtime_api()
            .code_versioned(at, input)
            .map_err(|error| self.failed(at, "ReviveApi_code_versioned", error))?;
        Ok(output.code)
    }

    /// A word of a contract's storage; zero where nothing is.
    pub fn storage(&self, at: B::Hash, address: H160, key: [u8; 32]) -> Result<H256> {
        let input = GetStorageInputPayloadV1 {
            address,
            key: StorageKeyV1::Fixed(key),
        };
        let answer = self
            .client
            .runtime_api()
            .get_storage_versioned(at, input.into())
            .map_err(|error| self.failed(at, "ReviveApi_get_storage_versioned", error))?;
        // The only failure is that there is no contract, and then there is nothing stored.
        let stored = match answer {
            Ok(GetStorageVersionedOutputPayload::V1(output)) => output.storage,
            Err(_) => None,
        };
        Ok(stored.map_or_else(H256::zero, |bytes| word(&bytes)))
    }

    /// The base fee of the next block, wei per gas.
    pub fn base_fee(&self, at: B::Hash) -> Result<U256> {
        let GasPriceVersionedOutputPayload::V1(output) = self
            .client
            .runtime_api()
            .gas_price_versioned(at, GasPriceInputPayloadV1.into())
            .map_err(|error| self.failed(at, "ReviveApi_gas_price_versioned", error))?;
        Ok(output.gas_price)
    }

    /// The most gas that a transaction can use, as blocks show it for their gas limit.
    pub fn gas_limit(&self, at: B::Hash) -> Result<U256> {
        let MaxExtrinsicWeightInGasVersionedOutputPayload::V1(output) = self
            .client
            .runtime_api()
            .max_extrinsic_weight_in_gas_versioned(at, MaxExtrinsicWeightInGasInputPayloadV1.into())
            .map_err(|error| {
                self.failed(at, "ReviveApi_max_extrinsic_weight_in_gas_versioned", error)
            })?;
        Ok(output.max_extrinsic_weight_in_gas)
    }

    /// Who made the block.
    pub fn author(&self, at: B::Hash) -> Result<H160> {
        let BlockAuthorVersionedOutputPayload::V1(output) = self
            .client
            .runtime_api()
            .block_author_versioned(at, BlockAuthorInputPayloadV1.into())
            .map_err(|error| self.failed(at, "ReviveApi_block_author_versioned", error))?;
        Ok(output.block_author)
    }

    /// Runs `tx` without keeping what it does: in the block itself, or with a `timestamp` in one that
    /// follows, at that time or later. The sender's funds are checked against gas and
    /// value if `check_funds`, against the value in any case.
    pub fn call(
        &self,
        at: B::Hash,
        tx: GenericTransactionV1,
        overrides: Option<StateOverrideSetV1>,
        timestamp: Option<Moment>,
        check_funds: bool,
    ) -> Result<EthTransactInfoV1<Balance>> {
        let gas = tx.gas;
        let input = TransactInputPayloadV1 {
            tx,
            timestamp_override: timestamp,
            perform_balance_checks: check_funds,
            state_overrides: overrides,
        };
        let TransactVersionedOutputPayload::V1(output) = self
            .client
            .runtime_api()
            .eth_transact_versioned(at, input.into())
            .map_err(|error| self.failed(at, "ReviveApi_eth_transact_versioned", error))?
            .map_err(|error| execution_error::explain(error, gas))?;
        Ok(output.transact_info)
    }

    /// The least gas, within 1.5 %, with which `tx` succeeds in a block after this one, made at
    /// `time` or later: what waited for time to pass runs then.
    pub fn estimate_gas(
        &self,
        at: B::Hash,
        tx: GenericTransactionV1,
        overrides: Option<StateOverrideSetV1>,
        time: Moment,
    ) -> Result<U256> {
        let gas = tx.gas;
        let input = EstimateGasInputPayloadV1 {
            tx,
            timestamp_override: Some(time),
            state_overrides: overrides,
        };
        let EstimateGasVersionedOutputPayload::V1(output) = self
            .client
            .runtime_api()
            .eth_estimate_gas_versioned(at, input.into())
            .map_err(|error| self.failed(at, "ReviveApi_eth_estimate_gas_versioned", error))?
            .map_err(|error| execution_error::explain(error, gas))?;
        Ok(output.gas_estimate)
    }

    /// Whether the gas of a signed transaction covers what it takes before it starts. `None` if the
    /// runtime refuses it for any other reason.
    pub fn covers_intrinsic_gas(&self, at: B::Hash, payload: Vec<u8>) -> Result<Option<bool>> {
        let input = PreDispatchWeightInputPayloadV1 { tx: payload };
        let answer = self
            .client
            .runtime_api()
            .eth_pre_dispatch_weight_versioned(at, input.into())
            .map_err(|error| {
                self.failed(at, "ReviveApi_eth_pre_dispatch_weight_versioned", error)
            })?;
        Ok(match answer {
            Ok(_) => Some(true),
            Err(EthTransactError::Message(text)) if text.contains("Payment") => Some(false),
            Err(_) => None,
        })
    }

    /// Runs `tx` under a tracer without keeping what it does.
    pub fn trace_call(
        &self,
        at: B::Hash,
        tx: GenericTransactionV1,
        config: TracerTypeV1,
        overrides: Option<StateOverrideSetV1>,
    ) -> Result<TraceV2> {
        let gas = tx.gas;
        let input = TraceCallInputPayloadV2 {
            tx,
            config,
            state_overrides: overrides,
        };
        let output = self
            .client
            .runtime_api()
            .trace_call_versioned(at, input.into())
            .map_err(|error| self.failed(at, "ReviveApi_trace_call_versioned", error))?
            .map_err(|error| execution_error::explain(error, gas))?;
        match output {
            TraceCallVersionedOutputPayload::V2(output) => Ok(output.trace),
            TraceCallVersionedOutputPayload::V1(_) => Err(wrong_version()),
        }
    }

    /// Runs `block` again up to its extrinsic `index`, and that one under a tracer. `None` if it is
    /// no Ethereum transaction.
    pub fn trace_extrinsic(
        &self,
        block: B,
        index: u32,
        config: TracerTypeV1,
    ) -> Result<Option<TraceEntryV1>> {
        let at = *block.header().parent_hash();
        let input = TraceTxInputPayloadV2 {
            block: unsealed(block),
            tx_index: index,
            config,
        };
        let output = self
            .client
            .runtime_api()
            .trace_tx_versioned(at, input.into())
            .map_err(|error| self.failed(at, "ReviveApi_trace_tx_versioned", error))?;
        match output {
            TraceTxVersionedOutputPayload::V2(output) => Ok(output.entry),
            TraceTxVersionedOutputPayload::V1(_) => Err(wrong_version()),
        }
    }

    /// Runs `block` again under a tracer: the extrinsics that are Ethereum transactions.
    pub fn trace_block(&self, block: B, config: TracerTypeV1) -> Result<Vec<(u32, TraceEntryV1)>> {
        let at = *block.header().parent_hash();
        let input = TraceBlockInputPayloadV2 {
            block: unsealed(block),
            config,
        };
        let output = self
            .client
            .runtime_api()
            .trace_block_versioned(at, input.into())
            .map_err(|error| self.failed(at, "ReviveApi_trace_block_versioned", error))?;
        match output {
            TraceBlockVersionedOutputPayload::V2(output) => Ok(output.entries),
            TraceBlockVersionedOutputPayload::V1(_) => Err(wrong_version()),
        }
    }

    /// Why the runtime could not be asked: mostly because the block's state is not here any more.
    fn failed(&self, at: B::Hash, call: &str, error: ApiError) -> Error {
        let text = error.to_string();
        let number = match self.client.number(at) {
            Ok(Some(number)) => number,
            Ok(None) => return Error::UnknownBlock,
            Err(error) => return Error::Internal(format!("the database cannot be read: {error}")),
        };
        if text.contains("State already discarded") || text.contains("UnknownBlock") {
            return Error::Pruned {
                number: number.unique_saturated_into(),
            };
        }
        Error::Internal(format!("{call} failed at block {number}: {text}"))
    }
}

/// The block as it was executed: seals come after.
fn unsealed<B: BlockT>(block: B) -> B {
    let (mut header, extrinsics) = block.deconstruct();
    let digest: &mut Digest = header.digest_mut();
    digest.logs.retain(|item| item.as_seal().is_none());
    B::new(header, extrinsics)
}

/// The last 32 bytes of a value, with zeros before a shorter one.
fn word(bytes: &[u8]) -> H256 {
    let skip = bytes.len().saturating_sub(32);
    let bytes = bytes.get(skip..).unwrap_or_default();
    let mut word = H256::zero();
    let start = 32usize.saturating_sub(bytes.len());
    if let Some(low) = word.0.get_mut(start..) {
        low.copy_from_slice(bytes);
    }
    word
}

fn wrong_version() -> Error {
    Error::Internal("the runtime answered in another version than it was asked in".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_value_should_be_padded_on_the_left() {
        assert_eq!(word(&[1]), H256::from_low_u64_be(1));
    }

    #[test]
    fn a_whole_value_should_stay() {
        assert_eq!(word(&[7; 32]), H256([7; 32]));
    }

    #[test]
    fn nothing_should_be_zero() {
        assert_eq!(word(&[]), H256::zero());
    }
}
