"""The look-up page: suppliers with what makes one choose among them, and filters with counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.access.actor import Actor
from portal.db import plan_once
from portal.picture import narrowing, traits
from portal.picture.cards import Card, cards, traits_of
from portal.picture.choice import Choice
from portal.picture.narrowing import Codes
from portal.registry import lookup_list
from portal.registry.lookup import MOST, Hit, search, suppliers_of
from portal.registry.lookup_list import Narrowing
from portal.web.paging import encode_cursor, read_cursor

if TYPE_CHECKING:
    from portal.registry.models import Supplier

PAGE_SIZE = 25
SHORTEST_SUGGESTED = 2  # letters from which suggestions help


@dataclass(frozen=True)
class Row:
    """One supplier with what the actor may see of it; `hit` says why a search found it."""

    card: Card
    hit: Hit | None


@dataclass(frozen=True)
class Found:
    """A page of results: `total` is of the narrowed list, `unnarrowed` of what the text alone finds."""

    rows: Sequence[Row]
    next_cursor: str | None
    total: int
    unnarrowed: int
    facets: Mapping[str, Mapping[str, int]]

    @property
    def is_cut(self) -> bool:
        """The text found more than is shown."""
        return self.unnarrowed == MOST


def find(actor: Actor, choice: Choice, codes: Codes, cursor: str | None) -> Found:
    """The suppliers that a text finds, best first, or all of them by name where there is no text.

    `codes` maps the monograms of the members to their ids.
    """
    choice = choice.among(narrowing.facets_of(actor))
    return _found_by_text(actor, choice, codes, cursor) if choice.q else _listed(actor, choice, codes, cursor)


def chosen_list(actor: Actor, choice: Choice, codes: Codes) -> Narrowing:
    """The whole list behind the page, for taking it along as a file."""
    choice = choice.among(narrowing.facets_of(actor))
    ids = [hit.supplier_id for hit in search(choice.q, limit=MOST)] if choice.q else None
    return narrowing.narrowing_of(actor, choice, codes, ids)


def suggest(text: str, limit: int) -> list[tuple[Hit, "Supplier"]]:
    """The likeliest few suppliers for what is typed so far."""
    return suppliers_of(search(text, limit=limit)) if len(text) >= SHORTEST_SUGGESTED else []


def _found_by_text(actor: Actor, choice: Choice, codes: Codes, cursor: str | None) -> Found:
    """The hits that the filters leave, in their order; the cursor is a place in that order."""
    hits = search(choice.q, limit=MOST)
    known = traits_of(actor, [hit.supplier_id for hit in hits], codes)
    kept = [hit for hit in hits if hit.supplier_id in known and traits.left(known[hit.supplier_id], choice)]
    key = read_cursor(cursor, int)
    start = max(key[0], 0) if key else 0
    end = start + PAGE_SIZE
    shown = kept[start:end]
    found = cards(actor, [hit.supplier_id for hit in shown])
    return Found(
        rows=[Row(found[hit.supplier_id], hit) for hit in shown if hit.supplier_id in found],
        next_cursor=encode_cursor(end) if end < len(kept) else None,
        total=len(kept),
        unnarrowed=len(hits),
        facets=traits.count(known.values(), choice, narrowing.facets_of(actor)),
    )


def _listed(actor: Actor, choice: Choice, codes: Codes, cursor: str | None) -> Found:
    plan_once()
    page = lookup_list.page_of_ids(narrowing.narrowing_of(actor, choice, codes), cursor, PAGE_SIZE)
    found = cards(actor, page.rows)
    total, facets = narrowing.count(actor, choice, codes, narrowing.facets_of(actor))
    return Found(
        rows=[Row(found[supplier_id], None) for supplier_id in page.rows if supplier_id in found],
        next_cursor=page.next_cursor,
        total=total,
        unnarrowed=total,
        facets=facets,
    )
