"""Pages of a supplier's identity: roles, edges of ownership, and the choice among stated values."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.registry import queries as registry
from portal.registry.identity import choosing, ownership, queries, roles
from portal.registry.identity.forms import RoleForm
from portal.registry.identity.rules import SupplierRoleKind
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("identity", __name__)


@bp.route("/suppliers/<uuid:supplier_id>/roles/new", methods=["GET", "POST"])
@requires(Permission.EDIT_REGISTRY)
def new_role(supplier_id: UUID) -> ResponseReturnValue:
    """Say what the supplier is in the supply chain."""
    supplier = registry.get_supplier(supplier_id)
    form = RoleForm()
    if form.validate_on_submit():
        try:
            with transaction():
                roles.add_role(actor(), supplier, SupplierRoleKind(form.role.data), form.provenance())
        except BadInput as error:
            add_error(form, error)
        except Conflict as error:
            add_error(form, BadInput(str(error), field="role"))
        else:
            flash(_("The role is added."), "success")
            return redirect(url_for("registry.edit", supplier_id=supplier_id))
    return render_template("registry/new_fact.html", form=form, supplier=supplier, title=_("Add a role"), holder=None)


@bp.post("/supplier-roles/<uuid:role_id>/withdraw")
@requires(Permission.EDIT_REGISTRY)
def withdraw_role(role_id: UUID) -> ResponseReturnValue:
    """Take back a role."""
    role = queries.get_role(role_id)
    with transaction():
        roles.withdraw_role(actor(), role)
    flash(_("The role is withdrawn."), "success")
    return redirect(url_for("registry.edit", supplier_id=role.supplier_id))


@bp.post("/supplier-relations/<uuid:relation_id>/withdraw")
@requires(Permission.EDIT_REGISTRY)
def withdraw_relation(relation_id: UUID) -> ResponseReturnValue:
    """Take back an edge that an authority entered."""
    edge = queries.get_relation(relation_id)
    try:
        with transaction():
            ownership.withdraw_relation(actor(), edge)
    except BadInput as error:
        flash(str(error), "warning")
    else:
        flash(_("The relation is withdrawn."), "success")
    return redirect(url_for("registry.edit", supplier_id=edge.child_id))


@bp.post("/supplier-relations/<uuid:relation_id>/choose")
@requires(Permission.EDIT_REGISTRY)
def choose_parent(relation_id: UUID) -> ResponseReturnValue:
    """Let one of several stated parents count."""
    edge = queries.get_relation(relation_id)
    try:
        with transaction():
            ownership.choose_stated_parent(actor(), edge)
    except BadInput as error:
        flash(str(error), "warning")
    else:
        flash(_("“%(name)s” counts as the parent company now.", name=edge.parent_label), "success")
    return redirect(url_for("picture.supplier", supplier_id=edge.child_id))


@bp.post("/stated-facts/<uuid:fact_id>/choose")
@requires(Permission.EDIT_REGISTRY)
def choose_value(fact_id: UUID) -> ResponseReturnValue:
    """Let one of several stated values count."""
    fact = queries.get_fact(fact_id)
    with transaction():
        choosing.choose_value(actor(), fact)
    flash(_("The value is chosen. The others stay beside it."), "success")
    return redirect(url_for("picture.supplier", supplier_id=fact.supplier_id))
