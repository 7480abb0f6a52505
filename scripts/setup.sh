#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Installs what is missing to build and run OpenLedger, all but JavaScript dependencies outside the
# checkout. Doing it again does nothing twice.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/packages.sh"
. "$ROOT/scripts/lib/wasm.sh"
. "$ROOT/scripts/lib/files.sh"

usage() {
    cat <<USAGE
Usage: ./scripts/setup.sh [--tests]

Installs what is missing: system packages (as root or with sudo), the WebAssembly target, ONNX
Runtime, the base model, WordNet, and the JavaScript dependencies of the client and of contracts/.

ONNX Runtime, base model and WordNet are checked against sums in the scripts, and JavaScript packages
against their lock files. System packages are checked by apt, the WebAssembly target by rustup; the tests'
Python packages are pinned by version only. JavaScript dependencies lie in
tests/node_modules and contracts/node_modules, all else that is downloaded in \$OPENLEDGER_CACHE
(here: $OPENLEDGER_CACHE).

  --tests   also what only the tests need: Python with onnx and web3, Prometheus' promtool
  --help    this text

Environment:
  OPENLEDGER_CACHE      where downloads and builds are kept (default: ~/.cache/openledger)
  OPENLEDGER_WASM       "debian" builds the runtime with Debian's toolchain even where rustup has
                        the target
  OPENLEDGER_MODEL_DIR, ORT_DYLIB_PATH, CARGO_TARGET_DIR
                        other places for the base model, ONNX Runtime's library and the build
USAGE
}

with_tests=
for argument in "$@"; do
    case $argument in
        --tests) with_tests=yes ;;
        --help | -h) usage; exit ;;
        *) usage >&2; die "unknown option $argument" ;;
    esac
done

mkdir -p "$DOWNLOADS" "$CARGO_TARGET_DIR"
setup_packages
setup_wasm
setup_onnxruntime
setup_model
setup_wordnet
setup_javascript
setup_contracts
if [ -n "$with_tests" ]; then
    setup_test_python
    setup_promtool
fi

{
    printf '# Written by scripts/setup.sh, read by the other scripts.\n'
    [ -z "$WASM_TOOLCHAIN" ] || printf 'export WASM_BUILD_TOOLCHAIN=%q\n' "$WASM_TOOLCHAIN"
    printf 'export ORT_DYLIB_PATH=%q\n' "$ORT_DYLIB_PATH"
    printf 'export OPENLEDGER_MODEL_DIR=%q\n' "$OPENLEDGER_MODEL_DIR"
    printf 'export OPENLEDGER_WORDNET=%q\n' "$OPENLEDGER_WORDNET"
    printf 'export OPENLEDGER_PYTHON=%q\n' "$OPENLEDGER_CACHE/python/bin/python"
    [ -z "${OPENLEDGER_PROMTOOL:-}" ] || printf 'export OPENLEDGER_PROMTOOL=%q\n' "$OPENLEDGER_PROMTOOL"
} >"$ENV_FILE.part"
mv "$ENV_FILE.part" "$ENV_FILE"
step "Set up. The other scripts read $ENV_FILE"
