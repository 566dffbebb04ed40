"""Where the smelters are that declarations name: by country, over the newest declarations that an actor sees."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from portal.access.actor import Actor
from portal.cahra import queries as cahra
from portal.cahra.rules import CahraList, Match, match_on
from portal.db import session
from portal.declarations.models import Declaration, SmelterLine
from portal.declarations.queries import visible_declarations
from portal.minerals.models import PinchPoint
from portal.registry.countries import country_code


@dataclass(frozen=True)
class CountryOfSmelters:
    """A country (None: not given or not recognised) with how many distinct smelters are there, and for which metals."""

    country: str | None
    smelters: int
    metals: Sequence[str]
    match: Match


def smelters_by_country(actor: Actor) -> tuple[CahraList | None, list[CountryOfSmelters]]:
    """Today's list of areas, and the countries of recognised smelters, the most first. Two statements and the list.

    A facility counts once, whatever its metals and however many declarations name it: those of each supplier's newest
    declaration of each template. Its country is the list's, else the look-up's, else the declared one.
    """
    newest = (
        visible_declarations(actor)
        .ext(distinct_on(Declaration.supplier_id, Declaration.template))
        .order_by(
            Declaration.supplier_id,
            Declaration.template,
            Declaration.effective_date.desc().nulls_last(),
            Declaration.id.desc(),
        )
        .subquery()
    )
    named = (
        select(
            SmelterLine.resolved_id,
            SmelterLine.metal,
            func.max(func.coalesce(PinchPoint.country, SmelterLine.listed_country, SmelterLine.declared_country)).label(
                "country"
            ),
        )
        .join(newest, newest.c.id == SmelterLine.declaration_id)
        .outerjoin(
            PinchPoint,
            (PinchPoint.facility_id == SmelterLine.resolved_id) & (PinchPoint.metal == SmelterLine.metal),
        )
        .where(SmelterLine.resolved_id.is_not(None), SmelterLine.metal.is_not(None))
        .group_by(SmelterLine.resolved_id, SmelterLine.metal)
    )
    facilities: dict[str | None, set[str]] = defaultdict(set)
    metals: dict[str | None, set[str]] = defaultdict(set)
    for row in session.execute(named):
        country = country_code(row.country) if row.country else None
        facilities[country].add(row.resolved_id)
        metals[country].add(row.metal)
    known = cahra.list_on()
    countries = [
        CountryOfSmelters(country, len(found), sorted(metals[country]), match_on(known, country))
        for country, found in facilities.items()
    ]
    return known, sorted(countries, key=lambda row: (row.country is None, -row.smelters, row.country or ""))
