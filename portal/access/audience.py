"""Who may see a shared record: the one rule, as SQLAlchemy condition and as columns of the record.

The database holds the same rule a second time as row-level security (migrations/rls.py), so a query that forgets it
returns nothing rather than too much.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, String, and_, any_, false, or_, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.types import Uuid

from portal.access.actor import Actor
from portal.errors import BadInput


class Audience(StrEnum):
    """`owner`: the owning authority only; `named`: also the listed authorities; `members`: all of the network."""

    OWNER = "owner"
    NAMED = "named"
    MEMBERS = "members"


class Shared:
    """Mixin of a record that one authority owns and may share. Needs row-level security in its migration."""

    audience: Mapped[str] = mapped_column(String(8), default=Audience.OWNER)
    named_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")

    @declared_attr
    def owner_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("authority.id"), index=True)

    @declared_attr.directive
    def __table_args__(cls) -> Any:
        return shared_constraints()


def shared_constraints() -> tuple[CheckConstraint, ...]:
    """For models that bring table arguments of their own: `__table_args__ = (*shared_constraints(), …)`."""
    return (
        CheckConstraint("audience IN ('owner', 'named', 'members')", name="audience"),
        CheckConstraint("(audience = 'named') = (cardinality(named_ids) > 0)", name="named_ids"),
    )


def visible(model: Any, actor: Actor) -> ColumnElement[bool]:
    """The condition every `visible_<things>(actor)` begins with. The system sees all, operators and guests nothing."""
    if actor.is_system:
        return true()
    if actor.authority_id is None or actor.guest is not None:
        return false()
    return seen_by(model, actor.authority_id)


def seen_by(model: Any, authority_id: Any) -> ColumnElement[bool]:
    """True of records that an authority sees; `authority_id` may be a column, to ask for many authorities at once."""
    return or_(
        model.owner_id == authority_id,
        model.audience == Audience.MEMBERS,
        and_(model.audience == Audience.NAMED, any_(model.named_ids) == authority_id),
    )


def set_audience(record: Shared, audience: Audience, named_ids: list[UUID]) -> None:
    """Say who sees the record. The owner is never named; `named` without names is refused."""
    names = sorted(set(named_ids) - {record.owner_id}) if audience is Audience.NAMED else []
    if audience is Audience.NAMED and not names:
        raise BadInput(
            _("No authority is chosen."),
            field="named_ids",
            remedy=_("Choose at least one, or keep it to your own authority."),
        )
    record.audience = audience
    record.named_ids = names


def widened(before: tuple[str, Collection[UUID]], after: tuple[str, Collection[UUID]]) -> bool:
    """True if somebody sees the record after who did not before; each side is (audience, named ids)."""
    if before[0] == Audience.MEMBERS:
        return False
    return after[0] == Audience.MEMBERS or not set(after[1]) <= set(before[1])
