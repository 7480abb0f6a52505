// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What other pallets and the runtime APIs read.

use alloc::vec::Vec;
use codec::Encode;
use openledger_primitives::{
    merkle,
    traits::{AcceptedContribution, VersionSummary},
    views::{ContributionStatus, ContributionView, LineageEntry, RowProof, VersionView},
    AccountId, ContributionId, DatanetId, Ppm, VersionRef,
};

use crate::{Config, Contribution, Contributions, Datanets, Pallet, Pending, Versions};

impl<T: Config> Pallet<T> {
    /// A contribution, or `None` when there is none of that id or its record is gone.
    pub fn contribution_view(contribution: ContributionId) -> Option<ContributionView> {
        Contributions::<T>::get(contribution).map(|record| record.view(contribution))
    }

    /// The accepted contributions of a Datanet, in order of acceptance; none when there is no such
    /// Datanet.
    pub fn accepted_views(datanet: DatanetId) -> Vec<ContributionView> {
        let accepted = Datanets::<T>::get(datanet).map_or(0, |record| record.accepted);
        Self::first_accepted(datanet, accepted)
            .map(|(contribution, record)| record.view(contribution))
            .collect()
    }

    /// The contributions of a Datanet that wait for evaluation, ascending by id; none when there is
    /// no such Datanet.
    pub fn pending_views(datanet: DatanetId) -> Vec<ContributionView> {
        let mut pending: Vec<_> = Pending::<T>::iter_key_prefix(datanet).collect();
        pending.sort_unstable();
        let view = |contribution| Self::contribution_view(contribution);
        pending.into_iter().filter_map(view).collect()
    }

    /// From which similarity on two rows are near-duplicates in a Datanet, or `None` when there is
    /// no such Datanet.
    pub fn similarity(datanet: DatanetId) -> Option<Ppm> {
        Datanets::<T>::get(datanet).map(|record| record.policy.similarity)
    }

    /// A published version with its contributions in order, or `None` when there is none of that
    /// number.
    pub fn version_view(version: VersionRef) -> Option<VersionView> {
        let summary = Versions::<T>::get(version.datanet, version.number)?;
        let contributions = Self::first_accepted(version.datanet, summary.contributions)
            .map(|(contribution, record)| record.view(contribution))
            .collect();
        Some(VersionView {
            version,
            root: summary.root,
            rows: summary.rows,
            contributions,
        })
    }

    /// Leads from row `row` (from 0) of a published version to the account that contributed it, or
    /// `None` when there is no such version or row. A client checks it with
    /// [`merkle::verify_contribution`] against the version's root.
    pub fn proof_of(version: VersionRef, row: u64) -> Option<RowProof> {
        let summary = Versions::<T>::get(version.datanet, version.number)?;
        if row >= summary.rows {
            return None;
        }
        let leaves = Self::leaves(version.datanet, summary.contributions);
        // Leaves ascend by `first_row` and leave no gap: the last one that starts at or before the
        // row has it.
        let index = leaves
            .partition_point(|leaf| leaf.first_row <= row)
            .checked_sub(1)?;
        let leaf = leaves.get(index)?.clone();
        let row_in_contribution = u32::try_from(row.checked_sub(leaf.first_row)?).ok()?;
        let proof = merkle::prove_contribution(&leaves, u32::try_from(index).ok()?)?;
        let content = Contributions::<T>::get(leaf.contribution)?.content;
        Some(RowProof {
            root: summary.root,
            leaf_bytes: leaf.encode(),
            leaf,
            proof,
            row_in_contribution,
            content,
        })
    }

    /// The first `count` accepted contributions of a Datanet with their records, in order.
    fn first_accepted(
        datanet: DatanetId,
        count: u32,
    ) -> impl Iterator<Item = (ContributionId, Contribution)> {
        Self::leaves(datanet, count).into_iter().filter_map(|leaf| {
            Contributions::<T>::get(leaf.contribution).map(|record| (leaf.contribution, record))
        })
    }
}

impl<T: Config> openledger_primitives::traits::Datanets for Pallet<T> {
    fn exists(datanet: DatanetId) -> bool {
        Datanets::<T>::contains_key(datanet)
    }

    fn version(version: &VersionRef) -> Option<VersionSummary> {
        Versions::<T>::get(version.datanet, version.number).map(|record| VersionSummary {
            root: record.root,
            contributions: record.contributions,
            rows: record.rows,
        })
    }

    fn accepted(contribution: ContributionId) -> Option<AcceptedContribution> {
        let record = Contributions::<T>::get(contribution)?;
        let ContributionStatus::Accepted { index, .. } = record.status else {
            return None;
        };
        Some(AcceptedContribution {
            datanet: record.datanet,
            index,
            contributor: record.contributor,
            rows: record.rows,
            contributed_at: record.contributed_at,
        })
    }

    fn contributor(contribution: ContributionId) -> Option<AccountId> {
        Self::accepted(contribution).map(|accepted| accepted.contributor)
    }

    fn contains(version: &VersionRef, contribution: ContributionId) -> bool {
        let Some(accepted) = Self::accepted(contribution) else {
            return false;
        };
        accepted.datanet == version.datanet
            && Self::version(version).is_some_and(|summary| accepted.index < summary.contributions)
    }

    fn contributions(version: &VersionRef) -> Vec<LineageEntry> {
        let count = Self::version(version).map_or(0, |summary| summary.contributions);
        Self::first_accepted(version.datanet, count)
            .map(|(contribution, record)| LineageEntry {
                contribution,
                datanet: record.datanet,
                contributor: record.contributor,
                rows: record.rows,
                content: record.content,
            })
            .collect()
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_version(contributions: u32) -> (VersionRef, Vec<ContributionId>) {
        crate::benchmarking::published_version::<T>(contributions)
    }
}
