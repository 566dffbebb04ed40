"""One city's assessment serves another, as people do it: assessed, read by a colleague and published, relied on,
revised; then the worker's alert brings the other city to what changed, and what it saw stays as it was.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import violations

SUPPLIER = "Delebygg Example AS"


def test_an_assessment_is_relied_on_and_its_revision_is_told(page_of) -> None:
    author, reader, other = (page_of(name) for name in ("stockholm-officer", "stockholm-coordinator", "oslo-officer"))
    supplier = bring_in(author)
    assessment = assess(author, supplier)
    publish(reader, assessment)
    decision = rely(other, assessment)

    revision = revise(author, assessment)
    publish(reader, revision)

    told(other)
    expect(other).to_have_url(re.compile(f"{decision}$"))
    expect(other.get_by_role("heading", name="Its authority has revised it")).to_be_visible()
    score = other.locator("tr", has=other.get_by_text("S5-1", exact=True)).get_by_role("cell").nth(1)
    expect(score).to_have_text("3")  # as it was seen, though the revision says 0
    other.get_by_role("link", name="See what changed").click()
    expect(other.get_by_text("1 of 23 questions is answered differently.")).to_be_visible()
    expect(other.get_by_text("Differs: score, evidence")).to_be_visible()
    assert violations(other) == []
    other.go_back()
    other.get_by_role("link", name="Decide about the newer one").click()
    decide(other, "We do not rely on it", "The public report is gone")
    other.goto("/")
    expect(other.get_by_text("Decide anew about the assessment")).to_have_count(0)


@pytest.mark.parametrize(("colour", "width"), [("light", 1440), ("dark", 320)])
def test_the_pages_are_accessible_and_fit(page_of, colour: str, width: int) -> None:
    """After the story above, whose assessment and decision these pages show."""
    page = page_of("oslo-officer", colour=colour, width=width)
    page.goto("/ratings")
    page.get_by_role("link", name=SUPPLIER).first.click()
    assessment = page.url
    addresses = ["/ratings", "/ratings/reliances", "/ratings/reliances?show=ended"]
    addresses += [f"{assessment}/rely", f"{assessment}/beside"]
    page.goto("/ratings/reliances?show=ended")
    addresses.append(str(page.get_by_role("link", name=SUPPLIER).get_attribute("href")))
    page.goto(f"{assessment}/beside")
    addresses.append(str(page.locator("main tbody a").first.get_attribute("href")))
    for address in addresses:
        page.goto(address)
        assert violations(page) == [], address
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), address


def bring_in(page: Page) -> str:
    page.goto("/suppliers/new")
    page.get_by_label("Legal name").fill(SUPPLIER)
    page.get_by_label("Country of registration").select_option("NO")
    page.get_by_label("Address of a site").fill("Delveien 3, 0000 Eksempelby")
    page.get_by_label("Where do you know it from?").fill("Framework agreement 2026")
    page.get_by_role("button", name="Add the supplier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUPPLIER)
    return page.url


def assess(page: Page, supplier: str) -> str:
    """Every question of the five steps scored 3 on a document, and sent to a second reader."""
    page.goto(f"{supplier}/ratings/new")
    page.get_by_label("Product group").select_option("computers")
    page.get_by_label("How it was assessed").fill("Documents read")
    page.get_by_role("button", name="Start the draft").click()
    address = page.url
    page.goto(f"{address}/answers?step=1")
    for step in range(1, 6):
        for part in page.locator("form section").all():
            part.get_by_label("Score", exact=True).select_option("3")
            part.get_by_label("Evidence", exact=True).select_option("E2")
        page.get_by_role("button", name="Save and go on" if step < 5 else "Save", exact=True).click()
    page.get_by_role("button", name="Send to a second reader").click()
    expect(page.get_by_text("Ask a colleague.")).to_be_visible()
    return address


def publish(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("All members").check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)


def rely(page: Page, address: str) -> str:
    """From the assessment to the recorded decision; its path."""
    page.goto(address)
    page.get_by_role("link", name="Can we rely on it?").click()
    expect(page.get_by_text("Check some points before you rely on it")).to_be_visible()
    page.get_by_label("What you buy").select_option("computers")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("It was made for what you buy: Computers and screens.")).to_be_visible()
    decide(page, "We rely on this assessment", "We buy the same computers")
    return page.url.removeprefix(page.url.split("/ratings/")[0])


def decide(page: Page, decision: str, reason: str) -> None:
    page.get_by_label(decision).check()
    page.get_by_label("Why", exact=True).fill(reason)
    page.get_by_role("button", name="Save the decision").click()
    expect(page.get_by_role("heading", name="The decision", exact=True)).to_be_visible()


def revise(page: Page, address: str) -> str:
    """The public report turns out to be gone: S5-1 gets 0 on no evidence."""
    page.goto(address)
    page.get_by_role("button", name="Revise").click()
    draft = page.url
    page.goto(f"{draft}/answers?step=5")
    first = page.locator("form section").first
    first.get_by_label("Score", exact=True).select_option("0")
    first.get_by_label("Evidence", exact=True).select_option("E0")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Send to a second reader").click()
    expect(page.get_by_text("Ask a colleague.")).to_be_visible()
    return draft


def told(page: Page) -> None:
    """The worker's notice arrives, and leads to the decision; the first page asks to decide anew."""
    notice = page.get_by_role("article").filter(has_text=f"The assessment of {SUPPLIER} that we rely on was revised")
    for _ in range(30):
        page.goto("/inbox")
        if notice.count():
            break
        page.wait_for_timeout(1000)
    page.goto("/")
    expect(page.get_by_text(f"Decide anew about the assessment of {SUPPLIER}")).to_be_visible()
    page.goto("/inbox")
    notice.get_by_role("link", name="Read it").click()
