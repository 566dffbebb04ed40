"""A whole running product and a real browser: web, worker and relay on a fresh database, Chromium by Playwright."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_security.utils import hash_password
from playwright.sync_api import Browser, BrowserContext, Page

from tests import processes
from tests.personas import PASSWORD, PERSONAS
from tests.servers import Servers, create_database, drop_database

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe" / "axe.min.js"


@dataclass(frozen=True)
class Product:
    """Where the running product is."""

    address: str
    database: str


@pytest.fixture(scope="module")
def product(servers: Servers, template: str, app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Everything started, as `make run` would, on the personas' network."""
    name = f"e2e_{secrets.token_hex(4)}"
    create_database(servers, name, template)
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    with psycopg.connect(servers.app_url(name)) as connection:
        connection.execute("UPDATE user_account SET password = %s", (hashed,))
    environment = {"APP_DATABASE_URL": servers.app_url(name), "LOG_JSON": "true"}
    logs = tmp_path_factory.mktemp("logs")
    with (
        processes.worker(environment, logs),
        processes.relay(environment, logs),
        processes.web(environment, logs) as address,
    ):
        yield Product(address, name)
    drop_database(servers, name)


@pytest.fixture
def page_of(chromium: Browser, product: Product) -> Iterator[Callable[..., Page]]:
    """`page_of("stockholm-officer")`: a browser of its own, signed in through the real form.

    `colour`, `width` and `javascript` make it another device. Errors on the console fail the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(name: str | None, *, colour: str = "light", width: int = 1440, javascript: bool = True) -> Page:
        context = chromium.new_context(
            base_url=product.address,
            viewport={"width": width, "height": 900},
            color_scheme=colour,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if name:
            page.goto("/login")
            page.get_by_label("Work e-mail").fill(PERSONAS[name].email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(f"{product.address}/")
        return page

    yield make
    for context in contexts:
        context.close()
    # A refused request (404 for a stranger) is noted on the console by the browser itself.
    assert [text for text in complaints if "Failed to load resource" not in text] == []


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page (WCAG 2.0 to 2.2 A and AA, best practices), in words."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run(document)")["violations"]
    return [f"{rule['id']}: {rule['help']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
