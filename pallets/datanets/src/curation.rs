// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the calls do: the life of a Datanet, its contributions and its versions.

use alloc::vec::Vec;
use openledger_primitives::{
    merkle::{self, ContributionLeaf},
    views::{ContributionStatus, RejectReason},
    AccountId, BlockNumber, ContributionId, DatanetId, Ppm, VersionRef, H256,
};
use polkadot_sdk::{
    frame_support::{
        ensure,
        traits::{
            fungible::MutateHold,
            tokens::{Fortitude, Precision, Restriction},
            Get,
        },
    },
    frame_system,
    sp_runtime::{ArithmeticError, DispatchError, DispatchResult, SaturatedConversion},
};

use crate::{
    Accepted, Config, ContentTaken, Contribution, Contributions, Datanet, Datanets, Error,
    HoldReason, Licence, Name, NextContributionId, NextDatanetId, Pallet, Pending, Policy,
    Rejected, RootsTaken, Uri, Version, Versions,
};

/// The rows that a contributor registers, as `contribute` takes them.
pub(crate) struct Batch {
    pub rows_root: H256,
    pub rows: u32,
    pub bytes: u64,
    pub content: H256,
    pub licence: Licence,
    pub uri: Uri,
}

impl<T: Config> Pallet<T> {
    /// Whether a policy can be met by some contribution.
    pub(crate) fn ensure_valid_policy(policy: &Policy) -> DispatchResult {
        ensure!(
            policy.min_rows > 0 && policy.min_rows <= policy.max_rows,
            Error::<T>::InvalidRowRange
        );
        ensure!(policy.max_bytes > 0, Error::<T>::ZeroMaxBytes);
        ensure!(policy.similarity <= Ppm::ONE, Error::<T>::InvalidSimilarity);
        Ok(())
    }

    /// Changes a Datanet if `who` owns it; an error leaves it as it was.
    pub(crate) fn mutate_owned<R>(
        datanet: DatanetId,
        who: &AccountId,
        change: impl FnOnce(&mut Datanet) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        Datanets::<T>::try_mutate(datanet, |slot| {
            let record = slot.as_mut().ok_or(Error::<T>::UnknownDatanet)?;
            ensure!(record.owner == *who, Error::<T>::NotOwner);
            change(record)
        })
    }

    /// Creates a Datanet and holds its deposit.
    pub(crate) fn do_create(
        owner: &AccountId,
        name: Name,
        policy: Policy,
    ) -> Result<DatanetId, DispatchError> {
        ensure!(is_text(&name) && !name.is_empty(), Error::<T>::InvalidName);
        Self::ensure_valid_policy(&policy)?;

        let datanet = NextDatanetId::<T>::get();
        NextDatanetId::<T>::put(datanet.next().ok_or(Error::<T>::IdsExhausted)?);
        let deposit = T::DatanetDeposit::get();
        T::Currency::hold(&HoldReason::Datanet.into(), owner, deposit)?;
        Datanets::<T>::insert(
            datanet,
            Datanet {
                owner: owner.clone(),
                name,
                policy,
                deposit,
                pending: 0,
                accepted: 0,
                accepted_rows: 0,
                rejected: 0,
                versions: 0,
                created_at: Self::now(),
            },
        );
        Ok(datanet)
    }

    /// Registers a pending contribution and holds its deposit.
    pub(crate) fn do_contribute(
        contributor: &AccountId,
        datanet: DatanetId,
        batch: Batch,
    ) -> Result<ContributionId, DispatchError> {
        let mut record = Datanets::<T>::get(datanet).ok_or(Error::<T>::UnknownDatanet)?;
        Self::ensure_meets_policy(&record.policy, &batch)?;
        ensure!(
            record.pending < T::MaxPending::get(),
            Error::<T>::TooManyPending
        );
        ensure!(
            record.accepted < T::MaxContributions::get(),
            Error::<T>::TooManyContributions
        );
        let Batch {
            rows_root,
            rows,
            bytes,
            content,
            licence,
            uri,
        } = batch;
        ensure!(
            !ContentTaken::<T>::contains_key(datanet, content),
            Error::<T>::ContentTaken
        );
        ensure!(
            !RootsTaken::<T>::contains_key(datanet, rows_root),
            Error::<T>::RootTaken
        );

        let contribution = NextContributionId::<T>::get();
        NextContributionId::<T>::put(contribution.next().ok_or(Error::<T>::IdsExhausted)?);
        let deposit = T::ContributionDeposit::get();
        T::Currency::hold(&HoldReason::Contribution.into(), contributor, deposit)?;
        record.pending = record
            .pending
            .checked_add(1)
            .ok_or(ArithmeticError::Overflow)?;
        Datanets::<T>::insert(datanet, record);
        Pending::<T>::insert(datanet, contribution, ());
        ContentTaken::<T>::insert(datanet, content, contribution);
        RootsTaken::<T>::insert(datanet, rows_root, contribution);
        Contributions::<T>::insert(
            contribution,
            Contribution {
                datanet,
                contributor: contributor.clone(),
                rows_root,
                rows,
                content,
                bytes,
                licence,
                uri,
                deposit,
                status: ContributionStatus::Pending,
                report: None,
                contributed_at: Self::now(),
            },
        );
        Ok(contribution)
    }

