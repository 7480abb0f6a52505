// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The runtime APIs' answers as JSON.
//!
//! Amounts and sums of shares are decimal strings, since 128 bits do not fit a JSON number; hashes
//! and bytes are 0x-prefixed hexadecimal; accounts are SS58 with the chain's prefix.

use openledger_primitives::{
    merkle::{ContributionLeaf, MerkleProof},
    views::{
        AdapterMetrics, AdapterStatus, AdapterView, InfluenceEntry, Lineage, LineageEntry,
        ReceiptView, RowProof,
    },
    AccountId, AdapterId, BaseModelId, BlockNumber, ContributionId, InfluenceMethod,
    InfluenceShare, JobRef, VersionRef, H256,
};
use polkadot_sdk::*;
use serde::{Serialize, Serializer};

/// A number of up to 128 bits, written as a decimal string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal(pub u128);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A settled receipt.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// What paid for it.
    pub job: JobRef,
    /// The receipt's hash.
    pub hash: H256,
    /// Who paid.
    pub consumer: AccountId,
    /// The adapter that answered.
    pub adapter: AdapterId,
    /// The worker that answered.
    pub worker: AccountId,
    /// blake2-256 of the input.
    pub input_hash: H256,
    /// blake2-256 of the output.
    pub output_hash: H256,
    /// Units used.
    pub units: u32,
    /// The fee, planck.
    pub fee: Decimal,
    /// How much each contribution moved the answer, parts per million, ascending by contribution.
    pub influence: Vec<InfluenceShare>,
    /// How that was computed.
    pub method: InfluenceMethod,
    /// blake2-256 of the evidence behind it.
    pub evidence: H256,
    /// The block of the settlement.
    pub settled_at: BlockNumber,
}

impl From<ReceiptView> for Receipt {
    fn from(view: ReceiptView) -> Self {
        Self {
            job: view.job,
            hash: view.hash,
            consumer: view.consumer,
            adapter: view.adapter,
            worker: view.worker,
            input_hash: view.input_hash,
            output_hash: view.output_hash,
            units: view.units,
            fee: Decimal(view.fee),
            influence: view.influence,
            method: view.method,
            evidence: view.evidence,
            settled_at: view.settled_at,
        }
    }
}

/// What a contribution has done for an adapter.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Influence {
    /// The contribution.
    pub contribution: ContributionId,
    /// Who contributed it.
    pub contributor: AccountId,
    /// The settled answers that named it.
    pub receipts: u64,
    /// The sum of its shares over them, parts per million.
    pub influence_ppm: Decimal,
    /// What it earned, planck.
    pub earned: Decimal,
}

impl From<InfluenceEntry> for Influence {
    fn from(entry: InfluenceEntry) -> Self {
        Self {
            contribution: entry.contribution,
            contributor: entry.contributor,
            receipts: entry.totals.receipts,
            influence_ppm: Decimal(entry.totals.influence_ppm),
            earned: Decimal(entry.totals.earned),
        }
    }
}

/// Leads from a row of a version to the account that contributed it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// The version's root, as on chain.
    pub root: H256,
    /// The contribution that the row belongs to.
    pub leaf: ContributionLeaf,
    /// The SCALE encoding of `leaf`: what is hashed.
    pub leaf_bytes: sp_core::Bytes,
    /// Leads from the leaf to the root.
    pub proof: MerkleProof,
    /// The row's place inside the contribution, from 0.
    pub row_in_contribution: u32,
    /// blake2-256 of the contribution's content, where the row itself is.
    pub content: H256,
}

impl From<RowProof> for Proof {
    fn from(proof: RowProof) -> Self {
        Self {
            root: proof.root,
            leaf: proof.leaf,
            leaf_bytes: proof.leaf_bytes.into(),
            proof: proof.proof,
            row_in_contribution: proof.row_in_contribution,
            content: proof.content,
        }
    }
}

/// An adapter.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Adapter {
    /// The adapter.
    pub adapter: AdapterId,
    /// Its name.
    pub name: String,
    /// Who is paid the developer's part.
    pub developer: AccountId,
    /// The base model.
    pub base_model: BaseModelId,
    /// blake2-256 of the base model's weights.
    pub base_model_hash: H256,
    /// The Datanet versions it was trained on.
    pub versions: Vec<VersionRef>,
    /// blake2-256 of the adapter's safetensors.
    pub artifact: H256,
    /// blake2-256 of the training manifest.
    pub manifest: H256,
    /// blake2-256 of the influence index.
    pub influence_index: H256,
    /// Planck per unit.
    pub unit_price: Decimal,
    /// What its developer claims.
    pub metrics: AdapterMetrics,
    /// Where it is in its life.
    pub status: AdapterStatus,
    /// Whether new jobs are accepted.
    pub servable: bool,
}

