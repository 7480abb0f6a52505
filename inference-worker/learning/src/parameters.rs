// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::LearningError;
use openledger_artifacts::{BertConfig, Head, LoraAdapter, LoraLayer, LoraPair};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::ops::Range;

/// The projection of an attention layer that a LoRA pair changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The query projection.
    Query,
    /// The value projection.
    Value,
}

/// How the trainable numbers lie in one flat vector: per layer `A` and `B` of the query, `A` and
/// `B` of the value, then the head's weight and bias. Gradients use the same order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Numbers per token in the hidden state.
    pub hidden: usize,
    /// Layers of the base model.
    pub layers: usize,
    /// First layer that has LoRA pairs; the layers below stay as they are.
    pub first_layer: usize,
    /// Rank of every pair.
    pub rank: usize,
    /// Numerator of the LoRA scale `alpha / rank`.
    pub alpha: f32,
    /// Number of labels.
    pub labels: usize,
}

impl Shape {
    /// The shape for LoRA on every layer.
    pub fn new(config: &BertConfig, rank: usize, alpha: f32, labels: usize) -> Self {
        let (hidden, layers) = (config.hidden_size, config.num_hidden_layers);
        Self {
            hidden,
            layers,
            first_layer: 0,
            rank,
            alpha,
            labels,
        }
    }

    /// How many trainable numbers there are.
    pub fn len(&self) -> usize {
        self.head_start() + self.labels * (self.hidden + 1)
    }

    /// Whether nothing is trainable.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `alpha / rank`.
    pub fn scale(&self) -> f32 {
        self.alpha / self.rank as f32
    }

    /// Where `A [rank, hidden]` and `B [hidden, rank]` of a pair lie.
    pub fn pair(&self, layer: usize, target: Target) -> (Range<usize>, Range<usize>) {
        let size = self.rank * self.hidden;
        let pair = 2 * (layer - self.first_layer) + usize::from(target == Target::Value);
        let a = pair * 2 * size;
        (a..a + size, a + size..a + 2 * size)
    }

    /// Where the head's weight `[labels, hidden]` and bias `[labels]` lie.
    pub fn head(&self) -> (Range<usize>, Range<usize>) {
        let weight = self.head_start()..self.head_start() + self.labels * self.hidden;
        let bias = weight.end..weight.end + self.labels;
        (weight, bias)
    }

    fn head_start(&self) -> usize {
        (self.layers - self.first_layer) * 4 * self.rank * self.hidden
    }
}

/// The trainable numbers of an adapter and its head.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    /// How the numbers lie.
    pub shape: Shape,
    /// The numbers, [`Shape::len`] of them.
    pub values: Vec<f32>,
}

impl Parameters {
    /// Where training starts: `A` uniform in `±1/√hidden` as PEFT draws it, `B` and head zero, so
    /// that the adapter changes nothing yet. The same seed gives the same numbers.
    pub fn initial(shape: Shape, seed: u64) -> Self {
        let mut values = vec![0.0; shape.len()];
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let bound = 1.0 / (shape.hidden as f32).sqrt();
        for layer in shape.first_layer..shape.layers {
            for target in [Target::Query, Target::Value] {
                for value in &mut values[shape.pair(layer, target).0] {
                    *value = random.gen_range(-bound..bound);
                }
            }
        }
        Self { shape, values }
    }

    /// Takes the numbers of an adapter and its head.
    ///
    /// # Errors
    /// [`LearningError::Artifact`] when they do not fit the base model, [`LearningError::Input`]
    /// when head and adapter do not fit each other.
    pub fn from_artifacts(
        config: &BertConfig,
        adapter: &LoraAdapter,
        head: &Head,
    ) -> Result<Self, LearningError> {
        adapter.check()?;
        adapter.check_fits(config)?;
        let shape = Shape::new(config, adapter.rank, adapter.alpha, head.labels.len());
        let mut values = Vec::with_capacity(shape.len());
        for layer in &adapter.layers {
            for part in [
                &layer.query.a,
                &layer.query.b,
                &layer.value.a,
                &layer.value.b,
            ] {
                values.extend_from_slice(part);
            }
        }
        values.extend_from_slice(&head.weight);
        values.extend_from_slice(&head.bias);
        if values.len() != shape.len() || head.bias.len() != shape.labels {
            return Err(LearningError::Input(
                "the head does not fit the base model".into(),
            ));
        }
        Ok(Self { shape, values })
    }

    /// The adapter and the head as the artifacts that are stored. Layers without LoRA get zeros.
    pub fn to_artifacts(&self, labels: Vec<String>) -> (LoraAdapter, Head) {
        let size = self.shape.rank * self.shape.hidden;
        let pair = |layer: usize, target: Target| match layer.checked_sub(self.shape.first_layer) {
            Some(_) => LoraPair {
                a: self.part(self.shape.pair(layer, target).0).to_vec(),
                b: self.part(self.shape.pair(layer, target).1).to_vec(),
            },
            None => LoraPair {
                a: vec![0.0; size],
                b: vec![0.0; size],
            },
        };
        let layers = (0..self.shape.layers)
            .map(|i| LoraLayer {
                query: pair(i, Target::Query),
                value: pair(i, Target::Value),
            })
            .collect();
        let (weight, bias) = self.shape.head();
        let head = Head {
            labels,
            weight: self.part(weight).to_vec(),
            bias: self.part(bias).to_vec(),
        };
        (
            LoraAdapter {
                rank: self.shape.rank,
                alpha: self.shape.alpha,
                layers,
            },
            head,
        )
    }

    pub(crate) fn part(&self, range: Range<usize>) -> &[f32] {
        &self.values[range]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> Shape {
        Shape {
            hidden: 4,
            layers: 3,
            first_layer: 0,
            rank: 2,
            alpha: 4.0,
            labels: 3,
        }
    }

    #[test]
    fn the_parts_cover_every_number_once() {
        let shape = shape();
        let mut seen = vec![0; shape.len()];
        let mut mark = |range: Range<usize>| seen[range].iter_mut().for_each(|count| *count += 1);
        for layer in 0..3 {
            for target in [Target::Query, Target::Value] {
                let (a, b) = shape.pair(layer, target);
                mark(a);
                mark(b);
            }
        }
        mark(shape.head().0);
        mark(shape.head().1);
        assert!(seen.iter().all(|count| *count == 1));
    }

    #[test]
    fn artifacts_give_the_same_numbers_back() {
        let config: BertConfig = serde_json::from_str(
            r#"{"hidden_size":4,"num_hidden_layers":3,"num_attention_heads":2,
                "intermediate_size":8,"vocab_size":9,"max_position_embeddings":8,
                "type_vocab_size":2,"layer_norm_eps":1e-12,"hidden_act":"gelu"}"#,
        )
        .unwrap();
        let parameters = Parameters::initial(shape(), 5);
        let labels = vec!["a".into(), "b".into(), "c".into()];
        let (adapter, head) = parameters.to_artifacts(labels);
        assert_eq!(
            Parameters::from_artifacts(&config, &adapter, &head).unwrap(),
            parameters
        );
    }

    #[test]
    fn another_seed_gives_other_numbers() {
        assert_ne!(
            Parameters::initial(shape(), 1),
            Parameters::initial(shape(), 2)
        );
    }
}
