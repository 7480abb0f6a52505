// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Prepaid channels and their vouchers.

use crate::{
    types::{is_marked, mark},
    Channel, Channels, Config, Error, Event, HoldReason, NextChannel, Pallet, SettledRequests,
    Workers,
};
use openledger_primitives::{
    traits::{JobTerms, Models},
    AccountId, Balance, ChannelId, SignedVoucher,
};
use polkadot_sdk::{
    frame_support::{ensure, traits::Get},
    sp_runtime::{ArithmeticError, DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_open_channel(
        consumer: AccountId,
        worker: AccountId,
        deposit: Balance,
    ) -> DispatchResult {
        ensure!(
            Workers::<T>::contains_key(&worker),
            Error::<T>::UnknownWorker
        );
        ensure!(deposit >= T::MinFee::get(), Error::<T>::BelowMinFee);
        let channel = NextChannel::<T>::get();
        NextChannel::<T>::put(channel.next().ok_or(Error::<T>::NoMoreIdentifiers)?);
        Self::set_aside(HoldReason::ChannelDeposit, &consumer, deposit)?;
        let record = Channel {
            consumer: consumer.clone(),
            worker: worker.clone(),
            deposit,
            spent: 0,
            highest_cumulative: 0,
            closes_at: None,
        };
        Channels::<T>::insert(channel, record);
        Self::deposit_event(Event::ChannelOpened {
            channel,
            consumer,
            worker,
            deposit,
        });
        Ok(())
    }

    pub(crate) fn do_top_up_channel(
        consumer: AccountId,
        channel: ChannelId,
        amount: Balance,
    ) -> DispatchResult {
        let mut record = Channels::<T>::get(channel).ok_or(Error::<T>::UnknownChannel)?;
        ensure!(record.consumer == consumer, Error::<T>::NotConsumer);
        ensure!(record.closes_at.is_none(), Error::<T>::ChannelIsClosing);
        ensure!(amount > 0, Error::<T>::ZeroAmount);
        let deposit = record
            .deposit
            .checked_add(amount)
            .ok_or(ArithmeticError::Overflow)?;
        Self::set_aside(HoldReason::ChannelDeposit, &consumer, amount)?;
        record.deposit = deposit;
        Channels::<T>::insert(channel, record);
        Self::deposit_event(Event::ChannelToppedUp {
            channel,
            amount,
            deposit,
        });
        Ok(())
    }

    pub(crate) fn do_close_channel(who: AccountId, channel: ChannelId) -> DispatchResult {
        let mut record = Channels::<T>::get(channel).ok_or(Error::<T>::UnknownChannel)?;
        let now = Self::now();
        if who == record.worker || record.closes_at.is_some_and(|closes_at| now >= closes_at) {
            return Self::close(channel, &record);
        }
        ensure!(who == record.consumer, Error::<T>::NotPartyToChannel);
        // A retired worker's receipts are not accepted: there is nothing to wait for.
        if !Workers::<T>::contains_key(&record.worker) {
            return Self::close(channel, &record);
        }
        ensure!(record.closes_at.is_none(), Error::<T>::ChannelClosesLater);
        let closes_at = now.saturating_add(T::ChannelCloseDelay::get());
        record.closes_at = Some(closes_at);
        Channels::<T>::insert(channel, record);
        Self::deposit_event(Event::ChannelClosing { channel, closes_at });
        Ok(())
    }

    /// Deletes a channel and gives the rest of its deposit back.
    fn close(channel: ChannelId, record: &Channel) -> DispatchResult {
        let refunded = record.remaining();
        Self::give_back(HoldReason::ChannelDeposit, &record.consumer, refunded)?;
        Channels::<T>::remove(channel);
        SettledRequests::<T>::remove(channel);
        Self::deposit_event(Event::ChannelClosed {
            channel,
            spent: record.spent,
            refunded,
        });
        Ok(())
    }

    /// Checks the voucher for request `sequence` of `channel`, the signature last because it costs
    /// most. The request may cost what the signed amounts and the deposit still allow.
    pub(crate) fn channel_terms(
        channel: ChannelId,
        sequence: u32,
        voucher: Option<&SignedVoucher>,
        worker: &AccountId,
    ) -> Result<JobTerms, DispatchError> {
        let record = Channels::<T>::get(channel).ok_or(Error::<T>::UnknownChannel)?;
        let signed = voucher.ok_or(Error::<T>::VoucherMissing)?;
        let voucher = &signed.voucher;
        ensure!(
            voucher.genesis == Self::genesis(),
            Error::<T>::VoucherForAnotherChain
        );
        let same = voucher.channel == channel && voucher.sequence == sequence;
        ensure!(same, Error::<T>::VoucherForAnotherRequest);
        ensure!(record.worker == *worker, Error::<T>::WrongWorker);
        ensure!(
            sequence < T::MaxChannelRequests::get(),
            Error::<T>::SequenceTooHigh
        );
        let settled = SettledRequests::<T>::get(channel);
        ensure!(
            !is_marked::<T>(&settled, sequence),
            Error::<T>::AlreadySettled
        );
        let terms = T::Models::terms(voucher.adapter).ok_or(Error::<T>::UnknownAdapter)?;
        ensure!(
            voucher.unit_price >= terms.lowest_unit_price,
            Error::<T>::PriceTooLow
        );
        ensure!(
            record.remaining() >= voucher.unit_price,
            Error::<T>::ChannelExhausted
        );
        let max_fee = record.allowance(voucher.cumulative);
        ensure!(max_fee >= voucher.unit_price, Error::<T>::VoucherExhausted);
        ensure!(
            signed.verify(&record.consumer),
            Error::<T>::BadVoucherSignature
        );
        Ok(JobTerms {
            delivered: false,
            consumer: record.consumer,
            adapter: voucher.adapter,
            input_hash: voucher.input_hash,
            unit_price: voucher.unit_price,
            max_fee,
            min_fee: T::MinFee::get(),
        })
    }

    /// Marks request `sequence` settled and releases its fee to the consumer, from whom the caller
    /// takes it. Nothing is changed when that fails.
    pub(crate) fn settle_request(
        channel: ChannelId,
        sequence: u32,
        voucher: Option<&SignedVoucher>,
        fee: Balance,
    ) -> DispatchResult {
        let mut record = Channels::<T>::get(channel).ok_or(Error::<T>::UnknownChannel)?;
        let voucher = &voucher.ok_or(Error::<T>::VoucherMissing)?.voucher;
        let mut settled = SettledRequests::<T>::get(channel);
        ensure!(
            !is_marked::<T>(&settled, sequence),
            Error::<T>::AlreadySettled
        );
        ensure!(
            sequence < T::MaxChannelRequests::get(),
            Error::<T>::SequenceTooHigh
        );
        ensure!(
            mark::<T>(&mut settled, sequence),
            Error::<T>::SequenceTooHigh
        );
        ensure!(fee <= record.remaining(), Error::<T>::ChannelExhausted);
        ensure!(
            fee <= record.allowance(voucher.cumulative),
            Error::<T>::VoucherExhausted
        );
        let spent = record
            .spent
            .checked_add(fee)
            .ok_or(ArithmeticError::Overflow)?;
        Self::give_back(HoldReason::ChannelDeposit, &record.consumer, fee)?;
        record.spent = spent;
        record.highest_cumulative = record.highest_cumulative.max(voucher.cumulative);
        Channels::<T>::insert(channel, record);
        SettledRequests::<T>::insert(channel, settled);
        Self::deposit_event(Event::ChannelRequestSettled {
            channel,
            sequence,
            fee,
            spent,
        });
        Ok(())
    }
}
