// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the offchain workers and the inference workers say to each other over HTTP, in SCALE.
//!
//! - `POST /v1/jobs` takes a [`DispatchRequest`] and answers with a [`DispatchResponse`].
//! - `GET /v1/receipts` answers with a [`ReceiptsResponse`]: finished receipts that the worker has
//!   not yet seen settled on chain, oldest first.
//!
//! Bodies have the content type [`CONTENT_TYPE`]. Every list is bounded while it is decoded.

use codec::{Decode, Encode};
use polkadot_sdk::{
    frame_support::BoundedVec,
    sp_core::{ConstU32, H256},
};
use scale_info::TypeInfo;

use crate::{receipt::SignedReceipt, views::JobInput, AdapterId, JobId};

/// The media type of SCALE bodies.
pub const CONTENT_TYPE: &str = "application/vnd.openledger.scale";

/// The most jobs in one dispatch.
pub const MAX_DISPATCH: u32 = 64;

/// The most receipts in one answer of a worker.
pub const MAX_RECEIPTS: u32 = 128;

/// The most bytes of an answer that an offchain worker reads.
pub const MAX_RESPONSE_BYTES: usize = 1024 * 1024;

/// Jobs for a worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DispatchRequest {
    /// The chain: its genesis hash.
    pub genesis: H256,
    /// The jobs.
    pub jobs: BoundedVec<DispatchedJob, ConstU32<MAX_DISPATCH>>,
}

/// One job. The worker checks it against the chain before it serves it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DispatchedJob {
    /// The job.
    pub job: JobId,
    /// The adapter that is asked.
    pub adapter: AdapterId,
    /// The input, or its hash in the content store.
    pub input: JobInput,
    /// The units that the escrow pays for.
    pub max_units: u32,
}

/// What became of each dispatched job, in the request's order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DispatchResponse {
    /// One status per job.
    pub statuses: BoundedVec<DispatchStatus, ConstU32<MAX_DISPATCH>>,
}

/// What became of a dispatched job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum DispatchStatus {
    /// Accepted, now or earlier; the answer is being made.
    #[codec(index = 0)]
    Queued,
    /// The receipt is ready to be collected.
    #[codec(index = 1)]
    Finished,
    /// The worker is full: offer it again, here or elsewhere.
    #[codec(index = 2)]
    Busy,
    /// The chain, as the worker sees it, has no such open job (yet).
    #[codec(index = 3)]
    NotEscrowed,
    /// The worker cannot serve it: the adapter or the input is out of its reach, or the escrow pays
    /// for fewer units than the input has.
    #[codec(index = 4)]
    Unservable,
}

/// Finished receipts that wait to be brought on chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ReceiptsResponse {
    /// Oldest first.
    pub receipts: BoundedVec<SignedReceipt, ConstU32<MAX_RECEIPTS>>,
}
