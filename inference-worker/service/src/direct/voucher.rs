// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Checks of vouchers, and what a caller is told to sign.

use codec::Decode;
use openledger_primitives::{views::ChannelView, Balance, JobRef, SignedVoucher};
use serde_json::{json, Value};

use super::{Quote, MAX_CHANNEL_REQUESTS, VOUCHER_HEADER};
use crate::{
    chain::At,
    error::ApiError,
    keys::to_ss58,
    state::{ChannelRecord, JobRecord, Phase, Refusal, Reservation, Terms},
    worker::Worker,
};

/// Largest voucher header, characters.
const MAX_VOUCHER: usize = 2048;

/// Reads the header.
///
/// # Errors
/// [`ApiError::Invalid`].
pub fn parse_voucher(text: &str) -> Result<SignedVoucher, ApiError> {
    let bad = |what: &str| {
        ApiError::invalid(
            "bad_voucher",
            format!("{VOUCHER_HEADER} {what}: send 0x and the hexadecimal SCALE encoding of a SignedVoucher"),
        )
    };
    if text.len() > MAX_VOUCHER {
        return Err(bad("is too long"));
    }
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let bytes = hex::decode(digits).map_err(|_| bad("is not hexadecimal"))?;
    let mut rest = &bytes[..];
    match SignedVoucher::decode(&mut rest) {
        Ok(voucher) if rest.is_empty() => Ok(voucher),
        _ => Err(bad("is not a SignedVoucher")),
    }
}

/// Every check that the chain will make of the voucher, before the answer is made.
pub(super) async fn check_voucher(
    worker: &Worker,
    quote: &Quote,
    signed: &SignedVoucher,
) -> Result<ChannelView, ApiError> {
    let voucher = &signed.voucher;
    let genesis = worker.chain.genesis()?;
    let short = |channel: Option<&ChannelView>, code, message| {
        Err(payment(worker, quote, channel, code, message))
    };
    if voucher.genesis != genesis {
        return short(
            None,
            "voucher_for_another_chain",
            format!("the voucher is for another chain than {genesis:?}"),
        );
    }
    if voucher.adapter != quote.adapter.adapter || voucher.input_hash != quote.input_hash {
        return short(
            None,
            "voucher_for_another_request",
            format!(
                "the voucher is for another adapter or input: sign adapter {} and input hash {:?}",
                quote.adapter.adapter, quote.input_hash
            ),
        );
    }
    let Some(channel) = worker.chain.channel(At::Best, voucher.channel).await? else {
        return short(
            None,
            "unknown_channel",
            format!(
                "the chain has no open channel {}: open one to this worker",
                voucher.channel
            ),
        );
    };
    let known = Some(&channel);
    if channel.worker != worker.server.account {
        return short(
            known,
            "wrong_worker",
            format!(
                "channel {} pays {}, not this worker: open one to {}",
                voucher.channel,
                to_ss58(&channel.worker),
                to_ss58(&worker.server.account)
            ),
        );
    }
    if channel.closes_at.is_some() {
        return short(
            known,
            "channel_closing",
            format!(
                "channel {} is being closed: open another one",
                voucher.channel
            ),
        );
    }
    if !signed.verify(&channel.consumer) {
        return short(
            known,
            "bad_voucher_signature",
            format!(
                "the voucher is not signed by {}",
                to_ss58(&channel.consumer)
            ),
        );
    }
    if voucher.sequence >= MAX_CHANNEL_REQUESTS {
        return short(
            known,
            "sequence_too_high",
            format!("a channel has {MAX_CHANNEL_REQUESTS} requests: open another one"),
        );
    }
    if voucher.unit_price < quote.unit_price {
        return short(
            known,
            "price_too_low",
            format!(
                "the voucher pays {} planck per unit, the price is {}",
                voucher.unit_price, quote.unit_price
            ),
        );
    }
    let job = JobRef::Channel {
        channel: voucher.channel,
        sequence: voucher.sequence,
    };
    if worker.chain.ended(At::Best, &[job]).await? == [true] {
        return Err(used(voucher.channel.0, voucher.sequence));
    }
    Ok(channel)
}

