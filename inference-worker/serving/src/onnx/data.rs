// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! The file that holds the weights of a graph.
//!
//! They are not put into the graph's own file, because ONNX Runtime maps a data file into memory
//! while it copies what is inside a graph's file: the embeddings then cost memory only as far as
//! they are used.

use super::proto::StringStringEntryProto;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

/// Tensors start at multiples of this many bytes, the size of a memory page.
const ALIGNMENT: u64 = 4096;

pub(crate) struct DataFile {
    writer: BufWriter<File>,
    /// The name by which the graph knows the file.
    location: String,
    position: u64,
}

impl DataFile {
    /// Creates the file at `path`; the graph will look for it beside itself under `location`.
    pub fn create(path: &Path, location: &str) -> io::Result<Self> {
        let writer = BufWriter::with_capacity(1 << 20, File::create(path)?);
        Ok(Self {
            writer,
            location: location.into(),
            position: 0,
        })
    }

    /// Writes a tensor and returns what the graph says about where it is.
    pub fn append(&mut self, values: &[f32]) -> io::Result<Vec<StringStringEntryProto>> {
        let start = self.position.next_multiple_of(ALIGNMENT);
        let padding = usize::try_from(start.saturating_sub(self.position)).unwrap_or(0);
        self.writer.write_all(&vec![0; padding])?;
        for value in values {
            self.writer.write_all(&value.to_le_bytes())?;
        }
        let length = (values.len() as u64).saturating_mul(4);
        self.position = start.saturating_add(length);
        let entry = |key: &str, value: String| StringStringEntryProto {
            key: key.into(),
            value,
        };
        Ok(vec![
            entry("location", self.location.clone()),
            entry("offset", start.to_string()),
            entry("length", length.to_string()),
        ])
    }

    /// Flushes to disk.
    pub fn finish(self) -> io::Result<()> {
        let file = self
            .writer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.sync_all()
    }
}
