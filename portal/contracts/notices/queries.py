"""Every SELECT on imports of notices; they belong to one authority and are never shared."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, select

from portal.access.actor import Actor
from portal.authorities.models import Authority
from portal.contracts.models import Contract
from portal.contracts.notices.model import Notice
from portal.contracts.notices.models import NoticeImport
from portal.contracts.notices.plan import Known
from portal.contracts.queries import visible_contracts
from portal.db import session
from portal.errors import NotFound
from portal.registry.names import norm
from portal.registry.rules import ImportState
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50


def visible_imports(actor: Actor) -> Select[NoticeImport]:
    """The imports of the actor's authority; all of them for system actors."""
    query = select(NoticeImport)
    return query if actor.is_system else query.where(NoticeImport.owner_id == actor.authority_id)


def get_import(actor: Actor, import_id: UUID) -> NoticeImport:
    """One import, or NotFound when there is none for this actor."""
    found = session.scalar(visible_imports(actor).where(NoticeImport.id == import_id))
    if found is None:
        raise NotFound
    return found


def list_imports(actor: Actor, cursor: str | None = None) -> Page[NoticeImport]:
    """Our imports, the newest first."""
    query = visible_imports(actor)
    if key := read_cursor(cursor, UUID):
        query = query.where(NoticeImport.id < key[0])  # UUIDv7: by time
    rows = session.scalars(query.order_by(NoticeImport.id.desc()).limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(rows, encode_cursor(rows[-1].id) if more else None)


def our_names(actor: Actor, chosen: Collection[str] = ()) -> set[str]:
    """The plain names under which the authority buys: its own, and the buyers that its people said are it."""
    own = session.get_one(Authority, actor.authority_id)
    applied = select(NoticeImport.our_buyers).where(
        NoticeImport.owner_id == actor.authority_id, NoticeImport.state == ImportState.APPLIED
    )
    said = {name for names in session.scalars(applied) for name in names}
    return {norm(own.name)} | said | set(chosen)


def known_contracts(actor: Actor, notices: Sequence[Notice]) -> Known:
    """The authority's contracts: which of these notices, and who has which number."""
    own = visible_contracts(actor).where(Contract.owner_id == actor.authority_id)
    of_notices = own.where(Contract.notice_id.in_([notice.id for notice in notices]))
    return Known(
        parts={(str(one.notice_id), str(one.notice_part)) for one in session.scalars(of_notices)},
        numbers=dict(session.execute(own.with_only_columns(Contract.number, Contract.supplier_id)).all()),
    )
