// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{
    hash::{finish, hasher},
    ArtifactError, MAX_HIDDEN, MAX_TOKENS,
};
use memmap2::Mmap;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
};

/// What to do when a file that set-up installs is missing.
pub const SETUP_HINT: &str = "run ./scripts/setup.sh";

/// Largest `config.json` that is read, in bytes.
const MAX_CONFIG_BYTES: u64 = 64 * 1024;

/// The shape of a BERT encoder, read from `config.json` (unknown fields are ignored).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BertConfig {
    /// Numbers per token in the hidden state.
    pub hidden_size: usize,
    /// Number of encoder layers.
    pub num_hidden_layers: usize,
    /// Attention heads per layer; divides `hidden_size`.
    pub num_attention_heads: usize,
    /// Width of the feed-forward layer.
    pub intermediate_size: usize,
    /// Number of tokens in the vocabulary.
    pub vocab_size: usize,
    /// Longest sequence that has position embeddings, in tokens.
    pub max_position_embeddings: usize,
    /// Number of token types (segments).
    pub type_vocab_size: usize,
    /// The epsilon of every layer normalisation.
    pub layer_norm_eps: f64,
    /// The activation of the feed-forward layer; only `gelu` (the exact one) is supported.
    pub hidden_act: String,
}

impl BertConfig {
    /// Numbers per attention head.
    pub fn head_size(&self) -> usize {
        self.hidden_size
            .checked_div(self.num_attention_heads)
            .unwrap_or(0)
    }

    fn check(&self) -> Result<(), String> {
        let sane = |name: &str, value: usize, limit: usize| {
            if value == 0 || value > limit {
                return Err(format!("{name} is {value}, expected 1 to {limit}"));
            }
            Ok(())
        };
        sane("hidden_size", self.hidden_size, MAX_HIDDEN)?;
        sane(
            "num_hidden_layers",
            self.num_hidden_layers,
            crate::MAX_LAYERS,
        )?;
        sane(
            "num_attention_heads",
            self.num_attention_heads,
            self.hidden_size,
        )?;
        sane("intermediate_size", self.intermediate_size, 4 * MAX_HIDDEN)?;
        sane("vocab_size", self.vocab_size, 1 << 20)?;
        sane(
            "max_position_embeddings",
            self.max_position_embeddings,
            1 << 16,
        )?;
        sane("type_vocab_size", self.type_vocab_size, 16)?;
        if self.max_position_embeddings < MAX_TOKENS {
            return Err(format!(
                "it has positions for fewer than {MAX_TOKENS} tokens"
            ));
        }
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            return Err("hidden_size is not a multiple of num_attention_heads".into());
        }
        if self.hidden_act != "gelu" {
            return Err(format!(
                "activation {} is not supported, only gelu",
                self.hidden_act
            ));
        }
        Ok(())
    }
}

/// The files of a base model in one folder: `model.safetensors`, `config.json`, `tokenizer.json`.
#[derive(Clone, Debug)]
pub struct BaseModel {
    /// The folder that holds the files.
    pub dir: PathBuf,
    /// The shape of the encoder.
    pub config: BertConfig,
    /// Path of `model.safetensors`.
    pub weights_path: PathBuf,
    /// blake2-256 of `model.safetensors`: what `register_base_model` puts on chain.
    pub hash: [u8; 32],
}

impl BaseModel {
    /// The folder named by `OPENLEDGER_MODEL_DIR`, or `.cache/openledger/model` in the home folder.
    pub fn default_dir() -> PathBuf {
        match std::env::var_os("OPENLEDGER_MODEL_DIR") {
            Some(dir) => PathBuf::from(dir),
            None => Path::new(&std::env::var_os("HOME").unwrap_or_default())
                .join(".cache/openledger/model"),
        }
    }

    /// Reads the configuration and hashes the weights. The weights are not kept in memory.
    ///
    /// # Errors
    /// [`ArtifactError::ModelFileMissing`] names the file and how to get it;
    /// [`ArtifactError::Model`] when the configuration is not a BERT encoder of supported shape.
    pub fn open(dir: &Path) -> Result<Self, ArtifactError> {
        let config_path = dir.join("config.json");
        let weights_path = dir.join("model.safetensors");
        let mut text = String::new();
        open(&config_path)?
            .take(MAX_CONFIG_BYTES)
            .read_to_string(&mut text)
            .map_err(|source| ArtifactError::Io {
                path: config_path.clone(),
                source,
            })?;
        let config = serde_json::from_str::<BertConfig>(&text)
            .map_err(|error| error.to_string())
            .and_then(|config| config.check().map(|()| config))
            .map_err(|reason| ArtifactError::Model {
                path: config_path,
                reason,
            })?;
        let hash = file_hash(&weights_path)?;
        Ok(Self {
            dir: dir.to_path_buf(),
            config,
            weights_path,
            hash,
        })
    }

