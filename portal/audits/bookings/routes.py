"""The page of who attends an audit."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import can, require
from portal.audits import dates, labels
from portal.audits import queries as audits
from portal.audits.bookings import queries, services
from portal.audits.bookings.forms import BookingForm
from portal.audits.models import JointAudit
from portal.audits.rules import OPEN, Answer
from portal.authorities import queries as authorities
from portal.db import transaction
from portal.errors import BadInput
from portal.web.forms import add_error, as_uuid
from portal.web.guard import actor, requires

bp = Blueprint("audit_bookings", __name__)


@bp.get("/audits/<uuid:audit_id>/attendance")
@requires(Permission.READ_AUDIT_INSIDE)
def show(audit_id: UUID) -> ResponseReturnValue:
    """Who attends."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.READ_AUDIT_INSIDE, audit)
    return _page(audit)


@bp.post("/audits/<uuid:audit_id>/attendance")
@requires(Permission.TAKE_PART_IN_AUDIT)
def book(audit_id: UUID) -> ResponseReturnValue:
    """Book one of our people or auditors."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.TAKE_PART_IN_AUDIT, audit)
    form = BookingForm()
    _offer(form)
    if not form.validate_on_submit():
        return _page(audit, form)
    assert form.first_day.data
    assert form.last_day.data
    kind, who = form.chosen
    try:
        with transaction():
            if kind == "person" and isinstance(who, UUID):
                services.book_person(actor(), audit, who, form.first_day.data, form.last_day.data)
            else:
                services.book_auditor(actor(), audit, who, form.first_day.data, form.last_day.data)
    except services.Busy as error:
        add_error(form, BadInput(str(error), field="who"))
    except BadInput as error:
        add_error(form, error)
    else:
        return _done(audit, _("Booked. A person gets an invitation for the calendar by e-mail."))
    return _page(audits.get_audit(actor(), audit_id), form)


@bp.post("/audits/<uuid:audit_id>/attendance/release")
@requires(Permission.TAKE_PART_IN_AUDIT)
def release(audit_id: UUID) -> ResponseReturnValue:
    """Let one go."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.TAKE_PART_IN_AUDIT, audit)
    with transaction():
        services.release(actor(), audit, _booking_id(request.form.get("booking", "")))
    return _done(audit, _("Is free again on these days."))


def _booking_id(text: str) -> UUID:
    try:
        return as_uuid(text)
    except ValueError:
        raise BadInput(_("There is no such booking."), remedy=_("Use the buttons on the page.")) from None


def _done(audit: JointAudit, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("audit_bookings.show", audit_id=audit.id))


def _offer(form: BookingForm) -> None:
    ours = actor().authority_id
    form.offer(queries.colleagues(ours) if ours else [], queries.auditors(ours) if ours else [])


def _page(audit: JointAudit, form: BookingForm | None = None) -> str:
    known = dates.dates_of(actor(), audit)
    ours = audits.participant(audit, actor().authority_id)
    may_book = (
        known is not None
        and audit.state in OPEN
        and ours is not None
        and ours.answer == Answer.JOINED
        and can(actor(), Permission.TAKE_PART_IN_AUDIT, audit)
    )
    if form is None and known is not None:
        form = BookingForm(formdata=None, first_day=known.starts_on, last_day=known.ends_on)
        _offer(form)
    return render_template(
        "audits/attendance.html",
        audit=audit,
        dates=known,
        booked=queries.bookings_of(actor(), audit),
        may_book=may_book,
        form=form if may_book else None,
        authorities=authorities.authorities_by_id(),
        labels=labels,
    )
