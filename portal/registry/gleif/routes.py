"""Asking GLEIF about a supplier, and deciding on the LEIs that it proposes."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.registry.gleif import queries, services
from portal.web.guard import actor, requires

bp = Blueprint("gleif", __name__)


@bp.post("/suppliers/<uuid:supplier_id>/lei/refresh")
@requires(Permission.EDIT_REGISTRY)
def refresh(supplier_id: UUID) -> ResponseReturnValue:
    """Have the record of the supplier's LEI fetched."""
    try:
        with transaction():
            services.request_refresh(actor(), supplier_id)
    except (BadInput, Conflict) as error:
        flash(str(error), "warning")
    else:
        flash(_("GLEIF is being asked."), "success")
    return _back(supplier_id)


@bp.post("/suppliers/<uuid:supplier_id>/lei/search")
@requires(Permission.EDIT_REGISTRY)
def search(supplier_id: UUID) -> ResponseReturnValue:
    """Have GLEIF searched for the supplier's LEI."""
    try:
        with transaction():
            services.request_search(actor(), supplier_id)
    except Conflict as error:
        flash(str(error), "warning")
    else:
        flash(_("GLEIF is being asked. What it proposes will stand here for you to decide."), "success")
    return _back(supplier_id)


@bp.post("/lei-proposals/<uuid:proposal_id>/confirm")
@requires(Permission.EDIT_REGISTRY)
def confirm(proposal_id: UUID) -> ResponseReturnValue:
    """The LEI is the supplier's."""
    proposal = queries.get_proposal(proposal_id)
    try:
        with transaction():
            services.confirm(actor(), proposal)
    except Conflict as error:
        flash(str(error), "warning")
    else:
        flash(_("The LEI is added. Its record is being fetched."), "success")
    return _back(proposal.supplier_id)


@bp.post("/lei-proposals/<uuid:proposal_id>/reject")
@requires(Permission.EDIT_REGISTRY)
def reject(proposal_id: UUID) -> ResponseReturnValue:
    """The LEI is another company's."""
    proposal = queries.get_proposal(proposal_id)
    try:
        with transaction():
            services.reject(actor(), proposal)
    except Conflict as error:
        flash(str(error), "warning")
    else:
        flash(_("It will not be proposed again."), "success")
    return _back(proposal.supplier_id)


def _back(supplier_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("picture.supplier", supplier_id=supplier_id) + "#lei")
