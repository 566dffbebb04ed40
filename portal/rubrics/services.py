"""Use cases of rubrics: publish a version, and load the OECD rubric that comes with the portal."""

import tomllib
from functools import cache
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import now, session
from portal.errors import BadInput
from portal.journal.services import record
from portal.rubrics import queries
from portal.rubrics.labels import FLAWS
from portal.rubrics.models import Question, Rubric, RubricVersion
from portal.rubrics.rules import RubricDefinition, digest, flaws, from_toml, question_content

OECD = "oecd"


@cache
def standard_rubric() -> RubricDefinition:
    """The OECD rubric as oecd.toml says it."""
    return from_toml(tomllib.loads(Path(__file__).with_name("oecd.toml").read_text(encoding="utf-8")))


def load_standard(actor: Actor) -> RubricVersion:
    """The OECD rubric's newest version, published first where the file says something new. Loading twice adds nothing.

    For whoever starts an assessment: the file comes with the portal, so no permission of its own is asked.
    """
    return _publish(actor, standard_rubric())


def publish_rubric(actor: Actor, rubric: RubricDefinition) -> RubricVersion:
    """Publish a rubric that a person brings. The same content again is the same version.

    Raises BadInput that names the question, and for the code of the rubric that comes with the portal.
    """
    require(actor, Permission.PUBLISH_RUBRIC)
    wrong = flaws(rubric)
    if wrong:
        question, flaw = wrong[0]
        raise BadInput(str(FLAWS[flaw]), place=question)
    if rubric.code == OECD:
        raise BadInput(
            _("The rubric with the code “%(code)s” comes with the portal.", code=OECD), remedy=_("Choose another code.")
        )
    return _publish(actor, rubric)


def _publish(actor: Actor, rubric: RubricDefinition) -> RubricVersion:
    newest = queries.newest_version(rubric.code)
    if newest is not None and newest.digest == digest(rubric):
        return newest
    session.execute(insert(Rubric).values(code=rubric.code).on_conflict_do_nothing())
    # Of two people who publish at once the second waits here, and then sees what the first has published.
    owner = session.scalars(select(Rubric).where(Rubric.code == rubric.code).with_for_update()).one()
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
