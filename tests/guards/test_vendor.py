"""Third-party files are the ones that are listed, and every icon that a page names is in the sprite."""

import ast
import importlib.util
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
# Macros that take an icon, and which argument it is.
ICON_ARGUMENT = {"icon": 0, "icon_btn": 0, "event": 0, "hint": 0, "empty": 0, "entry": 0, "btn": 1, "tag": 1}
ICON_NAME = re.compile(r"[A-Z][A-Za-z0-9]+")


@pytest.fixture
def vendor() -> ModuleType:
    """scripts/vendor.py."""
    spec = importlib.util.spec_from_file_location("vendor", ROOT / "scripts" / "vendor.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_vendored_file_is_as_listed(vendor: ModuleType) -> None:
    assert list(vendor.problems()) == [], "Run: python scripts/vendor.py update"


def test_the_list_names_no_address(vendor: ModuleType) -> None:
    text = (ROOT / vendor.LIST).read_text()
    assert "@" in text
    assert "://" not in text


def test_each_package_brings_its_licence(vendor: ModuleType) -> None:
    owners = vendor.owners()
    licensed = {package.name for path, package in owners.items() if "LICENSE" in Path(path).name}
    assert {package.name for package in owners.values()} - licensed <= {vendor.THEME_BUILDER.name}


def test_what_differs_from_the_list_is_told(vendor: ModuleType, monkeypatch, tmp_path: Path) -> None:
    for path in [*vendor.owners(), str(vendor.LIST)]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, tmp_path / path)
    monkeypatch.setattr(vendor, "ROOT", tmp_path)
    assert list(vendor.problems()) == []

    (tmp_path / vendor.SPRITE).write_text("<svg/>")
    (tmp_path / "portal/static/vendor/htmx/htmx.min.js").unlink()
    (tmp_path / "portal/static/vendor/extra.js").write_text("")
    assert list(vendor.problems()) == [
        "portal/static/img/icons.svg is not the file that is listed.",
        "portal/static/vendor/htmx/htmx.min.js is missing.",
        "portal/static/vendor/extra.js belongs to no package.",
    ]


def words(node: nodes.Node) -> Iterator[str]:
    """The names that an expression can be: "Bell", or both of "BellFill" if following else "Bell"."""
    for part in [node] if isinstance(node, nodes.Const) else node.find_all(nodes.Const):
        if isinstance(part.value, str) and ICON_NAME.fullmatch(part.value):
            yield part.value


def icons_of_template(source: str) -> Iterator[str]:
    """Icons in calls of our macros, in legends and in the dictionary of statuses."""
    tree = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(source)
    for call in tree.find_all(nodes.Call):
        name = getattr(call.node, "attr", getattr(call.node, "name", ""))
        position = ICON_ARGUMENT.get(name)
        if position is not None and len(call.args) > position:
            yield from words(call.args[position])
        if name in ("legend", "brief"):
            yield from (word for row in call.find_all(nodes.Tuple) if row.items for word in words(row.items[0]))
    for pair in tree.find_all(nodes.Pair):
        if isinstance(pair.value, nodes.Tuple) and len(pair.value.items) == 3:
            yield from words(pair.value.items[1])


def icons_of_module(source: str) -> Iterator[str]:
    """Icons given as `icon=…` in Python."""
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        for keyword in call.keywords:
            if keyword.arg == "icon" and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value)


def test_every_named_icon_is_in_the_sprite(vendor: ModuleType) -> None:
    sprite = set(re.findall(r'id="i-(\w+)"', (ROOT / vendor.SPRITE).read_text()))
    assert len(sprite) > 50
    missing = {
        f"{name} in {path.relative_to(ROOT)}"
        for pattern, icons in (("templates/**/*.html", icons_of_template), ("**/*.py", icons_of_module))
        for path in (ROOT / "portal").glob(pattern)
        for name in icons(path.read_text())
        if name not in sprite
    }
    assert missing == set(), "Run: python scripts/vendor.py update"


def test_icons_are_found_where_they_are_named() -> None:
    found = set(
        icons_of_template('{{ ui.btn("Save", "Bell" if on else "BellFill") }}{% set S = {"a": ("x", "Cog", _("A"))} %}')
    )
    assert found == {"Bell", "BellFill", "Cog"}
    assert list(icons_of_module('entry(icon="Chat2")')) == ["Chat2"]
