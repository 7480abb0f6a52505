// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{head::check_labels, ArtifactError, HexHash, MAX_RANK, MAX_TOKENS};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The only manifest format so far.
pub const MANIFEST_FORMAT: u32 = 1;

/// Largest `manifest.json` that is read, in bytes.
pub const MAX_MANIFEST_BYTES: usize = 4 * 1024 * 1024;

/// The influence method of this release.
pub const INFLUENCE_METHOD: &str = "unit-gradients/v1";

/// Numbers per row in the influence index of this release.
pub const INFLUENCE_DIMENSIONS: u32 = 1024;

/// `manifest.json`: names the other files of an artifact by hash and tells how they came about.
/// The manifest hash on chain is [`crate::content_hash`] of its bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Format of this file: [`MANIFEST_FORMAT`].
    pub format: u32,
    /// What the adapter was trained for, in the words of its developer.
    pub task: String,
    /// Hash of the base model's `model.safetensors`.
    pub base_model: HexHash,
    /// Hash of `adapter.safetensors`: the artifact hash on chain.
    pub adapter: HexHash,
    /// Hash of `head.safetensors`.
    pub head: HexHash,
    /// Hash of the influence index.
    pub influence_index: HexHash,
    /// The labels of the head, in its order.
    pub labels: Vec<String>,
    /// The Datanet versions that were trained on.
    pub versions: Vec<ManifestVersion>,
    /// The contributions that were trained on, sorted by id.
    pub contributions: Vec<ManifestContribution>,
    /// Seed of everything random in the training.
    pub seed: u64,
    /// Hyper-parameters.
    pub hyper: Hyper,
    /// Versions of the libraries that took part, by name.
    pub libraries: BTreeMap<String, String>,
    /// Hash of the graph that serving ran with the base model when this was written; manifests of
    /// earlier releases have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serving_graph: Option<HexHash>,
    /// What the training reached.
    pub metrics: ManifestMetrics,
    /// How the influence index was built.
    pub influence: InfluenceSettings,
}

/// A published version of a Datanet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestVersion {
    /// Id of the Datanet.
    pub datanet: u32,
    /// Number of the version in that Datanet.
    pub number: u32,
    /// Merkle root of the version on chain.
    pub root: HexHash,
}

/// A contribution that was trained on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestContribution {
    /// Id on chain.
    pub id: u64,
    /// Hash of its JSONL file.
    pub content: HexHash,
    /// Number of its rows.
    pub rows: u32,
}

/// Hyper-parameters of a training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hyper {
    /// Rank of the adapter.
    pub rank: u32,
    /// Numerator of the adapter's scale.
    pub alpha: f32,
    /// Highest learning rate of the schedule.
    pub learning_rate: f64,
    /// Passes over the rows.
    pub epochs: u32,
    /// Rows per step.
    pub batch_size: u32,
    /// Longest row in tokens, at most [`MAX_TOKENS`].
    pub max_tokens: u32,
}

/// What a training reached.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestMetrics {
    /// Accuracy on the held-out rows, in parts per million.
    pub accuracy_ppm: u32,
    /// Accuracy of logistic regression on the frozen embeddings, in parts per million.
    pub baseline_accuracy_ppm: u32,
    /// Number of held-out rows.
    pub held_out_rows: u32,
    /// Mean training loss of the last epoch, in nats.
    pub final_loss: f64,
    /// Number of rows trained on.
    pub train_rows: u32,
}

/// How an influence index was built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InfluenceSettings {
    /// Name of the method: receipts carry it.
    pub method: String,
    /// Numbers per row after the random projection.
    pub dimensions: u32,
    /// Seed of the random projection.
    pub projection_seed: u64,
}

