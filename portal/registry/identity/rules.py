"""Words and pure decisions of a supplier's identity: what it is to other companies, and which values are stated."""

from enum import StrEnum


class RelationKind(StrEnum):
    """What the other company is to the supplier. Parents are meant as in consolidated accounts."""

    DIRECT_PARENT = "direct_parent"
    ULTIMATE_PARENT = "ultimate_parent"
    BRANCH_OF = "branch_of"  # no company of its own: a registered branch of the other one


class SupplierRoleKind(StrEnum):
    """What a company does in the supply chain. They are different parties; one company may be several of them."""

    RESELLER = "reseller"
    BRAND = "brand"
    MANUFACTURER = "manufacturer"
    SMELTER_GROUP = "smelter_group"  # the company that runs smelters or refiners; a single one is a facility


class FactField(StrEnum):
    """What may be stated by several sources at once; the supplier's own column is the value that was chosen."""

    LEGAL_NAME = "legal_name"
    COUNTRY = "country"
