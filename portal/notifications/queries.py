"""The inbox: notices of the actor's authority, shown with what the actor may see now; and whom a change touches."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    Exists,
    ScalarSelect,
    Select,
    Subquery,
    any_,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.types import Text

from portal.access.actor import Actor
from portal.access.audience import seen_by
from portal.assessments import queries as assessments
from portal.assessments.models import SupplierAssessment
from portal.audits import queries as audits
from portal.audits.models import JointAudit
from portal.awards import queries as awards
from portal.awards.models import Award
from portal.clock import today
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.db import join_whole_sets, session
from portal.declarations import queries as declarations
from portal.declarations.models import Declaration, SmelterLine
from portal.declarations.reuse import queries as reuse
from portal.declarations.reuse.models import DeclarationReliance
from portal.dialogues import queries as dialogues
from portal.dialogues.letters import queries as letters
from portal.dialogues.letters.models import JointLetter
from portal.dialogues.models import DialogueEntry
from portal.errors import NotFound
from portal.findings import queries as findings
from portal.findings.models import Finding
from portal.minerals.queries import Pair
from portal.notifications.models import Notice, NoticeRead
from portal.notifications.rules import OF_AUDITS, OF_MERGES, NoticeKind
from portal.obligations import queries as obligations
from portal.obligations.models import Obligation
from portal.ratings.reliance import queries as rating_reliances
from portal.ratings.reliance.models import RatingReliance
from portal.registry import queries as registry
from portal.registry.models import Follow, Supplier
from portal.requests import queries as requests
from portal.requests.models import DeclarationRequest
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 30


@dataclass(frozen=True)
class Card:
    """A notice with what it speaks of, as far as the actor sees it today.

    `gone`: what was shared is shared no longer, and nothing of it is shown. `owner_id`: whose record it is. `answer`:
    what an invited authority says of an audit now. `award`: the first of those that the notice speaks of. `mine`: it is
    about this very person.
    """

    notice: Notice
    read: bool
    suppliers: Sequence[Supplier] = ()
    contracts: Sequence[Contract] = ()
    gone: bool = False
    owner_id: UUID | None = None
    answer: str | None = None
    award: Award | None = None
    mine: bool = False


@dataclass(frozen=True)
class Touch:
    """An authority sees a declaration of this supplier that names the facility, and has a stake in the supplier."""

    authority_id: UUID
    facility_id: str
    metal: str
    supplier_id: UUID

    @property
    def pair(self) -> Pair:
        """The facility and metal."""
        return self.facility_id, self.metal


def visible_notices(actor: Actor) -> Select[Notice]:
    """The notices of the actor's authority."""
    return select(Notice).where(Notice.authority_id == actor.authority_id)


def _read_by(actor: Actor) -> Exists:
    return exists().where(NoticeRead.notice_id == Notice.id, NoticeRead.user_id == actor.user_id)


def get_notice(actor: Actor, notice_id: UUID) -> Notice:
    """One notice, or NotFound."""
    notice = session.scalar(visible_notices(actor).where(Notice.id == notice_id))
    if notice is None:
        raise NotFound
    return notice


def unread_count(actor: Actor) -> int:
    """How many notices this person has not read."""
    return session.scalar(select(unread(actor))) or 0 if actor.authority_id else 0


def unread(actor: Actor) -> ScalarSelect[int]:
    """The same as part of a statement."""
    return visible_notices(actor).where(~_read_by(actor)).with_only_columns(func.count()).scalar_subquery()


def inbox(actor: Actor, cursor: str | None = None, *, unread_only: bool = False, limit: int = PAGE_SIZE) -> Page[Card]:
    """Notices, the newest first; as many statements for thirty as for three."""
    query = visible_notices(actor).add_columns(_read_by(actor).label("read"))
    if unread_only:
        query = query.where(~_read_by(actor))
    if key := read_cursor(cursor, UUID):
        query = query.where(Notice.id < key[0])
    rows = session.execute(query.order_by(Notice.id.desc()).limit(limit + 1)).all()
    more, rows = len(rows) > limit, rows[:limit]
    return Page(_cards(actor, [(row[0], row[1]) for row in rows]), encode_cursor(rows[-1][0].id) if more else None)


