"""Pages of joint audits: the calendar, a proposal, one audit with its answers and the lead's decisions."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.access.audience import Audience
from portal.access.permissions import Permission
from portal.access.policy import can, require
from portal.audits import course, dates, labels, queries, rules, services
from portal.audits.connecting.forms import HintForm
from portal.audits.connecting.queries import asks_of, hint_for
from portal.audits.course import SiteBooked
from portal.audits.forms import (
    AnswerForm,
    DatesForm,
    InviteForm,
    PlanForm,
    ProposalForm,
    RemarksForm,
    StepForm,
    StopForm,
    WindowForm,
)
from portal.audits.interests.queries import interests_of
from portal.audits.models import JointAudit
from portal.audits.month import double_visits, entries, weeks
from portal.audits.polls.queries import poll_of
from portal.audits.rules import Answer, AuditState, Step
from portal.audits.services import Proposal
from portal.audits.shares import queries as share_queries
from portal.audits.spans import Kind, Span
from portal.audits.stages import stages
from portal.authorities import queries as authorities
from portal.authorities.models import Authority
from portal.clock import today
from portal.db import transaction
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.registry import queries as registry
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("audits", __name__)

SHOWN = ("all", "ours", "followed")


@bp.get("/audits")
@requires(Permission.READ_AUDIT)
def index() -> ResponseReturnValue:
    """The audits that we may see in a month, a week or a year, as a calendar and as a list."""
    span = Span.parse(request.args)
    show = request.args.get("show") if request.args.get("show") in SHOWN else "all"
    members = authorities.authorities_by_id()
    chosen = queries.Choice(
        ours=show == "ours",
        supplier_ids=registry.followed_ids(actor().authority_id) if show == "followed" else None,
    )
    visits = queries.visits_between(actor(), span.first, span.last, chosen)
    found = entries(span, visits, queries.same_site(actor(), visits), actor().authority_id)
    after = None if found else queries.first_day_after(actor(), span.last, chosen)
    codes = {authority.id: authority.code for authority in members.values()}
    return render_template(
        "audits/index.html",
        span=span,
        kinds=Kind,
        show=show,
        entries=found,
        following=after and Span.around(span.kind, after),
        doubles=double_visits(found, actor().authority_id),
        unbooked=queries.unbooked(actor()),
        weeks=weeks(span, found, codes) if span.kind is not Kind.YEAR else None,
        authorities=members,
        labels=labels,
    )


@bp.route("/suppliers/<uuid:supplier_id>/audits/new", methods=["GET", "POST"])
@requires(Permission.PROPOSE_AUDIT)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Propose an audit, having seen which ones it might repeat, or keep the proposal as a draft."""
    return _proposal_page(supplier_id)


@bp.route("/audits/<uuid:audit_id>/edit", methods=["GET", "POST"])
@requires(Permission.LEAD_AUDIT)
def edit(audit_id: UUID) -> ResponseReturnValue:
    """Go on with a draft: change it, or propose it."""
    audit = queries.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    if audit.state != AuditState.DRAFT:
        return redirect(url_for("audits.show", audit_id=audit.id))
    return _proposal_page(audit.supplier_id, audit)


def _proposal_page(supplier_id: UUID, draft: JointAudit | None = None) -> ResponseReturnValue:
    supplier = registry.get_supplier(supplier_id)
    members = authorities.all_authorities()
    form = ProposalForm(answer_by=rules.default_answer_by(today(), (member.country for member in members)))
    form.offer_members(actor(), members)
    form.offer_sites(queries.sites_of(supplier_id), str(get_locale() or "en"))
    if draft is not None:
        form.fill(draft)
    booked: JointAudit | None = None
    status = 200
    if form.validate_on_submit():
        proposal = form.proposal()
        as_draft = "draft" in request.form
        try:
            with transaction():
                audit = _keep(supplier_id, draft, proposal, as_draft)
        except SiteBooked as error:
            status = 409
            add_error(form, BadInput(str(error), field="starts_on"))
            if isinstance(proposal.site, UUID):
                booked = queries.booked(actor(), proposal.site, proposal.starts_on, proposal.ends_on)
        except BadInput as error:
            add_error(form, error)
        except InvalidTransition:
            raise
        except Conflict as error:
            add_error(form, BadInput(str(error), field="new_address"))
        else:
            if as_draft:
                return _done(audit, _("The draft is kept. Only your authority sees it."))
            return _done(audit, _("The audit is proposed. Whom you invited is told."))
    page = render_template(
        "audits/new.html",
        form=form,
        supplier=supplier,
        draft=draft,
        near=queries.near(actor(), supplier_id),
        hint=hint_for(actor(), supplier_id),
        booked=booked,
        authorities=authorities.authorities_by_id(),
        labels=labels,
    )
    return page, status


