// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! From a question to a signed receipt.

use codec::{Decode, Encode};
use openledger_learning::trimmed;
use openledger_primitives::{
    receipt::RECEIPT_VERSION, AccountId, AdapterId, Balance, ContributionId, InferenceReceipt,
    InfluenceMethod, InfluenceShare, InfluenceVector, JobRef, Ppm, SignedReceipt, SignedVoucher,
    H256, MAX_OUTPUT,
};
use serde::{Deserialize, Serialize};

use crate::{
    adapters::{Adapters, ServedAdapter},
    chain::{Chain, ChainError},
    keys::ReceiptKey,
    model::{Answered, Model},
    state::{BatchShape, Finished},
    store::ContentStore,
};

/// Why a job is not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServeError {
    /// The model is full.
    #[error("the model's queue is full")]
    Busy,
    /// Chain, store or disk are away: the next attempt may succeed.
    #[error("{0}")]
    Passing(String),
    /// It will never be answered here.
    #[error("{0}")]
    Unservable(String),
}

impl From<ChainError> for ServeError {
    fn from(error: ChainError) -> Self {
        Self::Passing(error.to_string())
    }
}

/// What an answer consists of; its JSON is what the receipt's output hash is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// The predicted label.
    pub label: String,
    /// One probability per label, in the manifest's order, in parts per million.
    pub probabilities_ppm: Vec<u32>,
}

/// What stands behind an influence vector: with the artifact, the index and the input, another
/// worker can compute it anew.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Evidence {
    /// The form of this record: 1.
    pub version: u16,
    /// How the scores were computed.
    pub method: InfluenceMethod,
    /// blake2-256 of the base model's weights.
    pub base_model: H256,
    /// blake2-256 of the adapter.
    pub artifact: H256,
    /// blake2-256 of the head.
    pub head: H256,
    /// blake2-256 of the influence index.
    pub influence_index: H256,
    /// blake2-256 of the input.
    pub input_hash: H256,
    /// The place of the label whose loss was differentiated.
    pub label: u32,
    /// Contribution → score in units of 2^-32, negative ones included, ascending.
    pub scores: Vec<(u64, i64)>,
}

/// A question that is paid for.
#[derive(Clone, Debug)]
pub struct Question {
    /// What pays.
    pub job: JobRef,
    /// The adapter that is asked.
    pub adapter: AdapterId,
    /// The input.
    pub input: String,
    /// Planck per unit.
    pub unit_price: Balance,
    /// The units that are paid for.
    pub max_units: u32,
    /// Whether the answer has to come to the chain beside its receipt.
    pub delivered: bool,
    /// The voucher, for a channel's request.
    pub voucher: Option<SignedVoucher>,
}

/// An answer with its receipt, and what the receipt does not carry.
#[derive(Clone, Debug)]
pub struct Served {
    /// What is kept.
    pub finished: Finished,
    /// The model's answer.
    pub answered: Answered,
}

/// Answers questions and signs receipts.
pub struct Server {
    /// The chain.
    pub chain: Chain,
    /// The content store, which keeps the evidence.
    pub store: ContentStore,
    /// Finds adapters.
    pub adapters: Adapters,
    /// What answers.
    pub model: std::sync::Arc<dyn Model>,
    /// Signs receipts.
    pub key: ReceiptKey,
    /// The operator's account.
    pub account: AccountId,
}

