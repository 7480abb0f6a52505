// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! What `substrate-wasm-builder` needs of the crate `wasm-opt`, without Binaryen.
//!
//! The builder asks for two things: that sign-extension instructions are lowered, and that debug
//! information is left out. This runtime is built for `wasm32v1-none`, which has no such
//! instructions, so the first has nothing to do; the second is done here. Binaryen is 300 files of
//! C++ that took a sixth of the whole build. See `docs/decisions/0020-no-binaryen.md`.

#![warn(missing_docs)]

use std::{fs, io, ops::Range, path::Path};

/// What a WebAssembly file begins with: its magic number and version 1.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// The number of custom sections.
const CUSTOM: u8 = 0;

/// What the builder asks to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Leave debug information out.
    StripDwarf,
    /// Do without sign-extension instructions.
    SignextLowering,
}

/// Why a file cannot be written.
#[derive(Debug)]
pub enum OptimizationError {
    /// It cannot be read or written.
    Io(io::Error),
    /// It is no WebAssembly module.
    Malformed(&'static str),
    /// It has sign-extension instructions, which only Binaryen can lower: build the runtime for
    /// `wasm32v1-none`, as `scripts/setup.sh` prepares it.
    SignExtension,
}

impl From<io::Error> for OptimizationError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Collects what is to be done.
#[derive(Clone, Debug, Default)]
pub struct OptimizationOptions {
    passes: Vec<Pass>,
}

impl OptimizationOptions {
    /// Nothing yet.
    pub fn new_opt_level_0() -> Self {
        Self::default()
    }

    /// The instructions of WebAssembly's first version only, which is what comes in.
    pub fn mvp_features_only(&mut self) -> &mut Self {
        self
    }

    /// Whether names of functions stay: they always do.
    pub fn debug_info(&mut self, _: bool) -> &mut Self {
        self
    }

    /// Adds a step.
    pub fn add_pass(&mut self, pass: Pass) -> &mut Self {
        self.passes.push(pass);
        self
    }

    /// Reads the module in `input` and writes it to `output`.
    ///
    /// # Errors
    /// [`OptimizationError`].
    pub fn run(
        &self,
        input: impl AsRef<Path>,
        output: impl AsRef<Path>,
    ) -> Result<(), OptimizationError> {
        let module = fs::read(input)?;
        let mut kept = HEADER.to_vec();
        for section in sections(&module)? {
            if self.passes.contains(&Pass::SignextLowering)
                && section.name == Some(b"target_features")
                && contains(section.bytes, b"+\x08sign-ext")
            {
                return Err(OptimizationError::SignExtension);
            }
            let is_debug = section
                .name
                .is_some_and(|name| name.starts_with(b".debug_"));
            if !(is_debug && self.passes.contains(&Pass::StripDwarf)) {
                kept.extend_from_slice(section.bytes);
            }
        }
        fs::write(output, kept)?;
        Ok(())
    }
}

/// A section of a module.
struct Section<'a> {
    /// With its number and length.
    bytes: &'a [u8],
    /// Of a custom section.
    name: Option<&'a [u8]>,
}

fn sections(module: &[u8]) -> Result<Vec<Section<'_>>, OptimizationError> {
    let malformed = OptimizationError::Malformed;
    if !module.starts_with(HEADER) {
        return Err(malformed(
            "it does not begin as WebAssembly of version 1 does",
        ));
    }
    let mut sections = Vec::new();
    let mut at = HEADER.len();
    while let Some(&number) = module.get(at) {
        let content = block(module, at + 1).ok_or(malformed("a section is cut off"))?;
        let name = match number {
            CUSTOM => {
                let name = block(&module[..content.end], content.start)
                    .ok_or(malformed("a section's name is cut off"))?;
                Some(&module[name])
            }
            _ => None,
        };
        sections.push(Section {
            bytes: &module[at..content.end],
            name,
        });
        at = content.end;
    }
    Ok(sections)
}

/// Where the bytes lie whose number stands at `at`, in LEB128; `None` when they are not all there.
fn block(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let mut length = 0usize;
    for (index, byte) in bytes.get(at..)?.iter().take(5).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let start = at + index + 1;
            let end = start.checked_add(length)?;
            return (end <= bytes.len()).then_some(start..end);
        }
    }
    None
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(name: &str, content: &[u8]) -> Vec<u8> {
        let mut section = vec![
            CUSTOM,
            (1 + name.len() + content.len()) as u8,
            name.len() as u8,
        ];
        section.extend(name.as_bytes());
        section.extend(content);
        section
    }

    fn run(module: Vec<u8>) -> Result<Vec<u8>, OptimizationError> {
        let folder = tempfile::tempdir().unwrap();
        let (input, output) = (folder.path().join("in"), folder.path().join("out"));
        fs::write(&input, module).unwrap();
        OptimizationOptions::new_opt_level_0()
            .mvp_features_only()
            .debug_info(true)
            .add_pass(Pass::StripDwarf)
            .add_pass(Pass::SignextLowering)
            .run(input, &output)?;
        Ok(fs::read(output).unwrap())
    }

    #[test]
    fn only_debug_sections_should_be_left_out() {
        let code = [10, 2, 1, 2];
        let names = custom("name", &[7]);
        let module = [HEADER, &custom(".debug_info", &[1, 2, 3]), &code, &names].concat();
        assert_eq!(run(module).unwrap(), [HEADER, &code, &names].concat());
    }

    #[test]
    fn sign_extension_should_be_refused() {
        let features = custom("target_features", b"\x01+\x08sign-ext");
        let module = [HEADER, &features].concat();
        assert!(matches!(run(module), Err(OptimizationError::SignExtension)));
    }

    #[test]
    fn what_is_no_module_should_be_refused() {
        for bytes in [
            &b"#!/bin/sh"[..],
            b"\0asm\x01\0\0\0\x0a\x05\x01",
            b"\0asm\x01\0\0\0\0\x01\x09",
        ] {
            assert!(matches!(
                run(bytes.to_vec()),
                Err(OptimizationError::Malformed(_))
            ));
        }
    }
}
