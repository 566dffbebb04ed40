"""The queue of smelters' names by keyboard alone, and without a script, in a real browser with a real worker."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Product, violations
from tests.portal.declarations.workbooks import Draft
from tests.servers import Servers

LISTED = {"Nordgull AG": "CID900001", "Kvarnsved Rönnmetall": "CID900002", "Sydgull": "CID900003"}
DECLARED = ("Kvarnsved Rönnmetall AB", "Nordgull, Norway", "Quist Handel", "Sydgull Refining")


@pytest.fixture
def declare(product: Product, servers: Servers, tmp_path: Path) -> Callable[[Page, str], str]:
    """`declare(page, metal)`: upload a private declaration with four names that its list does not settle; its address.

    Each test has a metal and an authority of its own: what was decided before does not touch it.
    """

    def upload(page: Page, metal: str) -> str:
        with psycopg.connect(servers.owner_url(product.database)) as connection:
            for name, facility_id in LISTED.items():
                connection.execute(
                    "INSERT INTO lookup_name (metal, name, facility_id, standard_name, country, template, revision,"
                    " rank) VALUES (lower(%s), %s, %s, %s, 'NORWAY', 'CMRT', '6.5', 65000)",
                    (metal, name, facility_id, name),
                )
        page.goto("/suppliers/new")
        page.get_by_label("Legal name").fill(f"Prøvekabel {metal} AS")
        page.get_by_label("Country of registration").select_option("NO")
        page.get_by_label("Address of a site").fill("Prøveveien 1, 0000 Eksempelby")
        page.get_by_label("Where do you know it from?").fill("Framework agreement 2026")
        page.get_by_role("button", name="Add the supplier").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Prøvekabel {metal} AS")
        file = tmp_path / "cmrt.xlsx"
        rows = [{"B": metal, "C": "Smelter not listed", "D": name, "E": "NORWAY"} for name in DECLARED]
        file.write_bytes(Draft(rows=rows).to_bytes())
        page.goto(f"{page.url}/declarations/new")
        page.get_by_label("Workbook").set_input_files(file)
        page.get_by_role("button", name="Upload and check").click()
        expect(page.get_by_role("status").first).to_contain_text("saved and checked")
        return page.url

    return upload


def focused(page: Page) -> str:
    """The heading of the name that has the focus."""
    return str(page.evaluate("() => document.activeElement.querySelector('h3')?.firstChild.textContent.trim() ?? ''"))


def test_by_keyboard(page_of: Callable[..., Page], declare: Callable[[Page, str], str]) -> None:
    page = page_of("stockholm-officer")
    address = declare(page, "Gold")
    page.goto("/smelter-names")
    expect(page.get_by_text("accept the first suggestion")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("a")  # nothing has the focus yet
    page.keyboard.press("j")
    assert focused(page) == DECLARED[0]
    page.keyboard.press("k")
    assert focused(page) == DECLARED[0]
    page.keyboard.press("Control+a")
    page.keyboard.press("a")
    expect(page.get_by_text(f"“{DECLARED[0]}” is accepted as Kvarnsved Rönnmetall.")).to_be_visible()
    page.wait_for_url("**#queue")
    assert focused(page) == DECLARED[1]
    page.keyboard.press("r")
    expect(page.get_by_text(f"Nordgull AG is no longer suggested for “{DECLARED[1]}”.")).to_be_visible()
    page.keyboard.press("j")
    assert focused(page) == DECLARED[2]
    page.keyboard.press("n")
    expect(page.get_by_text(f"“{DECLARED[2]}” is not a smelter.")).to_be_visible()
    expect(page.locator("[data-queue-item]")).to_have_count(2)

    page.get_by_text("Another smelter, or none").first.click()
    page.get_by_label(f"Smelter ID for “{DECLARED[1]}”").fill("jar")  # letters in a field are letters
    expect(page.get_by_label(f"Smelter ID for “{DECLARED[1]}”")).to_have_value("jar")

    said = page.get_by_text("A member of the network accepted the name.")
    for _ in range(40):  # until the worker has told the declaration
        page.goto(address)
        if said.count():
            break
        time.sleep(0.5)
    expect(said).to_be_visible()
    expect(page.get_by_role("row", name="Kvarnsved Rönnmetall CID900002")).to_be_visible()

    page.goto("/smelter-names/decided")
    assert violations(page) == []
    page.get_by_role("button", name=re.compile(f"Take back.*{DECLARED[0]}")).click()
    expect(page.get_by_text("The decision is taken back.")).to_be_visible()
    page.goto("/smelter-names")
    expect(page.get_by_role("heading", name=DECLARED[0])).to_be_visible()


def test_without_a_script(page_of: Callable[..., Page], declare: Callable[[Page, str], str]) -> None:
    declare(page_of("oslo-officer"), "Tin")
    page = page_of("oslo-officer", javascript=False, width=320, colour="dark")
    page.goto("/smelter-names")
    expect(page.get_by_text("accept the first suggestion")).to_be_hidden()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    page.get_by_role("button", name=re.compile("Accept.*Nordgull AG CID900001")).click()
    expect(page.get_by_text(f"“{DECLARED[1]}” is accepted as Nordgull AG.")).to_be_visible()
    item = page.locator("[data-queue-item]", has_text=DECLARED[2])
    item.get_by_text("Another smelter, or none").click()
    item.get_by_label("Smelter ID for").fill("CID000000")
    item.get_by_role("button", name="Accept this ID").click()
    expect(page.get_by_text("No list has a smelter “CID000000” for this metal.")).to_be_visible()
    page.get_by_role("button", name=re.compile(f"Not a smelter.*{DECLARED[2]}")).click()
    expect(page.get_by_text(f"“{DECLARED[2]}” is not a smelter.")).to_be_visible()