    /// Maps the weights into memory. The pages belong to the file, so the operating system can
    /// drop them; drop the value when the tensors have been copied to where they are used.
    ///
    /// # Errors
    /// [`ArtifactError::Io`] or [`ArtifactError::Model`] when the file is not valid safetensors.
    pub fn tensors(&self) -> Result<Weights, ArtifactError> {
        let file = open(&self.weights_path)?;
        // SAFETY: the file is only read. Were somebody to truncate it while it is mapped, the
        // process would get a SIGBUS; it belongs to the operator, who installed it by set-up.
        let map = unsafe { Mmap::map(&file) }.map_err(|source| ArtifactError::Io {
            path: self.weights_path.clone(),
            source,
        })?;
        let weights = Weights {
            map,
            path: self.weights_path.clone(),
        };
        weights.view()?;
        Ok(weights)
    }
}

/// The weights of a base model, mapped from their file.
pub struct Weights {
    map: Mmap,
    path: PathBuf,
}

impl Weights {
    /// The tensors of the file, as views into the mapping.
    ///
    /// # Errors
    /// [`ArtifactError::Model`] when the file is not valid safetensors.
    pub fn view(&self) -> Result<SafeTensors<'_>, ArtifactError> {
        SafeTensors::deserialize(&self.map).map_err(|error| self.error(error.to_string()))
    }

    /// Copies one fp32 tensor, checking its shape.
    ///
    /// # Errors
    /// [`ArtifactError::Model`] when it is missing or has another shape or type.
    pub fn f32(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ArtifactError> {
        let view = self.view()?;
        let tensor = view
            .tensor(name)
            .map_err(|error| self.error(error.to_string()))?;
        if tensor.dtype() != Dtype::F32 || tensor.shape() != shape {
            return Err(self.error(format!(
                "{name} is {:?} {:?}, expected F32 {shape:?}",
                tensor.dtype(),
                tensor.shape()
            )));
        }
        Ok(crate::tensors::floats(tensor.data()))
    }

    fn error(&self, reason: String) -> ArtifactError {
        ArtifactError::Model {
            path: self.path.clone(),
            reason,
        }
    }
}

pub(crate) fn open(path: &Path) -> Result<File, ArtifactError> {
    File::open(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => ArtifactError::ModelFileMissing {
            path: path.to_path_buf(),
        },
        _ => ArtifactError::Io {
            path: path.to_path_buf(),
            source,
        },
    })
}

/// blake2-256 of a file, which is not kept in memory.
///
/// # Errors
/// [`ArtifactError::ModelFileMissing`] or [`ArtifactError::Io`].
pub fn file_hash(path: &Path) -> Result<[u8; 32], ArtifactError> {
    let mut file = open(path)?;
    let mut state = hasher();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(finish(&state)),
            Ok(read) => {
                state.update(buffer.get(..read).unwrap_or_default());
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(ArtifactError::Io {
                    path: path.to_path_buf(),
                    source,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_installed_base_model_opens() {
        let model = BaseModel::open(&BaseModel::default_dir()).unwrap();
        assert_eq!(
            (model.config.hidden_size, model.config.num_hidden_layers),
            (384, 6)
        );
    }

    #[test]
    fn the_hash_of_a_model_is_the_hash_of_its_weights() {
        let model = BaseModel::open(&BaseModel::default_dir()).unwrap();
        let bytes = std::fs::read(&model.weights_path).unwrap();
        assert_eq!(model.hash, crate::content_hash(&bytes));
    }

    #[test]
    fn a_missing_model_names_the_set_up_script() {
        let empty = tempfile::tempdir().unwrap();
        let message = BaseModel::open(empty.path()).unwrap_err().to_string();
        assert!(
            message.contains(SETUP_HINT.trim_start_matches("run ")),
            "{message}"
        );
    }

    #[test]
    fn a_model_with_an_unsupported_activation_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let text = std::fs::read_to_string(BaseModel::default_dir().join("config.json")).unwrap();
        std::fs::write(
            dir.path().join("config.json"),
            text.replace("\"gelu\"", "\"relu\""),
        )
        .unwrap();
        let error = BaseModel::open(dir.path()).unwrap_err();
        assert!(matches!(error, ArtifactError::Model { .. }), "{error}");
    }

    #[test]
    fn a_tensor_of_another_shape_is_refused() {
        let model = BaseModel::open(&BaseModel::default_dir()).unwrap();
        let weights = model.tensors().unwrap();
        let error = weights
            .f32("embeddings.LayerNorm.bias", &[383])
            .unwrap_err();
        assert!(matches!(error, ArtifactError::Model { .. }), "{error}");
    }
}