    /// Whether a batch is well-formed and obeys the Datanet's policy.
    fn ensure_meets_policy(policy: &Policy, batch: &Batch) -> DispatchResult {
        ensure!(policy.open, Error::<T>::Closed);
        ensure!(batch.rows >= policy.min_rows, Error::<T>::TooFewRows);
        ensure!(batch.rows <= policy.max_rows, Error::<T>::TooManyRows);
        ensure!(batch.bytes > 0, Error::<T>::NoBytes);
        ensure!(batch.bytes <= policy.max_bytes, Error::<T>::TooManyBytes);
        let licence = &batch.licence;
        ensure!(
            is_text(licence) && !licence.is_empty(),
            Error::<T>::InvalidLicence
        );
        ensure!(is_text(&batch.uri), Error::<T>::InvalidUri);
        Ok(())
    }

    /// Removes a pending contribution and returns its deposit.
    pub(crate) fn do_withdraw(
        who: &AccountId,
        contribution: ContributionId,
    ) -> Result<DatanetId, DispatchError> {
        let mut record = Self::pending(contribution)?;
        ensure!(record.contributor == *who, Error::<T>::NotContributor);

        let datanet = record.datanet;
        Datanets::<T>::try_mutate(datanet, |slot| {
            let network = slot.as_mut().ok_or(Error::<T>::UnknownDatanet)?;
            Self::end_pending(network, contribution, &mut record)
        })?;
        Self::free_hashes(&record);
        Contributions::<T>::remove(contribution);
        Ok(datanet)
    }

    /// Appends a pending contribution to the accepted ones and returns its deposit. Gives the
    /// Datanet, the contribution's place and the place of its first row.
    pub(crate) fn do_accept(
        who: &AccountId,
        contribution: ContributionId,
        report: H256,
    ) -> Result<(DatanetId, u32, u64), DispatchError> {
        let mut record = Self::pending(contribution)?;
        let datanet = record.datanet;
        let (index, first_row) = Self::mutate_owned(datanet, who, |network| {
            ensure!(
                network.accepted < T::MaxContributions::get(),
                Error::<T>::TooManyContributions
            );
            let (index, first_row) = (network.accepted, network.accepted_rows);
            network.accepted = index.checked_add(1).ok_or(ArithmeticError::Overflow)?;
            network.accepted_rows = first_row
                .checked_add(record.rows.into())
                .ok_or(ArithmeticError::Overflow)?;
            Self::end_pending(network, contribution, &mut record)?;
            Ok((index, first_row))
        })?;
        Accepted::<T>::insert(datanet, index, record.leaf(contribution, first_row));
        record.status = ContributionStatus::Accepted { index, first_row };
        record.report = Some(report);
        Contributions::<T>::insert(contribution, record);
        Ok((datanet, index, first_row))
    }

    /// Rejects a pending contribution and returns its deposit. Gives the Datanet and the older
    /// rejected contribution whose record made room, if one did.
    pub(crate) fn do_reject(
        who: &AccountId,
        contribution: ContributionId,
        reason: RejectReason,
        report: H256,
    ) -> Result<(DatanetId, Option<ContributionId>), DispatchError> {
        let mut record = Self::pending(contribution)?;
        let datanet = record.datanet;
        let ordinal = Self::mutate_owned(datanet, who, |network| {
            Self::ensure_valid_reason(datanet, contribution, &reason)?;
            let ordinal = network.rejected;
            network.rejected = ordinal.checked_add(1).ok_or(ArithmeticError::Overflow)?;
            Self::end_pending(network, contribution, &mut record)?;
            Ok(ordinal)
        })?;
        Self::free_hashes(&record);
        record.status = ContributionStatus::Rejected(reason);
        record.report = Some(report);
        Contributions::<T>::insert(contribution, record);
        Rejected::<T>::insert(datanet, ordinal, contribution);

        let pruned = ordinal
            .checked_sub(T::MaxRejected::get())
            .and_then(|oldest| Rejected::<T>::take(datanet, oldest));
        if let Some(pruned) = pruned {
            Contributions::<T>::remove(pruned);
        }
        Ok((datanet, pruned))
    }

