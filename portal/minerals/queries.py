"""What the assurance lists say of facilities, on a day or today."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text, tuple_

from portal.clock import today
from portal.db import session
from portal.minerals.matching.lists import ListedName
from portal.minerals.models import AssuranceObservation, LookupName, PinchPoint
from portal.minerals.rules import Assurance, Scheme, is_past_due

Pair = tuple[str, str]  # facility id, metal


@dataclass(frozen=True)
class AssuranceStatus:
    """The word of one scheme for one facility and metal, with what it rests on.

    `status` is a value of rules.Assurance; `as_of` the day the list spoke of when it last said something new.
    """

    status: str
    raw_status: str | None = None
    as_of: date | None = None
    audit_date: date | None = None
    cycle_years: int | None = None
    cross_recognised: str | None = None

    @property
    def past_due(self) -> bool:
        """Conformant on paper, but the next assessment was due before today."""
        return is_past_due(self.status, self.audit_date, self.cycle_years, today())


@dataclass(frozen=True)
class Change:
    """A status that differs from the one before; `before` is None where the facility was named for the first time."""

    pinch_point_id: UUID
    facility_id: str
    metal: str
    name: str
    country: str | None
    scheme: str
    before: str | None
    after: str
    raw_before: str | None
    raw_after: str | None
    as_of: date
    seen_at: datetime
    run_id: UUID


# A metal is checked on a day if the scheme's list had said anything of that metal by then. Observations are written
# only when something changed, so the newest one up to the day is what the list said on that day.
_STATUSES = text("""
    WITH wanted AS (
      SELECT DISTINCT facility_id, metal
      FROM unnest(CAST(:ids AS text[]), CAST(:metals AS text[])) AS pair (facility_id, metal)
    ), checked AS MATERIALIZED (
      SELECT metal, EXISTS (
        SELECT 1 FROM assurance_observation o JOIN pinch_point p ON p.id = o.pinch_point_id
        WHERE p.metal = one.metal AND o.scheme = :scheme AND o.as_of <= :day
      ) AS checked FROM (SELECT DISTINCT metal FROM wanted) one
    )
    SELECT wanted.facility_id, wanted.metal, checked.checked,
           newest.status, newest.raw_status, newest.as_of, newest.audit_date, newest.cycle_years,
           newest.cross_recognised
    FROM wanted JOIN checked USING (metal)
    LEFT JOIN pinch_point p ON p.facility_id = wanted.facility_id AND p.metal = wanted.metal
    LEFT JOIN LATERAL (
      SELECT o.* FROM assurance_observation o
      WHERE o.pinch_point_id = p.id AND o.scheme = :scheme AND o.as_of <= :day
      ORDER BY o.as_of DESC, o.seen_at DESC LIMIT 1
    ) newest ON true
""")

# `before` is the scheme's previous word on the same facility and metal, whenever that was.
_CHANGES = """
    SELECT p.id AS pinch_point_id, p.facility_id, p.metal, p.name, p.country, o.scheme, o.status AS after,
           o.raw_status AS raw_after, o.as_of, o.seen_at, o.run_id,
           earlier.status AS before, earlier.raw_status AS raw_before
    FROM assurance_observation o JOIN pinch_point p ON p.id = o.pinch_point_id
    LEFT JOIN LATERAL (
      SELECT e.status, e.raw_status FROM assurance_observation e
      WHERE e.pinch_point_id = o.pinch_point_id AND e.scheme = o.scheme AND (e.as_of, e.seen_at) < (o.as_of, o.seen_at)
      ORDER BY e.as_of DESC, e.seen_at DESC LIMIT 1
    ) earlier ON true
