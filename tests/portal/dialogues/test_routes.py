"""The dialogue log through the screens, without JavaScript."""

import csv
import html
import io
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal import db
from portal.clock import today
from portal.dialogues.models import DialogueEntry
from tests.factories.dialogues import make_commitment, make_dialogue
from tests.factories.registry import make_supplier

SECRET = "The compliance manager seemed unsure"


def fields(text: str) -> dict[str, list[str]]:
    """What a browser would send: the values of the inputs, areas and selects of the page's dialogue form."""
    form = text[text.index('id="dialogue"') : text.index("</form>", text.index('id="dialogue"'))]
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attrs.get("type") in {"radio", "checkbox"} and " checked" not in tag:
            continue
        if "name" in attrs:
            sent.setdefault(attrs["name"], []).append(html.unescape(attrs.get("value", "")))
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [html.unescape(body).strip()]
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', body)
        sent[name] = [chosen.group(1) if chosen else re.findall(r'value="([^"]*)"', body)[0]]
    return sent


@pytest.fixture
def supplier_id(acting) -> UUID:
    acting("system")
    with db.transaction():
        return make_supplier().id


def entries(acting) -> list[DialogueEntry]:
    acting("system")
    return list(db.session.scalars(select(DialogueEntry).order_by(DialogueEntry.created_at)))


def test_what_was_written_comes_back_as_a_form_with_its_rows_and_nothing_is_saved(
    client_for, acting, supplier_id
) -> None:
    client = client_for("stavanger-officer")
    address = f"/suppliers/{supplier_id}/dialogues/new"
    fresh = client.get(address).text
    assert "data-unsaved" in fresh
    written = fields(fresh) | {
        "subject": ["Tin"],
        "private_note": [SECRET],
        "participants-7-side": ["supplier"],
        "participants-7-role_title": ["Quality manager"],
    }
    page = client.post(address, data={**written, "resume": "1"})
    assert page.status_code == 200
    assert "Please check this" not in page.text
    assert "data-unsaved" not in page.text
    again = fields(page.text)
    assert (again["subject"], again["private_note"]) == (["Tin"], [SECRET])
    assert ["Quality manager"] in [value for name, value in again.items() if name.endswith("role_title")]
    assert entries(acting) == []


def test_rows_are_added_and_taken_out_on_the_server_and_the_text_stays(client_for, supplier_id) -> None:
    client = client_for("stavanger-officer")
    address = f"/suppliers/{supplier_id}/dialogues/new"
    sent = fields(client.get(address).text)
    assert [sent["participants-0-side"], sent["participants-1-side"]][1] == ["supplier"]
    sent |= {
        "subject": ["Corrected CMRT & more"],
        "summary": ["They will <confirm>."],
        "private_note": [SECRET],
        "commitments-0-what": ["Corrected CMRT"],
    }
    page = client.post(address, data={**sent, "add_row": "commitments"})
    assert page.status_code == 200
    assert "Please check this" not in page.text
    sent = fields(page.text)
    assert sent["subject"] == ["Corrected CMRT & more"]
    assert sent["summary"] == ["They will <confirm>."]
    assert sent["private_note"] == [SECRET]
    assert sent["commitments-0-what"] == ["Corrected CMRT"]
    assert sent["commitments-1-what"] == [""]
    sent["commitments-1-what"] = ["Written statement"]
    sent = fields(client.post(address, data={**sent, "drop_row": "commitments-0"}).text)
    assert sent["commitments-0-what"] == ["Written statement"]
    assert "commitments-1-what" not in sent
    sent = fields(client.post(address, data={**sent, "drop_row": "commitments-0"}).text)
    assert not any(name.startswith("commitments-") for name in sent)
    sent = fields(client.post(address, data={**sent, "add_row": "commitments"}).text)
    assert sent["commitments-0-what"] == [""]
    sent = fields(client.post(address, data={**sent, "drop_row": "commitments-77"}).text)
    assert sent["subject"] == ["Corrected CMRT & more"]


