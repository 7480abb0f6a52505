// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{
    tensors::{self, Metadata, Tensor},
    ArtifactError, BertConfig, MAX_HIDDEN,
};
use std::collections::BTreeMap;

/// Largest rank of an adapter.
pub const MAX_RANK: usize = 64;

/// Most layers that an adapter, or a base model, may have.
pub const MAX_LAYERS: usize = 48;

/// Largest `adapter.safetensors` that is read, in bytes.
pub const MAX_ADAPTER_BYTES: usize = 16 * 1024 * 1024;

/// A LoRA adapter (Hu et al., 2021) on the query and value projections of every layer. The
/// effective weight of a projection is `W + (alpha / rank) · B A`.
#[derive(Clone, Debug, PartialEq)]
pub struct LoraAdapter {
    /// Rank of every pair, 1 to [`MAX_RANK`].
    pub rank: usize,
    /// Numerator of the scale.
    pub alpha: f32,
    /// All layers of the base model, in order.
    pub layers: Vec<LoraLayer>,
}

/// The pairs of one layer.
#[derive(Clone, Debug, PartialEq)]
pub struct LoraLayer {
    /// On the query projection.
    pub query: LoraPair,
    /// On the value projection.
    pub value: LoraPair,
}

/// The two factors of one low-rank change.
#[derive(Clone, Debug, PartialEq)]
pub struct LoraPair {
    /// `[rank, hidden]`, row-major: PEFT's `lora_A.weight`.
    pub a: Vec<f32>,
    /// `[hidden, rank]`, row-major: PEFT's `lora_B.weight`.
    pub b: Vec<f32>,
}

impl LoraAdapter {
    /// An adapter of zeros: behaves like the base model.
    pub fn zeros(config: &BertConfig, rank: usize, alpha: f32) -> Self {
        let size = config.hidden_size.saturating_mul(rank);
        let pair = LoraPair {
            a: vec![0.0; size],
            b: vec![0.0; size],
        };
        let layer = LoraLayer {
            query: pair.clone(),
            value: pair,
        };
        Self {
            rank,
            alpha,
            layers: vec![layer; config.num_hidden_layers],
        }
    }

    /// What the product `B A` is multiplied by.
    pub fn scale(&self) -> f32 {
        self.alpha / self.rank as f32
    }

    /// Numbers per token that the adapter expects; 0 when it has no layers.
    pub fn hidden_size(&self) -> usize {
        let length = self.layers.first().map_or(0, |layer| layer.query.a.len());
        length.checked_div(self.rank).unwrap_or(0)
    }

    /// The PEFT name of a tensor, for example
    /// `base_model.model.encoder.layer.0.attention.self.query.lora_A.weight`.
    pub fn tensor_name(layer: usize, projection: &str, factor: char) -> String {
        format!(
            "base_model.model.encoder.layer.{layer}.attention.self.{projection}.lora_{factor}.weight"
        )
    }

    /// Checks that rank, alpha, lengths and numbers are usable and agree with each other.
    ///
    /// # Errors
    /// [`ArtifactError::Adapter`] says what does not.
    pub fn check(&self) -> Result<(), ArtifactError> {
        let bad = |reason: String| Err(ArtifactError::Adapter(reason));
        if self.rank == 0 || self.rank > MAX_RANK {
            return bad(format!("rank is {}, expected 1 to {MAX_RANK}", self.rank));
        }
        if !self.alpha.is_finite() || self.alpha <= 0.0 || self.alpha > 65_536.0 {
            return bad(format!(
                "alpha is {}, expected more than 0, at most 65536",
                self.alpha
            ));
        }
        if self.layers.is_empty() || self.layers.len() > MAX_LAYERS {
            return bad(format!(
                "{} layers, expected 1 to {MAX_LAYERS}",
                self.layers.len()
            ));
        }
        let hidden = self.hidden_size();
        if hidden == 0 || hidden > MAX_HIDDEN {
            return bad(format!(
                "hidden size is {hidden}, expected 1 to {MAX_HIDDEN}"
            ));
        }
        let size = hidden.saturating_mul(self.rank);
        for (i, layer) in self.layers.iter().enumerate() {
            for values in [
                &layer.query.a,
                &layer.query.b,
                &layer.value.a,
                &layer.value.b,
            ] {
                if values.len() != size {
                    return bad(format!(
                        "layer {i}: {} numbers, expected {size}",
                        values.len()
                    ));
                }
                if !values.iter().all(|value| value.is_finite()) {
                    return bad(format!("layer {i} holds a number that is not finite"));
                }
            }
        }
        Ok(())
    }

