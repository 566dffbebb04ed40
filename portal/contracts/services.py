"""Use cases of contracts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update

from portal.access.actor import Actor
from portal.access.audience import Audience, set_audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.contracts import queries
from portal.contracts.models import Contract, ContractExtension
from portal.contracts.rules import MOST_OPTION_MONTHS, MOST_OPTIONS, ContractKind, option_ends
from portal.db import constraint_errors, session
from portal.errors import BadInput, Conflict, DomainError
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry import queries as registry
from portal.registry.rules import ProductGroup


@dataclass(frozen=True)
class ContractData:
    """What a person writes of a contract; the value is in minor units of `currency`."""

    number: str
    title: str
    product_group: ProductGroup
    starts_on: date
    ends_on: date | None
    value_minor: int | None
    currency: str | None
    audience: Audience
    named_ids: list[UUID]
    more_groups: Sequence[ProductGroup] = ()  # beside the main one
    kind: ContractKind = ContractKind.CONTRACT
    framework_id: UUID | None = None  # of a call-off


def add_contract(
    actor: Actor, supplier_id: UUID, data: ContractData, *, notice: tuple[str, str] | None = None
) -> Contract:
    """Record a contract of the actor's authority with a supplier; `notice` is (id, part) where it was read from one."""
    require(actor, Permission.ADD_CONTRACT)
    supplier = registry.get_supplier(supplier_id)
    assert actor.authority_id is not None
    contract = Contract(supplier_id=supplier.id, owner_id=actor.authority_id)
    contract.notice_id, contract.notice_part = notice or (None, None)
    with constraint_errors(_refusals(data)):
        _write(actor, contract, data)
        session.add(contract)
    record(actor, "contract.added", contract, audience=contract.audience)
    return contract


def change_contract(actor: Actor, contract: Contract, data: ContractData) -> None:
    """Overwrite what was written of a contract. Raises StaleDataError when somebody else was faster."""
    require(actor, Permission.EDIT_CONTRACT, contract)
    with constraint_errors(_refusals(data)):
        _write(actor, contract, data)
    record(actor, "contract.changed", contract, audience=contract.audience)
    emit(Event.CONTRACT_CHANGED, actor=actor, contract_id=contract.id)


def add_extension(actor: Actor, contract: Contract, until: date) -> ContractExtension:
    """Write down that the contract may be extended until a day after its end."""
    require(actor, Permission.EDIT_CONTRACT, contract)
    if contract.ends_on is None:
        raise BadInput(_("The contract has no end that could be extended."), field="until")
    if until <= contract.ends_on:
        raise BadInput(_("The day is not after the contract’s end."), field="until", remedy=_("Check the date."))
    extension = ContractExtension(contract_id=contract.id, until=until)
    taken = BadInput(_("There is an option until this day already."), field="until")
    with constraint_errors({"uq_contract_extension_contract_id_until": taken}):
        session.add(extension)
    record(actor, "contract.extension_added", contract, until=until)
    return extension


def add_options(actor: Actor, contract: Contract, count: int, months: int) -> list[ContractExtension]:
    """Write down so many options of so many months each; they follow on the last one that is there, or on the end."""
    require(actor, Permission.EDIT_CONTRACT, contract)
    if contract.ends_on is None:
        raise BadInput(
            _("The contract has no end that could be extended."), field="ends_on", remedy=_("Say when it ends.")
        )
    if not 1 <= count <= MOST_OPTIONS:
        raise BadInput(_("Write a number from 1 to %(most)s.", most=MOST_OPTIONS), field="count")
    if not 1 <= months <= MOST_OPTION_MONTHS:
        raise BadInput(_("Write a number from 1 to %(most)s.", most=MOST_OPTION_MONTHS), field="months")
    there = queries.extensions_of(contract)
    last = max([contract.ends_on, *(one.until for one in there)])
    if last.year + count * months // 12 >= date.max.year:
        raise BadInput(_("This cannot be the contract’s end."), field="ends_on", remedy=_("Check the date."))
    options = [ContractExtension(contract_id=contract.id, until=on) for on in option_ends(last, count, months)]
    # Somebody else may be adding the same ones.
    taken = BadInput(_("There is an option until one of these days already."), remedy=_("Look at the page again."))
    with constraint_errors({"uq_contract_extension_contract_id_until": taken}):
        session.add_all(options)
    record(actor, "contract.options_added", contract, until=[one.until for one in options])
    return options


