"""The page on who leads an audit: the offer, the reminder, taking over; and who joins late."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import queries as audits
from portal.audits.leading import rules, services
from portal.audits.leading.forms import OfferForm
from portal.audits.models import JointAudit
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import transaction
from portal.errors import BadInput
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("audit_lead", __name__)


@bp.get("/audits/<uuid:audit_id>/lead")
@requires(Permission.READ_AUDIT_INSIDE)
def show(audit_id: UUID) -> ResponseReturnValue:
    """Who leads, and how that can change."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.READ_AUDIT_INSIDE, audit)
    return _page(audit)


@bp.post("/audits/<uuid:audit_id>/lead/offer")
@requires(Permission.LEAD_AUDIT)
def offer(audit_id: UUID) -> ResponseReturnValue:
    """Offer the lead, or take the offer back."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = _offer_form(audit)
    if form.validate_on_submit():
        try:
            with transaction():
                services.offer_lead(actor(), audit, form.to.data)
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("The lead is offered.") if form.to.data else _("Your authority keeps the lead."))
    return _page(audits.get_audit(actor(), audit_id), form)


@bp.post("/audits/<uuid:audit_id>/lead/answer")
@requires(Permission.TAKE_PART_IN_AUDIT)
def answer(audit_id: UUID) -> ResponseReturnValue:
    """Accept or decline the lead that is offered."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.TAKE_PART_IN_AUDIT, audit)
    accepts = request.form.get("accept") == "1"
    with transaction():
        services.answer_offer(actor(), audit, accepts)
    return _done(audit, _("Your authority leads the audit now.") if accepts else _("You have declined the lead."))


@bp.post("/audits/<uuid:audit_id>/lead/remind")
@requires(Permission.TAKE_PART_IN_AUDIT)
def remind(audit_id: UUID) -> ResponseReturnValue:
    """Remind an inactive lead."""
    audit = audits.get_audit(actor(), audit_id)
    with transaction():
        services.remind_lead(actor(), audit)
    return _done(audit, _("The lead is reminded."))


@bp.post("/audits/<uuid:audit_id>/lead/take")
@requires(Permission.TAKE_PART_IN_AUDIT)
def take(audit_id: UUID) -> ResponseReturnValue:
    """Take over from an inactive lead."""
    audit = audits.get_audit(actor(), audit_id)
    with transaction():
        services.take_over(actor(), audit)
    return _done(audit, _("Your authority leads the audit now."))


@bp.post("/audits/<uuid:audit_id>/late")
@requires(Permission.LEAD_AUDIT)
def accept_late(audit_id: UUID) -> ResponseReturnValue:
    """Take in an authority that answered late."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    chosen = request.form.get("authority", type=UUID)
    if chosen is None:
        raise BadInput(_("No authority is chosen."), remedy=_("Use the buttons on the page of the audit."))
    with transaction():
        services.accept_late(actor(), audit, chosen)
    flash(_("The authority takes part now."), "success")
    return redirect(url_for("audits.show", audit_id=audit.id))


def _done(audit: JointAudit, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("audit_lead.show", audit_id=audit.id))


def _offer_form(audit: JointAudit) -> OfferForm:
    members = authorities.authorities_by_id()
    form = OfferForm(to=audit.offered_to_id)
    form.offer_to(members[one] for one in services.successors(audit))
    return form


def _page(audit: JointAudit, form: OfferForm | None = None) -> str:
    following, country = services.awaited(audit), services.lead_country(audit)
    dates = (following, audit.active_on, audit.reminded_on, country)
    successor = actor().authority_id in services.successors(audit)
    return render_template(
        "audits/lead.html",
        audit=audit,
        authorities=authorities.authorities_by_id(),
        form=form or _offer_form(audit),
        offered=audit.offered_to_id == actor().authority_id,
        remind_from=rules.remind_from(following, audit.active_on, country),
        take_over_from=rules.take_over_from(*dates),
        may_remind=successor and rules.may_remind(*dates, today()),
        may_take=successor and rules.may_take_over(*dates, today()),
    )
