"""Use cases of guests: let a supplier in, open its link, take what it sends, end its access.

A guest's own scope can write nothing. Each use case here locks the access, asks again whether it lives, and writes for
the authority that gave it: an access that is revoked meanwhile ends even a file that is just being read.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import as_system, now, on_behalf_of, session
from portal.declarations.check import Report
from portal.declarations.models import Declaration
from portal.declarations.services import add_declaration
from portal.declarations.services import read_declaration as read_for_members
from portal.errors import BadInput, Conflict, InvalidTransition, NotFound
from portal.evidence.models import EvidenceItem
from portal.evidence.services import checked_media_type, store_file
from portal.findings.models import Finding
from portal.guests import queries, rules
from portal.guests.models import GuestAccess, GuestAccessRequest, GuestUpload
from portal.guests.rules import GuestState
from portal.journal.services import record
from portal.outbox.events import Event
from portal.outbox.services import emit
from portal.requests.models import DeclarationRequest
from portal.requests.rules import OPEN, WAITING
from portal.requests.services import receive


@dataclass(frozen=True)
class Given:
    """A new access with its secrets, which are shown once and never kept. The code goes another way than the link."""

    access: GuestAccess
    token: str
    code: str


@dataclass(frozen=True)
class Opened:
    """A link that was opened: `key` belongs into the guest's session and nowhere else."""

    key: str
    language: str


def let_in(actor: Actor, request: DeclarationRequest, request_ids: Collection[UUID]) -> Given:
    """Give the supplier of a request access to it and to others of ours. What it had before is revoked."""
    require(actor, Permission.LET_IN_SUPPLIER, request)
    _one_at_a_time(actor, request.supplier_id)
    named = {one.id for one in queries.own_open_requests(actor, request.supplier_id)} & set(request_ids)
    if not named or named != set(request_ids):
        raise BadInput(
            _("No request that is still open is chosen."),
            field="request_ids",
            remedy=_("Choose at least one. What is accepted or cancelled needs no access."),
        )
    return _give(actor, request.supplier_id, request.language, named)


def let_in_for_finding(actor: Actor, finding: Finding, language: str) -> Given:
    """Give the supplier access to the findings that are shown to it, without asking it for a declaration.

    What it had before is revoked; the open requests in that stay in the new one.
    """
    require(actor, Permission.LET_IN_SUPPLIER, finding)
    _one_at_a_time(actor, finding.supplier_id)
    if finding.shown_on is None:
        raise BadInput(_("This finding is not shown to the supplier."), remedy=_("Show it first."))
    still_open = {one.id for one in queries.own_open_requests(actor, finding.supplier_id)}
    named = {
        one.request_id
        for former in queries.accesses_of(actor, finding.supplier_id)
        if former.state(now()) in rules.LIVE
        for one in former.requests
    }
    return _give(actor, finding.supplier_id, language, named & still_open)


def _one_at_a_time(actor: Actor, supplier_id: UUID) -> None:
    """Two officers at once: the second one's link replaces the first one's."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{actor.authority_id}{supplier_id}", 0))))


def _give(actor: Actor, supplier_id: UUID, language: str, named: Collection[UUID]) -> Given:
    """Make the access with its secrets and end the one before."""
    assert actor.authority_id is not None  # LET_IN_SUPPLIER is held by members only
    for former in queries.accesses_of(actor, supplier_id):
        if former.state(now()) in rules.LIVE:
            revoke(actor, former)
    token, code = rules.new_secret(), rules.new_code()
    access = GuestAccess(
        owner_id=actor.authority_id,
        supplier_id=supplier_id,
        language=language,
        token_hash=rules.secret_hash(token),
        code_hash=rules.code_hash(token, code),
        expires_at=now() + timedelta(days=rules.LINK_DAYS),
    )
    session.add(access)
    session.flush()
    session.add_all(GuestAccessRequest(access_id=access.id, request_id=one) for one in sorted(named))
    session.flush()
    record(actor, "guest_access.given", access, supplier=access.supplier_id, requests=sorted(map(str, named)))
    return Given(access, token, code)


def revoke(actor: Actor, access: GuestAccess) -> None:
    """Take an access back; a guest that is in is out with its next click. To do it twice is refused."""
    require(actor, Permission.LET_IN_SUPPLIER, access)
    revoked = session.scalar(
        update(GuestAccess)
        .where(GuestAccess.id == access.id, GuestAccess.revoked_at.is_(None))
        .values(revoked_at=now())
        .returning(GuestAccess.id)
        .execution_options(synchronize_session=False)
    )
    if revoked is None:
        raise InvalidTransition(_("This access has been taken back already."))
    session.refresh(access)
    record(actor, "guest_access.revoked", access)


def open_link(token: str, typed: str) -> Opened | None:
    """Open a link with its code, once. None where anything is wrong; what it is, nobody is told.

    Of many at once with the right code one gets in. A wrong code counts, so the caller commits in either case.
    """
    with as_system():
        access = session.scalar(
            select(GuestAccess)
            .where(GuestAccess.token_hash == rules.secret_hash(token))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        given = rules.code_hash(token, rules.plain_code(typed))
        right = rules.same(given, access.code_hash if access else rules.secret_hash(token))
        if access is None or access.state(now()) is not GuestState.WAITING:
            return None
        somebody = Actor(name="somebody", authority_id=access.owner_id)
        if not right:
            access.failed += 1
            record(somebody, "guest_access.code_wrong", access, tries=access.failed)
            if access.failed >= rules.MOST_TRIES:
                record(somebody, "guest_access.locked", access)
            return None
        key = rules.new_secret()
        access.used_at = now()
        access.session_hash = rules.secret_hash(key)
        access.session_ends_at = access.used_at + rules.SESSION
        record(Actor(name=queries.NAME, authority_id=access.owner_id), "guest_access.opened", access)
        return Opened(key, access.language)


def leave(guest: Actor) -> None:
    """The guest signs out: its session is over, and so is its access, as the link was used."""
    with acting(guest) as access:
        access.session_ends_at = now()
        record(guest, "guest_access.left", access)


def read_declaration(guest: Actor, content: bytes, filename: str | None) -> Report:
    """Read and check a file as an officer's upload is, outside the transaction. Raises Unreadable."""
    assert guest.authority_id is not None
    with on_behalf_of(guest.authority_id):
        return read_for_members(content, filename)


