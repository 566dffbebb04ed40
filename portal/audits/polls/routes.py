"""The page of an audit's date poll, for the lead and those who are asked."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import can, require
from portal.audits import dates, labels
from portal.audits import queries as audits
from portal.audits.models import JointAudit
from portal.audits.polls import queries, services
from portal.audits.polls.forms import ChoiceForm, PollForm, VotesForm
from portal.audits.rules import OPEN, Announcement
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import transaction
from portal.errors import BadInput
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("audit_polls", __name__)


@bp.get("/audits/<uuid:audit_id>/poll")
@requires(Permission.READ_AUDIT_INSIDE)
def show(audit_id: UUID) -> ResponseReturnValue:
    """Which days suit whom."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.READ_AUDIT_INSIDE, audit)
    return _page(audit)


@bp.post("/audits/<uuid:audit_id>/poll")
@requires(Permission.LEAD_AUDIT)
def open_poll(audit_id: UUID) -> ResponseReturnValue:
    """The lead asks which days suit the others."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = _poll_form(audit)
    if form.validate_on_submit():
        assert form.answer_by.data
        try:
            with transaction():
                services.open_poll(
                    actor(),
                    audit,
                    form.options.data,
                    answer_by=form.answer_by.data,
                    timezone=form.timezone.data,
                    asked_ids=form.asked_ids.data or [],
                )
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("The date poll is open. Whom you ask is told."))
    return _page(audits.get_audit(actor(), audit_id), poll_form=form)


@bp.post("/audits/<uuid:audit_id>/poll/answer")
@requires(Permission.TAKE_PART_IN_AUDIT)
def answer(audit_id: UUID) -> ResponseReturnValue:
    """Say which days suit us."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.TAKE_PART_IN_AUDIT, audit)
    form = VotesForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.answer(actor(), audit, form.votes.data, form.note.data)
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("Your answers are saved. You may change them until the poll is closed."))
    return _page(audits.get_audit(actor(), audit_id), votes_form=form)


@bp.post("/audits/<uuid:audit_id>/poll/choose")
@requires(Permission.LEAD_AUDIT)
def choose(audit_id: UUID) -> ResponseReturnValue:
    """The lead closes the poll with one of the choices."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    poll = queries.poll_of(actor(), audit)
    form = ChoiceForm()
    form.option.choices = [(one.days.id, "") for one in poll.options] if poll else []
    if form.validate_on_submit():
        try:
            with transaction():
                services.choose(actor(), audit, form.option.data)
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(audit, _("The days are set, and who was asked is told."))
    return _page(audits.get_audit(actor(), audit_id), choice_form=form)


@bp.post("/audits/<uuid:audit_id>/poll/drop")
@requires(Permission.LEAD_AUDIT)
def drop(audit_id: UUID) -> ResponseReturnValue:
    """The lead closes the poll without choosing."""
    audit = audits.get_audit(actor(), audit_id)
    with transaction():
        services.drop(actor(), audit)
    return _done(audit, _("The date poll is dropped. You can open another one."))


def _done(audit: JointAudit, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("audit_polls.show", audit_id=audit.id))


def _poll_form(audit: JointAudit, **values: Any) -> PollForm:
    members = authorities.authorities_by_id()
    form = PollForm(**values)
    zones = [members[row.authority_id].timezone for row in audit.participants]
    form.offer_zones(audits.visit_of(audit).site.country, zones)
    form.asked_ids.choices = [(one, members[one].name) for one in dates.may_be_told(audit)]
    return form


def _page(audit: JointAudit, **forms: Any) -> str:
    """The page; a form with errors replaces the fresh one."""
    poll = queries.poll_of(actor(), audit)
    members = authorities.authorities_by_id()
    ours = actor().authority_id
    is_open = poll is not None and poll.poll.closed_at is None
    leads = can(actor(), Permission.LEAD_AUDIT, audit)
    may_answer = (
        is_open and poll is not None and ours in poll.asked and can(actor(), Permission.TAKE_PART_IN_AUDIT, audit)
    )
    votes_form = forms.get("votes_form")
    if may_answer and poll is not None and ours is not None and votes_form is None:
        said = {one.days.id: one.votes[ours] for one in poll.options if ours in one.votes}
        note = next((vote.note for vote in said.values()), None)
        votes_form = VotesForm(formdata=None, votes={key: vote.vote for key, vote in said.items()}, note=note)
    choice_form = forms.get("choice_form") or ChoiceForm(formdata=None)
    if poll is not None:
        choice_form.option.choices = [
            (one.days.id, labels.window(one.days.starts_on, one.days.ends_on)) for one in poll.options
        ]
    may_open = leads and not is_open and audit.state in OPEN
    return render_template(
        "audits/poll.html",
        audit=audit,
        poll=poll,
        is_open=is_open,
        late=poll is not None and queries.is_late(poll.poll, today()),
        announced=audit.announcement == Announcement.ANNOUNCED,
        poll_form=forms.get("poll_form") or (_poll_form(audit, formdata=None) if may_open else None),
        votes_form=votes_form if may_answer else None,
        choice_form=choice_form if leads and is_open else None,
        our_zone=members[ours].timezone if ours in members else "UTC",
        may_be_asked=dates.may_be_told(audit),
        authorities=members,
        labels=labels,
    )