def unread_since(actor: Actor, since: datetime, most: int) -> tuple[list[Card], int, datetime | None]:
    """(the newest cards that the person has not read, how many there are in all, when the newest was told)."""
    query = visible_notices(actor).where(Notice.created_at > since, ~_read_by(actor))
    notices = session.scalars(query.order_by(Notice.id.desc()).limit(most)).all()
    if not notices:
        return [], 0, None
    counted = query.with_only_columns(func.count(), func.max(Notice.created_at))
    total, newest = session.execute(counted).one()
    return _cards(actor, [(notice, False) for notice in notices]), total, newest


def card_of(actor: Actor, notice: Notice) -> Card:
    """One notice as a card."""
    read = session.scalar(select(_read_by(actor)).where(Notice.id == notice.id).select_from(Notice))
    (card,) = _cards(actor, [(notice, bool(read))])
    return card


def _cards(actor: Actor, rows: Sequence[tuple[Notice, bool]]) -> list[Card]:
    notices = [notice for notice, _read in rows]
    records = _records(actor, notices)
    named = _suppliers_named(actor, notices)
    ids = {_supplier_of(record) for record in records.values()} | {one for found in named.values() for one in found}
    ids |= {one for notice in notices if notice.kind in OF_MERGES for one in _merged(notice)}
    won = {notice.object_id: notice for notice in notices if notice.kind == NoticeKind.AWARD_SEEN}
    award_of = awards.awards_by_id(won)
    ids |= {UUID(notice.params["supplier_id"]) for notice in won.values()}
    moved = {UUID(notice.params["supplier_id"]) for notice in notices if notice.kind == NoticeKind.AREAS_CHANGED}
    suppliers = registry.suppliers_by_id(ids | moved)
    running = _running_contracts(actor, {one for found in named.values() for one in found} | moved)
    cards = []
    for notice, read in rows:
        if notice.kind == NoticeKind.ASSURANCE_CHANGED:
            touching = sorted(named.get(_pair(notice), ()), key=lambda one: suppliers[one].sort_key)
            ours = [contract for one in touching for contract in running.get(one, ())]
            cards.append(Card(notice, read, [suppliers[one] for one in touching], ours))
        elif notice.kind == NoticeKind.AREAS_CHANGED:
            there = UUID(notice.params["supplier_id"])
            cards.append(Card(notice, read, [suppliers[there]], running.get(there, ())))
        elif notice.kind in OF_MERGES:
            cards.append(Card(notice, read, [suppliers[one] for one in _merged(notice)]))
        elif award := award_of.get(notice.object_id):
            cards.append(Card(notice, read, [suppliers[UUID(notice.params["supplier_id"])]], award=award))
        elif record := records.get(notice.object_id):
            supplier, answer = suppliers[_supplier_of(record)], _answer(notice, record)
            of_another = isinstance(record, DeclarationReliance | RatingReliance)
            owner_id = record.source_id if of_another else record.owner_id
            mine = notice.params.get("user_id") == str(actor.user_id)
            cards.append(Card(notice, read, [supplier], owner_id=owner_id, answer=answer, mine=mine))
        else:
            cards.append(Card(notice, read, gone=True))
    return cards


def _supplier_of(record: Any) -> UUID:
    """Whom a record is about; an obligation is about the supplier of its contract."""
    about: UUID = record.contract.supplier_id if isinstance(record, Obligation) else record.supplier_id
    return about


def _merged(notice: Notice) -> tuple[UUID, UUID]:
    """The record that stays, or stayed, and the other one."""
    return UUID(notice.params["kept_id"]), UUID(notice.params["merged_id"])


def _pair(notice: Notice) -> Pair:
    return notice.params["facility_id"], notice.params["metal"]


