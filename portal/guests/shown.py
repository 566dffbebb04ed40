"""What a guest's first page lists beside the requests: findings and audits, read for the authority in one go."""

from portal.access.actor import Actor
from portal.db import on_behalf_of
from portal.guests.audits import queries as audits
from portal.guests.audits.queries import ShownAudit
from portal.guests.findings import queries as findings
from portal.guests.findings.queries import Line


def shown_to(guest: Actor) -> tuple[list[Line], list[ShownAudit]]:
    """The findings that were shown to the guest's company, and the audits that it knows of."""
    assert guest.authority_id is not None
    with on_behalf_of(guest.authority_id):
        return findings.list_shown(guest), audits.list_shown(guest)
