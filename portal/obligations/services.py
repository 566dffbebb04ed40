"""Use cases of obligations: plan them from clauses and dates, ask, deliver, accept, refuse, waive, attach files.

Whatever plans locks the contract first, so that of two at once the second sees what the first has done.
"""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clauses.duties import SCHEDULED, Duty, Period, add_months, due_after, due_dates
from portal.clauses.signed import queries as signed_queries
from portal.clauses.signed import services as signing
from portal.clauses.signed.models import ContractClause
from portal.clock import today
from portal.contracts import queries as contract_queries
from portal.contracts import services as contract_services
from portal.contracts.models import Contract
from portal.db import session
from portal.errors import BadInput, InvalidTransition, NotFound
from portal.evidence.models import EvidenceItem
from portal.evidence.services import checked_media_type, store_file
from portal.journal.services import record
from portal.obligations import queries, rules
from portal.obligations.models import Obligation, ObligationEvidence, ObligationStep
from portal.obligations.rules import ObligationState, Refusal, StepKind


def sign_clauses(actor: Actor, contract_id: UUID, version_ids: Collection[UUID], language: str, signed_on: date) -> int:
    """Write down with which clauses a contract was signed, and plan what they ask; how many they were."""
    contract = queries.get_own_contract(actor, contract_id)
    signed = signing.sign(actor, contract, version_ids, language, signed_on)
    plan(actor, contract)
    return len(signed)


def take_off_clause(actor: Actor, contract_id: UUID, contract_clause_id: UUID) -> None:
    """Take a clause off that was written down by mistake, with its open obligations.

    Refused where anything was delivered, asked for or written on one of them.
    """
    contract = queries.get_own_contract(actor, contract_id)
    require(actor, Permission.EDIT_CONTRACT, contract)
    signed = session.get(ContractClause, contract_clause_id)
    if signed is None or signed.contract_id != contract.id:
        raise NotFound
    untouched = {
        one.id for one in queries.scheduled_of(signed) if one.state == ObligationState.OPEN and not one.touched
    }
    count = select(func.count()).where(Obligation.contract_clause_id == signed.id)
    if session.scalar(count) != len(untouched):
        raise BadInput(
            _("Something was asked for or delivered under this clause."),
            remedy=_("Leave it, and waive what is not to be delivered."),
        )
    session.execute(delete(Obligation).where(Obligation.id.in_(untouched)))
    signing.take_off(actor, contract, signed)


def add_extension(actor: Actor, contract_id: UUID, until: date) -> None:
    """Write down an option to extend a contract."""
    contract_services.add_extension(actor, queries.get_own_contract(actor, contract_id), until)


def add_options(actor: Actor, contract_id: UUID, count: int, months: int) -> None:
    """Write down several options of the same length."""
    contract_services.add_options(actor, queries.get_own_contract(actor, contract_id), count, months)


def use_extension(actor: Actor, contract_id: UUID, extension_id: UUID, used: bool) -> None:
    """Write down that an option was used (or not after all), and plan what is due in the longer time."""
    contract = queries.get_own_contract(actor, contract_id)
    contract_services.use_extension(actor, contract, extension_id, used)
    plan(actor, contract)


def plan_after_change(actor: Actor, contract_id: UUID) -> None:
    """Plan a contract anew whose dates may have changed; one that is gone needs nothing."""
    try:
        contract = queries.get_own_contract(actor, contract_id)
    except NotFound:
        return
    plan(actor, contract)


def plan_open_contracts(actor: Actor) -> Sequence[UUID]:
    """Plan further ahead what contracts without an end ask, as time goes on; the contracts' ids. System scope only.

    Run by the clock. Who comes second finds everything there.
    """
    open_ones = select(Contract.id).where(
        Contract.ends_on.is_(None), select(1).where(ContractClause.contract_id == Contract.id).exists()
    )
    found = session.scalars(open_ones.order_by(Contract.id)).all()
    for contract_id in found:
        plan_after_change(actor, contract_id)
    return found


