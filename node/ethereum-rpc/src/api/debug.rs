// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `debug_*`: what a transaction, a block or a call did, step by step. Blocks are run again on the
//! state before them, so that this is exact, and needs that state.

use std::{collections::BTreeMap, sync::Arc};

use jsonrpsee::{
    core::{async_trait, RpcResult},
    proc_macros::rpc,
};
use pallet_revive::{
    evm::TransactionSigned,
    pallet_revive_types::runtime_api::{GenericTransactionV1, TraceEntryV1, TraceV2, TracerTypeV1},
};
use polkadot_sdk::*;
use sc_transaction_pool_api::TransactionPool;
use serde::Serialize;
use sp_core::H256;
use sp_crypto_hashing::keccak_256;
use sp_runtime::traits::{Block as BlockT, Header as _, NumberFor, Zero};

use super::{
    execution::prepare, overrides::state_overrides, tracer::TraceOptions, Context, EthereumClient,
};
use crate::{
    error::{Error, Result},
    index::{TransactionKind, TransactionRecord},
    raw_transaction::fields,
    types::{BlockId, BlockTag},
    view::EthereumView,
};

/// Traces. `options` choose the tracer: `callTracer`, `prestateTracer`, or none for struct logs.
#[rpc(server)]
pub trait DebugApi {
    /// What the transaction with this hash did.
    #[method(name = "debug_traceTransaction")]
    async fn trace_transaction(
        &self,
        hash: H256,
        options: Option<TraceOptions>,
    ) -> RpcResult<TraceV2>;

    /// What the transactions of a block did.
    #[method(name = "debug_traceBlockByNumber")]
    async fn trace_block_by_number(
        &self,
        block: BlockId,
        options: Option<TraceOptions>,
    ) -> RpcResult<Vec<BlockTrace>>;

    /// What the transactions of a block did.
    #[method(name = "debug_traceBlockByHash")]
    async fn trace_block_by_hash(
        &self,
        hash: H256,
        options: Option<TraceOptions>,
    ) -> RpcResult<Vec<BlockTrace>>;

    /// What a call would do after `block`.
    #[method(name = "debug_traceCall")]
    async fn trace_call(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        options: Option<TraceOptions>,
    ) -> RpcResult<TraceV2>;
}

/// A transaction of a block and what it did.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BlockTrace {
    /// The transaction's hash.
    pub tx_hash: H256,
    /// Its trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<TraceV2>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Runs blocks again.
pub struct Debug<B, C, P, V>(pub(super) Arc<Context<B, C, P, V>>);

