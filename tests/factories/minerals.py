"""Assurance observations for tests, as a run of the RMAP list would have written them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.db import session
from portal.minerals.models import AssuranceObservation, PinchPoint
from portal.sources.models import Source, SyncRun


def make_run_of(as_of: date) -> SyncRun:
    """An applied run of the RMAP list of one day; flushed."""
    if session.get(Source, "rmap") is None:
        session.add(Source(code="rmap"))
        session.flush()
    run = SyncRun(source_code="rmap", state="applied", trigger="upload", as_of=as_of)
    session.add(run)
    session.flush()
    return run


def observe(
    run_id: UUID, facility_id: str, metal: str, status: str, as_of: date, **values: Any
) -> AssuranceObservation:
    """What a run saw of one facility and metal; flushed."""
    point = session.scalar(
        select(PinchPoint).where(PinchPoint.facility_id == facility_id, PinchPoint.metal == metal)
    ) or PinchPoint(facility_id=facility_id, metal=metal, name=f"Smelter {facility_id}")
    session.add(point)
    session.flush()
    observation = AssuranceObservation(
        **{
            "scheme": "rmap",
            "pinch_point_id": point.id,
            "status": status,
            "raw_status": status.title(),
            "as_of": as_of,
            "seen_at": datetime.now(UTC),
            "run_id": run_id,
            **values,
        }
    )
    session.add(observation)
    session.flush()
    return observation
