// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What the benchmarks share.

// Each benchmark is a crate of its own and uses another part of this.
#![allow(dead_code)]

use serde_json::{json, Value};

/// The machine that a figure was measured on.
pub fn machine() -> Value {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        text.lines()
            .find(|line| line.starts_with(name))
            .and_then(|line| line.split(':').nth(1))
            .map(|value| value.trim().to_owned())
            .unwrap_or_default()
    };
    json!({
        "cpu": field(&read("/proc/cpuinfo"), "model name"),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory": field(&read("/proc/meminfo"), "MemTotal"),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "optimised": !cfg!(debug_assertions),
    })
}

/// A line of `/proc/self/status` in bytes, 0 where there is no such file.
pub fn status_bytes(name: &str) -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .unwrap_or_default()
        .lines()
        .find(|line| line.starts_with(name))
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|kilobytes| kilobytes.parse::<u64>().ok())
        .map_or(0, |kilobytes| kilobytes * 1_024)
}

/// The value after `--name` on the command line.
pub fn argument(name: &str) -> Option<String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)
}

/// The number after `--name`, or `default`.
pub fn number(name: &str, default: u64) -> Result<u64, String> {
    match argument(name) {
        Some(text) => text
            .parse()
            .map_err(|_| format!("{name} takes a whole number")),
        None => Ok(default),
    }
}

/// The value at a part of the sorted values, 0 to 1.
pub fn percentile(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((last as f64 * part).round() as usize)
        .copied()
        .unwrap_or(f64::NAN)
}
