"""Links under pressure: once only, locked after guesses, ended in mid-session; two officers at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import db
from portal.declarations.models import Declaration
from portal.errors import BadInput, InvalidTransition, NotFound
from portal.evidence.models import EvidenceItem
from portal.guests import queries, rules, services
from portal.guests.models import GuestAccess, GuestUpload
from portal.guests.rules import GuestState
from portal.journal.models import JournalEntry
from portal.merging import services as merging
from portal.merging.models import SupplierMerge
from portal.merging.services import MergeData
from portal.outbox.models import OutboxEvent
from portal.requests.models import DeclarationRequest
from tests.factories.guests import CODE, TOKEN
from tests.factories.registry import make_supplier
from tests.factories.requests import make_request
from tests.portal.declarations.workbooks import Draft

PDF = b"%PDF-1.7 invented certificate"


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """What `act(number)` gave in each of `count` threads that begin together, each with a session of its own."""
    barrier = Barrier(count)

    def one(number: int) -> Any:
        db.session.remove()
        db.set_scope(authority_id=None)
        barrier.wait()
        try:
            return act(number)
        finally:
            db.session.remove()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def opened(code: str) -> services.Opened | None:
    with db.transaction():
        return services.open_link(TOKEN, code)


def actions(acting) -> Counter[str]:
    acting("system")
    return Counter(db.session.scalars(select(JournalEntry.action)))


def guest(key: str | None):
    """A guest's request as the guard begins it."""
    db.session.remove()
    db.set_scope(authority_id=None)
    found = queries.guest_of(key)
    if found is not None:
        assert found.guest is not None
        db.set_guest_scope(found.guest.access_id)
    return found


def test_of_many_at_once_one_gets_in(given, acting) -> None:
    given(token=TOKEN)
    results = at_once(8, lambda _number: opened(CODE))
    (one,) = [result for result in results if result]
    assert guest(one.key) is not None
    assert actions(acting)["guest_access.opened"] == 1
    assert opened(CODE) is None, "and nobody after it"


def test_five_guesses_at_once_or_one_by_one_lock_the_link(given, acting) -> None:
    access = given(token=TOKEN)
    assert at_once(12, lambda number: opened(f"0000000{number % 10}")) == [None] * 12
    assert opened(CODE) is None, "the right code is of no use any more"
    seen = actions(acting)
    assert (seen["guest_access.code_wrong"], seen["guest_access.locked"]) == (5, 1)
    acting("system")
    assert db.session.get_one(GuestAccess, access.id).state(db.now()) is GuestState.LOCKED


def test_four_slips_are_forgiven(given) -> None:
    given(token=TOKEN)
    assert [opened("99999999") for _ in range(4)] == [None] * 4
    found = opened(" 1234-5678 ")
    assert found is not None
    assert found.language == "sv"


@pytest.mark.parametrize("ended", [{"expires_at": "past"}, {"revoked_at": "past"}, {"failed": 5}, {"key": "used"}])
def test_a_link_that_ended_opens_for_nobody(given, acting, ended) -> None:
    given(token=TOKEN, **{name: db.now() if value == "past" else value for name, value in ended.items()})
    assert opened(CODE) is None
    assert opened("wrong") is None
    assert actions(acting) == Counter(), "guesses at a dead link are not counted"


def test_a_key_that_is_unknown_or_of_an_ended_session_is_nobody(given) -> None:
    given(key="alive")
    given(key="over", session_ends_at=db.now())
    given(key="revoked", revoked_at=db.now())
    assert guest("alive") is not None
    assert [guest(key) for key in ("over", "revoked", "unknown", "", None)] == [None] * 5


def test_only_hashes_are_kept(given, acting) -> None:
    access = given(token=TOKEN, key="secret key")
    acting("system")
    row = db.session.execute(select(GuestAccess.__table__).where(GuestAccess.id == access.id)).one()
    assert not {TOKEN, CODE, "secret key"} & {str(value) for value in row}


def test_a_new_link_ends_the_one_before(acting, asked, given) -> None:
    former = given(key="in")
    actor = acting("stavanger-officer")
    with db.transaction():
        request = db.session.get_one(DeclarationRequest, asked.id)
        new = services.let_in(actor, request, [asked.id])
    assert guest("in") is None
    acting("system")
    states = {one.id: one.state(db.now()) for one in db.session.scalars(select(GuestAccess))}
    assert states == {former.id: GuestState.REVOKED, new.access.id: GuestState.WAITING}
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "guest_access.given")).one()
    assert not {new.token, new.code} & set(str(entry.details))
    assert new.token not in str(entry.details)
    assert new.code not in str(entry.details)


def test_two_officers_at_once_leave_one_link(acting, actor_of, asked, servers) -> None:
    actor = actor_of("stavanger-officer")

    def give(_number: int) -> services.Given:
        db.set_scope(authority_id=actor.authority_id)
        with db.transaction():
            return services.let_in(actor, db.session.get_one(DeclarationRequest, asked.id), [asked.id])

    at_once(4, give)
    acting("system")
    states = Counter(one.state(db.now()) for one in db.session.scalars(select(GuestAccess)))
    assert states == {GuestState.WAITING: 1, GuestState.REVOKED: 3}


def test_only_open_requests_of_ours_to_this_supplier_can_be_given(acting, asked, authority_ids) -> None:
    acting("system")
    with db.transaction():
        same = {"supplier_id": asked.supplier_id}
        closed = make_request(owner_id=asked.owner_id, state="cancelled", **same)
        theirs = make_request(owner_id=authority_ids["oslo"], audience="members", **same)
        elsewhere = make_request(owner_id=asked.owner_id)
    actor = acting("stavanger-officer")
    for other in ([closed.id], [asked.id, theirs.id], [elsewhere.id], []):
        with pytest.raises(BadInput, match="No request"), db.transaction():
            services.let_in(actor, db.session.get_one(DeclarationRequest, asked.id), other)


