"""Error pages: plain words, a number to quote, and never a second error from what stands around them."""

import pytest
from sqlalchemy.exc import OperationalError

from portal import db
from portal.errors import BadInput, Conflict, Forbidden, NotFound


def raises(error: Exception):
    def view() -> str:
        raise error

    return view


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotFound(), 404, "There is nothing here for you"),
        (Forbidden("Ask your coordinator."), 403, "Ask your coordinator."),
        (Conflict("Somebody was faster."), 409, "Somebody was faster."),
        (BadInput("Row 3 has no name.", remedy="Fill it in."), 400, "Row 3 has no name. Fill it in."),
        (OperationalError("SELECT 1", {}, Exception("gone")), 503, "The portal is not ready"),
        (ZeroDivisionError(), 500, "Something went wrong on our side"),
    ],
)
def test_every_error_has_its_page(app, client_for, monkeypatch, error, status, words) -> None:
    view = raises(error)
    view.permission = app.view_functions["accounts.account"].permission
    monkeypatch.setitem(app.view_functions, "accounts.account", view)
    response = client_for("stockholm-officer").get("/account", headers={"X-Request-Id": "0123456789abcdef"})
    assert response.status_code == status
    assert words in response.text
    assert "0123456789abcdef" in response.text
    assert "Traceback" not in response.text


def test_json_is_answered_in_json(client_for) -> None:
    response = client_for("stockholm-officer").get("/nowhere", headers={"Accept": "application/json"})
    assert response.status_code == 404
    assert response.json["status"] == 404


def test_the_page_stands_while_the_database_is_away(app, client_for, database, servers) -> None:
    client = client_for("stockholm-officer")
    db.session.remove()
    db.configure(servers.app_url("no_such_database"))
    try:
        response = client.get("/account")
        assert response.status_code == 503
        assert client_for(None).get("/healthz").status_code == 200
        assert client_for(None).get("/readyz").status_code == 503
    finally:
        db.configure(servers.app_url(database))


def test_a_request_id_from_outside_is_kept_only_when_it_is_plain(client_for) -> None:
    client = client_for(None)
    assert client.get("/healthz", headers={"X-Request-Id": "abc\tdef<script>"}).headers["X-Request-Id"].isalnum()


def test_security_headers_stand_on_every_answer(client_for) -> None:
    for address in ("/login", "/nowhere", "/healthz", "/static/css/portal.css"):
        with client_for(None).get(address) as response:
            headers = response.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_is_nothing_keeps_the_readers_own_header(client_for, method) -> None:
    page = getattr(client_for("stockholm-officer"), method)("/nowhere")
    assert page.status_code == 404
    assert "Region Stockholm" in page.text
    stranger = getattr(client_for(None), method)("/nowhere")
    assert stranger.status_code == 404
    assert "Region Stockholm" not in stranger.text


def test_a_form_that_was_sent_after_the_session_had_ended_is_handed_back_with_the_way_to_sign_in(client_for) -> None:
    texts = {"legal_name": "They <asked> for it", "country": "NO", "csrf_token": "a b c", "password": "my three words"}
    ours = client_for(None).post("/suppliers/new", data=texts, headers={"Sec-Fetch-Site": "same-origin"})
    assert ours.status_code == 401
    assert "\nThey &lt;asked&gt; for it</textarea>" in ours.text
    assert ours.text.count("<textarea") == 1
    assert "three words" not in ours.text
    assert "/login?next=/suppliers/new" in ours.text.replace("%2F", "/")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_a_form_that_another_site_sent_is_not_repeated(client_for, site) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    theirs = client_for(None).post("/suppliers/new", data={"legal_name": "Call this number now"}, headers=headers)
    assert theirs.status_code == 401
    assert "this number now" not in theirs.text
