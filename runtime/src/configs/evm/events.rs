// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What a block's events say of the EVM.

use frame_system::Phase;
use openledger_primitives::ethereum::{EthereumEvents, LogPhase, PhasedLog};
use polkadot_sdk::*;

use crate::{Runtime, RuntimeEvent, System};

/// The logs of the block whose state this is, and which of its Ethereum transactions reverted.
pub fn ethereum_events() -> EthereumEvents {
    System::read_events_no_consensus().fold(EthereumEvents::default(), |mut seen, record| {
        match record.event {
            RuntimeEvent::Revive(pallet_revive::Event::<Runtime>::ContractEmitted {
                contract,
                data,
                topics,
            }) => seen.logs.push(PhasedLog {
                phase: log_phase(&record.phase),
                address: contract,
                topics,
                data,
            }),
            RuntimeEvent::Revive(pallet_revive::Event::EthExtrinsicRevert { .. }) => {
                if let Phase::ApplyExtrinsic(index) = record.phase {
                    seen.reverted.push(index);
                }
            }
            _ => {}
        }
        seen
    })
}

/// The same part of a block, as the node's index calls it.
fn log_phase(phase: &Phase) -> LogPhase {
    match phase {
        Phase::Initialization => LogPhase::Initialization,
        Phase::ApplyExtrinsic(index) => LogPhase::Extrinsic(*index),
        Phase::Finalization => LogPhase::Finalization,
    }
}
