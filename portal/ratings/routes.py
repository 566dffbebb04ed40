"""Pages of assessments by a rubric: the list, what one speaks of, its answers step by step, and its way."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, get_locale
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.assessments.labels import GRADES, STEPS
from portal.assessments.rules import Step
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import transaction
from portal.errors import BadInput, NotFound
from portal.ratings import labels, queries, services, wording
from portal.ratings.beside import pairs
from portal.ratings.forms import NoteForm, ScopeForm, StartForm, answers_form, field_of
from portal.ratings.models import RatedAssessment
from portal.ratings.rules import RatedState
from portal.registry import queries as registry
from portal.registry.labels import PRODUCT_GROUPS
from portal.registry.models import Supplier
from portal.rubrics import queries as rubrics
from portal.rubrics.models import Question
from portal.rubrics.rules import in_language
from portal.rubrics.services import OECD, standard_rubric
from portal.web.forms import AudienceForm, add_error
from portal.web.guard import actor, requires

bp = Blueprint("ratings", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """What every page of these assessments shows."""
    language = str(get_locale())

    def answer_text(question: Question, value: Any) -> str:
        return wording.answer_text(question, value, language)

    return {
        "answer_text": answer_text,
        "columns": lambda question: "; ".join(in_language(one.texts, language) for one in question.choices),
        "points": format_decimal,
        "labels": labels,
        "steps": STEPS,
        "grades": GRADES,
        "groups": PRODUCT_GROUPS,
        "said": lambda texts: in_language(texts, language),
    }


@bp.get("/ratings")
@requires(Permission.READ_ASSESSMENT)
def index() -> ResponseReturnValue:
    """Assessments by a rubric that we may see, drafts of our own among them, the newest first."""
    page = queries.list_ratings(actor(), request.args.get("after"))
    return render_template(
        "ratings/index.html",
        page=page,
        suppliers=registry.suppliers_by_id({row.supplier_id for row in page.rows}),
        authorities=authorities.authorities_by_id(),
    )


@bp.route("/suppliers/<uuid:supplier_id>/ratings/new", methods=["GET", "POST"])
@requires(Permission.ADD_ASSESSMENT)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Start an assessment by the OECD rubric, or by another that was published."""
    supplier = registry.get_supplier(supplier_id)
    form = StartForm(as_of=today())
    _offer_rubrics(form)
    _offer_sites(form, supplier)
    if form.validate_on_submit():
        try:
            with transaction():
                rating = services.start(actor(), supplier_id, form.scope(), form.rubric_version_id)
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("The draft is started. Answer step by step: what is saved stays."), "success")
            return redirect(url_for("ratings.show", rating_id=rating.id))
    return render_template("ratings/scope.html", form=form, supplier=supplier, rating=None)


@bp.route("/ratings/<uuid:rating_id>/scope", methods=["GET", "POST"])
@requires(Permission.EDIT_ASSESSMENT)
def scope(rating_id: UUID) -> ResponseReturnValue:
    """Change what a draft speaks of."""
    rating = _ours(rating_id)
    supplier = registry.get_supplier(rating.supplier_id)
    form = ScopeForm(obj=rating)
    _offer_sites(form, supplier)
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_scope(actor(), rating, form.scope())
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(rating_id)
    return render_template("ratings/scope.html", form=form, supplier=supplier, rating=rating)


@bp.get("/ratings/<uuid:rating_id>")
@requires(Permission.READ_ASSESSMENT)
def show(rating_id: UUID) -> ResponseReturnValue:
    """The five steps with their scores, and every question with its answer."""
    return _page(queries.get_rating(actor(), rating_id))


