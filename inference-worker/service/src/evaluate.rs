// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Automatic checks of a contribution before its Datanet's owner decides.

use std::collections::BTreeMap;

use openledger_artifacts::{parse_rows, Row, RowLimits};
use openledger_learning::duplicates::{DuplicateIndex, DuplicateReport, NEAR_PPM};
use openledger_primitives::{
    views::{ContributionStatus, ContributionView, RejectReason},
    ContributionId, DatanetId, Ppm, H256,
};
use serde::Serialize;

use crate::{error::ApiError, store::StoreError, training::check_rows, worker::Worker};

/// Largest contribution that is evaluated, bytes.
const MAX_CONTRIBUTION: u64 = 256 * 1024 * 1024;

/// The share of a contribution's rows that may repeat each other, parts per million.
const MAX_INTERNAL_PPM: u64 = 500_000;

/// How many rows of each kind the report lists.
const MAX_LISTED: usize = 1000;

/// What the checks found. Its JSON is stored as content; its hash goes on chain with the decision.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The contribution.
    pub contribution: ContributionId,
    /// Its Datanet.
    pub datanet: DatanetId,
    /// What the checks advise.
    pub verdict: Verdict,
    /// Why, when the advice is to reject; in the form that `reject_contribution` takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<RejectReason>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// How many rows it has.
    pub rows: u32,
    /// Rows that another contribution has too, word for word after normalisation.
    pub exact: Vec<ExactRow>,
    /// Rows that are nearly those of another contribution.
    pub near: Vec<NearRow>,
    /// How many rows are exact copies, and how many nearly, also those that are not listed.
    pub copied: Copied,
    /// The contributions that it was compared with.
    pub compared_with: Vec<ContributionId>,
}

/// What the checks advise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing speaks against it.
    Accept,
    /// See the reason.
    Reject,
}

/// A row that another contribution has.
#[derive(Debug, Serialize)]
pub struct ExactRow {
    /// The row's place, from 0.
    pub row: u32,
    /// Who had it first.
    pub of: ContributionId,
}

/// A row that is nearly one of another contribution.
#[derive(Debug, Serialize)]
pub struct NearRow {
    /// The row's place, from 0.
    pub row: u32,
    /// Who had it first.
    pub of: ContributionId,
    /// Estimated Jaccard similarity of the word shingles, parts per million.
    pub similarity_ppm: u32,
}

/// How many rows are copies.
#[derive(Debug, Default, Serialize)]
pub struct Copied {
    /// Of other contributions, exactly.
    pub exact: u64,
    /// Of other contributions, nearly.
    pub near: u64,
    /// Of rows of the same contribution.
    pub internal: u64,
}

/// Evaluates a contribution of a Datanet. Returns the report and its hash in the content store.
///
/// # Errors
/// [`ApiError::NotFound`] when the Datanet has no such contribution; [`ApiError::Unavailable`] when
/// the content of another contribution cannot be fetched, without which the copies cannot be seen.
pub async fn evaluate(
    worker: &Worker,
    datanet: DatanetId,
    contribution: ContributionId,
) -> Result<(Report, H256), ApiError> {
    let view = worker.chain.contribution(contribution).await?;
    let view = view.filter(|view| view.datanet == datanet).ok_or_else(|| {
        ApiError::not_found(
            "unknown_contribution",
            format!("Datanet {datanet} has no contribution {contribution} on chain"),
        )
    })?;
    let mut report = Report {
        contribution,
        datanet,
        verdict: Verdict::Accept,
        reason: None,
        detail: None,
        rows: view.rows,
        exact: Vec::new(),
        near: Vec::new(),
        copied: Copied::default(),
        compared_with: Vec::new(),
    };
    match fetch(worker, &view).await? {
        Ok(rows) => compare(worker, &view, rows, &mut report).await?,
        Err((reason, detail)) => reject(&mut report, reason, detail),
    }
    let bytes = serde_json::to_vec(&report).map_err(|e| ApiError::Internal(e.to_string()))?;
    let hash = worker.store.put(bytes).await?.hash;
    tracing::info!(
        %contribution, %datanet, verdict = ?report.verdict, reason = ?report.reason,
        exact = report.copied.exact, near = report.copied.near, "evaluated a contribution"
    );
    Ok((report, hash))
}

fn reject(report: &mut Report, reason: RejectReason, detail: String) {
    report.verdict = Verdict::Reject;
    report.reason = Some(reason);
    report.detail = Some(detail);
}

