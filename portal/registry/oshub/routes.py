"""The page of a supplier's places at Open Supply Hub: ask, and decide on each place that it proposes."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.registry import queries as registry
from portal.registry.labels import country_label
from portal.registry.oshub import labels, queries, services
from portal.web.guard import actor, requires

bp = Blueprint("oshub", __name__)


@bp.get("/suppliers/<uuid:supplier_id>/places")
@requires(Permission.READ_REGISTRY)
def show(supplier_id: UUID) -> str:
    """What Open Supply Hub proposes for a supplier, and what that does not prove."""
    supplier = registry.get_facts(supplier_id)
    view = queries.places_view(supplier)
    return render_template(
        "registry/places.html", supplier=supplier, view=view, labels=labels, country_label=country_label
    )


@bp.post("/suppliers/<uuid:supplier_id>/places/search")
@requires(Permission.EDIT_REGISTRY)
def search(supplier_id: UUID) -> ResponseReturnValue:
    """Have Open Supply Hub searched for the supplier's places."""
    try:
        with transaction():
            services.request_search(actor(), supplier_id)
    except Conflict as error:
        flash(str(error), "warning")
    else:
        flash(_("Open Supply Hub is being asked. What it proposes will stand here for you to decide."), "success")
    return _back(supplier_id)


@bp.post("/place-proposals/<uuid:place_id>/accept")
@requires(Permission.EDIT_REGISTRY)
def accept(place_id: UUID) -> ResponseReturnValue:
    """The place is the supplier's."""
    proposal = queries.get_proposal(place_id)
    try:
        with transaction():
            services.accept(actor(), proposal)
    except (BadInput, Conflict) as error:
        flash(str(error), "warning")
    else:
        flash(_("The OS ID and the address are added to the supplier."), "success")
    return _back(proposal.supplier_id)


@bp.post("/place-proposals/<uuid:place_id>/reject")
@requires(Permission.EDIT_REGISTRY)
def reject(place_id: UUID) -> ResponseReturnValue:
    """The place is not the supplier's."""
    proposal = queries.get_proposal(place_id)
    try:
        with transaction():
            services.reject(actor(), proposal)
    except Conflict as error:
        flash(str(error), "warning")
    else:
        flash(_("It will not be proposed again."), "success")
    return _back(proposal.supplier_id)


def _back(supplier_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("oshub.show", supplier_id=supplier_id))
