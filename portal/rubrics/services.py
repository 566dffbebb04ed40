"""Use cases of rubrics: keep a draft, publish a version, and load the OECD rubric that comes with the portal."""

import tomllib
from functools import cache
from pathlib import Path
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import now, session
from portal.errors import BadInput
from portal.evidence.services import safe_filename
from portal.journal.services import record
from portal.rubrics import queries
from portal.rubrics.labels import FLAWS
from portal.rubrics.models import Question, Rubric, RubricDraft, RubricVersion
from portal.rubrics.rules import (
    RubricDefinition,
    content,
    digest,
    flaws,
    from_content,
    from_toml,
    question_content,
)

OECD = "oecd"


@cache
def standard_rubric() -> RubricDefinition:
    """The OECD rubric as oecd.toml says it."""
    return from_toml(tomllib.loads(Path(__file__).with_name("oecd.toml").read_text(encoding="utf-8")))


def load_standard(actor: Actor) -> RubricVersion:
    """The OECD rubric's newest version, published first where the file says something new. Loading twice adds nothing.

    For whoever starts an assessment: the file comes with the portal, so no permission of its own is asked.
    """
    return _publish(actor, standard_rubric(), keeper=None)


def publish_rubric(actor: Actor, rubric: RubricDefinition) -> RubricVersion:
    """Publish a rubric that a person brings. The same content again is the same version.

    Raises BadInput that names the question, and for the code of the rubric that comes with the portal.
    """
    require(actor, Permission.PUBLISH_RUBRIC)
    _check(rubric)
    return _publish(actor, rubric, keeper=actor.authority_id)


def keep_draft(actor: Actor, rubric: RubricDefinition, filename: str | None) -> RubricDraft:
    """Keep a rubric that was read from a file, for us alone, until somebody publishes it. Raises BadInput."""
    require(actor, Permission.PUBLISH_RUBRIC)
    assert actor.authority_id is not None
    _check(rubric)
    draft = RubricDraft(
        owner_id=actor.authority_id, code=rubric.code, content=content(rubric), filename=safe_filename(filename)
    )
    session.add(draft)
    session.flush()
    record(actor, "rubric.drafted", draft, digest=digest(rubric))
    return draft


def publish_draft(actor: Actor, draft_id: UUID) -> RubricVersion:
    """Publish a draft of ours, which is gone then. NotFound when a colleague has done so meanwhile."""
    draft = queries.get_draft(actor, draft_id, lock=True)
    version = publish_rubric(actor, from_content(draft.content))
    session.delete(draft)
    session.flush()
    return version


def discard_draft(actor: Actor, draft_id: UUID) -> None:
    """Throw a draft of ours away."""
    require(actor, Permission.PUBLISH_RUBRIC)
    draft = queries.get_draft(actor, draft_id, lock=True)
    record(actor, "rubric.discarded", draft)
    session.delete(draft)
    session.flush()


def _check(rubric: RubricDefinition) -> None:
    wrong = flaws(rubric)
    if wrong:
        question, flaw = wrong[0]
        raise BadInput(str(FLAWS[flaw]), place=question)
    if rubric.code == OECD:
        raise BadInput(
            _("The rubric with the code “%(code)s” comes with the portal.", code=OECD), remedy=_("Choose another code.")
        )


def _publish(actor: Actor, rubric: RubricDefinition, *, keeper: UUID | None) -> RubricVersion:
    newest = queries.newest_version(rubric.code)
    if newest is not None and newest.digest == digest(rubric):
        return newest
    session.execute(insert(Rubric).values(code=rubric.code, kept_by_id=keeper).on_conflict_do_nothing())
    # Of two people who publish at once the second waits here, and then sees what the first has published.
    owner = session.scalars(select(Rubric).where(Rubric.code == rubric.code).with_for_update()).one()
    if owner.kept_by_id != keeper:
        raise BadInput(
            _("Another authority has a rubric with the code “%(code)s”.", code=rubric.code),
            remedy=_("Choose another code."),
        )
    newest = queries.newest_version(rubric.code)
    if newest is not None and newest.digest == digest(rubric):
        return newest
    version = RubricVersion(
        rubric=owner,
        number=newest.number + 1 if newest else 1,
        titles=dict(rubric.titles),
        digest=digest(rubric),
    )
    for position, question in enumerate(rubric.questions, start=1):
        values = question_content(question)
        version.questions.append(Question(code=values.pop("id"), position=position, **values))
    session.add(version)
    session.flush()
    version.published_at = now()
    session.flush()
    record(actor, "rubric.published", version, number=version.number, digest=version.digest)
    return version
