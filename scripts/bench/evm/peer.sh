# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# The EVM pallet's own Ethereum RPC server, to be measured beside the node's. Sourced by bench.sh.

PEER_CRATE=pallet-revive-eth-rpc
PEER_VERSION=0.24.0
PEER_ROOT=$OPENLEDGER_CACHE/peer-$PEER_VERSION
PEER=$PEER_ROOT/bin/eth-rpc

# Builds it outside of the workspace, by its own lock file. Its build script builds a second runtime:
# expect an hour on two cores.
setup_peer() {
    step "$PEER_CRATE $PEER_VERSION, to compare with"
    if [ -x "$PEER" ]; then
        say "present: $PEER"
        return
    fi
    # It brings RocksDB and OpenSSL, which take half an hour from source. RocksDB's bindings are made with
    # libclang's development files.
    compgen -G '/usr/lib/llvm-*/lib/libclang*.so' >/dev/null || apt_install libclang-dev
    [ -f /usr/include/rocksdb/c.h ] || apt_install librocksdb-dev libsnappy-dev
    [ -f /usr/include/openssl/ssl.h ] || apt_install libssl-dev
    local libraries sources
    libraries=/usr/lib/$(cc -print-multiarch)
    # Its runtime is built in a workspace of its own, which takes the lock file from this folder: with
    # another one, newer crates are chosen that do not fit together. `cargo info` unpacks the sources.
    cargo info --quiet "$PEER_CRATE@$PEER_VERSION" >/dev/null || die "$PEER_CRATE $PEER_VERSION was not found"
    sources=$(compgen -G "${CARGO_HOME:-$HOME/.cargo}/registry/src/*/$PEER_CRATE-$PEER_VERSION" | head -1)
    [ -f "$sources/Cargo.lock" ] || die "the sources of $PEER_CRATE $PEER_VERSION were not found"
    WASM_BUILD_WORKSPACE_HINT=$sources OPENSSL_NO_VENDOR=1 ROCKSDB_LIB_DIR=$libraries \
        SNAPPY_LIB_DIR=$libraries \
        cargo install --locked --root "$PEER_ROOT" --target-dir "$PEER_ROOT/target" \
        "$PEER_CRATE@$PEER_VERSION" || die "$PEER_CRATE $PEER_VERSION could not be built"
    rm -rf "$PEER_ROOT/target"
    say "installed: $PEER"
}
