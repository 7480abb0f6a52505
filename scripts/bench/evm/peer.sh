# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# The EVM pallet's own Ethereum RPC server, to be measured beside the node's. Sourced by bench.sh.

PEER_CRATE=pallet-revive-eth-rpc
PEER_VERSION=0.24.0
PEER_ROOT=$OPENLEDGER_CACHE/peer-$PEER_VERSION
PEER=$PEER_ROOT/bin/eth-rpc

# Builds it outside of the workspace, by its own lock file. Its build script builds a second runtime:
# expect well over an hour on two cores.
setup_peer() {
    step "$PEER_CRATE $PEER_VERSION, to compare with"
    if [ -x "$PEER" ]; then
        say "present: $PEER"
        return
    fi
    # It brings RocksDB, whose bindings are made with libclang's development files.
    compgen -G '/usr/lib/llvm-*/lib/libclang*.so' >/dev/null || apt_install libclang-dev
    cargo install --locked --root "$PEER_ROOT" --target-dir "$PEER_ROOT/target" \
        "$PEER_CRATE@$PEER_VERSION" || die "$PEER_CRATE $PEER_VERSION could not be built"
    rm -rf "$PEER_ROOT/target"
    say "installed: $PEER"
}
