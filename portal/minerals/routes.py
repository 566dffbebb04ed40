"""The page of one smelter or refiner: what the lists said of it, when, in which words, and what that does not prove."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.access.permissions import Permission
from portal.minerals import queries
from portal.minerals.labels import LIMITS, MEANINGS, METALS, SCHEMES
from portal.minerals.rules import is_past_due, reassessment_due
from portal.sources import queries as sources
from portal.web.guard import requires

bp = Blueprint("minerals", __name__)


@bp.get("/smelters/<facility_id>")
@requires(Permission.READ_REGISTRY)
def facility(facility_id: str) -> ResponseReturnValue:
    """A facility with the whole history of its statuses, metal by metal."""
    points = queries.points_of_facility(facility_id)
    return render_template(
        "minerals/facility.html",
        facility_id=points[0].facility_id,
        points=points,
        statuses=queries.statuses([(point.facility_id, point.metal) for point in points]),
        observations=queries.observations_of(points),
        freshness={standing.source.scheme: standing for standing in sources.freshness()},
        metals=METALS,
        schemes=SCHEMES,
        meanings=MEANINGS,
        limits=LIMITS,
        reassessment_due=reassessment_due,
        is_past_due=is_past_due,
    )
