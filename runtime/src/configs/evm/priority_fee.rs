// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The tip of an Ethereum transaction.
//!
//! `pallet-revive` charges the base fee and nothing above it. This extension charges the rest of
//! what EIP-1559 says: for each gas, the sender pays the smaller of `maxFeePerGas` and the base fee
//! plus `maxPriorityFeePerGas`.
//!
//! - In the pool, a higher tip per gas means a higher priority. So of two transactions of a sender
//!   with the same nonce the one with the higher tip stays: speed-up and cancel. A call of the
//!   runtime by an Ethereum wallet (`eth_substrate_call`) has no gas in its receipt, so that its tip
//!   is not paid and buys no priority.
//! - Before the call, the tip of the whole gas limit is withdrawn.
//! - After it, the tip of the gas used is shared out like other fees, and the rest goes back. The gas
//!   used is that of the receipt, to the unit. A reverted transaction is charged the rounding to
//!   whole gas as well, which `pallet-revive` rolls back with it: what a sender pays for gas is
//!   exactly the receipt's gas used times the effective price.
//! - Other transactions carry nothing for it: no byte is added to what is signed.

use codec::{Decode, DecodeWithMemTracking, Encode};
use frame_support::{
    dispatch::{DispatchInfo, PostDispatchInfo},
    storage::storage_prefix,
    traits::{
        fungible::{Balanced, Credit, Inspect},
        tokens::{Fortitude, Precision, Preservation},
        Imbalance, OnUnbalanced, PalletInfoAccess,
    },
    weights::Weight,
};
use pallet_revive::{
    evm::{ReceiptGasInfo, TransactionSigned},
    U256,
};
use polkadot_sdk::*;
use scale_info::TypeInfo;
use sp_runtime::{
    traits::{Implication, TransactionExtension, ValidateResult},
    transaction_validity::{
        InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityError,
        ValidTransaction,
    },
    DispatchResult, SaturatedConversion,
};

use super::{pallet_ethereum_chain::Rounding, ShareFees};
use crate::{
    AccountId, Balance, Balances, Revive, Runtime, RuntimeCall, RuntimeOrigin, TransactionPayment,
};

/// What a tip of one planck per gas adds to the priority. More than what weight and length make of
/// transactions without a tip, so that a higher tip always wins; and near to what a substrate
/// transaction's tip adds for the same part of a block. Above 18,446 gwei per gas a tip adds nothing
/// more, the priority being the greatest there is.
pub const TIP_PRIORITY: TransactionPriority = 1_000_000;

/// The execution time of an Ethereum transaction's tip, picoseconds: twice what the fee adapter
/// does, on accounts that are in memory already.
const TIP_TIME: u64 = 36_000_000;

/// What the sender of `transaction` pays for a gas at `base_fee`, wei. Less than `base_fee` when its
/// fee cap is lower, with which it is not valid.
pub fn gas_price_paid(transaction: &TransactionSigned, base_fee: U256) -> U256 {
    match transaction {
        TransactionSigned::TransactionLegacySigned(transaction) => {
            transaction.transaction_legacy_unsigned.gas_price
        }
        TransactionSigned::Transaction2930Signed(transaction) => {
            transaction.transaction_2930_unsigned.gas_price
        }
        TransactionSigned::Transaction1559Signed(transaction) => {
            let transaction = &transaction.transaction_1559_unsigned;
            base_fee
                .saturating_add(transaction.max_priority_fee_per_gas)
                .min(transaction.max_fee_per_gas)
        }
        // Not accepted on this chain.
        TransactionSigned::Transaction4844Signed(_)
        | TransactionSigned::Transaction7702Signed(_) => base_fee,
    }
}

/// What an Ethereum transaction offers beside the base fee.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The base fee, planck per gas.
    base: Balance,
    /// The tip, planck per gas.
    tip: Balance,
    /// The gas limit.
    gas: Balance,
    /// What it transfers, planck.
    value: Balance,
}

impl Offer {
    /// What `transaction` offers at the base fee of this block.
    pub(super) fn of(transaction: &TransactionSigned) -> Self {
        let base_fee = Revive::evm_base_fee();
        let (gas, value) = match transaction {
            TransactionSigned::TransactionLegacySigned(transaction) => {
                let transaction = &transaction.transaction_legacy_unsigned;
                (transaction.gas, transaction.value)
            }
            TransactionSigned::Transaction2930Signed(transaction) => {
                let transaction = &transaction.transaction_2930_unsigned;
                (transaction.gas, transaction.value)
            }
            TransactionSigned::Transaction1559Signed(transaction) => {
                let transaction = &transaction.transaction_1559_unsigned;
                (transaction.gas, transaction.value)
            }
            TransactionSigned::Transaction4844Signed(_)
            | TransactionSigned::Transaction7702Signed(_) => Default::default(),
        };
        Self {
            base: base_fee.saturated_into(),
            tip: gas_price_paid(transaction, base_fee)
                .saturating_sub(base_fee)
                .saturated_into(),
            gas: gas.saturated_into(),
            value: value.saturated_into(),
        }
    }

    /// The tip of the whole gas limit, planck.
    fn tip_limit(&self) -> Balance {
        self.tip.saturating_mul(self.gas)
    }
}

/// Charges an Ethereum transaction's tip. Does nothing for other transactions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct PriorityFee {
    /// Set by the runtime alone, for Ethereum transactions: nothing of it is in a transaction.
    #[codec(skip)]
    offer: Option<Offer>,
}

impl PriorityFee {
    /// For transactions that are not Ethereum's.
    pub fn new() -> Self {
        Self::default()
    }

    /// For an Ethereum transaction.
    pub(super) fn of_ethereum(offer: Offer) -> Self {
        Self { offer: Some(offer) }
    }
}

