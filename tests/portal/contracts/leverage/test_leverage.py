"""Leverage: exact where contracts are shared, bands where they are released, and no trace of anything else."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, text
from sqlalchemy.exc import DBAPIError

from portal import db
from portal.access.actor import Actor
from portal.clock import today
from portal.contracts.leverage import queries, services
from portal.contracts.leverage.models import LeverageRelease
from portal.contracts.leverage.rules import Band, band_of, together
from portal.errors import Forbidden
from tests.factories.contracts import make_contract
from tests.factories.registry import make_supplier

Acting = Callable[[str], Actor]
MILLION = 100_000_000  # minor units


@given(st.integers(0, 10**15))
def test_a_value_lies_in_its_band(value: int) -> None:
    band = band_of(value)
    assert band.low <= value
    assert band.high is None or value < band.high
    assert not band.is_exact


@given(st.lists(st.integers(0, 10**12), max_size=6))
def test_what_all_make_lies_between_the_bounds(values: list[int]) -> None:
    whole = together(band_of(value) for value in values)
    assert whole.low <= sum(values)
    assert whole.high is None or sum(values) <= whole.high
    assert together(Band(value, value) for value in values) == Band(sum(values), sum(values))


@pytest.fixture
def supplier_id(acting: Acting, authority_ids) -> UUID:
    """Stockholm shares 2 MSEK with all and hides 1; Stavanger hides 7 MNOK, Barcelona 3 MEUR and one that is over."""
    acting("system")
    with db.transaction():
        supplier = make_supplier("Halden Computing AB")
        for slug, value, currency, audience, more in (
            ("stockholm", 2, "SEK", "members", {}),
            ("stockholm", 1, "SEK", "owner", {}),
            ("stavanger", 7, "NOK", "owner", {}),
            ("barcelona", 3, "EUR", "owner", {}),
            ("barcelona", 90, "EUR", "owner", {"ends_on": today() - timedelta(days=1)}),
        ):
            owner_id = authority_ids[slug]
            values = {"value_minor": value * MILLION, "currency": currency, "audience": audience, **more}
            make_contract(owner_id=owner_id, supplier_id=supplier.id, **values)
        return supplier.id


def seen(acting: Acting, name: str, supplier_id: UUID) -> dict[UUID, tuple[int, int | None]]:
    found = queries.leverage_of(acting(name), supplier_id)
    return {one.owner_id: (one.band.low, one.band.high) for one in found.weights if one.band}


def test_without_a_release_nothing_of_hidden_contracts_is_told(acting: Acting, authority_ids, supplier_id) -> None:
    sto, svg = authority_ids["stockholm"], authority_ids["stavanger"]
    assert seen(acting, "stockholm-officer", supplier_id) == {sto: (3 * MILLION, 3 * MILLION)}
    assert seen(acting, "stavanger-officer", supplier_id) == {
        svg: (7 * MILLION, 7 * MILLION),
        sto: (2 * MILLION, 2 * MILLION),
    }
    assert seen(acting, "oslo-officer", supplier_id) == {sto: (2 * MILLION, 2 * MILLION)}
    before = queries.leverage_of(acting("oslo-officer"), supplier_id)
    acting("system")
    with db.transaction() as session:
        session.execute(text("DELETE FROM contract WHERE audience = 'owner'"))
    assert queries.leverage_of(acting("oslo-officer"), supplier_id) == before


def test_a_release_tells_the_band_and_no_more(acting: Acting, authority_ids, supplier_id) -> None:
    for name in ("stavanger-officer", "barcelona-officer"):
        officer = acting(name)
        for _ in range(2):
            with db.transaction():
                services.change_release(officer, supplier_id, released=True)
    found = queries.leverage_of(acting("oslo-officer"), supplier_id)
    sto, svg, bcn = (authority_ids[slug] for slug in ("stockholm", "stavanger", "barcelona"))
    assert set(found.buyers) == {sto, svg, bcn}
    assert dict(found.totals) == {
        "EUR": Band(1 * MILLION, 5 * MILLION),
        "NOK": Band(5 * MILLION, 25 * MILLION),
        "SEK": Band(2 * MILLION, 2 * MILLION),
    }
    officer = acting("stavanger-officer")
    assert queries.leverage_of(officer, supplier_id).released
    with db.transaction():
        services.change_release(officer, supplier_id, released=False)
    assert svg not in seen(acting, "oslo-officer", supplier_id)


def test_nobody_releases_or_takes_back_for_another(acting: Acting, authority_ids, supplier_id) -> None:
    acting("oslo-officer")
    with pytest.raises(DBAPIError), db.transaction() as session:
        session.add(LeverageRelease(owner_id=authority_ids["stavanger"], supplier_id=supplier_id))
    officer = acting("stavanger-officer")
    with db.transaction():
        services.change_release(officer, supplier_id, released=True)
    acting("oslo-officer")
    with db.transaction() as session:
        session.execute(delete(LeverageRelease))
    assert queries.leverage_of(acting("stavanger-officer"), supplier_id).released
    with pytest.raises(Forbidden):
        services.change_release(acting("stockholm-reader"), supplier_id, released=True)


def test_on_the_page(client_for, supplier_id) -> None:
    page = f"/suppliers/{supplier_id}/leverage"
    officer, other = client_for("stavanger-officer"), client_for("oslo-officer")
    assert "City of Stavanger" not in other.get(page).text.split("h-release")[0].split("h-buyers")[1]
    assert "7,000,000 NOK" in officer.get(page).text
    assert "All members know the band" in officer.post(page, data={"released": "1"}, follow_redirects=True).text
    told = other.get(page).text
    assert "5,000,000 NOK to 25,000,000 NOK" in told
    assert "7,000,000" not in told
    assert "The band is known no longer." in officer.post(page, data={"released": "0"}, follow_redirects=True).text
