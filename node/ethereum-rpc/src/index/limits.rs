// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How much a question about logs may take.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{error::Error, types::Log};

/// How much one query for logs may take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LogLimits {
    /// The most logs in an answer.
    pub results: usize,
    /// The most blocks that are read for it. Only blocks that the tables name as having an asked
    /// address and all asked topics are read, so that the range may be any length.
    pub blocks: usize,
    /// The most bytes of an answer. A log may have tens of kilobytes of data, so that the number of
    /// logs alone bounds nothing.
    pub bytes: usize,
}

impl Default for LogLimits {
    fn default() -> Self {
        Self {
            results: 10_000,
            blocks: 10_000,
            bytes: 8 << 20,
        }
    }
}

impl LogLimits {
    /// The limits for one answer, of which nothing is used up.
    #[must_use]
    pub fn budget(self) -> LogBudget {
        LogBudget {
            limits: self,
            results: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
        }
    }
}

/// What an answer has of its limits used up. The processors that work on one answer share it.
#[derive(Debug)]
pub struct LogBudget {
    limits: LogLimits,
    results: AtomicUsize,
    bytes: AtomicUsize,
}

impl LogBudget {
    /// Counts a log that shall be in the answer.
    ///
    /// # Errors
    /// The limit that it exceeds, in words.
    pub fn take(&self, log: &Log) -> Result<(), String> {
        if add(&self.results, 1) > self.limits.results {
            return Err(format!("{} results", self.limits.results));
        }
        if add(&self.bytes, log.size()) > self.limits.bytes {
            return Err(format!("{} bytes of logs", self.limits.bytes));
        }
        Ok(())
    }
}

/// Adds to a count and returns it. It does not wrap: the first log that exceeds a limit ends the work.
fn add(count: &AtomicUsize, more: usize) -> usize {
    count
        .fetch_add(more, Ordering::Relaxed)
        .saturating_add(more)
}

/// The error for a query whose answer exceeds a limit.
pub(super) fn too_much(limit: &str) -> Error {
    Error::LimitExceeded(format!(
        "query returned more than {limit}; narrow the block range or the filter"
    ))
}
