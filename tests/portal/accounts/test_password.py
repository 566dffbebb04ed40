"""Changing the password: what it asks, what it ends, and that guessing the present one is limited."""

import pytest
from sqlalchemy import select

from portal import db
from portal.journal.models import JournalEntry
from tests.personas import PASSWORD, PERSONAS

NEW = "a new row of words"
OFFICER = PERSONAS["stockholm-officer"]


@pytest.fixture
def signed_in(visitor):
    """`signed_in()`: a browser of the officer, signed in through the form."""

    def make(password: str = PASSWORD):
        client = visitor()
        assert client.post("/login", data={"email": OFFICER.email, "password": password}).status_code == 302
        return client

    return make


def change(client, **values):
    data = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW, **values}
    return client.post("/change", data=data)


def test_a_new_password_replaces_the_old_one_and_ends_other_sessions(signed_in, client_for, acting) -> None:
    here, there = signed_in(), signed_in()
    assert "Present password" in here.get("/change").text
    assert change(here).location == "/account"
    assert "Your password is changed." in here.get("/account").text
    assert there.get("/account").status_code == 302
    old = client_for(None).post("/login", data={"email": OFFICER.email, "password": PASSWORD})
    assert "is wrong" in old.text
    assert signed_in(NEW).get("/account").status_code == 200
    acting("system")
    actions = db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.seq)).all()
    assert actions.count("account.password_changed") == 1
    assert actions.count("account.signed_in") == 3


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"password": "not mine"}, "This is not your present password."),
        ({"password": ""}, "Write your password."),
        ({"new_password": "", "new_password_confirm": ""}, "Write a new password."),
        ({"new_password": "short", "new_password_confirm": "short"}, "shorter than 12 characters"),
        ({"new_password_confirm": "another row of words"}, "differ"),
        ({"new_password": PASSWORD, "new_password_confirm": PASSWORD}, "Choose another."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(signed_in, values, message) -> None:
    page = change(signed_in(), **values)
    assert page.status_code == 200
    assert message in page.text
    assert signed_in().get("/account").status_code == 200


def test_the_present_password_cannot_be_guessed_from_an_open_session(signed_in) -> None:
    client = signed_in()
    assert {change(client, password=f"guess {number}").status_code for number in range(10)} == {200}
    assert change(client).status_code == 429


def test_only_who_is_signed_in_changes_a_password(client_for) -> None:
    assert client_for(None).get("/change").status_code == 302
    assert client_for(None).post("/change", data={"password": PASSWORD}).status_code == 401
