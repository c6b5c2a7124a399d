#!/bin/sh
# Collects cop and everything it needs as wheels in one folder, to carry to a machine without internet.
# Call it on a machine of the same kind (system, processor, Python) that has internet. Usage: sh deploy/wheelhouse.sh FOLDER
set -eu
folder=${1:-dist/wheelhouse}
python=${PYTHON:-python3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$folder"
"$python" -m venv "$scratch/venv"
pip() { "$scratch/venv/bin/python" -m pip -qq --disable-pip-version-check "$@"; }
pip download --require-hashes --only-binary :all: -r requirements.lock -d "$folder"
rm -f "$folder"/cop-*.whl
pip wheel --no-deps -w "$folder" .
cp requirements.lock "$folder/"
echo "$folder: $(ls "$folder" | wc -l) files, $(du -sh "$folder" | cut -f1)"
