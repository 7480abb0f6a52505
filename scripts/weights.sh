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

Builds the node and a runtime with benchmarks, runs the benchmarks of the pallets (all of
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

# The benchmarks need other features of the whole SDK: in a folder of their own, so that the usual
# build is not thrown away. A release build, as what the node does for the runtime is measured with it.
step "Building the node and the runtime with benchmarks (the first time takes an hour or more)"
BENCHMARK_TARGET=$OPENLEDGER_CACHE/target-benchmarks
CARGO_TARGET_DIR=$BENCHMARK_TARGET \
    cargo build --release --package openledger-node --features runtime-benchmarks
RUNTIME=$BENCHMARK_TARGET/release/wbuild/openledger-runtime/openledger_runtime.wasm

for pallet in "${PALLETS[@]}"; do
    step "Benchmarking pallets/$pallet"
    "$BENCHMARK_TARGET/release/openledger-node" benchmark pallet \
        --runtime "$RUNTIME" --genesis-builder runtime --genesis-builder-preset development \
        --pallet "${NAMES[$pallet]:-pallet_$pallet}" --extrinsic '*' \
        --steps "${STEPS:-50}" --repeat "${REPEAT:-20}" \
        --header "$ROOT/scripts/lib/licence-header.txt" \
        --output "$ROOT/pallets/$pallet/src/weights.rs" \
        --template "$ROOT/scripts/lib/weights.hbs"
    rustfmt --edition 2021 "$ROOT/pallets/$pallet/src/weights.rs"
done
