// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The binary: reads the command line and reports errors.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use openledger_worker::{
    app, cli,
    keys::{account_from_ss58, KeyError, ReceiptKey},
    training,
};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    log_to_stderr(cli.log_format);
    let result = match cli.command {
        cli::Command::Run(args) => app::start(*args).map_err(|error| error.to_string()),
        cli::Command::Key(command) => key(command),
        cli::Command::TrainJob(args) => {
            training::run_child(&args.spec, args.detached).map_err(|error| error.to_string())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn log_to_stderr(format: cli::LogFormat) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,ort=warn,jsonrpsee=warn,rustls=warn"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        cli::LogFormat::Text => builder.init(),
        cli::LogFormat::Json => builder.json().init(),
    }
}

fn key(command: cli::KeyCommand) -> Result<(), String> {
    let text = |error: KeyError| error.to_string();
    let value = match command {
        cli::KeyCommand::Generate { out, suri } => {
            let key = ReceiptKey::generate(suri.as_deref()).map_err(text)?;
            key.save(&out).map_err(text)?;
            describe(&key)
        }
        cli::KeyCommand::Inspect { key } => describe(&ReceiptKey::load(&key).map_err(text)?),
        cli::KeyCommand::Prove {
            key,
            genesis,
            account,
        } => {
            let key = ReceiptKey::load(&key).map_err(text)?;
            let account = account_from_ss58(&account).map_err(text)?;
            let genesis = genesis.parse().map_err(|_| {
                format!("{genesis:?} is not a genesis hash: give 0x and 64 hexadecimal digits")
            })?;
            serde_json::to_value(key.prove(genesis, &account)).map_err(|error| error.to_string())?
        }
    };
    println!("{value:#}");
    Ok(())
}

fn describe(key: &ReceiptKey) -> serde_json::Value {
    serde_json::json!({
        "scheme": "ed25519",
        "receiptKey": format!("0x{}", hex::encode(key.public().0)),
    })
}
