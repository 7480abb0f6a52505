// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The child process of a training job: reads a specification, trains, writes the artifact's files.

use std::{io::Write, path::Path};

use openledger_artifacts::{
    content_hash, parse_rows, ArtifactError, BaseModel, HexHash, InfluenceSettings, Manifest,
    ManifestContribution, Row, RowLimits, INFLUENCE_DIMENSIONS, INFLUENCE_METHOD, MANIFEST_FORMAT,
};
use openledger_learning::{LearningError, TrainContribution, TrainSpec};
use openledger_serving::{
    onnx::{self, ExportError, GraphKind},
    EngineConfig,
};

use super::Spec;

/// The projection of gradients is the same for all adapters; the manifest names it.
const PROJECTION_SEED: u64 = 0;

/// Why a training job fails.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The specification cannot be read.
    #[error("the specification is not valid: {0}")]
    Spec(serde_json::Error),
    /// A file has other content than expected.
    #[error("{what}: {source}")]
    Artifact {
        /// The file.
        what: String,
        /// What is wrong with it.
        source: ArtifactError,
    },
    /// A contribution's file has another hash than the specification says.
    #[error("the rows of contribution {0} have changed")]
    Changed(u64),
    /// The graph that serving will run could not be found out.
    #[error(transparent)]
    Graph(#[from] ExportError),
    /// Training failed.
    #[error(transparent)]
    Learning(#[from] LearningError),
}

/// Trains what the file `spec` describes and prints progress as JSON lines on standard output.
/// Unless `detached`, the process ends when its standard input does: then whoever wanted the job is
/// gone.
///
/// # Errors
/// [`ChildError`].
pub fn run(spec: &Path, detached: bool) -> Result<(), ChildError> {
    if !detached {
        end_with_parent();
    }
    let spec: Spec = serde_json::from_slice(&read(spec)?).map_err(ChildError::Spec)?;
    let artifact = |what: &str| {
        let what = what.to_string();
        move |source| ChildError::Artifact { what, source }
    };
    let model = BaseModel::open(&spec.model_dir).map_err(artifact("the base model"))?;
    let (mut contributions, mut named) = (Vec::new(), Vec::new());
    for contribution in &spec.contributions {
        let bytes = read(&contribution.path)?;
        if content_hash(&bytes) != contribution.content.0 {
            return Err(ChildError::Changed(contribution.id));
        }
        let rows = rows(&bytes).map_err(artifact(&format!("contribution {}", contribution.id)))?;
        named.push(ManifestContribution {
            id: contribution.id,
            content: HexHash(contribution.content.0),
            rows: rows.len() as u32,
        });
        contributions.push(TrainContribution {
            id: contribution.id,
            rows,
        });
    }
    // Known before hours of work depend on it. The worker has exported the graph when it started.
    let graph_dir = EngineConfig::default().graph_dir;
    let graph = onnx::export(&model, GraphKind::WithBanks, &graph_dir)?;
    let held_out = match &spec.held_out {
        None => Vec::new(),
        Some(path) => rows(&read(path)?).map_err(artifact("the held-out rows"))?,
    };
    let train = TrainSpec {
        task: spec.task.clone(),
        seed: spec.seed,
        hyper: spec.hyper.clone(),
        versions: spec.versions.clone(),
        contributions,
        held_out,
        projection_seed: PROJECTION_SEED,
    };
    let trained = openledger_learning::train(&model, &train, &mut |progress| {
        let mut out = std::io::stdout().lock();
        // When nobody reads any more, the end of standard input ends the process.
        if serde_json::to_writer(&mut out, &progress).is_ok() {
            writeln!(out).and_then(|()| out.flush()).ok();
        }
    })?;
    let adapter = trained.adapter.to_safetensors();
    let head = trained.head.to_safetensors();
    let manifest = Manifest {
        format: MANIFEST_FORMAT,
        task: spec.task,
        base_model: HexHash(model.hash),
        adapter: HexHash(content_hash(&adapter)),
        head: HexHash(content_hash(&head)),
        influence_index: HexHash(content_hash(&trained.index)),
        labels: trained.head.labels.clone(),
        versions: spec.versions,
        contributions: named,
        seed: spec.seed,
        hyper: spec.hyper,
        libraries: trained.libraries,
        serving_graph: Some(HexHash(graph.hash)),
        metrics: trained.metrics,
        influence: InfluenceSettings {
            method: INFLUENCE_METHOD.into(),
            dimensions: INFLUENCE_DIMENSIONS,
            projection_seed: PROJECTION_SEED,
        },
    };
    let manifest = manifest.to_json().map_err(artifact("the manifest"))?;
    write(&spec.out.join("adapter.safetensors"), &adapter)?;
    write(&spec.out.join("head.safetensors"), &head)?;
    write(&spec.out.join("influence-index"), &trained.index)?;
    write(&spec.out.join("manifest.json"), &manifest)
}

fn rows(bytes: &[u8]) -> Result<Vec<Row>, ArtifactError> {
    parse_rows(
        bytes,
        RowLimits {
            rows: 1_000_000,
            ..RowLimits::default()
        },
    )
}

fn read(path: &Path) -> Result<Vec<u8>, ChildError> {
    std::fs::read(path).map_err(|source| io(path, source))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ChildError> {
    std::fs::write(path, bytes).map_err(|source| io(path, source))
}

fn io(path: &Path, source: std::io::Error) -> ChildError {
    ChildError::Io {
        path: path.display().to_string(),
        source,
    }
}

/// Ends this process when standard input ends, which it does when the worker is killed.
fn end_with_parent() {
    std::thread::spawn(|| {
        std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink()).ok();
        std::process::exit(3);
    });
}
