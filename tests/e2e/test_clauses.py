"""From what is bought to a clause set, the signed contract, its obligations, and a changed end, in a browser."""

from datetime import date

from playwright.sync_api import Page, expect

from portal.clock import today
from tests.e2e.conftest import violations
from tests.e2e.test_main_job import bring_in

BEGINS, ENDS, SOONER = (date(today().year + years, 1, 1) for years in (1, 4, 3))


def typed(on: date) -> str:
    return on.strftime("%d.%m.%Y")


def checked(page: Page) -> None:
    """The page as it stands has no axe violation, in light and dark, and fits a narrow window."""
    for colour, width in (("dark", 320), ("light", 1440)):
        page.emulate_media(color_scheme=colour)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], f"{page.url} ({colour})"
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), page.url


def test_from_a_clause_set_to_obligations_that_follow_the_contract(page_of) -> None:
    page = page_of("stavanger-officer")
    page.goto("/clauses")
    page.get_by_role("button", name="Take them into the library").click()
    expect(page.get_by_role("status").first).to_contain_text("The common clauses are in the library.")
    page.get_by_role("link", name="C02 Yearly declaration").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("C02")
    checked(page)

    page.goto("/clauses/set")
    page.get_by_label("Mobile phones").check()
    page.get_by_role("button", name="Propose clauses").click()
    expect(page.get_by_role("main")).to_contain_text("Why: Cobalt, Copper, Gold")
    page.get_by_label("Begins").fill(typed(BEGINS))
    page.get_by_label("Ends").fill(typed(ENDS))
    page.get_by_role("button", name="Show the set and its work").click()
    expect(page.get_by_role("heading", name="What monitoring this obliges you to")).to_be_visible()
    checked(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as PDF").click()
    assert download.value.suggested_filename.endswith("-en.pdf")

    bring_in(page)
    page.goto(f"{page.url}/contracts/new")
    page.get_by_label("Contract number").fill("2030-7")
    page.get_by_label("What is bought").fill("Phones")
    page.get_by_label("Begins").fill(typed(BEGINS))
    page.get_by_label("Ends").fill(typed(ENDS))
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("link", name="Clauses and obligations of this contract").click()
    page.get_by_label("C13 Yearly public report").check()
    page.get_by_label("Signed on").fill(typed(today()))
    page.get_by_role("button", name="Save the clauses").click()
    obligations = page.get_by_role("link", name="Public report on due diligence")
    expect(obligations).to_have_count(3)
    checked(page)

    contract = page.url
    obligations.first.click()
    page.get_by_label("The supplier has delivered").check()
    page.get_by_role("button", name="Save the step").click()
    expect(page.get_by_role("main")).to_contain_text("Delivered on")
    checked(page)

    page.goto(f"{contract.removesuffix('/clauses')}/edit")
    page.get_by_label("Ends").fill(typed(SOONER))
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status").first).to_contain_text("is saved")
    for _attempt in range(20):  # the worker works the days out
        page.goto(contract)
        if obligations.count() == 2:
            break
        page.wait_for_timeout(500)
    expect(obligations).to_have_count(2)
    expect(page.get_by_role("row", name="Public report on due diligence").first).to_contain_text("Delivered")
