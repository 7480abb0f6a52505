// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How this chain's extrinsics carry Ethereum transactions.

use codec::{Decode, Encode};
use openledger_ethereum_rpc::EthereumView;
use openledger_runtime::{
    opaque::{self, Block},
    Address, Runtime, RuntimeCall, UncheckedExtrinsic,
};
use pallet_revive::{AccountId32Mapper, AddressMapper};
use polkadot_sdk::*;
use sp_core::H160;
use sp_runtime::{
    generic::{self, Preamble},
    traits::LazyExtrinsic,
};

/// The first bytes of an extrinsic without a signature, in the two versions of the format.
const BARE: [u8; 2] = [4, 5];

/// Reads and makes the runtime's extrinsics.
pub struct View;

impl EthereumView<Block> for View {
    /// Read without the runtime's types, so that blocks of older runtimes, whose other calls may
    /// have changed, can be read as well.
    fn ethereum_payload(extrinsic: &opaque::UncheckedExtrinsic) -> Option<Vec<u8>> {
        let (version, call) = extrinsic.inner().split_first()?;
        if !BARE.contains(version) {
            return None;
        }
        let [pallet, function, payload @ ..] = call else {
            return None;
        };
        let transact = transact(Vec::new()).encode();
        if !transact.starts_with(&[*pallet, *function]) {
            return None;
        }
        Vec::<u8>::decode(&mut &*payload).ok()
    }

    fn signer(extrinsic: &opaque::UncheckedExtrinsic) -> Option<H160> {
        let decoded = UncheckedExtrinsic::decode_unprefixed(extrinsic.inner()).ok()?;
        match decoded.0.preamble {
            Preamble::Signed(Address::Id(account), _, _) => {
                Some(AccountId32Mapper::<Runtime>::to_address(&account))
            }
            _ => None,
        }
    }

    fn extrinsic(payload: Vec<u8>) -> opaque::UncheckedExtrinsic {
        UncheckedExtrinsic::from(generic::UncheckedExtrinsic::new_bare(transact(payload))).into()
    }
}

/// The call that runs an RLP-encoded Ethereum transaction.
fn transact(payload: Vec<u8>) -> RuntimeCall {
    RuntimeCall::Revive(pallet_revive::Call::eth_transact { payload })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sp_runtime::generic::EXTRINSIC_FORMAT_VERSION;

    fn remark() -> RuntimeCall {
        RuntimeCall::System(frame_system::Call::remark { remark: vec![1, 2] })
    }

    fn opaque(call: RuntimeCall) -> opaque::UncheckedExtrinsic {
        UncheckedExtrinsic::from(generic::UncheckedExtrinsic::new_bare(call)).into()
    }

    #[test]
    fn an_ethereum_transaction_should_come_out_as_it_went_in() {
        let payload = vec![2, 0xf8, 7];
        assert_eq!(
            View::ethereum_payload(&View::extrinsic(payload.clone())),
            Some(payload)
        );
    }

    #[test]
    fn the_format_of_extrinsics_should_be_one_that_is_read() {
        assert!(BARE.contains(&EXTRINSIC_FORMAT_VERSION));
    }

    #[test]
    fn another_call_should_carry_no_ethereum_transaction() {
        assert_eq!(View::ethereum_payload(&opaque(remark())), None);
    }

    #[test]
    fn an_unsigned_extrinsic_should_have_no_signer() {
        assert_eq!(View::signer(&View::extrinsic(vec![1])), None);
    }
}
