"""What an import does with the winners and the contracts of notices, decided before anything is written. Pure.

Winners are judged like the rows of a list (portal.registry.imports.plan). Contracts are made for the authority whose
they are: where the buyer is another one, the winners are all that is taken.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.contracts.notices.cpv import product_group
from portal.contracts.notices.facts import facts_of
from portal.contracts.notices.model import Deal, Notice, Party
from portal.contracts.notices.rules import ContractOutcome
from portal.contracts.rules import CURRENCIES, MAX_NUMBER, MAX_TITLE
from portal.registry.imports.ledger import Entry, Ledger
from portal.registry.imports.plan import Plan, Planned, make_plan
from portal.registry.imports.rows import Fact
from portal.registry.names import norm
from portal.registry.rules import ProductGroup

_USELESS = 3  # a contract number of fewer characters (“1”, “-”) tells nobody which contract it is


@dataclass(frozen=True, slots=True)
class Known:
    """Contracts of the authority: by notice and part, and by number (with their supplier)."""

    parts: Collection[tuple[str, str]] = ()
    numbers: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(slots=True)
class PlannedContract:
    """One contract; `entry` is its supplier as far as that is decided."""

    outcome: ContractOutcome
    notice_id: str
    part: str
    lot: str
    number: str
    title: str
    winner: str
    buyer: str
    product_group: ProductGroup
    starts_on: date
    ends_on: date | None
    value_minor: int | None
    currency: str | None
    entry: Entry | None
    reason: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class NoticePlan:
    """The winners as a plan of the registry, and the contracts."""

    suppliers: Plan
    contracts: list[PlannedContract]
    buyers: list[tuple[str, bool]]  # (name, whether it is the authority itself)

    def counts(self) -> dict[str, int]:
        """Winners by outcome as in a list, and contracts by theirs."""
        found = {f"contracts_{one.value}": 0 for one in ContractOutcome}
        for contract in self.contracts:
            found[f"contracts_{contract.outcome.value}"] += 1
        return self.suppliers.counts() | found


def facts_of_all(notices: Sequence[Notice]) -> list[Fact]:
    """The winners of all notices, those of one notice with their place in it."""
    return [facts_of(row, party) for row, party in enumerate(_winners(notices), start=1)]


def _winners(notices: Sequence[Notice]) -> Iterator[Party]:
    return (party for notice in notices for party in notice.winners)


def plan_notices(
    notices: Sequence[Notice],
    facts: Sequence[Fact],
    ledger: Ledger,
    owners: Callable[[set[UUID]], dict[UUID, UUID]],
    *,
    our_names: Collection[str],
    known: Known,
    today: date,
    add_duplicates: bool,
) -> NoticePlan:
    """Decide on everything. `our_names` are plain names (names.norm) under which the authority buys."""
    suppliers = make_plan(facts, ledger, owners, add_duplicates=add_duplicates)
    rows = {planned.row: planned for planned in suppliers.rows}
    places = iter(range(1, len(facts) + 1))
    buyers: dict[str, bool] = {}
    contracts: list[PlannedContract] = []
    taken: dict[str, UUID | Entry] = dict(known.numbers)
    for notice in notices:
        by_key = {party.key: rows[next(places)] for party in notice.winners}
        ours = [norm(buyer.name) in our_names for buyer in notice.buyers]
        buyers |= {buyer.name: is_ours for buyer, is_ours in zip(notice.buyers, ours, strict=True)}
        for deal in notice.deals:
            contract = _contract(notice, deal, by_key[deal.winner], today)
            _decide(contract, any(ours), by_key[deal.winner], known, taken)
            contracts.append(contract)
    return NoticePlan(suppliers, contracts, list(buyers.items()))


def _contract(notice: Notice, deal: Deal, winner: Planned, today: date) -> PlannedContract:
    starts_on = date.fromisoformat(deal.starts_on or notice.published_on or today.isoformat())
    ends_on = date.fromisoformat(deal.ends_on) if deal.ends_on else None
    value, currency = _money(deal)
    return PlannedContract(
        outcome=ContractOutcome.CREATED,
        notice_id=notice.id,
        part=deal.part,
        lot=deal.lot,
        number=_number(notice, deal),
        title=(deal.title or notice.title or notice.id)[:MAX_TITLE],
        winner=winner.name,
        buyer=", ".join(buyer.name for buyer in notice.buyers),
        product_group=product_group(deal.cpv),
        starts_on=starts_on,
        ends_on=ends_on if ends_on and ends_on >= starts_on else None,
        value_minor=value,
        currency=currency,
        entry=winner.entry,
    )


def _number(notice: Notice, deal: Deal) -> str:
    """The contract's own number, else the notice's with the lot."""
    if deal.number and len(deal.number) >= _USELESS:
        return deal.number[:MAX_NUMBER]
    return "/".join(filter(None, (notice.id, deal.lot)))[:MAX_NUMBER]


def _money(deal: Deal) -> tuple[int | None, str | None]:
    """Minor units and currency; nothing for currencies that contracts cannot have here."""
    if deal.value is None or deal.currency not in CURRENCIES:
        return None, None
    return int((Decimal(deal.value) * 100).to_integral_value()), deal.currency


def _decide(
    contract: PlannedContract, ours: bool, winner: Planned, known: Known, taken: dict[str, UUID | Entry]
) -> None:
    """The outcome of one contract; a number that another contract has gets the lot, or the winner, behind it."""
    if (contract.notice_id, contract.part) in known.parts:
        contract.outcome = ContractOutcome.KNOWN
        return
    if not ours:
        contract.outcome, contract.reason = ContractOutcome.NOT_OURS, "notice_other_buyer"
        contract.params = {"buyer": contract.buyer or "–"}
        return
    if winner.entry is None or winner.outcome not in ("created", "matched"):
        contract.outcome, contract.reason = ContractOutcome.WAITS, "notice_supplier_open"
        contract.params, contract.entry = {"name": winner.name}, None
        return
    holder = winner.entry.id or winner.entry
    if contract.number in taken and taken[contract.number] == holder and contract.number in known.numbers:
        contract.outcome, contract.reason = ContractOutcome.KNOWN, "notice_same_number"
        contract.params = {"number": contract.number}
        return
    for extra in (contract.lot, contract.part.rpartition("/")[2], contract.part):
        if contract.number not in taken:
            break
        contract.number = f"{contract.number[: MAX_NUMBER - len(extra[:40]) - 1]}/{extra[:40]}"
    if contract.number in taken:
        contract.outcome, contract.reason = ContractOutcome.WAITS, "notice_number_taken"
        contract.params = {"number": contract.number}
        return
    taken[contract.number] = holder
