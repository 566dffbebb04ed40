"""What is written in a form outlives the session that ended under it, and comes back to its writer alone."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import violations
from tests.personas import PASSWORD, PERSONAS

SUBJECT = "Tin from a country at war"
SUMMARY = "They looked at two routes.\n\nThe second one is <open>."
NOTE = "Ask our lawyer first."
FOUND = "You wrote something here that is not saved."


def kept(page: Page) -> int:
    """How many forms' texts this tab keeps."""
    return page.evaluate("() => Object.keys(sessionStorage).filter((name) => name.startsWith('unsaved:')).length")


def bring_in(page: Page, name: str) -> str:
    """A supplier of its own; the address of its form for a dialogue."""
    page.goto("/suppliers/new")
    page.get_by_label("Legal name").fill(name)
    page.get_by_label("Country of registration").select_option("NO")
    page.get_by_label("Address of a site").fill("Prøveveien 2, 0000 Eksempelby")
    page.get_by_label("Where do you know it from?").fill("Framework agreement 2026")
    page.get_by_role("button", name="Add the supplier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url.split("?")[0].rstrip("/") + "/dialogues/new"


def sign_in(page: Page, name: str) -> None:
    """Fill in the sign-in page that is shown."""
    page.get_by_label("Work e-mail").fill(PERSONAS[name].email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def write(page: Page, form: str) -> None:
    page.goto(form)
    expect(page.get_by_text(FOUND)).to_be_hidden()
    page.get_by_label("Subject").fill(SUBJECT)
    page.get_by_role("button", name="Add a person").click()
    page.get_by_role("group", name="Person 3").get_by_label("Role").fill("Quality manager")
    page.get_by_label("What was said").fill(SUMMARY)
    page.get_by_label("Notes for us").fill(NOTE)


def test_a_text_outlives_its_session_and_is_gone_once_it_is_saved(page_of) -> None:
    page = page_of("stavanger-officer")
    form = bring_in(page, "Brunnvik Example AS")
    write(page, form)
    page.context.clear_cookies()
    page.get_by_role("button", name="Save the dialogue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please sign in")
    expect(page.locator("textarea[readonly]").filter(has_text="two routes")).to_have_value(SUMMARY)
    assert violations(page) == []

    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in(page, "stavanger-officer")
    expect(page.get_by_text(FOUND)).to_be_visible()
    expect(page.get_by_label("Subject")).to_have_value("")
    assert violations(page) == []
    page.get_by_role("button", name="Go on with it").click()
    expect(page.get_by_label("Subject")).to_have_value(SUBJECT)
    expect(page.get_by_label("What was said")).to_have_value(SUMMARY)
    expect(page.get_by_label("Notes for us")).to_have_value(NOTE)
    expect(page.get_by_role("group", name="Person 3").get_by_label("Role")).to_have_value("Quality manager")
    page.get_by_role("group", name="Person 1").get_by_label("Role").fill("Adviser")
    page.get_by_role("button", name="Save the dialogue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    assert kept(page) == 0
    page.goto(form)
    expect(page.get_by_text(FOUND)).to_be_hidden()


def test_a_text_can_be_thrown_away_and_goes_when_its_writer_signs_out_or_another_person_signs_in(page_of) -> None:
    page = page_of("stavanger-officer")
    form = bring_in(page, "Lillesol Example AS")
    write(page, form)
    page.goto(form)
    assert kept(page) == 1
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text(FOUND)).to_be_hidden()
    assert kept(page) == 0

    write(page, form)
    page.context.clear_cookies()
    page.goto(form)
    sign_in(page, "stockholm-officer")
    expect(page.get_by_text(FOUND)).to_be_hidden()
    assert kept(page) == 0

    write(page, form)
    assert kept(page) == 1
    page.locator("[data-sign-out]").evaluate("(form) => form.requestSubmit()")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Log a dialogue")
    assert kept(page) == 0
