"""A finding from our page to the supplier's and back: shown, answered, planned, evidenced; and what a stranger gets."""

import html
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.clock import today
from portal.findings.models import Finding, FindingEvidence
from portal.guests.models import GuestAccess
from portal.guests.rules import SESSION, secret_hash
from tests.client import PortalClient
from tests.events import deliver_all
from tests.factories.evidence import make_evidence
from tests.factories.findings import make_action
from tests.statements import counted_statements

PDF = b"%PDF-1.7 invented training list"


def written(days: int) -> str:
    return (today() + timedelta(days=days)).strftime("%d.%m.%Y")


def text_of(answer) -> str:
    return html.unescape(answer.text)


def send_plan(visitor: PortalClient, finding: Finding, *rows: tuple[str, str], note: str = ""):
    data = {"plan-note": note}
    for number, (words, day) in enumerate(rows):
        data |= {f"plan-actions-{number}-text": words, f"plan-actions-{number}-due_on": day}
    return visitor.post(f"/guest/findings/{finding.id}/plan", data=data, follow_redirects=True)


@pytest.fixture
def visitor(let_in, guest_browser) -> PortalClient:
    let_in("key")
    return guest_browser("key")


def test_from_showing_it_to_the_evidence(client_for, found) -> None:
    finding = found(shown_on=None)
    officer, supplier = client_for("stavanger-officer"), client_for(None)
    page = f"/findings/{finding.id}"
    assert "Nothing of this finding" in text_of(officer.get(page))
    assert "is not shown to the supplier" in text_of(officer.get(f"{page}/guests"))
    assert "when it comes with its link" in text_of(
        officer.post(f"{page}/show-to-supplier", data={"shown": "1"}, follow_redirects=True)
    )
    given = officer.post(f"{page}/guests", data={"language": "en"}).text
    assert "has found something at your company" in given
    link, code = re.search(r'id="link">([^<]+)<', given), re.search(r'id="code">([^<]+)<', given)
    assert link
    assert code
    home = text_of(supplier.post(link[1].split("8000", 1)[1], data={"code": code[1]}, follow_redirects=True))
    assert finding.title in home
    assert "A plan is needed" in home

    theirs = f"/guest/findings/{finding.id}"
    assert "Workers do not know where to complain" in text_of(supplier.get(theirs))
    thanked = supplier.post(f"{theirs}/reply", data={"reply-text": "We know now."}, follow_redirects=True)
    assert "Your reply is received" in text_of(thanked)
    assert "Your plan is received" in text_of(send_plan(supplier, finding, ("Put up posters", written(9))))

    read = text_of(officer.get(page))
    for words in ("We know now.", "Written by the supplier itself", "The supplier proposes a plan", "Put up posters"):
        assert words in read
    proposal = re.search(r'name="proposal-proposal" value="([^"]+)"', read)
    assert proposal
    refused = officer.post(f"{page}/proposal", data={"proposal-proposal": proposal[1]})
    assert "Tell the supplier what to change" in text_of(refused)
    accepted = officer.post(
        f"{page}/proposal", data={"proposal-proposal": proposal[1], "proposal-accept": "1"}, follow_redirects=True
    )
    assert "Plan agreed" in text_of(accepted)
    assert "The supplier proposes a plan" not in text_of(accepted)

    shown = text_of(supplier.get(theirs))
    assert "Accepted" in shown
    action = re.search(r'<option value="([^"]+)">Put up posters', shown)
    assert action
    data = {"file-action": action[1], "file-file": (io.BytesIO(PDF), "posters.pdf"), "file-note": "In the hall"}
    sent = supplier.post(f"{theirs}/evidence", data=data, follow_redirects=True)
    assert "The file is received" in text_of(sent)
    link = re.search(r'href="([^"]+)">posters\.pdf<', sent.text)
    assert link
    mine = supplier.get(link[1])
    assert (mine.data, mine.headers["Content-Disposition"]) == (PDF, "attachment; filename=posters.pdf")
    assert "posters.pdf" in text_of(officer.get(page))

    deliver_all()
    inbox = text_of(officer.get("/inbox"))
    for words in ("has replied to a finding", "proposes a plan for a finding", "has sent evidence for a finding"):
        assert inbox.count(f"Prøvekabel Example AS {words}") == 1
    assert "Prøvekabel" not in text_of(client_for("oslo-officer").get("/inbox"))


def test_what_is_wrong_is_said_and_what_was_written_stays(visitor, found) -> None:
    finding = found()
    answer = text_of(
        send_plan(visitor, finding, ("Put up posters", ""), ("", written(9)), ("Train", "soon"), note="Hi")
    )
    for words in ("Actions, row 1: Due: Say until when.", "Actions, row 2: Action: Say what is done.", "is not a date"):
        assert words in answer
    for kept in ('value="Put up posters"', f'value="{written(9)}"', 'value="soon"', ">Hi</textarea>"):
        assert kept in answer.replace("\r\n", "").replace("\n", "")
    assert "The plan has no action yet" in text_of(send_plan(visitor, finding, ("", "")))
    assert "Enter the reply" in text_of(visitor.post(f"/guest/findings/{finding.id}/reply", data={"reply-text": " "}))


