"""Third-party files that are shipped or tested with: which package and version each is from, and its hash.

python scripts/vendor.py check     every file is as listed, none is missing, none is there unlisted
python scripts/vendor.py update    fetch the packages with npm, rebuild theme and icons, write the list anew

The list is portal/static/vendor/VENDOR.txt. `update` is needed for a new version, after a change of
scripts/designsystemet.config.json (the theme) and when a template names an icon that the sprite lacks.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = Path("portal/static")
LIST = STATIC / "vendor" / "VENDOR.txt"
FOLDERS = (STATIC / "vendor", STATIC / "fonts", Path("tests/vendor"))
SPRITE = STATIC / "img" / "icons.svg"
WORLD = Path("portal/cahra/world.json")  # made by scripts/world_map.py
THEME = STATIC / "vendor" / "designsystemet" / "theme-commons.css"
THEME_CONFIG = ROOT / "scripts" / "designsystemet.config.json"

FONT_FILES = "{name}-latin-wght-normal.woff2", "{name}-latin-ext-wght-normal.woff2"
# Icons kept in the sprite although nothing names them yet, so that a new page seldom needs an update.
COMMON_ICONS = """
    ArrowLeft ArrowRight ArrowUndo ArrowsCirclepath ArrowsSquarepath Bell BellFill BulletList Calendar Checkmark
    CheckmarkCircle CheckmarkCircleFill ChevronDown ChevronLeft ChevronRight ChevronUp ChevronUpDown CircleBroken
    ClipboardCheckmark ClockDashed Cog Download EnvelopeClosed ExclamationmarkTriangle ExclamationmarkTriangleFill
    ExternalLink Eye EyeSlash File FileCheckmark FileCsv FileExcel FileImage FilePdf FileText FileWord Files
    Funnel Globe HourglassTopFilled InformationSquare InformationSquareFill KeyHorizontal Leave Link
    MagnifyingGlass MenuHamburger MinusCircleFill PadlockLocked PadlockLockedFill Paperclip Paperplane
    PauseFill PencilLine Person PersonCircle PersonGroup PersonPlus Plus PlusCircleFill QuestionmarkDiamondFill
    SealCheckmark SealCheckmarkFill SealXMark SealXMarkFill ShieldCheckmarkFill StarFill Tasklist ThumbUp Trash Upload
    XMark XMarkOctagonFill
"""
QUOTED_WORD = re.compile(r"""["']([A-Z][A-Za-z0-9]+)["']""")


@dataclass(frozen=True)
class Package:
    """A package of npm, and where which of its files go (below the project's root)."""

    name: str
    version: str
    licence: str
    files: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


def font(name: str, version: str) -> Package:
    """A font of Fontsource: Latin and extended Latin, one file for all weights."""
    files = {f"files/{file.format(name=name)}": f"{STATIC}/fonts/{file.format(name=name)}" for file in FONT_FILES}
    licence = {"LICENSE": f"{STATIC}/fonts/LICENSE-{name}.txt"}
    return Package(f"@fontsource-variable/{name}", version, "OFL-1.1", files | licence)


ICONS = Package("@navikt/aksel-icons", "8.16.2", "MIT")
# Its outlines are Natural Earth's, in the public domain; ISC is the licence of the package's own work.
WORLD_ATLAS = Package("world-atlas", "2.0.2", "ISC", {"LICENSE": f"{STATIC}/vendor/world-atlas/LICENSE"})
THEME_BUILDER = Package("@digdir/designsystemet", "1.15.0", "MIT")
PACKAGES = (
    Package(
        "@digdir/designsystemet-css",
        "1.22.0",
        "MIT",
        {
            "dist/src/index.css": f"{STATIC}/vendor/designsystemet/designsystemet.css",
            "LICENSE": f"{STATIC}/vendor/designsystemet/LICENSE",
        },
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        {"dist/htmx.min.js": f"{STATIC}/vendor/htmx/htmx.min.js", "LICENSE": f"{STATIC}/vendor/htmx/LICENSE"},
    ),
    WORLD_ATLAS,
    font("source-sans-3", "5.3.0"),
    font("source-serif-4", "5.3.1"),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        {"axe.min.js": "tests/vendor/axe/axe.min.js", "LICENSE": "tests/vendor/axe/LICENSE"},
    ),
)


def owners() -> dict[str, Package]:
    """Each vendored file and the package it is from."""
    copied = {target: package for package in PACKAGES for target in package.files.values()}
    icons_licence = str(STATIC / "vendor" / "aksel-icons" / "LICENSE")  # the package carries none
    return copied | {str(WORLD): WORLD_ATLAS, str(THEME): THEME_BUILDER, str(SPRITE): ICONS, icons_licence: ICONS}


def digest(path: str) -> str:
    """The SHA-256 of a file below the root."""
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()