def _keep(supplier_id: UUID, draft: JointAudit | None, proposal: Proposal, as_draft: bool) -> JointAudit:
    if draft is None:
        return (services.draft if as_draft else services.propose)(actor(), supplier_id, proposal)
    (services.change_draft if as_draft else services.propose_draft)(actor(), draft, proposal)
    return draft


@bp.post("/audits/<uuid:audit_id>/discard")
@requires(Permission.LEAD_AUDIT)
def discard(audit_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    audit = queries.get_audit(actor(), audit_id)
    with transaction():
        services.discard_draft(actor(), audit)
    flash(_("The draft is thrown away."), "success")
    return redirect(url_for("audits.index"))


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
    done = _("You have declined. The lead authority is told.")
    if joins:
        late = rules.answer_given(joins, audit.answer_by, today()) is Answer.LATE
        done = _("You answered late. The lead authority is asked.") if late else _("You take part in this audit.")
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


@bp.post("/audits/<uuid:audit_id>/dates")
@requires(Permission.LEAD_AUDIT)
def set_dates(audit_id: UUID) -> ResponseReturnValue:
    """Set the exact days, and who needs to know them."""
    audit = queries.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = DatesForm()
    form.reader_ids.choices = _may_be_told(audit, authorities.authorities_by_id())
    if form.validate_on_submit():
        assert form.first_day.data
        assert form.last_day.data
        try:
            with transaction():
                dates.set_dates(actor(), audit, form.first_day.data, form.last_day.data, form.reader_ids.data or [])
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("The days are set."))
    return _page(queries.get_audit(actor(), audit_id), dates_form=form)


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
                course.plan(actor(), audit, without_waiting=form.without_waiting.data)
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("The audit is planned. Answers are closed."))
    return _page(queries.get_audit(actor(), audit_id), plan_form=form)


@bp.post("/audits/<uuid:audit_id>/step")
@requires(Permission.LEAD_AUDIT)
def step(audit_id: UUID) -> ResponseReturnValue:
    """The audit goes on by one step of its course."""
    audit = queries.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = StepForm()
    chosen = _step(form.step.data)
    if form.validate_on_submit():
        try:
            with transaction():
                course.go_on(actor(), audit, chosen, on=form.on.data)
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("Saved. Who takes part is told."))
    return _page(queries.get_audit(actor(), audit_id), step_form=form)


@bp.post("/audits/<uuid:audit_id>/stop")
@requires(Permission.LEAD_AUDIT)
def stop(audit_id: UUID) -> ResponseReturnValue:
    """The supplier refuses, or the lead postpones the audit or calls it off."""
    audit = queries.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = StopForm()
    chosen = _step(form.step.data)
    if not form.validate_on_submit():
        return _page(audit, stop_form=form)
    with transaction():
        course.go_on(actor(), audit, chosen, reason=form.reason.data)
    return _done(audit, _("Saved. Who takes part is told, and the site is free in these days."))


@bp.post("/audits/<uuid:audit_id>/replan")
@requires(Permission.LEAD_AUDIT)
def replan(audit_id: UUID) -> ResponseReturnValue:
    """New days for a postponed audit."""
    audit = queries.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = WindowForm()
    if form.validate_on_submit():
        assert form.starts_on.data
        assert form.ends_on.data
        try:
            with transaction():
                course.replan(actor(), audit, form.starts_on.data, form.ends_on.data)
        except SiteBooked as error:
            add_error(form, BadInput(str(error), field="starts_on"))
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("The audit is planned in its new days."))
    return _page(queries.get_audit(actor(), audit_id), window_form=form)


