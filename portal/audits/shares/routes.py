"""The page of an audit's cost, for those who take part: who pays how much, and how that is settled."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import queries as audits
from portal.audits.models import JointAudit
from portal.audits.shares import queries, services
from portal.audits.shares.forms import WAYS, CostForm, ValueForm
from portal.audits.shares.rules import Way
from portal.authorities import queries as authorities
from portal.db import transaction
from portal.errors import BadInput
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("audit_shares", __name__)


@bp.get("/audits/<uuid:audit_id>/costs")
@requires(Permission.READ_AUDIT_INSIDE)
def show(audit_id: UUID) -> ResponseReturnValue:
    """Who pays how much."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.READ_AUDIT_INSIDE, audit)
    return _page(audit)


@bp.post("/audits/<uuid:audit_id>/costs")
@requires(Permission.LEAD_AUDIT)
def set_cost(audit_id: UUID) -> ResponseReturnValue:
    """The lead says what it costs and how that is split."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = CostForm()
    if form.validate_on_submit():
        assert form.cost_minor.data is not None
        try:
            with transaction():
                services.set_cost(
                    actor(),
                    audit,
                    form.cost_minor.data,
                    form.currency.data,
                    Way(form.way.data),
                    form.parts.data,
                )
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("The cost is saved."))
    return _page(audits.get_audit(actor(), audit_id), cost_form=form)


@bp.post("/audits/<uuid:audit_id>/costs/value")
@requires(Permission.TAKE_PART_IN_AUDIT)
def release_value(audit_id: UUID) -> ResponseReturnValue:
    """A payer releases its contract value for the split."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.TAKE_PART_IN_AUDIT, audit)
    form = ValueForm()
    if form.validate_on_submit():
        assert form.value_minor.data is not None
        try:
            with transaction():
                services.release_value(actor(), audit, form.value_minor.data, form.value_currency.data or "")
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("Your value is released for the split. Nobody else reads it."))
    return _page(audits.get_audit(actor(), audit_id), value_form=form)


def _done(audit: JointAudit, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("audit_shares.show", audit_id=audit.id))


def _page(audit: JointAudit, *, cost_form: CostForm | None = None, value_form: ValueForm | None = None) -> str:
    costs = queries.costs_of(actor(), audit)
    cost = costs.cost if costs else None
    by_value = cost is not None and cost.way == Way.CONTRACT_VALUE
    ours = queries.our_value(actor(), audit.id) if by_value else None
    if cost_form is None:
        cost_form = CostForm(formdata=None, obj=cost)
        if costs is not None:
            cost_form.parts.data = {share.authority_id: share.basis_points for share in costs.shares}
    if not by_value:
        value_form = None
    elif value_form is None and cost is not None:
        known = ours.value_minor if ours and ours.currency == cost.currency else None
        value = known or queries.contract_value(actor(), audit.supplier_id, cost.currency) or None
        value_form = ValueForm(formdata=None, value_currency=cost.currency, value_minor=value)
    return render_template(
        "audits/costs.html",
        audit=audit,
        costs=costs,
        payers=queries.payers(audit),
        missing=queries.missing_values(audit, cost) if by_value and cost is not None else [],
        ours=ours,
        ways=WAYS,
        authorities=authorities.authorities_by_id(),
        cost_form=cost_form,
        value_form=value_form,
    )
