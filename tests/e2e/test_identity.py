"""An officer has a supplier's LEI record fetched and sees who owns it: button, worker, local GLEIF, tree."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_security.utils import hash_password
from playwright.sync_api import expect

from portal import db
from portal.registry.identifiers import Identifier
from tests import processes
from tests.e2e.conftest import Product, violations
from tests.factories.registry import make_role, make_supplier
from tests.gleif import HALDEN, running
from tests.personas import PASSWORD
from tests.servers import Servers, create_database, drop_database


@pytest.fixture(scope="module")
def product(servers: Servers, template: str, app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The running product beside a GLEIF of its own, with one supplier that has a LEI."""
    name = f"e2e_{secrets.token_hex(4)}"
    create_database(servers, name, template)
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    with psycopg.connect(servers.app_url(name)) as connection:
        connection.execute("UPDATE user_account SET password = %s", (hashed,))
    engine = db.configure(servers.app_url(name), pool_size=1)
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        supplier = make_supplier("Halden Computing AB", "NO", identifiers=(Identifier("lei", HALDEN),))
        make_role(supplier, "manufacturer")
        make_supplier("Fjell Nya AB", "SE")
    db.session.remove()
    engine.dispose()
    logs = tmp_path_factory.mktemp("logs")
    with running() as gleif:
        environment = {
            "APP_DATABASE_URL": servers.app_url(name),
            "LOG_JSON": "true",
            "GLEIF_URL": gleif.base,
            "SOURCE_PRIVATE_HOSTS": gleif.host,
        }
        with (
            processes.worker(environment, logs),
            processes.relay(environment, logs),
            processes.web(environment, logs) as address,
        ):
            yield Product(address, name)
    drop_database(servers, name)


def test_who_owns_a_supplier(page_of, tmp_path: Path) -> None:
    page = page_of("stockholm-officer")
    page.goto("/suppliers?q=halden")
    page.get_by_role("link", name="Halden Computing AB").first.click()
    page.get_by_role("button", name="Refresh from GLEIF").click()
    expect(page.locator("#lei")).to_contain_text("Up to date", timeout=30_000)
    page.reload()
    tree = page.locator(".family").first
    expect(tree).to_contain_text("Far Holding PLC")
    expect(tree).to_contain_text("Halden Group AB")
    expect(page.get_by_text("Sources disagree: Country of registration.")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Choose “Sweden”").click()
    expect(page.get_by_text("The value is chosen.")).to_be_visible()
    page.get_by_role("link", name="Correct or add facts").click()
    assert violations(page) == []


@pytest.mark.parametrize(("colour", "width", "javascript"), [("dark", 1440, True), ("light", 320, False)])
def test_on_other_devices(page_of, colour: str, width: int, javascript: bool) -> None:
    page = page_of("stockholm-officer", colour=colour, width=width, javascript=javascript)
    for name in ("halden", "fjell"):
        page.goto(f"/suppliers?q={name}")
        page.locator("main h3 a, main h2 a").first.click()
        expect(page.locator("#lei")).to_be_visible()
        if javascript:
            assert violations(page) == []
        else:
            assert page.evaluate("() => document.documentElement.scrollWidth <= 320")
    page.get_by_role("button", name="Find the LEI").click()
    proposed = page.get_by_role("button", name="This is it")
    for _ in range(40):
        if proposed.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    assert proposed.count() == 1
