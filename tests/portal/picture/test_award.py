"""The smelters behind a contract on the day of its award."""

from datetime import date

from portal import db
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.minerals import make_run_of, observe


def test_the_lists_speak_as_on_that_day(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        first, second = make_run_of(date(2025, 3, 1)), make_run_of(date(2026, 9, 1))
        observe(first.id, "CID900001", "gold", "conformant", first.as_of)
        observe(second.id, "CID900001", "gold", "removed", second.as_of)
        declaration = make_declaration(owner_id=authority_ids["oslo"], smelters=(("CID900001", "gold"),))
        contract = make_contract(
            owner_id=authority_ids["oslo"],
            supplier_id=declaration.supplier_id,
            audience="members",
            starts_on=date(2026, 1, 1),
            ends_on=None,
        )
    client = client_for("oslo-officer")
    address = f"/contracts/{contract.id}/smelters"
    assert address in client.get(f"/contracts/{contract.id}").text
    page = client.get(address).text
    assert "on 1 Jan 2026, beside what they say today" in page
    assert page.index("Conformant") < page.rindex("Removed from list")
    assert "List of 1 Mar 2025" in page
    assert "List of 1 Sep 2026" in client.get(f"{address}?on=2026-10-01").text
    assert "Not checked" in client.get(f"{address}?on=2024-01-01").text
    # Stavanger sees the contract, and no declaration.
    other = client_for("stavanger-officer").get(address).text
    assert "No declaration that you may see" in other
    assert "CID900001" not in other