def listed() -> dict[str, tuple[str, str]]:
    """What the list says: path -> (hash, package@version)."""
    rows = (line.split() for line in (ROOT / LIST).read_text().splitlines() if line and not line.startswith("#"))
    return {path: (sha256, package) for sha256, package, _licence, path in rows}


def problems() -> Iterator[str]:
    """What differs between the files, the list and the packages named here, one sentence each."""
    rows, expected = listed(), owners()
    for path in sorted(rows.keys() | expected.keys()):
        if path not in rows:
            yield f"{path} is not in {LIST}."
        elif path not in expected:
            yield f"{path} is in {LIST}, but scripts/vendor.py does not know it."
        elif rows[path][1] != str(expected[path]):
            yield f"{path} is listed as from {rows[path][1]}, scripts/vendor.py says {expected[path]}."
        elif not (ROOT / path).is_file():
            yield f"{path} is missing."
        elif digest(path) != rows[path][0]:
            yield f"{path} is not the file that is listed."
    found = {str(file.relative_to(ROOT)) for folder in FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file()}
    yield from (f"{path} belongs to no package." for path in sorted(found - expected.keys() - {str(LIST)}))


def write_list() -> None:
    """Write the list from the files as they are."""
    rows = [f"{digest(path)}  {package}  {package.licence}  {path}" for path, package in sorted(owners().items())]
    head = "# sha256  package@version  licence  file; written and checked by scripts/vendor.py"
    (ROOT / LIST).write_text("\n".join([head, *rows]) + "\n")


def npm(*arguments: str, cwd: Path) -> None:
    """Run npm quietly."""
    executable = shutil.which("npm")
    if not executable:
        raise SystemExit("npm is needed to fetch packages.")
    subprocess.run([executable, *arguments, "--silent"], cwd=cwd, check=True, stdout=subprocess.DEVNULL)


def fetch(package: Package, folder: Path) -> Path:
    """Unpack a package into a folder of its own; nothing of it is run."""
    target = folder / package.name.replace("/", "-")
    target.mkdir()
    npm("pack", str(package), cwd=target)
    with tarfile.open(next(target.glob("*.tgz"))) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def build_theme(folder: Path) -> None:
    """Make the theme's CSS from our colours, with Designsystemet's own builder."""
    folder.mkdir()
    shutil.copy(THEME_CONFIG, folder)
    npm("install", str(THEME_BUILDER), "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", cwd=folder)
    builder = folder / "node_modules" / ".bin" / "designsystemet"
    for step in (["tokens", "create", "--config", THEME_CONFIG.name], ["tokens", "build"]):
        subprocess.run([builder, *step], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    shutil.copy(folder / "design-tokens-build" / "commons.css", ROOT / THEME)


def named_icons(known: set[str]) -> list[str]:
    """The common icons, and every icon that stands as a quoted word in templates or code."""
    sources = [
        *ROOT.glob("portal/templates/**/*.html"),
        *ROOT.glob("portal/**/*.py"),
        *ROOT.glob("tests/design/**/*.html"),
    ]
    common = set(COMMON_ICONS.split())
    if unknown := common - known:
        raise SystemExit(f"{ICONS} has no {', '.join(sorted(unknown))}.")
    return sorted(common | (known & {name for path in sources for name in QUOTED_WORD.findall(path.read_text())}))


def symbol(path: Path) -> str:
    """One icon as a <symbol> that takes the colour of the text."""
    body = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text(), re.DOTALL)
    if body is None:
        raise SystemExit(f"{path} is not an SVG file.")
    inner = re.sub(r"<title>.*?</title>", "", body.group(1))
    inner = re.sub(r' fill="(#202733|currentColor)"', "", inner).strip()
    return f'<symbol id="i-{path.stem}" viewBox="0 0 24 24">{inner}</symbol>'


def build_sprite(package: Path) -> int:
    """Write the sprite; the number of its icons."""
    files = {path.stem: path for path in package.glob("dist/svg/*.svg")}
    names = named_icons(set(files))
    symbols = "\n".join(symbol(files[name]) for name in names)
    (ROOT / SPRITE).write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n')
    return len(names)


def check() -> None:
    """Print what is wrong and leave with 1, or say that all is well."""
    if found := list(problems()):
        raise SystemExit("\n".join(found))
    print(f"{len(owners())} files are as listed.")


def update() -> None:
    """Fetch, copy, build, list."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for package in PACKAGES:
            unpacked = fetch(package, folder)
            for source, target in package.files.items():
                (ROOT / target).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(unpacked / source, ROOT / target)
        build_theme(folder / "theme")
        count = build_sprite(fetch(ICONS, folder))
    write_list()
    print(f"{count} icons in the sprite.")
    check()


if __name__ == "__main__":
    commands = {"check": check, "update": update}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        raise SystemExit(__doc__)
    commands[sys.argv[1]]()
