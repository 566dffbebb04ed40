"""Every SELECT on questions to suppliers: for their authority alone, and for a guest those to its own company."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from portal.access.actor import Actor
from portal.db import session
from portal.errors import NotFound
from portal.ratings.asking.models import Questionnaire
from portal.ratings.asking.rules import AskState
from portal.shapes import TodoItem


def visible_questionnaires(actor: Actor) -> Select[Questionnaire]:
    """Questions that the actor's authority asks suppliers."""
    return select(Questionnaire).where(Questionnaire.owner_id == actor.authority_id)


def questionnaires_of(actor: Actor, rating_id: UUID) -> Sequence[Questionnaire]:
    """Those of one draft, the newest first."""
    query = visible_questionnaires(actor).where(Questionnaire.assessment_id == rating_id)
    return session.scalars(query.options(selectinload(Questionnaire.answers)).order_by(Questionnaire.id.desc())).all()


def get_questionnaire(actor: Actor, questionnaire_id: UUID, *, lock: bool = False) -> Questionnaire:
    """One of ours, or NotFound."""
    return _one(visible_questionnaires(actor).where(Questionnaire.id == questionnaire_id), lock)


def for_guest(guest: Actor) -> Select[Questionnaire]:
    """What the authority that let the guest in asks of its company, and has not closed."""
    assert guest.guest is not None
    return select(Questionnaire).where(
        Questionnaire.owner_id == guest.authority_id,
        Questionnaire.supplier_id == guest.guest.supplier_id,
        Questionnaire.state != AskState.CLOSED,
    )


def get_for_guest(guest: Actor, questionnaire_id: UUID, *, lock: bool = False) -> Questionnaire:
    """One that the guest may answer or has answered, or NotFound."""
    return _one(for_guest(guest).where(Questionnaire.id == questionnaire_id), lock)


def waiting_for(guest: Actor) -> list[TodoItem]:
    """What a guest has to answer, for its first page."""
    query = for_guest(guest).where(Questionnaire.state == AskState.OPEN).order_by(Questionnaire.id)
    return [
        TodoItem(
            due_on=one.due_on,
            title=_("Questions from %(authority)s", authority=guest.authority_name),
            detail=ngettext("%(num)d question", "%(num)d questions", len(one.codes)),
            endpoint="rating_asking.answer",
            args={"questionnaire_id": one.id},
        )
        for one in session.scalars(query)
    ]


def _one(query: Select[Questionnaire], lock: bool) -> Questionnaire:
    query = query.options(selectinload(Questionnaire.answers))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found
