// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What one can type.

use polkadot_sdk::*;

use crate::{
    inference_pool::{parse_endpoint, Endpoint},
    runtime_cache::{PrepareRuntimeCmd, RuntimeCacheParams},
    session_keys::GenerateSessionCmd,
};

/// How many transactions the pool holds, unless `--pool-limit` says otherwise. A tenth of it may wait
/// for others of lower nonces: a wallet or a script sends thousands in any order.
const POOL_LIMIT: &str = "32768";

/// How many kilobytes the pool holds, unless `--pool-kbytes` says otherwise.
const POOL_KBYTES: &str = "65536";

/// The command line.
#[derive(Debug, clap::Parser)]
#[command(
    mut_arg("pool_limit", |arg| arg.default_value(POOL_LIMIT)),
    mut_arg("pool_kbytes", |arg| arg.default_value(POOL_KBYTES)),
)]
pub struct Cli {
    /// What to do instead of running a node.
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    /// How to run a node.
    #[clap(flatten)]
    pub run: RunCmd,
}

/// Runs a node.
#[derive(Debug, Clone, clap::Parser)]
#[group(skip)]
pub struct RunCmd {
    /// What every Substrate node takes.
    #[clap(flatten)]
    pub base: sc_cli::RunCmd,

    /// An inference worker that this validator dispatches jobs to and collects receipts from, such
    /// as `http://127.0.0.1:8600`.
    ///
    /// Give it once per worker, at most 16 times. The list of this start replaces the one before;
    /// without the option the validator dispatches nothing. Addresses come from here only, never
    /// from the chain.
    #[arg(long = "inference-pool", value_name = "URL", value_parser = parse_endpoint)]
    pub inference_pool: Vec<Endpoint>,

    /// How Ethereum's clients are served.
    #[clap(flatten)]
    pub ethereum: EthereumParams,

    /// Where compiled runtimes are kept.
    #[clap(flatten)]
    pub runtime_cache: RuntimeCacheParams,

    /// How much room the database must keep: a full disk breaks it.
    #[clap(flatten)]
    pub storage_monitor: sc_storage_monitor::StorageMonitorParams,
}

/// How Ethereum's clients are served: over the same port as all RPC, by HTTP and WebSocket.
#[derive(Debug, Clone, clap::Args)]
pub struct EthereumParams {
    /// Build the index of Ethereum blocks, transactions and logs anew.
    ///
    /// It lies beside the database, in `ethereum-index`, and is kept while blocks are imported.
    /// Blocks whose state is pruned cannot be put into it again: it then begins with the first one
    /// that has its state.
    #[arg(long)]
    pub ethereum_rebuild_index: bool,

    /// The most logs in an answer of `eth_getLogs` or `eth_getFilterLogs`; larger ones are an error.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    pub ethereum_logs_limit: usize,

    /// The most blocks with matching addresses and topics that are searched for an answer of
    /// `eth_getLogs` or `eth_getFilterLogs`; more are an error.
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    pub ethereum_logs_blocks_limit: usize,
}

/// What the node does besides running.
#[derive(Debug, clap::Subcommand)]
// Parsed once per process: the size of the largest variant does not matter.
#[allow(clippy::large_enum_variant)]
pub enum Subcommand {
    /// Create, inspect and insert keys.
    #[command(subcommand)]
    Key(KeySubcommand),

    /// Compile the next runtime before an upgrade.
    PrepareRuntime(PrepareRuntimeCmd),

    /// Write a chain specification as JSON.
    #[command(visible_alias = "build-spec")]
    ExportChainSpec(sc_cli::ExportChainSpecCmd),

    /// Validate a block again.
    CheckBlock(sc_cli::CheckBlockCmd),

    /// Write blocks to a file.
    ExportBlocks(sc_cli::ExportBlocksCmd),

    /// Read blocks from a file.
    ImportBlocks(sc_cli::ImportBlocksCmd),

    /// Delete the database of a chain.
    PurgeChain(sc_cli::PurgeChainCmd),

    /// Take back blocks that are not final.
    Revert(sc_cli::RevertCmd),

    /// Measure the machine, or the weights of pallets.
    #[cfg(feature = "benchmark")]
    #[command(subcommand)]
    Benchmark(frame_benchmarking_cli::BenchmarkCmd),

    /// Show what the database holds.
    ChainInfo(sc_cli::ChainInfoCmd),
}

/// What can be done with keys.
#[derive(Debug, clap::Subcommand)]
// Parsed once per process: the size of the largest variant does not matter.
#[allow(clippy::large_enum_variant)]
pub enum KeySubcommand {
    /// What every Substrate node can do.
    #[command(flatten)]
    Common(sc_cli::KeySubcommand),

    /// Make a validator's session keys and the proof that `session.setKeys` takes.
    GenerateSession(GenerateSessionCmd),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    #[test]
    fn the_command_line_should_be_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_pool_should_take_several_workers() {
        let cli = Cli::try_parse_from([
            "openledger-node",
            "--dev",
            "--inference-pool",
            "http://127.0.0.1:8600",
            "--inference-pool",
            "http://127.0.0.1:8601/",
        ])
        .expect("the arguments are valid");
        let pool: Vec<_> = cli
            .run
            .inference_pool
            .iter()
            .map(Endpoint::as_str)
            .collect();
        assert_eq!(pool, ["http://127.0.0.1:8600", "http://127.0.0.1:8601"]);
    }

    #[test]
    fn a_bad_worker_address_should_be_refused_with_its_reason() {
        let error = Cli::try_parse_from(["openledger-node", "--inference-pool", "ftp://worker"])
            .expect_err("ftp is not spoken");
        let message = error.to_string();
        assert!(
            message.contains("ftp://worker") && message.contains("http://"),
            "{message}"
        );
    }

    #[test]
    fn the_pool_of_transactions_should_hold_thousands_that_wait_for_others() {
        let cli = Cli::try_parse_from(["openledger-node"]).expect("nothing is needed");
        let pool = &cli.run.base.pool_config;
        assert_eq!((pool.pool_limit, pool.pool_kbytes), (32_768, 65_536));
    }

    #[test]
    fn the_pool_of_transactions_should_be_as_large_as_the_operator_says() {
        let cli = Cli::try_parse_from(["openledger-node", "--pool-limit", "100"])
            .expect("the arguments are valid");
        assert_eq!(cli.run.base.pool_config.pool_limit, 100);
    }

    #[test]
    fn session_keys_should_need_an_account() {
        let error = Cli::try_parse_from(["openledger-node", "key", "generate-session"])
            .expect_err("the proof is for an account");
        assert!(error.to_string().contains("--account"), "{error}");
    }

    #[test]
    fn the_keys_of_every_node_should_stay_possible() {
        let cli = Cli::try_parse_from(["openledger-node", "key", "inspect", "//Alice"])
            .expect("the arguments are valid");
        assert!(matches!(
            cli.subcommand,
            Some(Subcommand::Key(KeySubcommand::Common(_)))
        ));
    }

    #[test]
    fn a_network_key_should_not_be_made_silently() {
        let cli = Cli::try_parse_from(["openledger-node", "--validator"])
            .expect("the arguments are valid");
        let node_key = &cli.run.base.network_params.node_key_params;
        assert!(!node_key.unsafe_force_node_key_generation);
    }

    #[test]
    fn build_spec_should_be_another_name_of_export_chain_spec() {
        let cli = Cli::try_parse_from(["openledger-node", "build-spec", "--chain", "dev"])
            .expect("the arguments are valid");
        assert!(matches!(
            cli.subcommand,
            Some(Subcommand::ExportChainSpec(_))
        ));
    }
}
