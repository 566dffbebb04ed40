"""From a LEI record to the supplier that has this LEI: statements, names, number and edges, all by GLEIF's word.

GLEIF states; it never overrules what an officer chose. What was offered before is not offered again, so a name or a
number that a person withdrew stays away, and the same record applied twice changes nothing.
"""

from portal.access.actor import Actor
from portal.clock import today
from portal.db import session
from portal.errors import Conflict
from portal.journal.services import record
from portal.registry import queries as registry
from portal.registry import services
from portal.registry.gleif.parse import Company, LeiData
from portal.registry.gleif.register import national_number
from portal.registry.gleif.rules import SOURCE, VOID
from portal.registry.identifiers import Identifier
from portal.registry.identity import facts, ownership
from portal.registry.identity.rules import FactField, RelationKind
from portal.registry.models import Supplier
from portal.registry.names import is_local_script, norm
from portal.registry.provenance import Provenance, stamp
from portal.registry.rules import NameKind

KINDS = {
    "PREVIOUS_LEGAL_NAME": NameKind.FORMER,
    "TRADING_OR_OPERATING_NAME": NameKind.TRADING,
    "ALTERNATIVE_LANGUAGE_LEGAL_NAME": NameKind.TRADING,
    "PREFERRED_ASCII_TRANSLITERATED_LEGAL_NAME": NameKind.TRADING,
}


def apply_record(actor: Actor, supplier: Supplier, data: LeiData, before: LeiData | None) -> None:
    """Let GLEIF's record speak of the supplier; `before` is the record applied last."""
    where = provenance(data)
    speaks = data.registration_status not in VOID
    _state_values(actor, supplier, data if speaks else None, where)
    if speaks:
        _add_names(actor, supplier, data, before, where)
        _add_number(actor, supplier, data, before, where)
    for kind, parent in (
        (RelationKind.DIRECT_PARENT, data.direct_parent),
        (RelationKind.ULTIMATE_PARENT, data.ultimate_parent),
        (RelationKind.BRANCH_OF, data.head_office),
    ):
        _state_edge(actor, supplier, kind, parent if speaks else None, where)


def provenance(data: LeiData) -> Provenance:
    """GLEIF, as of the day that the record was updated last."""
    return Provenance(SOURCE, min(data.updated_on or today(), today()))


def _state_values(actor: Actor, supplier: Supplier, data: LeiData | None, where: Provenance) -> None:
    stamped = stamp(actor, where)
    facts.state(supplier, FactField.COUNTRY, data.country if data else None, stamped)
    # The same name in another script is no contradiction: it is added as a local name.
    other_script = data is not None and is_local_script(data.legal_name) != is_local_script(supplier.legal_name)
    name = data.legal_name if data and not other_script else None
    facts.state(supplier, FactField.LEGAL_NAME, name, stamped)
    if data and data.country and supplier.country is None:
        supplier.country = data.country
        session.flush()
        record(actor, "supplier.country_changed", supplier, country=data.country)


def _add_names(actor: Actor, supplier: Supplier, data: LeiData, before: LeiData | None, where: Provenance) -> None:
    known = {norm(name.name) for name in registry.get_facts(supplier.id).names}
    offered = {name for name, _kind in _names(before)} if before else set()
    for name, kind in _names(data):
        plain = norm(name)
        if name in offered or not plain or plain in known:
            continue
        local = kind is NameKind.LEGAL and is_local_script(name) != is_local_script(supplier.legal_name)
        if kind is NameKind.LEGAL and not local:
            continue  # it is stated; whether it counts is chosen
        services.add_name(actor, supplier, services.NameData(name, NameKind.LOCAL if local else kind), where)
        known.add(plain)


def _names(data: LeiData) -> list[tuple[str, NameKind]]:
    others = [(one.name, KINDS[one.type]) for one in data.other_names if one.type in KINDS]
    return [(data.legal_name, NameKind.LEGAL), *others]


def _add_number(actor: Actor, supplier: Supplier, data: LeiData, before: LeiData | None, where: Provenance) -> None:
    number = national_number(data)
    if number is None or (before and national_number(before) == number):
        return
    if any(one.scheme == number.scheme for one in registry.get_facts(supplier.id).identifiers):
        return  # the same, or another one: then the page says so
    try:
        services.add_identifier(actor, supplier, number, where)
    except Conflict:
        return  # another supplier has it: the page says that they may be the same


def _state_edge(
    actor: Actor, supplier: Supplier, kind: RelationKind, parent: Company | None, where: Provenance
) -> None:
    if parent is None:
        ownership.end_relation(actor, supplier, kind, where)
        return
    holder = registry.holders_of([Identifier("lei", parent.lei)]).get(Identifier("lei", parent.lei))
    if holder is not None and holder.id == supplier.id:
        return
    end = ownership.Parent(holder.id if holder else None, parent.lei, parent.name)
    edge = ownership.state_relation(actor, supplier, kind, end, where)
    if edge is not None:
        ownership.drop_unsaid_parent(actor, supplier)
        ownership.choose_if_none(actor, edge)
