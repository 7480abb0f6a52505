// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Methods that clients know and that cannot be answered honestly here: each says why, and what to
//! use instead where there is something.

use jsonrpsee::{
    server::RegisterMethodError,
    types::{ErrorObjectOwned, Params},
    RpcModule,
};

use crate::error::Error;

/// Name and reason.
const METHODS: &[(&str, &str)] = &[
    (
        "eth_getProof",
        "the state is not an Ethereum Merkle-Patricia trie; state_getReadProof proves what the \
         chain stores",
    ),
    (
        "eth_sign",
        "this node signs transactions of development accounts only; sign messages with a wallet",
    ),
    (
        "eth_signTransaction",
        "use eth_sendTransaction for development accounts, a wallet for all others",
    ),
    (
        "eth_signTypedData_v4",
        "this node signs transactions of development accounts only; sign messages with a wallet",
    ),
    ("eth_blobBaseFee", "there are no blob transactions here"),
    ("eth_getWork", "blocks are not mined here"),
    ("eth_submitWork", "blocks are not mined here"),
    ("eth_submitHashrate", "blocks are not mined here"),
    (
        "eth_simulateV1",
        "use eth_call with state overrides, once per call",
    ),
    (
        "evm_mine",
        "blocks are made in the slots of BABE's clock, also on a development chain: wait for the \
         next one",
    ),
    (
        "evm_snapshot",
        "blocks that other nodes may have are not taken back; start a new chain with --dev --tmp",
    ),
    (
        "evm_revert",
        "blocks that other nodes may have are not taken back; start a new chain with --dev --tmp",
    ),
    (
        "evm_increaseTime",
        "the time of blocks is that of their slots; override it for a single eth_call",
    ),
    (
        "evm_setNextBlockTimestamp",
        "the time of blocks is that of their slots; override it for a single eth_call",
    ),
    (
        "evm_setAutomine",
        "blocks are made in the slots of BABE's clock, also on a development chain",
    ),
];

/// Registers them, so that their answer is the reason and not that nobody knows them.
pub fn register(module: &mut RpcModule<()>) -> Result<(), RegisterMethodError> {
    for (method, reason) in METHODS.iter().copied() {
        module.register_method(method, move |_: Params<'_>, _, _| {
            Err::<(), ErrorObjectOwned>(Error::Unsupported { method, reason }.into())
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_proof_should_be_refused_with_its_reason() {
        let mut module = RpcModule::new(());
        register(&mut module).expect("no name is there twice");
        let (response, _) = module
            .raw_json_request(
                r#"{"jsonrpc":"2.0","id":1,"method":"eth_getProof","params":[]}"#,
                1,
            )
            .await
            .expect("the request is well formed");
        assert!(response.contains("-32004"), "{response}");
        assert!(response.contains("state_getReadProof"), "{response}");
    }
}
