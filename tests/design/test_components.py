"""How every component looks and is understood: WCAG rules, small screens, longer languages, icons that exist."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.design.gallery import ERRORS, PAGES, SCHEMES

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Every text a third longer, as a translation may be; dates, ids and monograms stay.
LENGTHEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.data.trim().length > 2 && !text.parentElement.closest("script, time, .id, .auth, kbd")) texts.push(text);
  }
  texts.forEach((text) => {
    const extra = Math.ceil(text.data.trim().length * 0.3);
    const words = " " + "ordlengde ".repeat(20).slice(0, extra - 1);
    text.data = text.data.trimEnd() + (extra > 6 ? words : "æøåæøå".slice(0, extra));
  });
}"""
TOO_WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((part) => !part.closest(".table-wrap, .subnav, .sr, .signin .side, .ds-skip-link"))
  .filter((part) => part.getBoundingClientRect().width && part.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 5).map((part) => `${part.tagName}.${part.className.baseVal ?? part.className}`)"""
MISSING_ICONS = """async () => {
  const uses = [...document.querySelectorAll("use")].map((use) => use.getAttribute("href").split("#"));
  const sprites = {};
  for (const [address] of uses) sprites[address] ??= await (await fetch(address)).text();
  return uses.filter(([address, name]) => !sprites[address].includes(`id="${name}"`)).map(([, name]) => name);
}"""

Look = Callable[..., Page]


def violations(page: Page) -> list[str]:
    """What axe finds, one line a rule."""
    page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    return [
        f"{found['id']}: {[node['target'][0] for node in nodes[:4]]} {nodes[0]['failureSummary'][:300]}"
        for found in result["violations"]
        if (nodes := found["nodes"])
    ]


def too_wide(page: Page) -> list[str]:
    """What makes the page wider than its window."""
    scroll, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return ([f"the page is {scroll} wide"] if scroll > window else []) + page.evaluate(TOO_WIDE)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light")])
@pytest.mark.parametrize("name", PAGES)
def test_no_rule_of_wcag_is_broken(look: Look, name: str, width: int, scheme: str) -> None:
    assert violations(look(name, width, scheme)) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_open_menus_and_suggestions_break_no_rule(look: Look, scheme: str) -> None:
    page = look("marks", 1440, scheme)
    page.locator("details.menu summary").first.click()
    assert page.get_by_role("button", name="Norsk bokmål").is_visible()
    assert violations(page) == []
    page.locator("details.menu summary").last.click()
    assert page.get_by_role("button", name="Sign out").is_visible()
    assert not page.get_by_role("button", name="Norsk bokmål").is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#q-top").press_sequentially("hal")
    page.locator("#s-1").wait_for()
    page.keyboard.press("ArrowDown")
    assert violations(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_small_screen_and_every_icon_is_there(look: Look, name: str) -> None:
    page = look(name, 320)
    assert too_wide(page) == []
    assert page.locator("use").count() > 0
    assert page.evaluate(MISSING_ICONS) == []


@pytest.mark.parametrize("name", PAGES)
def test_texts_may_be_a_third_longer(look: Look, name: str) -> None:
    page = look(name)
    page.evaluate(LENGTHEN)
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert too_wide(page) == [], width


def test_each_error_page_says_what_to_do_and_a_number_to_quote(look: Look) -> None:
    page = look("error/400")
    for status in ERRORS:
        page.goto(f"{page.url.rsplit('/', 1)[0]}/{status}")
        assert page.locator("h1").inner_text().strip(), status
        assert "01989f2e-7b1c" in page.locator("main").inner_text(), status
        assert page.locator("main .actions a").count() >= 1, status
