// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `eth_*`: calls that leave no trace, and what they would cost.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use jsonrpsee::{
    core::{async_trait, RpcResult},
    proc_macros::rpc,
};
use pallet_revive::{
    evm::Bytes,
    pallet_revive_types::runtime_api::{
        AccessListEntryV1, GenericTransactionV1, PrestateTraceInfoV1, PrestateTraceV1,
        PrestateTracerConfigV1, TraceV2, TracerTypeV1,
    },
};
use polkadot_sdk::*;
use sc_transaction_pool_api::TransactionPool;
use serde::Serialize;
use sp_core::{H160, H256, U256};
use sp_runtime::traits::{Block as BlockT, NumberFor};

use super::{
    overrides::{state_overrides, BlockOverrides, StateOverrides},
    Context, EthereumClient,
};
use crate::{
    error::{Error, Result, TransactionError},
    raw_transaction::MAX_SIZE,
    types::{BlockId, BlockTag},
    view::{EthereumView, Moment},
};

/// Calls. Each runs on the state after `block`, or after the best block.
#[rpc(server)]
pub trait EthExecutionApi {
    /// Runs a call and gives what it returns.
    #[method(name = "eth_call")]
    async fn call(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        state_overrides: Option<StateOverrides>,
        block_overrides: Option<BlockOverrides>,
    ) -> RpcResult<Bytes>;

    /// The gas that a transaction needs: the least, within 1.5 %, with which it succeeds.
    #[method(name = "eth_estimateGas")]
    async fn estimate_gas(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        state_overrides: Option<StateOverrides>,
        block_overrides: Option<BlockOverrides>,
    ) -> RpcResult<U256>;

    /// The contracts and slots that a call touches, and its gas with this list.
    #[method(name = "eth_createAccessList")]
    async fn create_access_list(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        state_overrides: Option<StateOverrides>,
    ) -> RpcResult<AccessList>;
}

/// The answer of `eth_createAccessList`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessList {
    /// What is touched.
    pub access_list: Vec<AccessListEntryV1>,
    /// Why the call failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The gas that the call needs with the list; zero if it failed.
    pub gas_used: U256,
}

/// Asks the runtime to run calls.
pub struct Execution<B, C, P, V>(pub(super) Arc<Context<B, C, P, V>>);

#[async_trait]
impl<B, C, P, V> EthExecutionApiServer for Execution<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    async fn call(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        overrides: Option<StateOverrides>,
        block_overrides: Option<BlockOverrides>,
    ) -> RpcResult<Bytes> {
        let work = move |context: &Context<B, C, P, V>| {
            context.call(request, block, overrides, block_overrides)
        };
        Ok(self.0.execute(work).await?)
    }

    async fn estimate_gas(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        overrides: Option<StateOverrides>,
        block_overrides: Option<BlockOverrides>,
    ) -> RpcResult<U256> {
        let work = move |context: &Context<B, C, P, V>| {
            context.estimate_gas(request, block, overrides, block_overrides)
        };
        Ok(self.0.execute(work).await?)
    }

    async fn create_access_list(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        overrides: Option<StateOverrides>,
    ) -> RpcResult<AccessList> {
        let work = move |context: &Context<B, C, P, V>| {
            context.create_access_list(request, block, overrides)
        };
        Ok(self.0.execute(work).await?)
    }
}

