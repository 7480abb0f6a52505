#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Generates the pallets' weights from their benchmarks, on this machine: see --help.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

PALLETS=(datanets models inference attribution)

usage() {
    cat <<USAGE
Usage: ./scripts/weights.sh [PALLET…]

Builds the runtime with benchmarks and full optimisation, runs the benchmarks of the pallets (all of
${PALLETS[*]}, or those named) and writes pallets/PALLET/src/weights.rs.

Environment: STEPS (default 50), REPEAT (default 20)
USAGE
}

case ${1:-} in --help | -h) usage; exit ;; esac
[ $# = 0 ] || PALLETS=("$@")
for pallet in "${PALLETS[@]}"; do
    [ -f "$ROOT/pallets/$pallet/src/benchmarking.rs" ] || die "pallets/$pallet has no benchmarks"
done

"$ROOT/scripts/setup.sh"
. "$ENV_FILE"
cd "$ROOT"

step "Building the node with benchmarks"
cargo build --release --package openledger-node --features runtime-benchmarks

for pallet in "${PALLETS[@]}"; do
    step "Benchmarking pallet-$pallet"
    "$CARGO_TARGET_DIR/release/openledger-node" benchmark pallet \
        --chain dev --pallet "pallet_$pallet" --extrinsic '*' \
        --wasm-execution compiled --heap-pages 4096 \
        --steps "${STEPS:-50}" --repeat "${REPEAT:-20}" \
        --header "$ROOT/scripts/lib/licence-header.txt" \
        --output "$ROOT/pallets/$pallet/src/weights.rs" \
        --template "$ROOT/scripts/lib/weights.hbs"
    rustfmt --edition 2021 "$ROOT/pallets/$pallet/src/weights.rs"
done
