// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The binary as people call it.

use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

fn worker(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_openledger-worker"))
        .args(arguments)
        .output()
        .unwrap()
}

fn path(dir: &Path, name: &str) -> String {
    dir.join(name).to_str().unwrap().to_string()
}

fn failed(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{error}");
    error
}

fn key(dir: &Path) -> String {
    let file = path(dir, "key.json");
    assert!(worker(&["key", "generate", "--out", &file])
        .status
        .success());
    file
}

#[test]
fn help_should_name_every_setting_of_run() {
    let help = String::from_utf8(worker(&["run", "--help"]).stdout).unwrap();
    for name in [
        "--node",
        "--listen",
        "--key",
        "--account",
        "--data",
        "--store",
        "--model-dir",
    ] {
        assert!(help.contains(name), "{help}");
    }
}

#[test]
fn a_generated_key_should_have_mode_0600() {
    let dir = tempfile::tempdir().unwrap();
    let mode = std::fs::metadata(key(dir.path()))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_generated_key_should_not_be_printed() {
    let dir = tempfile::tempdir().unwrap();
    let file = path(dir.path(), "key.json");
    let output = worker(&["key", "generate", "--out", &file]);
    let saved: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        printed.contains(saved["public"].as_str().unwrap()),
        "{printed}"
    );
    assert!(
        !printed.contains(&saved["seed"].as_str().unwrap()[2..]),
        "{printed}"
    );
}

#[test]
fn generate_should_not_overwrite_a_key() {
    let dir = tempfile::tempdir().unwrap();
    let file = key(dir.path());
    assert!(failed(&worker(&["key", "generate", "--out", &file])).contains("never overwritten"));
}

#[test]
fn prove_should_print_what_register_worker_needs() {
    let dir = tempfile::tempdir().unwrap();
    let file = key(dir.path());
    let genesis = format!("0x{}", "07".repeat(32));
    let output = worker(&[
        "key",
        "prove",
        "--key",
        &file,
        "--genesis",
        &genesis,
        "--account",
        ALICE,
    ]);
    let proof: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(proof["genesis"], genesis);
    assert_eq!(proof["receiptKey"].as_str().unwrap().len(), 66);
    assert_eq!(proof["proof"].as_str().unwrap().len(), 130);
}

#[test]
fn a_malformed_account_should_be_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = key(dir.path());
    let genesis = format!("0x{}", "07".repeat(32));
    let output = worker(&[
        "key",
        "prove",
        "--key",
        &file,
        "--genesis",
        &genesis,
        "--account",
        "Alice",
    ]);
    assert!(failed(&output).contains("SS58"));
}

#[test]
fn run_should_refuse_a_key_that_others_can_read() {
    let dir = tempfile::tempdir().unwrap();
    let file = key(dir.path());
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let data = path(dir.path(), "data");
    let output = worker(&["run", "--key", &file, "--account", ALICE, "--data", &data]);
    assert!(failed(&output).contains("chmod 600"));
}

#[test]
fn run_should_say_how_to_get_a_missing_model() {
    let dir = tempfile::tempdir().unwrap();
    let (file, data) = (key(dir.path()), path(dir.path(), "data"));
    let empty = path(dir.path(), "empty");
    let output = worker(&[
        "run",
        "--key",
        &file,
        "--account",
        ALICE,
        "--data",
        &data,
        "--model-dir",
        &empty,
        "--listen",
        "127.0.0.1:0",
    ]);
    let error = failed(&output);
    assert!(
        error.contains("./scripts/setup.sh") && error.contains(&empty),
        "{error}"
    );
}

#[test]
fn run_should_say_how_to_get_a_missing_onnx_runtime() {
    let dir = tempfile::tempdir().unwrap();
    let (file, data) = (key(dir.path()), path(dir.path(), "data"));
    let library = path(dir.path(), "libonnxruntime.so");
    let output = worker(&[
        "run",
        "--key",
        &file,
        "--account",
        ALICE,
        "--data",
        &data,
        "--ort-dylib",
        &library,
        "--listen",
        "127.0.0.1:0",
    ]);
    let error = failed(&output);
    assert!(
        error.contains("./scripts/setup.sh") && error.contains(&library),
        "{error}"
    );
}

#[test]
fn train_job_should_name_a_specification_that_is_not_there() {
    let output = worker(&[
        "train-job",
        "--detached",
        "--spec",
        "/nonexistent/spec.json",
    ]);
    assert!(failed(&output).contains("/nonexistent/spec.json"));
}

#[test]
fn train_job_should_end_when_nobody_wants_it_any_more() {
    // Standard input is at its end at once. The specification is a pipe that nobody writes to, so
    // that nothing else ends the process.
    let dir = tempfile::tempdir().unwrap();
    let spec = path(dir.path(), "spec");
    assert!(Command::new("mkfifo")
        .arg(&spec)
        .status()
        .unwrap()
        .success());
    let output = Command::new(env!("CARGO_BIN_EXE_openledger-worker"))
        .args(["train-job", "--spec", &spec])
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
}
