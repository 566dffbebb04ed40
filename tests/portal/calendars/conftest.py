"""What the tests of calendar feeds share: a program that fetches a feed as the internet does, without a session."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from icalendar import Calendar, Event
from werkzeug.test import TestResponse

from portal import db
from portal.calendars import services

Fetch = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def _no_counts(app: Flask) -> None:
    """Wrong addresses of other tests are forgotten."""
    app.extensions["sign_in_throttle"].storage.reset()


@pytest.fixture
def address_of(acting) -> Callable[..., str]:
    """`address_of("stockholm-officer")`: the path of a feed that the persona makes now."""

    def make(persona: str, *, of_authority: bool = False, language: str = "en") -> str:
        actor = acting(persona)
        with db.transaction():
            token = services.make(actor, language=language, of_authority=of_authority)
        db.session.remove()
        return f"/calendar/{token}.ics"

    return make


@pytest.fixture
def fetch(app: Flask, database: str) -> Fetch:
    """A calendar program: no cookie, no browser."""

    def get(address: str, **headers: str) -> TestResponse:
        program = app.test_client(use_cookies=False)
        return program.get(urlsplit(address).path, headers={name.replace("_", "-"): v for name, v in headers.items()})

    return get


@pytest.fixture
def events(fetch: Fetch) -> Callable[[str], dict[str, Event]]:
    """The events of a feed by UID; a UID stands once."""

    def read(address: str) -> dict[str, Event]:
        answer = fetch(address)
        assert answer.status_code == 200
        found = Calendar.from_ical(answer.data).events
        by_uid = {str(event["UID"]): event for event in found}
        assert len(by_uid) == len(found)
        return by_uid

    return read
