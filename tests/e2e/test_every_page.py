"""Every page without a record in its address: no axe violation in light and dark, no scrolling sideways at 320 px."""

import pytest
from flask import Flask

from tests.e2e.conftest import violations
from tests.matrix.test_audience_matrix import NOT_WALKED

SKIPPED = {"health.healthz", "health.readyz", "picture.suggest"}


def addresses(app: Flask) -> list[str]:
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
        and not rule.arguments
        and rule.endpoint not in NOT_WALKED | SKIPPED
        and not rule.rule.endswith((".csv", ".xlsx", ".jsonl", ".pdf"))
    )


@pytest.mark.parametrize("persona", ["stockholm-coordinator", "operator"])
def test_accessible_and_narrow(app: Flask, page_of, persona: str) -> None:
    found = []
    for colour, width in (("light", 1440), ("dark", 320)):
        page = page_of(persona, colour=colour, width=width)
        for address in addresses(app):
            if page.goto(address).status == 403:
                continue
            found += [f"{address} ({colour}): {text}" for text in violations(page)]
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found.append(f"{address} scrolls sideways at {width} px")
    assert found == []


def test_pages_work_without_javascript(app: Flask, page_of) -> None:
    page = page_of("stockholm-coordinator", javascript=False)
    for address in addresses(app):
        if page.goto(address).status == 200:
            assert page.locator("h1").count() == 1, address
