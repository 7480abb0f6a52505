// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Gathers what a training job needs: its rows, checked against the chain, and a specification.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use openledger_artifacts::{row_lines, Hyper, ManifestVersion, MAX_RANK, MAX_TOKENS};
use openledger_primitives::{
    merkle::{row_hash, rows_root},
    views::ContributionView,
    H256,
};
use serde::{Deserialize, Serialize};

use super::{HyperRequest, TrainRequest};
use crate::worker::Worker;

/// Largest contribution that is trained on, bytes.
const MAX_CONTRIBUTION: u64 = 256 * 1024 * 1024;

/// What the child process reads.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What the adapter is for.
    pub task: String,
    /// Seed of everything random.
    pub seed: u64,
    /// Hyper-parameters.
    pub hyper: Hyper,
    /// The folder of the base model.
    pub model_dir: PathBuf,
    /// The versions trained on.
    pub versions: Vec<ManifestVersion>,
    /// The contributions trained on, ascending by id.
    pub contributions: Vec<SpecContribution>,
    /// A JSONL file of held-out rows.
    pub held_out: Option<PathBuf>,
    /// The folder for the results.
    pub out: PathBuf,
}

/// A contribution trained on.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecContribution {
    /// Its id on chain.
    pub id: u64,
    /// blake2-256 of its content.
    pub content: H256,
    /// Its JSONL file.
    pub path: PathBuf,
}

/// Writes a job's rows to `folder`. The error says what is missing.
pub async fn prepare(
    worker: &Worker,
    request: &TrainRequest,
    model_dir: &Path,
    folder: &Path,
) -> Result<Spec, String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let mut versions = Vec::new();
    let mut views: BTreeMap<u64, ContributionView> = BTreeMap::new();
    for version in &request.versions {
        let name = format!("version {} of Datanet {}", version.number, version.datanet);
        let view = worker
            .chain
            .version(*version)
            .await
            .map_err(|error| text(&error))?;
        let view = view.ok_or_else(|| format!("the chain has no {name}"))?;
        versions.push(ManifestVersion {
            datanet: version.datanet.0,
            number: version.number,
            root: view.root.0.into(),
        });
        views.extend(
            view.contributions
                .into_iter()
                .map(|view| (view.contribution.0, view)),
        );
    }
    let rows = folder.join("rows");
    tokio::fs::create_dir_all(&rows)
        .await
        .map_err(|error| text(&error))?;
    let mut contributions = Vec::new();
    for (id, view) in views {
        let bytes = worker
            .store
            .get(&view.content, MAX_CONTRIBUTION)
            .await
            .map_err(|error| format!("contribution {id}: {error}"))?;
        check_rows(&view, &bytes).map_err(|reason| format!("contribution {id}: {reason}"))?;
        let path = rows.join(format!("{id}.jsonl"));
        tokio::fs::write(&path, &bytes)
            .await
            .map_err(|error| text(&error))?;
        contributions.push(SpecContribution {
            id,
            content: view.content,
            path,
        });
    }
    let held_out = match &request.held_out {
        None => None,
        Some(hash) => {
            let bytes = worker.store.get(hash, MAX_CONTRIBUTION).await;
            let bytes = bytes.map_err(|error| format!("the held-out rows: {error}"))?;
            let path = folder.join("held-out.jsonl");
            tokio::fs::write(&path, &bytes)
                .await
                .map_err(|error| text(&error))?;
            Some(path)
        }
    };
    let out = folder.join("out");
    tokio::fs::create_dir_all(&out)
        .await
        .map_err(|error| text(&error))?;
    Ok(Spec {
        task: request.task.clone(),
        seed: request.seed,
        hyper: hyper_of(&request.hyper),
        model_dir: model_dir.to_path_buf(),
        versions,
        contributions,
        held_out,
        out,
    })
}

/// Whether content is what its contribution registered: row count and Merkle root.
pub fn check_rows(view: &ContributionView, content: &[u8]) -> Result<(), String> {
    let hashes: Vec<H256> = row_lines(content).map(row_hash).collect();
    if hashes.len() as u64 != u64::from(view.rows) {
        return Err(format!(
            "{} rows, {} are registered",
            hashes.len(),
            view.rows
        ));
    }
    if content.len() as u64 != view.bytes {
        return Err(format!(
            "{} bytes, {} are registered",
            content.len(),
            view.bytes
        ));
    }
    if rows_root(&hashes) != view.rows_root {
        return Err("its rows have another Merkle root than registered".into());
    }
    Ok(())
}

/// The defaults with what the request changes.
pub fn hyper_of(request: &HyperRequest) -> Hyper {
    let default = openledger_learning::default_hyper();
    Hyper {
        rank: request.rank.unwrap_or(default.rank),
        alpha: request.alpha.unwrap_or(default.alpha),
        learning_rate: request.learning_rate.unwrap_or(default.learning_rate),
        epochs: request.epochs.unwrap_or(default.epochs),
        batch_size: request.batch_size.unwrap_or(default.batch_size),
        max_tokens: request.max_tokens.unwrap_or(default.max_tokens),
    }
}

/// Whether hyper-parameters are within what can be trained; the error says what is not.
pub fn check_hyper(request: &HyperRequest) -> Result<(), String> {
    let hyper = hyper_of(request);
    let within =
        |name: &str, value: u32, least: u32, most: u32| match (least..=most).contains(&value) {
            true => Ok(()),
            false => Err(format!("{name} is {value}, expected {least} to {most}")),
        };
    within("rank", hyper.rank, 1, MAX_RANK as u32)?;
    within("epochs", hyper.epochs, 1, 100)?;
    within("batch_size", hyper.batch_size, 1, 256)?;
    within("max_tokens", hyper.max_tokens, 3, MAX_TOKENS as u32)?;
    if !(hyper.alpha > 0.0 && hyper.alpha <= 1024.0) {
        return Err(format!(
            "alpha is {}, expected more than 0, at most 1024",
            hyper.alpha
        ));
    }
    if !(hyper.learning_rate > 0.0 && hyper.learning_rate <= 1.0) {
        let rate = hyper.learning_rate;
        return Err(format!(
            "learning_rate is {rate}, expected more than 0, at most 1"
        ));
    }
    Ok(())
}