def test_who_took_part_is_proposed_once_and_saved_as_audience(client_for, acting, supplier_id, authority_ids) -> None:
    client = client_for("stavanger-officer")
    address = f"/suppliers/{supplier_id}/dialogues/new"
    stockholm, oslo = str(authority_ids["stockholm"]), str(authority_ids["oslo"])
    sent = fields(client.get(address).text)
    assert "named_ids" not in sent
    sent["participants-1-side"] = [stockholm]
    sent = fields(client.post(address, data={**sent, "add_row": "participants"}).text)
    assert sent["named_ids"] == [stockholm]
    del sent["named_ids"]
    sent = fields(client.post(address, data={**sent, "add_row": "participants"}).text)
    assert "named_ids" not in sent, "what was unticked is not ticked again"
    day = today().strftime("%d.%m.%Y")
    sent |= {
        "subject": ["Tin smelter"],
        "summary": ["No orders since August."],
        "participants-0-role_title": ["Sustainability adviser"],
        "participants-1-role_title": ["Adviser"],
        "commitments-0-what": ["Corrected CMRT"],
        "commitments-0-due_on": [day],
        "audience": ["named"],
        "named_ids": [stockholm, oslo],
        "private_note": [SECRET],
    }
    page = client.post(address, data=sent, follow_redirects=True)
    said = "People in City of Stavanger, City of Oslo and Region Stockholm will see this."
    alternative = "People in City of Stavanger, Region Stockholm and City of Oslo will see this."
    assert page.text.count(said) + page.text.count(alternative) == 2, "after saving and on the page"
    assert "The dialogue is saved." in page.text
    assert SECRET in page.text
    entry = entries(acting)[0]
    assert (entry.audience, set(entry.named_ids)) == ("named", {authority_ids["stockholm"], authority_ids["oslo"]})
    assert entry.held_on == today()
    for reader in ("stockholm-reader", "oslo-officer"):
        page = client_for(reader).get(f"/dialogues/{entry.id}")
        assert "No orders since August." in page.text
        assert SECRET not in page.text
        assert SECRET not in client_for(reader).get("/dialogues.csv").text
    assert client_for("barcelona-officer").get(f"/dialogues/{entry.id}").status_code == 404


def test_errors_stand_at_their_rows(client_for, acting, supplier_id) -> None:
    client = client_for("stavanger-officer")
    address = f"/suppliers/{supplier_id}/dialogues/new"
    sent = fields(client.get(address).text) | {
        "subject": [" "],
        "summary": ["x"],
        "commitments-0-what": ["Corrected CMRT"],
        "commitments-0-due_on": ["soon"],
        "audience": ["named"],
    }
    page = client.post(address, data=sent)
    assert page.status_code == 200
    assert "Say what it was about." in page.text
    assert '<a href="#commitments-0-due_on">Commitments, row 1: Due: “soon” is not a date.' in page.text
    assert "Choose at least one authority" in page.text
    sent = fields(page.text) | {"commitments-0-due_on": [""], "subject": ["S"], "audience": ["owner"]}
    assert "Say until when." in client.post(address, data=sent).text
    sent |= {"commitments-0-due_on": ["1.12.2026"], "commitments-0-what": [""]}
    assert "Say what was promised." in client.post(address, data=sent).text
    sent |= {"commitments-0-due_on": [""], "held_on": [(today() + timedelta(days=1)).isoformat()]}
    assert "This day is still to come." in client.post(address, data=sent).text
    assert entries(acting) == []


def test_an_authority_or_a_side_that_is_not_offered_is_refused(client_for, acting, supplier_id) -> None:
    client = client_for("stavanger-officer")
    address = f"/suppliers/{supplier_id}/dialogues/new"
    sent = fields(client.get(address).text) | {"subject": ["S"], "summary": ["x"]}
    stranger = str(UUID(int=7))
    for change in ({"participants-0-side": [stranger]}, {"audience": ["named"], "named_ids": [stranger]}):
        assert client.post(address, data={**sent, **change}).status_code == 200
    assert client.post(address, data={**sent, "named_ids": ["x"], "audience": ["named"]}).status_code == 200
    assert entries(acting) == []


