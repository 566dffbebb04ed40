"""What the rows of a list say, once it is known what its columns mean. Pure: no database.

A row is taken whole or rejected whole, with the cell and the reason.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from portal.registry.countries import country_code
from portal.registry.identifiers import Identifier, check, check_national
from portal.registry.identity.role_words import read_roles
from portal.registry.identity.rules import SupplierRoleKind
from portal.registry.imports.fields import Field
from portal.registry.imports.tables import Row, Table, letters_of
from portal.registry.names import core, legal_form, norm
from portal.registry.reasons import Refused
from portal.registry.rules import NameKind
from portal.registry.texts import MAX_ADDRESS, MAX_WORDS, company_name, one_line

ISO_CODE = 3  # letters of the longer country codes
_BETWEEN_NUMBERS = re.compile(r"[;,|\n]")  # as the export writes several, and as people do
OTHER_NAMES = {
    Field.FORMER_NAME: NameKind.FORMER,
    Field.TRADING_NAME: NameKind.TRADING,
    Field.LOCAL_NAME: NameKind.LOCAL,
}


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A site as a row has it; `key` is the address as it is compared."""

    address: str
    name: str | None
    city: str | None
    country: str | None
    sector: str | None

    @property
    def key(self) -> str:
        """Equal for addresses that differ in punctuation, case and accents only."""
        return norm(self.address) or self.address


