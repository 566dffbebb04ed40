"""A supplier by link and code: let in, sends, corrects, is out; and the officer sees all of it and nobody else does."""

import io
import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import db
from portal.clock import today
from portal.declarations.models import Declaration
from portal.evidence import kinds
from portal.guests.models import GuestAccess, GuestUpload
from portal.guests.sections import _asks, connect
from portal.journal.models import JournalEntry
from portal.outbox.models import OutboxEvent
from portal.requests.models import DeclarationRequest
from portal.shapes import TodoItem
from tests.client import PortalClient
from tests.factories.guests import CODE, TOKEN, make_access
from tests.factories.requests import make_request
from tests.portal.declarations.workbooks import Draft
from tests.statements import counted_statements
from worker.handlers import HANDLERS

PDF = b"%PDF-1.7 invented certificate"
WRONG = "The code is wrong, or the link was used before or has ended."


def let_in(officer: PortalClient, asked: DeclarationRequest) -> tuple[str, str]:
    """The path of the link and the code, as the page shows them."""
    page = officer.post(f"/requests/{asked.id}/guests", data={"request_ids": [str(asked.id)]}).text
    link, code = re.search(r'id="link">([^<]+)<', page), re.search(r'id="code">([^<]+)<', page)
    assert link, page
    assert code
    return link[1].split("8000", 1)[1], code[1]


def send(browser: PortalClient, asked: DeclarationRequest, content: bytes, name: str = "cmrt.xlsx", **options):
    data = {"file": (io.BytesIO(content), name)}
    return browser.post(f"/guest/requests/{asked.id}/declaration", data=data, follow_redirects=True, **options)


def send_evidence(browser: PortalClient, asked: DeclarationRequest, content: bytes, name: str):
    data = {"evidence": (io.BytesIO(content), name)}
    return browser.post(f"/guest/requests/{asked.id}/files", data=data, follow_redirects=True)


def handle_events() -> None:
    """What the worker does with the events so far, as the system."""
    with db.transaction():
        for event in db.session.scalars(select(OutboxEvent).where(OutboxEvent.done_at.is_(None))):
            for handler in HANDLERS[event.name]:  # type: ignore[index]
                handler(event.id, event.payload)  # type: ignore[operator]
            event.done_at = db.now()


def test_from_the_link_to_the_accepted_declaration(client_for, acting, asked) -> None:
    officer, browser = client_for("stavanger-officer"), client_for(None)
    path, code = let_in(officer, asked)
    listed = officer.get(f"/requests/{asked.id}/guests").text
    assert "Not opened yet" in listed
    assert code not in listed
    assert path not in listed

    assert {browser.get(path).status_code for _ in range(3)} == {200}, "to look at it does not use it"
    page = browser.post(path, data={"code": code}, follow_redirects=True).text
    assert "City of Stavanger has let you in for Prøvekabel Example AS" in page
    assert "Waits for you" in page
    page = browser.get(f"/guest/requests/{asked.id}").text
    for words in ("See clause 7.2.", "Conflict Minerals Reporting Template (CMRT)", "City of Stavanger"):
        assert words in page

    assert "not a spreadsheet" in send(browser, asked, b"name;country\n").text
    first = Draft(cells={"D26": None}).to_bytes()
    assert "The declaration is received" in send(browser, asked, first).text
    assert "is being looked at" in send(browser, asked, Draft().to_bytes()).text, "it is our turn now"
    assert "Opened" in officer.get(f"/requests/{asked.id}/guests").text

    acting("system")
    handle_events()
    inbox = officer.get("/inbox").text
    assert "Prøvekabel Example AS has sent the declaration that we asked for" in inbox
    assert "Prøvekabel" not in client_for("oslo-officer").get("/inbox").text
    assert client_for("oslo-officer").get("/declarations").text.count("CMRT 6.5") == 0, "it is not shared by itself"

    officer.post(f"/requests/{asked.id}/check")
    due = (today() + timedelta(days=14)).strftime("%d.%m.%Y")
    officer.post(f"/requests/{asked.id}/send-back", data={"corrected_by": due, "remark": "Only for us."})
    page = browser.get(f"/guest/requests/{asked.id}").text
    assert "Please correct your declaration" in page
    assert "Only for us." not in page
    letters = re.findall(rf'href="(/guest/requests/{asked.id}/files/[^"]+)">(?:as PDF|as workbook)', page)
    assert [browser.get(letter).data[:4] for letter in letters] == [b"%PDF", b"PK\x03\x04"]

    assert "This very file has been sent already" in send(browser, asked, first).text
    assert "The declaration is received" in send(browser, asked, Draft(cells={"D22": date(2026, 7, 1)}).to_bytes()).text
    officer.post(f"/requests/{asked.id}/check")
    officer.post(f"/requests/{asked.id}/accept")
    page = browser.get("/guest").text
    assert "Accepted" in page
    acting("system")
    entries = db.session.scalars(
        select(JournalEntry).where(JournalEntry.actor == "supplier’s guest").order_by(JournalEntry.seq)
    )
    assert [entry.action for entry in entries] == [
        "guest_access.opened",
        *["declaration.added", "request.received", "guest_access.file_sent"] * 2,
    ]


