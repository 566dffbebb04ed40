"""Keeping a version of the list, as the run that read it."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import insert

from portal.cahra.models import CahraArea, CahraVersion
from portal.cahra.rules import Area
from portal.db import session


def add_version(run_id: UUID, valid_from: date, label: str | None, areas: Iterable[Area]) -> CahraVersion:
    """A version of the list; the run has decided that it is applied."""
    version = CahraVersion(run_id=run_id, valid_from=valid_from, label=label)
    session.add(version)
    session.flush()
    rows = [
        {
            "version_id": version.id,
            "code": area.code,
            "country": area.country,
            "name": area.name,
            "conflict_affected": area.conflict_affected,
            "high_risk": area.high_risk,
        }
        for area in areas
    ]
    session.execute(insert(CahraArea), rows)
    return version
