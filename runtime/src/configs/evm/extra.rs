// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How an Ethereum transaction becomes one of this chain's: it stands in the place of a signature
//! and the extensions.

use pallet_revive::{
    evm::{runtime::EthExtra, TransactionSigned},
    U256,
};
use polkadot_sdk::*;
use sp_runtime::{
    generic::{CheckedExtrinsic, Era, ExtrinsicFormat},
    traits::InvalidVersion,
    transaction_validity::InvalidTransaction,
};

use super::priority_fee::{Offer, PriorityFee};
use crate::{
    transactions, AccountId, Balance, FeeExtension, Nonce, Runtime, RuntimeCall, TxExtension,
};

/// The fee extensions of an Ethereum transaction.
fn fees(offer: Offer, tip: Balance) -> FeeExtension {
    (
        PriorityFee::of_ethereum(offer),
        pallet_transaction_payment::ChargeTransactionPayment::from(tip),
        pallet_revive::evm::tx_extension::SetOrigin::new_from_eth_transaction(),
    )
}

/// The extensions of an Ethereum transaction.
fn extension(nonce: Nonce, tip: Balance) -> TxExtension {
    transactions::extension(Era::Immortal, nonce, fees(Offer::default(), tip))
}

/// What `pallet-revive` makes of an Ethereum transaction by itself: one without a tip.
struct WithoutTip;

impl EthExtra for WithoutTip {
    type Config = Runtime;
    type ExtensionV0 = TxExtension;
    type ExtensionOtherVersions = InvalidVersion;

    fn get_eth_extension(nonce: Nonce, tip: Balance) -> TxExtension {
        extension(nonce, tip)
    }
}

/// How this runtime takes Ethereum transactions: as `pallet-revive` does, with their tip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EthExtraImpl;

impl EthExtra for EthExtraImpl {
    type Config = Runtime;
    type ExtensionV0 = TxExtension;
    type ExtensionOtherVersions = InvalidVersion;

    fn get_eth_extension(nonce: Nonce, tip: Balance) -> TxExtension {
        extension(nonce, tip)
    }

    fn try_into_checked_extrinsic(
        payload: &[u8],
        encoded_len: usize,
    ) -> Result<
        CheckedExtrinsic<AccountId, RuntimeCall, TxExtension, InvalidVersion>,
        InvalidTransaction,
    >
    where
        Nonce: TryFrom<U256>,
    {
        let mut checked = WithoutTip::try_into_checked_extrinsic(payload, encoded_len)?;
        let transaction =
            TransactionSigned::decode(payload).map_err(|_| InvalidTransaction::Call)?;
        if let ExtrinsicFormat::Signed(_, extension) = &mut checked.format {
            extension.8 = fees(Offer::of(&transaction), 0);
        }
        Ok(checked)
    }
}
