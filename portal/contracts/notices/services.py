"""Use cases of notices: a file is uploaded, a dry run says what it would bring, then it is applied whole or not at all.

The same file, or another download of the same notice, changes nothing the second time: contracts are known by notice
and part, suppliers by their numbers.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.contracts import services as contracts
from portal.contracts.notices import queries
from portal.contracts.notices.model import Notice
from portal.contracts.notices.models import NoticeImport
from portal.contracts.notices.plan import NoticePlan, facts_of_all, plan_notices
from portal.contracts.notices.reading import read_notices
from portal.contracts.notices.rules import ContractOutcome
from portal.contracts.services import ContractData
from portal.db import session
from portal.evidence import queries as evidence
from portal.evidence.models import EvidenceItem
from portal.evidence.services import store_file
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.registry.identity.ownership import link_leis
from portal.registry.imports.known import load_ledger, owners_of
from portal.registry.imports.rows import RowFacts
from portal.registry.imports.steps import step
from portal.registry.imports.writing import leis_of, write_suppliers
from portal.registry.names import norm
from portal.registry.reasons import Refused
from portal.registry.rules import ImportState
from portal.registry.texts import MAX_WORDS


def upload(actor: Actor, *, content: bytes, filename: str | None, notices: Sequence[Notice]) -> NoticeImport:
    """Keep a file that was read (reading.read_notices)."""
    require(actor, Permission.IMPORT_SUPPLIERS)
    file = store_file(actor, content=content, filename=filename, media_type="application/octet-stream")
    published = sorted(notice.published_on for notice in notices if notice.published_on)
    found = NoticeImport(
        owner_id=file.owner_id,
        user_id=actor.user_id,
        evidence_id=file.id,
        filename=file.filename,
        source=_source(notices),
        source_date=min(published[-1], today().isoformat()) if published else today(),
        state=ImportState.UPLOADED,
    )
    session.add(found)
    session.flush()
    session.refresh(found)
    record(actor, "notice.uploaded", found, notices=len(notices))
    return found


def _source(notices: Sequence[Notice]) -> str:
    """Where the facts come from, as it is shown with each of them."""
    first = _("Procurement notice %(id)s", id=notices[0].id)
    more = _("%(first)s and %(count)d more", first=first, count=len(notices) - 1) if len(notices) > 1 else first
    return str(more)[:MAX_WORDS]


def request_check(actor: Actor, found: NoticeImport) -> None:
    """Have the worker do the dry run."""
    require(actor, Permission.IMPORT_SUPPLIERS, found)
    step(found, ImportState.CHECKING)
    emit(Event.NOTICES_REQUESTED, actor=actor, notice_import_id=found.id, authority_id=found.owner_id, mode="check")


def request_apply(
    actor: Actor, found: NoticeImport, *, our_buyers: Collection[str], add_duplicates: bool, audience: Audience
) -> None:
    """Have the worker do what the dry run said. `our_buyers` are names of the report that a person says are us."""
    require(actor, Permission.IMPORT_SUPPLIERS, found)
    require(actor, Permission.ADD_CONTRACT)
    step(found, ImportState.APPLYING)
    in_file = {one["name"] for one in found.report.get("buyers", ())}
    found.our_buyers = sorted(norm(name) for name in set(our_buyers) & in_file)
    found.add_duplicates = add_duplicates
    found.audience = Audience.MEMBERS if audience is Audience.MEMBERS else Audience.OWNER
    session.flush()
    emit(Event.NOTICES_REQUESTED, actor=actor, notice_import_id=found.id, authority_id=found.owner_id, mode="apply")


def run(import_id: UUID) -> None:
    """What the worker does: check or apply, whichever the import waits for; nothing if that is done already."""
    found = session.scalar(select(NoticeImport).where(NoticeImport.id == import_id).with_for_update())
    if found is None or found.state not in (ImportState.CHECKING, ImportState.APPLYING):
        return
    actor = Actor(name="import", user_id=found.user_id, authority_id=found.owner_id, is_system=True)
    try:
        notices = read_notices(evidence.content_of(session.get_one(EvidenceItem, found.evidence_id).sha256))
    except Refused as refused:
        step(found, ImportState.FAILED)
        found.error = {"code": refused.code, "params": refused.params}
        session.flush()
        return
    if found.state == ImportState.CHECKING:
        check(actor, found, notices)
    else:
        apply(actor, found, notices)


def check(actor: Actor, found: NoticeImport, notices: Sequence[Notice]) -> NoticePlan:
    """The dry run. The import must be in the state of checking."""
    plan = make_plan(actor, notices, our_buyers=found.our_buyers, add_duplicates=False)
    _write_report(found, plan, made={})
    step(found, ImportState.CHECKED)
    record(actor, "notice.checked", found, **found.counts)
    return plan


def apply(actor: Actor, found: NoticeImport, notices: Sequence[Notice]) -> NoticePlan:
    """Add the winners to the registry and the contracts to the authority's. The import must be being applied."""
    # One at a time, with lists of suppliers: two imports with the same new supplier must not both make it.
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext("supplier.import"))))
    plan = make_plan(actor, notices, our_buyers=found.our_buyers, add_duplicates=found.add_duplicates)
    write_suppliers(found, plan.suppliers)
    link_leis(actor, leis_of(plan.suppliers))
    made: dict[str, UUID] = {}
    for one in plan.contracts:
        if one.outcome is not ContractOutcome.CREATED:
            continue
        assert one.entry is not None  # a contract that is made has a winner,
        assert one.entry.id is not None  # who is in the registry by now
        data = ContractData(
            number=one.number,
            title=one.title,
            product_group=one.product_group,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            value_minor=one.value_minor,
            currency=one.currency,
            audience=Audience(found.audience),
            named_ids=[],
        )
        contract = contracts.add_contract(actor, one.entry.id, data, notice=(one.notice_id, one.part))
        made[f"{one.notice_id} {one.part}"] = contract.id
    _write_report(found, plan, made)
    step(found, ImportState.APPLIED)
    record(actor, "notice.applied", found, source_date=found.source_date, **found.counts)
    return plan