def test_a_file_that_is_being_sent_when_the_access_is_revoked_is_not_kept(acting, asked, given) -> None:
    access = given(key="in")
    sender = guest("in")
    assert sender is not None
    actor = acting("stavanger-officer")
    with db.transaction():
        services.revoke(actor, queries.get_access(actor, access.id))
        with pytest.raises(InvalidTransition):
            services.revoke(actor, access)
    db.session.remove()
    db.set_guest_scope(access.id)
    with pytest.raises(NotFound, match="Nothing was saved"), db.transaction():
        services.add_file(sender, asked.id, content=PDF, filename="certificate.pdf")
    acting("system")
    assert db.session.scalar(select(func.count()).select_from(GuestUpload)) == 0
    assert db.session.scalar(select(func.count()).select_from(EvidenceItem)) == 0


def test_a_guest_reaches_no_request_but_its_own(acting, asked, given) -> None:
    acting("system")
    with db.transaction():
        other = make_request(owner_id=asked.owner_id, supplier_id=asked.supplier_id)
    given(key="in")
    sender = guest("in")
    assert sender is not None
    with pytest.raises(NotFound), db.transaction():
        services.add_file(sender, other.id, content=PDF, filename="certificate.pdf")
    with pytest.raises(NotFound):
        queries.get_request(sender, other.id)


def test_files_of_one_link_are_limited_and_sent_once(acting, asked, given, monkeypatch) -> None:
    monkeypatch.setattr(rules, "MOST_FILES", 3)
    given(key="in")

    def send(number: int) -> str:
        sender = guest("in")
        assert sender is not None
        try:
            with db.transaction():
                services.add_file(sender, asked.id, content=PDF + bytes([number]), filename="certificate.pdf")
        except BadInput:
            return "refused"
        return "kept"

    assert Counter(at_once(6, send)) == {"kept": 3, "refused": 3}
    acting("system")
    assert db.session.scalar(select(func.count()).select_from(EvidenceItem)) == 3
    events = db.session.scalars(select(OutboxEvent).where(OutboxEvent.name == "guest.sent")).all()
    assert {event.payload["what"] for event in events} == {"file"}
    entries = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "guest_access.file_sent")).all()
    assert {(entry.actor, entry.user_id, entry.authority_id) for entry in entries} == {
        ("supplier’s guest", None, asked.owner_id)
    }


def test_two_tabs_at_once_answer_once(acting, asked, given) -> None:
    given(key="in")
    files = [Draft(cells={"D22": date(2026, 6, day)}).to_bytes() for day in range(1, 5)]
    sender = guest("in")
    reports = [services.read_declaration(sender, content, "cmrt.xlsx") for content in files]

    def send(number: int) -> str:
        sender = guest("in")
        try:
            with db.transaction():
                services.answer(sender, asked.id, content=files[number], filename="a.xlsx", report=reports[number])
        except InvalidTransition:
            return "too late"
        return "received"

    assert Counter(at_once(4, send)) == {"received": 1, "too late": 3}
    acting("system")
    (declaration,) = db.session.scalars(select(Declaration))
    assert (declaration.owner_id, declaration.audience) == (asked.owner_id, "owner")
    assert db.session.get_one(DeclarationRequest, asked.id).declaration_id == declaration.id
    assert db.session.scalar(select(func.count()).select_from(GuestUpload)) == 1


def test_a_guest_goes_along_when_its_supplier_is_merged(acting, asked, given) -> None:
    given(key="in")
    first = acting("stavanger-officer")
    with db.transaction():
        kept_id = make_supplier("Prøvekabel AS", "NO").id
        merging.propose(first, MergeData(kept_id, asked.supplier_id, "Same people"))
    acting("system")
    with db.transaction():
        merge = db.session.scalars(select(SupplierMerge)).one()
        assert merge.state == "merged", "nobody else has a part in it"
    found = guest("in")
    assert found is not None
    assert found.guest.supplier_id == kept_id
    assert [one.id for one in queries.requests_of(found)] == [asked.id]


def test_a_session_has_an_end(given) -> None:
    access = given(token=TOKEN)
    before = db.now()
    assert opened(CODE) is not None
    db.session.remove()
    db.set_scope(authority_id=access.owner_id)
    ends = db.session.get_one(GuestAccess, access.id).session_ends_at
    assert ends is not None
    assert before + rules.SESSION <= ends <= db.now() + rules.SESSION
    assert timedelta(hours=1) <= rules.SESSION <= timedelta(hours=24)


def test_rights_of_the_authority_end_with_an_error(acting, asked, given) -> None:
    """A page that tells of the error is read as the guest again, in the same request."""
    access = given(key="in")
    sender = guest("in")
    assert sender is not None
    everything = select(func.count()).select_from(DeclarationRequest)
    acting("system")
    with db.transaction():
        make_request(owner_id=asked.owner_id)
    db.session.remove()
    db.set_guest_scope(access.id)
    with pytest.raises(ZeroDivisionError), db.on_behalf_of(asked.owner_id):
        assert db.session.scalar(everything) == 2
        raise ZeroDivisionError
    assert db.session.scalar(everything) == 1
    with db.on_behalf_of(asked.owner_id):
        pass
    assert db.session.scalar(everything) == 1
