// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the pallet stores.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use openledger_primitives::{AccountId, AdapterId, Balance, BlockNumber, H256};
use polkadot_sdk::{
    frame_support::{traits::Get, BoundedVec},
    sp_core::{ed25519, ConstU32},
};
use scale_info::TypeInfo;

/// What a worker says of itself, for clients to read; the chain does not interpret it.
pub type Capabilities = BoundedVec<u8, ConstU32<256>>;

/// A registered worker.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Worker {
    /// The key that signs its receipts.
    pub receipt_key: ed25519::Public,
    /// What it says of itself.
    pub capabilities: Capabilities,
}

/// An open job and its escrow. The input lies beside it, so that a settlement need not read it.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Job {
    /// Who pays.
    pub consumer: AccountId,
    /// The adapter that is asked.
    pub adapter: AdapterId,
    /// blake2-256 of the input's bytes.
    pub input_hash: H256,
    /// Planck per unit, as it was when the job was requested.
    pub unit_price: Balance,
    /// The escrow, planck.
    pub max_fee: Balance,
    /// When it was requested.
    pub requested_at: BlockNumber,
    /// From this block on the consumer can cancel it.
    pub deadline: BlockNumber,
    /// Whether its answer has to come to the chain, where [`Config::OnDelivery`] is told of it.
    pub delivered: bool,
}

/// A prepaid channel. `deposit - spent` is on hold in the consumer's account.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Channel {
    /// Who pays.
    pub consumer: AccountId,
    /// The worker that it pays.
    pub worker: AccountId,
    /// What was put in, planck.
    pub deposit: Balance,
    /// What settled requests have cost, planck.
    pub spent: Balance,
    /// The highest cumulative amount of the vouchers seen, planck: no less than `spent`.
    pub highest_cumulative: Balance,
    /// The block from which anyone can close it, once the consumer has asked for that.
    pub closes_at: Option<BlockNumber>,
}

impl Channel {
    /// What is still on hold, planck.
    pub fn remaining(&self) -> Balance {
        self.deposit.saturating_sub(self.spent)
    }

    /// What may still be spent once a voucher up to `cumulative` is known, planck: bounded by what
    /// the consumer has signed for and by what is on hold. Taking the highest voucher seen makes
    /// the order in which requests settle irrelevant.
    pub fn allowance(&self, cumulative: Balance) -> Balance {
        self.highest_cumulative
            .max(cumulative)
            .min(self.deposit)
            .saturating_sub(self.spent)
    }
}

/// The bytes of a channel's bitmap: a bit per request.
pub struct BitmapBytes<T>(PhantomData<T>);

impl<T: Config> Get<u32> for BitmapBytes<T> {
    fn get() -> u32 {
        T::MaxChannelRequests::get().div_ceil(8)
    }
}

/// Which requests of a channel are settled; it grows to the highest one seen.
pub type Bitmap<T> = BoundedVec<u8, BitmapBytes<T>>;

/// Whether request `sequence` is marked.
pub fn is_marked<T: Config>(bitmap: &Bitmap<T>, sequence: u32) -> bool {
    place(sequence)
        .and_then(|(byte, bit)| bitmap.get(byte).map(|b| b & bit != 0))
        .unwrap_or(false)
}

/// Marks request `sequence`; false when it lies beyond the bitmap's bound.
pub fn mark<T: Config>(bitmap: &mut Bitmap<T>, sequence: u32) -> bool {
    let Some((byte, bit)) = place(sequence) else {
        return false;
    };
    while bitmap.len() <= byte {
        if bitmap.try_push(0).is_err() {
            return false;
        }
    }
    bitmap.get_mut(byte).map(|b| *b |= bit).is_some()
}

/// How many requests are marked.
pub fn marked<T: Config>(bitmap: &Bitmap<T>) -> u32 {
    bitmap
        .iter()
        .fold(0, |sum, byte| sum.saturating_add(byte.count_ones()))
}

/// The byte and the bit in it of request `sequence`.
fn place(sequence: u32) -> Option<(usize, u8)> {
    let byte = usize::try_from(sequence / 8).ok()?;
    Some((byte, 1u8.checked_shl(sequence % 8)?))
}