@bp.route("/ratings/<uuid:rating_id>/answers", methods=["GET", "POST"])
@requires(Permission.EDIT_ASSESSMENT)
def answer(rating_id: UUID) -> ResponseReturnValue:
    """Answer the questions of one step (`?step=2`)."""
    rating = _ours(rating_id)
    step = _step()
    definition = rubrics.definition(rating.rubric_version)
    form = answers_form((one for one in definition.questions if one.step == step), str(get_locale()))
    if not form.is_submitted():
        form.fill(rating.answers)
    elif form.validate():
        try:
            with transaction():
                services.save_answers(actor(), rating, form.answers())
                for question, field in form.files():
                    content, filename = field.data.read(), field.data.filename
                    services.attach(actor(), rating, question.id, content=content, filename=filename, field=field.name)
        except BadInput as error:
            if error.place:
                error.field = field_of(error.place)
            add_error(form, error)
        else:
            flash(_("Saved."), "success")
            following = Step(step + 1) if step < max(Step) and request.form.get("next") else None
            if following:
                return redirect(url_for("ratings.answer", rating_id=rating_id, step=int(following)))
            return redirect(url_for("ratings.show", rating_id=rating_id))
    return render_template(
        "ratings/answers.html",
        rating=rating,
        form=form,
        step=step,
        proposed={row.code: row.proposed_from for row in rating.answers if row.proposed_from},
        files=queries.evidence_of(actor(), rating),
        supplier=registry.get_supplier(rating.supplier_id),
    )


@bp.get("/ratings/<uuid:rating_id>/beside")
@requires(Permission.READ_ASSESSMENT)
def beside(rating_id: UUID) -> ResponseReturnValue:
    """This assessment and another one of the supplier (`?other=`), question by question; without it, a choice."""
    rating = queries.get_rating(actor(), rating_id)
    supplier = registry.get_supplier(rating.supplier_id)
    shown = {"rating": rating, "supplier": supplier, "authorities": authorities.authorities_by_id()}
    others = queries.others_of(actor(), rating) if rating.published_at else []
    if "other" not in request.args:
        return render_template("ratings/beside_which.html", others=others, **shown)
    chosen = request.args["other"]
    if chosen not in {str(one.id) for one in others}:
        raise NotFound
    other = queries.get_rating(actor(), UUID(chosen))
    return render_template("ratings/beside.html", other=other, **_compared(rating, other), **shown)


def _compared(rating: RatedAssessment, other: RatedAssessment) -> dict[str, Any]:
    """Both sides as the page shows them; no pairs where the two are by different rubrics."""
    asked = [{one.code: one for one in side.rubric_version.questions} for side in (rating, other)]
    answers = [{row.code: row for row in side.answers} for side in (rating, other)]
    same_rubric = rating.rubric_version.rubric_id == other.rubric_version.rubric_id
    found = pairs(asked[0], asked[1], answers[0], answers[1]) if same_rubric else []
    differing = [pair for pair in found if pair.differences]
    only = request.args.get("show") == "differences"
    return {
        "pairs": differing if only else found,
        "asked": len(found),
        "differing": len(differing),
        "only": only,
        "questions": asked[1] | asked[0],
        "same_rubric": same_rubric,
        "score_rows": list(zip(queries.scores_of(rating).steps, queries.scores_of(other).steps, strict=True)),
    }


@bp.post("/ratings/<uuid:rating_id>/submit")
@requires(Permission.EDIT_ASSESSMENT)
def submit(rating_id: UUID) -> ResponseReturnValue:
    """Send a draft to a second reader."""
    rating, form = _ours(rating_id), FlaskForm()
    return _take(rating, "submit_form", form, lambda: services.submit(actor(), rating))


@bp.post("/ratings/<uuid:rating_id>/send-back")
@requires(Permission.EDIT_ASSESSMENT)
def send_back(rating_id: UUID) -> ResponseReturnValue:
    """The second reader wants something changed."""
    rating, form = _ours(rating_id), NoteForm(prefix="back-")
    return _take(rating, "back_form", form, lambda: services.send_back(actor(), rating, form.note.data))


