"""Corrections of a declaration that came without a request."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.audience import Audience
from portal.clock import today
from portal.declarations import queries as declarations
from portal.declarations.letters.making import MadeLetter
from portal.declarations.reuse import queries as reuse
from portal.errors import BadInput, Conflict, Forbidden
from portal.journal.models import JournalEntry
from portal.requests import services
from portal.requests.corrections import Corrections, ask_for_corrections, asked_minerals, open_request
from portal.requests.models import DeclarationRequest
from tests.factories.declarations import make_declaration
from tests.factories.registry import make_supplier

IN_TWO_WEEKS = today() + timedelta(days=14)
DATA = Corrections(
    due_on=IN_TWO_WEEKS,
    language="nb",
    letter=MadeLetter(b"%PDF", b"PK", "letter.pdf", "letter.xlsx"),
    note="Two cells",
    audience=Audience.OWNER,
    named_ids=[],
)


@pytest.fixture
def supplier_id(acting):
    acting("system")
    with db.transaction():
        return make_supplier("Fjell Data AS", "NO").id


def test_the_request_begins_sent_back_and_goes_on_like_any_other(acting, supplier_id) -> None:
    me = acting("stockholm-officer")
    with db.transaction():
        first = make_declaration(owner_id=me.authority_id, supplier_id=supplier_id, scope_code="B")
        request = ask_for_corrections(me, first, DATA)
    assert (request.state, request.declaration_id, request.due_on) == ("sent_back", first.id, IN_TWO_WEEKS)
    assert (request.template, request.scope_code, request.language) == ("CMRT", "B", "nb")
    (step,) = request.steps
    assert (step.state, step.note, step.due_on) == ("sent_back", "Two cells", IN_TWO_WEEKS)
    assert step.letter_pdf_id
    assert step.letter_xlsx_id
    assert open_request(me, first.id) is request
    with db.transaction():
        second = make_declaration(owner_id=me.authority_id, supplier_id=supplier_id)
        services.receive(me, request, second)
        services.check(me, request)
        services.accept(me, request)
    assert open_request(me, second.id) is None
    acting("system")
    actions = db.session.scalars(select(JournalEntry.action).where(JournalEntry.object_id == request.id)).all()
    assert sorted(actions) == [
        "request.accepted", "request.checked", "request.corrections_asked", "request.received",
    ]  # fmt: skip


def test_once_at_a_time_and_not_for_a_day_that_has_passed(acting, supplier_id) -> None:
    me = acting("stockholm-officer")
    with db.transaction():
        declaration = make_declaration(owner_id=me.authority_id, supplier_id=supplier_id)
    with pytest.raises(BadInput), db.transaction():
        ask_for_corrections(me, declaration, replace(DATA, due_on=today() - timedelta(days=1)))
    with db.transaction():
        ask_for_corrections(me, declaration, DATA)
    with pytest.raises(Conflict), db.transaction():
        ask_for_corrections(me, declaration, DATA)
    assert db.session.scalar(select(func.count()).select_from(DeclarationRequest)) == 1
    reader = acting("stockholm-reader")
    with pytest.raises(Forbidden), db.transaction():
        ask_for_corrections(reader, declaration, DATA)


def test_of_a_declaration_that_another_authority_shared(acting, supplier_id, authority_ids) -> None:
    acting("system")
    with db.transaction():
        theirs = make_declaration(owner_id=authority_ids["oslo"], supplier_id=supplier_id, audience="members").id
    me = acting("stockholm-officer")
    with db.transaction():
        request = ask_for_corrections(me, declarations.get_declaration(me, theirs), DATA)
    assert request.owner_id == me.authority_id
    assert reuse.open_reliance(me, theirs) is not None


def test_minerals_are_those_that_the_declaration_names() -> None:
    assert asked_minerals("CMRT", ["tungsten", "tin", "unobtainium"]) == ["tin", "tungsten"]
    assert asked_minerals("CMRT", []) == ["tantalum", "tin", "gold", "tungsten"]
    with pytest.raises(BadInput, match="out of use"):
        asked_minerals("CRT", ["cobalt"])


def test_through_the_screens(client_for, acting, supplier_id, authority_ids) -> None:
    acting("system")
    with db.transaction():
        declaration_id = make_declaration(owner_id=authority_ids["stockholm"], supplier_id=supplier_id).id
    client = client_for("stockholm-officer")
    address = f"/declarations/{declaration_id}/corrections"
    assert address in client.get(f"/declarations/{declaration_id}/letter").text
    form = client.get(address).text
    assert 'value="nb"' in form.replace("selected ", "")
    wrong = client.post(address, data={"corrected_by": "1.1.2020", "language": "nb", "audience": "owner"})
    assert "The day has passed already." in wrong.text
    data = {"corrected_by": IN_TWO_WEEKS.strftime("%d.%m.%Y"), "language": "sv", "audience": "members"}
    page = client.post(address, data=data, follow_redirects=True).text
    assert "Corrections are asked for." in page
    assert "letter" in page
    again = client.get(address, follow_redirects=True).text
    assert "This declaration answers a request of yours." in again
    assert client_for("oslo-officer").get(address).status_code == 404
    assert client_for("stockholm-reader").get(address).status_code == 403
