"""A Chromium for the tests in a browser: the one that is there, or one that we get.

`python -m tests.browser` prints its path; `make test` does that first, so that a test run never waits silently
for a download. Tests start it with `launch_options()`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.browser_from_npm import NotToBeHad, from_npm

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPS = tuple(f"/Applications/{name}.app/Contents/MacOS/{name}" for name in ("Chromium", "Google Chrome"))
ARGUMENTS = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run")


class NoBrowser(Exception):
    """Its text lists what was tried, and how to provide a browser."""


def chromium() -> Path:
    """The path of a Chromium that runs; gets one at the first call if need be."""
    if named := os.environ.get("CHROMIUM_PATH"):
        if runs(Path(named)):
            return Path(named)
        raise NoBrowser(f"CHROMIUM_PATH is {named}, which does not run. Correct it, or unset it to have one found.")
    for found in _installed():
        if runs(found):
            return found
    tried = [f"none of {', '.join(NAMES)} is on the PATH and runs"]
    ways: tuple[Callable[[], Path], ...] = (_from_apt, from_npm)
    for way in ways:
        try:
            path = way()
        except NotToBeHad as error:
            tried.append(str(error))
            continue
        if runs(path):
            return path
        tried.append(f"{path} was installed but does not run")
    raise NoBrowser(
        "There is no browser for the tests, and none could be got:\n"
        + "".join(f"  - {line}\n" for line in tried)
        + "Install Chromium, or name one: make test CHROMIUM_PATH=/path/to/chromium\n"
        "Tests without a browser run meanwhile: make test T=tests/portal"
    )


def launch_options() -> dict[str, Any]:
    """For Playwright's `chromium.launch()`: our browser, quiet on the network, in its sandbox if possible."""
    return {
        "executable_path": str(chromium()),
        "args": list(ARGUMENTS),
        "chromium_sandbox": _sandbox_possible(),
    }


def runs(path: Path) -> bool:
    """Whether it starts: on some systems the command only tells how to install another package."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "Chrom" in answer.stdout


def _installed() -> Iterator[Path]:
    yield from (Path(path) for name in NAMES if (path := shutil.which(name)))
    yield from (Path(path) for path in MAC_APPS if Path(path).exists())


def _from_apt() -> Path:
    """Debian's package, where we are allowed to install it."""
    if not shutil.which("apt-get"):
        raise NotToBeHad("apt-get: not on this system")
    if os.geteuid() != 0:
        raise NotToBeHad("apt-get: only root may install packages")
    print("No browser found: installing Debian's chromium with apt-get", file=sys.stderr, flush=True)
    install = ["apt-get", "install", "-qq", "--yes", "--no-install-recommends", "chromium", "fonts-liberation2"]
    for command in (install, ["apt-get", "update", "-qq"], install):
        answer = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if command is install and answer.returncode == 0:
            return Path(shutil.which("chromium") or "/usr/bin/chromium")
    last = (answer.stderr.strip() or answer.stdout.strip()).splitlines()[-1:]
    raise NotToBeHad(f"apt-get install chromium ended with {answer.returncode}: {' '.join(last)}")


def _sandbox_possible() -> bool:
    """Chromium refuses its sandbox to root, and needs user namespaces, which some containers forbid."""
    unshare = shutil.which("unshare")
    if os.geteuid() == 0 or sys.platform != "linux":
        return os.geteuid() != 0
    return bool(unshare) and subprocess.run([str(unshare), "--user", "true"], capture_output=True).returncode == 0


if __name__ == "__main__":
    try:
        print(chromium())
    except NoBrowser as error:
        sys.exit(str(error))