@bp.post("/ratings/<uuid:rating_id>/publish")
@requires(Permission.EDIT_ASSESSMENT)
def publish(rating_id: UUID) -> ResponseReturnValue:
    """The second reader agrees and says who sees it."""
    rating, form = _ours(rating_id), AudienceForm(prefix="publish-")
    form.offer_members(actor(), authorities.all_authorities())

    def work() -> None:
        services.publish(actor(), rating, form.chosen_audience, form.named_ids.data or [])

    return _take(rating, "publish_form", form, work)


@bp.post("/ratings/<uuid:rating_id>/revise")
@requires(Permission.EDIT_ASSESSMENT)
def revise(rating_id: UUID) -> ResponseReturnValue:
    """Start a revision of a published assessment."""
    rating = _ours(rating_id)
    with transaction():
        draft = services.revise(actor(), rating)
    return redirect(url_for("ratings.show", rating_id=draft.id))


@bp.post("/ratings/<uuid:rating_id>/withdraw")
@requires(Permission.EDIT_ASSESSMENT)
def withdraw(rating_id: UUID) -> ResponseReturnValue:
    """Say that a published assessment no longer counts."""
    rating, form = _ours(rating_id), NoteForm(prefix="withdraw-")
    return _take(rating, "withdraw_form", form, lambda: services.withdraw(actor(), rating, form.note.data))


def _page(rating: RatedAssessment, **forms: FlaskForm) -> ResponseReturnValue:
    publish_form = forms.get("publish_form") or AudienceForm(formdata=None, prefix="publish-")
    if "publish_form" not in forms:
        publish_form.offer_members(actor(), authorities.all_authorities())
    supplier = registry.get_supplier(rating.supplier_id)
    shown = {
        "submit_form": FlaskForm(formdata=None),
        "back_form": NoteForm(formdata=None, prefix="back-"),
        "withdraw_form": NoteForm(formdata=None, prefix="withdraw-"),
        **forms,
        "publish_form": publish_form,
    }
    return render_template(
        "ratings/show.html",
        rating=rating,
        answers={row.code: row for row in rating.answers},
        scores=queries.scores_of(rating),
        files=queries.evidence_of(actor(), rating),
        predecessor=queries.predecessor_of(actor(), rating),
        successor=queries.successor_of(actor(), rating) if rating.state != RatedState.DRAFT else None,
        supplier=supplier,
        sites=[site.name or site.address for site in supplier.sites if site.id in rating.site_ids],
        authorities=authorities.authorities_by_id(),
        reads=actor().user_id not in {rating.author_id, rating.submitted_by_id},
        **shown,
    )


def _take(rating: RatedAssessment, name: str, form: FlaskForm, work: Callable[[], object]) -> ResponseReturnValue:
    """Do it when the form is right, or show the page again with what is wrong beside the form."""
    if form.validate_on_submit():
        try:
            with transaction():
                work()
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(rating.id)
    return _page(queries.get_rating(actor(), rating.id), **{name: form})


def _done(rating_id: UUID) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for("ratings.show", rating_id=rating_id))


def _ours(rating_id: UUID) -> RatedAssessment:
    rating = queries.get_rating(actor(), rating_id)
    require(actor(), Permission.EDIT_ASSESSMENT, rating)
    return rating


def _step() -> Step:
    """The step in the address, the first when none is said."""
    try:
        return Step(request.args.get("step", default=1, type=int))
    except ValueError:
        raise NotFound from None


def _offer_sites(form: ScopeForm, supplier: Supplier) -> None:
    form.site_ids.choices = [(site.id, site.name or site.address) for site in supplier.sites]


def _offer_rubrics(form: StartForm) -> None:
    language = str(get_locale())
    others = [one for one in rubrics.newest_versions() if one.rubric.code != OECD]
    form.offer(
        ("", in_language(standard_rubric().titles, language)),
        [(str(one.id), f"{in_language(one.titles, language)} ({one.name})") for one in others],
    )
