// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the pallet needs of the voting: the runtime puts `pallet-referenda` behind it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use openledger_primitives::{AccountId, BlockNumber};
use polkadot_sdk::sp_runtime::DispatchError;
use scale_info::TypeInfo;

/// How hard a proposal is to pass, ascending.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum Track {
    /// For amounts up to `SmallLimit`.
    #[codec(index = 0)]
    Small,
    /// For larger amounts, and for everything that changes what the network does.
    #[codec(index = 1)]
    Large,
}

/// Where a referendum stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum ReferendumState {
    /// It is not decided.
    Ongoing,
    /// It passed.
    Approved {
        /// The block that decided it.
        at: BlockNumber,
    },
    /// It was voted down.
    Rejected,
    /// It was cancelled without blame.
    Cancelled,
    /// It was never decided on.
    TimedOut,
    /// It was cancelled as malicious: deposits are forfeited.
    Killed,
}

/// The referenda that decide on proposals.
pub trait ProposalReferenda<Call> {
    /// Opens a referendum on `track` about `call` on behalf of `proposer` and gives its index. What
    /// the referendum itself costs is taken from the proposer. The call's preimage is available from
    /// then on until the referendum is over.
    fn submit(proposer: &AccountId, track: Track, call: Call) -> Result<u32, DispatchError>;

    /// Where a referendum stands; `None` when there is none of that index.
    fn state(referendum: u32) -> Option<ReferendumState>;

    /// Ends a referendum as killed.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_kill(referendum: u32);
}
