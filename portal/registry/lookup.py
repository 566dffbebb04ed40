"""Look-up: from whatever a person types (any name in any order, a slip, a number) to the suppliers meant.

Exact paths first; similarity only where they find little. Everything is behind `search`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy import text as sql
from sqlalchemy.orm import selectinload

from portal.db import session
from portal.registry.identifiers import SCHEMES, detect, pretty
from portal.registry.lookup_score import MAX_TEXT, Query, marked, read_query, score
from portal.registry.models import Supplier, SupplierIdentifier, SupplierName
from portal.registry.rules import NameKind

MOST = 200  # hits that one search gives at most
CANDIDATES = 400  # names that are compared with the query one by one
FEW = 5  # hits below which names that are only similar are looked at too
EXACT = 99.0  # score of a name that is the one typed
NEAR = 0.3  # trigram similarity of such a name to the whole query
NEAR_WORD = 0.3  # or of one of its words to each word of the query

_NOT_COMPACT = re.compile(r"[^0-9A-Z]+")
_SHORTEST_NUMBER = 5
_SHORTEST_BEGINNING = 4  # digits of a number that is still being typed
# What stands around the national number in the VAT numbers that contain it.
_VAT_ENDINGS = ("", "01", "MVA", "MWST")
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
    found = _by_number(text, country, limit)
    if found:
        return found
    query = read_query(text)
    if not query.words:
        return []
    rows = _with_the_words(query, country)
    best = _best(query, rows)
    if len(best) < min(FEW, limit) and not (best and best[0].score >= EXACT):
        best = _best(query, [*rows, *_near(query, country)])
    return best[:limit]


def suppliers_of(hits: Iterable[Hit]) -> list[tuple[Hit, Supplier]]:
    """Each hit with its supplier, identifiers loaded; in the hits' order."""
    found = list(hits)
    query = select(Supplier).where(Supplier.id.in_([hit.supplier_id for hit in found]))
    suppliers = {one.id: one for one in session.scalars(query.options(selectinload(Supplier.identifiers)))}
    return [(hit, suppliers[hit.supplier_id]) for hit in found if hit.supplier_id in suppliers]


def _by_number(text: str, country: str | None, limit: int) -> list[Hit]:
    """Holders of the number in the text, however it is punctuated; while it is typed, of those that begin with it."""
    values = number_forms(text)
    if not values:
        return []
    wanted: ColumnElement[bool] = SupplierIdentifier.value.in_(values)
    typed = _compact(text)
    if sum(map(str.isdigit, typed)) >= _SHORTEST_BEGINNING:
        wanted = or_(wanted, SupplierIdentifier.value.startswith(typed, autoescape=True))
    statement = (
        select(SupplierIdentifier.supplier_id, SupplierIdentifier.scheme, SupplierIdentifier.value)
        .join(Supplier, Supplier.id == SupplierIdentifier.supplier_id)
        .where(wanted)
        .order_by(Supplier.sort_key, Supplier.id, SupplierIdentifier.scheme)
        .limit(MOST)
    )
    if country:
        statement = statement.where(Supplier.country == country)
    found: dict[UUID, Hit] = {}
    for supplier_id, scheme, value in session.execute(statement):
        exact = value in values
        hit = Hit(supplier_id, scheme, pretty(scheme, value), 100.0 if exact else 90.0)
        if supplier_id not in found or hit.score > found[supplier_id].score:
            found[supplier_id] = hit
    return sorted(found.values(), key=lambda hit: -hit.score)[:limit]


def number_forms(text: str) -> set[str]:
    """The compact forms in which a text could stand as a number in the registry; empty when it can be none.

    Words in front (“LEI”, “org. no.”) may be left standing.
    """
    words = text.upper().split()[:12]
    forms: set[str] = set()
    for first in range(min(len(words), 4)):
        part = " ".join(words[first:])
        compact = _compact(part)
        if len(compact) < _SHORTEST_NUMBER or not any(character.isdigit() for character in compact):
            continue
        forms.add(compact)
        for identifier in detect(part):
            forms.add(identifier.value)
            land = SCHEMES[identifier.scheme].country
            if land:
                forms |= {f"{land}{identifier.value}{ending}" for ending in _VAT_ENDINGS}
    return forms


def _compact(text: str) -> str:
    return _NOT_COMPACT.sub("", text.upper())


class Row(NamedTuple):
    """A name that may answer, with its supplier's place in the registry's order."""

    supplier_id: UUID
    name: str
    kind: str
    norm: str
    core: str
    sort_key: str


def _with_the_words(query: Query, country: str | None) -> list[Row]:
    """Names with this core, or with words that begin like all of the query's, in any order; the shortest first."""
    begins = [or_(SupplierName.norm.like(f"{word}%"), SupplierName.norm.like(f"% {word}%")) for word in query.words]
    wanted = or_(SupplierName.core == query.core, SupplierName.norm == query.plain, and_(*begins))
    return _rows(wanted, country, func.length(SupplierName.norm), SupplierName.norm)


def _near(query: Query, country: str | None) -> list[Row]:
    """Names with similar words, or similar as a whole; the most similar first."""
    session.execute(
        sql(
            "SELECT set_config('pg_trgm.similarity_threshold', :near, true),"
            " set_config('pg_trgm.word_similarity_threshold', :near_word, true)"
        ),
        {"near": str(NEAR), "near_word": str(NEAR_WORD)},
    )
    words = [word for word in query.words if len(word) > 2] or list(query.words)
    similar_words: list[ColumnElement[bool]] = [literal(word).bool_op("<%")(SupplierName.norm) for word in words]
    wanted = or_(SupplierName.norm.bool_op("%")(query.core), and_(*similar_words))
    closeness: ColumnElement[float] = func.similarity(SupplierName.norm, query.core)
    for word in words:
        closeness = closeness + func.word_similarity(word, SupplierName.norm) / len(words)
    return _rows(wanted, country, closeness.desc())


def _rows(wanted: ColumnElement[bool], country: str | None, *order: Any) -> list[Row]:
    """The first CANDIDATES names that meet a condition, in this order."""
    statement = (
        select(
            SupplierName.supplier_id,
            SupplierName.name,
            SupplierName.kind,
            SupplierName.norm,
            SupplierName.core,
            Supplier.sort_key,
        )
        .join(Supplier, Supplier.id == SupplierName.supplier_id)
        .where(wanted)
        .order_by(*order, SupplierName.id)
        .limit(CANDIDATES)
    )
    if country:
        statement = statement.where(Supplier.country == country)
    return [Row(*row) for row in session.execute(statement)]


def _best(query: Query, rows: Iterable[Row]) -> list[Hit]:
    """The best name of each supplier, those that answer best first, then by the registry's order."""
    best: dict[UUID, tuple[str, Hit]] = {}
    for row in rows:
        points = score(query, row.norm, row.core)
        if not points:
            continue
        points -= _KIND_RANK[NameKind(row.kind)]
        if row.supplier_id not in best or points > best[row.supplier_id][1].score:
            best[row.supplier_id] = (row.sort_key, Hit(row.supplier_id, row.kind, row.name, points, query.words))
    ordered = sorted(best.values(), key=lambda found: (-found[1].score, found[0], found[1].supplier_id))
    return [hit for _key, hit in ordered]
