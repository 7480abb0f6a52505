// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! `eth_feeHistory`: what blocks charged and what transactions added to it.

use jsonrpsee::{
    core::{async_trait, RpcResult},
    proc_macros::rpc,
};
use polkadot_sdk::*;
use serde::{Deserialize, Deserializer, Serialize};
use sp_core::U256;

use crate::{
    error::Error,
    index::{BlockRecord, Index, TransactionRecord},
    turns::Turns,
    types::BlockId,
};

/// The most blocks in one answer, as in go-ethereum.
const MAX_BLOCKS: u64 = 1_024;
/// The most percentiles in one question, as in go-ethereum.
const MAX_PERCENTILES: usize = 100;

/// A number of blocks: `0x…`, or a JSON number, which some clients send.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlockCount(pub u64);

impl<'de> Deserialize<'de> for BlockCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(u64),
            Text(U256),
        }
        Ok(Self(match Form::deserialize(deserializer)? {
            Form::Number(number) => number,
            Form::Text(number) => u64::try_from(number).unwrap_or(u64::MAX),
        }))
    }
}

/// The fees of consecutive blocks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FeeHistory {
    /// The first of the blocks.
    pub oldest_block: U256,
    /// Wei per gas of each block and of the one after them.
    pub base_fee_per_gas: Vec<U256>,
    /// How full each block was, as far as a block is bounded by gas at all, 0 to 1.
    pub gas_used_ratio: Vec<f64>,
    /// For each block and each asked percentile of its gas: wei per gas above the base fee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reward: Option<Vec<Vec<U256>>>,
}

/// The fees of past blocks.
#[rpc(server, namespace = "eth")]
pub trait FeesApi {
    /// The fees of up to 1,024 blocks up to `newest`.
    #[method(name = "feeHistory")]
    async fn fee_history(
        &self,
        count: BlockCount,
        newest: BlockId,
        percentiles: Option<Vec<f64>>,
    ) -> RpcResult<FeeHistory>;
}

/// Answers [`FeesApiServer`].
pub struct Fees {
    index: Index,
    turns: Turns,
}

impl Fees {
    /// Answers from `index`, when there is a turn.
    pub fn new(index: Index, turns: Turns) -> Self {
        Self { index, turns }
    }
}

#[async_trait]
impl FeesApiServer for Fees {
    async fn fee_history(
        &self,
        count: BlockCount,
        newest: BlockId,
        percentiles: Option<Vec<f64>>,
    ) -> RpcResult<FeeHistory> {
        let index = self.index.clone();
        let work = move || FeeHistory::read(&index, count, newest, percentiles);
        Ok(self.turns.run(work).await?)
    }
}

impl FeeHistory {
    fn read(
        index: &Index,
        count: BlockCount,
        newest: BlockId,
        percentiles: Option<Vec<f64>>,
    ) -> Result<Self, Error> {
        let percentiles = percentiles.filter(|percentiles| !percentiles.is_empty());
        check(percentiles.as_deref().unwrap_or_default())?;
        let newest = index.resolve(newest)?.number;
        let count = count
            .0
            .min(MAX_BLOCKS)
            .min(u64::from(newest).saturating_add(1));
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let oldest = newest.saturating_add(1).saturating_sub(count);
        let oldest = oldest.max(index.first()?).min(newest);
        let mut history = Self {
            oldest_block: oldest.into(),
            base_fee_per_gas: Vec::new(),
            gas_used_ratio: Vec::new(),
            reward: percentiles.as_ref().map(|_| Vec::new()),
        };
        if count == 0 {
            history.oldest_block = U256::zero();
            return Ok(history);
        }
        let mut next_base_fee = U256::zero();
        for number in oldest..=newest {
            let (block, transactions) =
                index.header_and_transactions(number, percentiles.is_some())?;
            history.base_fee_per_gas.push(block.base_fee);
            history.gas_used_ratio.push(fullness(&block));
            next_base_fee = block.next_base_fee;
            if let (Some(reward), Some(percentiles)) = (&mut history.reward, &percentiles) {
                reward.push(rewards(&block, &transactions, percentiles));
            }
        }
        history.base_fee_per_gas.push(next_base_fee);
        Ok(history)
    }
}

/// Refuses what go-ethereum refuses: too many percentiles, ones outside of 0 to 100, a descent.
fn check(percentiles: &[f64]) -> Result<(), Error> {
    if percentiles.len() > MAX_PERCENTILES {
        return Err(Error::InvalidParams(format!(
            "invalid reward percentile: over the query limit {MAX_PERCENTILES}"
        )));
    }
    let mut last = 0.0;
    for percentile in percentiles {
        if !(0.0..=100.0).contains(percentile) || *percentile < last {
            return Err(Error::InvalidParams(format!(
                "invalid reward percentile: {percentile}"
            )));
        }
        last = *percentile;
    }
    Ok(())
}

/// Gas used of the gas that there was, 0 to 1.
fn fullness(block: &BlockRecord) -> f64 {
    let used = as_float(block.gas_used);
    let limit = as_float(block.gas_limit);
    if limit > 0.0 {
        (used / limit).min(1.0)
    } else {
        0.0
    }
}

/// Loses digits, of a number that is only compared with others.
fn as_float(number: U256) -> f64 {
    u128::try_from(number).unwrap_or(u128::MAX) as f64
}

/// For each percentile of a block's gas, in the order of the tips: wei per gas above the base fee.
fn rewards(
    block: &BlockRecord,
    transactions: &[TransactionRecord],
    percentiles: &[f64],
) -> Vec<U256> {
    let mut tips: Vec<(U256, U256)> = transactions
        .iter()
        .take(block.transactions.len())
        .map(|transaction| {
            let tip = transaction
                .effective_gas_price
                .saturating_sub(block.base_fee);
            (tip, transaction.gas_used)
        })
        .collect();
    tips.sort_unstable();
    let total = as_float(block.gas_used);
    percentiles
        .iter()
        .map(|percentile| {
            let wanted = total * percentile / 100.0;
            let mut passed = U256::zero();
            for (tip, gas) in &tips {
                passed = passed.saturating_add(*gas);
                if as_float(passed) >= wanted {
                    return *tip;
                }
            }
            tips.last().map_or(U256::zero(), |(tip, _)| *tip)
        })
        .collect()
}
