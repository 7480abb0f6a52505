# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# A toolchain that compiles the runtime to WebAssembly (wasm32v1-none). Sourced by setup.sh.
#
# 1. The active toolchain has the target, or rustup can add it.
# 2. Where rustup does not reach its server: Debian's own newer toolchain beside rustup's, with the
#    target's core libraries built from Debian's source. substrate-wasm-builder takes it through
#    WASM_BUILD_TOOLCHAIN; everything native is still built with the active toolchain.

WASM_TARGET=wasm32v1-none
DEBIAN_WASM_LIB=/usr/lib/rustlib/$WASM_TARGET/lib

# Says that the core libraries carry the bitcode that link-time optimisation of the runtime needs.
BITCODE_MARK=$DEBIAN_WASM_LIB/openledger-with-bitcode

# has_core FOLDER: whether the folder holds the target's core library.
has_core() { compgen -G "$1/libcore-*.rlib" >/dev/null; }

# The folder of a compiler's libraries for the target.
libdir_of() { "$@" --print target-libdir --target $WASM_TARGET 2>/dev/null || true; }

setup_wasm() {
    step "WebAssembly target for the runtime"
    WASM_TOOLCHAIN=
    if [ "${OPENLEDGER_WASM:-}" != debian ]; then
        local libdir
        libdir=$(cd "$ROOT" && libdir_of rustc)
        if [ -n "$libdir" ] && has_core "$libdir"; then
            say "the active toolchain has $WASM_TARGET"
            return
        fi
    fi
    if [ -e $BITCODE_MARK ] && [ -x /usr/bin/rustc ] && linked; then
        say "Debian's toolchain has $WASM_TARGET and is linked as wasm-runtime"
        WASM_TOOLCHAIN=wasm-runtime
        return
    fi
    if [ "${OPENLEDGER_WASM:-}" != debian ] && have rustup; then
        say "adding $WASM_TARGET with rustup"
        if (cd "$ROOT" && timeout 180 rustup target add $WASM_TARGET 2>&1 | sed 's/^/    /'); then
            return
        fi
        say "rustup could not: Debian's toolchain will do it"
    fi
    setup_debian_wasm
    WASM_TOOLCHAIN=wasm-runtime
}

linked() { have rustup && rustup toolchain list 2>/dev/null | grep -q '^wasm-runtime'; }

setup_debian_wasm() {
    have rustup || die "without rustup the active toolchain must have the target $WASM_TARGET"
    if ! { [ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ] && [ -e /usr/lib/rustlib/src/rust/library/core/Cargo.toml ] && have lld-22; }; then
        apt_install rustc-web cargo-web rust-web-src rust-web-llvm lld-22
    fi
    if [ ! -e $BITCODE_MARK ]; then
        say "building core and alloc for $WASM_TARGET from Debian's source"
        local work
        work=$(mktemp -d)
        mkdir -p "$work/src"
        printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$work/Cargo.toml"
        printf '#![no_std]\n' >"$work/src/lib.rs"
        # PATH without rustup's proxies: they would take another compiler than Debian's.
        (cd "$work" && env -u CARGO_TARGET_DIR PATH=/usr/bin:/bin RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc \
            RUSTFLAGS="-C embed-bitcode=yes" \
            /usr/bin/cargo build --quiet --release --target $WASM_TARGET -Zbuild-std=core,alloc)
        as_root rm -rf $DEBIAN_WASM_LIB
        as_root mkdir -p $DEBIAN_WASM_LIB
        local lib
        for lib in core alloc compiler_builtins; do
            as_root cp "$work/target/$WASM_TARGET/release/deps/lib$lib-"*.rlib $DEBIAN_WASM_LIB/
        done
        as_root touch $BITCODE_MARK
        rm -rf "$work"
    fi
    say "linking Debian's toolchain as wasm-runtime"
    rustup toolchain link wasm-runtime /usr
}
