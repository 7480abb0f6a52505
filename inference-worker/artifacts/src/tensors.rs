// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The safetensors container in the strict form that adapters and heads use.
//!
//! Written here rather than by the `safetensors` crate for two reasons: the order of its metadata
//! differs from run to run, and the hash of the file goes on chain; and a file of a stranger is to
//! be refused without any allocation or arithmetic that its header controls.

use crate::ArtifactError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Largest header that is parsed, in bytes: room for some 400 tensors.
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Free text fields in the header.
pub(crate) type Metadata = BTreeMap<String, String>;

/// One fp32 tensor: shape and row-major values.
#[derive(Debug, PartialEq)]
pub(crate) struct Tensor {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(rename = "__metadata__", default)]
    metadata: Metadata,
    #[serde(flatten)]
    tensors: BTreeMap<String, Entry>,
}

/// Little-endian fp32 values; a rest of fewer than four bytes is left out.
pub(crate) fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes
        .chunks_exact(4)
        .map(|chunk| f32::from_le_bytes(chunk.try_into().unwrap_or_default()))
        .collect()
}

/// Reads a container of fp32 tensors.
///
/// # Errors
/// [`ArtifactError::TooLarge`] over `limit` bytes; [`ArtifactError::Container`] when the header is
/// not JSON, a tensor is not fp32, shape and range disagree, ranges overlap or leave gaps, or a
/// number is not finite.
pub(crate) fn read(
    what: &'static str,
    bytes: &[u8],
    limit: usize,
) -> Result<(Metadata, BTreeMap<String, Tensor>), ArtifactError> {
    if bytes.len() > limit {
        return Err(ArtifactError::TooLarge {
            what,
            size: bytes.len(),
            limit,
        });
    }
    let bad = |reason: String| ArtifactError::Container(reason);
    let (length, rest) = bytes
        .split_first_chunk::<8>()
        .ok_or_else(|| bad("shorter than its header".into()))?;
    let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
    if length > MAX_HEADER_BYTES {
        return Err(bad(format!(
            "header of {length} bytes, at most {MAX_HEADER_BYTES} allowed"
        )));
    }
    let (header, data) = rest
        .split_at_checked(length)
        .ok_or_else(|| bad("shorter than its header".into()))?;
    let header: Header = serde_json::from_slice(header).map_err(|error| bad(error.to_string()))?;

    let mut entries: Vec<_> = header.tensors.into_iter().collect();
    entries.sort_by_key(|(_, entry)| entry.data_offsets);
    let mut position = 0;
    let mut tensors = BTreeMap::new();
    for (name, entry) in entries {
        if entry.dtype != "F32" {
            return Err(bad(format!(
                "{name} is {}, only F32 is accepted",
                entry.dtype
            )));
        }
        let [start, end] = entry.data_offsets;
        let size = entry
            .shape
            .iter()
            .try_fold(4usize, |size, side| size.checked_mul(*side));
        if start != position || size.is_none() || end.checked_sub(start) != size {
            return Err(bad(format!("{name}: shape and range of bytes disagree")));
        }
        let values = data.get(start..end).map(floats);
        let values = values.ok_or_else(|| bad(format!("{name} reaches past the end")))?;
        if !values.iter().all(|value| value.is_finite()) {
            return Err(bad(format!("{name} holds a number that is not finite")));
        }
        position = end;
        tensors.insert(
            name,
            Tensor {
                shape: entry.shape,
                values,
            },
        );
    }
    if position != data.len() {
        return Err(bad("bytes after the last tensor".into()));
    }
    Ok((header.metadata, tensors))
}

