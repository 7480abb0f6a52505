#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# The checks of an upgrade: see --help.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

usage() {
    cat <<USAGE
Usage: ./scripts/try-runtime.sh

Builds the runtime with the feature try-runtime, as it is and with the migration that upgrades are
rehearsed with, and tests both: migrations with their checks before and after, and every pallet's
invariants, on the state of every genesis preset. The SDK is built with other features for it, in a
folder of its own: the first time takes ten minutes on two cores. Before a release with migrations, run
try-runtime-cli on a copy of the chain's state as well.
USAGE
}

case ${1:-} in
    '') ;;
    --help | -h) usage; exit ;;
    *) usage >&2; die "unknown option $1" ;;
esac

"$ROOT/scripts/setup.sh"
. "$ENV_FILE"
cd "$ROOT"

# The native runtime alone is tested: its WebAssembly is not built.
export SKIP_WASM_BUILD=1
export CARGO_TARGET_DIR=$OPENLEDGER_CACHE/target-try-runtime
for features in try-runtime try-runtime,upgrade-rehearsal; do
    step "Testing an upgrade with the features $features"
    cargo test --package openledger-runtime --lib --features "$features" tests::upgrades
done