def use_extension(actor: Actor, contract: Contract, extension_id: UUID, used: bool) -> None:
    """Write down that an option was used, or that it was not after all. Conflict where that is said already."""
    require(actor, Permission.EDIT_CONTRACT, contract)
    if not used:
        others = [one for one in queries.extensions_of(contract) if one.id != extension_id]
        _keep_call_offs(actor, contract, queries.ends_on(contract, others))
    wanted = ContractExtension.used_on.is_(None) if used else ContractExtension.used_on.is_not(None)
    changed = session.scalar(
        update(ContractExtension)
        .where(ContractExtension.id == extension_id, ContractExtension.contract_id == contract.id, wanted)
        .values(used_on=today() if used else None)
        .returning(ContractExtension.until)
    )
    if changed is None:
        raise Conflict(_("This was said of the option already. Look at the page again."))
    record(actor, "contract.extension_used", contract, until=changed, used=used)


def _refusals(data: ContractData) -> dict[str, DomainError]:
    kept = BadInput(_("Contracts are called off under it, so it stays a framework."), field="kind")
    gone = BadInput(_("This is no framework any more."), field="framework_id", remedy=_("Choose another one."))
    return {
        "uq_contract_owner_id_number": Conflict(_("Your authority has a contract with this number already.")),
        "fk_contract_framework_id": gone if data.kind is ContractKind.CALL_OFF else kept,
    }


def _check_framework(actor: Actor, contract: Contract, data: ContractData) -> None:
    """A call-off needs a framework that the actor sees, its own or another authority's, and begins while it runs."""
    if data.kind is not ContractKind.CALL_OFF:
        if data.framework_id:
            raise BadInput(
                _("Only a call-off belongs to a framework."),
                field="framework_id",
                remedy=_("Choose the kind, or none."),
            )
        return
    if data.framework_id is None:
        raise BadInput(_("Say under which framework it is called off."), field="framework_id")
    found = queries.visible_contracts(actor).where(Contract.id == data.framework_id)
    framework = session.scalar(found)
    if framework is None and data.framework_id == contract.framework_id:
        return  # shared with us once, and not any more
    if framework is None or framework.kind != ContractKind.FRAMEWORK or framework.id == contract.id:
        raise BadInput(_("This is none of the frameworks that you see."), field="framework_id")
    last = queries.ends_on(framework, queries.extensions_of(framework))
    if last and data.starts_on > last:
        raise BadInput(
            _("The framework has ended by then."),
            field="starts_on",
            remedy=_("Check the date, and whether an option of the framework was used."),
        )


def _keep_call_offs(actor: Actor, contract: Contract, last: date | None) -> None:
    """A framework does not end before what was called off under it began, as far as the actor sees that."""
    if last is None or contract.kind != ContractKind.FRAMEWORK:
        return
    for one in queries.call_offs_of(actor, contract):
        if one.starts_on > last:
            raise BadInput(_("Call-off %(number)s begins only after this day.", number=one.number), field="ends_on")


def _write(actor: Actor, contract: Contract, data: ContractData) -> None:
    _check_framework(actor, contract, data)
    if contract.id and data.ends_on:
        used = [one.until for one in queries.extensions_of(contract) if one.used_on]
        _keep_call_offs(actor, contract, max([data.ends_on, *used]))
    if data.ends_on and data.ends_on < data.starts_on:
        raise BadInput(_("The contract ends before it begins."), field="ends_on", remedy=_("Check both dates."))
    if (data.value_minor is None) != (data.currency is None):
        raise BadInput(_("A value needs its currency."), field="currency", remedy=_("Fill in both or neither."))
    contract.kind = data.kind
    contract.framework_id = data.framework_id
    contract.number = data.number
    contract.title = data.title
    contract.product_group = data.product_group
    contract.more_groups = [one for one in ProductGroup if one in data.more_groups and one is not data.product_group]
    contract.starts_on = data.starts_on
    contract.ends_on = data.ends_on
    contract.value_minor = data.value_minor
    contract.currency = data.currency
    set_audience(contract, data.audience, data.named_ids)
