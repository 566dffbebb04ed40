"""Saying what a company is in the supply chain, and taking it back."""

from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import constraint_errors, session
from portal.errors import Conflict
from portal.journal.services import record
from portal.registry.identity.models import SupplierRole
from portal.registry.identity.rules import SupplierRoleKind
from portal.registry.models import Supplier
from portal.registry.provenance import Provenance, stamp


def add_role(actor: Actor, supplier: Supplier, role: SupplierRoleKind, where: Provenance) -> SupplierRole:
    """Say that the supplier has a role. Raises Conflict when somebody said so already."""
    require(actor, Permission.EDIT_REGISTRY)
    added = SupplierRole(supplier_id=supplier.id, role=role, **stamp(actor, where))
    with constraint_errors({"uq_supplier_role_supplier_id_role": Conflict(_("The supplier has this role already."))}):
        session.add(added)
    record(actor, "supplier.role_added", supplier, role_id=added.id, role=role)
    return added


def withdraw_role(actor: Actor, role: SupplierRole) -> None:
    """Take back a role that is not, or no longer, the supplier's."""
    require(actor, Permission.EDIT_REGISTRY)
    record(actor, "supplier.role_withdrawn", role.supplier, role_id=role.id, role=role.role)
    session.delete(role)
    session.flush()
