"""The page of a date poll: opened with holidays and zones, answered, chosen."""

import re
from datetime import date, timedelta

import pytest

from portal import db
from portal.clock import today
from tests.factories.audits import make_audit


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


CHRISTMAS = date(today().year + (today().month == 12 and today().day > 10), 12, 25)


@pytest.fixture
def page(acting, authority_ids) -> str:
    acting("system")
    with db.transaction():
        audit = make_audit(
            owner_id=authority_ids["stockholm"],
            invited=[authority_ids["stavanger"]],
            starts_on=CHRISTMAS - timedelta(days=3),
            ends_on=CHRISTMAS + timedelta(days=5),
        )
        audit.participants[1].answer = "joined"
        return f"/audits/{audit.id}"


def form(**values: str) -> dict[str, str]:
    first, second = CHRISTMAS, CHRISTMAS + timedelta(days=4)
    return {
        "first-0": f"{first:%d.%m.%Y}",
        "at-0": "9.30",
        "first-1": f"{second:%d.%m.%Y}",
        "last-1": f"{second + timedelta(days=1):%d.%m.%Y}",
        "timezone": "Europe/Stockholm",
        "answer_by": f"{today() + timedelta(days=5):%d.%m.%Y}",
        **values,
    }


def test_asked_answered_and_chosen(client_for, page) -> None:
    lead, other = client_for("stockholm-officer"), client_for("stavanger-officer")
    assert "Ask those who joined which days suit them." in lead.get(page).text
    assert "No date poll is open for you" in other.get(f"{page}/poll").text
    said = text_of(lead.post(f"{page}/poll", data=form(), follow_redirects=True))
    assert "The date poll is open." in said
    assert "Public holiday in Norway" in said
    assert "Public holiday in Sweden: Christmas Day" in said
    assert "People meet at 09:30, Europe/Stockholm" in said
    seen = other.get(f"{page}/poll").text
    assert "Say which days suit you for" in other.get("/").text
    names = re.findall(r'name="(vote-[^"]+)"', seen)
    options = list(dict.fromkeys(names))
    assert len(options) == 2
    wrong = other.post(f"{page}/poll/answer", data={options[0]: "yes"}, follow_redirects=True)
    assert "Not every choice of days has an answer." in wrong.text
    votes = {options[0]: "no", options[1]: "yes", "note": "We travel on the day before."}
    assert "Your answers are saved." in other.post(f"{page}/poll/answer", data=votes, follow_redirects=True).text
    assert "Say which days suit you for" not in other.get("/").text
    result = text_of(lead.get(f"{page}/poll"))
    assert "We travel on the day before." in result
    assert "Suits most" in result
    chosen = {"option": options[1].removeprefix("vote-")}
    assert "The days are set" in lead.post(f"{page}/poll/choose", data=chosen, follow_redirects=True).text
    assert "Exact days" in other.get(page).text
    assert other.post(f"{page}/poll/choose", data=chosen).status_code == 403


def test_what_is_wrong_is_said_where_it_stands(client_for, page) -> None:
    lead = client_for("stockholm-officer")
    wrong = text_of(lead.post(f"{page}/poll", data=form(**{"first-0": "soon", "at-1": "noon", "last-3": "01.01.2027"})))
    assert "Line 1: “soon” is not a date." in wrong
    assert "Line 2: “noon” is not a time." in wrong
    assert "Line 4: Say on which day it begins." in wrong
    assert "A poll has 2 to 12 choices." in lead.post(f"{page}/poll", data=form(**{"first-1": "", "last-1": ""})).text
    assert lead.post(f"{page}/poll", data=form(timezone="Mars/Olympus")).status_code == 200


def test_a_dropped_poll_is_asked_for_no_longer(client_for, page) -> None:
    lead, other = client_for("stockholm-officer"), client_for("stavanger-officer")
    lead.post(f"{page}/poll", data=form())
    assert "The date poll is dropped." in lead.post(f"{page}/poll/drop", follow_redirects=True).text
    assert "Say which days suit you for" not in other.get("/").text
    assert other.post(f"{page}/poll/answer", data={}).status_code == 409
