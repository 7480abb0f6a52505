// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Settling a receipt: the fee's way from the consumer to those who earned it.

use crate::{
    AdapterInfluence, CheckedReceipt, Config, ContributionTotals, Credits, Event, FeeSplitStore,
    HoldReason, Pallet, QueueEnds, ReceiptQueue, Receipts, Settlement, TotalsStore,
};
use alloc::collections::BTreeMap;
use openledger_primitives::{
    listeners::{AttributionListener, Settled},
    traits::{Escrow, WorkPoints},
    views::InfluenceTotals,
    AccountId, Balance, FeeShares, InferenceReceipt, SignedReceipt, H256,
};
use polkadot_sdk::{
    frame_support::{
        ensure,
        storage::with_storage_layer,
        traits::{
            fungible::{Inspect, MutateHold},
            tokens::{
                DepositConsequence, Fortitude, Precision, Preservation, Provenance, Restriction,
            },
            Get,
        },
        PalletId,
    },
    sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchResult, TokenError},
};

/// What one settlement credits, per account.
type NewCredits = BTreeMap<AccountId, Balance>;

impl<T: Config> Pallet<T> {
    /// The account in which credits are on hold. Nobody has its key.
    pub fn pot() -> AccountId {
        let id: PalletId = T::PalletId::get();
        id.into_account_truncating()
    }

    /// Checks and settles a receipt; nothing is changed when either fails.
    pub(crate) fn settle_in_layer(signed: &SignedReceipt) -> DispatchResult {
        with_storage_layer(|| Self::settle(signed, Self::check(signed)?))
    }

    /// Settles a receipt that was checked against the present state. To be called in a storage
    /// layer of its own.
    pub(crate) fn settle(signed: &SignedReceipt, checked: CheckedReceipt) -> DispatchResult {
        let receipt = &signed.receipt;
        let fee = checked.fee;
        T::Escrow::settle(&receipt.job, signed.voucher.as_ref(), &receipt.worker, fee)?;
        Self::take_fee(&checked.consumer, fee)?;
        let shares = FeeSplitStore::<T>::get().divide(fee, &receipt.influence);
        Self::pay(receipt, &checked, &shares)?;
        Self::count_influence(receipt, &shares)?;
        let hash = signed.hash();
        Self::record(receipt, hash, checked.consumer.clone(), fee)?;
        T::Listener::settled(&Settled {
            receipt,
            hash,
            consumer: &checked.consumer,
            fee,
            contributions: &shares.contributions,
        });
        Self::report(receipt, hash, checked.consumer, fee, shares);
        if let Some(output) = &signed.output {
            T::Escrow::deliver(&receipt.job, hash, output);
        }
        T::Work::note_settled(&receipt.worker, fee);
        Ok(())
    }

    /// Moves `fee` from the consumer's free balance to the pot's hold. The escrow has just released
    /// it there, so neither a freeze that came later nor the existential deposit may stand between
    /// a worker and what was set aside for it.
    fn take_fee(consumer: &AccountId, fee: Balance) -> DispatchResult {
        let moved = T::Currency::transfer_and_hold(
            &HoldReason::Credits.into(),
            consumer,
            &Self::pot(),
            fee,
            Precision::Exact,
            Preservation::Expendable,
            Fortitude::Force,
        )?;
        ensure!(moved == fee, TokenError::FundsUnavailable);
        Ok(())
    }

    /// Pays the stakers and the treasury and credits everybody else.
    fn pay(
        receipt: &InferenceReceipt,
        checked: &CheckedReceipt,
        shares: &FeeShares,
    ) -> DispatchResult {
        let mut credits = NewCredits::new();
        for (account, (_, amount)) in checked.contributors.iter().zip(&shares.contributions) {
            add_credit(&mut credits, account.clone(), *amount)?;
        }
        add_credit(&mut credits, checked.developer.clone(), shares.developer)?;
        add_credit(&mut credits, receipt.worker.clone(), shares.worker)?;
        let to_stakers = Self::pay_out(T::StakersPot::get(), shares.stakers, &mut credits)?;
        let to_treasury = Self::pay_out(T::Treasury::get(), shares.treasury, &mut credits)?;

        let mut totals = TotalsStore::<T>::get();
        for (account, amount) in credits {
            let credit = add(Credits::<T>::get(&account), amount)?;
            Credits::<T>::insert(account, credit);
            totals.credited = add(totals.credited, amount)?;
        }
        totals.receipts = totals
            .receipts
            .checked_add(1)
            .ok_or(ArithmeticError::Overflow)?;
        totals.paid_in = add(totals.paid_in, checked.fee)?;
        totals.to_stakers = add(totals.to_stakers, to_stakers)?;
        totals.to_treasury = add(totals.to_treasury, to_treasury)?;
        TotalsStore::<T>::put(totals);
        Ok(())
    }

