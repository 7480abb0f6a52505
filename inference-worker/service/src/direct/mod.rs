// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Direct requests, paid by vouchers of prepaid channels.

mod quote;
mod voucher;

use std::sync::Arc;

use openledger_primitives::{Balance, ChannelId, JobRef, SignedVoucher};
pub use quote::{find_model, quote, Quote};
pub use voucher::{channel_json, parse_voucher};
use voucher::{check_voucher, payment, reserve};

use crate::{
    defects::caught,
    error::ApiError,
    serve::{Question, ServeError, Served},
    state::Terms,
    worker::Worker,
};

/// The header that carries the voucher: 0x and the hexadecimal digits of a SCALE `SignedVoucher`.
pub const VOUCHER_HEADER: &str = "x-openledger-voucher";

/// The most requests of one channel, as on chain.
pub const MAX_CHANNEL_REQUESTS: u32 = 8192;

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
    let quote = quote(worker, adapter, &input).await?;
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
    let permit = worker
        .direct
        .clone()
        .try_acquire_owned()
        .map_err(|_| ApiError::Busy {
            what: "the worker",
            retry_after: 1,
        })?;
    let fee = voucher
        .voucher
        .unit_price
        .saturating_mul(Balance::from(quote.units));
    let terms = reserve(worker, &quote, &channel, &voucher, &input, fee).await?;
    let task = {
        let worker = worker.clone();
        // A task of its own: when the caller hangs up, the answer is still finished and kept, so
        // that neither side loses what was reserved.
        tokio::spawn(async move {
            let served = serve_reserved(&worker, terms, voucher, input).await;
            drop(permit);
            served
        })
    };
    task.await
        .map_err(|error| ApiError::Internal(error.to_string()))?
}

async fn serve_reserved(
    worker: &Worker,
    terms: Terms,
    voucher: SignedVoucher,
    input: String,
) -> Result<Served, ApiError> {
    let (channel, sequence) = (voucher.voucher.channel, voucher.voucher.sequence);
    let job = JobRef::Channel { channel, sequence };
    let question = Question {
        job,
        adapter: voucher.voucher.adapter,
        input,
        unit_price: voucher.voucher.unit_price,
        max_units: terms.max_units,
        delivered: false,
        voucher: Some(voucher),
    };
    let error = match caught(worker.server.serve(question)).await {
        Ok(Ok(served)) => {
            let finished = served.finished.clone();
            let kept = worker
                .state
                .run(move |state| state.finish(&job, &terms, finished))
                .await?;
            if !kept {
                return Err(replaced(channel));
            }
            metrics::counter!("openledger_worker_jobs_total", "result" => "direct").increment(1);
            return Ok(served);
        }
        Ok(Err(error)) => refusal(error),
        Err(defect) => ApiError::Internal(defect.to_string()),
    };
    worker
        .state
        .run(move |state| state.release(channel, sequence, &terms))
        .await?;
    Err(error)
}

/// What the caller is told of an answer that could not be made.
fn refusal(error: ServeError) -> ApiError {
    match error {
        ServeError::Busy => ApiError::Busy {
            what: "the model's queue",
            retry_after: 1,
        },
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
    }
}

fn replaced(channel: ChannelId) -> ApiError {
    ApiError::Unavailable {
        code: "channel_replaced",
        message: format!(
            "a fork left the number of channel {channel} to another one while the answer was made; \
             the voucher was not used: open a channel anew"
        ),
    }
}
