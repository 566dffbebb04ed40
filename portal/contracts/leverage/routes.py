"""The page of what stands behind a supplier."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.contracts.leverage import queries, services
from portal.contracts.leverage.rules import ENDS, Money
from portal.db import transaction
from portal.registry import queries as registry
from portal.web.guard import actor, requires

bp = Blueprint("leverage", __name__)


@bp.get("/suppliers/<uuid:supplier_id>/leverage")
@requires(Permission.READ_CONTRACT)
def show(supplier_id: UUID) -> ResponseReturnValue:
    """How many buyers and how much contract value stand behind the supplier."""
    return render_template(
        "contracts/leverage.html",
        supplier=registry.get_supplier(supplier_id),
        leverage=queries.leverage_of(actor(), supplier_id),
        authorities=authorities.authorities_by_id(),
        ends=[format_decimal(end) for end in ENDS],
        money_of=Money,
    )


@bp.post("/suppliers/<uuid:supplier_id>/leverage")
@requires(Permission.ADD_CONTRACT)
def change(supplier_id: UUID) -> ResponseReturnValue:
    """Let the members know our band, or not any more."""
    released = request.form.get("released") == "1"
    with transaction():
        services.change_release(actor(), supplier_id, released=released)
    said = _("All members know the band of your contracts now.") if released else _("The band is known no longer.")
    flash(said, "success")
    return redirect(url_for("leverage.show", supplier_id=supplier_id))