def test_the_wrong_template_is_refused_and_nothing_of_it_is_kept(acting, asked, given, guest_browser) -> None:
    acting("system")
    with db.transaction():
        request = db.session.get_one(DeclarationRequest, asked.id)
        request.template, request.minerals = "EMRT", ["cobalt"]
    given(key="in")
    page = send(guest_browser("in"), asked, Draft().to_bytes()).text
    assert "This is a CMRT, and a EMRT was asked for." in page
    assert "Fill in the template that was asked for." in page
    acting("system")
    assert db.session.scalars(select(Declaration)).all() == []
    assert db.session.scalars(select(GuestUpload)).all() == []


def test_evidence_reaches_the_officer_and_nobody_else(
    acting, client_for, asked, given, guest_browser, monkeypatch
) -> None:
    given(key="in")
    browser = guest_browser("in")
    assert "Choose the file." in browser.post(f"/guest/requests/{asked.id}/files").text
    assert "This kind of file is not taken" in send_evidence(browser, asked, b"MZ", "tool.pdf").text
    monkeypatch.setattr(kinds, "MOST_BYTES", 1024)
    too_large = PDF.ljust(1025)
    assert "The file is larger than" in send_evidence(browser, asked, too_large, "large.pdf").text
    assert "The file is received" in send_evidence(browser, asked, PDF, "certificate.pdf").text
    page = send_evidence(browser, asked, PDF, "again.pdf").text
    assert "sent already" in page
    assert "again.pdf" not in page
    (own,) = re.findall(r'href="(/guest/requests/[^"]+/files/[^"]+)"', page)
    assert browser.get(own).data == PDF
    acting("system")
    handle_events()
    officer, stranger = client_for("stavanger-officer"), client_for("oslo-officer")
    assert "has sent a file for our request" in officer.get("/inbox").text
    (link,) = re.findall(r'href="(/files/[^"]+)"', officer.get(f"/requests/{asked.id}/guests").text)
    assert officer.get(link).data == PDF
    assert stranger.get(link).status_code == 404


def test_whatever_is_wrong_gets_one_answer(client_for, given) -> None:
    given(token=TOKEN)
    given(token="one-used", key="somebody")
    given(token="one-late", expires_at=db.now())
    pages = set()
    for token in (TOKEN, "one-used", "one-late", "never-made", "x" * 500):
        answer = client_for(None).post(f"/guest/open/{token}", data={"code": "00000000"})
        assert answer.status_code == 200
        assert "guest" not in str(answer.headers.get("Set-Cookie", "")), "no session"
        pages.add(re.sub(r'(X-CSRFToken": |name="csrf_token" [^>]*value=)"[^"]+"', "", answer.text).replace(token, ""))
    assert len(pages) == 1
    assert WRONG in pages.pop()
    assert {client_for(None).get(f"/guest/open/{token}").status_code for token in (TOKEN, "never-made")} == {200}


def test_guessing_is_slowed_as_signing_in_is(client_for, given) -> None:
    given(token=TOKEN)
    guesses = [client_for(None).post("/guest/open/never-made", data={"code": f"{n}"}).status_code for n in range(11)]
    assert guesses == [200] * 10 + [429]
    browser = client_for(None)
    assert browser.post(f"/guest/open/{TOKEN}", data={"code": CODE}).location == "/guest", "another link is as before"


def test_files_come_at_a_bounded_pace(asked, given, guest_browser) -> None:
    given(key="in")
    browser = guest_browser("in")
    statuses = [send(browser, asked, b"no workbook").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]
    answer = send_evidence(browser, asked, PDF, "certificate.pdf")
    assert answer.status_code == 429
    assert "Too many attempts." in answer.text


