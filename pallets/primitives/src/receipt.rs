// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Inference receipts: the signed account of one answer.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{
    frame_support::BoundedVec,
    sp_core::{ed25519, ConstU32, H256},
    sp_io::{self, hashing::blake2_256},
};
use scale_info::TypeInfo;

use crate::{
    AccountId, AdapterId, BlockNumber, InfluenceMethod, InfluenceVector, JobRef, SignedVoucher,
};

/// The domain that keeps a receipt's signature from meaning anything else.
const DOMAIN: &[u8] = b"openledger/receipt/v1";

/// The most bytes of an answer that comes to the chain.
pub const MAX_OUTPUT: u32 = 1024;

/// An answer that comes to the chain beside its receipt.
pub type Output = BoundedVec<u8, ConstU32<MAX_OUTPUT>>;

/// The receipt format that this code writes and accepts.
pub const RECEIPT_VERSION: u16 = 1;

/// What a worker states about one answer.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct InferenceReceipt {
    /// [`RECEIPT_VERSION`].
    pub version: u16,
    /// The chain: its genesis hash.
    pub genesis: H256,
    /// What pays for the answer.
    pub job: JobRef,
    /// The voucher that the worker was given, by its [`Voucher::hash`](crate::Voucher::hash);
    /// present exactly when the job is a channel's request. It keeps a consumer from paying with a
    /// cheaper voucher for the same request than the one that was served.
    pub voucher: Option<H256>,
    /// The adapter that answered.
    pub adapter: AdapterId,
    /// blake2-256 of the adapter's safetensors, as registered.
    pub artifact: H256,
    /// blake2-256 of the input's bytes.
    pub input_hash: H256,
    /// blake2-256 of the output's bytes.
    pub output_hash: H256,
    /// Units used: tokens of the input after truncation, special tokens included.
    pub units: u32,
    /// How much each contribution moved the answer.
    pub influence: InfluenceVector,
    /// How that was computed.
    pub method: InfluenceMethod,
    /// blake2-256 of the encoded evidence: the scores behind the vector.
    pub evidence: H256,
    /// The worker's account.
    pub worker: AccountId,
    /// The best block when the worker answered.
    pub seen_at: BlockNumber,
}

impl InferenceReceipt {
    /// What is signed: blake2-256 over the domain and the encoded receipt.
    pub fn payload(&self) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(DOMAIN.len().saturating_add(self.encoded_size()));
        bytes.extend_from_slice(DOMAIN);
        self.encode_to(&mut bytes);
        blake2_256(&bytes)
    }
}

/// A receipt, its signature, the voucher that pays for it if a channel does, and the answer if the
/// job asks for it on chain.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SignedReceipt {
    /// The receipt.
    pub receipt: InferenceReceipt,
    /// By the key that the worker registered, over [`InferenceReceipt::payload`].
    pub signature: ed25519::Signature,
    /// Present exactly when the job is a channel's request.
    pub voucher: Option<SignedVoucher>,
    /// The answer; present exactly when the job asks for it on chain. The receipt's `output_hash`
    /// is over it, so the worker's signature covers it too.
    pub output: Option<Output>,
}

impl SignedReceipt {
    /// Whether the voucher is the one that the receipt names, or there is none on either side.
    pub fn has_its_voucher(&self) -> bool {
        self.receipt.voucher == self.voucher.as_ref().map(|signed| signed.voucher.hash())
    }

    /// Whether the answer beside the receipt, if there is one, is the one that the receipt states.
    pub fn has_its_output(&self) -> bool {
        self.output
            .as_ref()
            .is_none_or(|output| self.receipt.output_hash == crate::content_hash(output))
    }

    /// Whether the holder of `key` signed it.
    pub fn verify(&self, key: &ed25519::Public) -> bool {
        sp_io::crypto::ed25519_verify(&self.signature, &self.receipt.payload(), key)
    }

    /// The receipt's hash, by which it is referred to: its signing payload.
    pub fn hash(&self) -> H256 {
        H256(self.receipt.payload())
    }
}
