"""The page on which an authority says where its records belong after a merge was undone."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.db import transaction
from portal.errors import Conflict
from portal.merging.placing import queries, services
from portal.merging.placing.labels import PLACED_KINDS
from portal.merging.placing.queries import Item
from portal.merging.queries import get_merge
from portal.registry.identity.labels import ROLES
from portal.registry.identity.rules import SupplierRoleKind
from portal.web.guard import actor, requires

bp = Blueprint("placing", __name__)


@bp.route("/merges/<uuid:merge_id>/records", methods=["GET", "POST"])
@requires(Permission.EDIT_REGISTRY)
def index(merge_id: UUID) -> ResponseReturnValue:
    """Choose for each record that our authority added since the merge."""
    merge = get_merge(merge_id)
    refused = ""
    going = {name for name, value in request.form.items() if value == "goes"}
    if request.method == "POST":
        try:
            with transaction():
                moved = services.place(actor(), merge, going)
        except Conflict as error:
            refused = str(error)
        else:
            flash(
                _("Noted. Records moved to “%(name)s”: %(number)s", name=merge.merged.legal_name, number=moved),
                "success",
            )
            return redirect(url_for("merging.show", merge_id=merge_id))
    items = queries.items_of(actor(), merge)
    page = render_template(
        "merging/placing.html",
        merge=merge,
        items=items,
        titles={item: _title(item) for item in items},
        going=going if refused else {item.key for item in items if item.goes},
        refused=refused,
        placed=queries.is_placed(actor(), merge),
        kinds=PLACED_KINDS,
    )
    return page, 409 if refused else 200


def _title(item: Item) -> str:
    if item.kind == "role" and item.title:
        return str(ROLES[SupplierRoleKind(item.title)])
    return item.title or str(PLACED_KINDS[item.kind])
