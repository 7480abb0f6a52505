#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Generates the pallets' weights from their benchmarks, on this machine: see --help.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

PALLETS=(datanets models inference attribution staking governance precompiles)

# The pallet's name where it is not that of its folder.
declare -A NAMES=([staking]=pallet_operator_staking [governance]=pallet_ai_governance)

usage() {
    cat <<USAGE
Usage: ./scripts/weights.sh [PALLET…]

Builds the node and a runtime with benchmarks, runs the benchmarks of the pallets (all of ${PALLETS[*]}, or
those named) and writes pallets/PALLET/src/weights.rs. Let the machine do nothing else meanwhile.

Environment: STEPS (default 20), REPEAT (default 10)
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

# Other features of the whole SDK: in a folder of their own, so that the usual build is not thrown away. What
# runs for the runtime while it is measured is fully optimised: most of it is in Cargo.toml, and here are the
# crates that only benchmarks run, with the node, in which the generic code of the SDK is instantiated. The
# native runtime is not run at all.
BENCHMARK_TARGET=$OPENLEDGER_CACHE/target-benchmarks
optimised=(--config profile.dev.opt-level=0 --config profile.dev.debug-assertions=false)
for crate in openledger-node frame-benchmarking frame-benchmarking-cli kvdb kvdb-memorydb; do
    optimised+=(--config "profile.dev.package.$crate.opt-level=3")
done
step "Building the node and the runtime with benchmarks (the first time takes half an hour)"
CARGO_TARGET_DIR=$BENCHMARK_TARGET \
    cargo build --package openledger-node --features runtime-benchmarks "${optimised[@]}"
RUNTIME=$BENCHMARK_TARGET/debug/wbuild/openledger-runtime/openledger_runtime.wasm

for pallet in "${PALLETS[@]}"; do
    step "Benchmarking pallets/$pallet"
    "$BENCHMARK_TARGET/debug/openledger-node" benchmark pallet \
        --runtime "$RUNTIME" --genesis-builder runtime --genesis-builder-preset development \
        --pallet "${NAMES[$pallet]:-pallet_$pallet}" --extrinsic '*' \
        --steps "${STEPS:-20}" --repeat "${REPEAT:-10}" \
        --header "$ROOT/scripts/lib/licence-header.txt" \
        --output "$ROOT/pallets/$pallet/src/weights.rs" \
        --template "$ROOT/scripts/lib/weights.hbs"
    rustfmt --edition 2021 "$ROOT/pallets/$pallet/src/weights.rs"
done
