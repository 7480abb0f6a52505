// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::LearningError;
use memmap2::Mmap;
use openledger_artifacts::{BaseModel, BertConfig};
use safetensors::{Dtype, SafeTensors};
use std::{fs::File, ops::Range};

/// The frozen weights of a BERT encoder, used where they lie in the mapped file: every process on
/// the machine shares one copy, and the rows of the embedding table that no text uses are never
/// read.
pub(crate) struct BertWeights {
    map: Mmap,
    words: Range<usize>,
    positions: Range<usize>,
    types: Range<usize>,
    norm: Affine,
    layers: Vec<LayerRanges>,
}

/// Byte ranges of a weight and its bias.
struct Affine {
    weight: Range<usize>,
    bias: Range<usize>,
}

struct LayerRanges {
    query: Affine,
    key: Affine,
    value: Affine,
    output: Affine,
    norm1: Affine,
    up: Affine,
    down: Affine,
    norm2: Affine,
}

/// A weight `[outputs, inputs]`, or the factors of a layer normalisation, with its bias.
#[derive(Clone, Copy)]
pub(crate) struct Linear<'a> {
    pub weight: &'a [f32],
    pub bias: &'a [f32],
}

/// The weights of one layer.
pub(crate) struct Layer<'a> {
    pub query: Linear<'a>,
    pub key: Linear<'a>,
    pub value: Linear<'a>,
    pub output: Linear<'a>,
    pub norm1: Linear<'a>,
    pub up: Linear<'a>,
    pub down: Linear<'a>,
    pub norm2: Linear<'a>,
}

impl BertWeights {
    /// Maps `model.safetensors` and checks that every tensor is there in the right shape.
    ///
    /// # Errors
    /// [`LearningError::Artifact`] when the file is missing, [`LearningError::Weights`] when a
    /// tensor is missing or differs.
    pub fn open(model: &BaseModel) -> Result<Self, LearningError> {
        // Opens the file the way everybody does, for the message that names the set-up script.
        model.tensors()?;
        let path = &model.weights_path;
        let io = |source| LearningError::Io {
            path: path.clone(),
            source,
        };
        let bad = |reason: String| LearningError::Weights {
            path: path.clone(),
            reason,
        };
        let file = File::open(path).map_err(io)?;
        // SAFETY: the file is only read, and belongs to the operator, who does not truncate it
        // while the process runs.
        let map = unsafe { Mmap::map(&file) }.map_err(io)?;
        let (layers, ranges) = Self::locate(&map, &model.config).map_err(bad)?;
        let [words, positions, types, norm_weight, norm_bias] = ranges;
        let norm = Affine {
            weight: norm_weight,
            bias: norm_bias,
        };
        Ok(Self {
            map,
            words,
            positions,
            types,
            norm,
            layers,
        })
    }

    fn locate(
        map: &Mmap,
        config: &BertConfig,
    ) -> Result<(Vec<LayerRanges>, [Range<usize>; 5]), String> {
        let file = SafeTensors::deserialize(map).map_err(|error| error.to_string())?;
        let find = |name: &str, shape: &[usize]| -> Result<Range<usize>, String> {
            let tensor = file.tensor(name).map_err(|error| error.to_string())?;
            if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
                return Err(format!(
                    "{name} is {:?} {:?}, expected F32 {shape:?}",
                    tensor.dtype(),
                    tensor.shape()
                ));
            }
            let start = tensor.data().as_ptr() as usize - map.as_ptr() as usize;
            let range = start..start + tensor.data().len();
            if floats(&map[range.clone()]).len() != shape.iter().product::<usize>() {
                return Err(format!("{name} does not start at a multiple of four bytes"));
            }
            Ok(range)
        };
        let (hidden, wide) = (config.hidden_size, config.intermediate_size);
        let linear = |name: String, outputs: usize, inputs: usize| {
            Ok::<_, String>(Affine {
                weight: find(&format!("{name}.weight"), &[outputs, inputs])?,
                bias: find(&format!("{name}.bias"), &[outputs])?,
            })
        };
        let norm = |name: String| {
            Ok::<_, String>(Affine {
                weight: find(&format!("{name}.weight"), &[hidden])?,
                bias: find(&format!("{name}.bias"), &[hidden])?,
            })
        };
        let layers = (0..config.num_hidden_layers)
            .map(|i| {
                let at = |name: &str| format!("encoder.layer.{i}.{name}");
                Ok(LayerRanges {
                    query: linear(at("attention.self.query"), hidden, hidden)?,
                    key: linear(at("attention.self.key"), hidden, hidden)?,
                    value: linear(at("attention.self.value"), hidden, hidden)?,
                    output: linear(at("attention.output.dense"), hidden, hidden)?,
                    norm1: norm(at("attention.output.LayerNorm"))?,
                    up: linear(at("intermediate.dense"), wide, hidden)?,
                    down: linear(at("output.dense"), hidden, wide)?,
                    norm2: norm(at("output.LayerNorm"))?,
                })
            })
            .collect::<Result<Vec<_>, String>>()?;
        let at = |name: &str| format!("embeddings.{name}");
        let first = norm(at("LayerNorm"))?;
        let words = find(&at("word_embeddings.weight"), &[config.vocab_size, hidden])?;
        let positions = find(
            &at("position_embeddings.weight"),
            &[config.max_position_embeddings, hidden],
        )?;
        let types = find(
            &at("token_type_embeddings.weight"),
            &[config.type_vocab_size, hidden],
        )?;
        Ok((layers, [words, positions, types, first.weight, first.bias]))
    }

    /// The embedding of every token, `[vocabulary, hidden]`.
    pub fn words(&self) -> &[f32] {
        floats(&self.map[self.words.clone()])
    }

    /// The embedding of every position, `[positions, hidden]`.
    pub fn positions(&self) -> &[f32] {
        floats(&self.map[self.positions.clone()])
    }

    /// The embedding of every token type, `[types, hidden]`.
    pub fn types(&self) -> &[f32] {
        floats(&self.map[self.types.clone()])
    }

    /// The layer normalisation of the embeddings.
    pub fn norm(&self) -> Linear<'_> {
        self.affine(&self.norm)
    }

    /// The weights of layer `index`.
    pub fn layer(&self, index: usize) -> Layer<'_> {
        let layer = &self.layers[index];
        Layer {
            query: self.affine(&layer.query),
            key: self.affine(&layer.key),
            value: self.affine(&layer.value),
            output: self.affine(&layer.output),
            norm1: self.affine(&layer.norm1),
            up: self.affine(&layer.up),
            down: self.affine(&layer.down),
            norm2: self.affine(&layer.norm2),
        }
    }

    fn affine(&self, affine: &Affine) -> Linear<'_> {
        Linear {
            weight: floats(&self.map[affine.weight.clone()]),
            bias: floats(&self.map[affine.bias.clone()]),
        }
    }
}

#[cfg(not(target_endian = "little"))]
compile_error!("the weights are used where they lie, in little-endian order");

/// The bytes as numbers; shorter than expected when they are not aligned to four bytes.
pub(crate) fn floats(bytes: &[u8]) -> &[f32] {
    // SAFETY: every pattern of 32 bits is an `f32`.
    unsafe { bytes.align_to::<f32>() }.1
}
