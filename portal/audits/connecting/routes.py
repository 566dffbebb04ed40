"""Letting others know that something is planned, and asking to be connected."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.audits import queries as audits
from portal.audits.connecting import services
from portal.audits.connecting.forms import HintForm
from portal.db import transaction
from portal.errors import BadInput
from portal.web.guard import actor, requires

bp = Blueprint("audit_connecting", __name__)


@bp.post("/audits/<uuid:audit_id>/hint")
@requires(Permission.LEAD_AUDIT)
def change(audit_id: UUID) -> ResponseReturnValue:
    """Let the others know that something is planned, or take it back."""
    audit = audits.get_audit(actor(), audit_id)
    require(actor(), Permission.LEAD_AUDIT, audit)
    form = HintForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.set_hint(actor(), audit, hint=form.hinted.data)
        except BadInput as error:
            flash(str(error), "warning")
        else:
            flash(_("Saved."), "success")
    return redirect(url_for("audits.show", audit_id=audit_id))


@bp.post("/suppliers/<uuid:supplier_id>/audits/ask")
@requires(Permission.PROPOSE_AUDIT)
def ask(supplier_id: UUID) -> ResponseReturnValue:
    """Ask whoever plans something here to be connected."""
    with transaction():
        services.ask(actor(), supplier_id)
    flash(_("Whoever plans it learns that your authority asks, and answers or not."), "success")
    return redirect(url_for("audits.new", supplier_id=supplier_id))