/// What is withdrawn before the call.
pub struct Withdrawn {
    who: AccountId,
    offer: Offer,
    credit: Credit<AccountId, Balances>,
}

impl TransactionExtension<RuntimeCall> for PriorityFee {
    const IDENTIFIER: &'static str = "PriorityFee";
    type Implicit = ();
    type Val = Option<(AccountId, Offer)>;
    type Pre = Option<Withdrawn>;

    fn weight(&self, _: &RuntimeCall) -> Weight {
        // The same with and without a tip: `pallet-revive` derives the gas of all transactions from
        // an extension without one.
        match self.offer {
            Some(_) => Weight::from_parts(TIP_TIME, 0),
            None => Weight::zero(),
        }
    }

    fn validate(
        &self,
        origin: RuntimeOrigin,
        call: &RuntimeCall,
        _info: &DispatchInfo,
        _len: usize,
        _self_implicit: (),
        _inherited_implication: &impl Implication,
        _source: TransactionSource,
    ) -> ValidateResult<Self::Val, RuntimeCall> {
        let Some(offer) = &self.offer else {
            return Ok((ValidTransaction::default(), None, origin));
        };
        let who = frame_system::ensure_signed(origin.clone())
            .map_err(|_| InvalidTransaction::BadProof)?;
        // As on Ethereum, a sender who cannot pay for all the gas and the value is turned away. What
        // the gas may need for deposits is withdrawn already, the rest is not.
        let gas = offer.base.saturating_mul(offer.gas);
        let due = gas
            .saturating_sub(TransactionPayment::remaining_txfee::<Balance>())
            .saturating_add(offer.tip_limit())
            .saturating_add(offer.value);
        if <Balances as Inspect<AccountId>>::reducible_balance(
            &who,
            Preservation::Preserve,
            Fortitude::Polite,
        ) < due
        {
            return Err(InvalidTransaction::Payment.into());
        }
        let tip_paid = if is_without_gas(call) { 0 } else { offer.tip };
        let validity = ValidTransaction {
            priority: tip_paid
                .saturated_into::<TransactionPriority>()
                .saturating_mul(TIP_PRIORITY),
            ..Default::default()
        };
        Ok((validity, Some((who, offer.clone())), origin))
    }

    fn prepare(
        self,
        val: Self::Val,
        _origin: &RuntimeOrigin,
        _call: &RuntimeCall,
        _info: &DispatchInfo,
        _len: usize,
    ) -> Result<Self::Pre, TransactionValidityError> {
        let Some((who, offer)) = val else {
            return Ok(None);
        };
        let credit = Balances::withdraw(
            &who,
            offer.tip_limit(),
            Precision::Exact,
            Preservation::Preserve,
            Fortitude::Polite,
        )
        .map_err(|_| InvalidTransaction::Payment)?;
        Ok(Some(Withdrawn { who, offer, credit }))
    }

    fn post_dispatch_details(
        pre: Self::Pre,
        info: &DispatchInfo,
        post_info: &PostDispatchInfo,
        len: usize,
        result: &DispatchResult,
    ) -> Result<Weight, TransactionValidityError> {
        let Some(Withdrawn { who, offer, credit }) = pre else {
            return Ok(Weight::zero());
        };
        let rounded = Rounding::<Runtime>::take();
        // Without success there is no receipt: the call was none that the EVM could run.
        let receipt = result.is_ok().then(last_receipt).flatten();
        let gas_used: Balance = receipt
            .as_ref()
            .map_or(0, |receipt| receipt.gas_used.saturated_into());
        let price: Balance =
            receipt.map_or(0, |receipt| receipt.effective_gas_price.saturated_into());

        // What the sender has paid at the base fee: the fee, the deposits that were taken out of
        // what was withdrawn for them, and the rounding.
        let fee = TransactionPayment::compute_actual_fee(
            len.saturated_into(),
            info,
            post_info,
            Default::default(),
        );
        let withdrawn = offer.base.saturating_mul(offer.gas);
        let paid = fee
            .saturating_add(withdrawn)
            .saturating_add(rounded)
            .saturating_sub(TransactionPayment::remaining_txfee::<Balance>());
        let missing = gas_used.saturating_mul(price).saturating_sub(paid);
        if let Some(missing) = TransactionPayment::withdraw_txfee(missing) {
            ShareFees::on_unbalanced(missing);
        }

        let (mut tip, unused) = credit.split(offer.tip.saturating_mul(gas_used));
        if let Err(unpaid) = Balances::resolve(&who, unused) {
            tip.subsume(unpaid);
        }
        ShareFees::on_unbalanced(tip);
        Ok(Weight::zero())
    }
}

/// Whether an Ethereum transaction's receipt has no gas, whatever the transaction does.
fn is_without_gas(call: &RuntimeCall) -> bool {
    matches!(
        call,
        RuntimeCall::Revive(pallet_revive::Call::eth_substrate_call { .. })
    )
}

/// The gas of the Ethereum transaction that was applied last in this block.
///
/// The pallet keeps what it needs for the block's receipts to itself until the block ends. In its
/// encoding the gas of the transactions comes last, each in as many bytes.
fn last_receipt() -> Option<ReceiptGasInfo> {
    const BYTES: u32 = 64;
    let key = storage_prefix(Revive::name().as_bytes(), b"EthBlockBuilderIR");
    let length = sp_io::storage::read(&key, &mut [], 0)?;
    let mut last = [0; BYTES as usize];
    sp_io::storage::read(&key, &mut last, length.checked_sub(BYTES)?)?;
    ReceiptGasInfo::decode(&mut &last[..]).ok()
}
