"""Which template a workbook is: established from the revision cell and the structure together.

The name of a file proves nothing, and the revision cell can be edited, so three witnesses are heard: the
constant text of the revision cells, the sheets and fixed texts in their places, and the content of the
look-up sheet (its fingerprint). What contradicts itself is refused or reported, never guessed silently.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portal.declarations.messages import finding
from portal.declarations.reading.unreadable import refusal
from portal.declarations.reading.versions import Layout, current_revision, known_versions, layout, oldest_revision
from portal.declarations.reading.words import NAMES_OF_METALS, in_english
from portal.declarations.reading.workbook import Sheet, Workbook, position
from portal.declarations.rules import METALS_3TG, Finding, LookupRow, TemplateKind, name_key, normal_cid

_REVISION = re.compile(r"(?:Revision|Version)\s+(\d{1,2}(?:\.\d{1,3})?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Template:
    """The template that a workbook turned out to be, with what is to be said about it."""

    kind: TemplateKind
    revision: str
    layout: Layout
    lookup: tuple[LookupRow, ...]
    notices: tuple[Finding, ...]


def identify(book: Workbook) -> Template:
    """The template of a workbook. Raises Unreadable naming the revision for every one that is not read."""
    if not book.has("Declaration"):
        raise refusal("not_a_declaration")
    claims = _claims(book)
    claimed = next(iter(claims.values()), None)
    kind = _kind(book)
    oldest = oldest_revision(kind)
    if oldest is None:
        raise refusal("template_not_supported", kind=kind, revision=claimed or "?")
    if claimed and Decimal(claimed) < oldest:
        raise refusal("unsupported_revision", kind=kind, revision=claimed, current=current_revision(kind))
    proven = _proven_by_structure(book, _layout_for(kind, claimed), kind)
    shape = _layout_for(kind, proven or claimed)
    _require_sheets(book, shape, kind, claimed)
    _require_unmoved(book, shape, kind, claimed)
    lookup = tuple(_lookup(book, shape))
    found = _revision_of_lookup(kind, lookup) or proven
    if claimed and found and _may_share_its_lookup(kind, claimed, found):
        found = None
    revision = found or claimed
    if revision is None:
        raise refusal("revision_missing")
    shape = _layout_for(kind, revision)
    if revision not in known_versions(kind) and not _anchored(book, shape):
        raise refusal("unsupported_revision", kind=kind, revision=revision, current=current_revision(kind))
    return Template(kind, revision, shape, lookup, tuple(_notices(kind, claims, found, revision)))


def fingerprint(lookup: Iterable[LookupRow]) -> str:
    """A short hash of what a look-up sheet says: which name of which metal leads to which id."""
    lines = sorted({f"{row.metal}|{name_key(row.alias)}|{row.cid}" for row in lookup})
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _lookup(book: Workbook, shape: Layout) -> Iterable[LookupRow]:
    """The rows of the look-up sheet that lead to an id, from its own columns (not its key formulas)."""
    where = shape.lookup
    if not where:
        return
    sheet = book.sheet("Smelter Look-up")
    columns = [where[column] for column in ("metal", "alias", "standard_name", "country", "cid")]
    for _, (metal, alias, standard, country, cid) in sheet.records(where["first_row"], columns):
        identifier = normal_cid(cid)
        if metal and alias and identifier:
            yield LookupRow(metal.strip(), alias, standard or alias, country, identifier)


def _claims(book: Workbook) -> dict[str, str]:
    """What the revision cells say, the declaration's own first."""
    cells = (("Declaration", "J3"), ("Smelter List", "Q3"), ("Smelter List", "O3"))
    claims = {}
    for name, address in cells:
        revision = revision_in(book.sheet(name).text(address)) if book.has(name) else None
        if revision:
            claims[f"{name}!{address}"] = revision
    return claims


def revision_in(text: str | None) -> str | None:
    """The revision that a revision cell names (`Revision 6.5` and a date), None if it names none."""
    match = _REVISION.search(text or "")
    return match[1] if match else None


def _kind(book: Workbook) -> TemplateKind:
    """The family, by the metals of the look-up, and by sheets that only one family has."""
    metals: set[str | None] = set()
    if book.has("Smelter Look-up"):
        metals = {metal for _, (metal,) in book.sheet("Smelter Look-up").records(5, ["A"])}
    if metals & set(METALS_3TG):
        return TemplateKind.CMRT
    if book.has("Minerals Scope"):
        return TemplateKind.AMRT
    if book.has("Mine List"):
        return TemplateKind.EMRT
    if "Cobalt" not in metals:
        return TemplateKind.CMRT
    return TemplateKind.EMRT if "Mica" in metals else TemplateKind.CRT


def _proven_by_structure(book: Workbook, shape: Layout, kind: TemplateKind) -> str | None:
    """The newest revision of another layout, where the fixed texts of that one stand in place and not of `shape`."""
    if _anchored(book, shape):
        return None
    proven = [
        revision
        for revision, entry in known_versions(kind).items()
        if entry["layout"] != shape.name and _anchored(book, layout(entry["layout"]))
    ]
    return proven[-1] if proven else None