    /// Checks that the adapter fits a base model.
    ///
    /// # Errors
    /// [`ArtifactError::Adapter`] when layers or hidden size differ.
    pub fn check_fits(&self, config: &BertConfig) -> Result<(), ArtifactError> {
        let (layers, hidden) = (self.layers.len(), self.hidden_size());
        if (layers, hidden) != (config.num_hidden_layers, config.hidden_size) {
            return Err(ArtifactError::Adapter(format!(
                "made for {layers} layers of {hidden} numbers, the base model has {} of {}",
                config.num_hidden_layers, config.hidden_size
            )));
        }
        Ok(())
    }

    /// Reads `adapter.safetensors`. Metadata must have `rank` and `alpha`.
    ///
    /// # Errors
    /// [`ArtifactError::TooLarge`] over [`MAX_ADAPTER_BYTES`], [`ArtifactError::Container`] or
    /// [`ArtifactError::Adapter`] when the content is not usable.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let bad = ArtifactError::Adapter;
        let (metadata, mut tensors) = tensors::read("adapter", bytes, MAX_ADAPTER_BYTES)?;
        let field = |name: &str| {
            metadata
                .get(name)
                .ok_or_else(|| bad(format!("metadata has no field {name}")))
        };
        let rank: usize = field("rank")?
            .parse()
            .map_err(|_| bad("rank is no number".into()))?;
        let alpha: f32 = field("alpha")?
            .parse()
            .map_err(|_| bad("alpha is no number".into()))?;
        if rank == 0 || rank > MAX_RANK {
            return Err(bad(format!("rank is {rank}, expected 1 to {MAX_RANK}")));
        }
        let hidden = tensors
            .get(&Self::tensor_name(0, "query", 'A'))
            .and_then(|tensor| tensor.shape.get(1).copied())
            .ok_or_else(|| bad("no tensor for lora_A of the query of layer 0".into()))?;
        // Four tensors a layer; a count that four does not divide leaves one missing.
        let count = tensors.len().div_ceil(4);
        if count > MAX_LAYERS {
            return Err(bad(format!("{count} layers, expected 1 to {MAX_LAYERS}")));
        }
        let mut take = |layer: usize, projection: &str, factor: char, shape: [usize; 2]| {
            let name = Self::tensor_name(layer, projection, factor);
            match tensors.remove(&name) {
                Some(tensor) if tensor.shape == shape => Ok(tensor.values),
                Some(tensor) => Err(bad(format!(
                    "{name} has shape {:?}, expected {shape:?}",
                    tensor.shape
                ))),
                None => Err(bad(format!("{name} is missing"))),
            }
        };
        let mut pair = |layer: usize, projection: &str| {
            Ok(LoraPair {
                a: take(layer, projection, 'A', [rank, hidden])?,
                b: take(layer, projection, 'B', [hidden, rank])?,
            })
        };
        let layers = (0..count)
            .map(|layer| {
                Ok(LoraLayer {
                    query: pair(layer, "query")?,
                    value: pair(layer, "value")?,
                })
            })
            .collect::<Result<Vec<_>, ArtifactError>>()?;
        if let Some(name) = tensors.keys().next() {
            return Err(bad(format!("unexpected tensor {name}")));
        }
        let adapter = Self {
            rank,
            alpha,
            layers,
        };
        adapter.check()?;
        Ok(adapter)
    }

    /// The bytes of `adapter.safetensors`. Equal adapters give equal bytes.
    pub fn to_safetensors(&self) -> Vec<u8> {
        let hidden = self.hidden_size();
        let mut tensors = BTreeMap::new();
        for (i, layer) in self.layers.iter().enumerate() {
            for (projection, pair) in [("query", &layer.query), ("value", &layer.value)] {
                let a = Tensor {
                    shape: vec![self.rank, hidden],
                    values: pair.a.clone(),
                };
                let b = Tensor {
                    shape: vec![hidden, self.rank],
                    values: pair.b.clone(),
                };
                tensors.insert(Self::tensor_name(i, projection, 'A'), a);
                tensors.insert(Self::tensor_name(i, projection, 'B'), b);
            }
        }
        let metadata = Metadata::from([
            ("format".into(), "pt".into()),
            ("rank".into(), self.rank.to_string()),
            ("alpha".into(), self.alpha.to_string()),
        ]);
        tensors::write(metadata, &tensors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two layers, hidden size 3, rank 2, every number another.
    fn adapter() -> LoraAdapter {
        let mut next = 0.0;
        let mut numbers = || {
            (0..6)
                .map(|_| {
                    next += 0.25;
                    next
                })
                .collect::<Vec<f32>>()
        };
        let mut pair = || LoraPair {
            a: numbers(),
            b: numbers(),
        };
        let layers = (0..2)
            .map(|_| LoraLayer {
                query: pair(),
                value: pair(),
            })
            .collect();
        LoraAdapter {
            rank: 2,
            alpha: 16.5,
            layers,
        }
    }

    fn refused(adapter: &LoraAdapter) -> String {
        match LoraAdapter::from_safetensors(&adapter.to_safetensors()) {
            Err(ArtifactError::Adapter(reason) | ArtifactError::Container(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_adapter_survives_being_written() {
        let bytes = adapter().to_safetensors();
        assert_eq!(LoraAdapter::from_safetensors(&bytes).unwrap(), adapter());
    }

    #[test]
    fn equal_adapters_have_equal_bytes() {
        assert_eq!(adapter().to_safetensors(), adapter().to_safetensors());
    }

    #[test]
    fn an_adapter_with_more_than_ten_layers_keeps_their_order() {
        let mut deep = adapter();
        deep.layers = (0..12).map(|_| deep.layers[0].clone()).collect();
        deep.layers[10].query.a[0] = 77.0;
        assert_eq!(
            LoraAdapter::from_safetensors(&deep.to_safetensors()).unwrap(),
            deep
        );
    }

    fn with_rank(rank: &str) -> Result<LoraAdapter, ArtifactError> {
        let (mut metadata, tensors) =
            tensors::read("adapter", &adapter().to_safetensors(), 1 << 20).unwrap();
        metadata.insert("rank".into(), rank.into());
        LoraAdapter::from_safetensors(&tensors::write(metadata, &tensors))
    }

    #[test]
    fn a_rank_of_zero_is_refused() {
        assert!(with_rank("0").unwrap_err().to_string().contains("rank"));
    }

    #[test]
    fn a_rank_over_the_limit_is_refused() {
        assert!(with_rank("65").unwrap_err().to_string().contains("rank"));
    }

    #[test]
    fn a_rank_that_the_shapes_contradict_is_refused() {
        assert!(with_rank("3").unwrap_err().to_string().contains("shape"));
    }

    #[test]
    fn an_infinite_alpha_is_refused() {
        let broken = LoraAdapter {
            alpha: f32::INFINITY,
            ..adapter()
        };
        assert!(refused(&broken).contains("alpha"));
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused() {
        let mut broken = adapter();
        broken.layers[1].value.b[5] = f32::NAN;
        assert!(refused(&broken).contains("not finite"));
    }

    #[test]
    fn a_layer_that_is_missing_is_refused() {
        let (metadata, mut tensors) =
            tensors::read("adapter", &adapter().to_safetensors(), 1 << 20).unwrap();
        tensors.remove(&LoraAdapter::tensor_name(0, "value", 'B'));
        let bytes = tensors::write(metadata, &tensors);
        let message = LoraAdapter::from_safetensors(&bytes)
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("value.lora_B.weight is missing"),
            "{message}"
        );
    }

    #[test]
    fn a_tensor_with_an_unknown_name_is_refused() {
        let (metadata, mut tensors) =
            tensors::read("adapter", &adapter().to_safetensors(), 1 << 20).unwrap();
        let moved = tensors
            .remove(&LoraAdapter::tensor_name(1, "value", 'B'))
            .unwrap();
        tensors.insert("other".into(), moved);
        let bytes = tensors::write(metadata, &tensors);
        assert!(LoraAdapter::from_safetensors(&bytes).is_err());
    }

    #[test]
    fn an_adapter_for_another_model_does_not_fit() {
        let model = crate::BaseModel::open(&crate::BaseModel::default_dir()).unwrap();
        assert!(adapter().check_fits(&model.config).is_err());
    }

    #[test]
    fn an_adapter_of_zeros_fits_its_model() {
        let model = crate::BaseModel::open(&crate::BaseModel::default_dir()).unwrap();
        let zeros = LoraAdapter::zeros(&model.config, 8, 16.0);
        assert!(zeros.check().is_ok() && zeros.check_fits(&model.config).is_ok());
    }
}