def plan(actor: Actor, contract: Contract) -> None:
    """Make the open obligations of a locked contract fit its clauses and dates; what was delivered stays as it is."""
    require(actor, Permission.EDIT_CONTRACT, contract)
    ends_on = contract_queries.ends_on(contract, contract_queries.extensions_of(contract))
    period = Period(contract.starts_on, ends_on)
    until = add_months(max(today(), contract.starts_on), 12 * rules.OPEN_YEARS)
    counts = {"added": 0, "moved": 0, "dropped": 0}
    for signed in signed_queries.clauses_of(contract):
        duties = {duty.code: duty for duty in signed.clause_version.definition.duties}
        found = rules.changes(queries.scheduled_of(signed), due_dates(duties.values(), period, until))
        session.add_all(_new(contract, signed, duties[due.code], due.occurrence, due.on) for due in found.added)
        for obligation_id, on in found.moved.items():
            session.execute(
                update(Obligation)
                .where(Obligation.id == obligation_id, Obligation.state == ObligationState.OPEN)
                .values(due_on=on, version=Obligation.version + 1)
            )
        if found.dropped:
            session.execute(delete(Obligation).where(Obligation.id.in_(found.dropped)))
        counts["added"] += len(found.added)
        counts["moved"] += len(found.moved)
        counts["dropped"] += len(found.dropped)
    session.flush()
    if any(counts.values()):
        record(actor, "obligation.planned", contract, **counts)


def ask(actor: Actor, contract_id: UUID, contract_clause_id: UUID, duty_code: str, on: date) -> Obligation:
    """Write down that something was asked for, or that an event happened, on a day: an obligation follows from it."""
    contract = queries.get_own_contract(actor, contract_id)
    require(actor, Permission.EDIT_CONTRACT, contract)
    signed = session.get(ContractClause, contract_clause_id)
    if signed is None or signed.contract_id != contract.id:
        raise NotFound
    duty = next((one for one in signed.clause_version.definition.duties if one.code == duty_code), None)
    if duty is None or duty.kind in SCHEDULED:
        raise NotFound
    if not contract.starts_on <= on <= today():
        raise BadInput(
            _("The day is before the contract begins, or in the future."), field="on", remedy=_("Check the date.")
        )
    last = select(func.max(Obligation.occurrence)).where(
        Obligation.contract_clause_id == signed.id, Obligation.duty_code == duty_code
    )
    obligation = _new(contract, signed, duty, (session.scalar(last) or 0) + 1, due_after(duty, on))
    obligation.triggered_on = on
    session.add(obligation)
    session.flush()
    record(actor, "obligation.asked", obligation, contract=contract.id, due_on=obligation.due_on)
    return obligation


def _new(contract: Contract, signed: ContractClause, duty: Duty, occurrence: int, due_on: date) -> Obligation:
    return Obligation(
        owner_id=contract.owner_id,
        contract_id=contract.id,
        contract_clause_id=signed.id,
        duty_code=duty.code,
        kind=duty.kind,
        occurrence=occurrence,
        what=dict(duty.what),
        due_on=due_on,
        state=ObligationState.OPEN,
    )


def take_step(
    actor: Actor,
    obligation: Obligation,
    kind: StepKind,
    on: date,
    *,
    refusal: Refusal | None = None,
    note: str | None = None,
) -> None:
    """Take the next step on a day. A refusal needs its reason; sending back, waiving and opening again need words."""
    require(actor, Permission.EDIT_OBLIGATION, obligation)
    note = (note or "").strip() or None
    if on > today():
        raise BadInput(_("The day is in the future."), field="on", remedy=_("Check the date."))
    if kind is StepKind.REFUSED and refusal is None:
        raise BadInput(_("Say which reason the supplier gives."), field="refusal")
    if kind in rules.NEEDS_NOTE and note is None:
        raise BadInput(_("Say why."), field="note")
    session.refresh(obligation, with_for_update={"of": Obligation})
    if not rules.can_take(obligation.state, kind):
        raise InvalidTransition(_("The obligation has changed meanwhile. Look at the page again."))
    obligation.state = rules.STEPS[kind][1]
    obligation.refusal = refusal if kind is StepKind.REFUSED else None
    if kind is StepKind.DELIVERED:
        obligation.delivered_on = on
    elif kind is not StepKind.ACCEPTED:
        obligation.delivered_on = None
    session.add(
        ObligationStep(
            obligation_id=obligation.id,
            kind=kind,
            taken_on=on,
            user_id=actor.user_id,
            refusal=obligation.refusal,
            note=note,
        )
    )
    session.flush()
    record(actor, "obligation.step", obligation, kind=kind, on=on, refusal=obligation.refusal)


def attach(
    actor: Actor, obligation: Obligation, *, content: bytes, filename: str | None, note: str | None
) -> EvidenceItem:
    """Keep a file that was delivered; only the authority sees it."""
    require(actor, Permission.EDIT_OBLIGATION, obligation)
    media_type = checked_media_type(content, filename, field="file")
    item = store_file(actor, content=content, filename=filename, media_type=media_type, audience=Audience.OWNER)
    session.add(ObligationEvidence(obligation_id=obligation.id, evidence_id=item.id, note=(note or "").strip() or None))
    session.flush()
    record(actor, "obligation.evidence_added", obligation, evidence_id=item.id)
    return item
