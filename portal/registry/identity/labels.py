"""The words of a supplier's identity in the reader's language."""

from flask_babel import lazy_gettext as _l

from portal.registry.identity.rules import FactField, RelationKind, SupplierRoleKind

RELATION_KINDS = {
    RelationKind.DIRECT_PARENT: _l("Parent company"),
    RelationKind.ULTIMATE_PARENT: _l("Ultimate parent"),
    RelationKind.BRANCH_OF: _l("Head office of this branch"),
}

ROLES = {
    SupplierRoleKind.RESELLER: _l("Reseller"),
    SupplierRoleKind.BRAND: _l("Brand"),
    SupplierRoleKind.MANUFACTURER: _l("Manufacturer"),
    SupplierRoleKind.SMELTER_GROUP: _l("Smelter group"),
}

FACT_FIELDS = {
    FactField.LEGAL_NAME: _l("Legal name"),
    FactField.COUNTRY: _l("Country of registration"),
}
