"""An officer works through the possible duplicates by keyboard alone, and without JavaScript by buttons."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from flask_security.utils import hash_password
from playwright.sync_api import Page, expect

from portal import db
from tests import processes
from tests.e2e.conftest import Product, violations
from tests.factories.merging import make_pair
from tests.factories.registry import make_supplier
from tests.personas import PASSWORD
from tests.servers import Servers, create_database, drop_database

PAIRS = 5


@pytest.fixture
def product(servers: Servers, template: str, app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The web application on a registry with some pairs to decide."""
    name = f"e2e_{secrets.token_hex(4)}"
    create_database(servers, name, template)
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    with psycopg.connect(servers.app_url(name)) as connection:
        connection.execute("UPDATE user_account SET password = %s", (hashed,))
    engine = db.configure(servers.app_url(name), pool_size=1)
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        for number in range(PAIRS):
            one, other = make_supplier(f"Halden {number} AB", "SE"), make_supplier(f"Haldn {number} AB", "SE")
            make_pair(one, other, score=0.99 - number / 100)
    db.session.remove()
    engine.dispose()
    environment = {"APP_DATABASE_URL": servers.app_url(name), "LOG_JSON": "true"}
    with processes.web(environment, tmp_path_factory.mktemp("logs")) as address:
        yield Product(address, name)
    drop_database(servers, name)


def focused(page: Page) -> str:
    """The heading of the pair that has the focus."""
    return page.evaluate(
        "() => document.activeElement.closest('[data-queue-item]')?.querySelector('h3').textContent ?? ''"
    )


def pair(number: int) -> str:
    return f"Halden {number} AB – Haldn {number} AB"


def test_decide_by_keyboard(page_of) -> None:
    page = page_of("stockholm-officer")
    page.goto("/duplicates")
    expect(page.get_by_label("Use these keys")).to_be_checked()
    assert violations(page) == []
    page.keyboard.press("d")
    assert page.locator("[data-queue-item]").count() == PAIRS, "a key without a pair does nothing"

    page.keyboard.press("j")
    assert focused(page) == pair(0)
    page.keyboard.press("k")
    assert (focused(page), page.locator("#live").inner_text()) == (pair(0), "This is the first pair.")
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.wait_for_url("**decided=*")
    expect(page.locator("#live")).to_contain_text("“Halden 1 AB” and “Haldn 1 AB” are kept apart")
    assert focused(page) == pair(2), "the next pair"
    assert violations(page) == []

    page.keyboard.press("l")
    page.wait_for_url("**after=*")
    assert focused(page) == pair(3)
    page.keyboard.press("s")
    page.wait_for_url("**/merge/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Are these the same company?")
    expect(page.get_by_text("“Halden 3 AB” and “Haldn 3 AB”.")).to_be_visible()


def test_keys_can_be_switched_off(page_of) -> None:
    page = page_of("stockholm-officer")
    page.goto("/duplicates")
    page.get_by_label("Use these keys").uncheck()
    page.reload()
    expect(page.get_by_label("Use these keys")).not_to_be_checked()
    page.keyboard.press("j")
    assert focused(page) == ""


def test_decide_without_javascript_on_a_phone(page_of) -> None:
    page = page_of("stockholm-officer", javascript=False, width=320)
    page.goto("/duplicates")
    assert page.evaluate("() => document.documentElement.scrollWidth <= 320")
    expect(page.get_by_label("Use these keys")).to_be_hidden()
    page.get_by_role("button", name="They are different companies").first.click()
    expect(page.locator("[data-decided]")).to_contain_text("“Halden 0 AB” and “Haldn 0 AB” are kept apart")
    page.locator("[data-decided]").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-queue-item]")).to_have_count(PAIRS)
