#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Every test: see --help.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

PARTS=(licence fmt clippy unit client e2e evm network)
# These run side by side: most of what they do is waiting for blocks of one node. The networks of four
# validators need the machine for themselves.
SIDE_BY_SIDE=(e2e evm)

usage() {
    cat <<USAGE
Usage: ./scripts/test.sh [--only PART[,PART…]]

Sets up what is missing and runs every test. The parts:

  licence   every source file starts with the licence header
  fmt       cargo fmt --check
  clippy    clippy over everything, warnings are errors
  unit      the Rust tests of the whole workspace
  client    the JavaScript tests that need no chain
  e2e       the end-to-end tests: a real node, real workers, @polkadot/api
  evm       Ethereum's clients against a real node: ethers, viem, Foundry, Hardhat; what a reorg, a
            restart, two thousand transactions and bad input do
  network   voters through @polkadot/api and polkadot-api; networks of four validators: finality,
            partitions, slashes, joining and leaving, an upgrade

All parts run even if one fails; the exit code is 0 only when all passed. The parts
${SIDE_BY_SIDE[*]} run last and side by side; what they said is printed when both ended.
USAGE
}

selected=("${PARTS[@]}")
while [ $# -gt 0 ]; do
    case $1 in
        --only)
            [ $# -ge 2 ] || die "--only takes one of: ${PARTS[*]}"
            IFS=, read -ra selected <<<"$2"
            shift
            ;;
        --help | -h) usage; exit ;;
        *) usage >&2; die "unknown option $1" ;;
    esac
    shift
done
for part in "${selected[@]}"; do
    [[ " ${PARTS[*]} " = *" $part "* ]] || die "there is no part $part; there are: ${PARTS[*]}"
done

# The first two lines of every file in a language that has a place for them.
part_licence() {
    local file missing=0
    while IFS= read -r file; do
        [ -f "$file" ] || continue
        # A script's first line is its interpreter.
        if ! head -4 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0'; then
            printf '    no licence header: %s\n' "$file"
            missing=1
        fi
    done < <(git ls-files --cached --others --exclude-standard -- '*.rs' '*.js' '*.ts' '*.sh' '*.sol' '*.py')
    return $missing
}

part_fmt() { cargo fmt --all --check; }

# As a build, so that the dependencies are those of the tests. The workspace's own code is not optimised:
# nothing runs it. By hand, `cargo clippy --workspace --all-targets -- -D warnings` says the same.
part_clippy() {
    local member unoptimised=()
    for member in $(cargo tree --workspace --depth 0 --prefix none | awk 'NF { print $1 }'); do
        unoptimised+=(--config "profile.dev.package.$member.opt-level=0")
    done
    RUSTC_WORKSPACE_WRAPPER=$ROOT/scripts/lib/clippy-rustc.sh \
        cargo build --workspace --all-targets "${unoptimised[@]}"
}

# The same packages, features and profile as the build of the binaries: the SDK is compiled once.
part_unit() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --workspace --no-fail-fast
    else
        cargo test --workspace --no-fail-fast
    fi
}

part_client() {
    (cd tests && npm run --silent unit)
    (cd contracts && npm run --silent unit)
}

part_e2e() { (cd tests && npm run --silent e2e); }

part_evm() { (cd tests && npm run --silent evm); }

part_network() {
    build_binaries
    (cd tests && npm run --silent network)
}

# note PART CODE SECONDS: keeps how a part ended for the summary.
note() {
    local outcome="${GREEN}passed${PLAIN}"
    if [ "$2" != 0 ]; then
        outcome="${RED}FAILED${PLAIN} (exit code $2)"
        failed=1
    fi
    results+=("$(printf '%-8s %s in %d s' "$1" "$outcome" "$3")")
}

# Runs a part in a shell of its own, so that `set -e` holds inside and a failure ends only the part.
# Leaves its exit code in `code`.
run_part() {
    local started=$SECONDS
    step "Test: $1"
    set +e
    (set -e; "part_$1")
    code=$?
    set -e
    note "$1" $code $((SECONDS - started))
}

# What the parts that run side by side share.
part_build() { build_binaries; }

# run_side_by_side PART…: each into a log that is printed when all ended.
run_side_by_side() {
    local part seconds
    logs=$(mktemp -d)
    trap 'rm -rf "$logs"' EXIT
    step "Test: $*"
    export OPENLEDGER_BIN_DIR=$CARGO_TARGET_DIR/debug
    for part in "$@"; do
        (
            started=$SECONDS
            set +e
            (set -e; "part_$part") >"$logs/$part" 2>&1
            echo "$? $((SECONDS - started))" >"$logs/$part.end"
        ) &
    done
    while [ -n "$(jobs -r)" ]; do
        sleep 30
        for part in "$@"; do
            [ -f "$logs/$part.end" ] && continue
            say "$part: $(grep -c '^ *ok ' "$logs/$part") tests passed, $(grep -c '^ *not ok ' "$logs/$part") failed so far"
        done
    done
    for part in "$@"; do
        step "What $part said"
        cat "$logs/$part"
        read -r code seconds <"$logs/$part.end"
        note "$part" "$code" "$seconds"
    done
}

"$ROOT/scripts/setup.sh" --tests
. "$ENV_FILE"
cd "$ROOT"

results=()
failed=0
side_by_side=()
for part in "${selected[@]}"; do
    if [[ " ${SIDE_BY_SIDE[*]} " = *" $part "* ]]; then
        side_by_side+=("$part")
    else
        run_part "$part"
    fi
done
if [ ${#side_by_side[@]} -gt 0 ]; then
    run_part build
    [ "$code" != 0 ] || run_side_by_side "${side_by_side[@]}"
fi

step "Summary"
for line in "${results[@]}"; do say "$line"; done
exit $failed
