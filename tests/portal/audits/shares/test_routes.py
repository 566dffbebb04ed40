"""The page of the costs: set by the lead, read by those who take part, refused to others."""

import re

import pytest

from portal import db
from tests.factories.audits import make_audit


@pytest.fixture
def page(acting, authority_ids) -> str:
    acting("system")
    with db.transaction():
        audit = make_audit(
            owner_id=authority_ids["stockholm"],
            invited=[authority_ids["stavanger"]],
            audience="members",
            named_ids=[],
        )
        return f"/audits/{audit.id}"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_from_the_cost_to_the_split(client_for, page) -> None:
    lead, buyer = client_for("stockholm-officer"), client_for("stavanger-officer")
    assert "No cost is written yet" in lead.get(f"{page}/costs").text
    equal = {"cost_minor": "13 400,01", "currency": "EUR", "way": "equal"}
    saved = text_of(lead.post(f"{page}/costs", data=equal, follow_redirects=True))
    assert "The cost is saved." in saved
    assert "13,400.01 EUR" in saved
    assert "If you join, you pay 6,700" in text_of(buyer.get(page))
    buyer.post(f"{page}/answer", data={"answer": "joined"})
    seen = text_of(buyer.get(f"{page}/costs"))
    assert "50.00 % 6,700.01 EUR" in seen
    assert "50.00 % 6,700 EUR" in seen
    assert "Set the cost" not in seen
    assert buyer.post(f"{page}/costs", data=equal).status_code == 403


def test_percentages_by_hand_are_checked_where_they_stand(client_for, page, authority_ids) -> None:
    lead = client_for("stockholm-officer")
    ours = f"parts-{authority_ids['stockholm']}"
    form = {"cost_minor": "100", "currency": "EUR", "way": "by_hand"}
    wrong = lead.post(f"{page}/costs", data={**form, ours: "99,5"})
    assert "The shares total 99.50%, not 100%." in wrong.text
    assert 'value="99,5"' in wrong.text
    assert "“a lot” is not a percentage." in lead.post(f"{page}/costs", data={**form, ours: "a lot"}).text
    assert "“33.333” is not a percentage." in lead.post(f"{page}/costs", data={**form, ours: "33.333"}).text
    assert "Write what the audit is expected to cost." in lead.post(f"{page}/costs", data={"way": "equal"}).text
    assert lead.post(f"{page}/costs", data={**form, ours: "100"}).status_code == 302


def test_by_contract_value_each_releases_its_own(client_for, page) -> None:
    lead, buyer = client_for("stockholm-officer"), client_for("stavanger-officer")
    buyer.post(f"{page}/answer", data={"answer": "joined"})
    lead.post(f"{page}/costs", data={"cost_minor": "1000", "currency": "EUR", "way": "contract_value"})
    open_split = text_of(lead.get(f"{page}/costs"))
    assert "until these have released their contract value: Region Stockholm and City of Stavanger" in open_split or (
        "until these have released their contract value: City of Stavanger and Region Stockholm" in open_split
    )
    for client, value in ((lead, "3 000 000"), (buyer, "1 000 000")):
        answer = client.post(
            f"{page}/costs/value", data={"value_currency": "EUR", "value_minor": value}, follow_redirects=True
        )
        assert "Your value is released for the split." in answer.text
    seen = text_of(buyer.get(f"{page}/costs"))
    assert "75.00 % 750 EUR" in seen
    assert "25.00 % 250 EUR" in seen
    assert "3 000 000" not in seen
    assert "3000000" not in seen


def test_a_value_that_nobody_asked_for_is_no_error(client_for, page) -> None:
    lead = client_for("stockholm-officer")
    assert lead.post(f"{page}/costs/value", data={}).status_code == 200
    wanted = lead.post(f"{page}/costs/value", data={"value_currency": "EUR", "value_minor": "5"})
    assert wanted.status_code == 409


def test_who_takes_no_part_sees_no_costs(client_for, page) -> None:
    lead, stranger = client_for("stockholm-officer"), client_for("oslo-officer")
    lead.post(f"{page}/costs", data={"cost_minor": "13400", "currency": "EUR", "way": "equal"})
    assert stranger.get(f"{page}/costs").status_code == 403
    assert "13,400" not in stranger.get(page).text
    assert "Costs" not in stranger.get(page).text
    assert client_for("stockholm-reader").get(f"{page}/costs").status_code == 200
