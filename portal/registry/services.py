"""Use cases of the registry: add a supplier and its facts, withdraw them, follow it.

The registry is shared: every member's officers add to it, and each fact keeps who said so, from where and when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import constraint_errors, session
from portal.errors import BadInput, Conflict
from portal.journal.services import record
from portal.registry import queries
from portal.registry.duplicates import NumberTaken, PossibleDuplicates
from portal.registry.gleif.rules import SOURCE as REGISTER
from portal.registry.identifiers import Identifier
from portal.registry.identity import facts, ownership
from portal.registry.identity.rules import FactField, RelationKind
from portal.registry.matching.compare import compare
from portal.registry.matching.profile import Name, Profile, Verdict
from portal.registry.models import Follow, Site, Sourced, Supplier, SupplierIdentifier, SupplierName
from portal.registry.names import core, norm, sort_key
from portal.registry.profiles import load_profiles
from portal.registry.provenance import Provenance as Provenance
from portal.registry.provenance import stamp
from portal.registry.rules import NameKind
from portal.registry.texts import MAX_ADDRESS, MAX_WORDS, company_name, one_line


@dataclass(frozen=True, slots=True)
class NameData:
    """A name as a person writes it."""

    name: str
    kind: NameKind
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class SiteData:
    """A site as a person writes it."""

    address: str
    name: str | None = None
    city: str | None = None
    country: str | None = None
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class SupplierData:
    """A new supplier: its legal name and what else is known at once."""

    legal_name: str
    country: str | None
    identifiers: Sequence[Identifier] = ()
    site: SiteData | None = None


def add_supplier(actor: Actor, data: SupplierData, where: Provenance, *, confirmed: bool = False) -> Supplier:
    """Add a supplier by hand.

    Raises NumberTaken when one of its numbers belongs to a supplier that is there, and PossibleDuplicates when one
    with nearly this name is; the latter not when a person has looked at them and `confirmed`.
    """
    require(actor, Permission.EDIT_REGISTRY)
    name = company_name(data.legal_name)
    for identifier, holder in queries.holders_of(data.identifiers).items():
        raise NumberTaken(identifier, holder)
    if not confirmed and (alike := queries.possible_duplicates(name, data.country)):
        raise PossibleDuplicates(_judged(name, data, alike))
    supplier = Supplier(
        legal_name=name, sort_key=sort_key(name), country=data.country, brought_in_by_id=actor.authority_id
    )
    session.add(supplier)
    session.flush()
    record(actor, "supplier.added", supplier, country=data.country)
    add_name(actor, supplier, NameData(name, NameKind.LEGAL), where)
    if data.country:
        facts.state(supplier, FactField.COUNTRY, data.country, stamp(actor, where))
    for identifier in data.identifiers:
        add_identifier(actor, supplier, identifier, where)
    if data.site:
        add_site(actor, supplier, data.site, where)
    return supplier


def _judged(name: str, data: SupplierData, alike: Sequence[Supplier]) -> list[tuple[Supplier, Verdict]]:
    """Each with the matcher's verdict, the likeliest first."""
    new = Profile(
        names=(Name(name),),
        identifiers=frozenset(data.identifiers),
        country=data.country,
        addresses=(data.site.address,) if data.site else (),
        cities=(data.site.city,) if data.site and data.site.city else (),
    )
    profiles = load_profiles([supplier.id for supplier in alike])
    found = [(supplier, compare(new, profiles[supplier.id])) for supplier in alike]
    return sorted(found, key=lambda pair: -pair[1].score)


def add_name(actor: Actor, supplier: Supplier, data: NameData, where: Provenance) -> SupplierName:
    """Add a name. A new legal name makes the one before it a former name."""
    require(actor, Permission.EDIT_REGISTRY)
    if data.valid_from and data.valid_to and data.valid_to < data.valid_from:
        raise BadInput(_("The name ends before it begins."), field="valid_to", remedy=_("Check both dates."))
    stamped = stamp(actor, where)
    name = write_name(supplier, data, stamped)
    if data.kind is NameKind.LEGAL:
        facts.state(supplier, FactField.LEGAL_NAME, name.name, stamped)
    record(actor, "supplier.name_added", supplier, name_id=name.id, kind=data.kind)
    return name