impl Server {
    /// Answers a question; the receipt has passed the checks that the chain will make.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn serve(&self, question: Question) -> Result<Served, ServeError> {
        let adapter = self.adapters.resolve(question.adapter).await?;
        let input_hash = openledger_primitives::content_hash(question.input.as_bytes());
        let answered = self.model.answer(adapter.clone(), question.input).await?;
        let fee = question
            .unit_price
            .saturating_mul(Balance::from(answered.units));
        let influence = vector_of(&answered, self.chain.receipt_price().await?.entries(fee))?;
        let evidence = Evidence {
            version: 1,
            method: InfluenceMethod::UnitGradientsV1,
            base_model: self.model.base_model(),
            artifact: adapter.files.adapter,
            head: adapter.files.head,
            influence_index: adapter.files.index,
            input_hash,
            label: answered.label_index as u32,
            scores: answered.scores.clone(),
        };
        let evidence = self.store.put(evidence.encode()).await?.hash;
        let output = output_of(&answered)?;
        let receipt = InferenceReceipt {
            version: RECEIPT_VERSION,
            genesis: self.chain.genesis()?,
            job: question.job,
            voucher: question
                .voucher
                .as_ref()
                .map(|signed| signed.voucher.hash()),
            adapter: question.adapter,
            artifact: adapter.view.artifact,
            input_hash,
            output_hash: openledger_primitives::content_hash(output.as_bytes()),
            units: answered.units,
            influence,
            method: InfluenceMethod::UnitGradientsV1,
            evidence,
            worker: self.account.clone(),
            seen_at: self.chain.best()?,
        };
        let signature = self.key.sign(&receipt.payload());
        let receipt = SignedReceipt {
            receipt,
            signature,
            voucher: question.voucher,
            output: question
                .delivered
                .then(|| deliverable(&output))
                .transpose()?,
        };
        check(&receipt, &self.key, &adapter, question.max_units)?;
        let batch = BatchShape {
            rows: u32::try_from(answered.batch_rows).unwrap_or(u32::MAX),
            adapters: u32::try_from(answered.batch_adapters).unwrap_or(u32::MAX),
        };
        Ok(Served {
            finished: Finished {
                output,
                receipt,
                fee,
                batch,
            },
            answered,
        })
    }
}

/// The answer as its receipt's output hash is over it: JSON without spaces, integers only, so that
/// it is the same bytes in every language.
fn output_of(answered: &Answered) -> Result<String, ServeError> {
    let ppm = |p: &f32| (f64::from(*p).clamp(0.0, 1.0) * 1e6).round() as u32;
    let probabilities_ppm = answered.probabilities.iter().map(ppm).collect();
    serde_json::to_string(&Output {
        label: answered.label.clone(),
        probabilities_ppm,
    })
    .map_err(|error| ServeError::Unservable(error.to_string()))
}

/// The answer as it goes to the chain.
fn deliverable(output: &str) -> Result<openledger_primitives::Output, ServeError> {
    output.as_bytes().to_vec().try_into().map_err(|_| {
        ServeError::Unservable(format!(
            "the answer has {} bytes, and the job asks for it on chain, which takes {MAX_OUTPUT}",
            output.len()
        ))
    })
}

/// The shares of an answer, no more than the `most` that its fee pays for.
fn vector_of(answered: &Answered, most: usize) -> Result<InfluenceVector, ServeError> {
    if most == 0 {
        return Err(ServeError::Unservable(
            "its fee is below the chain's MinFee and pays for no receipt".into(),
        ));
    }
    let shares = trimmed(&answered.influence, most).into_iter();
    let shares = shares.map(|(contribution, ppm)| InfluenceShare {
        contribution: ContributionId(contribution),
        share: Ppm(ppm),
    });
    InfluenceVector::new(shares.collect()).map_err(|error| {
        ServeError::Unservable(format!("its influence vector is not valid: {error:?}"))
    })
}

/// The checks that need no chain, made with the chain's own code before a receipt leaves.
fn check(
    receipt: &SignedReceipt,
    key: &ReceiptKey,
    adapter: &ServedAdapter,
    max_units: u32,
) -> Result<(), ServeError> {
    let unservable = |reason: String| Err(ServeError::Unservable(reason));
    let stated = &receipt.receipt;
    if stated.units == 0 || stated.units > max_units {
        return unservable(format!(
            "the input has {} units, the payment is for {max_units}",
            stated.units
        ));
    }
    if let Some(outside) = stated
        .influence
        .iter()
        .find(|share| adapter.lineage.binary_search(&share.contribution).is_err())
    {
        return unservable(format!(
            "its influence index names contribution {}, which is not in its lineage on chain",
            outside.contribution
        ));
    }
    let paid_by_channel = matches!(stated.job, JobRef::Channel { .. });
    if receipt.voucher.is_some() != paid_by_channel
        || !receipt.has_its_voucher()
        || !receipt.has_its_output()
        || !receipt.verify(&key.public())
    {
        return unservable("the receipt does not pass its own checks".into());
    }
    Ok(())
}
