"""Packages that only a benchmark needs: installed into a folder of their own under var/, when first asked for."""

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "var" / "bench" / "packages"
UV = ROOT / ".venv" / "tools" / "bin" / "uv"


def fetch(package: str, module: str | None = None) -> ModuleType | None:
    """The package's module, installed if need be; None, with a line that says so, when it cannot be had."""
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    try:
        return importlib.import_module(module or package)
    except ImportError:
        pass
    print(f"installing {package} into {FOLDER.relative_to(ROOT)} (only this benchmark needs it)")
    problem = _install(package)
    importlib.invalidate_caches()
    try:
        return importlib.import_module(module or package)
    except ImportError as error:
        print(f"{package} cannot be had here: {problem or error}")
        return None


def _install(package: str) -> str:
    """Empty when it worked, else the installer's last words."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    base: str = getattr(sys, "_base_executable", sys.executable)
    commands = [[base, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(FOLDER), package]]
    if UV.exists():
        target = ["--target", str(FOLDER), "--python", sys.executable]
        commands.insert(0, [str(UV), "pip", "install", "--quiet", "--no-deps", *target, package])
    words = ""
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return ""
        words = (done.stderr.strip().splitlines() or [f"{command[0]} ended with {done.returncode}"])[-1]
    return words
