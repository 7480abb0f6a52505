#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Brings on chain what waits in a worker's outbox: see --help.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

have node || die "Node.js 20 or newer is needed"
[ -d "$ROOT/tests/node_modules/@polkadot/api" ] ||
    die "the JavaScript client is missing: run (cd $ROOT/tests && npm ci)"
exec node "$ROOT/scripts/network/submit-receipts.js" "$@"
