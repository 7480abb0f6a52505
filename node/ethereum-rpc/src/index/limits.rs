// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! How much a question about logs may take.

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
            results: 0,
            bytes: 0,
        }
    }
}

/// What an answer has of its limits used up.
#[derive(Clone, Copy, Debug)]
pub struct LogBudget {
    limits: LogLimits,
    results: usize,
    bytes: usize,
}

impl LogBudget {
    /// Counts a log that shall be in the answer.
    ///
    /// # Errors
    /// The limit that it exceeds, in words.
    pub fn take(&mut self, log: &Log) -> Result<(), String> {
        self.results = self.results.saturating_add(1);
        self.bytes = self.bytes.saturating_add(log.size());
        if self.results > self.limits.results {
            return Err(format!("{} results", self.limits.results));
        }
        if self.bytes > self.limits.bytes {
            return Err(format!("{} bytes of logs", self.limits.bytes));
        }
        Ok(())
    }
}

/// The error for a query whose answer exceeds a limit.
pub(super) fn too_much(limit: &str) -> Error {
    Error::LimitExceeded(format!(
        "query returned more than {limit}; narrow the block range or the filter"
    ))
}
