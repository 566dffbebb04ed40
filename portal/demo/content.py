"""Invented suppliers and follow-up of the demo network, written through the same services as by people.

No company here exists; identifiers are LEIs that no issuer gives out (they begin with DEMO).
"""

import re
from datetime import date
from uuid import UUID

from stdnum.iso7064 import mod_97_10

from portal import db
from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.contracts.services import ContractData, add_contract
from portal.demo import audits, clauses, declarations, followup, ratings
from portal.demo.network import acting_for
from portal.merging.pairs.sweep import sweep_batch
from portal.registry import services as registry
from portal.registry.identifiers import Identifier
from portal.registry.identity.roles import add_role
from portal.registry.identity.rules import SupplierRoleKind
from portal.registry.models import Supplier
from portal.registry.rules import NameKind, ProductGroup
from portal.registry.services import NameData, Provenance, SiteData, SupplierData

LIST_OF_2025 = Provenance("Framework agreement of 2025", date(2025, 11, 3))


def lei(number: int) -> Identifier:
    """A well-formed LEI that cannot be anybody's."""
    stem = f"DEMO00{number:012d}"
    return Identifier("lei", stem + mod_97_10.calc_check_digits(stem))


def seed() -> None:
    """Add the demo's records as the authorities' officers would."""
    suppliers = _suppliers_of_stockholm() | _suppliers_of_others()
    _contracts(suppliers)
    declarations.seed(suppliers)
    followup.seed(suppliers)
    audits.seed(suppliers)
    ratings.seed(suppliers)
    clauses.seed()
    with db.transaction():
        sweep_batch()


def _suppliers_of_stockholm() -> dict[str, UUID]:
    with acting_for("stockholm") as actor:
        group = _supplier(actor, "Halden Group AB", "SE", 1, SiteData("Skeppsbron 4, Göteborg", city="Göteborg"))
        halden = _supplier(actor, "Halden Computing AB", "SE", 2, SiteData("Verkstadsgatan 12, Borås", city="Borås"))
        registry.add_name(
            actor,
            halden,
            NameData("Datorhuset Halden AB", NameKind.FORMER, valid_to=date(2019, 5, 31)),
            Provenance("Company register", date(2026, 3, 4)),
        )
        report = Provenance("Annual report 2025", date(2026, 3, 4))
        registry.set_parent(actor, halden, group.id, report)
        add_role(actor, halden, SupplierRoleKind.BRAND, report)
        nordvik = _supplier(actor, "Nordvik Displays AS", "NO", 3, SiteData("Havnegata 8, Horten", city="Horten"))
        kestrel = _supplier(actor, "Kestrel Mobile Oy", "FI", 4, SiteData("Tehdaskatu 3, Salo", city="Salo"))
        lumenfab = _supplier(
            actor,
            "Lumenfab Electronics (Suzhou) Co., Ltd.",
            "CN",
            5,
            SiteData("288 Xinghu Street, Suzhou", "Final assembly", "Suzhou", "CN", "Electronics assembly"),
        )
        registry.add_name(actor, lumenfab, NameData("流明电子苏州有限公司", NameKind.LOCAL), LIST_OF_2025)
        add_role(actor, lumenfab, SupplierRoleKind.MANUFACTURER, LIST_OF_2025)
        for supplier in (halden, nordvik, lumenfab):
            registry.follow(actor, supplier.id)
        return {"halden": halden.id, "nordvik": nordvik.id, "kestrel": kestrel.id, "lumenfab": lumenfab.id}


def _suppliers_of_others() -> dict[str, UUID]:
    with acting_for("barcelona") as actor:
        tecnoport = _supplier(actor, "Tecnoport Iberia S.L.", "ES", 6, SiteData("Carrer de la Llacuna 20, Barcelona"))
        haldenberg = _supplier(actor, "Haldenberg Datentechnik GmbH", "DE", 7, SiteData("Industriestraße 5, Jena"))
        registry.follow(actor, tecnoport.id)
    with acting_for("stavanger") as actor:
        fjordnett = _supplier(actor, "Fjordnett Systemer AS", "NO", 8, SiteData("Strandgata 40, Stavanger"))
        add_role(actor, fjordnett, SupplierRoleKind.RESELLER, LIST_OF_2025)
        registry.follow(actor, fjordnett.id)
        # The same company a second time, from a list with a slip and without a number: waits at /duplicates.
        again = SupplierData("Nordvik Display AS", "NO", site=SiteData("Havnegata 8, Horten", city="Horten"))
        registry.add_supplier(actor, again, Provenance("Order list of 2024", date(2024, 9, 2)), confirmed=True)
    return {"tecnoport": tecnoport.id, "haldenberg": haldenberg.id, "fjordnett": fjordnett.id}


def _supplier(actor: Actor, name: str, country: str, number: int, site: SiteData) -> Supplier:
    data = SupplierData(name, country, [lei(number)], site)
    return registry.add_supplier(actor, data, LIST_OF_2025, confirmed=True)


CONTRACTS = """
stockholm  halden     RS 2025-0442  Clinical workstations         computers  2025  2029  31000000  SEK  members
stockholm  nordvik    RS 2026-0103  Screens for clinics           computers  2026  2030  18400000  SEK  members
stavanger  halden     2024-118      Laptops and docking stations  computers  2024  2028  22500000  NOK  members
stavanger  fjordnett  2025-041      Network for schools           network    2025  2029   9800000  NOK  owner
barcelona  tecnoport  2026-007      Servers                       servers    2026  2029   2150000  EUR  members
barcelona  halden     2025-219      Computers for libraries       computers  2025  2028   1300000  EUR  members
"""


def _contracts(suppliers: dict[str, UUID]) -> None:
    for line in CONTRACTS.strip().splitlines():
        slug, supplier, number, title, group, begins, ends, value, currency, audience = re.split(r"\s{2,}", line)
        data = ContractData(
            number=number,
            title=title,
            product_group=ProductGroup(group),
            starts_on=date(int(begins), 4, 1),
            ends_on=date(int(ends), 3, 31),
            value_minor=int(value) * 100,
            currency=currency,
            audience=Audience(audience),
            named_ids=[],
        )
        with acting_for(slug) as actor:
            add_contract(actor, suppliers[supplier], data)
