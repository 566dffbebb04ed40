"""Use cases of minerals: a released look-up becomes known to the portal."""

from collections.abc import Iterable

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import session
from portal.journal.services import record
from portal.minerals.matching.lists import ListedName
from portal.minerals.models import LookupName
from portal.minerals.rules import revision_rank

_BATCH = 1000
_WITH_NAME = ("standard_name", "template", "revision", "rank")  # what the newest release decides
_PLACE = ("country", "city", "state")  # what it decides where it says so


def load_lookup(actor: Actor, template: str, revision: str, names: Iterable[ListedName]) -> int:
    """Make the names of a released look-up known; of a name in several releases the newest one decides.

    Returns how many names it has. Raises BadInput for a revision that is no number.
    """
    require(actor, Permission.RUN_SOURCES)
    rank = revision_rank(template, revision)
    rows = list(
        {
            (name.metal.strip().lower(), name.facility_id, name.name): {
                "metal": name.metal.strip().lower(),
                "name": name.name,
                "facility_id": name.facility_id,
                "standard_name": name.standard_name,
                "country": name.country or None,
                "city": name.city or None,
                "state": name.state or None,
                "template": template,
                "revision": revision,
                "rank": rank,
            }
            for name in names
        }.values()
    )
    for start in range(0, len(rows), _BATCH):
        statement = insert(LookupName).values(rows[start : start + _BATCH])
        new = statement.excluded
        session.execute(
            statement.on_conflict_do_update(
                constraint="uq_lookup_name_metal_facility_id_name",
                set_={
                    **{column: new[column] for column in _WITH_NAME},
                    **{column: func.coalesce(new[column], getattr(LookupName, column)) for column in _PLACE},
                },
                where=LookupName.rank <= new.rank,
            )
        )
    record(actor, "smelters.lookup_loaded", None, template=template, revision=revision, names=len(rows))
    return len(rows)
