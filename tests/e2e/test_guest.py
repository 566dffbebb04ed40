"""A supplier comes in by link and code in a browser of its own, sends its CMRT, and the officer sees it."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.e2e.conftest import violations
from tests.e2e.test_main_job import SUPPLIER, bring_in, in_days
from tests.portal.declarations.workbooks import Draft


def test_a_supplier_sends_its_declaration(page_of, tmp_path: Path) -> None:
    workbook = tmp_path / "cmrt.xlsx"
    workbook.write_bytes(Draft().to_bytes())
    officer = page_of("stockholm-officer")
    bring_in(officer)
    officer.goto(f"{officer.url}/requests/new")
    officer.get_by_label("Due").fill(in_days(30))
    officer.get_by_label("Language of our texts to the supplier").select_option("nb")
    officer.get_by_role("button", name="Save").first.click()
    path, code = make_link(officer)

    guest = page_of(None, colour="dark", width=320, javascript=False)
    guest.goto(path)
    expect(guest.get_by_role("heading", level=1)).to_have_text("Your code")
    guest.get_by_label("Code").fill("0")
    guest.get_by_role("button", name="Open").click()
    expect(guest.get_by_role("alert").first).to_contain_text("The code is wrong")
    guest.get_by_label("Code").fill(code)
    guest.get_by_role("button", name="Open").click()
    expect(guest.locator("html")).to_have_attribute("lang", "nb")
    speak_english(guest)
    expect(guest.get_by_role("main")).to_contain_text(SUPPLIER)
    guest.get_by_role("link", name="Conflict Minerals Reporting Template").click()
    guest.get_by_label("Workbook").set_input_files(str(workbook))
    guest.get_by_role("button", name="Send").first.click()
    expect(guest.get_by_role("status").first).to_contain_text("The declaration is received.")
    assert not guest.evaluate("document.documentElement.scrollWidth > window.innerWidth")

    told(officer)
    officer.get_by_role("link", name="Read it").first.click()
    expect(officer.get_by_role("heading", name="Look at it")).to_be_visible()
    officer.get_by_role("link", name="Open the declaration").click()
    expect(officer.get_by_role("main")).to_contain_text("Aurora Probe Refining")
    guest.get_by_role("button", name="Sign out").click()
    expect(guest.get_by_role("heading", level=1)).to_have_text("Your access has ended")
    guest.goto(path)
    guest.get_by_label("Code").fill(code)
    guest.get_by_role("button", name="Open").click()
    expect(guest.get_by_role("alert").first).to_contain_text("The code is wrong, or the link was used before")


def make_link(page: Page) -> tuple[str, str]:
    """The path of the link and the code."""
    page.get_by_role("link", name="Give access, or see what was sent").click()
    assert violations(page) == []
    page.get_by_role("button", name="Make link and code").click()
    assert violations(page) == []
    return urlsplit(page.locator("#link").inner_text()).path, page.locator("#code").inner_text()


def speak_english(page: Page) -> None:
    page.locator("header summary").click()
    page.get_by_role("button", name="English").click()


def told(page: Page) -> None:
    """The notice comes by the relay and the worker."""
    for _ in range(30):
        page.goto("/inbox")
        if page.get_by_text(f"{SUPPLIER} has sent the declaration that we asked for").count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError("no notice")
