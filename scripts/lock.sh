#!/bin/sh
# Writes the lock files from the .in files: names, versions, hashes and markers, no address.
# Arguments go to uv: `sh scripts/lock.sh --upgrade`, `sh scripts/lock.sh --upgrade-package flask`.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/tools/bin/uv
[ -x "$uv" ] || uv=uv
for name in requirements requirements-dev requirements-setup requirements-browser; do
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --excludes requirements.excludes "$@" "$name.in" -o "$name.lock"
    if grep -nE '://|^-|file:' "$name.lock"; then
        echo "$name.lock names an address (above): it must not." >&2
        exit 1
    fi
done
