"""Is a place on the list of conflict-affected and high-risk areas? Pure: a list of a day, what it says of a place.

The list is the European Commission's under Regulation (EU) 2017/821: indicative and not exhaustive. That a place is not
on it does not make it free of risk, and no list known for a day is something else than a place that was not on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from portal.cahra.places import named_in, top_subdivisions


class Listing(StrEnum):
    """What the list of a day says of a place."""

    LISTED = "listed"  # the region, or the whole country
    IN_PART = "in_part"  # some regions of the country are, and nobody says which region is meant
    NOT_LISTED = "not_listed"
    NO_LIST = "no_list"  # no list of that day is known
    UNKNOWN_PLACE = "unknown_place"  # the text is no country that we can place


@dataclass(frozen=True)
class Area:
    """One entry: a region by ISO 3166-2, or a whole country, where `code` is the country's own ISO 3166-1 code."""

    country: str
    code: str
    name: str
    conflict_affected: bool | None = None
    high_risk: bool | None = None

    @property
    def is_country(self) -> bool:
        """True for a whole country."""
        return self.code == self.country


@dataclass(frozen=True)
class Match:
    """What the list says of a place, and the entries that it says so by."""

    listing: Listing
    areas: Sequence[Area] = ()


@dataclass(frozen=True)
class CahraList:
    """The list as it stood from `valid_from` on, by country."""

    valid_from: date
    areas: Mapping[str, Sequence[Area]] = field(default_factory=dict)

    def covers_whole(self, country: str) -> bool:
        """True where the list names the country, or every one of its first-level regions."""
        entries = self.areas.get(country, ())
        if any(area.is_country for area in entries):
            return True
        regions = top_subdivisions(country)
        return bool(regions) and regions <= {area.code for area in entries}

    def match(self, country: str | None, region: str | None = None) -> Match:
        """What the list says of a country (alpha-2), or of its region (ISO 3166-2) where that is known."""
        if country is None:
            return Match(Listing.UNKNOWN_PLACE)
        entries = self.areas.get(country, ())
        if not entries:
            return Match(Listing.NOT_LISTED)
        if self.covers_whole(country):
            own = [area for area in entries if area.code == region]
            return Match(Listing.LISTED, own or entries)
        if region is None:
            return Match(Listing.IN_PART, entries)
        own = [area for area in entries if area.code == region]
        return Match(Listing.LISTED, own) if own else Match(Listing.NOT_LISTED)

    def region_in(self, country: str | None, text: str | None) -> str | None:
        """The region of a country that a text names, also by the list's own names of its regions."""
        if not country or not text:
            return None
        return named_in(country, text, [(area.code, area.name) for area in self.areas.get(country, ())])


def match_on(known: CahraList | None, country: str | None, region: str | None = None) -> Match:
    """As CahraList.match; where no list of the day is known, that is what is said."""
    return known.match(country, region) if known else Match(Listing.NO_LIST)