/// Reserves the request, and says what was reserved.
pub(super) async fn reserve(
    worker: &Worker,
    quote: &Quote,
    channel: &ChannelView,
    signed: &SignedVoucher,
    input: &str,
    fee: Balance,
) -> Result<Terms, ApiError> {
    let record = JobRecord {
        adapter: quote.adapter.adapter,
        consumer: channel.consumer.clone(),
        input: input.to_string(),
        input_hash: quote.input_hash,
        unit_price: signed.voucher.unit_price,
        max_units: quote.units,
        delivered: false,
        accepted_at: worker.chain.best()?,
        attempts: 0,
        phase: Phase::Reserved,
    };
    let terms = record.terms();
    let refusal = {
        let (channel, voucher) = (channel.clone(), signed.voucher.clone());
        worker
            .state
            .run(move |state| {
                state.reserve(Reservation {
                    channel: &channel,
                    voucher: &voucher,
                    fee,
                    record,
                })
            })
            .await?
    };
    match refusal {
        Ok(()) => Ok(terms),
        Err(Refusal::SequenceUsed) => Err(used(channel.channel.0, signed.voucher.sequence)),
        Err(Refusal::VoucherShort { needed }) => Err(payment(
            worker,
            quote,
            Some(channel),
            "voucher_short",
            format!(
                "the voucher releases {} planck, the channel's requests cost {needed} with this \
                 one: sign a cumulative amount of at least {needed}",
                signed.voucher.cumulative
            ),
        )),
        Err(Refusal::DepositShort { needed }) => Err(payment(
            worker,
            quote,
            Some(channel),
            "channel_exhausted",
            format!(
                "the channel holds {} planck, its requests cost {needed} with this one: top it up",
                channel.deposit
            ),
        )),
    }
}

fn used(channel: u64, sequence: u32) -> ApiError {
    ApiError::conflict(
        "voucher_used",
        format!(
            "request {sequence} of channel {channel} was served already: sign a voucher with a \
             sequence that was not used; GET /v1/jobs/c{channel}-{sequence} has the answer"
        ),
    )
}

/// A 402 that says what has to be signed.
pub(super) fn payment(
    worker: &Worker,
    quote: &Quote,
    channel: Option<&ChannelView>,
    code: &'static str,
    message: String,
) -> ApiError {
    let mut details = quote.to_json();
    if let Some(fields) = details.as_object_mut() {
        fields.insert("genesis".into(), json!(worker.chain.genesis().ok()));
        fields.insert("worker".into(), json!(to_ss58(&worker.server.account)));
        fields.insert("header".into(), json!(VOUCHER_HEADER));
        fields.insert(
            "voucher".into(),
            json!("SCALE {genesis: H256, channel: u64, sequence: u32, adapter: u32, input_hash: H256, unit_price: u128, cumulative: u128}, signed over blake2_256(\"openledger/voucher/v1\" ‖ voucher)"),
        );
        if let Some(channel) = channel {
            // A channel of somebody else is not described from this worker's books.
            let known = match channel.worker == worker.server.account {
                true => worker.state.channel(channel.channel).ok().flatten(),
                false => None,
            };
            fields.insert("channel".into(), channel_json(channel, known, quote.fee));
        }
    }
    ApiError::Payment {
        code,
        message,
        details: Box::new(details),
    }
}

/// The state of a channel as the next voucher needs it; `known` is what is kept under its number.
pub fn channel_json(channel: &ChannelView, known: Option<ChannelRecord>, fee: Balance) -> Value {
    let known = ChannelRecord::of(channel, known);
    let committed = known.committed.max(channel.spent);
    json!({
        "channel": channel.channel,
        "consumer": to_ss58(&channel.consumer),
        "worker": to_ss58(&channel.worker),
        "deposit": channel.deposit.to_string(),
        "spent": channel.spent.to_string(),
        "committed": committed.to_string(),
        "highest_cumulative": known.highest_cumulative.to_string(),
        "next_sequence": known.next_sequence(),
        "needed_cumulative": committed.saturating_add(fee).to_string(),
        "closes_at": channel.closes_at,
    })
}
