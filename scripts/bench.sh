#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Benchmarks: see --help.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
. "$ROOT/scripts/lib/packages.sh"
. "$ROOT/scripts/bench/peft.sh"
. "$ROOT/scripts/bench/evm/peer.sh"

PARTS=(serving training influence lds chain evm)

usage() {
    cat <<USAGE
Usage: ./scripts/bench.sh [PART…] [--json FILE] [--with-peft] [--with-peer]

Sets up what is missing, makes a release build of what is measured and measures. For the parts chain
and evm that is the build that operators run (--profile production) with the whole SDK: well over an hour
on two cores the first time. The result is JSON on standard output or in FILE: the machine, and one object
per part.
The parts, all of them by default:

  serving    a mixed batch of adapters against one run per adapter, and cold adapter loads; beside
             PEFT where it is installed
  training   time, memory and accuracy of a training, beside the baseline
  influence  time and memory of a query against an index of 100,000 examples
  lds        linear datamodeling score of the influence method beside its baselines (half an hour)
  chain      receipts settled per second of block execution; the weight of every staking call,
             elections among 1,000 candidates, slashes of 1, 10,000 and 100,000 delegators; balance
             transfers per second on one node and on four validators; finality; block import
             (a quarter of an hour)
  evm        ERC-20 transfers per second through eth_sendRawTransaction; eth_call, eth_getLogs over
             1,000 blocks with 10,000 logs; receipts after their block (40 minutes: blocks come every
             2 seconds)

  --json FILE   writes the result to FILE
  --with-peft   installs PEFT with torch (some 6 GB) for the part serving to compare with
  --with-peer   builds the server pallet-revive-eth-rpc (long) for the part evm to compare with

Environment: with OPENLEDGER_BIN_DIR the parts chain and evm run the node in that folder instead.
EVM_BENCH has further arguments of the part evm, such as "--log-blocks 100".
USAGE
}

selected=()
json=
install_peft=
install_peer=
while [ $# -gt 0 ]; do
    case $1 in
        --json)
            [ $# -ge 2 ] || die "--json takes a file"
            json=$(realpath -m "$2")
            shift
            ;;
        --with-peft) install_peft=yes ;;
        --with-peer) install_peer=yes ;;
        --help | -h) usage; exit ;;
        -*) usage >&2; die "unknown option $1" ;;
        *) selected+=("$1") ;;
    esac
    shift
done
[ ${#selected[@]} -gt 0 ] || selected=("${PARTS[@]}")
for part in "${selected[@]}"; do
    [[ " ${PARTS[*]} " = *" $part "* ]] || die "there is no part $part; there are: ${PARTS[*]}"
done
[ -z "$install_peft" ] || [[ " ${selected[*]} " = *" serving "* ]] ||
    die "--with-peft is for the part serving"
[ -z "$install_peer" ] || [[ " ${selected[*]} " = *" evm "* ]] ||
    die "--with-peer is for the part evm"

# Messages go to standard error: standard output is the JSON.
{
    "$ROOT/scripts/setup.sh"
    . "$ENV_FILE"
    cd "$ROOT"
    [ -z "$install_peft" ] || setup_peft
    [ -z "$install_peer" ] || setup_peer
} >&2

# Each part is an example program that prints one JSON object on its standard output.
run_example() { cargo run --release --quiet --package "$1" --example "$2" -- "${@:3}"; }

# Writes the demo's first dataset and prints its folder.
topics() {
    local folder=$OPENLEDGER_CACHE/data/bench
    node scripts/demo/write-datasets.js "$folder" --without-copier >&2
    printf '%s' "$folder/topics"
}

part_serving() {
    local ours
    ours=$(run_example openledger-serving bench_serving) || return
    with_peft "$ours"
}
part_influence() { run_example openledger-learning bench_influence; }
part_training() { run_example openledger-learning bench_training --data "$(topics)"; }
part_lds() { run_example openledger-learning bench_lds --data "$(topics)"; }

# Builds what the parts chain and evm measure: the node as docs/operators/install.md does, and programs
# that measure the runtime or sign transfers.
build_measured() {
    step "Building the node of operators (the first time takes over an hour: the SDK has some 1,100 crates)"
    cargo build --locked --profile production --package openledger-node --package openledger-runtime \
        --bins --examples --features openledger-node/benchmark || return
    export OPENLEDGER_BIN_DIR=${OPENLEDGER_BIN_DIR:-$CARGO_TARGET_DIR/production}
}

part_chain() {
    local examples=$CARGO_TARGET_DIR/production/examples
    build_measured >&2 || return
    local receipts staking chains
    receipts=$("$examples/bench_receipts") || return
    staking=$("$examples/bench_staking") || return
    chains=$(node scripts/bench/chain/main.js --signer "$examples/sign_transfers") || return
    jq -n --argjson receipts "$receipts" --argjson staking "$staking" --argjson chains "$chains" \
        '{receipts: $receipts, staking: $staking} + $chains'
}
part_evm() {
    local arguments=()
    build_measured >&2 || return
    [ ! -x "$PEER" ] || arguments=(--peer "$PEER")
    # shellcheck disable=SC2086 # several arguments
    node scripts/bench/evm/main.js "${arguments[@]}" ${EVM_BENCH:-}
}

machine() {
    jq -n \
        --arg cpu "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1)" \
        --argjson cores "$(nproc)" \
        --argjson memory_mib "$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)" \
        --arg kernel "$(uname -sr)" \
        --arg rustc "$(rustc --version)" \
        --arg commit "$(git -C "$ROOT" rev-parse --short HEAD 2>/dev/null || echo unknown)" \
        --arg date "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
        '$ARGS.named'
}

result=$(jq -n --argjson machine "$(machine)" '{machine: $machine}')
for part in "${selected[@]}"; do
    step "Benchmark: $part" >&2
    output=$("part_$part") || die "the benchmark $part failed"
    jq -e . >/dev/null <<<"$output" || die "the benchmark $part printed no JSON"
    result=$(jq --arg part "$part" --argjson output "$output" '.[$part] = $output' <<<"$result")
done

if [ -n "$json" ]; then
    printf '%s\n' "$result" >"$json"
    say "written to $json" >&2
else
    printf '%s\n' "$result"
fi