def _records(actor: Actor, notices: Sequence[Notice]) -> dict[UUID | None, Any]:
    """What the notices speak of, as far as the actor sees it now; a statement a kind at most."""
    visible: list[tuple[Select[Any], Any, tuple[NoticeKind, ...]]] = [
        (declarations.visible_declarations(actor), Declaration, (NoticeKind.DECLARATION_ADDED,)),
        (requests.visible_requests(actor), DeclarationRequest, (NoticeKind.REQUEST_DUE, NoticeKind.GUEST_SENT)),
        (findings.visible_findings(actor), Finding, (NoticeKind.FINDING_DUE, NoticeKind.FINDING_ANSWERED)),
        (reuse.visible_reliances(actor), DeclarationReliance, (NoticeKind.RELIANCE_TOUCHED,)),
        (rating_reliances.visible_reliances(actor), RatingReliance, (NoticeKind.RATING_TOUCHED,)),
        (
            dialogues.visible_dialogues(actor),
            DialogueEntry,
            (NoticeKind.DIALOGUE_SHARED, NoticeKind.MAIL_RECEIVED, NoticeKind.MENTIONED),
        ),
        (obligations.visible_obligations(actor), Obligation, (NoticeKind.OBLIGATION_DUE,)),
        (letters.visible_letters(actor), JointLetter, (NoticeKind.LETTER_ASKED, NoticeKind.LETTER_ANSWERED)),
        (assessments.visible_assessments(actor), SupplierAssessment, (NoticeKind.ASSESSMENT_SHARED,)),
        (audits.visible_audits(actor), JointAudit, tuple(OF_AUDITS)),
    ]
    found: dict[UUID | None, Any] = {}
    for query, model, kinds in visible:
        ids = {notice.object_id for notice in notices if notice.kind in kinds}
        if ids:
            found |= {record.id: record for record in session.scalars(query.where(model.id.in_(ids)))}
    return found


def _answer(notice: Notice, record: Any) -> str | None:
    if notice.kind != NoticeKind.AUDIT_ANSWERED:
        return None
    who = UUID(notice.params["authority_id"])
    return next((row.answer for row in record.participants if row.authority_id == who), None)


def _suppliers_named(actor: Actor, notices: Sequence[Notice]) -> dict[Pair, list[UUID]]:
    pairs = {_pair(notice) for notice in notices if notice.kind == NoticeKind.ASSURANCE_CHANGED}
    found: dict[Pair, list[UUID]] = {}
    for touch in touched(pairs, actor.authority_id):
        found.setdefault(touch.pair, []).append(touch.supplier_id)
    return found


def _running_contracts(actor: Actor, supplier_ids: Collection[UUID]) -> dict[UUID, list[Contract]]:
    """Our contracts with these suppliers that run today."""
    query = contracts.visible_contracts(actor).where(
        Contract.owner_id == actor.authority_id, Contract.supplier_id.in_(supplier_ids), _runs_today()
    )
    found: dict[UUID, list[Contract]] = {}
    for contract in session.scalars(query.order_by(Contract.number)) if supplier_ids else ():
        found.setdefault(contract.supplier_id, []).append(contract)
    return found


def _runs_today() -> Any:
    return or_(Contract.ends_on.is_(None), Contract.ends_on >= today())


def touched(pairs: Collection[Pair], authority_id: UUID | None = None) -> list[Touch]:
    """Whom facilities concern: authorities that follow a supplier, or buy from it, and see a declaration naming them.

    For one authority, or with the system scope for all. Of each owner, supplier and template only the newest
    declaration speaks that the authority sees: a newer one that it does not see changes nothing for it.
    """
    return [Touch(*row) for row in session.execute(_touches(pairs, authority_id))] if pairs else []


def concerned(pairs: Collection[Pair]) -> list[tuple[UUID, Pair]]:
    """Which authorities each facility concerns, as `touched` has it, whatever the supplier. System scope only."""
    if not pairs:
        return []
    join_whole_sets()
    touches = _touches(pairs)
    columns = touches.selected_columns
    rows = session.execute(touches.with_only_columns(columns.authority_id, columns.facility_id, columns.metal))
    return [(authority_id, (facility_id, metal)) for authority_id, facility_id, metal in rows]


