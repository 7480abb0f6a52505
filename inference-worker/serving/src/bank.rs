// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How an adapter lies in the banks that the graph reads.

use crate::ServingError;
use openledger_artifacts::{ArtifactError, BertConfig, LoraAdapter, LoraPair, MAX_RANK};
use ort::value::Tensor;

/// Ranks that have banks of their own. An adapter goes to the smallest bucket that its rank fits,
/// filled up with zeros, which change nothing.
pub const RANK_BUCKETS: [usize; 5] = [4, 8, 16, 32, MAX_RANK];

/// The bucket of a rank, or `None` over [`MAX_RANK`].
pub fn bucket_of(rank: usize) -> Option<usize> {
    RANK_BUCKETS.into_iter().find(|bucket| rank <= *bucket)
}

/// The banks of one layer for one adapter, in the layout of a slot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PreparedLayer {
    /// `[hidden, 2 · bucket]`: the transposed A factors of query and value side by side.
    pub a: Vec<f32>,
    /// `[bucket, hidden]`: the transposed B factor of the query times `alpha / rank`.
    pub query: Vec<f32>,
    /// The same of the value.
    pub value: Vec<f32>,
}

/// An adapter in the layout of a slot.
#[derive(Clone, Debug, PartialEq)]
pub struct PreparedAdapter {
    bucket: usize,
    layers: Vec<PreparedLayer>,
}

impl PreparedAdapter {
    /// Lays out `adapter` for a base model of the shape `config`.
    ///
    /// # Errors
    /// [`ArtifactError::Adapter`] when it does not fit the base model, or when its scale makes a
    /// number infinite.
    pub fn new(adapter: &LoraAdapter, config: &BertConfig) -> Result<Self, ArtifactError> {
        adapter.check()?;
        adapter.check_fits(config)?;
        let bucket = bucket_of(adapter.rank)
            .ok_or_else(|| ArtifactError::Adapter(format!("rank {} is too large", adapter.rank)))?;
        let (rank, hidden, scale) = (adapter.rank, config.hidden_size, adapter.scale());
        let layers: Vec<_> = adapter
            .layers
            .iter()
            .map(|layer| PreparedLayer {
                a: side_by_side(&layer.query, &layer.value, rank, bucket, hidden),
                query: scaled(&layer.query, rank, bucket, hidden, scale),
                value: scaled(&layer.value, rank, bucket, hidden, scale),
            })
            .collect();
        let mut scaled = layers
            .iter()
            .flat_map(|layer| layer.query.iter().chain(&layer.value));
        if !scaled.all(|value| value.is_finite()) {
            return Err(ArtifactError::Adapter(
                "its scale makes a number infinite".into(),
            ));
        }
        Ok(Self { bucket, layers })
    }

    /// The rank bucket that it belongs to.
    pub fn bucket(&self) -> usize {
        self.bucket
    }

    /// Its size in memory, in bytes.
    pub fn bytes(&self) -> usize {
        let numbers = |layer: &PreparedLayer| layer.a.len() + layer.query.len() + layer.value.len();
        self.layers
            .iter()
            .map(numbers)
            .sum::<usize>()
            .saturating_mul(size_of::<f32>())
    }
}

/// `A[h, j] = query.a[j, h]`, and `value.a[j - bucket, h]` in the right half.
fn side_by_side(
    query: &LoraPair,
    value: &LoraPair,
    rank: usize,
    bucket: usize,
    hidden: usize,
) -> Vec<f32> {
    let mut bank = vec![0.0; hidden.saturating_mul(2).saturating_mul(bucket)];
    for (h, row) in bank.chunks_exact_mut(bucket.saturating_mul(2)).enumerate() {
        let (left, right) = row.split_at_mut(bucket);
        for (half, pair) in [(left, query), (right, value)] {
            let column = pair.a.iter().skip(h).step_by(hidden).take(rank);
            half.iter_mut()
                .zip(column)
                .for_each(|(to, from)| *to = *from);
        }
    }
    bank
}

/// `B[j, h] = scale · pair.b[h, j]`.
fn scaled(pair: &LoraPair, rank: usize, bucket: usize, hidden: usize, scale: f32) -> Vec<f32> {
    let mut bank = vec![0.0; bucket.saturating_mul(hidden)];
    for (j, row) in bank.chunks_exact_mut(hidden).take(rank).enumerate() {
        let column = pair.b.iter().skip(j).step_by(rank);
        row.iter_mut()
            .zip(column)
            .for_each(|(to, from)| *to = scale * from);
    }
    bank
}

/// The bank tensors of one layer.
pub(crate) struct LayerBank {
    /// `[slots, hidden, 2 · bucket]`.
    pub a: Tensor<f32>,
    /// `[slots, bucket, hidden]`.
    pub query: Tensor<f32>,
    /// `[slots, bucket, hidden]`.
    pub value: Tensor<f32>,
}

/// The banks of one rank bucket. Slot 0 stays zero: it is the base model.
pub(crate) struct Bank {
    pub layers: Vec<LayerBank>,
}

