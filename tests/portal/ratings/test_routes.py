"""The pages of an assessment by a rubric, from the first draft to its withdrawal, by two people of one authority."""

import io
import re
from uuid import UUID

from sqlalchemy import select

from portal import db
from portal.ratings.models import RatedAssessment
from portal.rubrics.rules import QuestionType
from portal.rubrics.services import standard_rubric
from tests.client import PortalClient
from tests.factories.ratings import make_rating
from tests.factories.registry import make_supplier

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
VALUES = {
    QuestionType.CHOICE: "yes",
    QuestionType.MULTI_CHOICE: "supplier",
    QuestionType.NUMBER: "87,5",
    QuestionType.DATE: "01.02.2026",
    QuestionType.TEXT: "Two people in purchasing",
    QuestionType.TABLE: "Laptops; 4",
}


def step_answers(step: int, score: str = "3") -> dict[str, str]:
    values: dict[str, str] = {}
    for question in standard_rubric().questions:
        if question.step == step:
            key = question.id.replace("-", "_")
            values |= {f"{key}_score": score, f"{key}_grade": "E2", f"{key}_note": ""}
            if question.type in VALUES:
                values[f"{key}_value"] = VALUES[question.type]
    return values


def new_supplier() -> UUID:
    with db.transaction():
        return make_supplier("Nordlicht Rechner GmbH", "DE").id


def started(client: PortalClient) -> str:
    answer = client.post(
        f"/suppliers/{new_supplier()}/ratings/new", data={"as_of": "12.03.2026", "product_group": "computers"}
    )
    assert answer.status_code == 302
    return str(answer.location)


def test_from_the_draft_to_the_profile_and_back_out(client_for, acting) -> None:
    acting("system")
    author, reader = client_for("stockholm-officer"), client_for("stockholm-coordinator")
    page = started(author)
    for step in range(1, 6):
        saved = author.post(f"{page}/answers?step={step}", data={**step_answers(step), "next": "1"})
        assert saved.status_code == 302, saved.text
        following = f"answers?step={step + 1}" if step < 5 else page
        assert saved.location.endswith(following)
    shown = author.get(page).text
    assert "Laptops" in shown
    assert "87.5 %" in shown
    assert author.post(f"{page}/submit").status_code == 302
    assert "Ask a colleague" in author.get(page).text
    assert author.post(f"{page}/publish", data={"publish-audience": "members"}).status_code == 403
    assert reader.post(f"{page}/send-back", data={"back-note": "Which people?"}).status_code == 302
    assert "Which people?" in author.get(page).text
    author.post(f"{page}/submit")
    assert reader.post(f"{page}/publish", data={"publish-audience": "members"}).status_code == 302
    other = client_for("oslo-officer")
    assert "75" in other.get(page).text
    rating_id = page.rsplit("/", 1)[1]
    summary = other.get(f"/assessments/{rating_id}").text
    assert page in summary
    assert author.get(f"/assessments/{rating_id}/edit").location == page
    draft = author.post(f"{page}/revise").location
    assert "There is a revision" in author.get(page).text
    assert "There is a revision" not in other.get(page).text
    assert other.get(draft).status_code == 404
    assert author.post(f"{page}/withdraw", data={"withdraw-note": ""}).status_code == 200
    assert author.post(f"{page}/withdraw", data={"withdraw-note": "Forged"}).status_code == 302
    assert "Forged" in other.get(page).text
    assert other.get(f"/assessments/{rating_id}").status_code == 404


def test_errors_stand_at_their_question_and_nothing_is_saved(client_for, acting) -> None:
    acting("system")
    client = client_for("stockholm-officer")
    page = started(client)
    wrong = step_answers(1) | {"S1_1_not_applicable": "y", "S1_1_reason": ""}
    answer = client.post(f"{page}/answers?step=1", data=wrong)
    assert answer.status_code == 200
    assert re.search(r'id="S1_1_score-error"[^>]*>.*Say why the question does not apply', answer.text)
    answer = client.post(
        f"{page}/answers?step=2", data=step_answers(2) | {"S2_2_value": "most", "S2_1_value": "a;b;c;d"}
    )
    assert "“most” is not a number" in answer.text
    assert "Line 1 has too many columns" in answer.text
    assert client.get(f"{page}/answers?step=6").status_code == 404
    assert "These questions have no score yet: S1-1" in client.post(f"{page}/submit").text
    db.session.remove()
    acting("system")
    assert db.session.scalars(select(RatedAssessment)).one().answers == []


def test_a_form_shows_what_was_saved(client_for, acting) -> None:
    acting("system")
    client = client_for("stockholm-officer")
    page = started(client)
    client.post(f"{page}/answers?step=2", data=step_answers(2))
    first = client.get(f"{page}/answers?step=2").text
    assert "Laptops; 4" in first
    fields = dict(re.findall(r'<(?:input|textarea)[^>]*name="(S2_[^"]*_(?:value|note))"[^>]*value="([^"]*)"', first))
    assert fields["S2_2_value"] == "87.5"
    assert 'checked id="S2_4_value-0"' in first


def test_a_file_is_kept_with_its_question(client_for, acting) -> None:
    acting("system")
    client = client_for("stockholm-officer")
    page = started(client)
    data = step_answers(5) | {"S5_1_file": (io.BytesIO(PDF), "report.pdf")}
    assert client.post(f"{page}/answers?step=5", data=data, content_type="multipart/form-data").status_code == 302
    assert "report.pdf" in client.get(page).text
    data = step_answers(5) | {"S5_1_file": (io.BytesIO(b"MZ"), "report.exe")}
    refused = client.post(f"{page}/answers?step=5", data=data, content_type="multipart/form-data")
    assert "This kind of file is not taken" in refused.text


def test_the_list_shows_drafts_to_their_authority_alone(client_for, acting) -> None:
    acting("system")
    client = client_for("stockholm-officer")
    page = started(client)
    assert page in client.get("/ratings").text
    assert page not in client_for("oslo-officer").get("/ratings").text


def test_what_a_draft_speaks_of_can_be_changed_until_it_is_published(client_for, acting, authority_ids) -> None:
    acting("system")
    client = client_for("stockholm-officer")
    page = started(client)
    assert client.get(f"{page}/scope").status_code == 200
    changed = {"as_of": "13.03.2026", "product_group": "phones", "open_critical": "y", "method": "Visit"}
    assert client.post(f"{page}/scope", data=changed).status_code == 302
    assert "Visit" in client.get(page).text
    acting("system")
    with db.transaction():
        made = make_rating(owner_id=authority_ids["stockholm"])
        made_id = made.id
    refused = client.post(f"/ratings/{made_id}/scope", data={"as_of": "13.03.2026", "product_group": "computers"})
    assert refused.status_code == 409
