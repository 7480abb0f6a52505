#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Calls and queries of a chain from the command line: see --help.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

have node || die "Node.js 20 or newer is needed"
[ -d "$ROOT/tests/node_modules/@polkadot/api" ] ||
    die "the JavaScript client is missing: run (cd $ROOT/tests && npm ci)"
exec node "$ROOT/scripts/network/call.js" "$@"
