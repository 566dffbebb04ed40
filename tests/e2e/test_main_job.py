"""The main job as people do it, in real browsers with a real worker: two officers of two cities, an operator, and a
stranger from a third city who sees none of what was not shared.

Stockholm brings a supplier in. Stavanger finds it, follows it, uploads its declaration; an operator gives the worker
two lists, and the second one changes the picture; Stavanger logs a joint dialogue and proposes a joint audit, which
Stockholm joins.
"""

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from portal.clock import today
from tests.factories.sources import feed, line
from tests.portal.declarations.workbooks import Draft

SUPPLIER = "Prøvekabel Example AS"
SUBJECT = "Gold refiner and corrected declaration"
AUDIT = "Minerals and working hours"
NOTE = "Ask our lawyer about clause 7."


def test_the_main_job(page_of, tmp_path: Path) -> None:
    stockholm, stavanger = page_of("stockholm-officer"), page_of("stavanger-officer")
    stranger, operator = page_of("oslo-officer"), page_of("operator")

    bring_in(stockholm)
    supplier = find_and_follow(stavanger)
    upload_declaration(stavanger, supplier, tmp_path)
    expect(stavanger.get_by_text("Not checked").first).to_be_visible()

    sync(operator, tmp_path, "2026-06-01", "Conformant")
    sync(operator, tmp_path, "2026-11-01", "Non-Conformant")
    told(stavanger)
    stavanger.goto(supplier)
    expect(stavanger.get_by_text(re.compile("1 smelter lost conformance|1 lost conformance"))).to_be_visible()

    dialogue = log_dialogue(stavanger, supplier)
    audit = propose_audit(stavanger, supplier)
    join(stockholm, audit)
    sees_the_dialogue_without_the_note(stockholm, dialogue)
    stavanger.goto(audit)
    expect(stavanger.get_by_role("main")).to_contain_text("Joined")

    for address in (dialogue, audit):
        stranger.goto(address)
        expect(stranger.get_by_role("heading", level=1)).to_have_text("There is nothing here for you")
    stranger.goto(supplier)
    for secret in (SUBJECT, AUDIT, NOTE):
        expect(stranger.get_by_role("main")).not_to_contain_text(secret)


def in_days(days: int) -> str:
    """A date as people write it."""
    return (today() + timedelta(days=days)).strftime("%d.%m.%Y")


def bring_in(page: Page) -> None:
    page.goto("/suppliers/new")
    page.get_by_label("Legal name").fill(SUPPLIER)
    page.get_by_label("Country of registration").select_option("NO")
    page.get_by_label("Address of a site").fill("Prøveveien 1, 0000 Eksempelby")
    page.get_by_label("Where do you know it from?").fill("Framework agreement 2026")
    page.get_by_role("button", name="Add the supplier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUPPLIER)


def find_and_follow(page: Page) -> str:
    """By a misspelt name, from the header, with the keyboard."""
    page.keyboard.press("/")
    page.keyboard.type("provekabel", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(SUPPLIER)
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("button", name="Following")).to_be_visible()
    return page.url


def upload_declaration(page: Page, supplier: str, folder: Path) -> None:
    workbook = folder / "cmrt.xlsx"
    workbook.write_bytes(Draft().to_bytes())
    page.goto(f"{supplier}/declarations/new")
    page.get_by_label("Workbook").set_input_files(workbook)
    page.get_by_label("All members").check()
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("status").first).to_contain_text("saved and checked")


def sync(page: Page, folder: Path, day: str, status: str) -> None:
    """Upload the list of a day; the worker reads and applies it."""
    path = folder / f"rmap-{day}.csv"
    rows = [line(1, status), *(line(number) for number in range(2, 20))]
    path.write_bytes(feed(rows))
    page.goto("/sources/rmap")
    page.get_by_label("List", exact=True).set_input_files(path)
    page.get_by_role("button", name="Upload and read").click()
    for _ in range(60):
        if page.get_by_role("main").get_by_text(re.compile("^Applied$")).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"the worker did not apply the list of {day}: {page.get_by_role('main').inner_text()[:400]}")


def told(page: Page) -> None:
    """The follower finds the change in the inbox, whatever time the worker needs."""
    for _ in range(60):
        page.goto("/inbox")
        if page.get_by_text("CID900001").count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_role("article").first).to_contain_text("Non-conformant")
    expect(page.get_by_role("article").first).to_contain_text(SUPPLIER)


def log_dialogue(page: Page, supplier: str) -> str:
    page.goto(supplier)
    page.get_by_role("link", name="Log a dialogue").first.click()
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_label("What was said").fill("They will send a corrected declaration.")
    page.get_by_label("What was promised").first.fill("Corrected declaration")
    page.get_by_role("group", name="Commitment 1").get_by_label("Due").fill("31.12.2099")
    page.get_by_label("Notes for us").fill(NOTE)
    page.get_by_label("Named authorities").first.check()
    page.get_by_label("Region Stockholm").last.check()
    page.get_by_role("button", name="Save the dialogue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(page.get_by_role("main")).to_contain_text(NOTE)
    return page.url


def propose_audit(page: Page, supplier: str) -> str:
    page.goto(supplier)
    page.get_by_role("link", name="Propose a joint audit").first.click()
    page.get_by_label("Title").fill(AUDIT)
    page.get_by_label("What is looked at").fill("Clause 7 and step 2")
    page.get_by_label("First day").fill(in_days(60))
    page.get_by_label("Last day").fill(in_days(61))
    page.get_by_label("Answer by").fill(in_days(20))
    page.get_by_label("Region Stockholm").first.select_option(index=1)
    page.get_by_role("button", name="Propose the audit").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(AUDIT)
    return page.url


def join(page: Page, audit: str) -> None:
    """Found on "What needs me", not by its address."""
    page.goto("/")
    page.get_by_role("link", name=re.compile(AUDIT)).first.click()
    expect(page).to_have_url(audit)
    page.get_by_label("We join").check()
    page.get_by_role("button", name="Save your answer").click()
    expect(page.get_by_role("main")).to_contain_text("Joined")


def sees_the_dialogue_without_the_note(page: Page, dialogue: str) -> None:
    page.goto(dialogue)
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(page.get_by_role("main")).to_contain_text("Corrected declaration")
    expect(page.get_by_role("main")).not_to_contain_text(NOTE)
