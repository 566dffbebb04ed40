"""Names of smelters for tests: what look-ups list, rows that name one, verdicts."""

from typing import Any
from uuid import UUID

from portal.db import session
from portal.declarations.models import Declaration, SmelterLine
from portal.declarations.naming.models import SmelterNameVerdict
from portal.minerals.models import LookupName
from portal.minerals.spelling import name_key
from tests.factories.declarations import make_declaration


def list_name(name: str, facility_id: str, metal: str = "gold", **values: Any) -> LookupName:
    """A name that the look-up of CMRT 6.5 has; flushed."""
    listed = LookupName(
        **{
            "name": name,
            "facility_id": facility_id,
            "metal": metal,
            "standard_name": name,
            "country": "NORWAY",
            "template": "CMRT",
            "revision": "6.5",
            "rank": 65000,
            **values,
        }
    )
    session.add(listed)
    session.flush()
    return listed


def declare_name(
    *names: str,
    owner_id: UUID,
    metal: str | None = "gold",
    country: str | None = None,
    status: str = "name_not_in_lookup",
    **values: Any,
) -> Declaration:
    """A declaration of `owner_id` whose rows give these names, their country and nothing else; flushed."""
    declaration = make_declaration(owner_id=owner_id, **values)
    given = {"declaration_id": declaration.id, "metal": metal, "declared_country": country, "status": status}
    for row, name in enumerate(names, start=5):
        session.add(SmelterLine(row=row, declared_name=name, **given))
    session.flush()
    return declaration


def make_verdict(
    name: str, metal: str = "gold", verdict: str = "accepted", facility_id: str | None = "CID900001", **values: Any
) -> SmelterNameVerdict:
    """What somebody decided on a name; flushed."""
    made = SmelterNameVerdict(
        **{
            "name": name,
            "name_key": name_key(name),
            "metal": metal,
            "verdict": verdict,
            "facility_id": facility_id,
            "standard_name": "Nordgull AG" if facility_id else None,
            **values,
        }
    )
    session.add(made)
    session.flush()
    return made
