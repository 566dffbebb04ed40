"""Questions to a supplier, from the draft to its own page and back as proposals that a person confirms."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal import db
from portal.assessments.rules import EvidenceGrade
from portal.clock import today
from portal.guests.models import GuestAccess
from portal.guests.routes import SESSION_KEY
from portal.journal.models import JournalEntry
from portal.ratings import queries, services
from portal.ratings.asking.models import Questionnaire, QuestionnaireAnswer
from portal.ratings.models import RatedAssessment
from portal.ratings.rules import AnswerData
from tests.client import PortalClient
from tests.factories.guests import make_access
from tests.factories.registry import make_supplier
from tests.factories.requests import make_request
from tests.portal.ratings.test_services import SCOPE


@pytest.fixture
def rating_id(acting) -> UUID:
    """A draft of Stockholm, in which one question is judged already."""
    actor = acting("stockholm-officer")
    with db.transaction():
        rating = services.start(actor, make_supplier("Halden AB", "SE").id, SCOPE)
    with db.transaction():
        judged = AnswerData("no", 2, EvidenceGrade.DOCUMENT_SEEN, "Our own note")
        services.save_answers(actor, rating, {"S1-3": judged})
    return rating.id


@pytest.fixture
def guest_of(app: Flask, acting, authority_ids, rating_id):
    """`guest_of("stockholm")`: the browser of the supplier, let in by that authority; another supplier's on request."""

    def make(slug: str, *, other: bool = False) -> PortalClient:
        acting("system")
        with db.transaction():
            supplier_id = db.session.scalar(select(RatedAssessment.supplier_id).where(RatedAssessment.id == rating_id))
            assert supplier_id
            owner_id = authority_ids[slug]
            asked = make_request(
                owner_id=owner_id, supplier_id=make_supplier("Another AB").id if other else supplier_id
            )
            make_access(owner_id=owner_id, requests=[asked], key=f"{slug} {other}")
        db.session.remove()
        app.test_client_class = PortalClient
        client: PortalClient = app.test_client()  # type: ignore[assignment]
        with client.session_transaction() as cookie:
            cookie[SESSION_KEY] = f"{slug} {other}"
        return client

    return make


def ask(client: PortalClient, rating_id: UUID, *codes: str, **values: object):
    due = today() + timedelta(days=10)
    data = {"codes": list(codes), "due_on": due.strftime("%d.%m.%Y"), "message": "Please be short", **values}
    return client.post(f"/ratings/{rating_id}/ask", data=data)


def kept(acting) -> dict[str, tuple[object, str | None]]:
    acting("system")
    db.session.expire_all()
    rows = {row.code: (row.value, row.note) for row in db.session.scalars(select(QuestionnaireAnswer))}
    db.session.remove()
    return rows


def test_from_the_draft_to_the_supplier_and_back_as_proposals(client_for, acting, guest_of, rating_id) -> None:
    officer, guest = client_for("stockholm-officer"), guest_of("stockholm")
    form = officer.get(f"/ratings/{rating_id}/ask").text
    assert re.search(r'<input checked[^>]*value="S1-1"', form)
    assert not re.search(r'<input checked[^>]*value="S1-3"', form)
    assert 'value="S5-1"' not in form  # answered by a file
    place = ask(officer, rating_id, "S1-1", "S1-3", "S2-1", "S2-2").location
    own = f"/guest{place}"
    home = guest.get("/guest").text
    assert "Questions from Region Stockholm" in home
    assert "4 questions" in home
    page = guest.get(own).text
    assert "Please be short" in page
    assert "Our own note" not in page
    assert "Score" not in page
    first = {"S1_1_value": "yes", "S2_2_value": "most"}
    assert "is not a number" in guest.post(own, data=first).text
    assert kept(acting) == {}
    assert guest.post(own, data={**first, "S2_2_value": "87,5"}).status_code == 302
    assert kept(acting) == {"S1-1": ("yes", None), "S2-2": (87.5, None)}
    assert 'value="87.5"' in guest.get(own).text
    assert "87.5" not in officer.get(place).text  # not sent yet: the supplier's own draft
    assert officer.post(f"{place}/take", data={"codes": ["S1-1"]}).status_code == 409
    said = {"S1_1_value": "partly", "S1_1_note": "Since May", "S1_3_value": "yes", "S2_1_value": "Laptops; tin"}
    assert guest.post(own, data={**said, "send": "1"}).status_code == 302
    assert "Your answers are sent" in guest.get(own).text
    assert guest.post(own, data={"S1_1_value": "yes"}).status_code == 409
    assert "Questions from" not in guest.get("/guest").text
    page = officer.get(place).text
    assert "Laptops" in page
    assert re.search(r'value="S1-1" checked', page)
    assert re.search(r'value="S1-3"><', page)  # judged already: not proposed by itself
    assert officer.post(f"{place}/take", data={"codes": ["S1-1", "S2-1", "S2-2"]}).status_code == 302
    actor = acting("stockholm-officer")
    rating = queries.get_rating(actor, rating_id)
    found = {row.code: (row.value, row.note, row.score, row.grade, bool(row.proposed_from)) for row in rating.answers}
    assert found == {
        "S1-1": ("partly", "Since May", None, "E1", True),
        "S1-3": ("no", "Our own note", 2, "E2", False),
        "S2-1": ([{"product": "Laptops", "minerals": "tin"}], None, None, "E1", True),
    }
    shown = officer.get(f"/ratings/{rating_id}/answers?step=1").text
    assert "Proposed from the supplier’s answers of" in shown
    acting("system")
    actions = set(db.session.scalars(select(JournalEntry.action).where(JournalEntry.action.like("questionnaire.%"))))
    assert actions == {f"questionnaire.{one}" for one in ("asked", "saved", "sent", "taken")}