def test_the_language_is_that_of_the_request_unless_one_was_chosen(client_for, given) -> None:
    given(token=TOKEN)
    browser = client_for(None)
    browser.post(f"/guest/open/{TOKEN}", data={"code": CODE})
    assert '<html lang="sv"' in browser.get("/guest").text
    given(token="second")
    chosen = client_for(None)
    chosen.set_cookie("lang", "ca")
    chosen.post("/guest/open/second", data={"code": CODE})
    assert '<html lang="ca"' in chosen.get("/guest").text


def test_revoked_in_mid_session_is_out_at_once(client_for, asked, given, guest_browser) -> None:
    access = given(key="in")
    browser, officer = guest_browser("in"), client_for("stavanger-officer")
    assert browser.get("/guest").status_code == 200
    page = officer.post(f"/guest-accesses/{access.id}/revoke", follow_redirects=True).text
    assert "Taken back" in page
    for answer in (browser.get("/guest"), browser.get(f"/guest/requests/{asked.id}"), browser.post("/guest/leave")):
        assert (answer.status_code, answer.location) == (302, "/guest/ended")
    answer = browser.post(f"/guest/requests/{asked.id}/files", data={"evidence": (io.BytesIO(PDF), "a.pdf")})
    assert (answer.status_code, answer.location) == (302, "/guest/ended")
    assert officer.post(f"/guest-accesses/{access.id}/revoke").status_code == 409


def test_signing_out_ends_the_access(acting, asked, given, guest_browser) -> None:
    access = given(key="in")
    browser, copy = guest_browser("in"), guest_browser("in")
    assert browser.post("/guest/leave").location == "/guest/ended"
    assert copy.get("/guest").location == "/guest/ended", "a copied cookie is of no use"
    acting("system")
    assert db.session.get_one(GuestAccess, access.id).state(db.now()) == "over"


def test_nobody_is_an_officer_and_a_guest_at_once(client_for, given) -> None:
    given(token=TOKEN)
    browser = client_for("oslo-officer")
    assert "Look up a supplier" in browser.get("/account").text
    assert "Look up a supplier" not in browser.get(f"/guest/open/{TOKEN}").text, "pages of guests have no navigation"
    assert browser.post(f"/guest/open/{TOKEN}", data={"code": CODE}).location == "/guest"
    assert browser.get("/account").status_code == 302


def test_another_request_or_file_is_not_there(acting, asked, given, guest_browser) -> None:
    acting("system")
    with db.transaction():
        other = make_request(owner_id=asked.owner_id, supplier_id=asked.supplier_id, instructions="Not for you")
    given(key="in")
    browser = guest_browser("in")
    assert "Not for you" not in browser.get("/guest").text
    assert str(other.id) not in browser.get("/guest").text
    for address in (
        f"/guest/requests/{other.id}",
        f"/guest/requests/{uuid4()}",
        f"/guest/requests/{asked.id}/files/{uuid4()}",
    ):
        assert browser.get(address).status_code == 404
    assert send(browser, other, Draft().to_bytes()).status_code == 404


def test_a_guests_page_runs_as_many_statements_for_five_requests_as_for_one(acting, asked, guest_browser) -> None:
    counts = []
    for number in (1, 5):
        acting("system")
        with db.transaction():
            of_one = {"owner_id": asked.owner_id, "supplier_id": asked.supplier_id}
            make_access(
                key=f"{number}", owner_id=asked.owner_id, requests=[make_request(**of_one) for _ in range(number)]
            )
        browser = guest_browser(f"{number}")
        db.session.remove()
        with counted_statements() as ran:
            assert browser.get("/guest").text.count("/guest/requests/") == number
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 16, counts


def test_what_other_features_have_for_the_supplier_stands_there_too(asked, given, guest_browser) -> None:
    given(key="in")

    def ask(guest):
        assert guest.guest.supplier_id == asked.supplier_id
        return [TodoItem(today(), "Confirm the date of the audit", None, "guest_pages.home", {})]

    connect(ask)
    try:
        assert "Confirm the date of the audit" in guest_browser("in").get("/guest").text
    finally:
        _asks.remove(ask)


@pytest.mark.parametrize("person", ["stockholm-reader", "oslo-officer"])
def test_who_may_not_let_a_supplier_in(client_for, asked, given, person) -> None:
    access, client = given(), client_for(person)
    assert client.get(f"/requests/{asked.id}/guests").status_code == 403
    assert client.post(f"/guest-accesses/{access.id}/revoke").status_code == (403 if "reader" in person else 404)
    assert "Access of the supplier" not in client.get(f"/requests/{asked.id}").text
