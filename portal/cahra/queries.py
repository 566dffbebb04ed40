"""Every SELECT on the versions of the list: which holds on a day, and what it says of a place. All members see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from sqlalchemy import func, select

from portal.cahra.models import CahraArea, CahraVersion
from portal.cahra.rules import Area, CahraList, Match, match_on
from portal.clock import today
from portal.db import session


def list_on(day: date | None = None) -> CahraList | None:
    """The list as it stood on a day, today if none is given; None where no version of that day or before is known."""
    version = version_on(day or today())
    return _as_list(version) if version else None


def match(country: str | None, region: str | None = None, on: date | None = None) -> Match:
    """Was this country (alpha-2), or this region of it (ISO 3166-2), on the list of a day, today if none is given?"""
    return match_on(list_on(on), country, region)


def version_on(day: date) -> CahraVersion | None:
    """The version that holds on a day: the newest that is not younger than it."""
    newest = CahraVersion.valid_from.desc(), CahraVersion.id.desc()
    return session.scalar(select(CahraVersion).where(CahraVersion.valid_from <= day).order_by(*newest).limit(1))


def _as_list(version: CahraVersion) -> CahraList:
    areas = areas_of(version.id)
    by_country = groupby(areas, key=lambda area: area.country)
    return CahraList(version.valid_from, {country: tuple(entries) for country, entries in by_country})


def areas_of(version_id: UUID) -> list[Area]:
    """The entries of a version, by code."""
    rows = session.scalars(select(CahraArea).where(CahraArea.version_id == version_id).order_by(CahraArea.code))
    return [Area(row.country, row.code, row.name, row.conflict_affected, row.high_risk) for row in rows]


def areas_of_run(run_id: UUID | None) -> list[Area]:
    """The entries that a run's list had, if it was applied."""
    version_id = session.scalar(select(CahraVersion.id).where(CahraVersion.run_id == run_id))
    return areas_of(version_id) if version_id else []


@dataclass(frozen=True)
class VersionLine:
    """A version with how many countries and entries it has."""

    version: CahraVersion
    countries: int
    entries: int


def versions() -> Sequence[VersionLine]:
    """All versions, the newest first. One statement."""
    counted = (
        select(CahraVersion, func.count(func.distinct(CahraArea.country)), func.count())
        .join(CahraArea, CahraArea.version_id == CahraVersion.id)
        .group_by(CahraVersion.id)
        .order_by(CahraVersion.valid_from.desc(), CahraVersion.id.desc())
    )
    return [VersionLine(*row) for row in session.execute(counted)]
