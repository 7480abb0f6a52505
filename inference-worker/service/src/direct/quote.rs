// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What an answer costs.

use openledger_primitives::{content_hash, views::AdapterView, AdapterId, Balance, H256};
use serde_json::{json, Value};

use crate::{error::ApiError, worker::Worker};

/// What an answer costs.
#[derive(Clone, Debug)]
pub struct Quote {
    /// The adapter.
    pub adapter: AdapterView,
    /// Units of the input.
    pub units: u32,
    /// Planck per unit that a voucher has to pay at least.
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
        worker
            .chain
            .adapter(AdapterId(id))
            .await?
            .ok_or_else(unknown)?
    } else {
        let catalogue = worker.chain.catalogue().await?;
        let mut named = catalogue
            .iter()
            .filter(|view| view.servable && view.name == model);
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
            format!(
                "adapter {} takes no requests here: GET /v1/models lists those that do",
                view.adapter
            ),
        ));
    }
    Ok(view)
}

/// What an answer to `input` by `adapter` costs.
///
/// # Errors
/// [`ApiError::TooLarge`], [`ApiError::Invalid`] for an empty input.
pub async fn quote(worker: &Worker, adapter: AdapterView, input: &str) -> Result<Quote, ApiError> {
    if input.is_empty() {
        return Err(ApiError::invalid(
            "empty_input",
            "the input is empty: send the text to classify",
        ));
    }
    if input.len() > worker.limits.input_bytes {
        let limit = worker.limits.input_bytes as u64;
        return Err(ApiError::TooLarge {
            what: "the input",
            limit,
        });
    }
    let units = worker.model.units(input);
    // The chain settles a channel's request for a minimum only: a short input pays more per unit. So
    // every quote pays for a receipt with a contribution at least.
    let price = worker.chain.receipt_price().await?;
    let minimum = price.least.div_ceil(Balance::from(units.max(1)));
    let unit_price = adapter.unit_price.max(minimum);
    let fee = unit_price.saturating_mul(Balance::from(units));
    let input_hash = content_hash(input.as_bytes());
    Ok(Quote {
        adapter,
        units,
        unit_price,
        fee,
        input_hash,
    })
}