def begin(actor: Actor, found: NoticeImport, state: ImportState) -> None:
    """Put an import into the state that `check` or `apply` starts from, for doing it in this very process."""
    require(actor, Permission.IMPORT_SUPPLIERS, found)
    step(found, state)


def make_plan(
    actor: Actor, notices: Sequence[Notice], *, our_buyers: Collection[str] = (), add_duplicates: bool
) -> NoticePlan:
    """Decide on every winner and contract against the portal as it is. Writes nothing."""
    facts = facts_of_all(notices)
    ledger = load_ledger([fact for fact in facts if isinstance(fact, RowFacts)])
    names = queries.our_names(actor, our_buyers)
    known = queries.known_contracts(actor, notices)
    return plan_notices(
        notices,
        facts,
        ledger,
        owners_of,
        our_names=names,
        known=known,
        today=today(),
        add_duplicates=add_duplicates,
    )


def _write_report(found: NoticeImport, plan: NoticePlan, made: dict[str, UUID]) -> None:
    """What would be done, or was done, as the page shows it: outcomes and reasons by their codes."""
    found.report = {
        "buyers": [{"name": name, "ours": ours} for name, ours in plan.buyers],
        "suppliers": [
            {
                "name": row.name,
                "outcome": row.outcome,
                "reason": row.reason,
                "params": dict(row.params),
                "supplier_id": str(row.entry.id) if row.entry and row.entry.id else None,
            }
            for row in plan.suppliers.rows
        ],
        "contracts": [
            {
                "outcome": one.outcome,
                "number": one.number,
                "title": one.title,
                "winner": one.winner,
                "product_group": one.product_group,
                "starts_on": one.starts_on.isoformat(),
                "ends_on": one.ends_on.isoformat() if one.ends_on else None,
                "value_minor": one.value_minor,
                "currency": one.currency,
                "reason": one.reason,
                "params": dict(one.params),
                "contract_id": str(made[key]) if (key := f"{one.notice_id} {one.part}") in made else None,
            }
            for one in plan.contracts
        ],
    }
    found.counts = plan.counts()
    found.error = None
    session.flush()
