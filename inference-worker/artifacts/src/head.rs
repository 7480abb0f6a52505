// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{
    tensors::{self, Metadata, Tensor},
    ArtifactError, MAX_HIDDEN,
};
use std::collections::{BTreeMap, BTreeSet};

/// Most labels that a head may tell apart.
pub const MAX_LABELS: usize = 256;

/// Longest label, in bytes.
pub const MAX_LABEL_BYTES: usize = 64;

/// Largest `head.safetensors` that is read, in bytes.
pub const MAX_HEAD_BYTES: usize = 8 * 1024 * 1024;

/// A linear classification head on the mean of the last hidden state over the tokens that the
/// attention mask keeps; that mean is not scaled to unit length.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The label of each row of `weight`; distinct, not empty, at most [`MAX_LABEL_BYTES`] each.
    pub labels: Vec<String>,
    /// `[labels, hidden]`, row-major.
    pub weight: Vec<f32>,
    /// `[labels]`.
    pub bias: Vec<f32>,
}

impl Head {
    /// Numbers in the pooled state that the head expects; 0 when it has no labels.
    pub fn hidden_size(&self) -> usize {
        self.weight
            .len()
            .checked_div(self.labels.len())
            .unwrap_or(0)
    }

    /// Score of each label before the softmax. `pooled` has [`Head::hidden_size`] numbers.
    pub fn logits(&self, pooled: &[f32]) -> Vec<f32> {
        let rows = self.weight.chunks_exact(self.hidden_size().max(1));
        rows.zip(&self.bias)
            .map(|(row, bias)| row.iter().zip(pooled).map(|(w, x)| w * x).sum::<f32>() + bias)
            .collect()
    }

    /// Probability of each label: the softmax of [`Head::logits`].
    pub fn probabilities(&self, pooled: &[f32]) -> Vec<f32> {
        let mut values = self.logits(pooled);
        let largest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        values
            .iter_mut()
            .for_each(|value| *value = (*value - largest).exp());
        let sum: f32 = values.iter().sum();
        values.iter_mut().for_each(|value| *value /= sum);
        values
    }

    /// Checks that labels, lengths and numbers are usable and agree with each other.
    ///
    /// # Errors
    /// [`ArtifactError::Head`] says what does not.
    pub fn check(&self) -> Result<(), ArtifactError> {
        let bad = |reason: String| Err(ArtifactError::Head(reason));
        check_labels(&self.labels).map_err(ArtifactError::Head)?;
        let hidden = self.hidden_size();
        let expected = hidden.saturating_mul(self.labels.len());
        if hidden == 0 || hidden > MAX_HIDDEN || self.weight.len() != expected {
            return bad(format!(
                "{} weights for {} labels",
                self.weight.len(),
                self.labels.len()
            ));
        }
        if self.bias.len() != self.labels.len() {
            return bad(format!(
                "{} biases for {} labels",
                self.bias.len(),
                self.labels.len()
            ));
        }
        if !self
            .weight
            .iter()
            .chain(&self.bias)
            .all(|value| value.is_finite())
        {
            return bad("it holds a number that is not finite".into());
        }
        Ok(())
    }

