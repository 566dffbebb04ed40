"""Look-up: from whatever a person types (any name in any order, a slip, a number) to the suppliers meant.

The beginning of a name first, then its words in any order; initials and slips only where these find little: each step
costs more than the one before. Everything is behind `search`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import permutations
from operator import attrgetter
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.db import plan_once, session
from portal.registry import lookup_index
from portal.registry.identifiers import pretty
from portal.registry.lookup_index import Row
from portal.registry.lookup_near import near_rows
from portal.registry.lookup_numbers import holders
from portal.registry.lookup_score import MAX_TEXT, Query, marked, near_points, read_query, score
from portal.registry.models import Supplier
from portal.registry.rules import NameKind

MOST = 200  # hits that one search gives at most
CANDIDATES = 400  # names that are compared with the query one by one
FEW = 5  # hits below which names that are only similar are looked at too
SPARE = 10  # names more than hits are wanted, as a supplier may have several
FEW_WORDS = 3  # up to so many words are tried in every order

OF_INITIALS = 80.0  # points of a name that the text is the acronym of: behind names that have the word itself

_ACRONYM = re.compile("[a-z]{3,5}")  # two letters stand for thousands of names
_INITIALS = re.compile("[a-z]{2,5}")
_KIND_RANK = {NameKind.LEGAL: 0.0, NameKind.TRADING: 0.3, NameKind.LOCAL: 0.3, NameKind.FORMER: 0.6}


@dataclass(frozen=True, slots=True)
class Hit:
    """A supplier that was found, and why.

    `why_kind` is a kind of name (rules.NameKind) or of number (a key of identifiers.SCHEMES), `why_text` that name or
    number as written, `score` 0 to 100.
    """

    supplier_id: UUID
    why_kind: str
    why_text: str
    score: float
    words: tuple[str, ...] = ()

    @property
    def parts(self) -> list[tuple[str, bool]]:
        """`why_text` in pieces, each with whether it is what matched."""
        return marked(self.why_text, self.words) if self.words else [(self.why_text, True)]


def search(text: str, *, country: str | None = None, limit: int = 20) -> list[Hit]:
    """The suppliers that a text may mean, the likeliest first; one hit a supplier, at most MOST.

    `country` (ISO 3166 alpha-2) keeps those registered there.
    """
    text = text[:MAX_TEXT]
    limit = min(limit, MOST)
    if found := holders(text, country, limit):
        return [
            Hit(held.supplier_id, held.scheme, pretty(held.scheme, held.value), 100.0 if held.exact else 90.0)
            for held in found
        ]
    query = read_query(text)
    if not query.words:
        return []
    return _by_name(query, country, limit)[:limit]


def suppliers_of(hits: Iterable[Hit]) -> list[tuple[Hit, Supplier]]:
    """Each hit with its supplier, identifiers loaded; in the hits' order."""
    found = list(hits)
    query = select(Supplier).where(Supplier.id.in_([hit.supplier_id for hit in found]))
    suppliers = {one.id: one for one in session.scalars(query.options(selectinload(Supplier.identifiers)))}
    return [(hit, suppliers[hit.supplier_id]) for hit in found if hit.supplier_id in suppliers]


def _by_name(query: Query, country: str | None, limit: int) -> list[Hit]:
    plan_once()
    most = min(CANDIDATES, limit + SPARE)
    first, others = lookup_index.direct_rows(_cores(query), _beginnings(query), query.words, country, most)
    best = _best(query, [*first, *others])
    if len(best) >= min(FEW, limit):
        return best
    meant = _by_initials(query, country, most)
    if not first:
        best = _best(query, [*others, *near_rows(query, country, most)], near_points)
    return _merged(best, meant) if meant else best


def _by_initials(query: Query, country: str | None, most: int) -> list[Hit]:
    """The names that the text is the acronym of, if it may be one."""
    if not _ACRONYM.fullmatch(query.plain):
        return []
    rows = lookup_index.initials_rows(query.plain, country, most)
    return [Hit(row.supplier_id, row.kind, row.name, OF_INITIALS, tuple(query.plain)) for row in rows]


def _merged(best: Iterable[Hit], meant: Iterable[Hit]) -> list[Hit]:
    """Both, each supplier by its better hit."""
    found: dict[UUID, Hit] = {}
    for hit in sorted([*best, *meant], key=attrgetter("score"), reverse=True):
        found.setdefault(hit.supplier_id, hit)
    return list(found.values())


def _cores(query: Query) -> list[str]:
    """The core name that was typed, with few words in any order; initials together and apart."""
    words = query.core.split()
    if all(len(word) == 1 for word in words):
        return list(dict.fromkeys((query.core, "".join(words))))
    if len(words) > FEW_WORDS:
        return [query.core]
    return [*dict.fromkeys(" ".join(order) for order in permutations(words)), *_apart(query.core)]


def _beginnings(query: Query) -> list[str]:
    """The text as typed, written together as scripts without spaces are stored, and as initials apart."""
    return list(dict.fromkeys((query.plain, query.plain.replace(" ", ""), *_apart(query.plain))))


def _apart(word: str) -> list[str]:
    """“PMP” may be written “P.M.P.”."""
    return [" ".join(word)] if _INITIALS.fullmatch(word) else []


def _best(query: Query, rows: Iterable[Row], points_of: Callable[[Query, str, str], float] = score) -> list[Hit]:
    """The best name of each supplier, those that answer best first, then by name."""
    best: dict[UUID, tuple[str, Hit]] = {}
    for row in dict.fromkeys(rows):
        points = points_of(query, row.norm, row.core)
        if not points:
            continue
        points -= _KIND_RANK[NameKind(row.kind)]
        if row.supplier_id not in best or points > best[row.supplier_id][1].score:
            best[row.supplier_id] = (row.norm, Hit(row.supplier_id, row.kind, row.name, points, query.words))
    ordered = sorted(best.values(), key=lambda found: (-found[1].score, found[0], found[1].supplier_id))
    return [hit for _norm, hit in ordered]
