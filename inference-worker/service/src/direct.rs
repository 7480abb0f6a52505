// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Direct requests, paid by vouchers of prepaid channels.

use std::sync::Arc;

use codec::Decode;
use openledger_primitives::{
    content_hash,
    views::{AdapterView, ChannelView},
    AdapterId, Balance, JobRef, SignedVoucher, H256,
};
use serde_json::{json, Value};

use crate::{
    error::ApiError,
    keys::to_ss58,
    serve::{Question, ServeError, Served},
    state::{ChannelRecord, JobRecord, Phase, Refusal, Reservation},
    worker::Worker,
};

/// The header that carries the voucher: 0x and the hexadecimal digits of a SCALE `SignedVoucher`.
pub const VOUCHER_HEADER: &str = "x-openledger-voucher";

/// The most requests of one channel, as on chain.
pub const MAX_CHANNEL_REQUESTS: u32 = 8192;

/// Largest voucher header, characters.
const MAX_VOUCHER: usize = 2048;

/// What an answer costs.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The adapter.
    pub adapter: AdapterView,
    /// Units of the input.
    pub units: u32,
    /// Planck per unit.
    pub unit_price: Balance,
    /// What the answer costs, planck.
    pub fee: Balance,
    /// blake2-256 of the input.
    pub input_hash: H256,
}

impl Quote {
    /// The quote as JSON; amounts are decimal strings.
    pub fn to_json(&self) -> Value {
        json!({
            "model": format!("adapter:{}", self.adapter.adapter),
            "adapter": self.adapter.adapter,
            "units": self.units,
            "unit_price": self.unit_price.to_string(),
            "fee": self.fee.to_string(),
            "input_hash": self.input_hash,
        })
    }
}

/// Finds the adapter that `model` names: `adapter:<id>`, or a name that only one adapter has.
///
/// # Errors
/// [`ApiError::NotFound`], [`ApiError::Invalid`] for an ambiguous name.
pub async fn find_model(worker: &Worker, model: &str) -> Result<AdapterView, ApiError> {
    let unknown = || {
        ApiError::not_found(
            "unknown_model",
            format!("there is no model {model:?}: GET /v1/models lists them, use their id"),
        )
    };
    let view = if let Some(id) = model.strip_prefix("adapter:") {
        let id: u32 = id.parse().map_err(|_| unknown())?;
        worker.chain.adapter(AdapterId(id)).await?.ok_or_else(unknown)?
    } else {
        let catalogue = worker.chain.catalogue().await?;
        let mut named = catalogue.iter().filter(|view| view.servable && view.name == model);
        let first = named.next().ok_or_else(unknown)?;
        if let Some(second) = named.next() {
            return Err(ApiError::invalid(
                "ambiguous_model",
                format!(
                    "adapters {} and {} are both named {model:?}: use \"adapter:{}\"",
                    first.adapter, second.adapter, first.adapter
                ),
            ));
        }
        first.clone()
    };
    if !view.servable || !worker.adapters.fits(&view) {
        return Err(ApiError::not_found(
            "model_not_served",
            format!("adapter {} takes no requests here: GET /v1/models lists those that do", view.adapter),
        ));
    }
    Ok(view)
}

/// What an answer to `input` by `adapter` costs.
///
/// # Errors
/// [`ApiError::TooLarge`], [`ApiError::Invalid`] for an empty input.
pub fn quote(worker: &Worker, adapter: AdapterView, input: &str) -> Result<Quote, ApiError> {
    if input.is_empty() {
        return Err(ApiError::invalid("empty_input", "the input is empty: send the text to classify"));
    }
    if input.len() > worker.limits.input_bytes {
        let limit = worker.limits.input_bytes as u64;
        return Err(ApiError::TooLarge { what: "the input", limit });
    }
    let units = worker.model.units(input);
    let unit_price = adapter.unit_price;
    let fee = unit_price.saturating_mul(Balance::from(units));
    let input_hash = content_hash(input.as_bytes());
    Ok(Quote { adapter, units, unit_price, fee, input_hash })
}

