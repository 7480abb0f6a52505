#!/usr/bin/env bash
# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# The main job on a development chain: see --help.

. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

check_options() { node "$ROOT/scripts/demo/check-options.js" "$@" || exit 2; }

# A wrong option or file is told before anything is installed or built.
checked=
if have node; then
    check_options "$@"
    checked=yes
fi
for argument in "$@"; do
    case $argument in --help | -h) exit ;; esac
done

"$ROOT/scripts/setup.sh"
. "$ENV_FILE"
[ -n "$checked" ] || check_options "$@"
build_binaries
# Relative paths among the arguments are the caller's: the folder is not changed.
exec node "$ROOT/scripts/demo/main.js" "$@"
