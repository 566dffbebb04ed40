"""An award notice becomes suppliers and contracts, with the real worker, by hand and eye of an officer."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import violations
from tests.portal.contracts.notices import files


@pytest.mark.parametrize(("colour", "width"), [("light", 1440), ("dark", 320)])
def test_a_notice_is_checked_and_applied(page_of, tmp_path: Path, colour: str, width: int) -> None:
    path = tmp_path / f"notice-{width}.xml"
    path.write_bytes(files.eforms(f"99999999-2222-4333-8444-{width:012d}").replace(b"0101", str(width).encode()))
    page = page_of("stockholm-officer", colour=colour, width=width)
    page.goto("/imports")
    page.get_by_role("link", name="Import a procurement notice").click()
    page.get_by_label("The notice").set_input_files(str(path))
    page.get_by_role("button", name="Upload the notice").click()
    apply = page.get_by_role("button", name="Apply the notice")
    for _ in range(30):
        if apply.count():
            break
        page.wait_for_timeout(1000)
        page.goto(page.url)
    expect(page.get_by_text("Region Stockholm is your authority.")).to_be_visible()
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    page.get_by_label("All members").check()
    apply.click()
    done = page.get_by_role("heading", name="What was done")
    for _ in range(30):
        if done.count():
            break
        page.wait_for_timeout(1000)
        page.goto(page.url)
    assert violations(page) == []
    page.get_by_role("link", name=f"RS 2026-{width}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("RS 2026")
