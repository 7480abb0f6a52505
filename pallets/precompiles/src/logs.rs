// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Logs at the precompiles' addresses, each exactly once.
//!
//! What happens in a pallet can be caused by a precompile (inside an Ethereum transaction or a
//! signed call of a contract) or by anything else: an extrinsic, a hook. The pallet tells its
//! listener either way, and the listener calls [`deposit`]. While a precompile runs a call of a
//! pallet, logs are collected, and the precompile then emits those of its own address as the EVM
//! pallet wants it, so that they are in the receipt and its bloom. Otherwise the log is deposited as
//! the EVM pallet's event right away.

use alloc::vec::Vec;
use polkadot_sdk::*;

use frame_support::weights::Weight;
use frame_system::Pallet as System;
use pallet_revive::{
    precompiles::{alloy::sol_types::SolEvent, Error, Ext, RuntimeCosts, H160, H256},
    WeightInfo as _,
};

/// The most topics of a log: the event's signature and three indexed values.
const MAX_TOPICS: u32 = 4;

/// A log that is not yet deposited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The address that it is by.
    pub address: H160,
    /// The event's signature and its indexed values.
    pub topics: Vec<H256>,
    /// The other values, ABI-encoded.
    pub data: Vec<u8>,
}

impl Log {
    /// An event as a log of `address`.
    pub fn new(address: H160, event: &impl SolEvent) -> Self {
        let log = event.encode_log_data();
        let topics = log.topics().iter().map(|topic| H256(topic.0)).collect();
        Self {
            address,
            topics,
            data: log.data.to_vec(),
        }
    }
}

environmental::environmental!(collected: Vec<Log>);

/// Runs `work` and returns what it deposited instead of depositing it.
pub(crate) fn collect<R>(work: impl FnOnce() -> R) -> (R, Vec<Log>) {
    let mut logs = Vec::new();
    let result = collected::using(&mut logs, work);
    (result, logs)
}

/// Deposits an event as a log of `address`: at once, or, while a precompile runs a call of a pallet,
/// when that call has succeeded.
pub fn deposit<T: pallet_revive::Config>(address: H160, event: &impl SolEvent) {
    let log = Log::new(address, event);
    let mut uncollected = Some(log);
    collected::with(|logs| logs.extend(uncollected.take()));
    if let Some(log) = uncollected {
        deposit_now::<T>(log);
    }
}

/// Emits an event as a log of the precompile that `env` runs.
pub fn emit<E: Ext>(env: &mut E, event: &impl SolEvent) -> Result<(), Error> {
    let log = Log::new(env.address(), event);
    emit_log(env, log)
}

/// Emits a collected log: of the precompile that `env` runs as part of the transaction's receipt, of
/// another address as an event of the block.
pub(crate) fn emit_log<E: Ext>(env: &mut E, log: Log) -> Result<(), Error> {
    let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    env.frame_meter_mut()
        .charge_weight_token(RuntimeCosts::DepositEvent {
            num_topic: size(log.topics.len()),
            len: size(log.data.len()),
        })?;
    if log.address == env.address() {
        env.deposit_event(log.topics, log.data);
    } else {
        deposit_now::<E::T>(log);
    }
    Ok(())
}

fn deposit_now<T: pallet_revive::Config>(log: Log) {
    let Log {
        address: contract,
        topics,
        data,
    } = log;
    let event = pallet_revive::Event::<T>::ContractEmitted {
        contract,
        data,
        topics,
    };
    let event: <T as pallet_revive::Config>::RuntimeEvent = event.into();
    System::<T>::deposit_event(event.into());
}

/// What depositing a log with `data` bytes of data weighs, wherever it is deposited.
pub fn weight<T: pallet_revive::Config>(data: u32) -> Weight {
    <T as pallet_revive::Config>::WeightInfo::seal_deposit_event(MAX_TOPICS, data)
}
