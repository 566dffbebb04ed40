"""Pages of filling in elsewhere: the workbook, taking it back, what it would change, and applying that."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext

from portal.access.permissions import Permission
from portal.access.policy import can, require
from portal.assessments.labels import GRADES
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.evidence.sheets import Problem, Refused, read_sheets
from portal.ratings import queries as ratings
from portal.ratings import wording
from portal.ratings.models import RatedAssessment
from portal.ratings.offline import changes, queries, services
from portal.ratings.offline.forms import AnswersFileForm, ApplyForm
from portal.ratings.offline.labels import KINDS, PARTS
from portal.ratings.offline.models import RatingUpload
from portal.ratings.rules import AnswerData, RatedState
from portal.registry import queries as registry
from portal.rubrics.rules import in_language
from portal.web.forms import add_error
from portal.web.guard import actor, requires
from portal.web.xlsxfile import XLSX

bp = Blueprint("ratings_offline", __name__)


@bp.get("/ratings/<uuid:rating_id>.xlsx")
@requires(Permission.READ_ASSESSMENT)
def xlsx(rating_id: UUID) -> ResponseReturnValue:
    """The questions with their answers as a workbook; a draft of ours can be filled in with it."""
    rating = ratings.get_rating(actor(), rating_id)
    supplier = registry.get_supplier(rating.supplier_id)
    editable = can(actor(), Permission.EDIT_ASSESSMENT, rating) and rating.state == RatedState.DRAFT
    content = services.workbook_of(rating, supplier=supplier.legal_name, language=str(get_locale()), editable=editable)
    response = Response(content, mimetype=XLSX)
    response.headers.set("Content-Disposition", "attachment", filename=f"assessment-{rating.as_of}.xlsx")
    return response


@bp.route("/ratings/<uuid:rating_id>/workbook", methods=["GET", "POST"])
@requires(Permission.EDIT_ASSESSMENT)
def take_back(rating_id: UUID) -> ResponseReturnValue:
    """Take a filled-in workbook back. What cannot be taken is told with its cells, and nothing of it is kept."""
    rating = _ours(rating_id)
    form = AnswersFileForm()
    problems: list[Problem] = []
    if form.validate_on_submit():
        content, filename = form.file.data.read(), form.file.data.filename
        try:
            sheets = read_sheets(content)
            with transaction():
                upload = services.take_back(actor(), rating, sheets, content, filename)
        except Refused as refused:
            problems = list(refused.problems)
        except BadInput as error:
            add_error(form, error)
        else:
            return redirect(url_for("ratings_offline.show", rating_upload_id=upload.id))
    rating = _ours(rating_id)
    return render_template(
        "ratings/offline/take_back.html",
        form=form,
        problems=problems,
        rating=rating,
        supplier=registry.get_supplier(rating.supplier_id),
    )


@bp.get("/rating-uploads/<uuid:rating_upload_id>")
@requires(Permission.EDIT_ASSESSMENT)
def show(rating_upload_id: UUID) -> ResponseReturnValue:
    """What a workbook would change."""
    return _page(queries.get_upload(actor(), rating_upload_id), ApplyForm(formdata=None))


@bp.post("/rating-uploads/<uuid:rating_upload_id>/apply")
@requires(Permission.EDIT_ASSESSMENT)
def apply(rating_upload_id: UUID) -> ResponseReturnValue:
    """Save what was looked at; when it is something else by now, show it again."""
    upload = queries.get_upload(actor(), rating_upload_id)
    rating = _ours(upload.assessment_id)
    form = ApplyForm()
    form.clashes.choices = [(one.code, one.code) for one in queries.changes_of(rating, upload)]
    try:
        with transaction():
            number = services.apply(
                actor(), rating, upload, seen=form.seen.data or "", clashes=set(form.clashes.data or [])
            )
    except Conflict as error:
        form.form_errors.append(error.message)
        return _page(queries.get_upload(actor(), rating_upload_id), form), 409
    flash(ngettext("%(num)d answer was saved.", "%(num)d answers were saved.", number), "success")
    return redirect(url_for("ratings.show", rating_id=upload.assessment_id))


def _page(upload: RatingUpload, form: ApplyForm) -> str:
    rating = _ours(upload.assessment_id)
    found = queries.changes_of(rating, upload) if upload.applied_at is None else []
    form.seen.process_data(changes.mark(found))
    language = str(get_locale())
    questions = {question.code: question for question in rating.rubric_version.questions}

    def shown(code: str, answer: AnswerData, part: str) -> Any:
        """A part of an answer as people read it; blank where it is not given."""
        value = getattr(answer, part)
        if part == "value":
            return wording.answer_text(questions[code], value, language)
        if part == "grade":
            return f"{value}: {GRADES[value]}"
        return value

    return render_template(
        "ratings/offline/show.html",
        upload=upload,
        rating=rating,
        form=form,
        changes=found,
        kinds=KINDS,
        parts=PARTS,
        shown=shown,
        editable=rating.state == RatedState.DRAFT,
        texts={code: in_language(question.texts, language) for code, question in questions.items()},
        supplier=registry.get_supplier(rating.supplier_id),
    )


def _ours(rating_id: UUID) -> RatedAssessment:
    rating = ratings.get_rating(actor(), rating_id)
    require(actor(), Permission.EDIT_ASSESSMENT, rating)
    return rating
