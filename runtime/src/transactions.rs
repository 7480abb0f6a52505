// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How transactions of this chain are made: what they carry, and natively also how they are signed.

use polkadot_sdk::*;
use sp_runtime::generic::Era;

use crate::*;

/// What has to do with fees in a transaction of this chain's own format.
pub(crate) fn fees(tip: Balance) -> FeeExtension {
    (
        configs::PriorityFee::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(tip),
        Default::default(),
    )
}

/// What a transaction carries that is valid in `era`.
pub(crate) fn extension(era: Era, nonce: Nonce, fees: FeeExtension) -> TxExtension {
    (
        frame_system::AuthorizeCall::new(),
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(era),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        fees,
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    )
}

/// Signs an immortal transaction without a tip for the chain that begins with block `genesis`. `nonce` is
/// how many `key` has sent before.
#[cfg(feature = "std")]
pub fn sign(
    genesis: Hash,
    key: &sp_core::sr25519::Pair,
    nonce: Nonce,
    call: RuntimeCall,
) -> UncheckedExtrinsic {
    use codec::Encode;
    use sp_core::Pair;

    // What is signed beside the transaction itself, in the order of the extension.
    let implicit = (
        (),
        (),
        VERSION.spec_version,
        VERSION.transaction_version,
        genesis,
        genesis,
        (),
        (),
        ((), (), ()),
        None,
        (),
    );
    let extension = extension(Era::Immortal, nonce, fees(0));
    let payload = generic::SignedPayload::from_raw(call, extension, implicit);
    let signature = payload.using_encoded(|bytes| key.sign(bytes));
    let (call, extension, _) = payload.deconstruct();
    let signer = AccountId::from(key.public());
    generic::UncheckedExtrinsic::new_signed(call, Address::Id(signer), signature.into(), extension)
        .into()
}
