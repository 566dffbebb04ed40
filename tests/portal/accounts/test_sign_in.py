"""Signing in through the real form: right and wrong, limits, sessions that end, and where one lands afterwards."""

import re
import time
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from flask import Flask
from sqlalchemy import select, text

from portal import db
from portal.accounts import throttle
from portal.accounts.models import User
from portal.authorities.models import Membership
from portal.journal.models import JournalEntry
from tests.client import PortalClient
from tests.personas import PASSWORD, PERSONAS

OFFICER = PERSONAS["stockholm-officer"]


def sign_in(client: PortalClient, password: str = PASSWORD, email: str = OFFICER.email, **options):
    address = options.pop("next", "")
    path = f"/login?next={address}" if address else "/login"
    return client.post(path, data={"email": email, "password": password, **options.pop("data", {})}, **options)


def journal(acting) -> list[JournalEntry]:
    acting("system")
    return list(db.session.scalars(select(JournalEntry).order_by(JournalEntry.seq)))


def test_the_right_password_opens_the_portal(visitor, acting, authority_ids) -> None:
    client = visitor()
    assert "Work e-mail" in client.get("/login").text
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (302, "/")
    assert client.get("/account").status_code == 200
    (entry,) = journal(acting)
    assert entry.action == "account.signed_in"
    assert entry.authority_id == authority_ids["stockholm"]
    assert entry.object_id == entry.user_id
    assert db.session.scalar(select(User.signed_in_at).where(User.email == OFFICER.email)) is not None


def test_an_address_in_capitals_is_the_same_address(visitor) -> None:
    assert sign_in(visitor(), email=f" {OFFICER.email.upper()} ").status_code == 302


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(visitor, acting, authority_ids) -> None:
    wrong = sign_in(visitor(), "not the password")
    unknown = sign_in(visitor(), email="nobody@example.org")
    for page in (wrong, unknown):
        assert page.status_code == 200
        assert "The e-mail address or the password is wrong." in page.text
    assert without_tokens(wrong.text, OFFICER.email) == without_tokens(unknown.text, "nobody@example.org")
    (entry,) = journal(acting)
    assert (entry.action, entry.authority_id, entry.user_id) == (
        "account.sign_in_failed",
        authority_ids["stockholm"],
        None,
    )


def without_tokens(page: str, email: str) -> str:
    return re.sub(r'(X-CSRFToken": |name="csrf_token" [^>]*value=)"[^"]+"', "", page).replace(email, "")


def test_an_account_that_is_switched_off_is_not_told_apart(visitor, acting) -> None:
    acting("system")
    with db.transaction() as session:
        session.execute(text("UPDATE user_account SET active = false"))
    page = sign_in(visitor())
    assert "The e-mail address or the password is wrong." in page.text