impl<B, C, P, V> Context<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    fn call(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        overrides: Option<StateOverrides>,
        block_overrides: Option<BlockOverrides>,
    ) -> Result<Bytes> {
        let at = self.at(block)?;
        let overrides = state_overrides(overrides)?;
        let is_pending = block == Some(BlockTag::Pending.into());
        let time = self.time(block, block_overrides)?;
        let time = time.or_else(|| is_pending.then(now));
        let (request, pays) = prepare(request, self.chain_id()?)?;
        let request = self.bounded(at, request)?;
        let info = self.runtime.call(at, request, overrides, time, pays)?;
        Ok(info.data.into())
    }

    /// The time at which a call shall run instead of that of its block.
    fn time(
        &self,
        block: Option<BlockId>,
        overrides: Option<BlockOverrides>,
    ) -> Result<Option<Moment>> {
        let overrides = overrides.unwrap_or_default();
        if overrides.time.is_some() {
            let block = self.index.block(block.unwrap_or_default())?;
            overrides.ensure_not_before(block.map_or(0, |block| block.block.timestamp))?;
        }
        overrides.timestamp()
    }

    /// The runtime itself refuses what weighs more than a transaction may. What the gas has beyond
    /// that is for deposits, which nothing limits.
    fn estimate_gas(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        overrides: Option<StateOverrides>,
        block_overrides: Option<BlockOverrides>,
    ) -> Result<U256> {
        let at = self.at(block)?;
        let overrides = state_overrides(overrides)?;
        let time = self.time(block, block_overrides)?.unwrap_or_else(now);
        let (request, pays) = prepare(request, self.chain_id()?)?;
        self.estimate(at, request, pays, overrides, time)
    }

    fn create_access_list(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        overrides: Option<StateOverrides>,
    ) -> Result<AccessList> {
        let at = self.at(block)?;
        let overrides = state_overrides(overrides)?;
        let (request, pays) = prepare(request, self.chain_id()?)?;
        let request = self.bounded(at, request)?;
        let traced = self.traced(at, request.clone(), pays, overrides.as_ref())?;
        let tracer = TracerTypeV1::PrestateTracer(Some(PrestateTracerConfigV1 {
            disable_code: true,
            ..Default::default()
        }));
        let trace = self
            .runtime
            .trace_call(at, traced, tracer, overrides.clone())?;
        let TraceV2::Prestate(PrestateTraceV1::Prestate(touched)) = trace else {
            return Err(Error::Internal(
                "the tracer answered with another trace".into(),
            ));
        };
        // They are paid for in any case.
        let known = BTreeSet::from([
            request.from.unwrap_or_default(),
            request.to.unwrap_or_default(),
            self.runtime.author(at)?,
        ]);
        let access_list: Vec<_> = touched
            .iter()
            .filter_map(|(address, account)| access_list_entry(&known, address, account))
            .collect();
        let request = GenericTransactionV1 {
            access_list: Some(access_list.clone()),
            ..request
        };
        let outcome = self.runtime.call(at, request, overrides, Some(now()), pays);
        let (gas_used, error) = match outcome {
            Ok(info) => (info.eth_gas, None),
            Err(error) => (U256::zero(), Some(error.to_string())),
        };
        Ok(AccessList {
            access_list,
            error,
            gas_used,
        })
    }
}

/// The time of a block that is made now, milliseconds since 1970.
pub(super) fn now() -> Moment {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|time| Moment::try_from(time.as_millis()).ok())
        .unwrap_or_default()
}

/// The entry of a touched account, unless it is `known` and none of its storage was touched.
fn access_list_entry(
    known: &BTreeSet<H160>,
    address: &H160,
    account: &PrestateTraceInfoV1,
) -> Option<AccessListEntryV1> {
    let storage_keys: Vec<H256> = account
        .storage
        .keys()
        .filter_map(|key| Some(H256(key.0.as_slice().try_into().ok()?)))
        .collect();
    if storage_keys.is_empty() && known.contains(address) {
        return None;
    }
    Some(AccessListEntryV1 {
        address: *address,
        storage_keys,
    })
}

