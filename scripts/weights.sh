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

Builds the SDK's benchmark runner and the runtime with benchmarks, runs the benchmarks of the
pallets (all of ${PALLETS[*]}, or
those named) and writes pallets/PALLET/src/weights.rs. Let the machine do nothing else meanwhile.

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

# The runner that the SDK publishes, of the release that Cargo.toml names. Fully optimised, as what it does
# for the runtime is measured with it.
BENCHER=frame-omni-bencher
BENCHER_VERSION=0.28.0
BENCHER_ROOT=$OPENLEDGER_CACHE/$BENCHER-$BENCHER_VERSION
# Other features of the whole SDK: in a folder of their own, so that the usual build is not thrown away.
BENCHMARK_TARGET=$OPENLEDGER_CACHE/target-benchmarks

if [ ! -x "$BENCHER_ROOT/bin/$BENCHER" ]; then
    step "Building $BENCHER $BENCHER_VERSION (once, half an hour or more)"
    CARGO_TARGET_DIR=$BENCHMARK_TARGET \
        cargo install "$BENCHER@$BENCHER_VERSION" --locked --root "$BENCHER_ROOT"
fi

step "Building the runtime with benchmarks"
CARGO_TARGET_DIR=$BENCHMARK_TARGET \
    cargo build --package openledger-runtime --features runtime-benchmarks
RUNTIME=$BENCHMARK_TARGET/debug/wbuild/openledger-runtime/openledger_runtime.wasm

for pallet in "${PALLETS[@]}"; do
    step "Benchmarking pallets/$pallet"
    "$BENCHER_ROOT/bin/$BENCHER" v1 benchmark pallet \
        --runtime "$RUNTIME" --genesis-builder runtime --genesis-builder-preset development \
        --pallet "${NAMES[$pallet]:-pallet_$pallet}" --extrinsic '*' \
        --steps "${STEPS:-50}" --repeat "${REPEAT:-20}" \
        --header "$ROOT/scripts/lib/licence-header.txt" \
        --output "$ROOT/pallets/$pallet/src/weights.rs" \
        --template "$ROOT/scripts/lib/weights.hbs"
    rustfmt --edition 2021 "$ROOT/pallets/$pallet/src/weights.rs"
done
