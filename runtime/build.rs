// Copyright (C) 2026 OpenLedger contributors.
// SPDX-License-Identifier: Apache-2.0

//! Builds the runtime to WebAssembly beside the native build.

fn main() {
    #[cfg(feature = "std")]
    {
        // Under clippy this names clippy's driver, which is not the compiler of the WebAssembly
        // toolchain: with it everything would be built again.
        std::env::remove_var("RUSTC_WORKSPACE_WRAPPER");
        let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults();
        #[cfg(feature = "metadata-hash")]
        let builder = builder.enable_metadata_hash("OPEN", 18);
        builder.build();
    }
}
