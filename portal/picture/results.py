"""What one result of the look-up says, in the reader's language: plain words, so that the page only sets them.

The page is opened most, with 25 results: what many of them share (a country, a count, the rest of an address) is worded
once a page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.access.actor import Actor
from portal.picture.cards import Card, Latest
from portal.picture.finder import Row
from portal.picture.labels import number_text, why_label
from portal.registry.labels import country_label
from portal.web.filters import age

if TYPE_CHECKING:
    from portal.authorities.models import Authority

ANY_ID = UUID(int=0)  # stands in an address for the id that is put in later


@dataclass(frozen=True, slots=True)
class Result:
    """One supplier in words; `parts` are (text, whether it matched) where `why` says what was matched.

    `buyers` and `contracts` are None where none is shared, `open` and `overdue` where nothing is.
    """

    name: str
    href: str
    follow_href: str
    why: str | None
    parts: Sequence[tuple[str, bool]]
    country: str
    numbers: Sequence[str]
    followers: Sequence["Authority"]
    is_followed: bool
    buyers: str | None
    contracts: str | None
    reuse: str
    latest: Latest | None
    latest_href: str | None
    latest_by: str | None
    latest_age: str | None
    open: str | None
    overdue: str | None


def results(actor: Actor, rows: Sequence[Row], members: Mapping[UUID, "Authority"]) -> list[Result]:
    """The rows of a page in words; `members` are the authorities by id."""
    write = _Writer(actor, members)
    return [write.result(row) for row in rows]


class _Writer:
    """Words the results of one page, each text that many of them share once."""

    def __init__(self, actor: Actor, members: Mapping[UUID, "Authority"]) -> None:
        self.ours = actor.authority_id
        self.members = members
        # Our own first, then by monogram.
        self.in_order = sorted(members.values(), key=lambda one: (one.id != actor.authority_id, one.code.lower()))
        self.country = cache(lambda code: country_label(code) or _("Country not known"))
        self.why = cache(why_label)
        self.age = cache(age)
        self.buyers = cache(lambda number: ngettext("%(num)d buyer", "%(num)d buyers", number))
        self.contracts = cache(lambda number: ngettext("%(num)d contract", "%(num)d contracts", number))
        self.open = cache(lambda number: ngettext("%(num)d open commitment", "%(num)d open commitments", number))
        self.overdue = cache(lambda number: ngettext("%(num)d overdue", "%(num)d overdue", number))
        self.supplier_at = _addresses("picture.supplier", "supplier_id")
        self.follow_at = _addresses("registry.follow", "supplier_id")
        self.unfollow_at = _addresses("registry.unfollow", "supplier_id")
        self.assessment_at = _addresses("assessments.show", "assessment_id")

    def result(self, row: Row) -> Result:
        card, hit = row.card, row.hit
        supplier, latest = card.supplier, card.latest
        is_followed = self.ours in card.followers
        return Result(
            name=supplier.legal_name,
            href=self.supplier_at(supplier.id),
            follow_href=self.unfollow_at(supplier.id) if is_followed else self.follow_at(supplier.id),
            why=self.why(hit.why_kind) if hit else None,
            parts=hit.parts if hit else (),
            country=self.country(supplier.country),
            numbers=[number_text(one.scheme, one.value) for one in supplier.identifiers],
            followers=self._followers(card),
            is_followed=is_followed,
            buyers=self.buyers(len(card.buyers)) if card.buyers else None,
            contracts=self.contracts(card.contracts) if card.buyers else None,
            reuse=card.reuse or "none",
            latest=latest,
            latest_href=self.assessment_at(latest.id) if latest else None,
            latest_by=self.members[latest.owner_id].name if latest else None,
            latest_age=self.age(latest.as_of) if latest else None,
            open=self.open(card.commitments) if card.commitments else None,
            overdue=self.overdue(card.overdue) if card.overdue else None,
        )

    def _followers(self, card: Card) -> list["Authority"]:
        return [one for one in self.in_order if one.id in card.followers] if card.followers else []


def _addresses(endpoint: str, argument: str) -> Callable[[UUID], str]:
    """Id -> the address of the record's page: worked out once, and only the id differs."""
    values: dict[str, Any] = {argument: ANY_ID}
    before, after = url_for(endpoint, **values).split(str(ANY_ID))
    return lambda record_id: f"{before}{record_id}{after}"
