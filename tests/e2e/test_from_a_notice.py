"""From a real award notice to another city's alert: imported, the contract given clauses, their obligations worked out,
the supplier's declaration accepted, an assessment pre-filled from it, published, relied on, revised.

The notice and the declaration are of SHARED_DATA, as authorities and suppliers publish them.
"""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from portal.clock import today
from tests.e2e import test_reliance as story

NOTICE = "notices/eforms/ContractAwardNotice_can-standard_2024-100829.xml"
BUYER, WINNER = "Ringerike Kommune", "Focus Software AS"
DECLARATION = "declarations/cmrt-6.5-company-full.xl.xlsx"


def test_from_a_real_notice_to_an_alert_about_a_revision(page_of, shared_data: Path, monkeypatch) -> None:
    author, reader, other = (page_of(name) for name in ("stockholm-officer", "stockholm-coordinator", "oslo-officer"))
    contract = import_notice(author, shared_data / NOTICE)
    sign(author, contract)
    expect(author.get_by_role("link", name="Public report on due diligence").first).to_be_visible()
    author.goto(contract)
    supplier = str(author.get_by_role("link", name=WINNER).first.get_attribute("href"))
    accept_declaration(author, supplier, shared_data / DECLARATION)

    assessment = story.assess(author, supplier)
    author.goto(f"{assessment}")
    expect(author.get_by_role("row", name=re.compile("S1-1"))).to_contain_text("A: ")  # from the declaration
    story.publish(reader, assessment)
    story.rely(other, assessment)
    story.publish(reader, story.revise(author, assessment))
    monkeypatch.setattr(story, "SUPPLIER", WINNER)
    story.told(other)
    expect(other.get_by_role("heading", name="Its authority has revised it")).to_be_visible()


def import_notice(page: Page, notice: Path) -> str:
    """The contract that the notice became, with the buyer's name taken as ours; its address."""
    page.goto("/imports")
    page.get_by_role("link", name="Import a procurement notice").click()
    page.get_by_label("The notice").set_input_files(str(notice))
    page.get_by_role("button", name="Upload the notice").click()
    until(page, page.get_by_role("button", name="Apply the notice"))
    page.get_by_label(BUYER).check()
    page.get_by_role("button", name="Apply the notice").click()
    until(page, page.get_by_role("heading", name="What was done"))
    page.locator("section", has=page.get_by_role("heading", name="Contracts")).get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text(WINNER)
    return page.url


def sign(page: Page, contract: str) -> None:
    page.goto("/clauses")
    page.get_by_role("button", name="Take them into the library").click()
    page.goto(contract)
    page.get_by_role("link", name="Clauses and obligations of this contract").click()
    page.get_by_label("C13 Yearly public report").check()
    page.get_by_label("Signed on").fill(today().strftime("%d.%m.%Y"))
    page.get_by_role("button", name="Save the clauses").click()


def accept_declaration(page: Page, supplier: str, workbook: Path) -> None:
    """Asked for, uploaded as the answer, looked at and accepted."""
    page.goto(f"{supplier}/requests/new")
    page.get_by_label("Due").first.fill((today() + timedelta(days=30)).strftime("%d.%m.%Y"))
    page.get_by_role("button", name="Save and draft the text").click()
    request = page.url
    page.get_by_role("link", name="Upload the answer").click()
    page.get_by_label("Workbook").set_input_files(str(workbook))
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("status").first).to_be_visible()
    for step in ("I have looked at it", "Accept the declaration"):
        page.goto(request)
        page.get_by_role("button", name=step).click()
    expect(page.get_by_role("main")).to_contain_text("Accepted")


def until(page: Page, wanted: Locator) -> None:
    """The worker needs a moment: look again until it is there."""
    for _ in range(30):
        if wanted.count():
            return
        page.wait_for_timeout(1000)
        page.goto(page.url)
    raise AssertionError(page.get_by_role("main").inner_text()[:500])
