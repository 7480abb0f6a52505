#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Validators and two workers on this machine: see --help.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

usage() {
    cat <<USAGE
Usage: ./scripts/network.sh up|down|status [--folder DIR] [--validators N] [--delete]

  up      sets up and builds what is missing, starts four validators (Alice, Bob, Charlie, Dave) of
          the chain "local" and two inference workers, and leaves them running
  down    stops them; their data stays, and "up" goes on with it
  status  says what runs: blocks, finality, peers, workers; exit code 1 when something does not

  --folder DIR  where data, keys, logs and the Prometheus targets are
                (default: $OPENLEDGER_CACHE/network)
  --validators N
                with up, the first time in a folder: so many validators, 4 to 16. Those beyond four
                have the keys //Validator//5 and so on, and are added to the chain's specification
  --delete      with down: delete the folder
USAGE
}

command=
for argument in "$@"; do
    case $argument in
        --help | -h) usage; exit ;;
        up | down | status) command=$argument ;;
    esac
done
[ -n "$command" ] || { usage >&2; die "say up, down or status"; }

if [ "$command" = up ] && [ -z "${OPENLEDGER_BIN_DIR:-}" ]; then
    "$ROOT/scripts/setup.sh"
    . "$ENV_FILE"
    build_binaries
elif [ -f "$ENV_FILE" ]; then
    . "$ENV_FILE"
fi
exec node "$ROOT/scripts/network/main.js" "$@"