/// Checks a call and fills in what clients mean by leaving things out. Says as well whether it
/// names gas and a price: only then the sender has to be able to pay them.
pub(super) fn prepare(
    mut request: GenericTransactionV1,
    chain_id: u64,
) -> Result<(GenericTransactionV1, bool)> {
    if request.input.as_slice().len() > MAX_SIZE {
        return Err(TransactionError::Oversized {
            size: request.input.as_slice().len(),
            limit: MAX_SIZE,
        }
        .into());
    }
    if let Some(have) = request.chain_id.filter(|id| *id != chain_id.into()) {
        return Err(Error::InvalidParams(format!(
            "chainId does not match node's (have={have}, want={chain_id})"
        )));
    }
    let is_unknown_type = request.r#type.as_ref().is_some_and(|kind| kind.0 > 2);
    if is_unknown_type
        || !request.authorization_list.is_empty()
        || !request.blob_versioned_hashes.is_empty()
        || !request.blobs.is_empty()
    {
        return Err(TransactionError::TypeNotSupported.into());
    }
    // Zero means that the caller does not care.
    for price in [
        &mut request.gas_price,
        &mut request.max_fee_per_gas,
        &mut request.max_priority_fee_per_gas,
    ] {
        *price = price.filter(|price| !price.is_zero());
    }
    request.gas = request.gas.filter(|gas| !gas.is_zero());
    if request.gas_price.is_some()
        && (request.max_fee_per_gas.is_some() || request.max_priority_fee_per_gas.is_some())
    {
        return Err(Error::InvalidParams(
            "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified".into(),
        ));
    }
    if let (Some(max_fee), Some(tip)) = (request.max_fee_per_gas, request.max_priority_fee_per_gas)
    {
        if tip > max_fee {
            return Err(TransactionError::TipAboveFeeCap { tip, max_fee }.into());
        }
    }
    request.chain_id = Some(chain_id.into());
    let has_price = request.gas_price.is_some() || request.max_fee_per_gas.is_some();
    let pays = has_price && request.gas.is_some();
    Ok((request, pays))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAIN: u64 = 1984;

    fn prepared(json: serde_json::Value) -> Result<(GenericTransactionV1, bool)> {
        let request = serde_json::from_value(json).expect("the request is well formed");
        prepare(request, CHAIN)
    }

    #[test]
    fn another_chain_should_be_refused() {
        assert!(matches!(
            prepared(serde_json::json!({ "chainId": "0x1" })),
            Err(Error::InvalidParams(_))
        ));
    }

    #[test]
    fn a_price_of_zero_should_mean_no_price() {
        let (request, pays) = prepared(serde_json::json!({ "gas": "0x5208", "gasPrice": "0x0" }))
            .expect("the request is valid");
        assert_eq!((request.gas_price, pays), (None, false));
    }

    #[test]
    fn gas_and_a_price_should_make_the_sender_pay() {
        let (_, pays) = prepared(serde_json::json!({ "gas": "0x5208", "maxFeePerGas": "0x5" }))
            .expect("the request is valid");
        assert!(pays);
    }

    #[test]
    fn a_price_without_gas_should_not_make_the_sender_pay() {
        let (_, pays) = prepared(serde_json::json!({ "gas": "0x0", "maxFeePerGas": "0x5" }))
            .expect("the request is valid");
        assert!(!pays);
    }

    #[test]
    fn two_kinds_of_prices_should_be_refused() {
        assert!(matches!(
            prepared(serde_json::json!({ "gasPrice": "0x5", "maxFeePerGas": "0x5" })),
            Err(Error::InvalidParams(_))
        ));
    }

    #[test]
    fn a_tip_above_the_fee_cap_should_be_refused() {
        assert!(matches!(
            prepared(serde_json::json!({ "maxFeePerGas": "0x5", "maxPriorityFeePerGas": "0x6" })),
            Err(Error::Transaction(TransactionError::TipAboveFeeCap { .. }))
        ));
    }

    #[test]
    fn blob_transactions_should_not_be_supported() {
        assert_eq!(
            prepared(serde_json::json!({ "type": "0x3" })).map(|_| ()),
            Err(TransactionError::TypeNotSupported.into())
        );
    }

    #[test]
    fn data_should_be_taken_for_input() {
        let (request, _) =
            prepared(serde_json::json!({ "data": "0x0102" })).expect("the request is valid");
        assert_eq!(request.input.as_slice(), [1, 2]);
    }

    #[test]
    fn untouched_storage_of_the_sender_should_not_be_listed() {
        let sender = H160::repeat_byte(1);
        let entry = access_list_entry(
            &BTreeSet::from([sender]),
            &sender,
            &PrestateTraceInfoV1::default(),
        );
        assert_eq!(entry, None);
    }

    #[test]
    fn touched_slots_should_be_listed() {
        let contract = H160::repeat_byte(2);
        let account = PrestateTraceInfoV1 {
            storage: [(Bytes(vec![3; 32]), None)].into(),
            ..Default::default()
        };
        let entry = access_list_entry(&BTreeSet::from([contract]), &contract, &account);
        assert_eq!(
            entry.map(|entry| entry.storage_keys),
            Some(vec![H256([3; 32])])
        );
    }
}
