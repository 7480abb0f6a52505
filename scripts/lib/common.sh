# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# What every script here shares: places, messages, checks. Sourced, never run.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export OPENLEDGER_CACHE=${OPENLEDGER_CACHE:-$HOME/.cache/openledger}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$OPENLEDGER_CACHE/target}
export OPENLEDGER_MODEL_DIR=${OPENLEDGER_MODEL_DIR:-$OPENLEDGER_CACHE/model}
DOWNLOADS=$OPENLEDGER_CACHE/downloads
# What set-up finds out and the other scripts need, as `export NAME=value` lines.
ENV_FILE=$OPENLEDGER_CACHE/env.sh

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    BOLD=$'\e[1m' RED=$'\e[31m' GREEN=$'\e[32m' PLAIN=$'\e[0m'
else
    BOLD='' RED='' GREEN='' PLAIN=''
fi

# A headline of what is done now.
step() { printf '%s==> %s%s\n' "$BOLD" "$*" "$PLAIN"; }

# A detail below a headline.
say() { printf '    %s\n' "$*"; }

# Ends the script with a message that says what to do.
die() {
    printf '%serror:%s %s\n' "$RED" "$PLAIN" "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The sha256 of a file, in hex.
sha256_of() { sha256sum "$1" | cut -d' ' -f1; }

# is_file_with PATH SHA256: whether the file is there and is the right one.
is_file_with() { [ -f "$1" ] && [ "$(sha256_of "$1")" = "$2" ]; }

# verify PATH SHA256: ends the script when the file is not the right one.
verify() {
    local found
    [ -f "$1" ] || die "$1 is missing"
    found=$(sha256_of "$1")
    [ "$found" = "$2" ] && return
    mv "$1" "$1.wrong"
    die "$1 has sha256 $found instead of $2; it was moved to $1.wrong and nothing was made of it"
}

# Runs a command as root, or says which command a person has to run as root.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif have sudo && sudo -n true 2>/dev/null; then
        sudo "$@"
    else
        die "this needs root; please run it yourself, then start again:
    sudo $*"
    fi
}

# Builds what the demo and the end-to-end tests run. The examples are built with them because
# dependencies of tests and examples switch on features of crates that the SDK shares: without them
# here, the tests would build the SDK a second time.
build_binaries() {
    step "Building the node and the worker (the first time takes long: the SDK has some 1,100 crates)"
    (cd "$ROOT" && cargo build --workspace --bins --examples)
    BIN_DIR=$CARGO_TARGET_DIR/debug
    export OPENLEDGER_BIN_DIR=$BIN_DIR
}
