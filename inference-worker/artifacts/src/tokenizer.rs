// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

use crate::{model::open, ArtifactError, MAX_TOKENS};
use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokenizers::{Tokenizer, TruncationParams};

/// Largest `tokenizer.json` that is read, in bytes.
const MAX_TOKENIZER_BYTES: u64 = 64 * 1024 * 1024;

/// Turns text into token ids. Cheap to clone.
#[derive(Clone)]
pub struct TextTokenizer {
    inner: Arc<Tokenizer>,
    /// What an empty text becomes: `[CLS]` and `[SEP]`.
    empty: [u32; 2],
}

impl TextTokenizer {
    /// Reads `tokenizer.json` of a model folder. Padding that the file asks for is turned off and
    /// truncation set to [`MAX_TOKENS`].
    ///
    /// # Errors
    /// [`ArtifactError::ModelFileMissing`] names the file and how to get it;
    /// [`ArtifactError::Model`] when it is no tokenizer that frames a text in two special tokens
    /// and has a token for unknown words.
    pub fn open(dir: &Path) -> Result<Self, ArtifactError> {
        let path: PathBuf = dir.join("tokenizer.json");
        let mut bytes = Vec::new();
        open(&path)?
            .take(MAX_TOKENIZER_BYTES)
            .read_to_end(&mut bytes)
            .map_err(|source| ArtifactError::Io {
                path: path.clone(),
                source,
            })?;
        Self::from_bytes(&bytes).map_err(|reason| ArtifactError::Model { path, reason })
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        let mut inner = Tokenizer::from_bytes(bytes).map_err(|error| error.to_string())?;
        inner.with_padding(None);
        inner
            .with_truncation(Some(TruncationParams {
                max_length: MAX_TOKENS,
                ..Default::default()
            }))
            .map_err(|error| error.to_string())?;
        let encode = |text: &str| {
            inner
                .encode_fast(text, true)
                .map(|encoding| encoding.get_ids().to_vec())
                .map_err(|error| error.to_string())
        };
        // A word with a character of no language is unknown to any vocabulary: when this succeeds,
        // the model has a token for unknown words and no text can fail.
        encode("\u{10FFFF}\u{E000}x")?;
        let empty = encode("")?
            .try_into()
            .map_err(|_| "an empty text must become [CLS] [SEP]".to_string())?;
        Ok(Self {
            inner: Arc::new(inner),
            empty,
        })
    }

    /// Token ids of `text`, framed in `[CLS]` and `[SEP]`: 2 to [`MAX_TOKENS`] of them. Time and
    /// memory grow with the length of `text`, so bound it first when it comes from a stranger.
    ///
    /// The number of ids is the number of units that an inference on `text` is charged for.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        match self.inner.encode_fast(text, true) {
            Ok(encoding) => encoding.get_ids().to_vec(),
            // Not reached: `open` checked that unknown words have a token, the only other failure.
            Err(_) => self.empty.to_vec(),
        }
    }

    /// Number of tokens in the vocabulary, added tokens included: every id is below it.
    pub fn vocabulary_size(&self) -> usize {
        self.inner.get_vocab_size(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BaseModel;

    fn tokenizer() -> TextTokenizer {
        TextTokenizer::open(&BaseModel::default_dir()).unwrap()
    }

    #[test]
    fn a_text_is_framed_in_special_tokens() {
        assert_eq!(
            tokenizer().encode("Hello, world!"),
            [101, 7592, 1010, 2088, 999, 102]
        );
    }

    #[test]
    fn an_empty_text_is_only_its_frame() {
        assert_eq!(tokenizer().encode(""), [101, 102]);
    }

    #[test]
    fn a_long_text_is_truncated_with_its_frame_kept() {
        let ids = tokenizer().encode(&"law ".repeat(1000));
        assert_eq!(
            (ids.len(), ids.first(), ids.last()),
            (MAX_TOKENS, Some(&101), Some(&102))
        );
    }

    #[test]
    fn a_short_text_is_not_padded() {
        assert_eq!(tokenizer().encode("law").len(), 3);
    }

    #[test]
    fn a_missing_tokenizer_names_the_set_up_script() {
        let dir = tempfile::tempdir().unwrap();
        let message = TextTokenizer::open(dir.path()).err().unwrap().to_string();
        assert!(message.contains("./scripts/setup.sh"), "{message}");
    }
}
