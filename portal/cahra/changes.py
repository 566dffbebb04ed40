"""What a new version of the list says differently from the one before it, country by country."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import select

from portal.cahra.models import CahraVersion
from portal.cahra.places import named_in
from portal.cahra.queries import areas_of
from portal.cahra.rules import Area
from portal.db import session


@dataclass(frozen=True)
class CountryChange:
    """The areas of one country that came on the list and that left it with the version of `as_of`."""

    country: str
    as_of: date
    added: tuple[Area, ...]
    removed: tuple[Area, ...]

    def concerns(self, text: str) -> bool:
        """A text that names this country speaks of a changed area, or does not say of which one it speaks."""
        areas = (*self.added, *self.removed)
        if any(area.is_country for area in areas):
            return True
        region = named_in(self.country, text, [(area.code, area.name) for area in areas])
        return region is None or region in {area.code for area in areas}


def changes_of_run(run_id: UUID) -> list[CountryChange]:
    """By country what the run's list changed when it came; nothing for the first list, or for one that was late.

    Versions are compared as they came, so it says the same once a newer one holds.
    """
    version = session.scalar(select(CahraVersion).where(CahraVersion.run_id == run_id))
    if version is None:
        return []
    newest = CahraVersion.valid_from.desc(), CahraVersion.id.desc()
    earlier = session.scalar(select(CahraVersion).where(CahraVersion.id < version.id).order_by(*newest).limit(1))
    if earlier is None or earlier.valid_from > version.valid_from:
        return []
    after, before = ({area.code: area for area in areas_of(one.id)} for one in (version, earlier))
    added = _by_country([area for code, area in after.items() if code not in before])
    removed = _by_country([area for code, area in before.items() if code not in after])
    return [
        CountryChange(country, version.valid_from, added.get(country, ()), removed.get(country, ()))
        for country in sorted(added.keys() | removed.keys())
    ]


def _by_country(areas: Sequence[Area]) -> dict[str, tuple[Area, ...]]:
    ordered = sorted(areas, key=lambda area: (area.country, area.code))
    return {country: tuple(own) for country, own in groupby(ordered, key=lambda area: area.country)}
