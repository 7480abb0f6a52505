#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Builds the runtime that the upgrade's rehearsal upgrades to: a higher spec_version and a storage
# migration (feature `upgrade-rehearsal`). Prints the path of its compressed WebAssembly. To be run after the
# node's build: it takes the project that substrate-wasm-builder wrote for the runtime, adds the
# feature and builds it beside, so that the SDK is not compiled again.

. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
[ ! -f "$ENV_FILE" ] || . "$ENV_FILE"

PROJECT=$CARGO_TARGET_DIR/debug/wbuild/openledger-runtime
NEXT=$CARGO_TARGET_DIR/debug/wbuild/next-runtime
have zstd || die "zstd is missing: run ./scripts/setup.sh"
[ -f "$PROJECT/Cargo.toml" ] || die "build the node first: $PROJECT is missing"

mkdir -p "$NEXT"
sed -e 's/^features = .*/features = ["upgrade-rehearsal"]/' \
    -e 's/openledger_runtime/openledger_next_runtime/; s/openledger-runtime-blob/openledger-next-runtime/' \
    "$PROJECT/Cargo.toml" >"$NEXT/Cargo.toml"
sed 's/openledger-runtime-blob/openledger-next-runtime/' "$PROJECT/Cargo.lock" >"$NEXT/Cargo.lock"
rm -rf "$NEXT/src"
cp -r "$PROJECT/src" "$NEXT/src"

# The same flags and folder as the builder's: with others all would be compiled again.
(
    cd "$NEXT"
    unset RUSTC_WORKSPACE_WRAPPER
    CARGO_TARGET_DIR=$PROJECT/target \
        RUSTFLAGS="-C link-arg=--export-table -C link-arg=--export=__heap_base -C link-arg=--import-memory --cfg substrate_runtime " \
        cargo ${WASM_BUILD_TOOLCHAIN:++$WASM_BUILD_TOOLCHAIN} rustc --target=wasm32v1-none --profile release
) >&2

# Compressed, so that it fits into a block: the SDK's mark of a compressed blob, then zstd.
BLOB=$NEXT/openledger_next_runtime.compressed.wasm
{
    printf '\x52\xbc\x53\x76\x46\xdb\x8e\x05'
    zstd --quiet -19 --stdout "$PROJECT/target/wasm32v1-none/release/openledger_next_runtime.wasm"
} >"$BLOB"
printf '%s\n' "$BLOB"