@bp.post("/audits/<uuid:audit_id>/remarks")
@requires(Permission.LEAD_AUDIT)
def remarks(audit_id: UUID) -> ResponseReturnValue:
    """What the supplier says to the facts of the report."""
    audit = queries.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = RemarksForm()
    if form.validate_on_submit():
        assert form.remarks_on.data
        try:
            with transaction():
                course.note_remarks(actor(), audit, form.remarks_on.data, form.remarks.data)
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("The supplier’s remarks are saved."))
    return _page(queries.get_audit(actor(), audit_id), remarks_form=form)


def _step(text: str | None) -> Step:
    try:
        return Step(text or "")
    except ValueError:
        raise BadInput(_("There is no such step."), remedy=_("Use the buttons on the page of the audit.")) from None


def _stops(audit: JointAudit, wrong: StopForm | None) -> list[tuple[Step, StopForm]]:
    """Each way of stopping with a form of its own; the one with errors stands at its place."""
    found = []
    for one in labels.STOPS:
        if rules.can_take(audit.state, one):
            form = wrong if wrong is not None and wrong.step.data == one else StopForm(formdata=None)
            form.reason.id = f"reason-{one}"  # the page has several
            found.append((one, form))
    return found


def _may_be_told(audit: JointAudit, members: Mapping[UUID, Authority]) -> list[tuple[UUID, str]]:
    return [(authority_id, members[authority_id].name) for authority_id in dates.may_be_told(audit)]


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
    waiting = [members[row.authority_id].name for row in course.unanswered(audit)]
    inside = can(actor(), Permission.READ_AUDIT_INSIDE, audit)
    answered = ours is not None and ours.answer != Answer.INVITED
    known = dates.dates_of(actor(), audit)
    dates_form = forms.get("dates_form") or DatesForm(
        formdata=None,
        first_day=known.starts_on if known else None,
        last_day=known.ends_on if known else None,
        reader_ids=known.reader_ids if known else [],
    )
    dates_form.reader_ids.choices = _may_be_told(audit, members)
    return render_template(
        "audits/show.html",
        audit=audit,
        visit=queries.visit_of(audit),
        ours=ours,
        answered=answered,
        waiting=waiting,
        lapsed={
            row.authority_id
            for row in audit.participants
            if rules.lapsed(audit.state, row.answer, audit.answer_by, today())
        },
        authorities=members,
        labels=labels,
        may_answer=ours is not None and rules.can_answer(audit.state, ours.answer, audit.answer_by, today()),
        awaited=rules.awaited(audit, today(), bool(waiting)),
        stages=stages(audit, today()),
        interests=interests_of(audit) if inside and audit.state != AuditState.DRAFT else None,
        costs=share_queries.costs_of(actor(), audit),
        poll=poll_of(actor(), audit) if inside else None,
        steps=[one for one in labels.BUTTONS if rules.may_take(audit, one, today())],
        stops=_stops(audit, forms.get("stop_form")),
        may_plan=rules.can_take(audit.state, Step.PLAN),
        may_replan=rules.can_take(audit.state, Step.REPLAN),
        declined=queries.newest_decline(audit) if audit.state == AuditState.NOTIFIED else None,
        may_remark=audit.state == AuditState.REPORT_REVIEW and audit.report_on is not None,
        takes_part=ours is not None and ours.answer != Answer.DECLINED,
        answer_form=forms.get("answer_form")
        or AnswerForm(
            formdata=None,
            answer=(Answer.JOINED if ours.answer == Answer.LATE else ours.answer) if ours and answered else None,
            note=ours.note if ours else None,
        ),
        plan_form=forms.get("plan_form") or PlanForm(formdata=None),
        step_form=forms.get("step_form") or StepForm(formdata=None, on=today()),
        window_form=forms.get("window_form") or WindowForm(formdata=None),
        remarks_form=forms.get("remarks_form")
        or RemarksForm(formdata=None, remarks_on=audit.remarks_on or today(), remarks=audit.remarks),
        invite_form=invite_form,
        dates=known,
        dates_form=dates_form,
        may_set_dates=audit.state in rules.OPEN,
        may_hint=audit.audience != Audience.MEMBERS and audit.state in (*rules.OPEN, AuditState.DRAFT),
        hint_form=HintForm(formdata=None, hinted=audit.hinted),
        asks=asks_of(audit) if can(actor(), Permission.LEAD_AUDIT, audit) else [],
    )