def test_nobody_but_the_company_that_is_asked_sees_the_questions(client_for, guest_of, rating_id) -> None:
    place = ask(client_for("stockholm-officer"), rating_id, "S1-1").location
    for guest in (guest_of("stockholm", other=True), guest_of("oslo"), client_for("stockholm-officer")):
        answer = guest.get(f"/guest{place}")
        assert answer.status_code in (302, 404)
        assert guest.post(f"/guest{place}", data={"S1_1_value": "yes"}).status_code in (302, 404)
        assert "Questions from" not in guest.get("/guest").text
    assert client_for("oslo-officer").get(place).status_code == 404
    assert client_for("stockholm-reader").get(place).status_code == 403


def test_what_is_closed_or_taken_back_takes_nothing_more(client_for, acting, guest_of, rating_id) -> None:
    officer, guest = client_for("stockholm-officer"), guest_of("stockholm")
    first, second = (ask(officer, rating_id, "S1-1").location for _number in range(2))
    assert officer.post(f"{first}/close").status_code == 302
    assert officer.post(f"{first}/close").status_code == 409
    assert guest.get(f"/guest{first}").status_code == 404
    assert guest.post(f"/guest{first}", data={"S1_1_value": "yes"}).status_code == 404
    acting("system")
    with db.transaction():
        db.session.scalars(select(GuestAccess)).one().revoked_at = db.now()
    db.session.remove()
    answer = guest.post(f"/guest{second}", data={"S1_1_value": "yes"})
    assert answer.status_code == 302
    assert answer.location.endswith("/guest/ended")
    assert kept(acting) == {}


@pytest.mark.parametrize(
    ("codes", "values", "told"),
    [
        ((), {}, "No question is chosen"),
        (("S1-1",), {"due_on": ""}, "Say until when"),
        (("S1-1",), {"due_on": "01.01.2020"}, "lies in the past"),
        (("S5-1",), {}, "Not a valid choice|not a valid choice"),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(client_for, acting, rating_id, codes, values, told) -> None:
    answer = ask(client_for("stockholm-officer"), rating_id, *codes, **values)
    assert answer.status_code == 200
    assert re.search(told, answer.text)
    acting("system")
    assert db.session.scalar(select(Questionnaire)) is None


def test_the_database_shows_a_guest_its_own_questions_alone(client_for, acting, guest_of, rating_id) -> None:
    ask(client_for("stockholm-officer"), rating_id, "S1-1")
    for slug, other, number in (("stockholm", False, 1), ("stockholm", True, 0), ("oslo", False, 0)):
        guest_of(slug, other=other)
        acting("system")
        access_id = db.session.scalar(select(GuestAccess.id).order_by(GuestAccess.id.desc()).limit(1))
        db.session.remove()
        assert access_id
        db.set_guest_scope(access_id)
        assert len(db.session.scalars(select(Questionnaire)).all()) == number
        db.session.remove()
