"""A finding as its supplier sees it: what was found, its reply, the plan that it proposes, its evidence."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.access.permissions import Permission
from portal.db import transaction
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.findings import labels
from portal.guests.findings import queries, services
from portal.guests.findings.forms import ActionFileForm, GuestReplyForm, PlanForm
from portal.guests.findings.queries import Shown
from portal.guests.pace import too_often
from portal.web.forms import add_error
from portal.web.guard import guest, requires
from portal.web.nested_forms import error_lines

bp = Blueprint("guest_findings", __name__)


@bp.get("/guest/findings/<uuid:finding_id>")
@requires(Permission.BE_GUEST)
def show(finding_id: UUID) -> ResponseReturnValue:
    """One finding that was shown to the supplier."""
    return _page(queries.get_shown(guest(), finding_id))


@bp.post("/guest/findings/<uuid:finding_id>/reply")
@requires(Permission.BE_GUEST)
def reply(finding_id: UUID) -> ResponseReturnValue:
    """The supplier's reply, or the new one that takes its place."""
    shown, form = queries.get_shown(guest(), finding_id), GuestReplyForm(prefix="reply-")

    def send() -> None:
        services.reply(guest(), finding_id, (form.text.data or "").strip())

    return _take(shown, "reply_form", form, send, _("Thank you. Your reply is received."))


@bp.post("/guest/findings/<uuid:finding_id>/plan")
@requires(Permission.BE_GUEST)
def propose(finding_id: UUID) -> ResponseReturnValue:
    """A plan with dated actions."""
    shown, form = queries.get_shown(guest(), finding_id), PlanForm(prefix="plan-")

    def send() -> None:
        services.propose(guest(), finding_id, form.proposed, (form.note.data or "").strip() or None)

    return _take(shown, "plan_form", form, send, _("Thank you. Your plan is received."))


@bp.post("/guest/findings/<uuid:finding_id>/evidence")
@requires(Permission.BE_GUEST)
def add_evidence(finding_id: UUID) -> ResponseReturnValue:
    """A file that shows what was done for an action."""
    shown, form = queries.get_shown(guest(), finding_id), ActionFileForm(prefix="file-")
    form.offer(shown.actions)

    def send() -> None:
        content, filename = form.file.data.read(), form.file.data.filename
        note = (form.note.data or "").strip() or None
        services.add_evidence(guest(), finding_id, form.action.data, content=content, filename=filename, note=note)

    return _take(shown, "file_form", form, send, _("Thank you. The file is received."))


@bp.get("/guest/findings/<uuid:finding_id>/evidence/<uuid:evidence_id>")
@requires(Permission.BE_GUEST)
def download(finding_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """A file that the supplier itself sent for the finding; always as a download."""
    filename, content = queries.sent_file(guest(), finding_id, evidence_id)
    return send_file(BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=filename)


def _take(shown: Shown, name: str, form: FlaskForm, send: Callable[[], None], thanks: str) -> ResponseReturnValue:
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
    except Conflict as error:
        add_error(form, BadInput(str(error), field="file"))
    else:
        flash(thanks, "success")
        return redirect(url_for("guest_findings.show", finding_id=shown.id))
    return _page(queries.get_shown(guest(), shown.id), **{name: form})


def _page(shown: Shown, **forms: Any) -> str:
    """The page of a finding; a form with errors replaces the fresh one."""
    plan_form = forms.get("plan_form") or PlanForm(formdata=None, prefix="plan-")
    file_form = forms.get("file_form") or ActionFileForm(formdata=None, prefix="file-")
    file_form.offer(shown.actions)
    return render_template(
        "guests/finding.html",
        guest=guest(),
        shown=shown,
        back=url_for("guest_findings.show", finding_id=shown.id),  # after a form with errors, too
        reply_form=forms.get("reply_form") or GuestReplyForm(formdata=None, prefix="reply-", text=shown.own_reply),
        plan_form=plan_form,
        plan_errors=list(error_lines(plan_form)) if plan_form.errors else [],
        file_form=file_form,
        labels=labels,
    )