"""
_OF_RUN = text(f"""{_CHANGES}
    WHERE o.run_id = :run AND earlier.status IS DISTINCT FROM o.status AND EXISTS (
      SELECT 1 FROM assurance_observation other
      WHERE other.scheme = o.scheme AND other.run_id <> o.run_id
        AND (other.as_of, other.seen_at) < (o.as_of, o.seen_at))
    ORDER BY p.facility_id, p.metal""")  # noqa: S608 - our own words only
_OF_PAIRS = text(f"""{_CHANGES}
    WHERE (p.facility_id, p.metal) IN (SELECT * FROM unnest(CAST(:ids AS text[]), CAST(:metals AS text[])))
      AND earlier.status <> o.status AND o.as_of >= :since
    ORDER BY o.as_of DESC, p.facility_id, p.metal""")  # noqa: S608


def listed_names() -> list[ListedName]:
    """Every name that a look-up or an assurance list has for a facility, the newest releases first."""
    newest_first = select(LookupName).order_by(LookupName.rank.desc(), LookupName.facility_id, LookupName.name)
    names = [
        ListedName(row.metal, row.name, row.facility_id, row.standard_name, row.country, row.city, row.state)
        for row in session.scalars(newest_first)
    ]
    points = select(PinchPoint).order_by(PinchPoint.facility_id, PinchPoint.metal)
    names += [
        ListedName(point.metal, point.name, point.facility_id, point.name, point.country)
        for point in session.scalars(points)
    ]
    return names


def statuses(pairs: Collection[Pair], on: date | None = None, scheme: str = Scheme.RMAP) -> dict[Pair, AssuranceStatus]:
    """What the scheme's list said of each (facility id, metal) on a day, today if none is given. One statement."""
    if not pairs:
        return {}
    ids, metals = zip(*pairs, strict=True)
    rows = session.execute(
        _STATUSES, {"ids": list(ids), "metals": list(metals), "scheme": scheme, "day": on or date.max}
    )
    return {(row.facility_id, row.metal): _status(row) for row in rows}


def status_on(facility_id: str, metal: str, day: date, scheme: str = Scheme.RMAP) -> AssuranceStatus:
    """What was the status of a facility and metal on a day, the day of an award for example? One statement."""
    pair = (facility_id, metal)
    return statuses([pair], day, scheme)[pair]


def _status(row: "Row[Any]") -> AssuranceStatus:
    values = row._mapping
    if values["status"] is None:
        return AssuranceStatus(Assurance.NOT_LISTED if values["checked"] else Assurance.NOT_CHECKED)
    return AssuranceStatus(**{name: values[name] for name in AssuranceStatus.__dataclass_fields__})


def changes_of_run(run_id: UUID) -> list[Change]:
    """The facilities whose status a run changed, by id. What the first list ever named is no change."""
    return [Change(**row._mapping) for row in session.execute(_OF_RUN, {"run": run_id})]


def changes_of(pairs: Collection[Pair], since: date | None = None) -> list[Change]:
    """Every change of these (facility id, metal), the newest first, for a timeline."""
    if not pairs:
        return []
    ids, metals = zip(*pairs, strict=True)
    values = {"ids": list(ids), "metals": list(metals), "since": since or date.min}
    return [Change(**row._mapping) for row in session.execute(_OF_PAIRS, values)]


def points_of(pairs: Collection[Pair]) -> dict[Pair, PinchPoint]:
    """What the lists call these (facility id, metal) and where they are; those that no list named are left out."""
    wanted = tuple_(PinchPoint.facility_id, PinchPoint.metal).in_(list(pairs))
    return {(point.facility_id, point.metal): point for point in session.scalars(select(PinchPoint).where(wanted))}


def points_of_facility(facility_id: str) -> Sequence[PinchPoint]:
    """A facility's entries, one a metal; none where no assurance list ever named it."""
    return session.scalars(
        select(PinchPoint).where(PinchPoint.facility_id == facility_id.upper()).order_by(PinchPoint.metal)
    ).all()


def names_of_facility(facility_id: str) -> Sequence[LookupName]:
    """The names that look-ups of templates list it under, those of the newest releases first."""
    query = select(LookupName).where(LookupName.facility_id == facility_id.upper())
    return session.scalars(query.order_by(LookupName.rank.desc(), LookupName.metal, LookupName.name)).all()


def observations_of(points: Sequence[PinchPoint]) -> dict[UUID, list[AssuranceObservation]]:
    """All that the lists ever said of these entries, the newest first."""
    found: dict[UUID, list[AssuranceObservation]] = {point.id: [] for point in points}
    query = select(AssuranceObservation).where(AssuranceObservation.pinch_point_id.in_(found))
    newest_first = query.order_by(AssuranceObservation.as_of.desc(), AssuranceObservation.seen_at.desc())
    for observation in session.scalars(newest_first):
        found[observation.pinch_point_id].append(observation)
    return found