def answer(guest: Actor, request_id: UUID, *, content: bytes, filename: str | None, report: Report) -> Declaration:
    """A declaration that was read answers the request. Only the authority that asked sees it, until it shares it.

    Raises BadInput where another template was asked for, InvalidTransition where it is not the supplier's turn, and
    Conflict where this very file is here already.
    """
    with acting(guest) as access:
        request = queries.get_request(guest, request_id, lock=True)
        if request.state not in WAITING:
            raise InvalidTransition(_("What you sent is being looked at. Nothing more is needed now."))
        declaration = add_declaration(
            guest,
            request.supplier_id,
            content=content,
            filename=filename,
            report=report,
            received_on=today(),
            audience=Audience.OWNER,
            named_ids=[],
        )
        if declaration.template != request.template:
            raise BadInput(
                _(
                    "This is a %(given)s, and a %(asked)s was asked for.",
                    given=declaration.template,
                    asked=request.template,
                ),
                field="file",
                remedy=_("Fill in the template that was asked for."),
            )
        receive(guest, request, declaration)
        _note(guest, access, request, declaration.evidence_id, declaration)
        return declaration


def add_file(guest: Actor, request_id: UUID, *, content: bytes, filename: str | None) -> EvidenceItem:
    """Keep a file that is no declaration, for the authority that asked; the request stays as it is."""
    media_type = checked_media_type(content, filename, field="evidence")
    with acting(guest) as access:
        request = queries.get_request(guest, request_id, lock=True)
        if request.state not in OPEN:
            raise InvalidTransition(_("This request is closed."))
        item = store_file(guest, content=content, filename=filename, media_type=media_type)
        again = (
            select(GuestUpload.id)
            .join(EvidenceItem, EvidenceItem.id == GuestUpload.evidence_id)
            .where(GuestUpload.request_id == request.id, EvidenceItem.sha256 == item.sha256)
        )
        if session.scalar(again.limit(1)):
            raise Conflict(_("This very file has been sent already."))
        _note(guest, access, request, item.id)
        return item


@contextmanager
def acting(guest: Actor) -> Iterator[GuestAccess]:
    """The guest's access, locked and alive, and the authority's rights as long as the block lasts."""
    assert guest.guest is not None
    assert guest.authority_id is not None
    with on_behalf_of(guest.authority_id):
        access = session.scalar(
            select(GuestAccess)
            .where(GuestAccess.id == guest.guest.access_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if access is None or access.state(now()) is not GuestState.OPEN:
            raise NotFound(_("Your access has ended. Nothing was saved."))
        yield access


def _note(
    guest: Actor,
    access: GuestAccess,
    request: DeclarationRequest,
    evidence_id: UUID,
    declaration: Declaration | None = None,
) -> None:
    """Keep that the file came by this access, journal it, and have the authority told."""
    sent = session.scalar(select(func.count()).where(GuestUpload.access_id == access.id)) or 0
    if sent >= rules.MOST_FILES:
        raise BadInput(
            _("With one link at most %(num)s files can be sent.", num=rules.MOST_FILES),
            field="evidence",
            remedy=_("Ask for a new link."),
        )
    upload = GuestUpload(
        access_id=access.id,
        request_id=request.id,
        evidence_id=evidence_id,
        declaration_id=declaration.id if declaration else None,
    )
    session.add(upload)
    session.flush()
    record(guest, "guest_access.file_sent", access, request=request.id, evidence=evidence_id)
    what = "declaration" if declaration else "file"
    emit(Event.GUEST_SENT, actor=guest, request_id=request.id, upload_id=upload.id, what=what)
