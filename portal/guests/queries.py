"""Every SELECT on guests: who a session's key belongs to, what a guest sees, and what the authority sees of guests.

What a guest sees is said here and held a second time by row-level security (migration 0020).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from portal.access.actor import Actor, GuestScope, Role
from portal.authorities.models import Authority
from portal.db import as_system, now, session
from portal.errors import NotFound
from portal.evidence.models import EvidenceItem, FileBlob
from portal.guests.models import GuestAccess, GuestUpload
from portal.guests.rules import GuestState, secret_hash
from portal.requests.models import DeclarationRequest, RequestStep
from portal.requests.rules import OPEN

NAME = "supplier’s guest"  # in the journal: the portal knows no person there
SHOWN = 20  # accesses of a supplier, the newest


def guest_of(key: str | None) -> Actor | None:
    """The guest whose session has this key, while its access lives. Asked anew for each page."""
    if not key:
        return None
    with as_system():
        access = session.scalar(select(GuestAccess).where(GuestAccess.session_hash == secret_hash(key)))
        if access is None or access.state(now()) is not GuestState.OPEN:
            return None
        return guest_actor(access, session.get_one(Authority, access.owner_id))


def guest_actor(access: GuestAccess, authority: Authority) -> Actor:
    """The actor that a guest is: for one authority, within what the access names."""
    return Actor(
        name=NAME,
        authority_id=authority.id,
        authority_code=authority.code,
        authority_name=authority.name,
        roles=frozenset({Role.GUEST}),
        guest=GuestScope(access.id, access.supplier_id, frozenset(one.request_id for one in access.requests)),
    )


def visible_accesses(actor: Actor) -> Select[GuestAccess]:
    """Accesses that the actor's authority gave; nobody else knows of them."""
    return select(GuestAccess).where(GuestAccess.owner_id == actor.authority_id)


def get_access(actor: Actor, access_id: UUID) -> GuestAccess:
    """One access that our authority gave, or NotFound."""
    access = session.scalar(visible_accesses(actor).where(GuestAccess.id == access_id))
    if access is None:
        raise NotFound
    return access


def accesses_of(actor: Actor, supplier_id: UUID) -> Sequence[GuestAccess]:
    """The accesses that our authority gave a supplier, the newest first."""
    query = visible_accesses(actor).where(GuestAccess.supplier_id == supplier_id)
    return session.scalars(
        query.options(selectinload(GuestAccess.requests)).order_by(GuestAccess.id.desc()).limit(SHOWN)
    ).all()


def own_open_requests(actor: Actor, supplier_id: UUID) -> Sequence[DeclarationRequest]:
    """What our authority still asks of the supplier, by due date: what a guest can be let in for."""
    return session.scalars(
        select(DeclarationRequest)
        .where(
            DeclarationRequest.owner_id == actor.authority_id,
            DeclarationRequest.supplier_id == supplier_id,
            DeclarationRequest.state.in_(OPEN),
        )
        .order_by(DeclarationRequest.due_on, DeclarationRequest.id)
    ).all()


@dataclass(frozen=True)
class Sent:
    """A file that a guest sent, with its record."""

    upload: GuestUpload
    item: EvidenceItem


def sent_for(request_ids: Sequence[UUID] | frozenset[UUID]) -> list[Sent]:
    """What guests sent for these requests, the newest first; as far as row-level security shows it."""
    rows = session.execute(
        select(GuestUpload, EvidenceItem)
        .join(EvidenceItem, EvidenceItem.id == GuestUpload.evidence_id)
        .where(GuestUpload.request_id.in_(request_ids))
        .order_by(GuestUpload.id.desc())
    )
    return [Sent(upload, item) for upload, item in rows]


def requests_of(guest: Actor) -> Sequence[DeclarationRequest]:
    """The requests that a guest was let in for, by due date."""
    return session.scalars(_requests(guest).order_by(DeclarationRequest.due_on, DeclarationRequest.id)).all()


def get_request(guest: Actor, request_id: UUID, *, lock: bool = False) -> DeclarationRequest:
    """One request that the guest was let in for, or NotFound. `lock`: nobody changes it in this transaction."""
    query = _requests(guest).where(DeclarationRequest.id == request_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _requests(guest: Actor) -> Select[DeclarationRequest]:
    assert guest.guest is not None
    return select(DeclarationRequest).where(
        DeclarationRequest.owner_id == guest.authority_id,
        DeclarationRequest.supplier_id == guest.guest.supplier_id,
        DeclarationRequest.id.in_(guest.guest.request_ids),
    )


def letter_of(request: DeclarationRequest) -> RequestStep | None:
    """The last findings letter that went with a request, once it was sent back."""
    return session.scalar(
        select(RequestStep)
        .where(RequestStep.request_id == request.id, RequestStep.letter_pdf_id.is_not(None))
        .order_by(RequestStep.id.desc())
        .limit(1)
    )


def file_of(guest: Actor, request_id: UUID, evidence_id: UUID) -> tuple[EvidenceItem, bytes]:
    """A findings letter of the guest's request, or a file that was sent for it, with its bytes; or NotFound."""
    request = get_request(guest, request_id)
    letters = select(RequestStep.letter_pdf_id, RequestStep.letter_xlsx_id).where(RequestStep.request_id == request.id)
    known = {one for row in session.execute(letters) for one in row}
    known |= set(session.scalars(select(GuestUpload.evidence_id).where(GuestUpload.request_id == request.id)))
    item = session.get(EvidenceItem, evidence_id) if evidence_id in known else None
    content = session.scalar(select(FileBlob.content).where(FileBlob.sha256 == item.sha256)) if item else None
    if item is None or content is None:
        raise NotFound
    return item, bytes(content)
