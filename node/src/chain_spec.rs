// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Chain specifications.

use openledger_runtime::{
    genesis_presets::get_preset, opaque::Block, RuntimeGenesisConfig, SS58_PREFIX, WASM_BINARY,
};
use polkadot_sdk::*;
use sc_chain_spec::{json_merge, ChainSpec as _, ChainSpecExtension, ChainType, Properties};
use serde::{Deserialize, Serialize};
use sp_core::storage::{well_known_keys, Storage};
use sp_runtime::BuildStorage;

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

impl Preset {
    /// The preset of a name, if it is one.
    fn named(id: &str) -> Option<Self> {
        match id {
            "dev" | "development" => Some(DEVELOPMENT),
            "" | "local" => Some(LOCAL),
            "mainnet-candidate" => Some(MAINNET_CANDIDATE),
            _ => None,
        }
    }

    /// A specification with the embedded runtime.
    fn spec(&self) -> Result<ChainSpec, String> {
        Ok(ChainSpec::builder(code()?, Extensions::default())
            .with_name(self.name)
            .with_id(self.id)
            .with_chain_type(self.chain_type.clone())
            .with_protocol_id("openledger")
            .with_properties(properties())
            .with_genesis_config_preset_name(self.genesis)
            .build())
    }

    /// The first state, by the native runtime. It is the one that the embedded runtime makes of the
    /// specification, but that would first be compiled, twice for each time that the state is asked for.
    fn state(&self) -> Result<Storage, String> {
        let text = |error: serde_json::Error| error.to_string();
        let patch = get_preset(&self.genesis.into())
            .ok_or_else(|| format!("the runtime has no genesis `{}`", self.genesis))?;
        let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).map_err(text)?;
        json_merge(&mut config, serde_json::from_slice(&patch).map_err(text)?);
        let config: RuntimeGenesisConfig = serde_json::from_value(config).map_err(text)?;
        let mut state = config.build_storage()?;
        state
            .top
            .insert(well_known_keys::CODE.to_vec(), code()?.to_vec());
        Ok(state)
    }
}

/// The specification of a name, as it can be edited: `dev` (Alice alone), `local` (Alice, Bob, Charlie and
/// Dave; also when nothing is said), `mainnet-candidate`, or the path of a JSON file.
pub fn load(id: &str) -> Result<ChainSpec, String> {
    if let Some(preset) = Preset::named(id) {
        return preset.spec();
    }
    if !std::path::Path::new(id).is_file() {
        return Err(format!(
            "unknown chain `{id}`: use dev, local, mainnet-candidate, or the path of a specification \
             that export-chain-spec wrote"
        ));
    }
    ChainSpec::from_json_file(id.into())
        .map_err(|error| format!("`{id}` is not a chain specification: {error}"))
}

/// The specification of a name, as [`load`] understands it, to start a node with: it has its first state
/// with it.
pub fn load_with_state(id: &str) -> Result<ChainSpec, String> {
    let mut spec = load(id)?;
    if let Some(preset) = Preset::named(id) {
        spec.set_storage(preset.state()?);
    }
    Ok(spec)
}

/// The embedded runtime.
fn code() -> Result<&'static [u8], String> {
    WASM_BINARY.ok_or_else(|| {
        "this build has no WebAssembly runtime (SKIP_WASM_BUILD was set): \
         build again without it, or give a specification file with --chain"
            .into()
    })
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
    fn the_embedded_runtime_should_make_the_same_state() {
        for id in ["dev", "local", "mainnet-candidate"] {
            let state = |spec: Result<ChainSpec, String>| {
                spec.expect("the preset exists")
                    .build_storage()
                    .expect("the runtime builds the genesis")
            };
            let (native, embedded) = (state(load_with_state(id)), state(load(id)));
            assert!(native.top.contains_key(well_known_keys::CODE));
            // Not assert_eq, which would print both.
            assert!(native.top == embedded.top, "{id}");
            assert!(native.children_default == embedded.children_default, "{id}");
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