/// Writes a container. Equal content gives equal bytes: metadata and tensors are ordered by name.
pub(crate) fn write(metadata: Metadata, tensors: &BTreeMap<String, Tensor>) -> Vec<u8> {
    let mut position = 0usize;
    let mut entries = BTreeMap::new();
    for (name, tensor) in tensors {
        let end = position.saturating_add(tensor.values.len().saturating_mul(4));
        entries.insert(
            name.clone(),
            Entry {
                dtype: "F32".into(),
                shape: tensor.shape.clone(),
                data_offsets: [position, end],
            },
        );
        position = end;
    }
    // Strings and integers under string keys: nothing here that JSON cannot express.
    let mut header = serde_json::to_vec(&Header {
        metadata,
        tensors: entries,
    })
    .unwrap_or_default();
    // The format wants the data aligned to eight bytes.
    header.resize(header.len().next_multiple_of(8), b' ');
    let mut bytes = Vec::with_capacity(header.len().saturating_add(position).saturating_add(8));
    bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&header);
    for tensor in tensors.values() {
        bytes.extend(tensor.values.iter().flat_map(|value| value.to_le_bytes()));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensors() -> BTreeMap<String, Tensor> {
        BTreeMap::from([
            (
                "a".into(),
                Tensor {
                    shape: vec![2, 2],
                    values: vec![1.0, -2.0, 3.5, 0.0],
                },
            ),
            (
                "b".into(),
                Tensor {
                    shape: vec![1],
                    values: vec![7.0],
                },
            ),
        ])
    }

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        [
            &(header.len() as u64).to_le_bytes()[..],
            header.as_bytes(),
            data,
        ]
        .concat()
    }

    fn refused(bytes: &[u8]) -> String {
        match read("test", bytes, 1 << 20) {
            Err(ArtifactError::Container(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tensors_survive_being_written() {
        let metadata = Metadata::from([("rank".into(), "8".into())]);
        let bytes = write(metadata.clone(), &tensors());
        assert_eq!(
            read("test", &bytes, 1 << 20).unwrap(),
            (metadata, tensors())
        );
    }

    #[test]
    fn the_safetensors_crate_reads_what_is_written() {
        let bytes = write(Metadata::from([("x".into(), "y".into())]), &tensors());
        let view = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(
            floats(view.tensor("a").unwrap().data()),
            [1.0, -2.0, 3.5, 0.0]
        );
    }

    #[test]
    fn data_is_aligned_to_eight_bytes() {
        let bytes = write(Metadata::new(), &tensors());
        assert_eq!((bytes.len() - 5 * 4) % 8, 0);
    }

    #[test]
    fn a_file_over_its_limit_is_refused() {
        let error = read("test", &[0; 9], 8).unwrap_err();
        assert!(matches!(
            error,
            ArtifactError::TooLarge {
                size: 9,
                limit: 8,
                ..
            }
        ));
    }

    #[test]
    fn every_truncation_is_refused() {
        let bytes = write(Metadata::new(), &tensors());
        for length in 0..bytes.len() {
            assert!(read("test", &bytes[..length], 1 << 20).is_err(), "{length}");
        }
    }

    #[test]
    fn a_huge_header_length_is_refused() {
        assert!(refused(&u64::MAX.to_le_bytes()).contains("header"));
    }

    #[test]
    fn shapes_that_overflow_are_refused() {
        let header = format!(
            r#"{{"a":{{"dtype":"F32","shape":[{0},{0}],"data_offsets":[0,{0}]}}}}"#,
            u64::MAX
        );
        assert!(refused(&file(&header, &[])).contains("disagree"));
    }

    #[test]
    fn a_gap_between_tensors_is_refused() {
        let header = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#;
        assert!(refused(&file(header, &[0; 8])).contains("disagree"));
    }

    #[test]
    fn bytes_after_the_last_tensor_are_refused() {
        let header = r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#;
        assert!(refused(&file(header, &[0; 8])).contains("after the last"));
    }

    #[test]
    fn a_tensor_of_another_type_is_refused() {
        let header = r#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#;
        assert!(refused(&file(header, &[0; 4])).contains("only F32"));
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused() {
        let mut broken = tensors();
        broken.get_mut("b").unwrap().values[0] = f32::NAN;
        assert!(refused(&write(Metadata::new(), &broken)).contains("not finite"));
    }
}
