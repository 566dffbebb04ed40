"""Suppliers and imports for tests, written straight into the tables."""

from datetime import date
from typing import Any
from uuid import UUID

from portal.db import session
from portal.registry.gleif.models import LeiProposal
from portal.registry.gleif.parse import LeiData
from portal.registry.identifiers import Identifier
from portal.registry.identity.models import StatedFact, SupplierRelation, SupplierRole
from portal.registry.models import Site, Supplier, SupplierIdentifier, SupplierImport, SupplierName
from portal.registry.names import core, norm, sort_key
from portal.registry.oshub.models import PlaceProposal
from portal.registry.oshub.parse import Place
from tests.factories.evidence import make_evidence

STAMP: dict[str, Any] = {"source": "test", "source_date": date(2026, 1, 1)}


def make_supplier(
    name: str = "Halden Computing AB",
    country: str | None = "SE",
    *,
    identifiers: tuple[Identifier, ...] = (),
    **values: Any,
) -> Supplier:
    """A supplier with its legal name, one site and these numbers; flushed, not committed."""
    supplier = Supplier(legal_name=name, sort_key=sort_key(name), country=country, **values)
    session.add(supplier)
    session.flush()
    make_name(supplier, name, "legal")
    for one in identifiers:
        session.add(SupplierIdentifier(supplier_id=supplier.id, scheme=one.scheme, value=one.value, **STAMP))
    session.add(Site(supplier_id=supplier.id, address="1 Main Street, Halden", **STAMP))
    session.flush()
    return supplier


def make_name(supplier: Supplier, name: str, kind: str = "trading", **values: Any) -> SupplierName:
    """One more name; flushed."""
    added = SupplierName(
        supplier_id=supplier.id, name=name, kind=kind, norm=norm(name), core=core(name), **{**STAMP, **values}
    )
    session.add(added)
    session.flush()
    return added


def make_identifier(supplier: Supplier, scheme: str = "se.orgnr", value: str = "5560360793") -> SupplierIdentifier:
    """One more number; flushed."""
    number = SupplierIdentifier(supplier_id=supplier.id, scheme=scheme, value=value, **STAMP)
    session.add(number)
    session.flush()
    return number


def make_site(supplier: Supplier, address: str = "2 Side Street, Halden", **values: Any) -> Site:
    """One more site; flushed."""
    site = Site(supplier_id=supplier.id, address=address, **{**STAMP, **values})
    session.add(site)
    session.flush()
    return site


def make_parent(child: Supplier, parent: Supplier, **values: Any) -> SupplierRelation:
    """Somebody states that `parent` owns `child`, and it counts; flushed."""
    child.parent_id = parent.id
    edge = SupplierRelation(child_id=child.id, **{"parent_id": parent.id, "kind": "direct_parent", **STAMP, **values})
    session.add(edge)
    session.flush()
    return edge


def make_role(supplier: Supplier, role: str = "brand", **values: Any) -> SupplierRole:
    """One more role; flushed."""
    added = SupplierRole(supplier_id=supplier.id, role=role, **{**STAMP, **values})
    session.add(added)
    session.flush()
    return added


def make_fact(supplier: Supplier, value: str = "NO", field: str = "country", **values: Any) -> StatedFact:
    """Somebody states a value; flushed."""
    fact = StatedFact(supplier_id=supplier.id, field=field, value=value, **{**STAMP, **values})
    session.add(fact)
    session.flush()
    return fact


def make_proposal(supplier: Supplier, lei: str = "529900T8BM49AURSDO55", **values: Any) -> LeiProposal:
    """A LEI that GLEIF proposes; flushed."""
    data = LeiData(lei=lei, legal_name=supplier.legal_name, country=supplier.country)
    made = LeiProposal(
        supplier_id=supplier.id,
        lei=lei,
        legal_name=data.legal_name,
        data=data.model_dump(mode="json"),
        found_on=date(2026, 6, 1),
        **values,
    )
    session.add(made)
    session.flush()
    return made


def make_place(supplier: Supplier, os_id: str = "CN2021250D1DTN7", **values: Any) -> PlaceProposal:
    """A place that Open Supply Hub proposes; flushed."""
    place = Place(os_id=os_id, name=supplier.legal_name, address="1 Harbour Road, Shenzhen", country="CN")
    made = PlaceProposal(
        supplier_id=supplier.id,
        os_id=os_id,
        name=place.name,
        likeness=100,
        data=place.model_dump(mode="json"),
        found_on=date(2026, 6, 1),
        **values,
    )
    session.add(made)
    session.flush()
    return made


def make_import(
    *, owner_id: UUID, content: bytes = b"supplier,country\nHalden Computing AB,SE\n", **values: Any
) -> SupplierImport:
    """A list of `owner_id` whose columns are named, checked by no one yet; flushed."""
    evidence = make_evidence(owner_id=owner_id, content=content)
    found = SupplierImport(
        **{
            "owner_id": owner_id,
            "evidence_id": evidence.id,
            "filename": "list.csv",
            "source": "Framework agreement 2026",
            "source_date": date(2026, 1, 1),
            "state": "uploaded",
            "columns": [
                {"name": "supplier", "samples": ["Halden Computing AB"]},
                {"name": "country", "samples": ["SE"]},
            ],
            "layout": {"encoding": "utf-8", "delimiter": "comma", "header_row": 1, "rows": 1},
            "mapping": {"0": "name", "1": "country"},
            **values,
        }
    )
    session.add(found)
    session.flush()
    return found
