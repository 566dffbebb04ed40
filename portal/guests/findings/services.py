"""What a guest does about a finding: each holds its access, writes for the authority that gave it, and has it told."""

from collections.abc import Sequence
from uuid import UUID

from portal.access.actor import Actor
from portal.findings import supplier
from portal.findings.supplier import ProposedAction
from portal.guests.findings import queries
from portal.guests.services import acting
from portal.outbox.events import Event
from portal.outbox.services import emit


def reply(guest: Actor, finding_id: UUID, text: str) -> None:
    """Reply to a finding that was shown to the guest's company; what it wrote before stays as an earlier version."""
    with acting(guest):
        said = supplier.reply(guest, queries.find(guest, finding_id), text)
        _tell(guest, finding_id, "reply", said.id)


def propose(guest: Actor, finding_id: UUID, actions: Sequence[ProposedAction], note: str | None) -> None:
    """Hand in a plan, for an officer to accept or send back."""
    with acting(guest):
        proposal = supplier.propose(guest, queries.find(guest, finding_id), actions, note)
        _tell(guest, finding_id, "plan", proposal.id)


def add_evidence(
    guest: Actor, finding_id: UUID, action_id: UUID, *, content: bytes, filename: str | None, note: str | None
) -> None:
    """Send a file that shows what was done for an action."""
    with acting(guest):
        finding = queries.find(guest, finding_id)
        item = supplier.add_evidence(guest, finding, action_id, content=content, filename=filename, note=note)
        _tell(guest, finding_id, "file", item.id)


def _tell(guest: Actor, finding_id: UUID, what: str, object_id: UUID) -> None:
    emit(Event.FINDING_ANSWERED, actor=guest, finding_id=finding_id, what=what, object_id=object_id)
