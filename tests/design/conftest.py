"""The gallery behind an address, and a browser to look at it with."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.design.gallery import make_gallery, serving, window


@pytest.fixture(scope="package")
def gallery() -> Iterator[str]:
    """The address of the gallery."""
    with serving(make_gallery()) as address:
        yield address


@pytest.fixture
def look(chromium: Browser, gallery: str) -> Iterator[Callable[..., Page]]:
    """`look("form", 390, "dark")`: a page of the gallery in a window of its own. A complaint in its console fails."""
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        answered = ("Failed to load resource: the server responded", "Response Status Error Code")
        if message.type in ("error", "warning") and not message.text.startswith(answered):
            complaints.append(message.text)

    with ExitStack() as windows:

        def open_page(name: str, width: int = 1440, scheme: str = "light", **options: Any) -> Page:
            page = windows.enter_context(window(chromium, width, scheme, **options)).new_page()
            page.on("console", complain)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(f"{gallery}/{name}")
            return page

        yield open_page
    assert complaints == []
