"""Which places of a declaration are conflict-affected or high-risk areas, by the list of its day and by today's. Pure.

A smelter in such an area says where metal is made, a mine in one where it comes from: neither is an offence, both are
red flags that ask for a closer look (OECD Due Diligence Guidance, Annex II and the supplements on red flags).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.cahra.rules import CahraList, Listing, Match, match_on
from portal.registry.countries import country_code

# The question whether a smelter sources from such areas (RMI CMRT 6.x, EMRT 2.x). AMRT asks none.
CAHRA_QUESTION: Mapping[str, str] = {"CMRT": "Q4", "EMRT": "Q3"}
ON_LIST = frozenset({Listing.LISTED, Listing.IN_PART})


class PlaceKind(StrEnum):
    """What is said to be there."""

    MINE = "mine"
    SMELTER = "smelter"


@dataclass(frozen=True)
class Row:
    """What is needed of a smelter row; `country` is the declared one, else what a list says of the smelter."""

    metal: str | None = None
    country: str | None = None
    mine: str | None = None
    mine_country: str | None = None


@dataclass(frozen=True)
class Place:
    """One country, or region of it, that rows of a declaration name; `rows` is how many, `text` how they write it."""

    kind: PlaceKind
    text: str
    country: str | None
    region: str | None
    rows: int
    metals: tuple[str, ...]
    then: Match
    today: Match

    @property
    def flagged(self) -> bool:
        """On the list of the declaration's day or of today, as a whole or in part."""
        return self.then.listing in ON_LIST or self.today.listing in ON_LIST


@dataclass(frozen=True)
class CahraAnswer:
    """The supplier's answer whether its smelters source from such areas, beside the mines that its own rows name."""

    question: str
    mineral: str | None
    answer: str | None
    mines_listed: int  # places of mines for this mineral that are on the list of the declaration's day

    @property
    def contradicts(self) -> bool:
        """It says No, and its own rows name a mine in a listed area."""
        return (self.answer or "").casefold() == "no" and self.mines_listed > 0


def places_of(rows: Iterable[Row], then: CahraList | None, today: CahraList | None) -> list[Place]:
    """The places that rows name, those on a list first, mines before smelters.

    Call it with the list of the declaration's date and today's (portal.cahra.queries.list_on); None where no list of
    that day is known, which the result says and never calls "not listed".
    """
    newest = today or then
    found: dict[tuple[PlaceKind, str | None, str | None, str], list[Row]] = defaultdict(list)
    for row in rows:
        for kind, text, words in (
            (PlaceKind.MINE, row.mine_country, f"{row.mine or ''} {row.mine_country or ''}"),
            (PlaceKind.SMELTER, row.country, row.country),
        ):
            text = " ".join((text or "").split())
            if not text:
                continue
            country = country_code(text)
            region = newest.region_in(country, words) if newest and kind is PlaceKind.MINE else None
            found[(kind, country, region, "" if country else text)].append(row)
    places = [
        Place(
            kind,
            text or str((own[0].mine_country if kind is PlaceKind.MINE else own[0].country) or "").strip(),
            country,
            region,
            len(own),
            tuple(sorted({row.metal for row in own if row.metal})),
            match_on(then, country, region),
            match_on(today, country, region),
        )
        for (kind, country, region, text), own in found.items()
    ]
    return sorted(places, key=lambda place: (not place.flagged, place.kind, place.country or "~", place.region or ""))


def wholly_listed(texts: Iterable[str], known: CahraList | None) -> dict[str, str]:
    """Of countries as a file writes them those that are on the list as a whole: text -> name on the list.

    Where only some regions are listed, the name of the country alone says nothing: the page shows those (`places_of`).
    """
    found = {}
    for text in texts:
        match = match_on(known, country_code(text))
        if match.listing is Listing.LISTED:
            found[text] = next((area.name for area in match.areas if area.is_country), text)
    return found


def answers_of(template: str, answers: Iterable[Mapping[str, Any]], places: Sequence[Place]) -> list[CahraAnswer]:
    """What the supplier answers to the question on such areas, mineral by mineral; nothing where none is asked."""
    question = CAHRA_QUESTION.get(template)
    mines = [place for place in places if place.kind is PlaceKind.MINE and place.then.listing is Listing.LISTED]
    return [
        CahraAnswer(
            str(question),
            answer["mineral"],
            answer["answer"],
            sum((answer["mineral"] or "").casefold() in place.metals for place in mines),
        )
        for answer in answers
        if answer["question"] == question and answer["answer"]
    ]
