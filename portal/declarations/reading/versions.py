"""Template revisions as data: what versions.toml and layouts.toml say, as values.

A layout names cells by address. Adding a revision whose cells are known is one more entry in the file.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from portal.declarations.rules import TemplateKind

ANSWER_COLUMN, COMMENT_COLUMN = "D", "G"  # in every template that is read


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in the revisions of one layout: see layouts.toml, whose names these are."""

    name: str
    sheets: tuple[str, ...]
    language: str
    scope: str
    scope_description: str
    effective_date: str
    anchors: Mapping[str, str]
    company: Mapping[str, str]
    contact: Mapping[str, str]
    questions: Mapping[str, Mapping[str, Any]]
    gates: Mapping[str, list[str]]
    smelters: Mapping[str, Any]
    products: Mapping[str, Any]
    lookup: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    mines: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, Any] = field(default_factory=dict)
    minerals: tuple[str, ...] = ()
    mineral_cells: tuple[str, ...] = ()
    other_mineral_cells: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    counts_after_yes: bool = False
    has_links: bool = False  # whether the published template itself is linked to other files

    def smelter_column(self, *fields: str) -> str:
        """The column of the first of these fields that the smelter list has."""
        return str(next(self.smelters[name] for name in fields if name in self.smelters))


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


@cache
def layout(name: str) -> Layout:
    """A layout of layouts.toml by name."""
    frozen: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in _entries(name).items()
    }
    return Layout(name=name, **frozen)


def _entries(name: str) -> dict[str, Any]:
    """The entries of a layout over those of the layout that it extends."""
    own: dict[str, Any] = _data("layouts.toml")["layout"][name]
    inherited = _entries(own["extends"]) if "extends" in own else {}
    return {key: value for key, value in {**inherited, **own}.items() if key != "extends"}


def current_revision(kind: TemplateKind) -> str:
    """The newest revision that is known to be published."""
    return str(_data("versions.toml")["current"].get(kind, "?"))


def oldest_revision(kind: TemplateKind) -> Decimal | None:
    """The oldest revision whose cells are known, None for a kind that is not read at all."""
    oldest = _data("versions.toml")["oldest"].get(kind)
    return Decimal(oldest) if oldest else None


def allowed_answers(name: str) -> tuple[str, ...]:
    """The answers of a drop-down list by its name in layouts.toml."""
    return tuple(_data("layouts.toml")["answers"][name])


def released(kind: TemplateKind, revision: str) -> date | None:
    """The day on which a revision was published, None if it is not known here."""
    entry = known_versions(kind).get(revision)
    return entry["released"] if entry else None


@cache
def known_versions(kind: TemplateKind) -> dict[str, dict[str, Any]]:
    """Revision -> entry, oldest first. Revisions count as decimal numbers: 6.01 < 6.1 < 6.22 < 6.4."""
    entries = [entry for entry in _data("versions.toml")["version"] if entry["kind"] == kind]
    return {entry["revision"]: entry for entry in sorted(entries, key=lambda entry: Decimal(entry["revision"]))}
