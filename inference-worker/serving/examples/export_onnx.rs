// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Exports the base model into a folder and prints the path of the graph, for `check_onnx.py`.

use openledger_artifacts::BaseModel;
use openledger_serving::onnx::{export, GraphKind};
use std::{error::Error, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args().nth(1).ok_or("usage: export_onnx FOLDER")?;
    let model = BaseModel::open(&BaseModel::default_dir())?;
    println!(
        "{}",
        export(&model, GraphKind::WithBanks, Path::new(&dir))?
            .path
            .display()
    );
    Ok(())
}