def _nearest(kind: TemplateKind, revision: str | None) -> str:
    """The known revision that is read instead: the same, else the nearest older one, else the oldest."""
    known = list(known_versions(kind))
    if revision is None:
        return known[-1]
    older = [each for each in known if Decimal(each) <= Decimal(revision)]
    return older[-1] if older else known[0]


def _layout_for(kind: TemplateKind, revision: str | None) -> Layout:
    return layout(known_versions(kind)[_nearest(kind, revision)]["layout"])


def _require_sheets(book: Workbook, shape: Layout, kind: TemplateKind, claimed: str | None) -> None:
    for name in shape.sheets:
        if not book.has(name):
            raise refusal("sheet_missing", place=name, sheet=name, kind=kind, revision=claimed or "?")


def _require_unmoved(book: Workbook, shape: Layout, kind: TemplateKind, claimed: str | None) -> None:
    """Refuses a workbook in which rows or columns were inserted or deleted.

    Header texts cannot show it: they are formulas of their own position and stay put (RMI CMRT, row 4). The
    proof is a constant text found beside its place, or words where the metals should stand.
    """
    params = {"kind": str(kind), "revision": claimed or "?"}
    for place, expected in shape.anchors.items():
        name, address = place.split("!")
        moved = _moved_to(book.sheet(name), address, expected)
        if moved:
            detail = f"{address} → {moved}"
            raise refusal("layout_mismatch", place=name, detail=detail, **params)
    if not shape.minerals:
        return  # metals are free text in this layout
    column = shape.smelters["metal"]
    sheet = book.sheet("Smelter List")
    formulas = sheet.formula_cells(shape.smelters["computed"])
    cells = sheet.records(shape.smelters["first_row"], [column])
    typed = [text for number, (text,) in cells if text and f"{column}{number}" not in formulas]
    foreign = [text for text in typed if canonical_metal(text, shape.minerals) is None]
    if len(foreign) > 1 and len(foreign) > len(typed) / 2:
        detail = f"{column}: “{foreign[0][:40]}”"
        raise refusal("layout_mismatch", place=sheet.name, detail=detail, **params)


def _moved_to(sheet: Sheet, address: str, expected: str) -> str | None:
    """Where an expected text stands instead, within three rows or columns; None if in place or nowhere."""
    if _says(sheet.text(address), expected):
        return None
    row, column = position(address)
    for step in (1, -1, 2, -2, 3, -3):
        for there in ((row, column + step), (row + step, column)):
            if min(there) >= 0 and _says(sheet.text(_address(*there)), expected):
                return _address(*there)
    return None


def _anchored(book: Workbook, shape: Layout) -> bool:
    """Whether every fixed text but those of the revision stands in its place: asked where a revision proves nothing."""
    places = [(place.split("!"), text) for place, text in shape.anchors.items() if not text.endswith("*")]
    return all(book.has(name) and _says(book.sheet(name).text(address), text) for (name, address), text in places)


def _says(text: str | None, expected: str) -> bool:
    if expected.endswith("*"):
        return (text or "").startswith(expected[:-1])
    return text == expected


def _address(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def canonical_metal(text: str | None, minerals: Iterable[str]) -> str | None:
    """A mineral of the template as the template writes it, whatever the language; None if it is none of them."""
    return in_english(text, tuple(minerals), NAMES_OF_METALS)


def _revision_of_lookup(kind: TemplateKind, lookup: tuple[LookupRow, ...]) -> str | None:
    mark = fingerprint(lookup)
    return next((r for r, entry in known_versions(kind).items() if entry.get("fingerprint") == mark), None)


def _may_share_its_lookup(kind: TemplateKind, claimed: str, found: str) -> bool:
    """Whether a look-up of one revision does not speak against another: its own was never seen here.

    That is so for a release newer than all known ones, and for the neighbour of `found` in the same layout.
    """
    known = known_versions(kind)
    order = list(known)
    if claimed not in known:
        return Decimal(claimed) > Decimal(order[-1]) and found == order[-1]
    same_layout = known[claimed]["layout"] == known[found]["layout"]
    return "fingerprint" not in known[claimed] and same_layout and abs(order.index(claimed) - order.index(found)) == 1


def _notices(kind: TemplateKind, claims: Mapping[str, str], found: str | None, revision: str) -> Iterable[Finding]:
    claimed = next(iter(claims.values()), None)
    others = [(place, value) for place, value in claims.items() if value != claimed]
    if claimed and found and claimed != found:
        yield finding("revision_mismatch", "Declaration", "J3", claimed=claimed, found=found)
    for place, value in others:
        sheet, cell = place.split("!")
        yield finding("revision_cells_differ", sheet, cell, first=claimed, second=value)
    entry = known_versions(kind).get(revision)
    if entry is None:
        read_as = _nearest(kind, revision)
        yield finding("revision_newer", "Declaration", "J3", revision=revision, read_as=read_as)
    elif found is None and "fingerprint" in entry:
        yield finding("lookup_altered", "Smelter Look-up", None, revision=revision)
