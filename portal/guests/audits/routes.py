"""An audit as its supplier sees it: the announced window to confirm or decline, and the check of the report's facts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.access.permissions import Permission
from portal.audits import labels
from portal.db import transaction
from portal.errors import BadInput, InvalidTransition
from portal.guests.audits import queries, services
from portal.guests.audits.forms import DeclineForm, RemarksForm
from portal.guests.audits.queries import ShownAudit
from portal.guests.pace import too_often
from portal.web.forms import add_error
from portal.web.guard import guest, requires

bp = Blueprint("guest_audits", __name__)


@bp.get("/guest/audits/<uuid:audit_id>")
@requires(Permission.BE_GUEST)
def show(audit_id: UUID) -> ResponseReturnValue:
    """One audit that the supplier knows of."""
    return _page(queries.get_shown(guest(), audit_id))


@bp.post("/guest/audits/<uuid:audit_id>/confirm")
@requires(Permission.BE_GUEST)
def confirm(audit_id: UUID) -> ResponseReturnValue:
    """Confirm the window."""
    shown, form = queries.get_shown(guest(), audit_id), FlaskForm()
    return _take(shown, "confirm_form", form, lambda: services.confirm(guest(), audit_id))


@bp.post("/guest/audits/<uuid:audit_id>/decline")
@requires(Permission.BE_GUEST)
def decline(audit_id: UUID) -> ResponseReturnValue:
    """Decline the window, with a reason."""
    shown, form = queries.get_shown(guest(), audit_id), DeclineForm(prefix="decline-")

    def send() -> None:
        services.decline(guest(), audit_id, (form.reason.data or "").strip())

    return _take(shown, "decline_form", form, send)


@bp.post("/guest/audits/<uuid:audit_id>/remarks")
@requires(Permission.BE_GUEST)
def remark(audit_id: UUID) -> ResponseReturnValue:
    """Remarks on the report, or that there are none; one of the two has to be said."""
    shown, form = queries.get_shown(guest(), audit_id), RemarksForm(prefix="remarks-")

    def send() -> None:
        remarks = (form.remarks.data or "").strip()
        if bool(remarks) == form.none.data:
            remedy = _("Write your remarks, or say that you have none.")
            raise BadInput(_("It is not clear whether you have remarks."), field="remarks", remedy=remedy)
        services.remark(guest(), audit_id, remarks or None)

    return _take(shown, "remarks_form", form, send)


def _take(shown: ShownAudit, name: str, form: FlaskForm, send: Callable[[], None]) -> ResponseReturnValue:
    """Do it when the form is right, or show the page again with what is wrong on top of the form."""
    if not form.validate_on_submit():
        return _page(shown, **{name: form})
    if too_often(guest()):
        form.form_errors.append(_("Too many attempts. Wait five minutes, then try again."))
        return _page(shown, **{name: form}), 429
    try:
        with transaction():
            send()
    except BadInput as error:
        add_error(form, error)
    except InvalidTransition as error:
        add_error(form, BadInput(str(error)))
    else:
        flash(_("Thank you. Your answer is received."), "success")
        return redirect(url_for("guest_audits.show", audit_id=shown.id))
    return _page(queries.get_shown(guest(), shown.id), **{name: form})


def _page(shown: ShownAudit, **forms: Any) -> str:
    """The page of an audit; a form with errors replaces the fresh one."""
    return render_template(
        "guests/audit.html",
        guest=guest(),
        shown=shown,
        window=labels.window(shown.starts_on, shown.ends_on),
        back=url_for("guest_audits.show", audit_id=shown.id),  # after a form with errors, too
        confirm_form=forms.get("confirm_form") or FlaskForm(formdata=None),
        decline_form=forms.get("decline_form") or DeclineForm(formdata=None, prefix="decline-"),
        remarks_form=forms.get("remarks_form") or RemarksForm(formdata=None, prefix="remarks-"),
        labels=labels,
    )
