# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# PEFT, the usual tool for LoRA adapters, to compare our serving with. Sourced by bench.sh.

PEFT_VENV=$OPENLEDGER_CACHE/python-peft
PEFT_PYTHON=$PEFT_VENV/bin/python
PEFT_REQUIREMENTS=$ROOT/scripts/bench/peft-requirements.txt

# Whether the virtual environment has the packages in the versions that are asked for. A build for
# one kind of device (2.15.0+cpu) is the version too.
has_peft() {
    [ -x "$PEFT_PYTHON" ] && "$PEFT_PYTHON" - "$PEFT_REQUIREMENTS" 2>/dev/null <<'PYTHON'
import importlib.metadata, sys
for line in open(sys.argv[1]):
    if not line.startswith("#") and line.strip():
        name, version = line.strip().split("==")
        assert importlib.metadata.version(name).split("+")[0] == version, name
PYTHON
}

setup_peft() {
    step "Python with PEFT, to compare with"
    if has_peft; then
        say "present: $PEFT_VENV"
        return
    fi
    say "installing $(grep -v '^#' "$PEFT_REQUIREMENTS" | paste -sd ' ')"
    say "torch comes with libraries for GPUs that are not used here: some 6 GB in all"
    python3 -m venv "$PEFT_VENV" || die "python3 -m venv failed"
    # Whoever has an index with smaller builds of torch names it in pip's own settings.
    "$PEFT_PYTHON" -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-compile \
        --only-binary :all: --requirement "$PEFT_REQUIREMENTS" ||
        die "pip could not install what $PEFT_REQUIREMENTS names: that takes Python 3.11 or later, 6 GB
    of free space and a package index that can be reached"
    say "installed: $PEFT_VENV"
}

# with_peft OURS: prints the result of our benchmark with PEFT's beside it, measured right after it,
# and how many times PEFT's rows per second ours are; with "peft": null where PEFT is not installed.
with_peft() {
    local theirs=null
    if has_peft; then
        theirs=$("$PEFT_PYTHON" -B "$ROOT/scripts/bench/peft_serving.py") ||
            die "the comparison with PEFT failed; where its packages are damaged, remove $PEFT_VENV
    and start again with --with-peft"
    else
        say "PEFT is not installed: no comparison with it. --with-peft installs it (some 6 GB)" >&2
    fi
    jq --argjson theirs "$theirs" -f "$ROOT/scripts/bench/peft.jq" <<<"$1"
}
