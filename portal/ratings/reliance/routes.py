"""Pages of relying on assessments: the gate with the decision, what we rely on, and one decision with what was seen."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, get_locale
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.assessments.labels import GRADES, STEPS
from portal.authorities import queries as authorities
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.ratings import labels
from portal.ratings import queries as ratings
from portal.ratings.models import RatedAssessment
from portal.ratings.reliance import queries, services, snapshot, wording
from portal.ratings.reliance.forms import DecideForm, EndForm, NeededForm
from portal.ratings.reliance.models import RatingReliance
from portal.ratings.reliance.rules import Decision
from portal.ratings.wording import answer_text
from portal.registry import queries as registry
from portal.registry.labels import PRODUCT_GROUPS
from portal.rubrics import queries as rubrics
from portal.rubrics.models import Question
from portal.rubrics.rules import in_language
from portal.web.download import download as saved_file
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("reliance", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """What every page of these decisions shows."""
    language = str(get_locale())

    def answered(question: Question, value: Any) -> str:
        return answer_text(question, value, language)

    return {
        "w": wording,
        "labels": labels,
        "steps": STEPS,
        "grades": GRADES,
        "groups": PRODUCT_GROUPS,
        "points": format_decimal,
        "answer_text": answered,
        "said": lambda texts: in_language(texts, language),
    }


@bp.get("/ratings/reliances")
@requires(Permission.READ_ASSESSMENT)
def index() -> ResponseReturnValue:
    """What our authority decided about assessments of others; `?show=ended` for decisions that ended."""
    ended = request.args.get("show") == "ended"
    return render_template(
        "ratings/reliances.html",
        page=queries.our_decisions(actor(), request.args.get("after"), ended=ended),
        ended=ended,
        authorities=authorities.authorities_by_id(),
    )


@bp.get("/ratings/<uuid:rating_id>/rely")
@requires(Permission.READ_ASSESSMENT)
def gate(rating_id: UUID) -> ResponseReturnValue:
    """“Can I rely on this assessment?”, for what the address says that it is needed for."""
    return _gate_page(ratings.get_rating(actor(), rating_id), DecideForm(formdata=None))


@bp.post("/ratings/<uuid:rating_id>/rely")
@requires(Permission.RELY_ON_ASSESSMENT)
def decide(rating_id: UUID) -> ResponseReturnValue:
    """Rely on it or not, for what the address says that it is needed for."""
    rating = ratings.get_rating(actor(), rating_id)
    require(actor(), Permission.RELY_ON_ASSESSMENT, rating)
    form = DecideForm()
    if form.validate_on_submit():
        try:
            with transaction():
                reliance = services.decide(
                    actor(),
                    rating.id,
                    Decision(form.decision.data),
                    form.reason.data or "",
                    _needed_form(rating).needed,
                )
        except Conflict as error:
            add_error(form, BadInput(str(error)))
        else:
            if reliance.decision == Decision.RELY:
                flash(_("It is recorded that we rely on this assessment. You are told when it changes."), "success")
            else:
                flash(_("It is recorded that we do not rely on this assessment."), "success")
            return redirect(url_for("reliance.show", rating_reliance_id=reliance.id))
    return _gate_page(ratings.get_rating(actor(), rating_id), form)


@bp.get("/ratings/reliances/<uuid:rating_reliance_id>")
@requires(Permission.READ_ASSESSMENT)
def show(rating_reliance_id: UUID) -> ResponseReturnValue:
    """A decision, the assessment as it stood then, and what has become of it."""
    return _page(queries.get_reliance(actor(), rating_reliance_id), EndForm(formdata=None))


@bp.get("/ratings/reliances/<uuid:rating_reliance_id>.json")
@requires(Permission.READ_ASSESSMENT)
def download(rating_reliance_id: UUID) -> ResponseReturnValue:
    """What was seen, whole, as the file whose SHA-256 the decision keeps."""
    reliance = queries.get_reliance(actor(), rating_reliance_id)
    filename = f"assessment-{reliance.decided_on}.json"
    return saved_file(snapshot.content(reliance.snapshot), "application/json", filename)


@bp.post("/ratings/reliances/<uuid:rating_reliance_id>/end")
@requires(Permission.STOP_RELYING)
def end(rating_reliance_id: UUID) -> ResponseReturnValue:
    """End a decision of ours."""
    reliance = queries.get_reliance(actor(), rating_reliance_id)
    require(actor(), Permission.STOP_RELYING, reliance)
    form = EndForm()
    if not form.validate_on_submit():
        return _page(reliance, form)
    with transaction():
        services.end(actor(), reliance, form.reason.data or "")
    flash(_("The decision has ended. What was decided and seen stays."), "success")
    return redirect(url_for("reliance.show", rating_reliance_id=rating_reliance_id))


def _needed_form(rating: RatedAssessment) -> NeededForm:
    sites = registry.get_supplier(rating.supplier_id).sites
    return NeededForm.of_request(sites, queries.needed_for(actor(), rating))


def _gate_page(rating: RatedAssessment, form: DecideForm) -> ResponseReturnValue:
    needed = _needed_form(rating)
    supplier = registry.get_supplier(rating.supplier_id)
    return render_template(
        "ratings/rely.html",
        rating=rating,
        supplier=supplier,
        form=form,
        needed=needed,
        gate=queries.gate_of(actor(), rating, needed.needed),
        ours=rating.owner_id == actor().authority_id,
        decided=queries.open_decision(actor(), rating.id),
        relying=queries.relying_on(actor(), rating.id),
        successor=ratings.successor_of(actor(), rating),
        authorities=authorities.authorities_by_id(),
    )


def _page(reliance: RatingReliance, form: EndForm) -> ResponseReturnValue:
    seen = reliance.snapshot
    (one,) = queries.with_what_became_of_it(actor(), [reliance])
    return render_template(
        "ratings/reliance.html",
        one=one,
        reliance=reliance,
        seen=seen,
        gate=wording.restored(seen["gate"]),
        answers={row["code"]: row for row in seen["answers"]},
        questions=rubrics.get_version(UUID(seen["rubric_version_id"])).questions,
        form=form,
        authorities=authorities.authorities_by_id(),
    )
