"""The page of feeds and the secret address: shown once, kept as a hash, renewed, revoked, and limited."""

import re

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from portal import db
from portal.calendars.models import CalendarFeed
from portal.guests.rules import secret_hash
from tests.factories.audits import make_audit

PAGE = "/account/calendar-feeds"
LINK = re.compile(r'value="(http[^"]+/calendar/([A-Za-z0-9_-]{43})\.ics)"')


def made(answer) -> tuple[str, str]:
    """(address, secret) on the page that was answered."""
    found = LINK.search(answer.text)
    assert found, answer.text
    return found[1], found[2]


def test_an_address_is_shown_once_and_kept_as_a_hash(client_for, fetch, acting) -> None:
    client = client_for("stockholm-reader")
    assert "There is no address." in client.get(PAGE).text
    address, secret = made(client.post(PAGE))
    after = client.get(PAGE).text
    assert secret not in after
    assert "There is an address since" in after
    acting("system")
    (row,) = db.session.execute(text("SELECT to_jsonb(f)::text AS all, token_hash FROM calendar_feed f")).all()
    assert row.token_hash == secret_hash(secret)
    assert secret not in row.all
    journal = db.session.scalars(text("SELECT to_jsonb(j)::text FROM journal_entry j")).all()
    assert any("calendar_feed.made" in line for line in journal)
    assert not any(secret in line for line in journal)
    assert fetch(address).status_code == 200


def test_what_the_answer_says_of_itself(address_of, fetch) -> None:
    answer = fetch(address_of("stockholm-officer"))
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "private" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert answer.data.startswith(b"BEGIN:VCALENDAR\r\n")


def test_only_what_has_changed_is_sent_again(address_of, fetch, acting, authority_ids) -> None:
    address = address_of("stockholm-officer")
    tag = fetch(address).headers["ETag"]
    unchanged = fetch(address, If_None_Match=tag)
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    acting("system")
    with db.transaction():
        make_audit(owner_id=authority_ids["stockholm"])
    changed = fetch(address, If_None_Match=tag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_a_new_address_ends_the_old_one_and_revoking_ends_it(client_for, fetch) -> None:
    client = client_for("stockholm-officer")
    old, _secret = made(client.post(PAGE))
    new, _secret = made(client.post(PAGE))
    assert (fetch(old).status_code, fetch(new).status_code) == (404, 200)
    assert "The address is revoked." in client.post(f"{PAGE}/revoke", follow_redirects=True).text
    assert fetch(new).status_code == 404
    assert client.post(f"{PAGE}/revoke").status_code == 409


def test_the_authoritys_address_is_the_coordinators(client_for, fetch) -> None:
    officer, coordinator = client_for("stockholm-officer"), client_for("stockholm-coordinator")
    assert officer.post(f"{PAGE}/authority").status_code == 403
    address, secret = made(coordinator.post(f"{PAGE}/authority"))
    assert fetch(address).status_code == 200
    assert secret not in officer.get(PAGE).text
    assert officer.post(f"{PAGE}/authority/revoke").status_code == 403
    assert "A coordinator of your authority" in officer.get(PAGE).text
    # A person's address is another matter: neither ends the other.
    mine, _secret = made(coordinator.post(PAGE))
    coordinator.post(f"{PAGE}/authority/revoke")
    assert (fetch(address).status_code, fetch(mine).status_code) == (404, 200)


@pytest.mark.parametrize(
    "leaving",
    [
        "UPDATE user_account SET active = false WHERE email = 'stockholm-officer@example.org'",
        "UPDATE membership SET ended_at = now() WHERE user_id ="
        " (SELECT id FROM user_account WHERE email = 'stockholm-officer@example.org')",
        "UPDATE membership SET authority_id = (SELECT id FROM authority WHERE slug = 'oslo') WHERE user_id ="
        " (SELECT id FROM user_account WHERE email = 'stockholm-officer@example.org')",
    ],
    ids=["account closed", "membership ended", "works elsewhere"],
)
def test_who_has_left_gets_nothing(servers, database, address_of, fetch, leaving) -> None:
    address, colleague = address_of("stockholm-officer"), address_of("stockholm-reader")
    with psycopg.connect(servers.owner_url(database)) as connection:
        assert connection.execute(leaving).rowcount == 1
    assert fetch(address).status_code == 404
    assert fetch(colleague).status_code == 200


def test_wrong_addresses_and_busy_programs_are_held_back(address_of, fetch) -> None:
    address = address_of("stockholm-officer")
    assert [fetch(address).status_code for _ in range(11)] == [200] * 10 + [429]
    assert fetch(address).headers["Retry-After"] == "300"
    assert fetch(address_of("stockholm-reader")).status_code == 200
    answers = [fetch(f"/calendar/{'x' * 40}{number:03}.ics").status_code for number in range(61)]
    assert answers == [404] * 60 + [429]


def test_the_database_keeps_one_living_address_and_its_secret(acting, address_of, authority_ids) -> None:
    address_of("stockholm-coordinator", of_authority=True)
    actor = acting("stockholm-coordinator")
    for user_id in (None, actor.user_id):
        with pytest.raises(IntegrityError, match="uq_calendar_feed_living"), db.transaction() as session:
            for number in range(2):
                session.add(
                    CalendarFeed(
                        owner_id=actor.authority_id, user_id=user_id, token_hash=f"{user_id}{number}", language="en"
                    )
                )
            session.flush()
    with pytest.raises(ProgrammingError, match="permission denied"), db.transaction() as session:
        session.execute(text("UPDATE calendar_feed SET token_hash = 'mine'"))
    acting("oslo-officer")
    assert db.session.scalar(text("SELECT count(*) FROM calendar_feed")) == 0