def write_name(supplier: Supplier, data: NameData, stamped: Mapping[str, Any]) -> SupplierName:
    """The row of a name with the forms that look-up uses; `stamped` says who states it (models.Sourced)."""
    text = company_name(data.name)
    name = SupplierName(
        supplier_id=supplier.id,
        name=text,
        kind=data.kind,
        valid_from=data.valid_from,
        valid_to=data.valid_to,
        norm=norm(text),
        core=core(text),
        **stamped,
    )
    known = Conflict(_("The supplier has this name already."))
    with constraint_errors({"uq_supplier_name_supplier_id_name_kind": known}):
        session.add(name)
        session.flush()
        if data.kind is NameKind.LEGAL:
            succeed_legal_name(supplier, name)
    return name


def succeed_legal_name(supplier: Supplier, current: SupplierName) -> None:
    """Let a legal name be the one that counts; the one before it becomes a former name."""
    names = session.scalars(
        select(SupplierName).where(SupplierName.supplier_id == supplier.id, SupplierName.id != current.id)
    ).all()
    former = {name.name for name in names if name.kind == NameKind.FORMER}
    for name in names:
        if name.kind == NameKind.LEGAL and name.name in former:
            session.delete(name)  # it was in use twice; one former name says so
        elif name.kind == NameKind.LEGAL:
            name.kind = NameKind.FORMER
            name.valid_to = name.valid_to or current.valid_from or current.source_date
    supplier.legal_name = current.name
    supplier.sort_key = sort_key(current.name)


def withdraw_name(actor: Actor, name: SupplierName) -> None:
    """Take back a name that was wrong. The legal name can only be replaced, by adding the right one."""
    require(actor, Permission.EDIT_REGISTRY)
    if name.kind == NameKind.LEGAL:
        raise Conflict(_("A supplier always has a legal name. Add the right one: this one becomes a former name."))
    record(actor, "supplier.name_withdrawn", name.supplier, name_id=name.id, kind=name.kind)
    _delete(name)


def add_identifier(actor: Actor, supplier: Supplier, identifier: Identifier, where: Provenance) -> SupplierIdentifier:
    """Add a number that passed its check. Raises NumberTaken when a supplier has it."""
    require(actor, Permission.EDIT_REGISTRY)
    for taken, holder in queries.holders_of([identifier]).items():
        raise NumberTaken(taken, holder)
    if identifier.scheme == "lei":
        ownership.lock_ownership()  # before the number: edges may lead to the supplier by it
    number = SupplierIdentifier(
        supplier_id=supplier.id, scheme=identifier.scheme, value=identifier.value, **stamp(actor, where)
    )
    # Somebody may have added it this very moment: then it is the constraint that knows.
    with constraint_errors({"uq_supplier_identifier_scheme_value": NumberTaken(identifier)}):
        session.add(number)
    if identifier.scheme == "lei":
        ownership.link_leis(actor, {identifier.value: supplier.id})
    record(actor, "supplier.identifier_added", supplier, identifier_id=number.id, scheme=identifier.scheme)
    return number


def withdraw_identifier(actor: Actor, number: SupplierIdentifier) -> None:
    """Take back a number that is not this supplier's; with its LEI goes what GLEIF states by it."""
    require(actor, Permission.EDIT_REGISTRY)
    supplier_id = number.supplier_id
    record(actor, "supplier.identifier_withdrawn", number.supplier, identifier_id=number.id, scheme=number.scheme)
    _delete(number)
    if number.scheme == "lei":
        ownership.unlink_lei(actor, number.value)
        _withdraw_register(actor, queries.get_supplier(supplier_id))


