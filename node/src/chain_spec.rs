// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Chain specifications.

use openledger_runtime::{opaque::Block, SS58_PREFIX, WASM_BINARY};
use polkadot_sdk::*;
use sc_chain_spec::{ChainSpecExtension, ChainType, Properties};
use serde::{Deserialize, Serialize};

/// The token's symbol, as wallets show it.
pub const TOKEN_SYMBOL: &str = "OPEN";

/// The token's decimals: 1 OPEN is 10^18 planck.
pub const TOKEN_DECIMALS: u8 = 18;

/// What a specification may say beside the genesis.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
    /// Blocks whose hashes are given.
    pub fork_blocks: sc_client_api::ForkBlocks<Block>,
    /// Blocks that are refused.
    pub bad_blocks: sc_client_api::BadBlocks<Block>,
    /// Where light clients start, filled in by `sync_state_genSyncSpec`.
    pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// A chain specification.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions>;

/// A preset of the runtime as a chain.
struct Preset {
    name: &'static str,
    id: &'static str,
    chain_type: ChainType,
    /// The runtime's name of its genesis.
    genesis: &'static str,
}

const DEVELOPMENT: Preset = Preset {
    name: "OpenLedger Development",
    id: "openledger_dev",
    chain_type: ChainType::Development,
    genesis: "development",
};

const LOCAL: Preset = Preset {
    name: "OpenLedger Local",
    id: "openledger_local",
    chain_type: ChainType::Local,
    genesis: "local_testnet",
};

/// The real allocation of OPEN. Holders and validators are put into what `export-chain-spec` writes
/// of it before it can start.
const MAINNET_CANDIDATE: Preset = Preset {
    name: "OpenLedger Mainnet Candidate",
    id: "openledger_mainnet_candidate",
    chain_type: ChainType::Live,
    genesis: "mainnet-candidate",
};

/// The specification of a name: `dev` (Alice alone), `local` (Alice, Bob, Charlie and Dave; also
/// when nothing is said), `mainnet-candidate`, or the path of a JSON file.
pub fn load(id: &str) -> Result<ChainSpec, String> {
    match id {
        "dev" | "development" => build(DEVELOPMENT),
        "" | "local" => build(LOCAL),
        "mainnet-candidate" => build(MAINNET_CANDIDATE),
        path => {
            if !std::path::Path::new(path).is_file() {
                return Err(format!(
                    "unknown chain `{path}`: use dev, local, mainnet-candidate, or the path of a \
                     specification that export-chain-spec wrote"
                ));
            }
            ChainSpec::from_json_file(path.into())
                .map_err(|error| format!("`{path}` is not a chain specification: {error}"))
        }
    }
}

/// A specification with the embedded runtime.
fn build(preset: Preset) -> Result<ChainSpec, String> {
    let code = WASM_BINARY.ok_or(
        "this build has no WebAssembly runtime (SKIP_WASM_BUILD was set): \
         build again without it, or give a specification file with --chain",
    )?;
    Ok(ChainSpec::builder(code, Extensions::default())
        .with_name(preset.name)
        .with_id(preset.id)
        .with_chain_type(preset.chain_type)
        .with_protocol_id("openledger")
        .with_properties(properties())
        .with_genesis_config_preset_name(preset.genesis)
        .build())
}

/// What wallets ask a chain for.
fn properties() -> Properties {
    let mut properties = Properties::new();
    properties.insert("tokenSymbol".into(), TOKEN_SYMBOL.into());
    properties.insert("tokenDecimals".into(), TOKEN_DECIMALS.into());
    properties.insert("ss58Format".into(), SS58_PREFIX.into());
    properties
}

#[cfg(test)]
mod tests {
    use super::*;
    use sc_service::ChainSpec as _;
    use serde_json::json;

    #[test]
    fn wallets_should_find_token_and_prefix() {
        for id in ["dev", "local"] {
            let spec = load(id).expect("the preset exists");
            assert_eq!(
                serde_json::Value::Object(spec.properties()),
                json!({ "tokenSymbol": "OPEN", "tokenDecimals": 18, "ss58Format": SS58_PREFIX })
            );
        }
    }

    #[test]
    fn the_presets_should_be_known_to_the_runtime() {
        use sp_runtime::BuildStorage;
        for id in ["dev", "local", "mainnet-candidate"] {
            let storage = load(id).expect("the preset exists").build_storage();
            let storage = storage.expect("the runtime builds the genesis");
            assert!(storage.top.contains_key(&b":code"[..]));
        }
    }

    #[test]
    fn presets_should_be_different_chains() {
        let (dev, local) = (load("dev").expect("exists"), load("local").expect("exists"));
        assert_ne!(dev.id(), local.id());
        assert_eq!(dev.chain_type(), ChainType::Development);
        assert_eq!(local.chain_type(), ChainType::Local);
    }

    #[test]
    fn telemetry_should_be_off() {
        assert!(load("dev").expect("exists").telemetry_endpoints().is_none());
    }

    #[test]
    fn a_name_that_is_no_chain_should_say_what_is() {
        let error = load("mainnet").err().expect("there is no such chain");
        assert!(
            error.contains("mainnet") && error.contains("dev, local"),
            "{error}"
        );
    }

    #[test]
    fn a_file_that_is_no_specification_should_be_named() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let error = load(path).err().expect("it is no specification");
        assert!(
            error.contains("Cargo.toml") && !error.contains('\n'),
            "{error}"
        );
    }

    #[test]
    fn a_specification_should_survive_its_file() {
        let spec = load("dev").expect("the preset exists");
        let json = spec.as_json(false).expect("it can be written");
        let path = std::env::temp_dir().join(format!("openledger-spec-{}", std::process::id()));
        std::fs::write(&path, &json).expect("the file can be written");
        // The genesis is read from the file once more when it is asked for.
        let read =
            load(path.to_str().expect("the path is text")).and_then(|spec| spec.as_json(false));
        std::fs::remove_file(&path).expect("the file is there");
        assert_eq!(read.expect("it can be read"), json);
    }
}
