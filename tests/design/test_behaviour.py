"""What portal.js adds, by keyboard and pointer, and that everything works without it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Look = Callable[..., Page]


def suggested(page: Page, text: str) -> None:
    """Type into the look-up and wait for the suggestions."""
    page.locator("#q-top").press_sequentially(text)
    page.locator("#suggestions [role=option]").first.wait_for()


def test_slash_goes_to_the_look_up_and_arrows_choose(look: Look) -> None:
    page = look("marks")
    field = page.locator("#q-top")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    suggested(page, "hal")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#live")).to_have_text("3 suggestions. Arrow keys choose one.")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "s-1")
    page.keyboard.press("ArrowUp")
    expect(field).to_have_attribute("aria-activedescendant", "s-all")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#s-2")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/tables$"))


def test_escape_closes_the_suggestions_and_typing_opens_them_again(look: Look) -> None:
    page = look("marks")
    suggested(page, "hal")
    page.keyboard.press("Escape")
    expect(page.locator("#q-top")).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#suggestions [role=option]")).to_have_count(0)
    expect(page.locator("#q-top")).to_have_value("hal")
    suggested(page, "d")
    page.locator("#s-1").click()
    expect(page).to_have_url(re.compile("/records$"))


def test_enter_without_a_choice_searches(look: Look) -> None:
    page = look("marks")
    suggested(page, "hal")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/finder\?q=hal$"))


def test_menus_close_on_escape_and_give_the_focus_back(look: Look) -> None:
    page = look("marks")
    menu = page.locator("details.menu").first
    menu.locator("summary").press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_language_is_chosen_in_its_own_words(look: Look, javascript: bool) -> None:
    page = look("marks", java_script_enabled=javascript)
    page.locator("details.menu summary").first.click()
    choice = page.get_by_role("button", name="Català")
    expect(choice).to_have_attribute("lang", "ca")
    choice.click()
    expect(page).to_have_url(re.compile("/marks$"))
    expect(page.locator("html")).to_have_attribute("lang", "ca")


def test_the_scheme_changes_without_a_reload_and_is_kept(look: Look) -> None:
    page = look("form")
    page.locator("#subject").fill("half written")
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-color-scheme", "dark")
    expect(page.locator("#subject")).to_have_value("half written")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-color-scheme", "dark")
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-color-scheme", "auto")


def test_who_will_see_it_is_said_alike_by_server_and_script(look: Look) -> None:
    sentence = "People in City of Stavanger, Region Stockholm and Barcelona City Council will see this."
    expect(look("form", java_script_enabled=False).locator("#who-sees")).to_have_text(sentence)
    page = look("form")
    said = page.locator("#who-sees")
    expect(said).to_have_text(sentence)
    page.get_by_label("Barcelona City Council").uncheck()
    expect(said).to_have_text("People in City of Stavanger and Region Stockholm will see this.")
    page.get_by_label("Region Stockholm").uncheck()
    expect(said).to_have_text(
        "Choose at least one authority. Until then only people in City of Stavanger will see this."
    )
    page.get_by_label("All members").check()
    expect(said).to_have_text("People in all member authorities will see this.")
    expect(page.get_by_label("Region Stockholm")).to_be_hidden()
    page.get_by_label("Only us").check()
    expect(said).to_have_text("Only people in City of Stavanger will see this.")


def test_errors_take_the_focus_and_lead_to_their_fields(look: Look) -> None:
    page = look("form?wrong=1")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    for text, field in (("Subject", "#subject"), ("OECD step", "#step-0"), ("Named authorities", "#named_ids-0")):
        summary.get_by_role("link", name=re.compile(f"^{text}: ")).click()
        expect(page.locator(field)).to_be_focused()
    expect(page.locator("#subject")).to_have_attribute("aria-describedby", "subject-help subject-error")
    expect(page.locator("#subject")).to_have_attribute("aria-invalid", "true")


def test_a_form_is_sent_once(look: Look) -> None:
    page = look("form")
    page.route("**/form", lambda route: route.abort())
    stopped, busy = page.evaluate("""() => {
      const form = document.querySelector("form.form"), button = form.querySelector("button"), stopped = [];
      addEventListener("submit", (event) => stopped.push(event.defaultPrevented));
      form.requestSubmit(button);
      form.requestSubmit(button);
      return [stopped, button.getAttribute("aria-busy")];
    }""")
    assert stopped == [False, True]
    assert busy == "true"


def test_a_filter_takes_effect_at_once_and_keeps_the_focus(look: Look) -> None:
    page = look("finder")
    page.get_by_label("Sweden").check()
    expect(page).to_have_url(re.compile("country=se"))
    expect(page.locator("#h-res")).to_have_text("2 suppliers match “halden”")
    expect(page.locator("#live")).to_have_text("2 suppliers match “halden”")
    expect(page.get_by_label("Sweden")).to_be_focused()
    page.go_back()
    expect(page.locator("#h-res")).to_have_text("6 suppliers match “halden”")


def test_what_could_not_be_fetched_is_said(look: Look) -> None:
    page = look("finder")
    page.route("**/finder?*", lambda route: route.fulfill(status=500, body="no"))
    page.get_by_label("Sweden").check()
    expect(page.get_by_role("alert")).to_contain_text("That did not work.")


def test_a_session_that_ended_leads_to_the_sign_in_page(look: Look) -> None:
    page = look("finder")
    page.route("**/finder?*", lambda route: route.fulfill(status=401, body="sign in"))
    with page.expect_navigation():
        page.get_by_label("Sweden").check()


def test_stacked_tables_keep_their_roles(look: Look) -> None:
    page = look("tables", 390)
    table = page.get_by_role("table", name="My follow-ups, the nearest due date first")
    expect(table.get_by_role("rowheader", name=re.compile("Answer the date poll"))).to_be_visible()
    expect(table.get_by_role("columnheader", name="Due")).to_have_count(1)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_navigation_opens_on_a_phone(look: Look, javascript: bool) -> None:
    page = look("marks", 390, java_script_enabled=javascript)
    link = page.get_by_role("link", name="Dialogues")
    expect(link).to_be_hidden()
    opener = page.get_by_role("button" if javascript else "link", name="Menu", exact=True)
    opener.press("Enter")
    expect(link).to_be_visible()
    expect(page.locator("#rail").get_by_role("button", name="Svenska")).to_be_visible()
    if javascript:
        expect(opener).to_have_attribute("aria-expanded", "true")
        opener.press(" ")
    else:
        page.get_by_role("link", name="Close the menu").click()
    expect(link).to_be_hidden()


def test_without_javascript_searching_and_filtering_work(look: Look) -> None:
    page = look("marks", java_script_enabled=False)
    page.locator("#q-top").fill("halden")
    page.locator("#q-top").press("Enter")
    expect(page).to_have_url(re.compile(r"/finder\?q=halden$"))
    page.get_by_label("Sweden").check()
    page.get_by_role("button", name="Show results").click()
    expect(page.locator("#h-res")).to_have_text("2 suppliers match “halden”")
    narrow = look("finder", 390, java_script_enabled=False)
    expect(narrow.get_by_label("Sweden")).to_be_hidden()
    narrow.get_by_role("link", name="Narrow the results").click()
    expect(narrow.get_by_label("Sweden")).to_be_visible()


def test_a_running_task_is_asked_for_again(look: Look) -> None:
    page = look("progress")
    with page.expect_request("**/progress", timeout=5000):
        pass
    expect(page.get_by_role("link", name="Refresh")).to_be_visible()


def test_the_section_in_view_is_marked(look: Look) -> None:
    page = look("records", 1440)
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Joint timeline").click()
    expect(page.locator('.subnav a[href="#timeline"]')).to_have_attribute("aria-current", "true")
    expect(page.locator(".subnav [aria-current]")).to_have_count(1)
