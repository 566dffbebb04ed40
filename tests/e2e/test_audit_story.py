"""A joint audit from the proposal to the released summary: three cities, the supplier and a stranger.

Stockholm leads, Stavanger joins, Barcelona declines, the supplier comes by a link and a code, and Oslo is not to know:
at each step it is asked what it sees.
"""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from portal.clock import today
from tests.e2e.conftest import violations

SUPPLIER = "Revisjonsbygg Example AS"
TITLE = "Working hours, final assembly"
FINDING = "Overtime is not recorded"
PDF = "application/pdf"
PROOF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SUMMARY = "Overtime in final assembly was not recorded."


def test_from_the_proposal_to_the_released_summary(page_of) -> None:
    lead, colleague = page_of("stockholm-officer"), page_of("stockholm-coordinator")
    joins, declines, stranger = (page_of(f"{city}-officer") for city in ("stavanger", "barcelona", "oslo"))
    supplier = bring_in(lead)
    audit = propose(lead, supplier)
    knows_nothing(stranger, supplier, audit)
    answer(joins, "We join")
    answer(declines, "We decline")

    chosen = poll(lead, joins, audit)
    for page in (lead, joins):
        page.goto(audit)
        expect(page.get_by_role("main")).to_contain_text("Exact days")
    declines.goto(f"{audit}/poll")
    expect(declines.get_by_role("main")).not_to_contain_text(chosen)
    attend(lead, audit)
    press(lead, audit, "Plan the audit")
    declare(lead, joins, audit)

    guest = let_in(page_of, lead, supplier)
    guest.goto("/guest")
    expect(guest.get_by_role("link", name=re.compile("Audit at"))).to_have_count(0)
    step(lead, audit, "The notice is sent")
    confirm(guest)
    for button in ("The visit has begun", "The visit is finished", "The report is shared"):
        step(lead, audit, button)
    remark(guest)
    lead.goto(audit)
    expect(lead.get_by_role("main")).to_contain_text("The canteen has two doors.")

    finding = add_finding(lead, supplier)
    for page in (declines, stranger):
        assert page.request.get(finding).status == 404
    joins.goto(finding)
    expect(joins.get_by_role("heading", level=1)).to_have_text(FINDING)
    plan(lead, guest, finding)
    verify(lead, colleague, finding)
    for button in ("The plan is agreed", "The follow-up has begun", "Close the audit"):
        step(lead, audit, button)
    lead.goto(audit)
    expect(lead.get_by_role("main")).to_contain_text("Closed")

    stranger.goto(supplier)
    expect(stranger.get_by_role("main")).not_to_contain_text(SUMMARY)
    press(lead, finding, "Release the summary")
    stranger.goto(supplier)
    expect(stranger.get_by_role("main")).to_contain_text(SUMMARY)
    knows_nothing(stranger, supplier, audit)
    for page in (lead, joins, guest, stranger):
        assert violations(page) == []


def day(after: int) -> str:
    """A date as people write it."""
    return (today() + timedelta(days=after)).strftime("%d.%m.%Y")


def press(page: Page, address: str, button: str) -> None:
    """Open the page, press the button and wait until that is done."""
    page.goto(address)
    send(page, page.get_by_role("button", name=button, exact=True))


def send(page: Page, button: Locator) -> None:
    """Press a button and wait for the page that it leads to: a look before it would see the old one."""
    with page.expect_navigation():
        button.click()