impl From<AdapterView> for Adapter {
    fn from(view: AdapterView) -> Self {
        Self {
            adapter: view.adapter,
            name: view.name,
            developer: view.developer,
            base_model: view.base_model,
            base_model_hash: view.base_model_hash,
            versions: view.versions,
            artifact: view.artifact,
            manifest: view.manifest,
            influence_index: view.influence_index,
            unit_price: Decimal(view.unit_price),
            metrics: view.metrics,
            status: view.status,
            servable: view.servable,
        }
    }
}

/// Adapter → versions → contributions → accounts.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdapterLineage {
    /// The adapter, with the versions it was trained on.
    pub adapter: Adapter,
    /// The contributions of all its versions, ascending by id, each once.
    pub contributions: Vec<LineageEntry>,
}

impl From<Lineage> for AdapterLineage {
    fn from(lineage: Lineage) -> Self {
        Self {
            adapter: lineage.adapter.into(),
            contributions: lineage.contributions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rpc::mock;
    use serde_json::{json, to_value};

    #[test]
    fn amounts_should_be_decimal_strings_up_to_the_last_bit() {
        assert_eq!(
            to_value(Decimal(u128::MAX)).expect("it can be written"),
            json!("340282366920938463463374607431768211455")
        );
    }

    #[test]
    fn a_receipt_should_have_the_documented_shape() {
        mock::use_chain_prefix();
        let receipt = Receipt::from(mock::receipt());
        assert_eq!(
            to_value(receipt).expect("it can be written"),
            json!({
                "job": { "escrowed": 7 },
                "hash": mock::hex(1),
                "consumer": mock::ss58(2),
                "adapter": 3,
                "worker": mock::ss58(4),
                "inputHash": mock::hex(5),
                "outputHash": mock::hex(6),
                "units": 12,
                "fee": "36000000000000000000",
                "influence": [
                    { "contribution": 1, "share": 400_000 },
                    { "contribution": 2, "share": 600_000 },
                ],
                "method": "unit-gradients-v1",
                "evidence": mock::hex(7),
                "settledAt": 99,
            })
        );
    }

    #[test]
    fn an_influence_should_have_the_documented_shape() {
        mock::use_chain_prefix();
        let influence = Influence::from(mock::influence());
        assert_eq!(
            to_value(influence).expect("it can be written"),
            json!({
                "contribution": 1,
                "contributor": mock::ss58(8),
                "receipts": 200,
                "influencePpm": "81000000",
                "earned": "20000000000000000000",
            })
        );
    }

    #[test]
    fn a_proof_should_have_the_documented_shape() {
        mock::use_chain_prefix();
        let proof = Proof::from(mock::row_proof());
        assert_eq!(
            to_value(proof).expect("it can be written"),
            json!({
                "root": mock::hex(1),
                "leaf": {
                    "contribution": 5,
                    "contributor": mock::ss58(8),
                    "rowsRoot": mock::hex(2),
                    "firstRow": 100,
                    "rows": 50,
                },
                "leafBytes": "0x0102",
                "proof": { "siblings": [mock::hex(3)], "leafIndex": 1, "leaves": 2 },
                "rowInContribution": 20,
                "content": mock::hex(4),
            })
        );
    }

    #[test]
    fn a_lineage_should_have_the_documented_shape() {
        mock::use_chain_prefix();
        let lineage = AdapterLineage::from(mock::lineage());
        assert_eq!(
            to_value(lineage).expect("it can be written"),
            json!({
                "adapter": {
                    "adapter": 3,
                    "name": "topics",
                    "developer": mock::ss58(9),
                    "baseModel": 0,
                    "baseModelHash": mock::hex(1),
                    "versions": [{ "datanet": 0, "number": 1 }],
                    "artifact": mock::hex(2),
                    "manifest": mock::hex(3),
                    "influenceIndex": mock::hex(4),
                    "unitPrice": "3000000000000000000",
                    "metrics": {
                        "accuracy": 900_000,
                        "baselineAccuracy": 820_000,
                        "heldOutRows": 300,
                    },
                    "status": "published",
                    "servable": true,
                },
                "contributions": [{
                    "contribution": 5,
                    "datanet": 0,
                    "contributor": mock::ss58(8),
                    "rows": 50,
                    "content": mock::hex(5),
                }],
            })
        );
    }
}
