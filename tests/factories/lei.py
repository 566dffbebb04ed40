"""LEI records for tests, and the worker's way of taking them in."""

from datetime import date
from typing import Any

from portal import db
from portal.access.actor import system_actor
from portal.registry.gleif import services
from portal.registry.gleif.parse import Company, LeiData, OtherName
from portal.registry.gleif.services import Answer
from tests.gleif import GROUP, HALDEN, HOLDING

GLEIF = system_actor("GLEIF")


def data(number: str = HALDEN, **values: Any) -> LeiData:
    given: dict[str, Any] = {
        "legal_name": "HALDEN COMPUTING AB",
        "country": "SE",
        "registered_as": "556036-0793",
        "entity_status": "ACTIVE",
        "registration_status": "ISSUED",
        "updated_on": date(2026, 3, 1),
        "other_names": [OtherName(name="Datorhuset Halden AB", type="PREVIOUS_LEGAL_NAME")],
        "direct_parent": Company(lei=GROUP, name="Halden Group AB"),
        "ultimate_parent": Company(lei=HOLDING, name="Far Holding PLC"),
    }
    return LeiData(lei=number, **{**given, **values})


def take(found: LeiData) -> None:
    """As the worker does."""
    with db.transaction():
        services.take_record(GLEIF, found.lei, Answer([found], date(2026, 6, 1)))
    db.session.expire_all()
