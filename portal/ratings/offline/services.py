"""Use cases of filling in elsewhere: give the workbook, take it back for a look, and apply what a person agreed to."""

import hashlib
from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from sqlalchemy import select

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import now, session
from portal.errors import Conflict, InvalidTransition
from portal.evidence.services import safe_filename
from portal.evidence.sheets import Sheet
from portal.journal.services import record
from portal.ratings import services as ratings
from portal.ratings.models import RatedAssessment
from portal.ratings.offline import queries
from portal.ratings.offline.changes import Kind, mark
from portal.ratings.offline.layout import About
from portal.ratings.offline.models import RatingUpload
from portal.ratings.offline.reading import read
from portal.ratings.offline.writing import written
from portal.ratings.rules import RatedState
from portal.rubrics import queries as rubrics
from portal.rubrics.rules import digest


def workbook_of(rating: RatedAssessment, *, supplier: str, language: str, editable: bool) -> bytes:
    """The questions with their answers as a file. `editable`: it is a draft that can be filled in elsewhere."""
    rubric = rubrics.definition(rating.rubric_version)
    about = About(str(rating.id), digest(rubric), language, supplier, now().isoformat(timespec="minutes"))
    return written(rubric, queries.answers_of(rating), about, editable=editable)


def take_back(
    actor: Actor, rating: RatedAssessment, sheets: Mapping[str, Sheet], content: bytes, filename: str | None
) -> RatingUpload:
    """Keep what a filled-in workbook says, for a person to look at; nothing of the assessment changes.

    Raises Refused with every cell that cannot be taken, and InvalidTransition where it is no draft any more.
    """
    require(actor, Permission.EDIT_ASSESSMENT, rating)
    _check_draft(rating)
    found = read(sheets, rubrics.definition(rating.rubric_version), str(rating.id))
    upload = RatingUpload(
        owner_id=rating.owner_id,
        assessment_id=rating.id,
        user_id=actor.user_id,
        filename=safe_filename(filename),
        sha256=hashlib.sha256(content).hexdigest(),
        answers=[one.to_wire() for one in found],
    )
    session.add(upload)
    session.flush()
    record(actor, "rating.workbook_read", rating, upload=upload.id, sha256=upload.sha256)
    return upload


def apply(actor: Actor, rating: RatedAssessment, upload: RatingUpload, *, seen: str, clashes: Collection[str]) -> int:
    """Save what the workbook changes; of the questions that both have changed, only `clashes`. Returns how many.

    `seen` is the mark of the changes that the person looked at. Raises Conflict when they are others by now.
    """
    require(actor, Permission.EDIT_ASSESSMENT, rating)
    # Nobody answers between the comparison and the saving.
    session.scalars(
        select(RatedAssessment)
        .where(RatedAssessment.id == rating.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    session.expire(rating, ["answers"])
    _check_draft(rating)
    upload = queries.get_upload(actor, upload.id, lock=True)
    if upload.applied_at is not None:
        raise InvalidTransition(_("This workbook has been taken over already."))
    changes = queries.changes_of(rating, upload)
    if mark(changes) != seen:
        raise Conflict(_("Answers have changed on the portal meanwhile. Look at the changes again."))
    taken = {
        one.code: one.file
        for one in changes
        if one.kind is Kind.CHANGED or (one.kind is Kind.CLASH and one.code in clashes)
    }
    ratings.save_answers(actor, rating, taken)
    upload.applied_at = now()
    session.flush()
    record(actor, "rating.workbook_applied", rating, upload=upload.id, questions=sorted(taken))
    return len(taken)


def _check_draft(rating: RatedAssessment) -> None:
    if rating.state != RatedState.DRAFT:
        raise InvalidTransition(_("Only a draft is changed. Revise a published assessment instead."))