def _withdraw_register(actor: Actor, supplier: Supplier) -> None:
    """Without a LEI nothing that GLEIF states is known to be of this supplier."""
    session.expire(supplier, ["names", "identifiers"])  # the lists may still hold what was deleted
    if any(one.scheme == "lei" for one in supplier.identifiers):
        return

    def stated(fact: Sourced) -> bool:
        return fact.source == REGISTER and fact.entered_by_id is None

    facts.forget(supplier, REGISTER)
    ownership.end_all(actor, supplier, REGISTER)
    for name in [one for one in supplier.names if stated(one) and one.kind != NameKind.LEGAL]:
        withdraw_name(actor, name)
    for number in [one for one in supplier.identifiers if stated(one)]:
        withdraw_identifier(actor, number)


def add_site(actor: Actor, supplier: Supplier, data: SiteData, where: Provenance) -> Site:
    """Add a place where the supplier makes or does something."""
    require(actor, Permission.EDIT_REGISTRY)
    site = Site(
        supplier_id=supplier.id,
        address=one_line(data.address, MAX_ADDRESS),
        name=one_line(data.name or "", MAX_WORDS) or None,
        city=one_line(data.city or "", MAX_WORDS) or None,
        country=data.country,
        sector=one_line(data.sector or "", MAX_WORDS) or None,
        **stamp(actor, where),
    )
    with constraint_errors({"uq_site_supplier_id_address": Conflict(_("The supplier has a site at this address."))}):
        session.add(site)
    record(actor, "supplier.site_added", supplier, site_id=site.id)
    return site


def withdraw_site(actor: Actor, site: Site) -> None:
    """Take back a site that is not this supplier's. One that other records refer to stays."""
    require(actor, Permission.EDIT_REGISTRY)
    record(actor, "supplier.site_withdrawn", site.supplier, site_id=site.id)
    in_use = Conflict(_("Other records refer to this site, so it stays."))
    with constraint_errors({"fk_joint_audit_site_id": in_use, "fk_finding_site_id": in_use}):
        _delete(site)


def set_parent(actor: Actor, supplier: Supplier, parent_id: UUID | None, where: Provenance | None = None) -> None:
    """The actor's authority says which company owns the supplier, and that one counts; None for none.

    A supplier is never above itself. Without `where` the source is the authority itself, today.
    """
    require(actor, Permission.EDIT_REGISTRY)
    where = where or Provenance(actor.authority_name or actor.name, today())
    if parent_id is None:
        ownership.end_relation(actor, supplier, RelationKind.DIRECT_PARENT, where)
    else:
        ownership.state_relation(actor, supplier, RelationKind.DIRECT_PARENT, ownership.Parent(parent_id), where)
    ownership.choose_parent(actor, supplier, parent_id)


def set_country(actor: Actor, supplier: Supplier, country: str | None, where: Provenance | None = None) -> None:
    """The actor's authority says where the supplier is registered, and that counts; None takes its statement back.

    Raises StaleDataError when somebody else was faster. Without `where` the source is the authority itself, today.
    """
    require(actor, Permission.EDIT_REGISTRY)
    where = where or Provenance(actor.authority_name or actor.name, today())
    facts.state(supplier, FactField.COUNTRY, country, stamp(actor, where))
    supplier.country = country
    session.flush()
    record(actor, "supplier.country_changed", supplier, country=country)


def follow(actor: Actor, supplier_id: UUID) -> None:
    """The actor's authority is told of changes from now on; following twice changes nothing."""
    require(actor, Permission.FOLLOW_SUPPLIER)
    supplier = queries.get_supplier(supplier_id)
    statement = insert(Follow).values(authority_id=actor.authority_id, supplier_id=supplier.id)
    if session.execute(statement.on_conflict_do_nothing().returning(Follow.supplier_id)).first():
        record(actor, "supplier.followed", supplier)


def unfollow(actor: Actor, supplier_id: UUID) -> None:
    """The actor's authority is no longer told of changes."""
    require(actor, Permission.FOLLOW_SUPPLIER)
    supplier = queries.get_supplier(supplier_id)
    gone = delete(Follow).where(Follow.authority_id == actor.authority_id, Follow.supplier_id == supplier.id)
    if session.execute(gone.returning(Follow.supplier_id)).first():
        record(actor, "supplier.unfollowed", supplier)


def _delete(fact: SupplierName | SupplierIdentifier | Site) -> None:
    session.delete(fact)
    session.flush()
