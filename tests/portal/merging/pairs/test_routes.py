"""The queue through the screens: what a row says, filters in the address, decisions and taking them back."""

import re

import pytest
from sqlalchemy import func, select

from portal import db
from portal.merging.pairs.models import SupplierPair
from portal.registry.identifiers import Identifier
from portal.registry.models import Follow
from tests.factories.merging import make_pair
from tests.factories.registry import make_supplier
from tests.statements import counted_statements

REASONS = [
    {"code": "slip_apart", "supports": True, "params": {"one": "Halden AB", "other": "Haldn AB"}},
    {"code": "city_differs", "supports": False, "params": {"one": "Borås", "other": "Horten"}},
]


@pytest.fixture
def pairs(acting):
    """(low, high) of three pairs, the likeliest first."""
    acting("system")
    with db.transaction():
        made = []
        for number, country in enumerate(("SE", "SE", "NO")):
            one = make_supplier(f"Halden {number} AB", country, identifiers=(Identifier("lei", f"LEI{number}"),))
            pair = make_pair(
                one, make_supplier(f"Haldn {number} AB", country), score=0.99 - number / 10, reasons=REASONS
            )
            made.append((pair.low_id, pair.high_id))
    db.session.remove()
    return made


def heads(page):
    return re.findall(r'<h3 id="pair-\d+">([^<]+)</h3>', page.text)


def test_the_queue_says_why_and_how_sure(client_for, pairs, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        db.session.add(Follow(authority_id=authority_ids["oslo"], supplier_id=pairs[2][0]))
    db.session.remove()
    client = client_for("oslo-officer")
    page = client.get("/duplicates")
    assert heads(page) == [f"Halden {number} AB – Haldn {number} AB" for number in range(3)]
    assert "Only a slip apart: “Halden AB”, “Haldn AB”" in page.text
    assert "City differs: Borås, Horten" in page.text
    assert ("Likely" in page.text, "Possible" in page.text) == (True, True)
    assert len(heads(client.get("/duplicates?country=NO"))) == 1
    assert heads(client.get("/duplicates?ours=1")) == heads(client.get("/duplicates?country=NO"))
    assert len(heads(client.get("/duplicates?country=XX"))) == 3
    assert client.get("/duplicates?after=damaged").status_code == 400


def test_who_may_not_decide_does_not_see_the_queue(client_for, pairs) -> None:
    client = client_for("stockholm-reader")
    assert client.get("/duplicates").status_code == 403
    assert "Possible duplicates" not in client.get("/").text
    assert "Possible duplicates" in client_for("stockholm-officer").get("/").text


def test_keep_apart_and_undo(client_for, pairs) -> None:
    low, high = pairs[0]
    client = client_for("stockholm-officer")
    done = client.post(f"/duplicates/{low}/{high}/different", data={"next": "/duplicates?country=SE"})
    assert done.location == f"/duplicates?country=SE&decided={low}.{high}"
    page = client.get(done.location)
    assert "“Halden 0 AB” and “Haldn 0 AB” are kept apart" in page.text
    assert heads(page) == ["Halden 1 AB – Haldn 1 AB"]
    again = client.post(f"/duplicates/{low}/{high}/different", data={"next": "//elsewhere.example"})
    assert again.location == "/duplicates"
    assert "Somebody else was faster" in client.get("/duplicates").text
    apart = client.get("/duplicates?state=different")
    assert heads(apart) == ["Halden 0 AB – Haldn 0 AB"]
    assert "Region Stockholm said on" in apart.text
    assert "They are kept apart" in client.get(f"/suppliers/{low}/merge/{high}").text
    assert client.post(f"/duplicates/{low}/{high}/open", data={}).location == "/duplicates"
    assert len(heads(client.get("/duplicates"))) == 3
    for address in ("/duplicates?decided=x", f"/duplicates?decided={low}.{high}"):
        assert "are kept apart" not in client.get(address).text


def test_later_goes_through_all_pairs(client_for, pairs) -> None:
    client = client_for("stockholm-officer")
    address = client.get("/duplicates/next").location
    seen = []
    while "/merge/" in address:
        seen.append(tuple(address.partition("?")[0].split("/")[2::2]))
        page = client.get(address).text
        link = re.search(r'href="(/duplicates/next\?[^"]+)"[^>]*><span>Decide later', page)
        assert link
        address = client.get(link[1].replace("&amp;", "&")).location
    assert seen == [(str(low), str(high)) for low, high in pairs]
    assert address == "/duplicates"
    assert "That was the last pair." in client.get(address).text
    narrowed = client.get("/duplicates/next?country=NO").location
    assert str(pairs[2][0]) in narrowed
    assert "country=NO" in narrowed
    last = re.findall(r'href="(/duplicates\?after=[^"]+)"', client.get("/duplicates").text)[-1]
    assert "You have seen all pairs" in client.get(last).text


def test_a_page_asks_as_often_for_many_pairs_as_for_few(client_for, pairs, acting) -> None:
    client = client_for("stockholm-officer")
    client.get("/duplicates")
    with counted_statements() as few:
        client.get("/duplicates")
    acting("system")
    with db.transaction():
        for number in range(15):
            make_pair(make_supplier(f"Kestrel {number} Oy", "FI"), make_supplier(f"Kestral {number} Oy", "FI"))
    db.session.remove()
    with counted_statements() as many:
        assert len(heads(client.get("/duplicates"))) == 18
    assert len(many) <= len(few)


def test_reading_changes_nothing(client_for, pairs, acting) -> None:
    client_for("stockholm-officer").get("/duplicates")
    acting("system")
    assert db.session.scalar(select(func.count()).where(SupplierPair.state == "open")) == 3