impl Manifest {
    /// Checks that the fields are in bounds and agree with each other.
    ///
    /// # Errors
    /// [`ArtifactError::Manifest`] says what does not.
    pub fn check(&self) -> Result<(), ArtifactError> {
        let bad = |reason: &str| Err(ArtifactError::Manifest(reason.into()));
        if self.format != MANIFEST_FORMAT {
            return bad("its format is not 1");
        }
        if self.task.len() > 256 {
            return bad("task has more than 256 bytes");
        }
        check_labels(&self.labels).map_err(ArtifactError::Manifest)?;
        if self.versions.is_empty() || self.versions.len() > 64 {
            return bad("there must be 1 to 64 versions");
        }
        let pairs: BTreeSet<_> = self
            .versions
            .iter()
            .map(|v| (v.datanet, v.number))
            .collect();
        if pairs.len() != self.versions.len() {
            return bad("a version is named twice");
        }
        if self.contributions.is_empty() {
            return bad("there are no contributions");
        }
        if self
            .contributions
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.id >= b.id))
        {
            return bad("contributions must be sorted by id, each once");
        }
        if self
            .contributions
            .iter()
            .any(|contribution| contribution.rows == 0)
        {
            return bad("a contribution has no rows");
        }
        let hyper = &self.hyper;
        if !(1..=MAX_RANK as u32).contains(&hyper.rank) {
            return bad("rank is out of bounds");
        }
        if !(3..=MAX_TOKENS as u32).contains(&hyper.max_tokens) {
            return bad("max_tokens is out of bounds");
        }
        let numbers = [
            f64::from(hyper.alpha),
            hyper.learning_rate,
            self.metrics.final_loss,
        ];
        if !numbers.iter().all(|number| number.is_finite()) {
            return bad("alpha, learning_rate and final_loss must be finite");
        }
        if self
            .metrics
            .accuracy_ppm
            .max(self.metrics.baseline_accuracy_ppm)
            > 1_000_000
        {
            return bad("an accuracy is over 1,000,000 ppm");
        }
        if self.influence.method.is_empty() || self.influence.method.len() > 64 {
            return bad("influence.method must have 1 to 64 bytes");
        }
        if !(1..=65_536).contains(&self.influence.dimensions) {
            return bad("influence.dimensions is out of bounds");
        }
        Ok(())
    }

    /// Reads and checks `manifest.json`.
    ///
    /// # Errors
    /// [`ArtifactError::TooLarge`] over [`MAX_MANIFEST_BYTES`], else
    /// [`ArtifactError::Manifest`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, ArtifactError> {
        if bytes.len() > MAX_MANIFEST_BYTES {
            return Err(ArtifactError::TooLarge {
                what: "manifest",
                size: bytes.len(),
                limit: MAX_MANIFEST_BYTES,
            });
        }
        let manifest: Self = serde_json::from_slice(bytes)
            .map_err(|error| ArtifactError::Manifest(error.to_string()))?;
        manifest.check()?;
        Ok(manifest)
    }

    /// Checks the manifest and writes it. Equal manifests give equal bytes.
    ///
    /// # Errors
    /// [`ArtifactError::Manifest`] when [`Manifest::check`] fails.
    pub fn to_json(&self) -> Result<Vec<u8>, ArtifactError> {
        self.check()?;
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| ArtifactError::Manifest(error.to_string()))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            format: MANIFEST_FORMAT,
            task: "topics".into(),
            base_model: HexHash([1; 32]),
            adapter: HexHash([2; 32]),
            head: HexHash([3; 32]),
            influence_index: HexHash([4; 32]),
            labels: vec!["law".into(), "music".into()],
            versions: vec![ManifestVersion {
                datanet: 1,
                number: 2,
                root: HexHash([5; 32]),
            }],
            contributions: vec![
                ManifestContribution {
                    id: 3,
                    content: HexHash([6; 32]),
                    rows: 10,
                },
                ManifestContribution {
                    id: 9,
                    content: HexHash([7; 32]),
                    rows: 1,
                },
            ],
            seed: u64::MAX,
            hyper: Hyper {
                rank: 8,
                alpha: 16.0,
                learning_rate: 1e-3,
                epochs: 4,
                batch_size: 32,
                max_tokens: 128,
            },
            libraries: BTreeMap::from([("candle".into(), "0.11.1".into())]),
            serving_graph: Some(HexHash([8; 32])),
            metrics: ManifestMetrics {
                accuracy_ppm: 900_000,
                baseline_accuracy_ppm: 820_000,
                held_out_rows: 300,
                final_loss: 0.1234567890123,
                train_rows: 990,
            },
            influence: InfluenceSettings {
                method: INFLUENCE_METHOD.into(),
                dimensions: INFLUENCE_DIMENSIONS,
                projection_seed: 7,
            },
        }
    }

    fn refused(manifest: &Manifest) -> String {
        let bytes = serde_json::to_vec(manifest).unwrap();
        Manifest::from_json(&bytes).unwrap_err().to_string()
    }

    #[test]
    fn a_manifest_survives_being_written() {
        assert_eq!(
            Manifest::from_json(&manifest().to_json().unwrap()).unwrap(),
            manifest()
        );
    }

    #[test]
    fn writing_what_was_read_gives_the_same_bytes() {
        let bytes = manifest().to_json().unwrap();
        assert_eq!(
            Manifest::from_json(&bytes).unwrap().to_json().unwrap(),
            bytes
        );
    }

    #[test]
    fn a_manifest_without_a_serving_graph_keeps_its_bytes() {
        let earlier = Manifest {
            serving_graph: None,
            ..manifest()
        };
        let bytes = earlier.to_json().unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("serving_graph"));
        assert_eq!(Manifest::from_json(&bytes).unwrap(), earlier);
    }

    #[test]
    fn an_unknown_field_is_refused() {
        let text = String::from_utf8(manifest().to_json().unwrap()).unwrap();
        let text = text.replacen('{', "{\"extra\": 1,", 1);
        assert!(Manifest::from_json(text.as_bytes()).is_err());
    }

    #[test]
    fn a_future_format_is_refused() {
        assert!(refused(&Manifest {
            format: 2,
            ..manifest()
        })
        .contains("format"));
    }

    #[test]
    fn contributions_out_of_order_are_refused() {
        let mut broken = manifest();
        broken.contributions.reverse();
        assert!(refused(&broken).contains("sorted"));
    }

    #[test]
    fn a_version_named_twice_is_refused() {
        let mut broken = manifest();
        broken.versions.push(broken.versions[0].clone());
        assert!(refused(&broken).contains("twice"));
    }

    #[test]
    fn an_accuracy_over_one_is_refused() {
        let mut broken = manifest();
        broken.metrics.accuracy_ppm = 1_000_001;
        assert!(refused(&broken).contains("accuracy"));
    }

    #[test]
    fn a_loss_that_is_not_finite_is_not_written() {
        let mut broken = manifest();
        broken.metrics.final_loss = f64::NAN;
        assert!(broken.to_json().is_err());
    }

    #[test]
    fn a_manifest_over_its_limit_is_refused() {
        let error = Manifest::from_json(&vec![b' '; MAX_MANIFEST_BYTES + 1]).unwrap_err();
        assert!(matches!(error, ArtifactError::TooLarge { .. }));
    }
}
