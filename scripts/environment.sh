#!/bin/sh
# Makes or renews the Python environment in .venv from the lock files.
#
#   sh scripts/environment.sh run    what `make run` needs
#   sh scripts/environment.sh dev    that and what tests and checks need
#
# Needs Python 3.11+ and nothing else. Called by the Makefile when a lock is newer than its stamp.
set -eu
cd "$(dirname "$0")/.."
kind=$1
mkdir -p var
log=var/setup.log

say() { printf '%s\n' "$*"; }
fail() { printf '\n%s\n' "$*" >&2; exit 1; }
recent_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    set -- python3 python3.14 python3.13 python3.12 python3.11 python
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; fi
    for name; do
        if recent_enough "$name"; then printf '%s' "$name"; return; fi
    done
    fail "Supplier Commons needs Python 3.11 or newer; \`${PYTHON:-python3}\` here is: $("${PYTHON:-python3}" --version 2>&1 || true).
Install a newer one (on Debian and Ubuntu: apt-get install python3.12 python3.12-venv), or name one: make PYTHON=/path/to/python3.12"
}

# An environment that was moved, or whose Python was removed, is made anew.
if ! recent_enough .venv/bin/python; then
    python=$(find_python)
    say "Making the Python environment (.venv) with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv --without-pip .venv 2>"$log" || fail "Could not make .venv: $(cat "$log")"
fi
# Once someone has asked for the development tools, they stay.
if [ -e .venv/.dev ]; then kind=dev; fi
case $kind in
    run) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) fail "usage: sh scripts/environment.sh run|dev" ;;
esac

base_python=$(.venv/bin/python -c 'import sys; print(sys._base_executable)')
pip() { "$base_python" -m pip --disable-pip-version-check --quiet "$@"; }

get_uv() { # Prints where uv is, or nothing.
    if [ ! -x .venv/tools/bin/uv ] && "$base_python" -m pip --version >/dev/null 2>&1; then
        pip install --no-deps --target .venv/tools --require-hashes -r requirements-setup.lock >>"$log" 2>&1 || true
    fi
    if .venv/tools/bin/uv --version >/dev/null 2>&1; then printf '%s' .venv/tools/bin/uv
    else command -v uv || true; fi
}

install_packages() {
    uv=$(get_uv)
    if [ -n "$uv" ]; then
        "$uv" pip sync --quiet --compile-bytecode --python .venv/bin/python --require-hashes "$lock" >>"$log" 2>&1 && return
        say "  uv could not install them (see $log); trying pip"
    fi
    if "$base_python" -m pip --version >/dev/null 2>&1; then
        pip --python .venv/bin/python install --no-deps --require-hashes -r "$lock" >>"$log" 2>&1
    else
        .venv/bin/python -m ensurepip >>"$log" 2>&1 || fail "This Python has neither pip nor ensurepip.
On Debian and Ubuntu: apt-get install python3-pip python3-venv (or put uv on the PATH), then try again."
        .venv/bin/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes -r "$lock" >>"$log" 2>&1
    fi
}

say "Installing packages from $lock"
: >"$log"
install_packages || fail "The packages could not be installed. The end of $log:
$(tail -n 15 "$log")"

# The tree is used in place: a relative .pth line, so that the folder may be moved.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
.venv/bin/python -c 'import os, sys; print(os.path.relpath(".", sys.argv[1]))' "$site" >"$site/supplier_commons.pth"
cat >.venv/bin/portal <<'END'
#!/bin/sh
exec "$(dirname "$0")/python" -m portal.cli "$@"
END
chmod +x .venv/bin/portal

touch .venv/.run
if [ "$kind" = dev ]; then touch .venv/.dev; fi