    /// Whether a reason says something that can be true.
    fn ensure_valid_reason(
        datanet: DatanetId,
        contribution: ContributionId,
        reason: &RejectReason,
    ) -> DispatchResult {
        if let RejectReason::Duplicate { of, share } = reason {
            ensure!(*of != contribution, Error::<T>::DuplicateOfItself);
            let original = Contributions::<T>::get(of).ok_or(Error::<T>::UnknownOriginal)?;
            ensure!(original.datanet == datanet, Error::<T>::UnknownOriginal);
            ensure!(
                *share > Ppm(0) && *share <= Ppm::ONE,
                Error::<T>::InvalidShare
            );
        }
        Ok(())
    }

    /// Publishes the accepted contributions as the next version.
    pub(crate) fn do_publish(
        who: &AccountId,
        datanet: DatanetId,
    ) -> Result<(VersionRef, Version), DispatchError> {
        Self::mutate_owned(datanet, who, |network| {
            let published = Versions::<T>::get(datanet, network.versions)
                .map_or(0, |version| version.contributions);
            ensure!(network.accepted > published, Error::<T>::NothingNew);
            let number = network
                .versions
                .checked_add(1)
                .ok_or(ArithmeticError::Overflow)?;
            let version = Version {
                root: merkle::version_root(&Self::leaves(datanet, network.accepted)),
                contributions: network.accepted,
                rows: network.accepted_rows,
                published_at: Self::now(),
            };
            network.versions = number;
            Versions::<T>::insert(datanet, number, &version);
            Ok((VersionRef { datanet, number }, version))
        })
    }

    /// Makes `to` the owner and moves the deposit to its held balance.
    pub(crate) fn do_transfer(
        from: &AccountId,
        datanet: DatanetId,
        to: &AccountId,
    ) -> DispatchResult {
        Self::mutate_owned(datanet, from, |network| {
            ensure!(to != from, Error::<T>::AlreadyOwner);
            T::Currency::transfer_on_hold(
                &HoldReason::Datanet.into(),
                from,
                to,
                network.deposit,
                Precision::Exact,
                Restriction::OnHold,
                Fortitude::Polite,
            )?;
            network.owner = to.clone();
            Ok(())
        })
    }

    /// The first `count` accepted contributions of a Datanet, in order.
    pub(crate) fn leaves(datanet: DatanetId, count: u32) -> Vec<ContributionLeaf> {
        (0..count)
            .filter_map(|index| Accepted::<T>::get(datanet, index))
            .collect()
    }

    /// A contribution that waits for evaluation.
    fn pending(contribution: ContributionId) -> Result<Contribution, DispatchError> {
        let record =
            Contributions::<T>::get(contribution).ok_or(Error::<T>::UnknownContribution)?;
        ensure!(
            record.status == ContributionStatus::Pending,
            Error::<T>::NotPending
        );
        Ok(record)
    }

    /// Takes a contribution out of the pending ones: returns its deposit.
    fn end_pending(
        datanet: &mut Datanet,
        contribution: ContributionId,
        record: &mut Contribution,
    ) -> DispatchResult {
        Pending::<T>::remove(record.datanet, contribution);
        datanet.pending = datanet
            .pending
            .checked_sub(1)
            .ok_or(ArithmeticError::Underflow)?;
        T::Currency::release(
            &HoldReason::Contribution.into(),
            &record.contributor,
            record.deposit,
            Precision::Exact,
        )?;
        record.deposit = 0;
        Ok(())
    }

    /// Lets the content be contributed again.
    fn free_hashes(record: &Contribution) {
        ContentTaken::<T>::remove(record.datanet, record.content);
        RootsTaken::<T>::remove(record.datanet, record.rows_root);
    }

    /// The present block.
    fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }
}

/// Whether bytes are UTF-8.
fn is_text(bytes: &[u8]) -> bool {
    core::str::from_utf8(bytes).is_ok()
}
