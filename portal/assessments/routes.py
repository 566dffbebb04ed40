"""Pages of assessments: the list, one assessment, add and change."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.assessments import queries, services
from portal.assessments.export import export_rows
from portal.assessments.forms import AssessmentForm
from portal.assessments.labels import COVERS, GRADE_MEANINGS, GRADES, REUSE_REASONS, STEPS
from portal.assessments.models import SupplierAssessment
from portal.assessments.queries import AssessmentFilter
from portal.assessments.rules import confidence, reuse_hint
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import transaction
from portal.errors import BadInput
from portal.registry import queries as registry
from portal.registry.labels import PRODUCT_GROUPS
from portal.web.csvfile import csv_response
from portal.web.forms import add_error
from portal.web.guard import actor, requires
from portal.web.sharing import who_sees

bp = Blueprint("assessments", __name__)

FILTERS = ("supplier_id", "supplier", "authority", "product_group")


@bp.context_processor
def words() -> dict[str, Any]:
    """What every page of assessments shows."""
    return {
        "steps": STEPS,
        "covers": COVERS,
        "grades": GRADES,
        "grade_meanings": GRADE_MEANINGS,
        "groups": PRODUCT_GROUPS,
    }


@bp.get("/assessments")
@requires(Permission.READ_ASSESSMENT)
def index() -> ResponseReturnValue:
    """Assessments that we may see, the newest first."""
    page = queries.list_assessments(actor(), _chosen(), request.args.get("after"))
    supplier_id = request.args.get("supplier_id", type=UUID)
    return render_template(
        "assessments/index.html",
        page=page,
        supplier=registry.suppliers_by_id({supplier_id}).get(supplier_id) if supplier_id else None,
        suppliers=registry.suppliers_by_id({row.supplier_id for row in page.rows}),
        authorities=authorities.authorities_by_id(),
        same_filters={name: value for name, value in request.args.items() if name in FILTERS},
    )


@bp.get("/assessments.csv")
@requires(Permission.READ_ASSESSMENT)
def export() -> ResponseReturnValue:
    """The same list as a file, a row for each step."""
    return csv_response(list(export_rows(queries.all_assessments(actor(), _chosen()))), f"assessments-{today()}.csv")


@bp.get("/assessments/<uuid:assessment_id>")
@requires(Permission.READ_ASSESSMENT)
def show(assessment_id: UUID) -> ResponseReturnValue:
    """One assessment, and whether it may be relied on."""
    assessment = queries.get_assessment(actor(), assessment_id)
    return render_template(
        "assessments/show.html",
        assessment=assessment,
        supplier=registry.get_supplier(assessment.supplier_id),
        authorities=authorities.authorities_by_id(),
        confidence=confidence((row.answer, row.grade) for row in assessment.steps),
        hint=reuse_hint(assessment.as_of, today(), [row.answer for row in assessment.steps]),
        reasons=REUSE_REASONS,
    )


@bp.route("/suppliers/<uuid:supplier_id>/assessments/new", methods=["GET", "POST"])
@requires(Permission.ADD_ASSESSMENT)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Assess a supplier."""
    supplier = registry.get_supplier(supplier_id)
    form = AssessmentForm(as_of=today())
    form.offer_members(actor(), authorities.all_authorities())
    if form.validate_on_submit():
        try:
            with transaction():
                assessment = services.add_assessment(actor(), supplier_id, form.assessment_data())
        except BadInput as error:
            add_error(form, error)
        else:
            return _saved(assessment)
    return render_template(
        "assessments/edit.html", form=form, errors=form.error_lines(), supplier=supplier, assessment=None
    )


@bp.route("/assessments/<uuid:assessment_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_ASSESSMENT)
def edit(assessment_id: UUID) -> ResponseReturnValue:
    """Change an assessment; the second of two editors sees what the first saved, and nothing is lost."""
    assessment = queries.get_assessment(actor(), assessment_id)
    require(actor(), Permission.EDIT_ASSESSMENT, assessment)
    if assessment.is_summary:  # it changes with what it sums up
        return redirect(url_for("ratings.show", rating_id=assessment_id))
    form = AssessmentForm(obj=assessment)
    form.offer_members(actor(), authorities.all_authorities())
    if not form.is_submitted():
        form.fill(assessment)
    elif form.validate():
        try:
            with transaction():
                services.change_assessment(actor(), assessment, form.assessment_data(), version=form.seen_version)
        except services.SavedMeanwhile:
            return _conflict(form, assessment_id)
        except BadInput as error:
            add_error(form, error)
        else:
            return _saved(assessment)
    supplier = registry.get_supplier(assessment.supplier_id)
    return render_template(
        "assessments/edit.html", form=form, errors=form.error_lines(), supplier=supplier, assessment=assessment
    )


def _conflict(form: AssessmentForm, assessment_id: UUID) -> ResponseReturnValue:
    """What the first editor saved beside the form of the second."""
    assessment = queries.get_assessment(actor(), assessment_id)
    saved = AssessmentForm(formdata=None, obj=assessment)
    saved.offer_members(actor(), authorities.all_authorities())
    saved.fill(assessment)
    form.version.process_data(assessment.version)
    page = render_template(
        "assessments/conflict.html",
        form=form,
        differences=form.differences(saved),
        assessment=assessment,
        supplier=registry.get_supplier(assessment.supplier_id),
    )
    return page, 409


def _saved(assessment: SupplierAssessment) -> ResponseReturnValue:
    """Say that it is saved, and who sees it now."""
    names = authorities.authorities_by_id()
    named = [names[one].name for one in assessment.named_ids]
    sentence = who_sees(assessment.audience, names[assessment.owner_id].name, named)
    flash(f"{_('The assessment is saved.')} {sentence}", "success")
    return redirect(url_for("assessments.show", assessment_id=assessment.id))


def _chosen() -> AssessmentFilter:
    """The filters in the address."""
    supplier_id = request.args.get("supplier_id", type=UUID)
    words = request.args.get("supplier", "").strip()
    found = [supplier.id for supplier in registry.find_by_name(words, limit=100)] if words else None
    return AssessmentFilter(
        supplier_ids=[supplier_id] if supplier_id else found,
        owner_id=request.args.get("authority", type=UUID),
        product_group=request.args.get("product_group") or None,
    )
