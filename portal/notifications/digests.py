"""The daily digest by e-mail: who wants it, what stands in it, and that nobody gets two on a day.

Only those get it who asked for it. A digest is claimed before it is sent: if the worker dies while the mail server
takes it, it is not sent again, and what it told stands in the next day's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Date, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import can, require
from portal.accounts.models import User
from portal.authorities.queries import actor_for
from portal.clock import today
from portal.db import as_system, on_behalf_of, session
from portal.errors import BadInput, NotFound
from portal.journal.services import record
from portal.notifications import queries
from portal.notifications.models import DigestChoice, DigestMail
from portal.notifications.queries import Card
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.settings import get_settings

MOST = 20  # notices that are spelt out; of the rest the number is told
LOCALES = ("en", "sv", "nb", "ca", "es")


@dataclass(frozen=True)
class Digest:
    """What one person is told. `more` is how many notices there are beside the cards."""

    mail_id: UUID
    user_id: UUID
    email: str
    locale: str
    day: date
    authority_name: str
    cards: Sequence[Card]
    more: int

    @property
    def total(self) -> int:
        """How many notices are new."""
        return len(self.cards) + self.more


def choice_of(user_id: UUID | None) -> DigestChoice | None:
    """What a person has chosen; None where they get no digest."""
    return session.get(DigestChoice, user_id) if user_id else None


def choose(actor: Actor, *, wanted: bool, locale: str) -> None:
    """Start, change or end the digest of the person who acts."""
    require(actor, Permission.READ_INBOX)
    if locale not in LOCALES:
        raise BadInput("This language is not known.", field="locale")
    if not wanted:
        _end(actor, actor.user_id)
        return
    values = {"user_id": actor.user_id, "locale": locale}
    session.execute(
        insert(DigestChoice).values(values).on_conflict_do_update(index_elements=["user_id"], set_={"locale": locale})
    )
    record(actor, "digest.chosen", None, user=actor.user_id, locale=locale)


def stop_token(user_id: UUID) -> str:
    """For the links by which a person ends the digest without signing in; it stays good as long as the secret key."""
    return _serializer().dumps(str(user_id))


def person_of(token: str) -> UUID:
    """Whose digest the link ends, or NotFound."""
    try:
        return UUID(_serializer().loads(token))
    except (BadSignature, ValueError, TypeError):
        raise NotFound from None


def stop(actor: Actor, token: str) -> None:
    """End the digest of the person whose link it is; ending it twice is no error."""
    user_id = person_of(token)
    with as_system():
        _end(actor, user_id)


def _end(actor: Actor, user_id: UUID | None) -> None:
    ended = session.execute(delete(DigestChoice).where(DigestChoice.user_id == user_id).returning(DigestChoice.user_id))
    if ended.all():
        record(actor, "digest.stopped", None, user=user_id)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(get_settings().secret_key.get_secret_value(), salt="digest")


def request_due(actor: Actor) -> Sequence[UUID]:
    """Ask for today's digest of everybody who wants one and has none yet; several clocks at once ask once."""
    wanted = (
        select(DigestChoice.user_id, literal(today(), Date))
        .join(User, User.id == DigestChoice.user_id)
        .where(User.active)
    )
    made = insert(DigestMail).from_select(["user_id", "day"], wanted).on_conflict_do_nothing()
    ids = session.scalars(made.returning(DigestMail.id)).all()
    for mail_id in ids:
        emit(Event.DIGEST_REQUESTED, actor=actor, mail_id=mail_id)
    return ids


def claim(mail_id: UUID) -> bool:
    """Take a digest for sending. False where another delivery took it: then it is sent, or may be."""
    taken = (
        update(DigestMail)
        .where(DigestMail.id == mail_id, DigestMail.state.in_(("due", "failed")))
        .values(state="sending", error=None)
        .returning(DigestMail.id)
    )
    return session.scalar(taken) is not None


def compose(mail_id: UUID) -> Digest | None:
    """What the digest tells, by what the person may see now; None where there is nothing to tell, or nobody any more.

    System scope. Notices that the person has read, or that an earlier digest told, are left out.
    """
    mail = session.get_one(DigestMail, mail_id)
    user, choice = session.get_one(User, mail.user_id), session.get(DigestChoice, mail.user_id)
    actor = actor_for(user.id, user.display_name)
    if choice is None or not user.active or actor is None or not can(actor, Permission.READ_INBOX):
        mail.state = "stopped"
        return None
    told = select(func.max(DigestMail.upto)).where(DigestMail.user_id == user.id, DigestMail.state == "sent")
    since = max(filter(None, (session.scalar(told), choice.since)))
    assert actor.authority_id is not None  # whoever reads the inbox has one
    with on_behalf_of(actor.authority_id, locked=actor.locked):
        cards, total, upto = queries.unread_since(actor, since, MOST)
    mail.notices = total
    if not cards:
        mail.state = "nothing"
        return None
    mail.upto = upto
    return Digest(
        mail.id, user.id, user.email, choice.locale, mail.day, actor.authority_name or "", cards, total - len(cards)
    )


def note(mail_id: UUID, state: str, error: str | None = None) -> None:
    """What became of a claimed digest: `sent`, or `failed` where the server took nothing and it may be sent again."""
    session.execute(
        update(DigestMail)
        .where(DigestMail.id == mail_id, DigestMail.state == "sending")
        .values(state=state, error=error and error[:300])
    )
