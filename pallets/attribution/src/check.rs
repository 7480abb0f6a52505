// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Every check that a receipt has to pass. They change nothing, so that the transaction pool and the
//! offchain workers make the same ones.

use crate::{CheckedReceipt, Config, Error, Pallet, WeightInfo};
use alloc::vec::Vec;
use openledger_primitives::{
    listeners::AttributionListener,
    receipt::RECEIPT_VERSION,
    traits::{Escrow, JobTerms, Models, WorkPoints},
    AccountId, Balance, InferenceReceipt, InfluenceError, SignedReceipt,
};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get, weights::Weight},
    sp_runtime::DispatchError,
};

/// What hashing the longest output weighs: generous for a kibibyte.
const OUTPUT_CHECK: Weight = Weight::from_parts(10_000_000, 0);

impl<T: Config> Pallet<T> {
    /// Checks a receipt against the present state, cheap checks first. What concerns the job, the
    /// channel or the voucher is the escrow's error, all else is this pallet's.
    pub fn check(signed: &SignedReceipt) -> Result<CheckedReceipt, DispatchError> {
        let receipt = &signed.receipt;
        ensure!(
            receipt.version == RECEIPT_VERSION,
            Error::<T>::WrongReceiptVersion
        );
        ensure!(receipt.genesis == Self::genesis(), Error::<T>::WrongChain);
        ensure!(receipt.units > 0, Error::<T>::NoUnits);
        receipt.influence.validate().map_err(Error::<T>::from)?;
        let key = T::Escrow::receipt_key(&receipt.worker).ok_or(Error::<T>::UnknownWorker)?;
        let terms = T::Escrow::terms(&receipt.job, signed.voucher.as_ref(), &receipt.worker)?;
        ensure!(receipt.adapter == terms.adapter, Error::<T>::WrongAdapter);
        ensure!(
            receipt.input_hash == terms.input_hash,
            Error::<T>::WrongInput
        );
        ensure!(signed.has_its_voucher(), Error::<T>::WrongVoucher);
        match (terms.delivered, &signed.output) {
            (true, None) => return Err(Error::<T>::OutputMissing.into()),
            (false, Some(_)) => return Err(Error::<T>::UnexpectedOutput.into()),
            _ => ensure!(signed.has_its_output(), Error::<T>::WrongOutput),
        }
        let adapter = T::Models::terms(receipt.adapter).ok_or(Error::<T>::UnknownAdapter)?;
        ensure!(
            receipt.artifact == adapter.artifact,
            Error::<T>::WrongArtifact
        );
        let fee = Self::fee(receipt, &terms)?;
        ensure!(signed.verify(&key), Error::<T>::BadSignature);
        let contributors = Self::contributors(receipt)?;
        let developer = adapter.developer;
        Ok(CheckedReceipt {
            consumer: terms.consumer,
            fee,
            developer,
            contributors,
        })
    }

    /// `units * unit_price`, planck, if the job may cost that and it pays for the receipt's place in
    /// a block. A product that overflows is above every escrow.
    fn fee(receipt: &InferenceReceipt, terms: &JobTerms) -> Result<Balance, Error<T>> {
        let fee = Balance::from(receipt.units)
            .checked_mul(terms.unit_price)
            .filter(|fee| *fee <= terms.max_fee)
            .ok_or(Error::<T>::UnitsOverEscrow)?;
        let above = fee
            .checked_sub(terms.min_fee)
            .ok_or(Error::<T>::FeeBelowMinimum)?;
        let further = Self::entries(receipt).saturating_sub(1);
        let needed = T::FeePerEntry::get().saturating_mul(further.into());
        ensure!(above >= needed, Error::<T>::VectorOverFee);
        Ok(fee)
    }

    /// Who contributed each contribution of the vector, in its order.
    fn contributors(receipt: &InferenceReceipt) -> Result<Vec<AccountId>, Error<T>> {
        receipt
            .influence
            .iter()
            .map(|entry| T::Models::contributor_in_lineage(receipt.adapter, entry.contribution))
            .collect::<Option<Vec<_>>>()
            .ok_or(Error::<T>::OutsideLineage)
    }

    /// What checking a receipt weighs.
    pub fn check_weight(signed: &SignedReceipt) -> Weight {
        let entries = Self::entries(&signed.receipt);
        T::WeightInfo::authorize_submit_receipts(entries).saturating_add(Self::extra(signed))
    }

    /// What checking and settling a receipt weighs in a batch.
    pub fn settlement_weight(signed: &SignedReceipt) -> Weight {
        let entries = Self::entries(&signed.receipt);
        T::WeightInfo::submit_receipts(entries)
            .saturating_add(Self::extra(signed))
            .saturating_add(Self::told(entries))
    }

    /// What checking and settling a receipt of its own call weighs.
    pub fn single_weight(signed: &SignedReceipt) -> Weight {
        let entries = Self::entries(&signed.receipt);
        T::WeightInfo::submit_receipt(entries)
            .saturating_add(Self::extra(signed))
            .saturating_add(Self::told(entries))
    }

    /// What telling others of a settlement weighs: the benchmarks know them not.
    fn told(entries: u32) -> Weight {
        T::Work::weight().saturating_add(T::Listener::settled_weight(entries))
    }

    /// What settling a batch weighs: linear in the summed length of its vectors.
    pub fn batch_weight(receipts: &[SignedReceipt]) -> Weight {
        receipts
            .iter()
            .map(Self::settlement_weight)
            .fold(Weight::zero(), Weight::saturating_add)
    }

    /// What checking a batch weighs.
    pub fn batch_check_weight(receipts: &[SignedReceipt]) -> Weight {
        receipts
            .iter()
            .map(Self::check_weight)
            .fold(Weight::zero(), Weight::saturating_add)
    }

    fn entries(receipt: &InferenceReceipt) -> u32 {
        u32::try_from(receipt.influence.len()).unwrap_or(u32::MAX)
    }

    fn extra(signed: &SignedReceipt) -> Weight {
        let voucher = match signed.voucher {
            Some(_) => T::Escrow::voucher_weight(),
            None => Weight::zero(),
        };
        match signed.output {
            Some(_) => voucher
                .saturating_add(T::Escrow::delivery_weight())
                .saturating_add(OUTPUT_CHECK),
            None => voucher,
        }
    }
}

impl<T> From<InfluenceError> for Error<T> {
    fn from(error: InfluenceError) -> Self {
        match error {
            InfluenceError::Empty => Self::VectorEmpty,
            InfluenceError::ZeroShare => Self::VectorZeroShare,
            InfluenceError::Duplicate => Self::VectorDuplicate,
            InfluenceError::Unsorted => Self::VectorUnsorted,
            InfluenceError::WrongSum => Self::VectorWrongSum,
            InfluenceError::TooLong => Self::VectorTooLong,
        }
    }
}
