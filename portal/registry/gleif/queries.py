"""SELECTs on LEI records, searches and proposals, and what the supplier's page shows of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from portal.db import now, session
from portal.errors import NotFound
from portal.registry.gleif.models import Asked, LeiProposal, LeiRecord, LeiSearch
from portal.registry.gleif.parse import Company, LeiData
from portal.registry.gleif.register import national_number
from portal.registry.gleif.rules import ASK_ANEW, UNANSWERED, Problem
from portal.registry.identifiers import Identifier
from portal.registry.models import Supplier, SupplierIdentifier
from portal.registry.queries import holders_of
from portal.settings import get_settings

RECENTLY = timedelta(minutes=30)


@dataclass(frozen=True)
class Proposed:
    """A LEI that may be the supplier's; `holder` is another supplier that has it."""

    id: UUID
    data: LeiData
    holder: Supplier | None


@dataclass(frozen=True)
class LeiView:
    """What the page shows. `may_be` are suppliers that may be the same company, with the reason's code and number."""

    enabled: bool
    lei: str | None
    asked: Asked | None
    record: LeiRecord | None
    data: LeiData | None
    successors: Sequence[tuple[Company, Supplier | None]]
    number_holder: Supplier | None
    other_number: Identifier | None
    proposals: Sequence[Proposed]

    @property
    def unanswered(self) -> bool:
        """A request waits for so long that no worker seems to be there."""
        return bool(self.asked and self.asked.requested_at and self.asked.requested_at < now() - UNANSWERED)


def lei_view(supplier: Supplier) -> LeiView:
    """The LEI record of a supplier, or the search for its LEI."""
    lei = next((one.value for one in supplier.identifiers if one.scheme == "lei"), None)
    record = session.get(LeiRecord, lei) if lei else None
    data = LeiData.model_validate(record.data) if record and record.data else None
    proposals = [] if lei else proposals_of(supplier.id)
    number = national_number(data) if data else None
    mine = {one.scheme: Identifier(one.scheme, one.value) for one in supplier.identifiers}
    asked_for = [Identifier("lei", one.lei) for one in (*(data.successors if data else ()), *proposals)]
    holders = holders_of([*asked_for, *([number] if number else [])])
    holder = holders.get(number) if number else None
    return LeiView(
        enabled=bool(get_settings().gleif_url),
        lei=lei,
        asked=record if lei else session.get(LeiSearch, supplier.id),
        record=record,
        data=data,
        successors=[(one, holders.get(Identifier("lei", one.lei))) for one in data.successors] if data else [],
        number_holder=holder if holder and holder.id != supplier.id else None,
        other_number=number if number and mine.get(number.scheme, number) != number else None,
        proposals=[
            Proposed(one.id, LeiData.model_validate(one.data), holders.get(Identifier("lei", one.lei)))
            for one in proposals
        ],
    )


def lei_of(supplier_id: UUID) -> str | None:
    """The supplier's LEI."""
    query = select(SupplierIdentifier.value).where(
        SupplierIdentifier.supplier_id == supplier_id, SupplierIdentifier.scheme == "lei"
    )
    return session.scalars(query.order_by(SupplierIdentifier.value)).first()


def get_record(lei: str) -> LeiRecord | None:
    """What is known of a LEI, if it was ever asked for."""
    return session.get(LeiRecord, lei, populate_existing=True)


def get_proposal(proposal_id: UUID) -> LeiProposal:
    """One proposal, or NotFound."""
    found = session.get(LeiProposal, proposal_id)
    if found is None:
        raise NotFound
    return found


def proposals_of(supplier_id: UUID, *, all_states: bool = False) -> Sequence[LeiProposal]:
    """What may be the supplier's LEI, in the order found; decided ones only when asked for."""
    query = select(LeiProposal).where(LeiProposal.supplier_id == supplier_id)
    if not all_states:
        query = query.where(LeiProposal.state == "open")
    return session.scalars(query.order_by(LeiProposal.id)).all()


def add_missing_records(limit: int) -> None:
    """Let LEIs of suppliers that were never asked for be due now."""
    missing = (
        select(SupplierIdentifier.value, func.now())
        .outerjoin(LeiRecord, LeiRecord.lei == SupplierIdentifier.value)
        .where(SupplierIdentifier.scheme == "lei", LeiRecord.lei.is_(None))
        .order_by(SupplierIdentifier.id)
        .limit(limit)
    )
    session.execute(insert(LeiRecord).from_select(["lei", "due_at"], missing).on_conflict_do_nothing())


def due_records(limit: int) -> Sequence[LeiRecord]:
    """Records of suppliers whose time has come, or that speak of their supplier for the first time; locked.

    Those that are being asked for are left out.
    """
    idle = or_(
        LeiRecord.requested_at.is_(None),
        LeiRecord.tried_at >= LeiRecord.requested_at,
        LeiRecord.requested_at < now() - ASK_ANEW,
    )
    unsaid = and_(LeiRecord.data.is_not(None), LeiRecord.applied_to_id.is_distinct_from(SupplierIdentifier.supplier_id))
    query = (
        select(LeiRecord)
        .join(SupplierIdentifier, and_(SupplierIdentifier.scheme == "lei", SupplierIdentifier.value == LeiRecord.lei))
        .where(or_(LeiRecord.due_at <= now(), unsaid), idle)
    )
    locked = query.order_by(LeiRecord.due_at).limit(limit).with_for_update(of=LeiRecord, skip_locked=True)
    return session.scalars(locked).all()


def out_of_reach() -> bool:
    """The last request failed for want of a connection, not long ago."""
    newest = select(LeiRecord.problem).where(LeiRecord.tried_at > now() - RECENTLY)
    return session.scalar(newest.order_by(LeiRecord.tried_at.desc()).limit(1)) == Problem.UNREACHABLE


def name_of(supplier_id: UUID) -> tuple[str, str | None] | None:
    """Name and country to search for; None when there is no such supplier."""
    row = session.execute(select(Supplier.legal_name, Supplier.country).where(Supplier.id == supplier_id)).one_or_none()
    return (row.legal_name, row.country) if row else None
