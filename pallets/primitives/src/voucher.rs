// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Vouchers: what a consumer signs to pay for one request of a prepaid channel.

use alloc::vec::Vec;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{
    sp_core::H256,
    sp_io::hashing::blake2_256,
    sp_runtime::{traits::Verify, MultiSignature},
};
use scale_info::TypeInfo;

use crate::{AccountId, AdapterId, Balance, ChannelId};

/// The domain that keeps a voucher's signature from meaning anything else.
const DOMAIN: &[u8] = b"openledger/voucher/v1";

/// "For request `sequence` of this channel, about this input and at this price, you may take the
/// channel's spending up to `cumulative`."
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Voucher {
    /// The chain: its genesis hash.
    pub genesis: H256,
    /// The channel.
    pub channel: ChannelId,
    /// The request's place in the channel, from 0; each is served and settled once.
    pub sequence: u32,
    /// The adapter that is asked.
    pub adapter: AdapterId,
    /// blake2-256 of the input's bytes.
    pub input_hash: H256,
    /// Planck per unit that the consumer agrees to.
    pub unit_price: Balance,
    /// Planck that all requests up to and with this one may cost together.
    pub cumulative: Balance,
}

impl Voucher {
    /// What is signed: blake2-256 over the domain and the encoded voucher.
    pub fn payload(&self) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(DOMAIN.len().saturating_add(self.encoded_size()));
        bytes.extend_from_slice(DOMAIN);
        self.encode_to(&mut bytes);
        blake2_256(&bytes)
    }

    /// The voucher's hash, by which receipts name it: its signing payload.
    pub fn hash(&self) -> H256 {
        H256(self.payload())
    }
}

/// A voucher and the signature of the channel's consumer.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SignedVoucher {
    /// The voucher.
    pub voucher: Voucher,
    /// By the consumer's account key, over [`Voucher::payload`], or over the payload wrapped in
    /// `<Bytes>…</Bytes>` as wallets do for raw messages.
    pub signature: MultiSignature,
}

impl SignedVoucher {
    /// Whether `consumer` signed it.
    pub fn verify(&self, consumer: &AccountId) -> bool {
        let payload = self.voucher.payload();
        if self.signature.verify(&payload[..], consumer) {
            return true;
        }
        let wrapped = [&b"<Bytes>"[..], &payload[..], &b"</Bytes>"[..]].concat();
        self.signature.verify(&wrapped[..], consumer)
    }
}
