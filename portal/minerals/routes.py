"""Pages of smelters and of schemes: what a list said, when, in which words, and what that does not prove."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from portal.access.permissions import Permission
from portal.cahra import queries as cahra
from portal.clock import today
from portal.errors import NotFound
from portal.impacts import queries as impacts
from portal.impacts.labels import MINERALS
from portal.minerals import queries
from portal.minerals.history import chart
from portal.minerals.labels import LIMITS, MEANINGS, METALS, SCHEMES
from portal.minerals.rules import Scheme, is_facility_id, is_past_due, reassessment_due
from portal.minerals.schemes import PAGES, short_of
from portal.registry.countries import country_code
from portal.sources import queries as sources
from portal.web.forms import OnDayForm
from portal.web.guard import requires

bp = Blueprint("minerals", __name__)

ALWAYS = frozenset({Scheme.RMAP})  # also where it never named the facility: that, too, is worth saying


@bp.get("/smelters/<facility_id>")
@requires(Permission.READ_REGISTRY)
def facility(facility_id: str) -> ResponseReturnValue:
    """A facility with the whole history of its statuses, metal by metal and scheme by scheme, today and on any day."""
    points = queries.points_of_facility(facility_id)
    if not points:
        return _without_assurance(facility_id.upper())
    pairs = [(point.facility_id, point.metal) for point in points]
    form = OnDayForm.of_request()
    observations = queries.observations_of(points)
    seen = {point.id: {one.scheme for one in observations[point.id]} for point in points}
    shown = [scheme for scheme in Scheme if scheme in ALWAYS or any(scheme in one for one in seen.values())]
    country = country_code(points[0].country) if points[0].country else None
    return render_template(
        "minerals/facility.html",
        facility_id=points[0].facility_id,
        points=points,
        form=form,
        shown=[(point, scheme) for point in points for scheme in shown if scheme in seen[point.id] | ALWAYS],
        statuses={scheme: queries.statuses(pairs, scheme=scheme) for scheme in shown},
        that_day={scheme: queries.statuses(pairs, form.day, scheme) for scheme in shown} if form.day else {},
        observations=observations,
        charts={
            (point.id, scheme): chart(
                [one for one in reversed(observations[point.id]) if one.scheme == scheme], today(), form.day
            )
            for point in points
            for scheme in shown
        },
        freshness={standing.source.scheme: standing for standing in sources.freshness()},
        country=country,
        match=cahra.match(country) if country else None,
        impacts=impacts.impacts_of_facility([point.metal for point in points], country),
        minerals=MINERALS,
        metals=METALS,
        schemes=SCHEMES,
        short_of=short_of,
        meanings=MEANINGS,
        limits=LIMITS,
        reassessment_due=reassessment_due,
        is_past_due=is_past_due,
    )


def _without_assurance(facility_id: str) -> ResponseReturnValue:
    """A facility that only look-ups of templates or declarations name: what they call it, and what is not known."""
    names = queries.names_of_facility(facility_id)
    if not names and not is_facility_id(facility_id):
        raise NotFound
    metals = list(dict.fromkeys(one.metal for one in names))
    country = country_code(names[0].country) if names and names[0].country else None
    return render_template(
        "minerals/listed.html",
        facility_id=facility_id,
        names=names,
        country=country,
        match=cahra.match(country) if country else None,
        statuses=queries.statuses([(facility_id, metal) for metal in metals]),
        metals=METALS,
        meanings=MEANINGS,
        limits=LIMITS,
    )


@bp.get("/schemes")
@requires(Permission.READ_REGISTRY)
def schemes() -> ResponseReturnValue:
    """All schemes and lists, each with the sentence on what it does not prove."""
    return render_template("minerals/schemes.html", pages=PAGES.values(), limits=LIMITS, **_fresh())


@bp.get("/schemes/<scheme_code>")
@requires(Permission.READ_REGISTRY)
def scheme(scheme_code: str) -> ResponseReturnValue:
    """One scheme: what it covers, what it does not, how often it looks, who recognises and who criticises it."""
    if scheme_code not in PAGES:
        raise NotFound
    return render_template("minerals/scheme.html", page=PAGES[scheme_code], **_fresh())


def _fresh() -> dict[str, object]:
    return {"standings": {standing.source.code: standing for standing in sources.freshness()}}