@dataclass(frozen=True, slots=True)
class RowFacts:
    """A row that can be taken: what it says of one supplier; `remark` is (code, values, cell) of what was left out."""

    number: int
    name: str
    norm: str
    core: str
    form: str
    country: str | None
    other_names: tuple[tuple[NameKind, str], ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    site: SiteFacts | None = None
    parent: str | None = None
    parent_cell: str | None = None
    roles: tuple[SupplierRoleKind, ...] = ()
    remark: tuple[str, Mapping[str, Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that cannot be taken: where and why."""

    number: int
    name: str
    cell: str | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


Fact: TypeAlias = RowFacts | Rejection
Mapped: TypeAlias = Sequence[tuple[int, Field]]


class _Bad(Exception):
    def __init__(self, cell: str | None, refused: Refused) -> None:
        super().__init__(refused.code)
        self.cell = cell
        self.refused = refused


def read_rows(table: Table, fields: Mapping[int, Field]) -> Iterator[Fact]:
    """What each row says, in the order of the file."""
    mapped = sorted((index, kind) for index, kind in fields.items() if kind is not Field.IGNORE)
    for row in table.rows:
        shown = next((row.cells[index] for index, kind in mapped if kind is Field.NAME), "")[:80]
        if row.wide:
            yield Rejection(row.number, shown, f"{letters_of(len(row.cells))}{row.number}", "row_wide")
            continue
        try:
            yield _Reader(row, mapped).facts()
        except _Bad as bad:
            yield Rejection(row.number, _printable(shown), bad.cell, bad.refused.code, bad.refused.params)


def _printable(text: str) -> str:
    return "".join(ch for ch in text if ch.isprintable())


def _country_at_end(address: str) -> str | None:
    """The country that an address ends with, written out; two letters and Georgia may be American states."""
    _, comma, last = address.rpartition(",")
    plain = norm(last)
    if not comma or plain == "georgia" or (len(plain) <= ISO_CODE and plain not in ("usa", "uk", "prc", "uae")):
        return None
    return country_code(plain)


class _Reader:
    """One row by the meaning of its cells."""

    def __init__(self, row: Row, mapped: Mapped) -> None:
        self.row = row
        self.cells: dict[Field, list[tuple[str, str]]] = {}
        self.name_cell: str | None = None
        for index, kind in mapped:
            if text := row.cells[index]:
                self.cells.setdefault(kind, []).append((text, f"{letters_of(index)}{row.number}"))
            elif kind is Field.NAME:
                self.name_cell = f"{letters_of(index)}{row.number}"

    def facts(self) -> RowFacts:
        name = self._name()
        country = self._country()
        identifiers, remark = self._identifiers(country)
        parent, parent_cell = self._text(Field.PARENT, MAX_WORDS)
        return RowFacts(
            number=self.row.number,
            name=name,
            norm=norm(name),
            core=core(name),
            form=legal_form(name),
            country=country,
            other_names=tuple(self._other_names(name)),
            identifiers=identifiers,
            site=self._site(country),
            parent=parent,
            parent_cell=parent_cell,
            roles=self._roles(),
            remark=remark,
        )

    def _name(self) -> str:
        found = self.cells.get(Field.NAME)
        if not found:
            raise _Bad(self.name_cell, Refused("row_name_missing"))
        text, cell = found[0]
        try:
            return company_name(text)
        except Refused as refused:
            raise _Bad(cell, refused) from None

    def _other_names(self, legal: str) -> Iterator[tuple[NameKind, str]]:
        for kind, name_kind in OTHER_NAMES.items():
            for text, cell in self.cells.get(kind, ()):
                try:
                    name = company_name(text)
                except Refused as refused:
                    raise _Bad(cell, refused) from None
                if name != legal:
                    yield name_kind, name

    def _roles(self) -> tuple[SupplierRoleKind, ...]:
        for text, cell in self.cells.get(Field.ROLE, ()):
            try:
                return read_roles(text)
            except Refused as refused:
                raise _Bad(cell, refused) from None
        return ()

    def _country(self) -> str | None:
        for text, cell in self.cells.get(Field.COUNTRY, ()):
            code = country_code(text[:100])
            if code is None:
                raise _Bad(cell, Refused("country_unknown", text=_printable(text[:40])))
            return code
        return None

    def _identifiers(self, country: str | None) -> tuple[tuple[Identifier, ...], Any]:
        found: dict[Identifier, None] = {}
        remark = None
        for kind in (Field.LEI, Field.VAT, Field.NATIONAL, Field.OS_ID, Field.CID):
            for text, cell in self._numbers(kind):
                try:
                    number = check_national(text, country) if kind is Field.NATIONAL else check(kind, text, country)
                except Refused as refused:
                    if refused.code not in ("identifier_uncheckable", "identifier_ambiguous"):
                        raise _Bad(cell, refused) from None
                    remark = (refused.code, refused.params, cell)
                else:
                    found[number] = None
        return tuple(found), remark

    def _numbers(self, kind: Field) -> Iterator[tuple[str, str]]:
        """The numbers in the cells: those that a company may have several of stand one after the other in a cell."""
        several = kind in (Field.OS_ID, Field.CID)
        for text, cell in self.cells.get(kind, ()):
            parts = _BETWEEN_NUMBERS.split(text) if several else [text]
            yield from ((part, cell) for part in parts if part.strip())

    def _site(self, country: str | None) -> SiteFacts | None:
        parts = [self._line(text, cell, MAX_ADDRESS) for text, cell in self.cells.get(Field.ADDRESS, ())]
        city, _ = self._text(Field.CITY, MAX_WORDS)
        name, _ = self._text(Field.SITE_NAME, MAX_WORDS)
        address = ", ".join(part for part in parts if part)
        if len(address) > MAX_ADDRESS:
            cell = self.cells[Field.ADDRESS][0][1]
            raise _Bad(cell, Refused("text_long", length=len(address), limit=MAX_ADDRESS))
        where = address or city or name
        if not where:
            return None
        sectors = [self._line(text, cell, MAX_WORDS) for text, cell in self.cells.get(Field.SECTOR, ())]
        country = _country_at_end(address) or country
        return SiteFacts(where, name, city, country, ", ".join(filter(None, sectors))[:MAX_WORDS] or None)

    def _text(self, kind: Field, limit: int) -> tuple[str | None, str | None]:
        for text, cell in self.cells.get(kind, ()):
            return self._line(text, cell, limit) or None, cell
        return None, None

    @staticmethod
    def _line(text: str, cell: str, limit: int) -> str:
        try:
            return one_line(text, limit)
        except Refused as refused:
            raise _Bad(cell, refused) from None