#[async_trait]
impl<B, C, P, V> DebugApiServer for Debug<B, C, P, V>
where
    B: BlockT<Hash = H256>,
    C: EthereumClient<B>,
    P: TransactionPool<Block = B> + 'static,
    V: EthereumView<B>,
    NumberFor<B>: From<u32> + Into<u64>,
{
    async fn trace_transaction(
        &self,
        hash: H256,
        options: Option<TraceOptions>,
    ) -> RpcResult<TraceV2> {
        let work = move |context: &Context<B, C, P, V>| context.trace_transaction(hash, options);
        Ok(self.0.execute(work).await?)
    }

    async fn trace_block_by_number(
        &self,
        block: BlockId,
        options: Option<TraceOptions>,
    ) -> RpcResult<Vec<BlockTrace>> {
        let work = move |context: &Context<B, C, P, V>| context.trace_block(block, options);
        Ok(self.0.execute(work).await?)
    }

    async fn trace_block_by_hash(
        &self,
        hash: H256,
        options: Option<TraceOptions>,
    ) -> RpcResult<Vec<BlockTrace>> {
        let block = BlockId::Hash {
            hash,
            require_canonical: false,
        };
        let work = move |context: &Context<B, C, P, V>| context.trace_block(block, options);
        Ok(self.0.execute(work).await?)
    }

    async fn trace_call(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        options: Option<TraceOptions>,
    ) -> RpcResult<TraceV2> {
        let work = move |context: &Context<B, C, P, V>| context.trace_call(request, block, options);
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
    fn trace_transaction(&self, hash: H256, options: Option<TraceOptions>) -> Result<TraceV2> {
        let tracer = options.unwrap_or_default().tracer()?;
        let (block, position) = self
            .index
            .transaction(hash)?
            .ok_or(Error::UnknownTransaction)?;
        let transaction = block.transactions.get(position);
        let extrinsic = transaction
            .and_then(|transaction| transaction.extrinsic)
            .ok_or_else(|| {
                Error::Execution("the runtime itself did this, no transaction".into())
            })?;
        let body = self.block(block.block.reference.substrate)?;
        let entry = self
            .runtime
            .trace_extrinsic(body, extrinsic, tracer.clone())?;
        Ok(with_gas(trace(entry, &tracer)?, transaction))
    }

    fn trace_call(
        &self,
        request: GenericTransactionV1,
        block: Option<BlockId>,
        options: Option<TraceOptions>,
    ) -> Result<TraceV2> {
        let at = self.at(block)?;
        let options = options.unwrap_or_default();
        let tracer = options.tracer()?;
        options.ensure_at_the_blocks_end()?;
        let overrides = state_overrides(options.state_overrides)?;
        let (request, pays) = prepare(request, self.chain_id()?)?;
        let request = self.traced(at, request, pays, overrides.as_ref())?;
        self.runtime.trace_call(at, request, tracer, overrides)
    }

    /// A block with its extrinsics.
    fn block(&self, hash: H256) -> Result<B> {
        let block = self
            .client()
            .block(hash)
            .map_err(|error| Error::Internal(error.to_string()))?;
        if let Some(block) = block {
            return Ok(block.block);
        }
        let number = self
            .client()
            .number(hash)
            .map_err(|error| Error::Internal(error.to_string()))?
            .ok_or(Error::UnknownBlock)?;
        Err(Error::Pruned {
            number: number.into(),
        })
    }

    fn trace_block(
        &self,
        block: BlockId,
        options: Option<TraceOptions>,
    ) -> Result<Vec<BlockTrace>> {
        ensure_has_run(block)?;
        let tracer = options.unwrap_or_default().tracer()?;
        let indexed = self.index.block(block)?;
        let block = self.block(self.at(Some(block))?)?;
        if block.header().number().is_zero() {
            return Err(Error::Execution("genesis is not traceable".into()));
        }
        let hashes: Vec<Option<H256>> = block
            .extrinsics()
            .iter()
            .map(|extrinsic| Some(keccak_256(&V::ethereum_payload(extrinsic)?).into()))
            .collect();
        if hashes.iter().all(Option::is_none) {
            return Ok(Vec::new());
        }
        let mut entries: BTreeMap<u32, TraceEntryV1> = self
            .runtime
            .trace_block(block, tracer.clone())?
            .into_iter()
            .collect();
        if entries.is_empty() && matches!(tracer, TracerTypeV1::ExecutionTracer(_)) {
            // The runtime gives nothing at all for a tracer that it does not have.
            trace(None, &tracer)?;
        }
        let traced = |(index, hash): (u32, Option<H256>)| {
            let tx_hash = hash?;
            let record = indexed.as_ref().and_then(|block| {
                let mut transactions = block.transactions.iter();
                transactions.find(|transaction| transaction.hash == tx_hash)
            });
            let (result, error) = match trace(entries.remove(&index), &tracer) {
                Ok(trace) => (Some(with_gas(trace, record)), None),
                Err(error) => (None, Some(error.to_string())),
            };
            Some(BlockTrace {
                tx_hash,
                result,
                error,
            })
        };
        Ok((0..).zip(hashes).filter_map(traced).collect())
    }
}

/// Fails for the pending block: the best one, whose state stands for its state, is another block.
fn ensure_has_run(block: BlockId) -> Result<()> {
    if block == BlockTag::Pending.into() {
        return Err(Error::InvalidParams(
            "the pending block has not run and cannot be traced: trace \"latest\", or a call by \
             debug_traceCall"
                .into(),
        ));
    }
    Ok(())
}

/// The trace in what the runtime says of an extrinsic.
fn trace(entry: Option<TraceEntryV1>, tracer: &TracerTypeV1) -> Result<TraceV2> {
    match (entry, tracer) {
        (Some(TraceEntryV1::Traced(trace)), _) => Ok(trace),
        (None, TracerTypeV1::ExecutionTracer(_)) => Err(Error::Unsupported {
            method: "the opcode tracer",
            reason: "this chain's runtime gives no struct logs: use callTracer or prestateTracer",
        }),
        (None, _) => Err(Error::Execution(
            "it left no trace: it is a call of the runtime, or no Ethereum transaction".into(),
        )),
        (Some(TraceEntryV1::NotTraced), _) => Err(Error::Execution(
            "the transaction could not be run again: the block had no room left".into(),
        )),
    }
}

/// The trace with the gas limit and the gas of the receipt, which also has what the transaction
/// takes before its first frame; the tracer sees the frames only.
fn with_gas(trace: TraceV2, transaction: Option<&TransactionRecord>) -> TraceV2 {
    let Some(transaction) =
        transaction.filter(|transaction| transaction.kind == TransactionKind::Ethereum)
    else {
        return trace;
    };
    let used = transaction.gas_used.low_u64();
    match trace {
        TraceV2::Call(mut call) => {
            let limit = TransactionSigned::decode(&transaction.payload)
                .ok()
                .and_then(|signed| fields(&signed).ok())
                .map(|fields| fields.gas.low_u64());
            call.gas = limit.unwrap_or(call.gas);
            call.gas_used = used;
            TraceV2::Call(call)
        }
        TraceV2::Execution(mut steps) => {
            steps.gas = used;
            TraceV2::Execution(steps)
        }
        TraceV2::Prestate(state) => TraceV2::Prestate(state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::development;
    use pallet_revive::{
        evm::Transaction1559Unsigned, pallet_revive_types::runtime_api::CallTraceV2,
    };
    use sp_core::{H160, U256};

    fn record(kind: TransactionKind) -> TransactionRecord {
        let unsigned = Transaction1559Unsigned {
            gas: 50_000.into(),
            ..Default::default()
        };
        let alith = development::accounts().first().expect("there are some");
        TransactionRecord {
            hash: H256::zero(),
            kind,
            extrinsic: Some(1),
            from: alith.address(),
            to: Some(H160::zero()),
            contract: None,
            payload: alith.sign(unsigned.into()).signed_payload(),
            success: true,
            gas_used: 30_000.into(),
            cumulative_gas_used: 30_000.into(),
            effective_gas_price: U256::one(),
            first_log: 0,
            logs: 0,
        }
    }

    #[test]
    fn the_first_frame_should_have_the_gas_of_transaction_and_receipt() {
        let call = TraceV2::Call(CallTraceV2::default());
        let TraceV2::Call(call) = with_gas(call, Some(&record(TransactionKind::Ethereum))) else {
            panic!("the kind of trace stays");
        };
        assert_eq!((call.gas, call.gas_used), (50_000, 30_000));
    }

    #[test]
    fn the_trace_of_another_extrinsic_should_stay() {
        let call = TraceV2::Call(CallTraceV2::default());
        assert_eq!(
            with_gas(call.clone(), Some(&record(TransactionKind::Synthetic))),
            call
        );
    }

    #[test]
    fn a_trace_should_be_given() {
        let call = TraceV2::Call(CallTraceV2::default());
        assert_eq!(
            trace(
                Some(TraceEntryV1::Traced(call.clone())),
                &TracerTypeV1::CallTracer(None)
            ),
            Ok(call)
        );
    }

    #[test]
    fn the_pending_block_should_not_be_traced() {
        assert!(matches!(
            ensure_has_run(BlockTag::Pending.into()),
            Err(Error::InvalidParams(_))
        ));
        assert_eq!(ensure_has_run(BlockTag::Latest.into()), Ok(()));
    }

    #[test]
    fn missing_struct_logs_should_be_unsupported() {
        assert!(matches!(
            trace(None, &TracerTypeV1::ExecutionTracer(None)),
            Err(Error::Unsupported { .. })
        ));
    }

    #[test]
    fn a_transaction_without_a_trace_should_say_so() {
        assert!(matches!(
            trace(None, &TracerTypeV1::CallTracer(None)),
            Err(Error::Execution(_))
        ));
    }
}
