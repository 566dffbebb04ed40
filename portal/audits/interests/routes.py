"""The page of what is declared before an audit, for those who take part."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import queries as audits
from portal.audits.interests import queries, services
from portal.audits.interests.forms import IndependenceForm, InterestForm
from portal.audits.models import JointAudit
from portal.audits.rules import OPEN, Answer
from portal.authorities import queries as authorities
from portal.db import transaction
from portal.web.guard import actor, requires

bp = Blueprint("audit_interests", __name__)


@bp.get("/audits/<uuid:audit_id>/interests")
@requires(Permission.READ_AUDIT_INSIDE)
def show(audit_id: UUID) -> ResponseReturnValue:
    """Who has declared what, and who has not."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.READ_AUDIT_INSIDE, audit)
    return _page(audit)


@bp.post("/audits/<uuid:audit_id>/interests")
@requires(Permission.TAKE_PART_IN_AUDIT)
def declare(audit_id: UUID) -> ResponseReturnValue:
    """Declare for our authority."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.TAKE_PART_IN_AUDIT, audit)
    form = InterestForm()
    if not form.validate_on_submit():
        return _page(audit, interest_form=form)
    with transaction():
        services.declare(actor(), audit, form.conflict.data if form.has_conflict.data == "yes" else None)
    return _done(audit, _("Your declaration is saved."))


@bp.post("/audits/<uuid:audit_id>/independence")
@requires(Permission.LEAD_AUDIT)
def record_independence(audit_id: UUID) -> ResponseReturnValue:
    """Record the auditing firm and its statement."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = IndependenceForm()
    if not form.validate_on_submit():
        return _page(audit, independence_form=form)
    with transaction():
        services.record_independence(actor(), audit, form.firm.data or "", form.statement.data or "")
    return _done(audit, _("The auditor’s independence is recorded."))


def _done(audit: JointAudit, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("audit_interests.show", audit_id=audit.id))


def _page(
    audit: JointAudit,
    *,
    interest_form: InterestForm | None = None,
    independence_form: IndependenceForm | None = None,
) -> str:
    found = queries.interests_of(audit)
    ours = audits.participant(audit, actor().authority_id)
    declared = found.declared.get(ours.authority_id) if ours else None
    if interest_form is None:
        chosen = None if declared is None else "yes" if declared.conflict else "no"
        interest_form = InterestForm(
            formdata=None, has_conflict=chosen, conflict=declared.conflict if declared else None
        )
    return render_template(
        "audits/interests.html",
        audit=audit,
        interests=found,
        joined=[row.authority_id for row in audit.participants if row.answer == Answer.JOINED],
        may_declare=ours is not None and ours.answer == Answer.JOINED and audit.state in OPEN,
        may_record=audit.state in OPEN,
        authorities=authorities.authorities_by_id(),
        interest_form=interest_form,
        independence_form=independence_form or IndependenceForm(formdata=None, obj=found.independence),
    )