    /// Reads `head.safetensors`: tensors `weight` and `bias`, and the labels as a JSON array in the
    /// metadata field `labels`.
    ///
    /// # Errors
    /// [`ArtifactError::TooLarge`] over [`MAX_HEAD_BYTES`], [`ArtifactError::Container`] or
    /// [`ArtifactError::Head`] when the content is not usable.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let bad = |reason: &str| ArtifactError::Head(reason.into());
        let (metadata, mut tensors) = tensors::read("head", bytes, MAX_HEAD_BYTES)?;
        let labels = metadata
            .get("labels")
            .ok_or_else(|| bad("metadata has no field labels"))?;
        let labels: Vec<String> =
            serde_json::from_str(labels).map_err(|_| bad("labels are no JSON array of strings"))?;
        let weight = tensors
            .remove("weight")
            .ok_or_else(|| bad("tensor weight is missing"))?;
        let bias = tensors
            .remove("bias")
            .ok_or_else(|| bad("tensor bias is missing"))?;
        if !tensors.is_empty() {
            return Err(bad("there are tensors besides weight and bias"));
        }
        if weight.shape.len() != 2 || weight.shape.first() != Some(&labels.len()) {
            return Err(bad("weight must have the shape [labels, hidden]"));
        }
        if bias.shape != [labels.len()] {
            return Err(bad("bias must have the shape [labels]"));
        }
        let head = Self {
            labels,
            weight: weight.values,
            bias: bias.values,
        };
        head.check()?;
        Ok(head)
    }

    /// The bytes of `head.safetensors`. Equal heads give equal bytes.
    pub fn to_safetensors(&self) -> Vec<u8> {
        let shape = vec![self.labels.len(), self.hidden_size()];
        let tensors = BTreeMap::from([
            (
                "weight".into(),
                Tensor {
                    shape,
                    values: self.weight.clone(),
                },
            ),
            (
                "bias".into(),
                Tensor {
                    shape: vec![self.bias.len()],
                    values: self.bias.clone(),
                },
            ),
        ]);
        // A list of strings: nothing that JSON cannot express.
        let labels = serde_json::to_string(&self.labels).unwrap_or_default();
        let metadata = Metadata::from([("format".into(), "pt".into()), ("labels".into(), labels)]);
        tensors::write(metadata, &tensors)
    }
}

/// Labels are distinct, 1 to [`MAX_LABELS`], and each of 1 to [`MAX_LABEL_BYTES`] bytes.
pub(crate) fn check_labels(labels: &[String]) -> Result<(), String> {
    if labels.is_empty() || labels.len() > MAX_LABELS {
        return Err(format!(
            "{} labels, expected 1 to {MAX_LABELS}",
            labels.len()
        ));
    }
    if let Some(label) = labels
        .iter()
        .find(|label| !(1..=MAX_LABEL_BYTES).contains(&label.len()))
    {
        return Err(format!(
            "a label of {} bytes, expected 1 to {MAX_LABEL_BYTES}",
            label.len()
        ));
    }
    if labels.iter().collect::<BTreeSet<_>>().len() != labels.len() {
        return Err("two labels are equal".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head {
            labels: vec!["law".into(), "müsic \"x\"".into()],
            weight: vec![1.0, 0.0, -1.0, 0.5, 0.5, 0.5],
            bias: vec![0.25, -0.25],
        }
    }

    fn refused(head: &Head) -> String {
        match Head::from_safetensors(&head.to_safetensors()) {
            Err(ArtifactError::Head(reason) | ArtifactError::Container(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_head_survives_being_written() {
        assert_eq!(
            Head::from_safetensors(&head().to_safetensors()).unwrap(),
            head()
        );
    }

    #[test]
    fn logits_are_the_linear_map() {
        assert_eq!(head().logits(&[1.0, 2.0, 3.0]), [-1.75, 2.75]);
    }

    #[test]
    fn probabilities_sum_to_one() {
        let sum: f32 = head().probabilities(&[1.0, 2.0, 3.0]).iter().sum();
        assert!((sum - 1.0).abs() < 1e-6);
    }

    #[test]
    fn probabilities_of_large_scores_stay_finite() {
        let values = head().probabilities(&[1e30, 0.0, 0.0]);
        assert_eq!(values, [1.0, 0.0]);
    }

    #[test]
    fn equal_labels_are_refused() {
        let broken = Head {
            labels: vec!["law".into(), "law".into()],
            ..head()
        };
        assert!(refused(&broken).contains("equal"));
    }

    #[test]
    fn an_empty_label_is_refused() {
        let broken = Head {
            labels: vec!["law".into(), String::new()],
            ..head()
        };
        assert!(refused(&broken).contains("0 bytes"));
    }

    #[test]
    fn a_bias_of_another_length_is_refused() {
        let broken = Head {
            bias: vec![0.0; 3],
            ..head()
        };
        assert!(refused(&broken).contains("bias"));
    }

    #[test]
    fn a_weight_that_is_not_finite_is_refused() {
        let broken = Head {
            weight: vec![f32::INFINITY; 6],
            ..head()
        };
        assert!(refused(&broken).contains("not finite"));
    }
}
