"""From a workbook of 150 questions to a draft, to a published version, and to the same workbook again."""

import io

from sqlalchemy import select

from portal import db
from portal.evidence.sheets import read_sheets
from portal.rubrics import workbook
from portal.rubrics.models import RubricDraft, RubricVersion
from portal.rubrics.rules import digest
from tests.factories.rubrics import long_rubric


def upload(client, content: bytes):
    return client.post("/rubrics/new", data={"file": (io.BytesIO(content), "long.xlsx")})


def test_a_rubric_of_150_questions_goes_round(client_for, acting, app) -> None:
    client, rubric = client_for("stockholm-officer"), long_rubric()
    with app.test_request_context():
        content = workbook.written(rubric)
    draft = upload(client, content).location
    page = client.get(draft).text
    assert "150 questions" in page
    assert "=1+1 en 0?" in page
    assert client_for("oslo-officer").get(draft).status_code == 404
    version = client.post(f"{draft}/publish").location
    assert client.get(draft).status_code == 404
    other = client_for("oslo-officer")
    assert "long-1" in other.get("/rubrics").text
    again = other.get(f"{version}.xlsx")
    with app.test_request_context():
        found = workbook.read(read_sheets(again.data))
    assert found == rubric
    acting("system")
    kept = db.session.scalars(select(RubricVersion)).one()
    assert kept.digest == digest(rubric) == digest(found)
    assert db.session.scalar(select(RubricDraft)) is None


def test_the_same_again_is_the_same_version_and_a_question_more_is_another(client_for, acting, app) -> None:
    client, rubric = client_for("stockholm-officer"), long_rubric()
    shorter = type(rubric)(rubric.code, rubric.titles, rubric.questions[:-1])
    places = []
    for one in (shorter, shorter, rubric):
        with app.test_request_context():
            content = workbook.written(one)
        draft = upload(client, content).location
        page = client.get(draft).text
        places.append(client.post(f"{draft}/publish").location)
    assert places[0] == places[1] != places[2]
    assert "A new version after long-1" in page
    assert rubric.questions[-1].id in page


def test_a_code_belongs_to_who_published_it_first(client_for, acting, app) -> None:
    rubric = long_rubric()
    shorter = type(rubric)(rubric.code, rubric.titles, rubric.questions[:-1])
    with app.test_request_context():
        mine, shorter_one, oecd = map(workbook.written, (rubric, shorter, long_rubric("oecd")))
    ours, theirs = client_for("stockholm-officer"), client_for("oslo-officer")
    draft, other = upload(ours, mine).location, upload(theirs, shorter_one).location
    assert ours.post(f"{draft}/publish").status_code == 302
    answer = theirs.post(f"{other}/publish")
    assert "Another authority has a rubric with the code “long”" in answer.text
    assert theirs.post(f"{other}/discard").status_code == 302
    assert theirs.get(other).status_code == 404
    assert "comes with the portal" in upload(ours, oecd).text


def test_a_broken_workbook_leaves_nothing(client_for, acting, app) -> None:
    client = client_for("stockholm-officer")
    with app.test_request_context():
        content = workbook.written(type(long_rubric())("city", {"en": "City"}))
    answer = upload(client, content)
    assert answer.status_code == 200
    assert "Questions!A2" in answer.text
    assert "The file is no workbook but plain text" in upload(client, b"id;text").text
    assert client.get("/rubrics").text.count("Our drafts") == 0
    assert client_for("stockholm-reader").get("/rubrics/new").status_code == 403


def test_the_oecd_rubric_is_an_example(client_for, acting, app) -> None:
    answer = client_for("stockholm-reader").get("/rubrics/oecd.xlsx")
    with app.test_request_context():
        assert len(workbook.read(read_sheets(answer.data)).questions) == 23
