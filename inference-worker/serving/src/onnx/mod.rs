// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Our own ONNX exporter: from the base model's safetensors to a graph that ONNX Runtime loads.

mod bert;
mod builder;
mod data;
pub mod proto;

use data::DataFile;
use openledger_artifacts::{content_hash, file_hash, ArtifactError, BaseModel, HexHash};
use prost::Message;
use proto::{ModelProto, OperatorSetIdProto, StringStringEntryProto};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// Version of the exporter: raised with every change to the graph that it writes. Part of the
/// exported file's name and of the graph hash.
pub const EXPORTER_VERSION: u32 = 1;

/// Version of the ONNX file format: the one that came with operator set 21; readers of the last
/// years know it.
const IR_VERSION: i64 = 10;

/// Version of the standard operators: the first with `Gelu`.
const OPERATOR_SET: i64 = 20;

/// The metadata field with the hash of the data file.
const DATA_HASH: &str = "data_hash";

/// Why a base model could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The base model is not usable.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// A file could not be written.
    #[error("cannot write the exported graph: {0}")]
    Io(#[from] io::Error),
}

/// Which graph to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphKind {
    /// The encoder with adapter banks: what serving runs.
    WithBanks,
    /// The encoder alone, to compare with.
    Plain,
}

/// A graph on disk.
#[derive(Clone, Debug)]
pub struct ExportedGraph {
    /// The `.onnx` file; its weights lie beside it in a file with `.data` appended.
    pub path: PathBuf,
    /// blake2-256 of the `.onnx` file. Its metadata has the hashes of the base model and of the data
    /// file, so this names the whole computation.
    pub hash: [u8; 32],
}

/// Exports `model` into `dir`, or finds the files of an earlier export of the same weights by the
/// same exporter.
///
/// # Errors
/// [`ExportError::Artifact`] when a tensor is missing or has another shape than the configuration
/// says, [`ExportError::Io`] when `dir` cannot be written.
pub fn export(
    model: &BaseModel,
    kind: GraphKind,
    dir: &Path,
) -> Result<ExportedGraph, ExportError> {
    fs::create_dir_all(dir)?;
    let config = format!("{kind:?} {:?}", model.config);
    let inputs = [
        &model.hash[..],
        &EXPORTER_VERSION.to_le_bytes(),
        config.as_bytes(),
    ]
    .concat();
    let stem = HexHash(content_hash(&inputs));
    let path = dir.join(format!("{stem}.onnx"));
    let location = format!("{stem}.onnx.data");
    let data_path = dir.join(&location);
    if let Some(hash) = exported(&path, &data_path) {
        return Ok(ExportedGraph { path, hash });
    }
    // Written under names of our own and then renamed: another worker may be doing the same.
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let part = format!("{stem}.{}.{number}.part", std::process::id());
    let (part, data_part) = (dir.join(&part), dir.join(format!("{part}.data")));
    let written = write(model, kind, &part, &data_part, &location);
    // The graph comes last: where it is, its data is complete.
    let renamed = written
        .and_then(|hash| Ok(fs::rename(&data_part, &data_path).map(|()| hash)?))
        .and_then(|hash| Ok(fs::rename(&part, &path).map(|()| hash)?));
    if renamed.is_err() {
        let _ = (fs::remove_file(&part), fs::remove_file(&data_part));
    }
    Ok(ExportedGraph {
        path,
        hash: renamed?,
    })
}

/// The hash of an earlier export, when its files are there and undamaged.
fn exported(path: &Path, data: &Path) -> Option<[u8; 32]> {
    let bytes = fs::read(path).ok()?;
    let model = ModelProto::decode(bytes.as_slice()).ok()?;
    let expected = model
        .metadata_props
        .iter()
        .find(|entry| entry.key == DATA_HASH)?;
    let actual = HexHash(file_hash(data).ok()?);
    (actual.to_string() == expected.value).then(|| content_hash(&bytes))
}

fn write(
    model: &BaseModel,
    kind: GraphKind,
    path: &Path,
    data_path: &Path,
    location: &str,
) -> Result<[u8; 32], ExportError> {
    let mut data = DataFile::create(data_path, location)?;
    let graph = bert::export(model, kind, &mut data)?;
    data.finish()?;
    let data_hash = HexHash(file_hash(data_path)?);
    let entry = |key: &str, value: String| StringStringEntryProto {
        key: key.into(),
        value,
    };
    let bytes = ModelProto {
        ir_version: IR_VERSION,
        producer_name: "openledger".into(),
        producer_version: EXPORTER_VERSION.to_string(),
        graph: Some(graph),
        opset_import: vec![OperatorSetIdProto {
            domain: String::new(),
            version: OPERATOR_SET,
        }],
        metadata_props: vec![
            entry("base_model", HexHash(model.hash).to_string()),
            entry(DATA_HASH, data_hash.to_string()),
        ],
    }
    .encode_to_vec();
    fs::write(path, &bytes)?;
    Ok(content_hash(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn model() -> BaseModel {
        BaseModel::open(&BaseModel::default_dir()).expect("run ./scripts/setup.sh")
    }

    #[test]
    fn exporting_twice_gives_the_same_graph() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let hashes = [&one, &two].map(|dir| {
            export(&model(), GraphKind::WithBanks, dir.path())
                .unwrap()
                .hash
        });
        assert_eq!(hashes[0], hashes[1]);
    }

    #[test]
    fn an_earlier_export_is_used_again() {
        let dir = tempfile::tempdir().unwrap();
        let first = export(&model(), GraphKind::WithBanks, dir.path()).unwrap();
        let written = fs::metadata(&first.path).unwrap().modified().unwrap();
        let second = export(&model(), GraphKind::WithBanks, dir.path()).unwrap();
        assert_eq!(
            fs::metadata(&second.path).unwrap().modified().unwrap(),
            written
        );
    }

    #[test]
    fn a_damaged_data_file_is_written_again() {
        let dir = tempfile::tempdir().unwrap();
        let first = export(&model(), GraphKind::WithBanks, dir.path()).unwrap();
        let data = first.path.with_extension("onnx.data");
        let whole = file_hash(&data).unwrap();
        let mut file = fs::File::options().write(true).open(&data).unwrap();
        file.write_all(b"damaged").unwrap();
        export(&model(), GraphKind::WithBanks, dir.path()).unwrap();
        assert_eq!(file_hash(&data).unwrap(), whole);
    }

    #[test]
    fn no_partial_files_stay_behind() {
        let dir = tempfile::tempdir().unwrap();
        export(&model(), GraphKind::WithBanks, dir.path()).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }
}
