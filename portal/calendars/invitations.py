"""Invitations to the days of an audit, by e-mail to the people who are booked for it (portal/audits/bookings).

A clock compares what each person was last told with the bookings as they are, so no lost event loses a letter. A letter
is claimed before it is sent. If the worker dies then, it is sent again an hour later: the same UID and SEQUENCE are no
second entry to any calendar program (RFC 5546, 2.1.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text, update

from portal.access.actor import Actor
from portal.accounts.models import User
from portal.audits.bookings.models import AuditInvitation
from portal.audits.models import JointAudit
from portal.audits.queries import visit_of
from portal.clock import today
from portal.db import now, session
from portal.outbox.events import Event
from portal.outbox.services import emit

STUCK = timedelta(hours=1)  # after which a claimed letter is taken for not sent


@dataclass(frozen=True)
class Letter:
    """What one person is told of one audit. Days are inclusive."""

    audit_id: UUID
    user_id: UUID
    sequence: int
    email: str
    locale: str
    title: str
    supplier: str
    place: str
    starts_on: date
    ends_on: date
    off: bool
    changed_at: datetime

    @property
    def uid(self) -> str:
        """The entry's name in all calendars, the same for each letter about this audit."""
        return f"visit-{self.audit_id}@supplier-commons"

    @property
    def method(self) -> str:
        """What the letter asks of a calendar program."""
        return "CANCEL" if self.off else "REQUEST"


# A person's days of one audit are one entry, from the first to the last. What is over is told to nobody.
_CHANGED = text("""
    WITH booked AS (
      SELECT b.audit_id, b.user_id, min(b.starts_on) AS starts_on, max(b.ends_on) AS ends_on
      FROM audit_booking b JOIN user_account u ON u.id = b.user_id AND u.active
      WHERE b.active GROUP BY b.audit_id, b.user_id
    ), told AS (
      INSERT INTO audit_invitation AS i (audit_id, user_id, sequence, starts_on, ends_on, off, state)
      SELECT audit_id, user_id, 0, starts_on, ends_on, false, 'due' FROM booked WHERE ends_on >= :today
      ON CONFLICT (audit_id, user_id) DO UPDATE
        SET sequence = i.sequence + 1, starts_on = excluded.starts_on, ends_on = excluded.ends_on, off = false,
            state = 'due', error = NULL, changed_at = now()
        WHERE i.off OR (i.starts_on, i.ends_on) IS DISTINCT FROM (excluded.starts_on, excluded.ends_on)
      RETURNING audit_id, user_id, sequence
    ), freed AS (
      UPDATE audit_invitation i
        SET sequence = i.sequence + 1, off = true, state = 'due', error = NULL, changed_at = now()
      WHERE NOT i.off AND i.ends_on >= :today
        AND NOT EXISTS (SELECT 1 FROM booked b WHERE b.audit_id = i.audit_id AND b.user_id = i.user_id)
      RETURNING audit_id, user_id, sequence
    ), stuck AS (
      UPDATE audit_invitation i SET state = 'due', changed_at = now()
      WHERE i.state = 'sending' AND i.changed_at < :stuck
      RETURNING audit_id, user_id, sequence
    )
    SELECT * FROM told UNION SELECT * FROM freed UNION SELECT * FROM stuck
""")


def request_due(actor: Actor) -> Sequence[UUID]:
    """Ask for a letter to each person whose booking is not what they were told. System scope.

    Several clocks at once ask for each letter once: the second one waits and finds nothing.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("audit invitations", 0))))
    found = session.execute(_CHANGED, {"today": today(), "stuck": now() - STUCK}).all()
    for audit_id, user_id, sequence in found:
        emit(Event.AUDIT_INVITATION_DUE, actor=actor, audit_id=audit_id, user_id=user_id, sequence=sequence)
    return [audit_id for audit_id, _user_id, _sequence in found]


def claim(audit_id: UUID, user_id: UUID, sequence: int) -> bool:
    """Take a letter for sending. False where another delivery took it, or a newer one has taken its place."""
    taken = (
        update(AuditInvitation)
        .where(
            AuditInvitation.audit_id == audit_id,
            AuditInvitation.user_id == user_id,
            AuditInvitation.sequence == sequence,
            AuditInvitation.state.in_(("due", "failed")),
        )
        .values(state="sending", error=None)
        .returning(AuditInvitation.audit_id)
    )
    return session.scalar(taken) is not None


def compose(audit_id: UUID, user_id: UUID) -> Letter | None:
    """The letter, from what holds now; None where the person is not active any more."""
    row = session.get_one(AuditInvitation, (audit_id, user_id))
    user = session.get_one(User, user_id)
    visit = visit_of(session.get_one(JointAudit, audit_id))
    if not user.active:
        return None
    return Letter(
        audit_id,
        user_id,
        row.sequence,
        user.email,
        user.locale or "en",
        visit.audit.title,
        visit.supplier.legal_name,
        ", ".join(filter(None, (visit.site.address, visit.site.city))),
        row.starts_on,
        row.ends_on,
        row.off,
        row.changed_at,
    )


def note(audit_id: UUID, user_id: UUID, sequence: int, state: str, error: str | None = None) -> None:
    """What became of a claimed letter: `sent`, or `failed` where the server took nothing and it may be sent again."""
    session.execute(
        update(AuditInvitation)
        .where(
            AuditInvitation.audit_id == audit_id,
            AuditInvitation.user_id == user_id,
            AuditInvitation.sequence == sequence,
            AuditInvitation.state == "sending",
        )
        .values(state=state, error=error and error[:300])
    )
