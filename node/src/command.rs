// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Does what was typed.

#[cfg(feature = "benchmark")]
use frame_benchmarking_cli::{BenchmarkCmd, SUBSTRATE_REFERENCE_HARDWARE};
use openledger_ethereum_rpc::index::LogLimits;
use openledger_runtime::{opaque::Block, SS58_PREFIX};
use polkadot_sdk::*;
use sc_cli::{CliConfiguration, Error, Result, SubstrateCli};
use sc_network::config::NetworkBackendType;
use sp_core::crypto::{set_default_ss58_version, Ss58AddressFormat};
#[cfg(feature = "benchmark")]
use sp_runtime::traits::HashingFor;

use crate::{
    chain_spec,
    cli::{Cli, KeySubcommand, Subcommand},
    inference_pool, ports,
    service::{self, EthereumOptions},
};

/// The most requests in a batch, unless `--rpc-max-batch-request-len` says otherwise. Clients send
/// some hundred at most; a batch is answered as a whole, so that its length bounds memory.
const BATCH_LIMIT: u32 = 500;

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "OpenLedger Node".into()
    }

    fn impl_version() -> String {
        env!("SUBSTRATE_CLI_IMPL_VERSION").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        env!("CARGO_PKG_AUTHORS").into()
    }

    fn support_url() -> String {
        concat!(env!("CARGO_PKG_REPOSITORY"), "/issues").into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> std::result::Result<Box<dyn sc_service::ChainSpec>, String> {
        Ok(Box::new(chain_spec::load_with_state(id)?))
    }
}

/// Reads the command line and does what it says.
pub fn run() -> Result<()> {
    // Before anything prints or reads an account.
    set_default_ss58_version(Ss58AddressFormat::custom(SS58_PREFIX));
    let cli = Cli::from_args();
    match &cli.subcommand {
        None => run_node(cli),
        Some(Subcommand::Key(KeySubcommand::Common(command))) => command.run(&cli),
        Some(Subcommand::Key(KeySubcommand::GenerateSession(command))) => command.run(&cli),
        Some(Subcommand::PrepareRuntime(command)) => command.run(&cli),
        Some(Subcommand::ExportChainSpec(command)) => {
            let spec = if command.raw {
                chain_spec::load_with_state(&command.chain)?
            } else {
                chain_spec::load(&command.chain)?
            };
            command.run(Box::new(spec))
        }
        Some(Subcommand::CheckBlock(command)) => {
            cli.create_runner(command)?.async_run(|mut config| {
                let (client, _, import_queue, tasks) = service::chain_ops(&mut config)?;
                Ok((command.run(client, import_queue), tasks))
            })
        }
        Some(Subcommand::ExportBlocks(command)) => {
            cli.create_runner(command)?.async_run(|mut config| {
                let (client, _, _, tasks) = service::chain_ops(&mut config)?;
                Ok((command.run(client, config.database), tasks))
            })
        }
        Some(Subcommand::ImportBlocks(command)) => {
            cli.create_runner(command)?.async_run(|mut config| {
                let (client, _, import_queue, tasks) = service::chain_ops(&mut config)?;
                Ok((command.run(client, import_queue), tasks))
            })
        }
        Some(Subcommand::PurgeChain(command)) => cli
            .create_runner(command)?
            .sync_run(|config| command.run(config.database)),
        Some(Subcommand::Revert(command)) => cli.create_runner(command)?.async_run(|mut config| {
            let (client, backend, _, tasks) = service::chain_ops(&mut config)?;
            let revert_consensus = Box::new(
                |client: std::sync::Arc<service::FullClient>, backend, blocks| -> Result<()> {
                    sc_consensus_babe::revert(client.clone(), backend, blocks)?;
                    sc_consensus_grandpa::revert(client, blocks)?;
                    Ok(())
                },
            );
            Ok((command.run(client, backend, Some(revert_consensus)), tasks))
        }),
        #[cfg(feature = "benchmark")]
        Some(Subcommand::Benchmark(command)) => benchmark(&cli, command),
        Some(Subcommand::ChainInfo(command)) => cli
            .create_runner(command)?
            .sync_run(|config| command.run::<Block>(&config)),
    }
}

