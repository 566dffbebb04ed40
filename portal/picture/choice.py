"""What a reader typed and chose on the look-up page. Pure: from and to the words of an address."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from portal.registry.identity.rules import SupplierRoleKind
from portal.registry.lookup_score import MAX_TEXT
from portal.registry.rules import ProductGroup

NOTHING = "none"  # country or role not known, followed by no one, nothing assessed or declared
ASSESSED = ("year", "older", NOTHING)  # the newest assessment that one sees: within a year, older, none
DECLARED = ("yes", NOTHING)

FACETS = ("country", "role", "product_group", "followed_by", "assessed", "declared")


class Arguments(Protocol):
    """The query of an address, as Flask hands it over."""

    def getlist(self, key: str) -> list[str]:
        """All values of a name."""
        ...


@dataclass(frozen=True)
class Choice:
    """The search text and, for each facet, the values chosen; only values that exist."""

    q: str
    values: Mapping[str, frozenset[str]]

    def of(self, facet: str) -> frozenset[str]:
        """What is chosen of one facet; empty means everything."""
        return self.values.get(facet, frozenset())

    def without(self, facet: str) -> "Choice":
        """The same with nothing chosen of one facet: what its counts are counted over."""
        return Choice(self.q, {name: values for name, values in self.values.items() if name != facet})

    def among(self, facets: Collection[str]) -> "Choice":
        """The same with nothing chosen of other facets: a reader cannot narrow by what is not there for them."""
        return Choice(self.q, {name: values for name, values in self.values.items() if name in facets})

    @property
    def narrowed(self) -> bool:
        """Whether anything is chosen beside the text."""
        return any(self.values.values())


def read_choice(args: Arguments, authority_codes: Iterable[str]) -> Choice:
    """The choice in an address; values that do not exist are left out."""
    known: dict[str, set[str]] = {
        "product_group": set(ProductGroup),
        "role": {*SupplierRoleKind, NOTHING},
        "followed_by": {*authority_codes, NOTHING},
        "assessed": set(ASSESSED),
        "declared": set(DECLARED),
    }
    values = {}
    for facet in FACETS:
        given = set(args.getlist(facet))
        allowed = {one for one in given if _is_country(one)} if facet == "country" else given & known[facet]
        values[facet] = frozenset(allowed)
    return Choice(clean_text(next(iter(args.getlist("q")), "")), values)


def address_query(choice: Choice) -> str:
    """The query of the address that shows this choice, always written the same way; empty when nothing is chosen."""
    parts = [("q", choice.q)] if choice.q else []
    parts += [(facet, value) for facet in FACETS for value in sorted(choice.of(facet))]
    return urlencode(parts)


def clean_text(text: str) -> str:
    """A search text that can be shown and put into addresses: one line, nothing invisible, not longer than is read."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text[:MAX_TEXT]).split())


def _is_country(text: str) -> bool:
    return text == NOTHING or (len(text) == 2 and text.isascii() and text.isalpha() and text.isupper())
