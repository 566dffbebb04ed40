"""From the portal to a workbook and back: changes are shown first, and what both have changed is chosen."""

import io
import re

import openpyxl
from sqlalchemy import select

from portal import db
from portal.access.actor import Actor
from portal.assessments.rules import EvidenceGrade
from portal.ratings import queries, services
from portal.ratings.models import RatedAssessment
from portal.ratings.offline.models import RatingUpload
from portal.ratings.offline.queries import answers_of
from portal.ratings.rules import AnswerData
from portal.rubrics.services import publish_rubric, standard_rubric
from tests.client import PortalClient
from tests.factories.answers import all_answers
from tests.factories.registry import make_supplier
from tests.factories.rubrics import long_rubric
from tests.portal.ratings.offline.workbooks import edited, put, row_of
from tests.portal.ratings.test_services import SCOPE, published

OECD = standard_rubric()
S11, S12, S22 = (row_of(OECD, one) for one in ("S1-1", "S1-2", "S2-2"))


def started(actor: Actor, answers: dict[str, AnswerData] | None = None) -> RatedAssessment:
    with db.transaction():
        rating = services.start(actor, make_supplier("Nordlicht Rechner GmbH", "DE").id, SCOPE)
    answer(actor, rating, answers or {})
    return rating


def answer(actor: Actor, rating: RatedAssessment, answers: dict[str, AnswerData]) -> None:
    with db.transaction():
        services.save_answers(actor, queries.get_rating(actor, rating.id), answers)


def kept(actor: Actor, rating: RatedAssessment) -> dict[str, AnswerData]:
    db.session.expire_all()
    return answers_of(queries.get_rating(actor, rating.id))


def give_back(client: PortalClient, rating: RatedAssessment, content: bytes):
    return client.post(f"/ratings/{rating.id}/workbook", data={"file": (io.BytesIO(content), "filled in.xlsx")})


def seen(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def test_150_questions_go_round_through_the_portal(client_for, acting) -> None:
    actor = acting("stockholm-officer")
    rubric = long_rubric()
    answers = all_answers(rubric)
    with db.transaction():
        version = publish_rubric(actor, rubric)
        rating, other = (services.start(actor, make_supplier().id, SCOPE, version.id) for _number in range(2))
    answer(actor, rating, answers)
    client = client_for("stockholm-officer")
    content = client.get(f"/ratings/{rating.id}.xlsx").data
    page = client.get(give_back(client, rating, content).location).text
    assert "The file says the same as the portal" in page
    # The same answers into another draft, from what the first one's workbook says.
    blank = openpyxl.load_workbook(io.BytesIO(client.get(f"/ratings/{other.id}.xlsx").data))
    assert blank["About"]["B2"].value == str(other.id)
    assert "another assessment" in give_back(client, other, content).text
    acting("stockholm-officer")
    assert kept(actor, rating) == answers
    assert kept(actor, other) == {}


def test_what_changes_is_shown_and_then_saved_once(client_for, acting) -> None:
    actor = acting("stockholm-officer")
    rating = started(actor, {"S1-1": AnswerData("yes", 1, EvidenceGrade.SELF_DECLARED)})
    client = client_for("stockholm-officer")
    content = edited(
        client.get(f"/ratings/{rating.id}.xlsx").data,
        put({f"D{S11}": 3, f"E{S11}": "E2", f"C{S22}": 87.5, f"G{S12}": "=1+1"}),
        lambda book: setattr(book["Answers"][f"G{S12}"], "data_type", "s"),
    )
    place = give_back(client, rating, content).location
    page = client.get(place).text
    for cell in (f"Answers!D{S11}, Answers!E{S11}", f"Answers!C{S22}", f"Answers!G{S12}", "87.5 %", "=1+1"):
        assert cell in page
    assert "3 questions differ" in page
    acting("stockholm-officer")
    assert set(kept(actor, rating)) == {"S1-1"}
    assert client.post(f"{place}/apply", data={"seen": seen(page)}).status_code == 302
    acting("stockholm-officer")
    assert kept(actor, rating) == {
        "S1-1": AnswerData("yes", 3, EvidenceGrade.DOCUMENT_SEEN),
        "S1-2": AnswerData(note="=1+1"),
        "S2-2": AnswerData(87.5),
    }
    assert client.post(f"{place}/apply", data={"seen": seen(page)}).status_code == 409
    assert "were saved on" in client.get(place).text


def test_what_both_have_changed_is_chosen_by_a_person(client_for, acting) -> None:
    actor = acting("stockholm-officer")
    rating = started(actor)
    client = client_for("stockholm-officer")
    content = edited(client.get(f"/ratings/{rating.id}.xlsx").data, put({f"D{S11}": 3, f"D{S12}": 2, f"C{S22}": 50}))
    acting("stockholm-officer")
    answer(actor, rating, {"S1-1": AnswerData(score=1), "S1-2": AnswerData(score=4), "S2-1": AnswerData(score=2)})
    place = give_back(client, rating, content).location
    page = client.get(place).text
    assert page.count("Both have changed it") == 2
    assert page.count("Newer on the portal: stays") == 1
    first = seen(page)
    acting("stockholm-officer")
    answer(actor, rating, {"S1-1": AnswerData(score=0)})
    late = client.post(f"{place}/apply", data={"seen": first, "clashes": ["S1-1"]})
    assert late.status_code == 409
    assert "changed on the portal meanwhile" in late.text
    assert re.search(r'value="S1-1"\s+checked', late.text)
    assert client.post(f"{place}/apply", data={"seen": seen(late.text), "clashes": ["S1-1"]}).status_code == 302
    acting("stockholm-officer")
    assert {code: one.score for code, one in kept(actor, rating).items()} == {
        "S1-1": 3,
        "S1-2": 4,
        "S2-1": 2,
        "S2-2": None,
    }


def test_a_file_with_a_slip_leaves_nothing(client_for, acting) -> None:
    actor = acting("stockholm-officer")
    rating = started(actor)
    client = client_for("stockholm-officer")
    content = client.get(f"/ratings/{rating.id}.xlsx").data
    page = give_back(client, rating, edited(content, lambda book: book["Answers"].delete_rows(S12))).text
    assert f"Answers!A{S12}" in page
    assert "The question S1-2 is missing" in page
    assert "The file is empty" in give_back(client, rating, b"").text
    acting("stockholm-officer")
    assert db.session.scalar(select(RatingUpload)) is None


def test_a_published_assessment_is_read_by_others_and_changed_by_nobody(client_for, acting) -> None:
    rating_id = published(acting)
    other, ours = client_for("oslo-officer"), client_for("stockholm-officer")
    content = other.get(f"/ratings/{rating_id}.xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Answers"]
    assert all(cell.protection.locked for row in sheet.iter_rows() for cell in row)
    assert sheet[f"D{S11}"].value == 3
    assert other.get(f"/ratings/{rating_id}/workbook").status_code == 403
    answer = ours.post(f"/ratings/{rating_id}/workbook", data={"file": (io.BytesIO(content), "x.xlsx")})
    assert answer.status_code == 409