    /// Transfers `amount` from the pot to `account` and returns it, or credits it and returns zero
    /// when the account cannot take so little.
    fn pay_out(
        account: AccountId,
        amount: Balance,
        credits: &mut NewCredits,
    ) -> Result<Balance, ArithmeticError> {
        if amount == 0 || !Self::pay_from_pot(&account, amount) {
            add_credit(credits, account, amount)?;
            return Ok(0);
        }
        Ok(amount)
    }

    /// Moves exactly `amount` from the pot's hold to the free balance of `account`; false, with
    /// nothing changed, when the account cannot take it.
    pub(crate) fn pay_from_pot(account: &AccountId, amount: Balance) -> bool {
        let possible = T::Currency::can_deposit(account, amount, Provenance::Extant);
        if possible != DepositConsequence::Success {
            return false;
        }
        with_storage_layer(|| {
            T::Currency::transfer_on_hold(
                &HoldReason::Credits.into(),
                &Self::pot(),
                account,
                amount,
                Precision::Exact,
                Restriction::Free,
                Fortitude::Force,
            )
        })
        .is_ok_and(|moved| moved == amount)
    }

    /// Adds the vector to the totals of its contributions.
    fn count_influence(receipt: &InferenceReceipt, shares: &FeeShares) -> DispatchResult {
        for (entry, (_, amount)) in receipt.influence.iter().zip(&shares.contributions) {
            let count = |totals: &mut InfluenceTotals| -> Result<(), ArithmeticError> {
                totals.receipts = totals
                    .receipts
                    .checked_add(1)
                    .ok_or(ArithmeticError::Overflow)?;
                totals.influence_ppm = add(totals.influence_ppm, entry.share.0.into())?;
                totals.earned = add(totals.earned, *amount)?;
                Ok(())
            };
            let id = entry.contribution;
            AdapterInfluence::<T>::try_mutate(receipt.adapter, id, count)?;
            ContributionTotals::<T>::try_mutate(id, count)?;
        }
        Ok(())
    }

    /// Keeps what was settled for [`Config::ReceiptRetention`] blocks.
    fn record(
        receipt: &InferenceReceipt,
        hash: H256,
        consumer: AccountId,
        fee: Balance,
    ) -> DispatchResult {
        let now = Self::now();
        let settlement = Settlement {
            hash,
            consumer,
            adapter: receipt.adapter,
            worker: receipt.worker.clone(),
            input_hash: receipt.input_hash,
            output_hash: receipt.output_hash,
            units: receipt.units,
            fee,
            influence: receipt.influence.clone(),
            method: receipt.method,
            evidence: receipt.evidence,
            settled_at: now,
        };
        Receipts::<T>::insert(receipt.job, settlement);
        let (first, next) = QueueEnds::<T>::get();
        ReceiptQueue::<T>::insert(next, (now, receipt.job));
        QueueEnds::<T>::put((first, next.checked_add(1).ok_or(ArithmeticError::Overflow)?));
        Ok(())
    }

    fn report(
        receipt: &InferenceReceipt,
        hash: H256,
        consumer: AccountId,
        fee: Balance,
        shares: FeeShares,
    ) {
        let job = receipt.job;
        Self::deposit_event(Event::ReceiptSettled {
            job,
            hash,
            consumer,
            adapter: receipt.adapter,
            worker: receipt.worker.clone(),
            fee,
            units: receipt.units,
            output_hash: receipt.output_hash,
        });
        let FeeShares {
            contributions,
            developer,
            worker,
            stakers,
            treasury,
        } = shares;
        // The parts sum to the fee, so their sum cannot overflow.
        let contributors = contributions
            .iter()
            .fold(0, |sum: Balance, (_, amount)| sum.saturating_add(*amount));
        Self::deposit_event(Event::FeeDivided {
            job,
            contributors,
            developer,
            worker,
            stakers,
            treasury,
        });
        Self::deposit_event(Event::InfluencePaid { job, contributions });
    }
}

/// Adds to an account's new credits; an amount that rounding left at zero leaves no entry.
fn add_credit(
    credits: &mut NewCredits,
    account: AccountId,
    amount: Balance,
) -> Result<(), ArithmeticError> {
    if amount > 0 {
        let credit = credits.entry(account).or_default();
        *credit = add(*credit, amount)?;
    }
    Ok(())
}

/// The sum, which no amount of OPEN in existence can overflow.
fn add(a: Balance, b: Balance) -> Result<Balance, ArithmeticError> {
    a.checked_add(b).ok_or(ArithmeticError::Overflow)
}
