// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Identifiers. Each counts up from zero and is never given out twice.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode,
            DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The identifier that follows, or `None` when there are no more.
            pub fn next(self) -> Option<Self> {
                self.0.checked_add(1).map(Self)
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

identifier!(
    /// A Datanet.
    DatanetId(u32)
);
identifier!(
    /// A contribution, unique over all Datanets.
    ContributionId(u64)
);
identifier!(
    /// A base model that governance has listed.
    BaseModelId(u32)
);
identifier!(
    /// A fine-tuned adapter.
    AdapterId(u32)
);
identifier!(
    /// A job that a consumer escrowed on chain.
    JobId(u64)
);
identifier!(
    /// A prepaid channel from a consumer to a worker.
    ChannelId(u64)
);
identifier!(
    /// An AI proposal.
    ProposalId(u32)
);

/// A published version of a Datanet. Numbers count from 1.
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
    Serialize,
    Deserialize,
)]
pub struct VersionRef {
    /// The Datanet.
    pub datanet: DatanetId,
    /// The version's number, from 1.
    pub number: u32,
}

/// What an inference is paid from; each settles at most once.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum JobRef {
    /// A job with its own escrow.
    #[codec(index = 0)]
    Escrowed(JobId),
    /// One request of a prepaid channel.
    #[codec(index = 1)]
    Channel {
        /// The channel.
        channel: ChannelId,
        /// The request's place in the channel, from 0.
        sequence: u32,
    },
}
