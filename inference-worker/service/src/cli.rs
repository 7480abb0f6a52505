// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Serves adapters, measures what moved each answer, and signs receipts that pay for it.
#[derive(Debug, Parser)]
#[command(name = "openledger-worker", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The form of the log lines on standard error; RUST_LOG chooses what is logged.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, env = "OPENLEDGER_LOG_FORMAT")]
    pub log_format: LogFormat,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the worker: HTTP API, jobs, training.
    Run(Box<RunArgs>),
    /// Make and inspect the receipt key.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Train one adapter from a specification; `run` starts this as a child process and reads its
    /// progress, JSON lines on standard output.
    TrainJob(TrainJobArgs),
}

/// Settings of a worker.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// The node's WebSocket RPC.
    #[arg(long, default_value = "ws://127.0.0.1:9944", env = "OPENLEDGER_NODE")]
    pub node: String,
    /// The address that the HTTP API listens on.
    #[arg(long, default_value = "127.0.0.1:8600", env = "OPENLEDGER_LISTEN")]
    pub listen: SocketAddr,
    /// The receipt key's file, made by `key generate`; its mode must be 0600.
    #[arg(long, value_name = "FILE", env = "OPENLEDGER_KEY")]
    pub key: PathBuf,
    /// The operator's account (SS58): registered on chain, named in receipts, paid for answers.
    #[arg(long, value_name = "SS58", env = "OPENLEDGER_ACCOUNT")]
    pub account: String,
    /// The folder for state, caches and, by default, content. One worker per folder.
    #[arg(long, value_name = "DIR", env = "OPENLEDGER_DATA")]
    pub data: PathBuf,
    /// The content store: a folder, or s3://bucket/prefix with the AWS_… variables (AWS_ENDPOINT,
    /// AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) [default: DATA/content]
    #[arg(long, value_name = "URL", env = "OPENLEDGER_STORE")]
    pub store: Option<String>,
    /// The most that is kept in the content store, MiB. Uploads take nine tenths of it at most.
    #[arg(long, value_name = "MIB", default_value_t = 20_480)]
    pub store_quota_mb: u64,
    /// The base model's folder [default: ~/.cache/openledger/model]
    #[arg(long, value_name = "DIR", env = "OPENLEDGER_MODEL_DIR")]
    pub model_dir: Option<PathBuf>,
    /// ONNX Runtime's shared library
    /// [default: ~/.cache/openledger/onnxruntime/libonnxruntime.so.1.31.1]
    #[arg(long, value_name = "FILE", env = "ORT_DYLIB_PATH")]
    pub ort_dylib: Option<PathBuf>,
    /// Threads of the serving engine [default: the machine's cores]
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// Adapters that are ready to share a run, per rank.
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub slots: usize,
    /// Adapters kept in memory.
    #[arg(long, value_name = "N", default_value_t = 256)]
    pub memory_adapters: usize,
    /// Memory for influence indices, MiB; the least recently used go first.
    #[arg(long, value_name = "MIB", default_value_t = 128)]
    pub influence_memory_mb: u64,
    /// Jobs that wait before further ones are called busy.
    #[arg(long, value_name = "N", default_value_t = 4096)]
    pub queue: u64,
    /// Jobs of the queue that are answered at a time.
    #[arg(long, value_name = "N", default_value_t = 64)]
    pub concurrency: usize,
    /// Direct requests that are answered at a time; more get a 429.
    #[arg(long, value_name = "N", default_value_t = 128)]
    pub direct: usize,
    /// The largest content that is received, MiB.
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    pub max_content_mb: u64,
    /// The share of copied rows from which a contribution is advised to be rejected, parts per
    /// million.
    #[arg(long, value_name = "PPM", default_value_t = 200_000)]
    pub duplicate_share_ppm: u32,
    /// Who may train and evaluate: callers that send this as `Authorization: Bearer`. Without it,
    /// everybody may on a loopback address and nobody elsewhere.
    #[arg(
        long,
        value_name = "TOKEN",
        env = "OPENLEDGER_OPERATOR_TOKEN",
        hide_env_values = true
    )]
    pub operator_token: Option<String>,
    /// How long running work may take to finish after SIGTERM or Ctrl-C, seconds.
    #[arg(long, value_name = "S", default_value_t = 30)]
    pub shutdown_seconds: u64,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a receipt key and write it to a new file of mode 0600.
    Generate {
        /// The new file.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Derive the key from a secret URI (a seed phrase, a 0x… seed, //Path) instead of drawing
        /// a random one. For development: others who know it can sign receipts.
        #[arg(long)]
        suri: Option<String>,
    },
    /// Print the public part of a key as JSON.
    Inspect {
        /// The key's file.
        #[arg(long, value_name = "FILE", env = "OPENLEDGER_KEY")]
        key: PathBuf,
    },
    /// Print the receipt key and the proof that register_worker needs, as JSON.
    Prove {
        /// The key's file.
        #[arg(long, value_name = "FILE", env = "OPENLEDGER_KEY")]
        key: PathBuf,
        /// The chain's genesis hash, 0x and 64 digits.
        #[arg(long, value_name = "0x…")]
        genesis: String,
        /// The operator's account (SS58), which will send register_worker.
        #[arg(long, value_name = "SS58", env = "OPENLEDGER_ACCOUNT")]
        account: String,
    },
}

/// A training job.
#[derive(Debug, Args)]
pub struct TrainJobArgs {
    /// The specification that `run` wrote.
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// Go on when standard input ends; `run` keeps it open for as long as the job is wanted.
    #[arg(long)]
    pub detached: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_should_be_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn run_should_ask_for_key_account_and_data() {
        let error = Cli::try_parse_from(["openledger-worker", "run"])
            .unwrap_err()
            .to_string();
        for name in ["--key", "--account", "--data"] {
            assert!(error.contains(name), "{error}");
        }
    }
}
