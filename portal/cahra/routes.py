"""The page of conflict-affected and high-risk areas: the list of any day, its versions, and what it does not say."""

from itertools import groupby

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.access.permissions import Permission
from portal.cahra import queries
from portal.cahra.world import picture
from portal.clock import today
from portal.registry.countries import country_code
from portal.registry.labels import country_label
from portal.registry.names import norm
from portal.sources import queries as sources
from portal.sources.catalogue import EU_CAHRA
from portal.web.csvfile import csv_response
from portal.web.forms import OnDayForm
from portal.web.guard import requires

bp = Blueprint("cahra", __name__)


@bp.get("/areas")
@requires(Permission.READ_REGISTRY)
def index() -> ResponseReturnValue:
    """The list as it stood on a day, as a table by country."""
    form = OnDayForm.of_request()
    day = form.day or today()
    known = queries.list_on(day)
    place = request.args.get("place", "").strip()
    country = country_code(place) if place else None
    return render_template(
        "cahra/index.html",
        form=form,
        day=day,
        known=known,
        picture=picture(known),
        rows=sorted(known.areas.items() if known else (), key=lambda row: norm(country_label(row[0]))),
        source=EU_CAHRA,
        standing=sources.standing(EU_CAHRA.code),
        versions=queries.versions(),
        place=place,
        country=country,
        match=known.match(country) if known and place else None,
    )


@bp.get("/areas.csv")
@requires(Permission.READ_REGISTRY)
def index_csv() -> ResponseReturnValue:
    """The list as it stood on a day, as CSV; one that this portal reads again."""
    day = OnDayForm.of_request().day or today()
    known = queries.list_on(day)
    rows: list[tuple[object, ...]] = [EU_CAHRA.titles]
    areas = [area for entries in (known.areas.values() if known else ()) for area in entries]
    for _country, entries in groupby(areas, key=lambda area: area.country):
        rows += [
            (
                area.country,
                None if area.is_country else area.code,
                None if area.is_country else area.name,
                _flag(area.conflict_affected),
                _flag(area.high_risk),
            )
            for area in entries
        ]
    return csv_response(rows, f"areas-{known.valid_from if known else day}.csv")


def _flag(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"
