// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Jobs, channels, and the receipts that settle them.

use super::*;

pub fn text(text: &str) -> JobInput {
    JobInput::Inline(text.as_bytes().to_vec().try_into().expect("short"))
}

pub fn question() -> JobInput {
    text("what is a tort?")
}

/// A job of the consumer for [`ADAPTER`] with an escrow of `max_fee`.
pub fn request(max_fee: Balance) -> JobId {
    request_by(consumer(), max_fee)
}

pub fn request_by(consumer: AccountId, max_fee: Balance) -> JobId {
    let job = pallet_inference::NextJob::<Test>::get();
    let origin = RuntimeOrigin::signed(consumer);
    assert_ok!(Inference::request_inference(
        origin,
        ADAPTER,
        question(),
        max_fee
    ));
    job
}

/// A channel of the consumer to the worker.
pub fn channel(deposit: Balance) -> ChannelId {
    let channel = pallet_inference::NextChannel::<Test>::get();
    assert_ok!(Inference::open_channel(
        RuntimeOrigin::signed(consumer()),
        worker(),
        deposit
    ));
    channel
}

pub fn voucher(channel: ChannelId, sequence: u32, cumulative: Balance) -> SignedVoucher {
    let voucher = Voucher {
        genesis: Attribution::genesis(),
        channel,
        sequence,
        adapter: ADAPTER,
        input_hash: question().hash(),
        unit_price: PRICE,
        cumulative,
    };
    let signature = MultiSignature::Sr25519(consumer_key().sign(&voucher.payload()));
    SignedVoucher { voucher, signature }
}

pub fn shares(shares: &[(u64, u32)]) -> Vec<InfluenceShare> {
    let share = |(id, ppm): &(u64, u32)| InfluenceShare {
        contribution: ContributionId(*id),
        share: Ppm(*ppm),
    };
    shares.iter().map(share).collect()
}

/// A vector that need not obey any rule.
pub fn raw_vector(entries: &[(u64, u32)]) -> InfluenceVector {
    InfluenceVector(shares(entries).try_into().expect("short"))
}

/// What the worker states about a job for `units` units: half of it is alice's contribution 1, the
/// rest bob's 2 and alice's 3.
pub fn statement(job: JobRef, units: u32) -> InferenceReceipt {
    InferenceReceipt {
        version: RECEIPT_VERSION,
        genesis: Attribution::genesis(),
        job,
        voucher: None,
        adapter: ADAPTER,
        artifact: terms(PRICE).artifact,
        input_hash: question().hash(),
        output_hash: H256([21; 32]),
        units,
        influence: raw_vector(&[(1, 500_000), (2, 300_000), (3, 200_000)]),
        method: InfluenceMethod::UnitGradientsV1,
        evidence: H256([22; 32]),
        worker: worker(),
        seen_at: 1,
    }
}

pub fn sign(receipt: InferenceReceipt) -> SignedReceipt {
    let signature = receipt_pair().sign(&receipt.payload());
    SignedReceipt {
        receipt,
        signature,
        voucher: None,
        output: None,
    }
}

/// A receipt that settles an escrowed job.
pub fn receipt(job: JobId, units: u32) -> SignedReceipt {
    sign(statement(JobRef::Escrowed(job), units))
}

/// A receipt that settles a channel's request.
pub fn channel_receipt(voucher: SignedVoucher, units: u32) -> SignedReceipt {
    let Voucher {
        channel, sequence, ..
    } = voucher.voucher;
    let receipt = sign(InferenceReceipt {
        voucher: Some(voucher.voucher.hash()),
        ..statement(JobRef::Channel { channel, sequence }, units)
    });
    SignedReceipt {
        voucher: Some(voucher),
        ..receipt
    }
}

/// Submits a receipt in a call of its own, signed by an account that has no part in it.
pub fn submit(receipt: SignedReceipt) -> DispatchResult {
    let origin = RuntimeOrigin::signed(other());
    let result = Attribution::submit_receipt(origin, Box::new(receipt));
    result.map(|_| ()).map_err(|error| error.error)
}

/// Submits receipts as a transaction that was authorized.
pub fn submit_batch(receipts: Vec<SignedReceipt>) -> DispatchResultWithPostInfo {
    let origin = frame_system::RawOrigin::Authorized.into();
    Attribution::submit_receipts(origin, receipts.try_into().expect("within the bound"))
}