/// Runs a node until it is told to stop.
fn run_node(mut cli: Cli) -> Result<()> {
    if cli.run.base.get_keyring().is_some() {
        // The keys of Alice and the others are public: a network key that is made on the way takes
        // nothing away from safety, and `--chain local --alice` just works.
        let node_key = &mut cli.run.base.network_params.node_key_params;
        node_key.unsafe_force_node_key_generation = true;
    }
    let is_dev = cli.run.base.is_dev()?;
    cli.run
        .base
        .rpc_params
        .rpc_max_batch_request_len
        .get_or_insert(BATCH_LIMIT);
    let ethereum = EthereumOptions {
        rebuild_index: cli.run.ethereum.ethereum_rebuild_index,
        log_limits: LogLimits {
            results: cli.run.ethereum.ethereum_logs_limit,
            blocks: cli.run.ethereum.ethereum_logs_blocks_limit,
            ..LogLimits::default()
        },
        sign_for_development: is_dev,
    };
    let pool = pool_of(&cli)?;
    let mut runner = cli.create_runner(&cli.run.base)?;
    // Before the node introduces itself in the log, so that the error stands alone.
    ports::claim(runner.config_mut())?;
    if let NetworkBackendType::Libp2p = runner.config().network.network_backend {
        return Err(
            "this node knows the network backend litep2p only: leave --network-backend out".into(),
        );
    }
    let (storage, runtime_cache) = (cli.run.storage_monitor, cli.run.runtime_cache);
    runner.run_node_until_exit(|config| async move {
        let cache = runtime_cache.folder(&config.base_path.config_dir(config.chain_spec.id()));
        service::start(config, &pool, ethereum, &cache, storage).map_err(Error::Service)
    })
}

/// The inference pool that was asked for, checked.
fn pool_of(cli: &Cli) -> Result<Vec<inference_pool::Endpoint>> {
    let role = cli.run.base.role(cli.run.base.is_dev()?)?;
    Ok(inference_pool::check(
        &cli.run.inference_pool,
        role.is_authority(),
    )?)
}

/// Measures.
#[cfg(feature = "benchmark")]
fn benchmark(cli: &Cli, command: &BenchmarkCmd) -> Result<()> {
    let runner = cli.create_runner(command)?;
    runner.sync_run(|config| match command {
        BenchmarkCmd::Pallet(command) => {
            if command.runtime.is_none() && !cfg!(feature = "runtime-benchmarks") {
                return Err(
                    "this node's runtime has no benchmarks: give one that was built with \
                            `--features runtime-benchmarks` as --runtime FILE"
                        .into(),
                );
            }
            // The genesis comes from the given runtime, if there is one.
            let spec = command.runtime.is_none().then_some(config.chain_spec);
            command.run_with_spec::<HashingFor<Block>, ()>(spec)
        }
        BenchmarkCmd::Machine(command) => {
            command.run(&config, SUBSTRATE_REFERENCE_HARDWARE.clone())
        }
        _ => Err("this node measures `pallet` and `machine` only".into()),
    })
}

/// An error in one line, with what to do about it where that is known.
pub fn explain(error: &Error) -> String {
    let text = match error {
        Error::NetworkKeyNotFound(path) => format!(
            "a validator needs a network key that stays the same, and {} does not exist: make one \
             with `key generate-node-key --file {}`",
            path.display(),
            path.display(),
        ),
        // What kind of error it is adds nothing for the operator.
        Error::Input(text) | Error::Service(sc_service::Error::Other(text)) => text.clone(),
        other => other.to_string(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[test]
    fn a_missing_network_key_should_be_explained_in_one_line() {
        let text = explain(&Error::NetworkKeyNotFound(
            "/data/network/secret_ed25519".into(),
        ));
        assert!(!text.contains('\n'));
        assert!(text.contains("key generate-node-key --file /data/network/secret_ed25519"));
    }

    #[test]
    fn a_validator_without_a_network_key_should_be_refused() {
        let folder = std::env::temp_dir().join(format!("openledger-no-key-{}", std::process::id()));
        let cli = Cli::try_parse_from(["openledger-node", "--validator"])
            .expect("the arguments are valid");
        let error = cli
            .run
            .base
            .network_params
            .node_key_params
            .node_key(&folder, sc_service::Role::Authority, false)
            .expect_err("there is no key");
        assert!(matches!(error, Error::NetworkKeyNotFound(_)), "{error}");
        assert!(!folder.exists(), "nothing was made on the way");
    }

    #[test]
    fn errors_of_several_lines_should_become_one() {
        assert_eq!(
            explain(&Error::Input("first\n\t second".into())),
            "first second"
        );
    }

    #[test]
    fn an_unknown_chain_should_be_refused_by_name() {
        let cli = Cli::try_parse_from(["openledger-node"]).expect("nothing is needed");
        let error = cli
            .load_spec("mainnet")
            .expect_err("there is no such chain");
        assert!(error.contains("mainnet"), "{error}");
    }

    #[test]
    fn a_pool_should_need_a_validator() {
        let cli = Cli::try_parse_from([
            "openledger-node",
            "--inference-pool",
            "http://127.0.0.1:8600",
        ])
        .expect("the arguments are valid");
        let error = pool_of(&cli).expect_err("the node is no validator");
        assert!(explain(&error).contains("--validator"));
    }
}