def test_a_correction_leads_both_ways(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        wrong = make_dialogue(owner_id=authority_ids["stavanger"], audience="members", subject="Wrong subject")
    client = client_for("stavanger-officer")
    address = f"/dialogues/{wrong.id}/correct"
    sent = fields(client.get(address).text)
    assert sent["subject"] == ["Wrong subject"]
    assert sent["audience"] == ["members"]
    page = client.post(address, data=sent | {"subject": ["Right subject"]}, follow_redirects=True)
    assert "The correction is saved." in page.text
    assert f'href="/dialogues/{wrong.id}"' in page.text
    right = entries(acting)[1]
    assert right.corrects_id == wrong.id
    reader = client_for("oslo-officer")
    old = reader.get(f"/dialogues/{wrong.id}")
    assert "Corrected on" in old.text
    assert f'href="/dialogues/{right.id}"' in old.text
    assert "Corrected on" in reader.get("/dialogues").text
    assert client.get(address).headers["Location"] == f"/dialogues/{right.id}"


def test_a_hidden_correction_does_not_show(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        wrong = make_dialogue(owner_id=authority_ids["stavanger"], audience="members")
        make_dialogue(
            owner_id=authority_ids["stavanger"], supplier_id=wrong.supplier_id, corrects_id=wrong.id, subject="Hidden"
        )
    reader = client_for("oslo-officer")
    for page in (f"/dialogues/{wrong.id}", "/dialogues", "/dialogues.csv"):
        text = reader.get(page).text
        assert wrong.subject in text
        assert "Hidden" not in text
        assert "orrected on 2" not in text


def test_the_audience_is_changed_and_said(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        entry = make_dialogue(owner_id=authority_ids["stavanger"])
    client = client_for("stavanger-officer")
    address = f"/dialogues/{entry.id}/audience"
    assert "Only people in City of Stavanger will see this." in client.get(address).text
    page = client.post(address, data={"audience": "members", "version": "1"}, follow_redirects=True)
    assert "It is changed who sees this entry. People in all member authorities will see this." in page.text
    assert client_for("oslo-officer").get(f"/dialogues/{entry.id}").status_code == 200
    late = client.post(address, data={"audience": "owner", "version": "1"})
    assert "Somebody else changed who sees this entry." in late.text
    assert 'name="version" type="hidden" value="2"' in late.text
    assert client.post(address, data={"audience": "owner", "version": "2"}).status_code == 302
    assert client_for("oslo-officer").get(f"/dialogues/{entry.id}").status_code == 404
    assert client_for("oslo-officer").get(address).status_code == 404


def test_private_notes_are_each_authoritys_own(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        entry = make_dialogue(owner_id=authority_ids["stockholm"], audience="members")
    page, note = f"/dialogues/{entry.id}", f"/dialogues/{entry.id}/note"
    before = {name: client_for(name).get(page).text for name in ("stockholm-officer", "oslo-officer")}
    client = client_for("stavanger-officer")
    assert "Write the note first." in client.post(note, data={"text": "  "}).text
    saved = client.post(note, data={"text": SECRET}, follow_redirects=True)
    assert "Only people in City of Stavanger see it." in saved.text
    assert SECRET in saved.text
    tokens = re.compile(r"[\w-]{40,}\.[\w-]{6}\.[\w-]{27}")  # of forms: each page has its own
    for name, earlier in before.items():
        now = client_for(name).get(page).text
        assert tokens.sub("", now) == tokens.sub("", earlier)
    assert client_for("stockholm-reader").post(note, data={"text": "x"}).status_code == 403


def test_a_commitment_is_marked_done_with_a_note_and_undone(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        entry = make_dialogue(
            owner_id=authority_ids["stavanger"],
            audience="members",
            commitments=[make_commitment(due_on=date(2026, 1, 5))],
        )
        foreign = make_dialogue(owner_id=authority_ids["stavanger"], audience="members")
    client = client_for("stavanger-officer")
    page = f"/dialogues/{entry.id}"
    done = f"{page}/commitments/{entry.commitments[0].id}/done"
    assert "days overdue" in client.get(page).text
    assert "Say what shows that it is done." in client.post(done, data={"note": ""}).text
    marked = client.post(done, data={"note": "CMRT of 2 December"}, follow_redirects=True)
    assert "Marked as done: Corrected CMRT" in marked.text
    assert "CMRT of 2 December" in marked.text
    assert "days overdue" not in marked.text
    assert client.post(done, data={"note": "again"}).status_code == 409
    undone = client.post(done.replace("/done", "/reopen"), follow_redirects=True)
    assert "Open again: Corrected CMRT" in undone.text
    reader = client_for("oslo-officer")
    assert 'href="/dialogues/new"' not in reader.get(page).text
    assert "Mark as done" not in reader.get(page).text
    assert reader.get(done).status_code == 403
    elsewhere = f"{page}/commitments/{foreign.commitments[0].id}/done"
    assert client.post(elsewhere, data={"note": "x"}).status_code == 404


def test_already_asked_is_said_as_far_as_it_is_shared(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        entry = make_dialogue(
            owner_id=authority_ids["stockholm"],
            audience="named",
            named_ids=[authority_ids["stavanger"]],
            held_on=today() - timedelta(days=30),
        )
    address = f"/suppliers/{entry.supplier_id}/dialogues/new"
    seen = client_for("stavanger-officer").get(address).text
    assert "Region Stockholm asked Halden Computing AB already on" in seen
    assert "Earlier with Halden Computing AB" in seen
    hidden = client_for("oslo-officer").get(address).text
    assert "already" not in hidden
    assert entry.subject not in hidden
    assert "Earlier with" not in hidden
    assert "You asked Halden Computing AB already" in client_for("stockholm-officer").get(address).text


def test_the_list_keeps_its_filters_in_the_address(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        halden, nordvik = make_supplier(), make_supplier("Nordvik Displays AS", "NO")
        shared: dict[str, Any] = {"owner_id": authority_ids["oslo"], "audience": "members"}
        make_dialogue(**shared, subject="About cobalt", supplier_id=halden.id, commitments=[])
        make_dialogue(**shared, subject="About tin", supplier_id=nordvik.id)
    client = client_for("stavanger-officer")
    for query, found, missing in [
        ("supplier=nordvik", "About tin", "About cobalt"),
        (f"supplier_id={halden.id}", "About cobalt", "About tin"),
        ("open=1", "About tin", "About cobalt"),
        (f"authority={authority_ids['oslo']}&supplier=Halden", "About cobalt", "About tin"),
    ]:
        for page in (f"/dialogues?{query}", f"/dialogues.csv?{query}"):
            text = client.get(page).text
            assert found in text, page
            assert missing not in text, page
    nothing = client.get(f"/dialogues?authority={authority_ids['barcelona']}").text
    assert "No entry fits these filters" in nothing
    link = re.search(r'href="(/dialogues\.csv[^"]*)"', client.get("/dialogues?open=1&after=&x=1").text)
    assert link
    assert html.unescape(link.group(1)) == "/dialogues.csv?open=1"
    assert client.get("/dialogues?after=broken").status_code == 400


def test_what_is_written_is_text_and_never_code(client_for, acting, authority_ids) -> None:
    code = "<script>alert(1)</script>"
    acting("system")
    with db.transaction():
        entry = make_dialogue(
            owner_id=authority_ids["stavanger"], subject=code, summary=code, commitments=[make_commitment(what=code)]
        )
    client = client_for("stavanger-officer")
    for page in (f"/dialogues/{entry.id}", f"/dialogues/{entry.id}/correct", "/dialogues"):
        text = client.get(page).text
        assert html.escape(code) in text
        assert code not in text


def test_the_export_cannot_run_as_a_formula(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_dialogue(
            owner_id=authority_ids["stavanger"],
            subject="=HYPERLINK(1)",
            summary="+46 and\nmore",
            participants=[],
            commitments=[make_commitment(what="@SUM(A1)")],
        )
    answer = client_for("stavanger-officer").get("/dialogues.csv")
    assert answer.mimetype == "text/csv"
    header, row = csv.reader(io.StringIO(answer.text.lstrip("\ufeff")))
    assert len(header) == len(row)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert "'=HYPERLINK(1)" in row
    assert any(cell.startswith("'@SUM(A1) (Halden Computing AB, 2026-12-03") for cell in row)