def bring_in(page: Page) -> str:
    page.goto("/suppliers/new")
    page.get_by_label("Legal name").fill(SUPPLIER)
    page.get_by_label("Country of registration").select_option("NO")
    page.get_by_label("Address of a site").fill("Revisjonsveien 5, 0000 Eksempelby")
    page.get_by_label("Where do you know it from?").fill("Framework agreement 2026")
    page.get_by_role("button", name="Add the supplier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUPPLIER)
    return page.url


def propose(page: Page, supplier: str) -> str:
    """Announced, from today on, with Stavanger and Barcelona."""
    page.goto(f"{supplier}/audits/new")
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("What is looked at").fill("Clause 7 and step 2")
    page.get_by_label("First day").fill(day(0))
    page.get_by_label("Last day").fill(day(9))
    page.get_by_label("Answer by").fill(day(0))
    for city in ("City of Stavanger", "Barcelona City Council"):
        page.get_by_label(city).first.select_option(index=1)
    page.get_by_role("button", name="Propose the audit").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    return page.url


def knows_nothing(page: Page, supplier: str, audit: str) -> None:
    """No page, no calendar, no poll, no count tells a stranger of it."""
    for address in (audit, f"{audit}/poll", f"{audit}/attendance", f"{audit}/costs"):
        assert page.request.get(address).status == 404
    for address in (supplier, "/audits", "/", f"{supplier}/audits/new"):
        page.goto(address)
        expect(page.get_by_role("main")).not_to_contain_text(TITLE)
    expect(page.get_by_role("main")).not_to_contain_text("has an audit already")


def answer(page: Page, word: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    page.get_by_label(word).check()
    send(page, page.get_by_role("button", name="Save your answer"))


def poll(lead: Page, asked: Page, audit: str) -> str:
    """Two choices, of which the second suits everybody; how its days are written."""
    lead.goto(f"{audit}/poll")
    lines = [lead.get_by_role("group", name=f"Line {number}") for number in (1, 2)]
    lines[0].get_by_label("First day").fill(day(5))
    lines[1].get_by_label("First day").fill(day(0))
    lines[1].get_by_label("Last day").fill(day(1))
    lines[1].get_by_label("People meet at").fill("9:00")
    lead.locator("form").get_by_label("Answer by").fill(day(0))
    send(lead, lead.get_by_role("button", name="Open the date poll"))
    asked.goto("/")
    asked.get_by_role("link", name=re.compile("Say which days suit you")).click()
    for page in (asked, lead):
        page.goto(f"{audit}/poll")
        first, second = page.locator("#votes fieldset").all()
        first.get_by_label("Suits us", exact=True).check()
        second.get_by_label("Does not suit us").check()
        if page is asked:  # the days are in order: those from today on come first
            assert violations(page) == []
        send(page, page.get_by_role("button", name="Save your answers"))
    lead.goto(f"{audit}/poll")
    row = lead.get_by_role("row", name=re.compile("Suits most"))
    words = row.locator("th b").inner_text()
    lead.get_by_label(words).check()
    send(lead, lead.get_by_role("button", name="Choose these days"))
    return words


def attend(page: Page, audit: str) -> None:
    page.goto(f"{audit}/attendance")
    page.get_by_label("Who attends").select_option(index=0)
    send(page, page.get_by_role("button", name="Book", exact=True))
    expect(page.get_by_role("main")).to_contain_text("stockholm")
    assert violations(page) == []


def declare(lead: Page, joins: Page, audit: str) -> None:
    for page in (lead, joins):
        page.goto(f"{audit}/interests")
        page.get_by_label("No", exact=True).check()
        send(page, page.get_by_role("button", name="Save your declaration"))
    lead.get_by_label("Auditing firm").fill("Prüfhaus Nord")
    lead.get_by_label("Statement of independence").fill("No work for the supplier in three years.")
    send(lead, lead.get_by_role("button", name="Save", exact=True))


def step(page: Page, audit: str, button: str) -> None:
    press(page, audit, button)
    expect(page.get_by_role("status").first).to_contain_text("Saved.")


def let_in(page_of, lead: Page, supplier: str) -> Page:
    """The supplier's guest, by the link and the code of a request."""
    lead.goto(f"{supplier}/requests/new")
    lead.get_by_label("Due").first.fill(day(30))
    lead.get_by_role("button", name="Save and draft the text").click()
    lead.get_by_role("link", name="Give access, or see what was sent").click()
    lead.get_by_role("button", name="Make link and code").click()
    return enter(page_of, lead)


def enter(page_of, lead: Page) -> Page:
    guest = page_of(None)
    guest.goto(urlsplit(lead.locator("#link").inner_text()).path)
    guest.get_by_label("Code").fill(lead.locator("#code").inner_text())
    guest.get_by_role("button", name="Open").click()
    guest.wait_for_url(re.compile("/guest$"))
    if guest.locator("html").get_attribute("lang") != "en":
        guest.locator("header summary").click()
        send(guest, guest.get_by_role("button", name="English"))
    return guest


def confirm(guest: Page) -> None:
    guest.goto("/guest")
    guest.get_by_role("link", name=re.compile("Audit at")).click()
    expect(guest.get_by_role("main")).not_to_contain_text("Stavanger")
    send(guest, guest.get_by_role("button", name="Confirm the days"))


def remark(guest: Page) -> None:
    guest.goto("/guest")
    guest.get_by_role("link", name=re.compile("Audit at")).click()
    guest.get_by_label("Your remarks").fill("The canteen has two doors.")
    send(guest, guest.get_by_role("button", name="Send", exact=True))


def add_finding(page: Page, supplier: str) -> str:
    """A major finding that Stavanger may read, with a summary for all members, shown to the supplier."""
    page.goto(f"{supplier}/findings/new")
    page.get_by_label("Title").fill(FINDING)
    page.get_by_label(re.compile("^Major")).check()
    page.get_by_label("Found on").fill(day(0))
    page.get_by_label("What was found").fill("No records for May.")
    page.get_by_label("Audit", exact=True).select_option(label=TITLE)
    page.get_by_label("Summary for others").fill(SUMMARY)
    page.get_by_role("group", name="Who may read the summary").get_by_label("All members").check()
    whole = page.locator("[data-visibility]")
    whole.get_by_role("radio", name=re.compile("^Named authorities")).check()
    whole.get_by_label("City of Stavanger").check()
    send(page, page.get_by_role("button", name="Save the finding"))
    expect(page.get_by_role("heading", level=1)).to_have_text(FINDING)
    address = page.url
    expect(page.get_by_role("button", name="Release the summary")).to_have_count(0)  # not before there is a plan
    press(page, address, "Show it to the supplier")
    return address


def plan(lead: Page, guest: Page, finding: str) -> None:
    guest.goto("/guest")
    guest.get_by_role("link", name=FINDING).click()
    first = guest.get_by_role("group", name="Action 1")
    first.get_by_label("Action").fill("Record overtime every week")
    first.get_by_label("Due").fill(day(7))
    send(guest, guest.get_by_role("button", name="Send the plan"))
    press(lead, finding, "Accept the plan")
    take(lead, finding, "The work has begun")
    guest.goto("/guest")
    guest.get_by_role("link", name=FINDING).click()
    proof = guest.locator("form", has=guest.get_by_label("Document or photo"))
    proof.get_by_label("Action").select_option(index=0)
    proof.get_by_label("Document or photo").set_input_files({"name": "june.pdf", "mimeType": PDF, "buffer": PROOF})
    send(guest, proof.get_by_role("button", name="Send"))
    lead.goto(finding)
    lead.get_by_text("Note progress").click()
    progress = lead.locator("form", has=lead.get_by_role("button", name="Save the progress"))
    progress.get_by_label("Action").select_option(index=0)
    progress.get_by_label("Status").select_option(label="Done")
    send(lead, lead.get_by_role("button", name="Save the progress"))
    take(lead, finding, "It is remedied and can be verified")


def take(page: Page, finding: str, word: str, note: str = "") -> None:
    page.goto(finding)
    page.get_by_label(word).check()
    if note:
        page.get_by_label("Note").first.fill(note)
    send(page, page.get_by_role("button", name="Save the step"))


def verify(lead: Page, colleague: Page, finding: str) -> None:
    """A second person does."""
    lead.goto(finding)
    expect(lead.get_by_role("main")).to_contain_text("Ask a colleague.")
    expect(lead.get_by_label("The remedy is verified")).to_have_count(0)
    take(colleague, finding, "The remedy is verified", "The records of June were read.")
    expect(colleague.get_by_text("Closed on")).to_be_visible()
