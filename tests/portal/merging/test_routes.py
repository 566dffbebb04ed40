"""Merging through the screens: choose, look, propose, decide as another authority, undo; old addresses lead on."""

import pytest

from portal import db
from portal.registry import queries as registry
from portal.registry.models import Follow
from tests.factories.contracts import make_contract
from tests.factories.registry import make_supplier


@pytest.fixture
def pair(acting):
    """Ids of two records of one company."""
    acting("system")
    with db.transaction():
        found = make_supplier("Halden Computing AB", "SE").id, make_supplier("Halden Computing Sverige AB", "NO").id
    db.session.remove()
    return found


def test_the_other_record_is_found_by_its_name(client_for, pair) -> None:
    kept, merged = pair
    client = client_for("stockholm-officer")
    assert "Same company as…" in client.get(f"/suppliers/{kept}/edit").text
    assert f"/suppliers/{kept}/merge/{merged}" in client.get(f"/suppliers/{kept}/merge?q=halden").text
    assert "No other company begins with" in client.get(f"/suppliers/{kept}/merge?q=zzz").text


def test_merge_from_the_pair_page_and_undo(client_for, pair, acting) -> None:
    kept, merged = pair
    client = client_for("stockholm-officer")
    page = client.get(f"/suppliers/{kept}/merge/{merged}")
    assert "Merge into one record" in page.text
    assert "Country differs: Sweden, Norway" in page.text
    assert "Which country of registration counts?" in page.text
    assert "Which parent company counts?" not in page.text
    values = {"keep": kept, "name_from": merged, "country_from": kept, "reason": "Same number"}
    assert "Say how you know" in client.post(f"/suppliers/{kept}/merge/{merged}", data={**values, "reason": ""}).text
    done = client.post(f"/suppliers/{kept}/merge/{merged}", data=values)
    assert done.status_code == 302
    assert "Undo the merge" in client.get(done.location).text

    old = client.get(f"/suppliers/{merged}?kind=contract")
    assert (old.status_code, old.location) == (302, f"/suppliers/{kept}?kind=contract")
    assert "Halden Computing Sverige AB" in client.get(f"/suppliers/{kept}").text
    assert client.post(f"/suppliers/{merged}/follow").status_code == 302
    listed = client.get("/suppliers").text
    assert f"/suppliers/{kept}" in listed
    assert f"/suppliers/{merged}" not in listed
    assert client.get(f"/suppliers/{kept}/merge/{merged}").location == f"/suppliers/{kept}"

    assert client.post(f"{done.location}/undo", data={"version": "1"}).status_code == 409
    assert client.post(f"{done.location}/undo", data={"version": "2"}).status_code == 302
    assert client.get(f"/suppliers/{merged}").status_code == 200
    actor = acting("stockholm-officer")
    assert registry.followed_ids(actor.authority_id) == {kept}


def test_another_authority_decides(client_for, pair, authority_ids, acting) -> None:
    kept, merged = pair
    acting("system")
    with db.transaction():
        db.session.add(Follow(authority_id=authority_ids["oslo"], supplier_id=merged))
    db.session.remove()
    first, second = client_for("stockholm-officer"), client_for("oslo-officer")
    assert "Propose one record" in first.get(f"/suppliers/{kept}/merge/{merged}").text
    values = {"keep": kept, "name_from": kept, "country_from": kept, "reason": "Same number"}
    address = first.post(f"/suppliers/{kept}/merge/{merged}", data=values).location
    assert "They are one company" not in first.get(address).text
    assert "Withdraw the proposal" in first.get(address).text
    again = first.post(f"/suppliers/{kept}/merge/{merged}", data=values)
    assert (again.status_code, "proposed already" in again.text) == (409, True)
    assert first.post(f"{address}/confirm", data={"version": "1"}).status_code == 403
    asked = "Confirm that “Halden Computing AB”"
    third = client_for("barcelona-officer")
    assert [asked in one.get("/").text for one in (first, second, third)] == [False, True, False]
    assert "They are one company" in second.get(address).text
    assert second.post(f"{address}/confirm", data={"version": "1"}).status_code == 302
    assert second.post(f"{address}/reject", data={"version": "2"}).status_code == 409
    assert first.get(f"/suppliers/{merged}").location == f"/suppliers/{kept}"


def test_what_comes_along_is_counted_as_the_reader_sees_it(client_for, pair, authority_ids, acting) -> None:
    kept, merged = pair
    acting("system")
    with db.transaction():
        make_contract(owner_id=authority_ids["stockholm"], supplier_id=kept)
        make_contract(owner_id=authority_ids["oslo"], supplier_id=merged)
    db.session.remove()
    page = client_for("stockholm-officer").get(f"/suppliers/{kept}/merge/{merged}").text
    assert page.count("1 contract") == 1
    assert "None that you may see" in page