impl Bank {
    /// Allocates banks with `slots` slots besides slot 0. The memory is zeroed by the operating
    /// system when it is first touched, so slots that are never used cost nothing.
    pub fn new(config: &BertConfig, bucket: usize, slots: usize) -> Result<Self, ServingError> {
        let (slots, hidden) = (slots.saturating_add(1), config.hidden_size);
        let tensor = |rows: usize, columns: usize| {
            let size = slots.saturating_mul(rows).saturating_mul(columns);
            Tensor::from_array(([slots, rows, columns], vec![0.0f32; size]))
                .map_err(|error| ServingError::Runtime(error.to_string()))
        };
        let layers = (0..config.num_hidden_layers)
            .map(|_| {
                Ok(LayerBank {
                    a: tensor(hidden, bucket.saturating_mul(2))?,
                    query: tensor(bucket, hidden)?,
                    value: tensor(bucket, hidden)?,
                })
            })
            .collect::<Result<_, ServingError>>()?;
        Ok(Self { layers })
    }

    /// Copies an adapter of the same bucket into a slot.
    pub fn write(&mut self, slot: usize, adapter: &PreparedAdapter) {
        for (bank, layer) in self.layers.iter_mut().zip(&adapter.layers) {
            let tensors = [
                (&mut bank.a, &layer.a),
                (&mut bank.query, &layer.query),
                (&mut bank.value, &layer.value),
            ];
            for (tensor, values) in tensors {
                let (_, bank) = tensor.extract_tensor_mut();
                if let Some(place) = bank.chunks_exact_mut(values.len()).nth(slot) {
                    place.copy_from_slice(values);
                }
            }
        }
    }

    /// How many slots, at most `wanted`, fit into `bytes`, and at least one.
    pub fn slots_within(config: &BertConfig, bucket: usize, wanted: usize, bytes: usize) -> usize {
        let numbers = config.num_hidden_layers.saturating_mul(config.hidden_size);
        let slot = numbers
            .saturating_mul(4 * size_of::<f32>())
            .saturating_mul(bucket);
        wanted.min(bytes.checked_div(slot).unwrap_or(0)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openledger_artifacts::LoraLayer;

    fn config() -> BertConfig {
        BertConfig {
            hidden_size: 3,
            num_hidden_layers: 1,
            num_attention_heads: 1,
            intermediate_size: 4,
            vocab_size: 10,
            max_position_embeddings: 8,
            type_vocab_size: 2,
            layer_norm_eps: 1e-12,
            hidden_act: "gelu".into(),
        }
    }

    fn adapter(alpha: f32) -> LoraAdapter {
        // Rank 2: A is [2, 3], B is [3, 2].
        let query = LoraPair {
            a: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
            b: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        };
        let value = LoraPair {
            a: query.a.iter().map(|x| -x).collect(),
            b: query.b.iter().map(|x| -x).collect(),
        };
        LoraAdapter {
            rank: 2,
            alpha,
            layers: vec![LoraLayer { query, value }],
        }
    }

    #[test]
    fn a_rank_goes_to_the_smallest_bucket_that_it_fits() {
        let buckets = [1, 4, 5, 8, 9, 64, 65].map(bucket_of);
        assert_eq!(
            buckets,
            [Some(4), Some(4), Some(8), Some(8), Some(16), Some(64), None]
        );
    }

    #[test]
    fn factors_a_stand_side_by_side_with_zeros_for_missing_ranks() {
        let prepared = PreparedAdapter::new(&adapter(2.0), &config()).unwrap();
        assert_eq!(
            prepared.layers[0].a[..8],
            [1.0, 4.0, 0.0, 0.0, -1.0, -4.0, 0.0, 0.0]
        );
    }

    #[test]
    fn factor_b_is_transposed_with_the_scale_folded_in() {
        let prepared = PreparedAdapter::new(&adapter(4.0), &config()).unwrap();
        assert_eq!(
            prepared.layers[0].query[..6],
            [2.0, 6.0, 10.0, 4.0, 8.0, 12.0]
        );
    }

    #[test]
    fn a_scale_that_makes_numbers_infinite_is_refused() {
        let mut adapter = adapter(60_000.0);
        adapter.layers[0].value.b[0] = f32::MAX;
        assert!(PreparedAdapter::new(&adapter, &config()).is_err());
    }

    #[test]
    fn an_adapter_for_another_model_is_refused() {
        let other = BertConfig {
            num_hidden_layers: 2,
            ..config()
        };
        assert!(PreparedAdapter::new(&adapter(1.0), &other).is_err());
    }

    #[test]
    fn slots_are_limited_by_the_bytes_of_a_bank() {
        // One slot: 1 layer · 3 numbers · 4 matrices' sides · 4 bytes · bucket 8.
        assert_eq!(Bank::slots_within(&config(), 8, 64, 10 * 384), 10);
    }

    #[test]
    fn there_is_always_a_slot() {
        assert_eq!(Bank::slots_within(&config(), 64, 64, 0), 1);
    }
}
