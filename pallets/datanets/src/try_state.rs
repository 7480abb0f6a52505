// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What always holds of the pallet's storage.

use alloc::collections::{BTreeMap, BTreeSet};
use openledger_primitives::{
    merkle, views::ContributionStatus, AccountId, Balance, ContributionId, DatanetId, H256,
};
use polkadot_sdk::{
    frame_support::{ensure, traits::fungible::InspectHold},
    sp_runtime::TryRuntimeError,
};

use crate::{
    Accepted, Config, ContentTaken, Contributions, Datanet, Datanets, HoldReason,
    NextContributionId, NextDatanetId, Pallet, Pending, Rejected, RootsTaken, Versions,
};

type Check = Result<(), TryRuntimeError>;

impl<T: Config> Pallet<T> {
    /// Checks every invariant of the pallet:
    /// 1. ids count up: nothing has an id that is still to be given out;
    /// 2. a Datanet's counters and its list of the pending equal what it has;
    /// 3. the accepted contributions lie without a gap, each leaf equals its record, and the rows
    ///    follow on one another;
    /// 4. each version is a longer beginning of that list than the one before, under its root;
    /// 5. exactly the pending and accepted contributions have their hashes taken;
    /// 6. exactly the rejected contributions stand in the list of the rejected;
    /// 7. what is held from an account is the sum of its deposits.
    pub fn do_try_state() -> Check {
        for (datanet, record) in Datanets::<T>::iter() {
            ensure!(
                datanet < NextDatanetId::<T>::get(),
                "a Datanet has an id of the future"
            );
            Self::check_accepted(datanet, &record)?;
            Self::check_versions(datanet, &record)?;
        }
        Self::check_counters()?;
        Self::check_hashes()?;
        Self::check_rejected()?;
        Self::check_deposits()
    }

    fn check_accepted(datanet: DatanetId, record: &Datanet) -> Check {
        let leaves = Self::leaves(datanet, record.accepted);
        ensure!(
            leaves.len() == record.accepted as usize,
            "an accepted contribution is missing"
        );
        ensure!(
            Accepted::<T>::iter_prefix(datanet).count() == leaves.len(),
            "an accepted contribution lies beyond the count"
        );
        let mut first_row = 0u64;
        for (index, leaf) in (0u32..).zip(&leaves) {
            let contribution =
                Contributions::<T>::get(leaf.contribution).ok_or("a leaf has no contribution")?;
            ensure!(
                contribution.datanet == datanet,
                "a leaf is of another Datanet"
            );
            ensure!(
                contribution.status == ContributionStatus::Accepted { index, first_row },
                "an accepted contribution does not know its place"
            );
            ensure!(
                *leaf == contribution.leaf(leaf.contribution, first_row),
                "a leaf differs from its contribution"
            );
            first_row = first_row.saturating_add(leaf.rows.into());
        }
        ensure!(
            first_row == record.accepted_rows,
            "the accepted rows do not add up"
        );
        Ok(())
    }

    fn check_versions(datanet: DatanetId, record: &Datanet) -> Check {
        ensure!(
            Versions::<T>::iter_prefix(datanet).count() == record.versions as usize,
            "a version lies beyond the count"
        );
        let mut before = 0u32;
        for number in 1..=record.versions {
            let version = Versions::<T>::get(datanet, number).ok_or("a version is missing")?;
            ensure!(
                version.contributions > before,
                "a version brings nothing new"
            );
            ensure!(
                version.contributions <= record.accepted,
                "a version has what is not accepted"
            );
            let leaves = Self::leaves(datanet, version.contributions);
            ensure!(
                version.root == merkle::version_root(&leaves),
                "a version's root is wrong"
            );
            let rows = leaves.iter().map(|leaf| u64::from(leaf.rows)).sum::<u64>();
            ensure!(version.rows == rows, "a version's rows do not add up");
            before = version.contributions;
        }
        Ok(())
    }

    fn check_counters() -> Check {
        let mut pending = BTreeMap::<DatanetId, u32>::new();
        let mut listed = Pending::<T>::iter_keys().collect::<BTreeSet<_>>();
        for (contribution, record) in Contributions::<T>::iter() {
            ensure!(
                contribution < NextContributionId::<T>::get(),
                "a contribution has an id of the future"
            );
            match record.status {
                ContributionStatus::Pending => {
                    let count = pending.entry(record.datanet).or_default();
                    *count = count.saturating_add(1);
                    ensure!(
                        listed.remove(&(record.datanet, contribution)),
                        "a pending contribution is not in the list"
                    );
                }
                ContributionStatus::Accepted { index, .. } => ensure!(
                    Accepted::<T>::get(record.datanet, index)
                        .is_some_and(|leaf| leaf.contribution == contribution),
                    "an accepted contribution is not in the list"
                ),
                ContributionStatus::Rejected(_) => {}
            }
        }
        for (datanet, record) in Datanets::<T>::iter() {
            ensure!(
                pending.remove(&datanet).unwrap_or(0) == record.pending,
                "the pending contributions do not add up"
            );
        }
        ensure!(pending.is_empty(), "a contribution is of no Datanet");
        ensure!(listed.is_empty(), "the list of the pending has another one");
        Ok(())
    }

    fn check_hashes() -> Check {
        let mut content = BTreeSet::<(DatanetId, H256, ContributionId)>::new();
        let mut roots = BTreeSet::<(DatanetId, H256, ContributionId)>::new();
        for (contribution, record) in Contributions::<T>::iter() {
            if !matches!(record.status, ContributionStatus::Rejected(_)) {
                content.insert((record.datanet, record.content, contribution));
                roots.insert((record.datanet, record.rows_root, contribution));
            }
        }
        ensure!(
            ContentTaken::<T>::iter().collect::<BTreeSet<_>>() == content,
            "the content hashes taken are not those of the contributions"
        );
        ensure!(
            RootsTaken::<T>::iter().collect::<BTreeSet<_>>() == roots,
            "the rows roots taken are not those of the contributions"
        );
        Ok(())
    }

    fn check_rejected() -> Check {
        let listed: BTreeSet<_> = Rejected::<T>::iter()
            .map(|(datanet, _, contribution)| (datanet, contribution))
            .collect();
        let rejected: BTreeSet<_> = Contributions::<T>::iter()
            .filter(|(_, record)| matches!(record.status, ContributionStatus::Rejected(_)))
            .map(|(contribution, record)| (record.datanet, contribution))
            .collect();
        ensure!(
            listed == rejected,
            "the list of the rejected is not that of the contributions"
        );
        Ok(())
    }

    fn check_deposits() -> Check {
        let mut datanets = BTreeMap::<AccountId, Balance>::new();
        for record in Datanets::<T>::iter_values() {
            let sum = datanets.entry(record.owner).or_default();
            *sum = sum.saturating_add(record.deposit);
        }
        let mut contributions = BTreeMap::<AccountId, Balance>::new();
        for record in Contributions::<T>::iter_values() {
            if record.status != ContributionStatus::Pending {
                ensure!(
                    record.deposit == 0,
                    "a decided contribution still has a deposit"
                );
            }
            let sum = contributions.entry(record.contributor).or_default();
            *sum = sum.saturating_add(record.deposit);
        }
        for (reason, sums) in [
            (HoldReason::Datanet, datanets),
            (HoldReason::Contribution, contributions),
        ] {
            let reason: T::RuntimeHoldReason = reason.into();
            for (account, sum) in sums {
                ensure!(
                    T::Currency::balance_on_hold(&reason, &account) == sum,
                    "what is held is not the sum of the deposits"
                );
            }
        }
        Ok(())
    }
}
