"""What a supplier's guest sees: what waits for it, one request, sending files, signing out. Nothing else exists."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.db import transaction
from portal.declarations.reading.unreadable import Unreadable
from portal.declarations.refusing import in_words
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.findings.labels import STATE_MARKS as FINDING_MARKS
from portal.findings.labels import TO_SUPPLIER as FINDING_STATES
from portal.guests import labels, queries, sections, services
from portal.guests.forms import DeclarationFileForm, EvidenceFileForm
from portal.guests.pace import too_often
from portal.guests.shown import shown_to
from portal.minerals.labels import METALS
from portal.registry import queries as registry
from portal.requests import rules
from portal.requests.drafts import BLANKS, blank_name
from portal.requests.labels import SCOPES
from portal.requests.models import DeclarationRequest
from portal.web.forms import add_error
from portal.web.guard import guest, requires

bp = Blueprint("guest_pages", __name__)


@bp.get("/guest")
@requires(Permission.BE_GUEST)
def home() -> ResponseReturnValue:
    """What waits for the supplier, and what was received."""
    scope = guest().guest
    assert scope is not None
    findings, audits = shown_to(guest())
    return render_template(
        "guests/home.html",
        guest=guest(),
        supplier=registry.get_supplier(scope.supplier_id),
        requests=queries.requests_of(guest()),
        audits=audits,
        findings=findings,
        finding_states=FINDING_STATES,
        finding_marks=FINDING_MARKS,
        waiting=sections.waiting(guest()),
        blanks=BLANKS,
        rules=rules,
        labels=labels,
    )


@bp.get("/guest/requests/<uuid:request_id>")
@requires(Permission.BE_GUEST)
def show(request_id: UUID) -> ResponseReturnValue:
    """One request: what is asked, the letter that came back, and where to send the answer."""
    return _page(queries.get_request(guest(), request_id))


@bp.post("/guest/requests/<uuid:request_id>/declaration")
@requires(Permission.BE_GUEST)
def send_declaration(request_id: UUID) -> ResponseReturnValue:
    """Take the workbook: read and checked as an officer's upload is, it answers the request; or nothing is kept."""
    asked, form = queries.get_request(guest(), request_id), DeclarationFileForm()
    if not form.validate_on_submit():
        return _page(asked, declaration_form=form)
    if too_often(guest()):
        form.form_errors.append(_("Too many attempts. Wait five minutes, then try again."))
        return _page(asked, declaration_form=form), 429
    content, filename = form.file.data.read(), form.file.data.filename
    try:
        report = services.read_declaration(guest(), content, filename)
        with transaction():
            services.answer(guest(), request_id, content=content, filename=filename, report=report)
    except Unreadable as error:
        add_error(form, in_words(error))
    except BadInput as error:
        error.field = "file"
        add_error(form, error)
    except InvalidTransition as error:
        add_error(form, BadInput(str(error)))
    except Conflict:
        same = BadInput(_("This very file has been sent already."), field="file", remedy=_("Send the corrected one."))
        add_error(form, same)
    else:
        return _done(request_id, _("Thank you. The declaration is received."))
    return _page(queries.get_request(guest(), request_id), declaration_form=form)


@bp.post("/guest/requests/<uuid:request_id>/files")
@requires(Permission.BE_GUEST)
def send_file_of(request_id: UUID) -> ResponseReturnValue:
    """Take another file that belongs to the request."""
    asked, form = queries.get_request(guest(), request_id), EvidenceFileForm()
    if not form.validate_on_submit():
        return _page(asked, evidence_form=form)
    if too_often(guest()):
        form.form_errors.append(_("Too many attempts. Wait five minutes, then try again."))
        return _page(asked, evidence_form=form), 429
    content, filename = form.evidence.data.read(), form.evidence.data.filename
    try:
        with transaction():
            services.add_file(guest(), request_id, content=content, filename=filename)
    except BadInput as error:
        add_error(form, error)
    except Conflict as error:
        add_error(form, BadInput(str(error), field="evidence"))
    else:
        return _done(request_id, _("Thank you. The file is received."))
    return _page(queries.get_request(guest(), request_id), evidence_form=form)


@bp.get("/guest/requests/<uuid:request_id>/files/<uuid:evidence_id>")
@requires(Permission.BE_GUEST)
def download(request_id: UUID, evidence_id: UUID) -> ResponseReturnValue:
    """A findings letter, or a file that was sent for the request; always as a download."""
    item, content = queries.file_of(guest(), request_id, evidence_id)
    return send_file(
        BytesIO(content), mimetype="application/octet-stream", as_attachment=True, download_name=item.filename
    )


@bp.post("/guest/leave")
@requires(Permission.BE_GUEST)
def leave() -> ResponseReturnValue:
    """Sign out. The link was used, so to come back takes a new one."""
    with transaction():
        services.leave(guest())
    cookie.clear()
    return redirect(url_for("guests.ended"))


def _done(request_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("guest_pages.show", request_id=request_id))


def _page(asked: DeclarationRequest, **forms: Any) -> str:
    """The page of a request; a form with errors replaces the fresh one."""
    return render_template(
        "guests/request.html",
        guest=guest(),
        asked=asked,
        back=url_for("guest_pages.show", request_id=asked.id),  # after a form with errors, too
        letter=queries.letter_of(asked) if asked.state == rules.RequestState.SENT_BACK else None,
        sent=queries.sent_for([asked.id]),
        blank=blank_name(asked.template),
        declaration_form=forms.get("declaration_form") or DeclarationFileForm(formdata=None),
        evidence_form=forms.get("evidence_form") or EvidenceFileForm(formdata=None),
        rules=rules,
        labels=labels,
        metals=METALS,
        scopes=SCOPES,
    )
