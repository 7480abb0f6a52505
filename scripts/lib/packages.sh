# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# The system's packages that the build needs. Sourced by setup.sh.

# Updates the package lists once per run, and only when something is missing.
apt_lists_fresh=
apt_update() {
    [ -z "$apt_lists_fresh" ] || return 0
    say "updating the package lists"
    as_root apt-get update -qq
    apt_lists_fresh=yes
}

apt_install() {
    have apt-get || die "please install these with your system's package manager: $*"
    apt_update
    say "installing $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

setup_packages() {
    step "System packages"
    local missing=()
    have protoc || missing+=(protobuf-compiler)
    # protoc's own well-known types are a package of their own.
    [ -f /usr/include/google/protobuf/empty.proto ] || [ -f /usr/local/include/google/protobuf/empty.proto ] ||
        missing+=(libprotobuf-dev)
    have clang || missing+=(clang)
    have cmake || missing+=(cmake)
    have make || missing+=(make)
    have cc || missing+=(gcc)
    have c++ || missing+=(g++)
    have pkg-config || missing+=(pkg-config)
    have jq || missing+=(jq)
    have git || missing+=(git)
    have zstd || missing+=(zstd)
    have python3 || missing+=(python3)
    have npm || missing+=(npm)
    have node || missing+=(nodejs)
    { have pkg-config && pkg-config --exists openssl; } || missing+=(libssl-dev)
    compgen -G '/usr/lib/llvm-*/lib/libclang*.so*' >/dev/null ||
        compgen -G '/usr/lib/*/libclang*.so*' >/dev/null || missing+=(libclang-dev)
    if have python3 && ! python3 -m pip --version >/dev/null 2>&1; then missing+=(python3-pip); fi
    if have python3 && ! python3 -c 'import ensurepip' >/dev/null 2>&1; then missing+=(python3-venv); fi
    if [ ${#missing[@]} -gt 0 ]; then
        apt_install "${missing[@]}"
    else
        say "nothing is missing"
    fi
    python3 -m pip --version >/dev/null 2>&1 || apt_install python3-pip
    python3 -c 'import ensurepip' >/dev/null 2>&1 || apt_install python3-venv

    have cargo || die "Rust is missing: install rustup with the stable toolchain, then start again"
    local node_major
    node_major=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
    [ "$node_major" -ge 20 ] || die "Node.js 20 or newer is needed; $(node --version) is installed"
}

# Prometheus' promtool, for the test of deploy/prometheus. Out of the package and not installed with it:
# that would start a server.
setup_promtool() {
    step "promtool, for the tests"
    export OPENLEDGER_PROMTOOL=$OPENLEDGER_CACHE/prometheus/promtool
    if have promtool; then OPENLEDGER_PROMTOOL=$(command -v promtool); fi
    if [ -x "$OPENLEDGER_PROMTOOL" ]; then
        say "present: $OPENLEDGER_PROMTOOL"
        return
    fi
    { have apt-get && have dpkg-deb; } || die "please install promtool with your system's package manager"
    local folder=$OPENLEDGER_CACHE/prometheus
    mkdir -p "$folder"
    # apt checks the package against the signed lists.
    say "downloading Debian's prometheus"
    if ! (cd "$folder" && apt-get download -qq prometheus 2>/dev/null); then
        apt_update
        (cd "$folder" && apt-get download -qq prometheus) || die "apt could not download prometheus"
    fi
    dpkg-deb --fsys-tarfile "$folder"/prometheus_*.deb | tar -xO ./usr/bin/promtool >"$OPENLEDGER_PROMTOOL.part"
    chmod 755 "$OPENLEDGER_PROMTOOL.part"
    mv "$OPENLEDGER_PROMTOOL.part" "$OPENLEDGER_PROMTOOL"
    rm "$folder"/prometheus_*.deb
    say "unpacked: $OPENLEDGER_PROMTOOL"
}