def test_ten_guesses_at_an_address_are_enough(visitor) -> None:
    attacker = visitor()
    assert {sign_in(attacker, f"guess {number}").status_code for number in range(10)} == {200}
    too_many = sign_in(attacker)
    assert too_many.status_code == 429
    assert "Too many attempts." in too_many.text
    assert sign_in(visitor(), environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 302


def test_signing_in_forgives_the_slips_before_it(visitor) -> None:
    for _ in range(2):
        client = visitor()
        assert {sign_in(client, f"slip {number}").status_code for number in range(9)} == {200}
        assert sign_in(client).status_code == 302


def test_a_guesser_with_many_addresses_cannot_lock_out_a_known_browser(visitor) -> None:
    known = visitor()
    assert sign_in(known).status_code == 302
    known.post("/logout")
    for number in range(40):
        where = {"REMOTE_ADDR": f"203.0.113.{number}"}
        assert sign_in(visitor(), f"guess {number}", environ_base=where).status_code == 200
    assert sign_in(visitor(), environ_base={"REMOTE_ADDR": "198.51.100.1"}).status_code == 429
    assert sign_in(known, environ_base={"REMOTE_ADDR": "198.51.100.1"}).status_code == 302


def test_the_device_cookie_of_another_account_or_of_own_making_helps_nobody(visitor) -> None:
    own = visitor()
    sign_in(own, email=PERSONAS["oslo-officer"].email)
    own.post("/logout")
    forged = visitor()
    forged.set_cookie(throttle.DEVICE_COOKIE, "WyJ4Il0.aaaa.bbbb")
    for number in range(40):
        sign_in(visitor(), f"guess {number}", environ_base={"REMOTE_ADDR": f"203.0.113.{number}"})
    for client in (own, forged):
        assert sign_in(client, environ_base={"REMOTE_ADDR": "198.51.100.2"}).status_code == 429


def test_the_device_cookie_holds_no_address(visitor) -> None:
    client = visitor()
    sign_in(client)
    cookie = client.get_cookie(throttle.DEVICE_COOKIE)
    assert cookie is not None
    assert cookie.http_only
    from base64 import urlsafe_b64decode

    content = cookie.decoded_value.split(".")[0]
    assert b"example.org" not in urlsafe_b64decode(content + "=" * (-len(content) % 4))


def test_a_made_up_forwarded_address_is_not_believed(visitor) -> None:
    attacker = visitor()
    statuses = [
        sign_in(attacker, f"guess {number}", headers={"X-Forwarded-For": f"198.51.100.{number}"}).status_code
        for number in range(11)
    ]
    assert statuses == [200] * 10 + [429]


def test_an_ipv6_subscriber_is_one_address(visitor) -> None:
    statuses = [
        sign_in(visitor(), f"guess {number}", environ_base={"REMOTE_ADDR": f"2001:db8:1:2::{number:x}"}).status_code
        for number in range(11)
    ]
    assert statuses == [200] * 10 + [429]
    assert throttle.network("2001:db8:1:3::1") != throttle.network("2001:db8:1:2::1")
    assert throttle.network("203.0.113.9") == "203.0.113.9"


def test_without_redis_the_limits_hold_in_the_process(visitor, app: Flask, monkeypatch) -> None:
    monkeypatch.setitem(
        app.extensions, "sign_in_throttle", throttle.make_throttle("redis://127.0.0.1:1/0?socket_connect_timeout=1")
    )
    attacker = visitor_without_reset(app)
    statuses = [sign_in(attacker, f"guess {number}").status_code for number in range(11)]
    assert statuses == [200] * 10 + [429]


def visitor_without_reset(app: Flask) -> PortalClient:
    app.test_client_class = PortalClient
    return app.test_client()  # type: ignore[return-value]


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
    ],
)
def test_nobody_is_sent_to_another_site(visitor, address) -> None:
    for answer in (sign_in(visitor(), next=address), sign_in(visitor(), data={"next": address})):
        assert answer.status_code == 302
        # As a browser reads it: backslashes are slashes, control characters are not there.
        read = re.sub(r"[\x00-\x20]", "", answer.location.replace("\\", "/"))
        assert urljoin("http://localhost/login", read).startswith("http://localhost/")


def test_one_lands_where_one_wanted_to_go(visitor) -> None:
    client = visitor()
    asked = client.get("/contracts?product_group=phones")
    assert asked.status_code == 302
    page = client.get(asked.location)
    assert 'name="next"' in page.text
    assert (
        sign_in(client, data={"next": "/contracts?product_group=phones"}).location == "/contracts?product_group=phones"
    )


def test_signing_out_ends_the_session(visitor) -> None:
    client = visitor()
    sign_in(client)
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").location == "/login"
    assert client.get("/account").status_code == 302


def test_signing_out_everywhere_ends_the_other_sessions(visitor, acting) -> None:
    here, there = visitor(), visitor()
    sign_in(here)
    sign_in(there)
    assert there.get("/account").status_code == 200
    page = here.post("/account/sign-out-everywhere", follow_redirects=True)
    assert "You are signed out on every device." in page.text
    assert here.get("/account").status_code == 302
    assert there.get("/account").status_code == 302
    assert journal(acting)[-1].action == "account.signed_out_everywhere"


