"""Pages of joint audits: the calendar, a proposal, one audit with its answers and the lead's decisions."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import labels, queries, rules, services
from portal.audits.forms import AnswerForm, CancelForm, InviteForm, PlanForm, ProposalForm
from portal.audits.models import JointAudit
from portal.audits.month import Month, double_visits, entries, weeks
from portal.audits.rules import Answer, AuditState
from portal.audits.services import SiteBooked
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.registry import queries as registry
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("audits", __name__)

SHOWN = ("all", "ours", "followed")


@bp.get("/audits")
@requires(Permission.READ_AUDIT)
def index() -> ResponseReturnValue:
    """A month of the audits that we may see, as a calendar and as a list."""
    month = Month.parse(request.args.get("month"))
    show = request.args.get("show") if request.args.get("show") in SHOWN else "all"
    members = authorities.authorities_by_id()
    visits = queries.visits_between(
        actor(),
        month.first,
        month.last,
        ours=show == "ours",
        supplier_ids=registry.followed_ids(actor().authority_id) if show == "followed" else None,
    )
    found = entries(month, visits, queries.same_site(actor(), visits), actor().authority_id)
    return render_template(
        "audits/index.html",
        month=month,
        show=show,
        entries=found,
        doubles=double_visits(found, actor().authority_id),
        weeks=weeks(month, found, {authority.id: authority.code for authority in members.values()}),
        authorities=members,
        labels=labels,
    )


@bp.route("/suppliers/<uuid:supplier_id>/audits/new", methods=["GET", "POST"])
@requires(Permission.PROPOSE_AUDIT)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Propose an audit, having seen which ones it might repeat."""
    supplier = registry.get_supplier(supplier_id)
    members = authorities.all_authorities()
    form = ProposalForm(answer_by=rules.default_answer_by(today(), (member.country for member in members)))
    form.offer_members(actor(), members)
    form.offer_sites(queries.sites_of(supplier_id), str(get_locale() or "en"))
    booked: JointAudit | None = None
    status = 200
    if form.validate_on_submit():
        proposal = form.proposal()
        try:
            with transaction():
                audit = services.propose(actor(), supplier_id, proposal)
        except SiteBooked as error:
            status = 409
            add_error(form, BadInput(str(error), field="starts_on"))
            if isinstance(proposal.site, UUID):
                booked = queries.booked(actor(), proposal.site, proposal.starts_on, proposal.ends_on)
        except BadInput as error:
            add_error(form, error)
        except Conflict as error:
            add_error(form, BadInput(str(error), field="new_address"))
        else:
            flash(_("The audit is proposed. Whom you invited is told."), "success")
            return redirect(url_for("audits.show", audit_id=audit.id))
    page = render_template(
        "audits/new.html",
        form=form,
        supplier=supplier,
        near=queries.near(actor(), supplier_id),
        booked=booked,
        authorities=authorities.authorities_by_id(),
        labels=labels,
    )
    return page, status


@bp.get("/audits/<uuid:audit_id>")
@requires(Permission.READ_AUDIT)
def show(audit_id: UUID) -> ResponseReturnValue:
    """One audit, with what the reader's authority can do next."""
    return _page(queries.get_audit(actor(), audit_id))


@bp.post("/audits/<uuid:audit_id>/answer")
@requires(Permission.ANSWER_AUDIT)
def answer(audit_id: UUID) -> ResponseReturnValue:
    """Join or decline."""
    audit = queries.get_audit(actor(), audit_id)
    require(actor(), Permission.ANSWER_AUDIT, audit)
    form = AnswerForm()
    if not form.validate_on_submit():
        return _page(audit, answer_form=form)
    joins = form.answer.data == Answer.JOINED
    with transaction():
        services.answer(actor(), audit, joins, (form.note.data or "").strip())
    done = _("You take part in this audit.") if joins else _("You have declined. The lead authority is told.")
    return _done(audit, done)


@bp.post("/audits/<uuid:audit_id>/invite")
@requires(Permission.LEAD_AUDIT)
def invite(audit_id: UUID) -> ResponseReturnValue:
    """Invite more authorities."""
    audit = queries.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = InviteForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.invite(actor(), audit, form.invited.data or {})
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("The invitation is sent. Whom you invited sees the audit now."))
    return _page(queries.get_audit(actor(), audit_id), invite_form=form)


@bp.post("/audits/<uuid:audit_id>/plan")
@requires(Permission.LEAD_AUDIT)
def plan(audit_id: UUID) -> ResponseReturnValue:
    """The audit goes ahead."""
    audit = queries.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = PlanForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.plan(actor(), audit, without_waiting=form.without_waiting.data)
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("The audit is planned. Answers are closed."))
    return _page(queries.get_audit(actor(), audit_id), plan_form=form)


@bp.post("/audits/<uuid:audit_id>/hold")
@requires(Permission.LEAD_AUDIT)
def hold(audit_id: UUID) -> ResponseReturnValue:
    """The audit has taken place."""
    audit = queries.get_audit(actor(), audit_id)
    with transaction():
        services.hold(actor(), audit)
    return _done(audit, _("The audit is marked as held."))


@bp.post("/audits/<uuid:audit_id>/cancel")
@requires(Permission.LEAD_AUDIT)
def cancel(audit_id: UUID) -> ResponseReturnValue:
    """The audit is called off."""
    audit = queries.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = CancelForm()
    if not form.validate_on_submit():
        return _page(audit, cancel_form=form)
    with transaction():
        services.cancel(actor(), audit, form.reason.data or "")
    return _done(audit, _("The audit is cancelled, and the site is free in these days."))


def _done(audit: JointAudit, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("audits.show", audit_id=audit.id))


def _page(audit: JointAudit, **forms: Any) -> str:
    """The page of an audit; a form with errors replaces the fresh one."""
    ours = queries.participant(audit, actor().authority_id)
    members = authorities.authorities_by_id()
    taking_part = {row.authority_id for row in audit.participants}
    invite_form = forms.get("invite_form") or InviteForm(formdata=None)
    invite_form.invited.members = [member for member in members.values() if member.id not in taking_part]
    answered = ours is not None and ours.answer != Answer.INVITED
    return render_template(
        "audits/show.html",
        audit=audit,
        visit=queries.visit_of(audit),
        ours=ours,
        answered=answered,
        waiting=[members[row.authority_id].name for row in audit.participants if row.answer == Answer.INVITED],
        authorities=members,
        labels=labels,
        may_answer=ours is not None and rules.can_answer(audit.state, ours.answer, audit.answer_by, today()),
        may_plan=rules.can_become(audit.state, AuditState.PLANNED),
        may_hold=rules.can_be_held(audit.state, audit.starts_on, today()),
        may_cancel=rules.can_become(audit.state, AuditState.CANCELLED),
        answer_form=forms.get("answer_form")
        or AnswerForm(
            formdata=None,
            answer=ours.answer if ours and answered else None,
            note=ours.note if ours else None,
        ),
        plan_form=forms.get("plan_form") or PlanForm(formdata=None),
        cancel_form=forms.get("cancel_form") or CancelForm(formdata=None),
        invite_form=invite_form,
    )
