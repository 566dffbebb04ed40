"""The supplier's page through the screens: each reader's picture, what is missing, and what it costs."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from portal import db
from portal.access.actor import Actor
from portal.clock import today
from portal.picture.queries import COLUMNS
from portal.picture.timeline import PAGE_SIZE
from portal.registry.models import Supplier
from tests.client import PortalClient
from tests.factories.assessments import make_assessment
from tests.factories.contracts import make_contract
from tests.factories.registry import make_supplier
from tests.statements import counted_statements

Acting = Callable[[str], Actor]
ClientFor = Callable[[str | None], PortalClient]

# Texts of the records; whoever may not see a record may see none of them.
MARKS = (
    "RS 2025-0442",
    "Clinical workstations",
    "310,000",
    "No mine-level origin",
    "Origin of cobalt",
    "Third refiner",
    "Suzhou visit",
)


@pytest.mark.parametrize("persona", ["stockholm-reader", "stockholm-officer", "stavanger-officer"])
def test_owner_and_named_see_the_picture(client_for: ClientFor, halden: Supplier, persona: str) -> None:
    page = client_for(persona).get(f"/suppliers/{halden.id}").text
    for mark in (*MARKS, "1 smelter lost conformance", "A declared smelter has another status"):
        assert mark in page, mark
    assert "What this does not prove" in page


@pytest.mark.parametrize("persona", ["barcelona-officer", "oslo-officer", "operator"])
def test_a_stranger_sees_the_registry_only(client_for: ClientFor, halden: Supplier, persona: str) -> None:
    page = client_for(persona).get(f"/suppliers/{halden.id}").text
    for fact in ("Halden Computing AB", "Datorhuset Halden AB", "556036-0793", "Halden Computing Norge AS"):
        assert fact in page
    for mark in (*MARKS, "lost conformance", "another status", "overdue"):
        assert mark not in page, mark


def test_every_fact_has_its_source_and_date(client_for: ClientFor, halden: Supplier) -> None:
    page = client_for("oslo-officer").get(f"/suppliers/{halden.id}").text
    assert page.count("Verified by test") == 4  # two names, a number and a site
    assert "until <time" in page
    assert "Brought in by" in page


def test_values_are_summed_by_currency_and_only_as_far_as_they_are_seen(
    client_for: ClientFor, halden: Supplier, acting: Acting, authority_ids
) -> None:
    acting("system")
    with db.transaction():
        for slug, value, currency, audience in (
            ("stavanger", 50_000_000, "SEK", "members"),
            ("barcelona", 70_000_000, "EUR", "members"),
            ("oslo", 90_000_000, "NOK", "owner"),
        ):
            make_contract(
                owner_id=authority_ids[slug],
                supplier_id=halden.id,
                value_minor=value,
                currency=currency,
                audience=audience,
            )
        make_contract(
            owner_id=authority_ids["stavanger"],
            supplier_id=halden.id,
            ends_on=today() - timedelta(days=1),
            value_minor=100,
            currency="SEK",
        )
    named = client_for("stavanger-officer").get(f"/suppliers/{halden.id}").text
    assert "810,000 SEK, 700,000 EUR" in named or "700,000 EUR, 810,000 SEK" in named
    assert "900,000" not in named
    assert "1 more has ended" in named
    stranger = client_for("barcelona-officer").get(f"/suppliers/{halden.id}").text
    assert "810,000" not in stranger
    assert "500,000 SEK" in stranger


@pytest.mark.parametrize(
    ("persona", "words"),
    [
        ("stockholm-officer", True),
        ("stockholm-coordinator", True),
        ("stockholm-reader", False),
        ("operator", False),
    ],
)
def test_only_what_the_role_may_do_is_offered(
    client_for: ClientFor, halden: Supplier, persona: str, words: bool
) -> None:
    page = client_for(persona).get(f"/suppliers/{halden.id}").text
    for address in (
        "dialogues/new",
        "audits/new",
        "declarations/new",
        "contracts/new",
        "assessments/new",
        "follow",
        "edit",
    ):
        assert (f"/suppliers/{halden.id}/{address}" in page) is words or (
            address == "follow" and f"/suppliers/{halden.id}/unfollow" in page
        ), address


def test_an_empty_picture_says_what_is_missing_and_offers_it(client_for: ClientFor, acting: Acting) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier("Kestrel Mobile Oy", None)
    page = client_for("oslo-officer").get(f"/suppliers/{supplier.id}").text
    for words in (
        "Country not known",
        "No assessment is shared with you",
        "No declaration is shared with you",
        "No contract is shared with you",
        "Nothing is open",
        "Nothing is shared with you yet",
        "Nothing is planned",
    ):
        assert words in page, words
    reader = client_for("stockholm-reader").get(f"/suppliers/{supplier.id}").text
    assert "Upload a declaration" not in reader


def test_the_profile_stands_side_by_side_for_five_and_says_who_is_left_out(
    client_for: ClientFor, halden: Supplier, acting: Acting
) -> None:
    acting("system")
    with db.transaction():
        for number in range(COLUMNS + 1):
            authority_id = db.session.scalar(
                text(
                    "INSERT INTO authority (code, slug, name, country, locale, timezone) VALUES"
                    " (:code, :slug, :name, 'SE', 'en', 'Europe/Stockholm') RETURNING id"
                ),
                {"code": f"X{number}", "slug": f"x{number}", "name": f"City number {number}"},
            )
            make_assessment(
                owner_id=authority_id, supplier_id=halden.id, audience="members", as_of=date(2026, 1, 1 + number)
            )
    page = client_for("stockholm-officer").get(f"/suppliers/{halden.id}").text
    profile = page[page.index('id="oecd"') : page.index('id="minerals"')]
    assert profile.count('scope="col"') == 1 + COLUMNS
    assert "Region Stockholm" in profile or "You" in profile
    assert "City number 5" in profile
    assert "City number 0" not in profile
    assert "2 more authorities shared one earlier" in profile


def test_the_timeline_is_filtered_and_paged_by_address(
    client_for: ClientFor, halden: Supplier, acting: Acting, authority_ids
) -> None:
    acting("system")
    with db.transaction():
        for number in range(PAGE_SIZE):
            make_contract(
                owner_id=authority_ids["stockholm"], supplier_id=halden.id, starts_on=date(2020, 1, 1 + number % 28)
            )
    client = client_for("stockholm-officer")
    part = lambda page: page[page.index('id="timeline"') :]  # noqa: E731
    only = part(client.get(f"/suppliers/{halden.id}?kind=dialogue").text)
    assert "Origin of cobalt" in only
    assert "began" not in only
    first = part(client.get(f"/suppliers/{halden.id}?kind=contract").text)
    assert first.count("began") == PAGE_SIZE
    address = first[first.index('rel="next" href="') + len('rel="next" href="') :].split('"')[0].replace("&amp;", "&")
    assert part(client.get(address).text).count("began") == 1
    assert "Origin of cobalt" in part(client.get(f"/suppliers/{halden.id}?kind=nonsense").text)
    assert client.get(f"/suppliers/{halden.id}?after=nonsense").status_code == 400


def test_no_supplier_is_404(client_for: ClientFor, halden: Supplier) -> None:
    client = client_for("oslo-officer")
    assert client.get("/suppliers/00000000-0000-0000-0000-000000000000").status_code == 404
    assert client.get("/suppliers/nonsense").status_code == 404


def test_a_reminder_of_what_another_authority_asked(client_for: ClientFor, halden: Supplier) -> None:
    words = "Region Stockholm was in dialogue with them"
    assert words in client_for("stavanger-officer").get(f"/suppliers/{halden.id}").text
    assert words not in client_for("stockholm-officer").get(f"/suppliers/{halden.id}").text
    assert words not in client_for("barcelona-officer").get(f"/suppliers/{halden.id}").text


def test_the_page_stays_cheap_however_much_is_known(client_for: ClientFor, halden: Supplier, add_follow_up) -> None:
    client = client_for("stavanger-officer")

    def cost() -> int:
        db.session.remove()  # the page begins a session of its own
        with counted_statements() as ran:
            assert client.get(f"/suppliers/{halden.id}").status_code == 200
        return len(ran)

    add_follow_up(halden, times=2)
    client.get(f"/suppliers/{halden.id}")
    little = cost()
    add_follow_up(halden, times=12)
    assert cost() == little <= 46
