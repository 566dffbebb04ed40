"""What only this benchmark needs is installed when it is asked for, into var/bench: names and rival matchers."""

import subprocess
import sys
from importlib import invalidate_caches
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "var" / "bench"
MINUTES = 10


class Missing(Exception):
    """A package that cannot be had here; the text says why."""


def provide(folder: str, *requirements: str, dependencies: bool = True, front: bool = False) -> Path:
    """The folder with these packages, installed there once and importable from now on. Raises Missing.

    `front` lets them go before the portal's own, for a process of its own.
    """
    target = FOLDER / folder
    if not (target / ".complete").exists():
        target.mkdir(parents=True, exist_ok=True)
        print(f"   installing {', '.join(requirements)} into {target} (once) …", flush=True)
        _install(target, requirements, dependencies=dependencies)
        (target / ".complete").touch()
    if str(target) not in sys.path:
        sys.path.insert(0 if front else len(sys.path), str(target))
        invalidate_caches()
    return target


def _install(target: Path, requirements: tuple[str, ...], *, dependencies: bool) -> None:
    base = getattr(sys, "_base_executable", sys.executable)
    command = [base, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--only-binary=:all:"]
    command += ["--no-warn-conflicts", "--target", str(target), *([] if dependencies else ["--no-deps"]), *requirements]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60 * MINUTES)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{', '.join(requirements)} could not be installed: {error}") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip says nothing"])[-1]
        raise Missing(f"{', '.join(requirements)} could not be installed: {last}")
