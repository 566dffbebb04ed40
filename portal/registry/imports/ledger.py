"""Suppliers as an import sees them: those of the registry that its rows may mean, and those that it makes itself.

Pure: `known` fills it from the database, `plan` asks it and adds to it, row by row.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from portal.registry.identifiers import SCHEMES, Identifier
from portal.registry.imports.rows import RowFacts, SiteFacts
from portal.registry.likeness import alike, slip_keys
from portal.registry.names import core, legal_form, norm
from portal.registry.rules import NameKind


@dataclass(eq=False, slots=True)
class Entry:
    """One supplier: `id` if the registry has it, `row` if the import makes it; and what the import adds to it."""

    name: str
    country: str | None
    id: UUID | None = None
    row: int | None = None
    parent: "Entry | None" = None
    has_parent: bool = False
    names: set[tuple[str, str]] = field(default_factory=set)
    numbers: set[Identifier] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    new_names: list[tuple[NameKind, str]] = field(default_factory=list)
    new_numbers: list[Identifier] = field(default_factory=list)
    new_sites: list[SiteFacts] = field(default_factory=list)
    new_roles: list[str] = field(default_factory=list)

    def clash(self, numbers: Iterable[Identifier]) -> Identifier | None:
        """A number of the same kind that this supplier has and that is another one than the row's."""
        slots = {_slot(one): one for one in numbers if one not in self.numbers}
        return next((mine for mine in self.numbers if _slot(mine) in slots), None)

    def fits_country(self, country: str | None) -> bool:
        """Same country, or one of the two is not known."""
        return country is None or self.country is None or self.country == country


class Ledger:
    """All entries, found by number, by plain name, by core name and by a slip in it."""

    def __init__(self) -> None:
        self.by_number: dict[Identifier, Entry] = {}
        self._by_norm: defaultdict[str, dict[Entry, None]] = defaultdict(dict)
        self._by_core: defaultdict[str, dict[Entry, set[str]]] = defaultdict(dict)
        self._by_slip: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def add(self, entry: Entry) -> None:
        """Make an entry with its names and numbers known."""
        for _kind, name in entry.names:
            self.add_name(entry, name)
        for number in entry.numbers:
            self.by_number[number] = entry

    def add_name(self, entry: Entry, name: str) -> None:
        """Make an entry known by one more name."""
        plain, short = norm(name), core(name)
        self._by_norm[plain][entry] = None
        if short not in self._by_core:
            for key in slip_keys(short):
                self._by_slip[key][short] = None
        self._by_core[short].setdefault(entry, set()).add(legal_form(name))

    def holders(self, numbers: Iterable[Identifier]) -> list[Entry]:
        """Who has these numbers."""
        return list(dict.fromkeys(self.by_number[one] for one in numbers if one in self.by_number))

    def named(self, plain: str, country: str | None) -> list[Entry]:
        """Entries with exactly this plain name, in the same or no country."""
        return [entry for entry in self._by_norm.get(plain, ()) if entry.fits_country(country)]

    def with_core(self, row: RowFacts) -> list[tuple[Entry, bool]]:
        """(entry, whether its legal form can be the row's) of those with the row's core name."""
        return [
            (entry, not row.form or bool(forms & {row.form, ""}))
            for entry, forms in self._by_core.get(row.core, {}).items()
            if entry.fits_country(row.country)
        ]

    def nearly(self, row: RowFacts) -> list[Entry]:
        """Entries whose core name differs from the row's by a slip."""
        found: dict[Entry, None] = {}
        for key in slip_keys(row.core):
            for other in self._by_slip.get(key, ()):
                if other != row.core and alike(row.core, other):
                    found |= {entry: None for entry in self._by_core[other] if entry.fits_country(row.country)}
        return list(found)

    def knows(self, entry: Entry, row: RowFacts) -> bool:
        """Whether the entry has a name with the row's core."""
        return entry in self._by_core.get(row.core, ())


def _slot(number: Identifier) -> str:
    """A company has one number of a kind, but a VAT number in each country, and one of each of its places."""
    if SCHEMES[number.scheme].several:
        return f"{number.scheme}:{number.value}"
    return f"vat:{number.value[:2]}" if number.scheme == "vat" else number.scheme
