"""A test client that signs in as a persona and checks every page it gets: one h1, a title, no inline code."""

from collections import Counter
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class PageCheck(HTMLParser):
    """Collects what is wrong with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.h1 = 0
        self.title = ""
        self.lang: str | None = None
        self.inline: list[str] = []
        self.labels: set[str] = set()
        self._in: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.ids[str(values["id"])] += 1
        if tag == "h1":
            self.h1 += 1
        if tag == "html":
            self.lang = values.get("lang")
        if tag == "style" or "style" in values or (tag == "script" and not values.get("src")):
            self.inline.append(tag)
        if any(name.startswith("on") for name in values):
            self.inline.append(f"{tag} event attribute")
        self._in.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._in and self._in.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "title" in self._in and "svg" not in self._in:
            self.title += data

    def problems(self) -> list[str]:
        """What the page does wrong, in words."""
        found = [f"{count} elements have the id {name}" for name, count in self.ids.items() if count > 1]
        if self.h1 != 1:
            found.append(f"{self.h1} h1 elements")
        if not self.title.strip():
            found.append("no title")
        if not self.lang:
            found.append("no language")
        return found + [f"inline code: {what}" for what in self.inline]


class PortalClient(FlaskClient):
    """Checks each full page; fragments (no <html>) pass."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send the request and check the page that comes back."""
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and "<html" in response.text:
            check = PageCheck()
            check.feed(response.text)
            assert not check.problems(), f"{response.request.path}: {check.problems()}"
        return response


def sign_in(app: Flask, fs_uniquifier: str) -> PortalClient:
    """A client with the session of a signed-in person, without the cost of hashing a password."""
    app.test_client_class = PortalClient
    client: PortalClient = app.test_client()  # type: ignore[assignment]
    with client.session_transaction() as cookie:
        cookie["_user_id"] = fs_uniquifier
        cookie["_fresh"] = True
        cookie["fs_cc"] = "set"
        cookie["fs_paa"] = 4102444800.0
    return client
