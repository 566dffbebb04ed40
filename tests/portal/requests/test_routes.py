"""Requests through the screens: ask, the text for the supplier, the answer, the way back, the list in its order."""

import io
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from portal import db
from portal.clock import today
from portal.requests.models import DeclarationRequest
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.registry import make_supplier
from tests.factories.requests import make_request
from tests.portal.declarations.workbooks import Draft
from tests.statements import counted_statements


@pytest.fixture
def supplier_id(acting):
    acting("system")
    with db.transaction():
        return make_supplier("Fjell Data AS", "NO").id


def ask(client, supplier_id, **values):
    data = {
        "template": "CMRT",
        "cmrt": ["tin", "gold"],
        "scope": "A",
        "contract_id": "",
        "due_on": (today() + timedelta(days=30)).strftime("%d.%m.%Y"),
        "language": "nb",
        "instructions": "Se punkt 7.2.",
        "audience": "members",
        **values,
    }
    return client.post(f"/suppliers/{supplier_id}/requests/new", data=data, follow_redirects=True)


def test_asking_drafts_the_text_with_the_blank_templates_name(client_for, acting, supplier_id, authority_ids) -> None:
    acting("system")
    with db.transaction():
        contract = make_contract(owner_id=authority_ids["stavanger"], supplier_id=supplier_id, number="K-77")
    client = client_for("stavanger-officer")
    form = client.get(f"/suppliers/{supplier_id}/requests/new").text
    assert "K-77" in form
    assert '<option selected value="nb">' in form, "the supplier's country proposes the language"
    page = ask(client, supplier_id, contract_id=str(contract.id)).text
    assert "The request is saved" in page
    for words in ("Conflict Minerals Reporting Template (CMRT)", "Fjell Data AS", "K-77", "Se punkt 7.2.", "mailto:"):
        assert words in page
    link = page.split('href="mailto:', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    mail = parse_qs(urlsplit(f"mailto:{link}").query)
    assert "Se punkt 7.2." in mail["body"][0]
    assert "CMRT" in mail["subject"][0]


def test_errors_stand_at_their_fields_and_nothing_is_written(client_for, acting, supplier_id) -> None:
    page = ask(client_for("stavanger-officer"), supplier_id, due_on="1.1.2020", audience="owner").text
    assert 'href="#due_on"' in page
    page = ask(client_for("stavanger-officer"), supplier_id, template="EMRT", emrt=["tin"]).text
    assert 'href="#emrt-0"' in page
    acting("system")
    assert db.session.scalars(select(DeclarationRequest)).all() == []


def test_an_upload_answers_the_request_and_goes_back_and_comes_again(client_for, acting, supplier_id) -> None:
    client = client_for("stavanger-officer")
    ask(client, supplier_id)
    acting("system")
    request_id = db.session.scalar(select(DeclarationRequest.id))
    address = f"/requests/{request_id}"

    def upload(content: bytes):
        data = {"file": (io.BytesIO(content), "cmrt.xlsx"), "received_on": "20.11.2026", "audience": "members"}
        return client.post(f"{address}/upload", data=data, follow_redirects=True).text

    refused = upload(b"name;country\n")
    assert "not a spreadsheet" in refused
    first = Draft().to_bytes()
    assert "Look at what the portal found" in upload(first)
    assert "looked at" in client.post(f"{address}/check", follow_redirects=True).text
    back = {"corrected_by": (today() + timedelta(days=14)).strftime("%d.%m.%Y"), "remark": "Two cells"}
    page = client.post(f"{address}/send-back", data=back, follow_redirects=True).text
    assert "Marked as sent back" in page
    assert "Two cells" in page
    assert "this very file" in upload(first), "the same file is no correction"
    assert "Corrected file received" in upload(Draft(cells={"D22": date(2026, 7, 1)}).to_bytes())


def test_another_supplier_step_or_page_is_refused_in_words(client_for, acting, supplier_id, authority_ids) -> None:
    acting("system")
    with db.transaction():
        request_id = make_request(owner_id=authority_ids["stavanger"], supplier_id=supplier_id).id
        elsewhere = make_declaration(owner_id=authority_ids["stavanger"])
    client = client_for("stavanger-officer")
    page = client.post(f"/requests/{request_id}/accept")
    assert page.status_code == 409
    assert "Nothing has come yet" in page.text
    page = client.post(f"/requests/{request_id}/answer", data={"declaration_id": str(elsewhere.id)})
    assert "Choose one of the declarations" in page.text
    assert "Say why" in client.post(f"/requests/{request_id}/cancel", data={}).text


def test_a_shared_request_shows_nothing_that_is_not_shared(client_for, acting, supplier_id, authority_ids) -> None:
    acting("system")
    with db.transaction():
        owner_id = authority_ids["stavanger"]
        contract = make_contract(owner_id=owner_id, supplier_id=supplier_id, number="K-secret")
        declaration = make_declaration(owner_id=owner_id, supplier_id=supplier_id, company_name="Hidden Cables")
        request_id = make_request(
            owner_id=owner_id,
            supplier_id=supplier_id,
            audience="members",
            contract_id=contract.id,
            state="received",
            declaration_id=declaration.id,
        ).id
    page = client_for("oslo-officer").get(f"/requests/{request_id}").text
    assert "not shared with you" in page
    for hidden in ("K-secret", str(contract.id), str(declaration.id), "Hidden Cables"):
        assert hidden not in page
    assert "mailto:" not in page
    assert "I have looked at it" not in page


def test_the_list_has_the_overdue_first_then_by_date_then_the_closed(client_for, acting, authority_ids) -> None:
    acting("system")
    owner_id = authority_ids["stockholm"]
    with db.transaction():
        for name, days, state in (
            ("Closed old", -90, "cancelled"),
            ("Closed new", -10, "cancelled"),
            ("Later", 40, "requested"),
            ("Soon", 5, "requested"),
            ("Very late", -30, "requested"),
            ("Late", -2, "requested"),
        ):
            make_request(
                owner_id=owner_id,
                supplier_id=make_supplier(f"{name} AB").id,
                due_on=today() + timedelta(days=days),
                state=state,
            )
    client = client_for("stockholm-reader")
    page = client.get("/requests").text
    order = ["Very late AB", "Late AB", "Soon AB", "Later AB", "Closed new AB", "Closed old AB"]
    places = [page.index(f">{name}<") for name in order]
    assert places == sorted(places)
    overdue = client.get("/requests?state=overdue").text
    assert "Late AB" in overdue
    assert "Soon AB" not in overdue
    assert "Overdue 2" in overdue


def test_paging_reaches_every_request_once_with_few_statements(client_for, acting, authority_ids, monkeypatch) -> None:
    from portal.requests import queries

    monkeypatch.setattr(queries, "PAGE_SIZE", 4)
    acting("system")
    with db.transaction():
        made = {
            make_request(
                owner_id=authority_ids["stockholm"],
                due_on=today() + timedelta(days=days % 3 - 1),
                state="cancelled" if days % 4 == 0 else "requested",
            ).id
            for days in range(11)
        }
    me = acting("stockholm-reader")
    seen, cursor = [], None
    while True:
        page = queries.list_requests(me, cursor)
        seen += [row.request.id for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(made)
    assert set(seen) == made
    client = client_for("stockholm-reader")
    client.get("/requests")
    with counted_statements() as ran:
        client.get("/requests")
    assert len(ran) < 25, ran


def test_home_says_what_waits(client_for, acting, supplier_id, authority_ids) -> None:
    acting("system")
    with db.transaction():
        owner_id = authority_ids["stavanger"]
        make_request(owner_id=owner_id, supplier_id=supplier_id, due_on=today() - timedelta(days=3))
        declaration = make_declaration(owner_id=owner_id, supplier_id=supplier_id)
        make_request(owner_id=owner_id, supplier_id=supplier_id, state="received", declaration_id=declaration.id)
        make_request(owner_id=owner_id, supplier_id=supplier_id)
    page = client_for("stavanger-officer").get("/").text
    assert "Remind Fjell Data AS of the CMRT" in page
    assert "Look at the CMRT that Fjell Data AS sent" in page
    assert "Remind" not in client_for("oslo-officer").get("/").text