def test_a_new_reply_begins_from_the_one_before(visitor, found) -> None:
    finding = found()
    page = f"/guest/findings/{finding.id}"
    for words in ("First words", "Second words"):
        visitor.post(f"{page}/reply", data={"reply-text": words})
    shown = text_of(visitor.get(page))
    assert re.search(r"<textarea[^>]*>\s*Second words</textarea>", shown)
    assert "What you wrote before" in shown


def test_who_sends_too_often_waits(visitor, found) -> None:
    finding = found()
    codes = [
        visitor.post(f"/guest/findings/{finding.id}/reply", data={"reply-text": f"Version {n}"}).status_code
        for n in range(12)
    ]
    assert codes[:10] == [302] * 10
    assert codes[10:] == [429] * 2


def test_a_finding_that_is_not_shown_is_there_for_no_guest(visitor, found, let_in, guest_browser) -> None:
    hidden, shown = found(title="Hidden", shown_on=None), found(title="Shown")
    let_in("of-oslo", owner="oslo")
    other = guest_browser("of-oslo")
    assert visitor.get(f"/guest/findings/{shown.id}").status_code == 200
    assert "Hidden" not in visitor.get("/guest").text
    assert "Shown" not in other.get("/guest").text
    for guest, finding in ((visitor, hidden), (other, shown)):
        assert guest.get(f"/guest/findings/{finding.id}").status_code == 404
        for what in ("reply", "plan", "evidence"):
            assert guest.post(f"/guest/findings/{finding.id}/{what}", data={}).status_code == 404


def test_only_what_the_supplier_sent_can_be_fetched_and_only_by_it(
    visitor, found, let_in, guest_browser, acting
) -> None:
    finding, another = found(state="in_progress"), found(title="Another")
    acting("system")
    with db.transaction():
        sent, ours = (make_evidence(owner_id=finding.owner_id, filename=f"{n}.pdf") for n in range(2))
        for item, by_supplier in ((sent, True), (ours, False)):
            db.session.add(FindingEvidence(finding_id=finding.id, evidence_id=item.id, by_supplier=by_supplier))
    let_in("of-oslo", owner="oslo")
    page = f"/guest/findings/{finding.id}/evidence"
    assert visitor.get(f"{page}/{sent.id}").status_code == 200
    assert visitor.get(f"{page}/{ours.id}").status_code == 404  # the authority's own
    assert visitor.get(f"/guest/findings/{another.id}/evidence/{sent.id}").status_code == 404
    assert guest_browser("of-oslo").get(f"{page}/{sent.id}").status_code == 404
    acting("system")
    with db.transaction():
        db.session.get_one(Finding, finding.id).shown_on = None
    assert visitor.get(f"{page}/{sent.id}").status_code == 404  # no longer shown


def test_officers_are_no_guests_and_others_do_not_show_or_decide(client_for, found, authority_ids) -> None:
    finding = found(audience="named", named_ids=[authority_ids["oslo"]], shown_on=None)
    assert client_for("stavanger-officer").get(f"/guest/findings/{finding.id}").status_code in {302, 403, 404}
    oslo = client_for("oslo-officer")
    assert oslo.get(f"/findings/{finding.id}").status_code == 200
    for path in ("show-to-supplier", "proposal", "guests"):
        assert oslo.post(f"/findings/{finding.id}/{path}", data={"shown": "1"}).status_code == 403
    assert "What the supplier sees" not in oslo.get(f"/findings/{finding.id}").text


def test_the_pages_take_as_many_statements_for_many_as_for_few(visitor, found) -> None:
    first = found(state="in_progress")
    counts = []
    for _round in range(2):
        with counted_statements() as listed:
            visitor.get("/guest")
        with counted_statements() as shown:
            visitor.get(f"/guest/findings/{first.id}")
        counts.append((len(listed), len(shown)))
        for _number in range(5):
            found()
            with db.transaction():
                make_action(db.session.get_one(Finding, first.id))
            visitor.post(f"/guest/findings/{first.id}/reply", data={"reply-text": f"Words {_number}"})
    assert counts[0] == counts[1]


def test_an_access_without_requests_can_be_taken_back(client_for, acting, found, authority_ids) -> None:
    finding = found()
    officer = client_for("stavanger-officer")
    officer.post(f"/findings/{finding.id}/guests", data={"language": "nb"})
    page = officer.get(f"/findings/{finding.id}/guests").text
    revoke = re.search(r'action="(/guest-accesses/[^"]+/revoke)"', page)
    assert revoke
    assert "The access is taken back" in text_of(officer.post(revoke[1], follow_redirects=True))
    assert "Taken back" in text_of(officer.get(f"/findings/{finding.id}/guests"))


def test_a_plan_that_comes_too_late_is_told_so(visitor, found) -> None:
    finding = found(state="in_progress")
    assert "No plan is needed now" in text_of(send_plan(visitor, finding, ("Put up posters", written(9))))


def test_where_no_declaration_is_asked_for_the_page_does_not_say_that_nothing_waits(
    client_for, found, guest_browser, acting
) -> None:
    finding = found()
    client_for("stavanger-officer").post(f"/findings/{finding.id}/guests", data={"language": "nb"})
    acting("system")
    with db.transaction():
        access = db.session.scalars(select(GuestAccess)).one()
        access.used_at, access.session_hash = db.now(), secret_hash("alone")
        access.session_ends_at = db.now() + SESSION
    page = text_of(guest_browser("alone").get("/guest"))
    assert finding.title in page
    assert "Nothing waits for you" not in page
    assert "Declarations asked for" not in page