def _touches(pairs: Collection[Pair], authority_id: UUID | None = None) -> Select[Any]:
    """Rows of Touch. The declared rows are looked through once: `naming` is what everything else is joined with."""
    pair = _pairs_table(pairs)
    naming = (
        select(SmelterLine.declaration_id, pair.c.facility_id, pair.c.metal)
        .join(pair, tuple_(pair.c.facility_id, pair.c.metal) == tuple_(SmelterLine.resolved_id, SmelterLine.metal))
        .where(SmelterLine.resolved_id == any_(literal(sorted({one for one, _metal in pairs}), ARRAY(Text))))
        .distinct()
        .cte("naming")
    )
    speaks = speaking(naming, authority_id)
    return (
        select(speaks.c.authority_id, naming.c.facility_id, naming.c.metal, speaks.c.supplier_id)
        .join(naming, naming.c.declaration_id == speaks.c.id)
        .distinct()
    )


def stakes() -> Subquery:
    """(authority, supplier) for everybody who follows a supplier or has a contract with it that runs."""
    return union(
        select(Follow.authority_id, Follow.supplier_id),
        select(Contract.owner_id.label("authority_id"), Contract.supplier_id).where(_runs_today()),
    ).subquery()


def speaking(naming: CTE, authority_id: UUID | None = None) -> CTE:
    """(authority_id, id, supplier_id): the newest declarations for each authority with a stake, where `naming` may
    have named them by declaration_id. Join it with `naming` again: a newest one need not be among them.
    """
    candidate = (
        select(Declaration.owner_id, Declaration.supplier_id, Declaration.template)
        .where(Declaration.id.in_(select(naming.c.declaration_id)))
        .distinct()
    )
    stake = stakes()
    order = (stake.c.authority_id, Declaration.owner_id, Declaration.supplier_id, Declaration.template)
    newest = (
        select(stake.c.authority_id, Declaration.id, Declaration.supplier_id)
        .join(stake, stake.c.supplier_id == Declaration.supplier_id)
        .where(
            tuple_(Declaration.owner_id, Declaration.supplier_id, Declaration.template).in_(candidate),
            seen_by(Declaration, stake.c.authority_id),
            Declaration.withdrawn_at.is_(None),
        )
        .ext(distinct_on(*order))
        .order_by(*order, *_newest_first())
    )
    if authority_id:
        newest = newest.where(stake.c.authority_id == authority_id)
    return newest.cte("speaks")


def count_suppliers_naming(pairs: Collection[Pair]) -> int:
    """How many suppliers' newest declarations, of all authorities, name one of these facilities. System scope only."""
    if not pairs:
        return 0
    order = (Declaration.owner_id, Declaration.supplier_id, Declaration.template)
    newest = select(Declaration.id).ext(distinct_on(*order)).order_by(*order, *_newest_first())
    naming = _naming(_pairs_table(pairs)).where(Declaration.id.in_(newest))
    return session.scalar(naming.with_only_columns(func.count(Declaration.supplier_id.distinct()))) or 0


def _newest_first() -> tuple[Any, ...]:
    return func.coalesce(Declaration.effective_date, Declaration.received_on).desc(), Declaration.id.desc()


def _pairs_table(pairs: Collection[Pair]) -> Any:
    """Pairs as a table of two columns: two parameters, however many there are."""
    ids, metals = (literal(list(values), ARRAY(Text)) for values in zip(*pairs, strict=True))
    return func.unnest(ids, metals).table_valued("facility_id", "metal").render_derived()


def _naming(pair: Any) -> Select[Any]:
    """Declarations with a row that was recognised as one of these facilities."""
    return (
        select(Declaration)
        .join(SmelterLine, SmelterLine.declaration_id == Declaration.id)
        .join(pair, tuple_(pair.c.facility_id, pair.c.metal) == tuple_(SmelterLine.resolved_id, SmelterLine.metal))
    )
