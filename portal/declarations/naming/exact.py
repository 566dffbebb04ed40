"""Names that wait although a list that came later has them, letter for letter: accepted together, after a look.

A name that stands for two facilities, or whose facility was rejected for it, is left to the queue.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, tuple_

from portal.access.actor import Actor
from portal.db import session
from portal.declarations.naming import queries
from portal.declarations.naming.models import SmelterNameAct, SmelterNameVerdict
from portal.declarations.naming.queries import Key
from portal.declarations.naming.rules import Act, Verdict
from portal.minerals.matching.lists import Smelter

MOST = 200  # names that are looked over and accepted at once
_LOOKED_AT = 5_000  # names that wait


@dataclass(frozen=True, slots=True)
class ListedMeanwhile:
    """A name that waits, in how many visible declarations, and the one smelter that lists have under it."""

    metal: str
    name: str
    name_key: str
    declarations: int
    smelter: Smelter


def listed_meanwhile(actor: Actor) -> list[ListedMeanwhile]:
    """At most MOST of them, those in most declarations first."""
    lines = queries.open_lines(actor).subquery()
    number = func.count(lines.c.declaration_id.distinct())
    waiting = session.execute(
        select(lines.c.metal, lines.c.name_key, func.min(lines.c.declared_name).label("name"), number.label("number"))
        .group_by(lines.c.metal, lines.c.name_key)
        .order_by(number.desc(), lines.c.metal, lines.c.name_key)
        .limit(_LOOKED_AT)
    ).all()
    if not waiting:
        return []
    lists = queries.smelter_lists()
    found = []
    for row in waiting:
        known = lists.metal(row.metal)
        ids = known.exact.get(row.name_key, set()) if known else set()
        if known and len(ids) == 1:
            smelter = known.smelters[next(iter(ids))]
            found.append(ListedMeanwhile(row.metal, row.name, row.name_key, row.number, smelter))
    rejected = _rejected([(one.metal, one.name_key) for one in found])
    return [one for one in found if (one.metal, one.name_key, one.smelter.facility_id) not in rejected][:MOST]


def _rejected(keys: list[Key]) -> set[tuple[str, str, str | None]]:
    verdict = SmelterNameVerdict
    query = select(verdict.metal, verdict.name_key, verdict.facility_id).where(
        tuple_(verdict.metal, verdict.name_key).in_(keys),
        verdict.verdict == Verdict.REJECTED,
        verdict.revoked_at.is_(None),
    )
    return {(metal, key, facility) for metal, key, facility in session.execute(query)} if keys else set()


def accepted_together(actor: Actor, batch_id: UUID) -> list[SmelterNameVerdict]:
    """What the actor's authority accepted at once and still stands; nothing of another authority's."""
    query = (
        select(SmelterNameVerdict)
        .join(SmelterNameAct, SmelterNameAct.verdict_id == SmelterNameVerdict.id)
        .where(
            SmelterNameAct.batch_id == batch_id,
            SmelterNameAct.authority_id == actor.authority_id,
            SmelterNameAct.act == Act.DECIDED,
            SmelterNameVerdict.revoked_at.is_(None),
        )
        .order_by(SmelterNameVerdict.metal, SmelterNameVerdict.name_key)
    )
    return list(session.scalars(query))