/// The rows of a contribution, or why it has none that can be used.
async fn fetch(
    worker: &Worker,
    view: &ContributionView,
) -> Result<Result<Vec<Row>, (RejectReason, String)>, ApiError> {
    let bytes = match worker.store.get(&view.content, MAX_CONTRIBUTION).await {
        Ok(bytes) => bytes,
        Err(error @ (StoreError::Missing(_) | StoreError::TooLarge { .. })) => {
            return Ok(Err((RejectReason::Unavailable, error.to_string())))
        }
        Err(error) => return Err(error.into()),
    };
    let view = view.clone();
    blocking(move || {
        if let Err(reason) = check_rows(&view, &bytes) {
            return Err((RejectReason::Unavailable, reason));
        }
        let limits = RowLimits {
            rows: view.rows as usize,
            ..RowLimits::default()
        };
        parse_rows(&bytes, limits).map_err(|error| (RejectReason::Malformed, error.to_string()))
    })
    .await
}

/// Looks for copies among all that came before: what is accepted, and what waits with a lower id.
async fn compare(
    worker: &Worker,
    view: &ContributionView,
    rows: Vec<Row>,
    report: &mut Report,
) -> Result<(), ApiError> {
    let mut others = BTreeMap::new();
    for other in worker.chain.accepted(view.datanet).await? {
        others.insert(other.contribution, other);
    }
    for other in worker.chain.pending(view.datanet).await? {
        if other.contribution < view.contribution {
            others.insert(other.contribution, other);
        }
    }
    others.remove(&view.contribution);
    let similarity = worker.chain.similarity(view.datanet).await?;
    let near_ppm = similarity.map_or(NEAR_PPM, |similarity| similarity.0);
    report.compared_with = others.keys().copied().collect();
    let mut index = DuplicateIndex::default();
    for (id, other) in others {
        let pending = other.status == ContributionStatus::Pending;
        match fetch(worker, &other).await? {
            Ok(rows) => {
                index = blocking(move || {
                    index.insert(id.0, &rows);
                    index
                })
                .await?;
            }
            // Nothing can be a copy of what nobody can read.
            Err(_) if pending => {}
            Err((_, detail)) => {
                return Err(ApiError::Unavailable {
                    code: "content_unavailable",
                    message: format!(
                        "the content of accepted contribution {id} cannot be used ({detail}): put \
                         it into this worker's content store, then evaluate again"
                    ),
                })
            }
        }
    }
    let found = blocking(move || index.check(&rows, near_ppm)).await?;
    judge(worker.limits.duplicate_share_ppm, view.rows, found, report);
    Ok(())
}

/// Turns what was found into advice.
fn judge(limit_ppm: u32, rows: u32, found: DuplicateReport, report: &mut Report) {
    let mut copied_from: BTreeMap<u64, u64> = BTreeMap::new();
    for (_, of) in &found.exact {
        *copied_from.entry(*of).or_default() += 1;
    }
    for (_, of, _) in &found.near {
        *copied_from.entry(*of).or_default() += 1;
    }
    let rows = u64::from(rows).max(1);
    let share =
        |count: u64| u32::try_from(count.saturating_mul(1_000_000) / rows).unwrap_or(u32::MAX);
    let copied = (found.exact.len() as u64).saturating_add(found.near.len() as u64);
    report.copied = Copied {
        exact: found.exact.len() as u64,
        near: found.near.len() as u64,
        internal: u64::from(found.internal),
    };
    // The one most rows are from; of two, the earlier.
    let most = copied_from
        .iter()
        .max_by_key(|(id, count)| (**count, std::cmp::Reverse(**id)));
    if let Some((of, count)) = most.filter(|_| share(copied) >= limit_ppm) {
        let reason = RejectReason::Duplicate {
            of: ContributionId(*of),
            share: Ppm(share(*count).min(Ppm::ONE.0)),
        };
        let detail = format!(
            "{copied} of {rows} rows are copies of other contributions, {count} of them of {of}"
        );
        reject(report, reason, detail);
    } else if u64::from(found.internal).saturating_mul(1_000_000) / rows > MAX_INTERNAL_PPM {
        let detail = format!("{} of {rows} rows repeat other rows of it", found.internal);
        reject(report, RejectReason::LowQuality, detail);
    }
    report.exact = found
        .exact
        .iter()
        .take(MAX_LISTED)
        .map(|(row, of)| ExactRow {
            row: *row,
            of: ContributionId(*of),
        })
        .collect();
    report.near = found
        .near
        .iter()
        .take(MAX_LISTED)
        .map(|(row, of, similarity_ppm)| NearRow {
            row: *row,
            of: ContributionId(*of),
            similarity_ppm: *similarity_ppm,
        })
        .collect();
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ApiError::Internal(error.to_string()))
}
