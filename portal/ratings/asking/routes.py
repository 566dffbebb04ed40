"""Pages of questions to a supplier: asking them, its own page for answering, and taking its answers as proposals."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import transaction
from portal.errors import BadInput
from portal.ratings import queries as ratings
from portal.ratings import wording
from portal.ratings.asking import labels, queries, services
from portal.ratings.asking.forms import AskForm, TakeForm
from portal.ratings.asking.models import Questionnaire
from portal.ratings.asking.rules import AskState
from portal.ratings.forms import field_of, said_form
from portal.ratings.models import RatedAssessment
from portal.ratings.rules import RatedState
from portal.registry import queries as registry
from portal.rubrics import queries as rubrics
from portal.rubrics.models import Question
from portal.rubrics.rules import in_language
from portal.web.forms import add_error
from portal.web.guard import actor, guest, requires

bp = Blueprint("rating_asking", __name__)

DAYS = 21  # proposed for answering


@bp.context_processor
def words() -> dict[str, Any]:
    """What these pages show."""
    language = str(get_locale())

    def answer_text(question: Question, value: Any) -> str:
        return wording.answer_text(question, value, language)

    return {
        "labels": labels,
        "said": lambda texts: in_language(texts, language),
        "answer_text": answer_text,
        "columns": lambda question: "; ".join(in_language(one.texts, language) for one in question.choices),
    }


@bp.route("/ratings/<uuid:rating_id>/ask", methods=["GET", "POST"])
@requires(Permission.EDIT_ASSESSMENT)
def ask(rating_id: UUID) -> ResponseReturnValue:
    """Choose questions of a draft for its supplier; those without an answer are proposed."""
    rating = _ours(rating_id)
    language = str(get_locale())
    answered = {one.code for one in rating.answers if one.score is not None or one.not_applicable}
    questions = services.askable(rating)
    form = AskForm(due_on=today() + timedelta(days=DAYS), codes=[one.id for one in questions if one.id not in answered])
    form.codes.choices = [(one.id, f"{one.id} {in_language(one.texts, language)}") for one in questions]
    if form.validate_on_submit():
        assert form.due_on.data
        try:
            with transaction():
                message = (form.message.data or "").strip() or None
                asked = services.ask(actor(), rating, form.codes.data or [], due_on=form.due_on.data, message=message)
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("The questions wait for the supplier when it opens its access."), "success")
            return redirect(url_for("rating_asking.show", questionnaire_id=asked.id))
    return render_template(
        "ratings/asking/ask.html",
        form=form,
        rating=rating,
        asked=queries.questionnaires_of(actor(), rating_id),
        supplier=registry.get_supplier(rating.supplier_id),
    )


@bp.get("/questionnaires/<uuid:questionnaire_id>")
@requires(Permission.EDIT_ASSESSMENT)
def show(questionnaire_id: UUID) -> ResponseReturnValue:
    """What a supplier was asked and what it says; answers that were sent can be taken as proposals."""
    asked = queries.get_questionnaire(actor(), questionnaire_id)
    rating = _ours(asked.assessment_id)
    return render_template(
        "ratings/asking/show.html",
        asked=asked,
        rating=rating,
        questions=[one for one in rating.rubric_version.questions if one.code in set(asked.codes)],
        # What is not sent yet is the supplier's own draft.
        answers={one.code: one for one in asked.answers} if asked.sent_at else {},
        judged={one.code for one in rating.answers if one.score is not None or one.not_applicable},
        takes=asked.sent_at is not None and rating.state == RatedState.DRAFT,
        form=TakeForm(formdata=None),
        supplier=registry.get_supplier(rating.supplier_id),
    )


@bp.post("/questionnaires/<uuid:questionnaire_id>/take")
@requires(Permission.EDIT_ASSESSMENT)
def take(questionnaire_id: UUID) -> ResponseReturnValue:
    """Take the chosen answers as proposals."""
    asked = queries.get_questionnaire(actor(), questionnaire_id)
    rating = _ours(asked.assessment_id)
    with transaction():
        number = services.take(actor(), rating, asked, request.form.getlist("codes"))
    flash(ngettext("%(num)d answer is a proposal now.", "%(num)d answers are proposals now.", number), "success")
    return redirect(url_for("ratings.show", rating_id=rating.id))


@bp.post("/questionnaires/<uuid:questionnaire_id>/close")
@requires(Permission.EDIT_ASSESSMENT)
def close(questionnaire_id: UUID) -> ResponseReturnValue:
    """Take nothing more from the supplier."""
    asked = queries.get_questionnaire(actor(), questionnaire_id)
    with transaction():
        services.close(actor(), asked)
    flash(_("The questions are closed."), "success")
    return redirect(url_for("rating_asking.show", questionnaire_id=questionnaire_id))


@bp.route("/guest/questionnaires/<uuid:questionnaire_id>", methods=["GET", "POST"])
@requires(Permission.BE_GUEST)
def answer(questionnaire_id: UUID) -> ResponseReturnValue:
    """The supplier's own page: save as often as it likes, then send."""
    asked = queries.get_for_guest(guest(), questionnaire_id)
    form = said_form(services.questions_of(asked), str(get_locale()))
    if not form.is_submitted():
        form.fill(asked.answers)
    elif form.validate():
        send = bool(request.form.get("send"))
        try:
            with transaction():
                services.save(guest(), questionnaire_id, form.said(), send=send)
        except BadInput as error:
            if error.place:
                error.field = field_of(error.place, "value")
            add_error(form, error)
        else:
            flash(_("Thank you. Your answers are sent.") if send else _("Saved."), "success")
            return redirect(url_for("rating_asking.answer", questionnaire_id=questionnaire_id))
    return _guest_page(queries.get_for_guest(guest(), questionnaire_id), form)


def _guest_page(asked: Questionnaire, form: Any) -> str:
    version = rubrics.get_version(asked.rubric_version_id)
    return render_template(
        "ratings/asking/answer.html",
        guest=guest(),
        back=url_for("rating_asking.answer", questionnaire_id=asked.id),
        asked=asked,
        form=form,
        opened=asked.state == AskState.OPEN,
        questions=[one for one in version.questions if one.code in set(asked.codes)],
        answers={one.code: one for one in asked.answers},
    )


def _ours(rating_id: UUID) -> RatedAssessment:
    rating = ratings.get_rating(actor(), rating_id)
    require(actor(), Permission.EDIT_ASSESSMENT, rating)
    return rating