/// Answers a direct request that `voucher` pays for.
///
/// # Errors
/// [`ApiError::Payment`] says what has to be signed; [`ApiError::Conflict`] when the voucher's
/// request was served; [`ApiError::Busy`] when the worker is full.
pub async fn answer(
    worker: &Arc<Worker>,
    model: &str,
    input: String,
    voucher: Option<&str>,
) -> Result<Served, ApiError> {
    let adapter = find_model(worker, model).await?;
    let quote = quote(worker, adapter, &input)?;
    let Some(text) = voucher else {
        return Err(payment(
            worker,
            &quote,
            None,
            "voucher_missing",
            format!(
                "an answer costs {} planck: open a channel to this worker on chain, sign a voucher \
                 and send it in the header {VOUCHER_HEADER}",
                quote.fee
            ),
        ));
    };
    if !worker.registered().await? {
        return Err(ApiError::Unavailable {
            code: "not_registered",
            message: "this worker is not registered on chain: its receipts could not be settled"
                .into(),
        });
    }
    let voucher = parse_voucher(text)?;
    let channel = check_voucher(worker, &quote, &voucher).await?;
    let permit = worker.direct.clone().try_acquire_owned().map_err(|_| ApiError::Busy {
        what: "the worker",
        retry_after: 1,
    })?;
    let fee = voucher.voucher.unit_price.saturating_mul(Balance::from(quote.units));
    reserve(worker, &quote, &channel, &voucher, &input, fee).await?;
    let task = {
        let worker = worker.clone();
        // A task of its own: when the caller hangs up, the answer is still finished and kept, so
        // that neither side loses what was reserved.
        tokio::spawn(async move {
            let served = serve_reserved(&worker, quote.units, voucher, input, fee).await;
            drop(permit);
            served
        })
    };
    task.await.map_err(|error| ApiError::Internal(error.to_string()))?
}

async fn serve_reserved(
    worker: &Worker,
    units: u32,
    voucher: SignedVoucher,
    input: String,
    fee: Balance,
) -> Result<Served, ApiError> {
    let (channel, sequence) = (voucher.voucher.channel, voucher.voucher.sequence);
    let job = JobRef::Channel { channel, sequence };
    let question = Question {
        job,
        adapter: voucher.voucher.adapter,
        input,
        unit_price: voucher.voucher.unit_price,
        max_units: units,
        voucher: Some(voucher),
    };
    match worker.server.serve(question).await {
        Ok(served) => {
            let finished = served.finished.clone();
            worker.state.run(move |state| state.finish(&job, finished)).await?;
            metrics::counter!("openledger_worker_jobs_total", "result" => "direct").increment(1);
            Ok(served)
        }
        Err(error) => {
            worker.state.run(move |state| state.release(channel, sequence, fee)).await?;
            Err(match error {
                ServeError::Busy => ApiError::Busy { what: "the model's queue", retry_after: 1 },
                ServeError::Passing(message) => {
                    tracing::warn!(error = message, "a direct request failed");
                    ApiError::Unavailable {
                        code: "unavailable",
                        message: format!("{message}; the voucher was not used, send it again"),
                    }
                }
                ServeError::Unservable(message) => ApiError::not_found(
                    "model_not_served",
                    format!("{message}; the voucher was not used"),
                ),
            })
        }
    }
}

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
async fn check_voucher(
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
    let Some(channel) = worker.chain.channel(voucher.channel).await? else {
        return short(
            None,
            "unknown_channel",
            format!("the chain has no open channel {}: open one to this worker", voucher.channel),
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
            format!("channel {} is being closed: open another one", voucher.channel),
        );
    }
    if !signed.verify(&channel.consumer) {
        return short(
            known,
            "bad_voucher_signature",
            format!("the voucher is not signed by {}", to_ss58(&channel.consumer)),
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
    let job = JobRef::Channel { channel: voucher.channel, sequence: voucher.sequence };
    if worker.chain.ended(&[job]).await? == [true] {
        return Err(used(voucher.channel.0, voucher.sequence));
    }
    Ok(channel)
}

async fn reserve(
    worker: &Worker,
    quote: &Quote,
    channel: &ChannelView,
    signed: &SignedVoucher,
    input: &str,
    fee: Balance,
) -> Result<(), ApiError> {
    let record = JobRecord {
        adapter: quote.adapter.adapter,
        consumer: channel.consumer.clone(),
        input: input.to_string(),
        input_hash: quote.input_hash,
        unit_price: signed.voucher.unit_price,
        max_units: quote.units,
        accepted_at: worker.chain.best()?,
        attempts: 0,
        phase: Phase::Reserved,
    };
    let refusal = {
        let (channel, voucher) = (channel.clone(), signed.voucher.clone());
        worker
            .state
            .run(move |state| {
                state.reserve(Reservation { channel: &channel, voucher: &voucher, fee, record })
            })
            .await?
    };
    match refusal {
        Ok(()) => Ok(()),
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
fn payment(
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
            fields.insert("channel".into(), channel_json(channel, &known.unwrap_or_default(), quote.fee));
        }
    }
    ApiError::Payment { code, message, details: Box::new(details) }
}

/// The state of a channel as the next voucher needs it.
pub fn channel_json(channel: &ChannelView, known: &ChannelRecord, fee: Balance) -> Value {
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
