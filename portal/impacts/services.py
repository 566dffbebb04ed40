"""Editing the matrix of impacts: each change is a version with who, when and why; any version can be brought back."""

from flask_babel import gettext as _
from sqlalchemy import select

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import session
from portal.errors import BadInput, NotFound
from portal.impacts.models import Impact, ImpactRevision
from portal.impacts.rules import ImpactValues, Verification
from portal.journal.services import record


def add_impact(actor: Actor, values: ImpactValues, reason: str) -> Impact:
    """Write a new row."""
    require(actor, Permission.EDIT_IMPACTS)
    _check(values)
    impact = Impact(**values.as_json())
    session.add(impact)
    session.flush()
    _keep(actor, impact, reason)
    record(actor, "impact.added", impact)
    return impact


def change_impact(actor: Actor, impact: Impact, values: ImpactValues, reason: str) -> None:
    """Overwrite a row; what it said stays as a version. Raises StaleDataError when somebody else was faster."""
    require(actor, Permission.EDIT_IMPACTS)
    _check(values)
    _write(actor, impact, values, withdrawn=False, reason=reason)
    record(actor, "impact.changed", impact)


def withdraw_impact(actor: Actor, impact: Impact, reason: str) -> None:
    """Take a row out of the matrix; it can be brought back."""
    require(actor, Permission.EDIT_IMPACTS)
    _write(actor, impact, impact.values, withdrawn=True, reason=reason)
    record(actor, "impact.withdrawn", impact)


def restore_impact(actor: Actor, impact: Impact, number: int, reason: str) -> None:
    """Say again what a row said in an earlier version; that is a new version, so it can be undone as well."""
    require(actor, Permission.EDIT_IMPACTS)
    wanted = select(ImpactRevision).where(ImpactRevision.impact_id == impact.id, ImpactRevision.number == number)
    revision = session.scalar(wanted)
    if revision is None:
        raise NotFound
    _write(actor, impact, ImpactValues.from_json(revision.said), withdrawn=revision.withdrawn, reason=reason)
    record(actor, "impact.restored", impact, number=number)


def _write(actor: Actor, impact: Impact, values: ImpactValues, *, withdrawn: bool, reason: str) -> None:
    if impact.values == values and impact.withdrawn == withdrawn:
        raise BadInput(_("Nothing is different."), field="reason", remedy=_("Change something, or go back."))
    for name, value in values.as_json().items():
        setattr(impact, name, list(value) if isinstance(value, tuple) else value)
    impact.withdrawn = withdrawn
    session.flush()
    _keep(actor, impact, reason)


def _keep(actor: Actor, impact: Impact, reason: str) -> None:
    if not reason.strip():
        raise BadInput(_("The reason is missing."), field="reason", remedy=_("Say in a sentence why it is so."))
    session.add(
        ImpactRevision(
            impact_id=impact.id,
            number=impact.version,
            said=impact.values.as_json(),
            withdrawn=impact.withdrawn,
            reason=reason.strip(),
            changed_by=actor.user_id,
        )
    )
    session.flush()


def _check(values: ImpactValues) -> None:
    """What is called verified must say by what source, what is verified in part must say which part."""
    if values.verification is Verification.VERIFIED and not values.source:
        raise BadInput(
            _("A verified row needs its source."),
            field="source",
            remedy=_("Name who published it, or mark the row as unverified."),
        )
    if values.verification is Verification.PARTLY and not values.verified_part:
        raise BadInput(
            _("It is not said what is verified."), field="verified_part", remedy=_("Write, for example: the use.")
        )