def test_a_session_ends_after_its_hours_however_busy_it_was(visitor, app: Flask) -> None:
    client = visitor()
    sign_in(client)
    hours = app.permanent_session_lifetime
    assert hours == timedelta(hours=8)
    with client.session_transaction() as cookie:
        assert cookie.permanent
        cookie["fs_paa"] = time.time() - hours.total_seconds() + 60
    assert client.get("/account").status_code == 200
    with client.session_transaction() as cookie:
        cookie["fs_paa"] = time.time() - hours.total_seconds() - 1
    assert client.get("/account").status_code == 302
    assert client.get("/login").status_code == 200


def test_nobody_is_remembered_longer_than_the_session(visitor) -> None:
    client = visitor()
    answer = sign_in(client, data={"remember": "y"})
    assert "remember_token" not in " ".join(answer.headers.getlist("Set-Cookie"))


def test_what_was_planted_in_a_visitors_session_is_gone(visitor) -> None:
    client = visitor()
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "known to the attacker"
        cookie["planted"] = "yes"
    sign_in(client)
    client.get("/account")
    with client.session_transaction() as cookie:
        assert cookie.get("csrf_token") != "known to the attacker"
        assert "planted" not in cookie


def test_an_ended_membership_signs_out_at_once(visitor, acting) -> None:
    client = visitor()
    sign_in(client)
    acting("system")
    with db.transaction() as session:
        person = session.scalars(select(User.id).where(User.email == OFFICER.email)).one()
        session.scalars(select(Membership).where(Membership.user_id == person)).one().ended_at = db.now()
    page = client.get("/account", follow_redirects=True)
    assert page.request.path == "/login"
    assert "Work e-mail" in page.text  # the form, not a circle of redirects
    assert "no role any more" in sign_in(client).text


def test_a_changed_role_counts_from_the_next_request(visitor, acting) -> None:
    client = visitor()
    sign_in(client)
    assert client.get("/journal").status_code == 403
    acting("system")
    with db.transaction() as session:
        person = session.scalars(select(User.id).where(User.email == OFFICER.email)).one()
        session.scalars(select(Membership).where(Membership.user_id == person)).one().role = "coordinator"
    assert client.get("/journal").status_code == 200


def test_signing_in_takes_forms_only_and_gives_no_tokens(visitor) -> None:
    client = visitor()
    right = {"email": OFFICER.email, "password": PASSWORD}
    for payload in (right, {"email": 5, "password": []}, ["x"]):
        answer = client.post("/login?include_auth_token", json=payload)
        assert answer.status_code == 415
        assert "token" not in answer.headers.get("Content-Type", "")
    assert client.get("/account").status_code == 302
    answer = sign_in(client, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.location) == (302, "/")


def test_a_token_of_the_library_opens_nothing(visitor, app: Flask, acting) -> None:
    acting("system")
    with app.test_request_context():
        token = str(db.session.scalars(select(User).where(User.email == OFFICER.email)).one().get_auth_token())
    client = visitor()
    assert client.get("/account", headers={"Authentication-Token": token}).status_code == 302
    assert client.get(f"/account?auth_token={token}").status_code == 302


def test_forms_without_their_token_are_refused(visitor, app: Flask, monkeypatch) -> None:
    client = visitor()
    sign_in(client)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    refused = client.post("/account/sign-out-everywhere")
    assert refused.status_code == 400
    assert "reload it and send again" in refused.text
    assert client.post("/logout").status_code == 400
    assert sign_in(visitor()).status_code == 400
    page = client.get("/account").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post("/account/sign-out-everywhere", data={"csrf_token": token}).status_code == 302


@pytest.mark.parametrize("email", ["", "x", "x" * 100_000, "ŝ@example.org", "a@b@c"])
def test_odd_addresses_are_answered_in_words(visitor, email) -> None:
    page = sign_in(visitor(), email=email)
    assert page.status_code == 200
    assert "The e-mail address or the password is wrong." in page.text


def test_an_address_that_cannot_be_kept_is_refused_in_words(visitor) -> None:
    page = sign_in(visitor(), email="a\x00b@example.org")
    assert page.status_code == 400
    assert "The text holds a character that cannot be kept (NUL)." in page.text
