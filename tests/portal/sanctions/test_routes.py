"""The pages of sanctions lists: the queue, a candidate and its decision, lists with their runs, the quiet lines."""

import io
from datetime import date

import pytest

from portal import db
from portal.sanctions.models import SanctionCandidate
from tests.events import deliver_all
from tests.factories.minerals import make_run_of, observe
from tests.factories.registry import make_supplier
from tests.factories.sanctions import CODE, entry, make_candidate, make_party, sanctions_file
from tests.statements import counted_statements

LIST = [entry(number, f"Nordfjell Trading House {number}") for number in range(1, 11)]


@pytest.fixture
def candidate(acting) -> SanctionCandidate:
    """One open candidate, of a supplier."""
    acting("system")
    with db.transaction():
        made = make_candidate()
    db.session.remove()
    return made


def upload(client, content: bytes, filename: str = "list-2026-09-01.csv", **fields: str):
    data = {"file": (io.BytesIO(content), filename), **fields}
    return client.post(f"/sanctions/lists/{CODE}/files", data=data, content_type="multipart/form-data")


def test_an_uploaded_list_is_compared_by_the_worker_and_its_candidates_are_shown(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        supplier_id = make_supplier("Nordfjell Trading House 3 AB", "SE").id
        make_supplier("Skogdal Computing AB", "SE")
    operator, officer = client_for("operator"), client_for("stavanger-officer")
    assert "Nothing is compared yet" in officer.get("/sanctions").text
    answer = upload(operator, sanctions_file(LIST))
    assert answer.status_code == 302
    assert "waits to be compared" in operator.get(answer.location).text
    deliver_all()
    assert "This is the first list" in operator.get(answer.location).text
    page = officer.get("/sanctions").text
    assert "Nordfjell Trading House 3 AB" in page
    assert "Skogdal" not in page
    assert "Only one name has a legal form: AB" in page
    assert "1 name on a sanctions list resembles this supplier" in officer.get(f"/suppliers/{supplier_id}").text
    assert "Nordfjell" in officer.get("/sanctions", query_string={"supplier": supplier_id}).text
    assert "Nordfjell Trading House 3 AB" not in officer.get("/sanctions", query_string={"supplier": "x"}).text
    assert "look at it" in operator.get("/").text
    assert "10" in operator.get(f"/sanctions/lists/{CODE}").text


def test_a_file_that_is_no_list_says_why_and_where(client_for, database) -> None:
    operator = client_for("operator")
    answer = upload(operator, b"<html>Sign in</html>")
    page = operator.get(answer.location).text
    assert "The file is not a list" in page
    assert "Nothing was changed" in page
    assert "The day of the list is missing" in upload(operator, sanctions_file(LIST), "list.csv").text
    assert "lies in the future" in upload(operator, sanctions_file(LIST), "l.csv", as_of="1.1.2199").text


def test_a_held_list_is_decided_on_its_page(client_for, database) -> None:
    operator = client_for("operator")
    upload(operator, sanctions_file(LIST))
    deliver_all()
    held = upload(operator, sanctions_file(LIST[:4]), "list-2026-10-01.csv").location
    deliver_all()
    page = operator.get(held).text
    assert "lacks 6 of 10 organisations" in page
    assert "Nordfjell Trading House 9" in page
    assert "a list is held" in client_for("stavanger-officer").get("/sanctions").text
    assert operator.post(f"{held}/decide", data={"decision": "apply"}).status_code == 400
    answer = operator.post(f"{held}/decide", data={"decision": "reject", "note": "Cut off."}, follow_redirects=True)
    assert "thrown away" in answer.text
    assert client_for("stockholm-officer").post(f"{held}/decide", data={"note": "x"}).status_code == 403


def test_settings_are_for_operators_and_hosts_are_checked(client_for, database) -> None:
    operator = client_for("operator")
    good = {"url": "https://data.opensanctions.org/eu.csv", "interval_hours": "24", "enabled": "y"}
    address = f"/sanctions/lists/{CODE}/settings"
    assert "one of these hosts" in operator.post(address, data={**good, "url": "https://example.org/x"}).text
    fetch = f"/sanctions/lists/{CODE}/fetch"
    assert "has no address yet" in operator.post(fetch, follow_redirects=True).text
    assert operator.post(address, data=good).status_code == 302
    assert "https://data.opensanctions.org/eu.csv" in operator.get(f"/sanctions/lists/{CODE}").text
    assert "The list is being fetched" in operator.post(fetch, follow_redirects=True).text
    assert "waiting already" in operator.post(fetch, follow_redirects=True).text
    assert operator.post("/sanctions/lists/unknown/fetch").status_code == 404
    officer = client_for("stockholm-officer").get(f"/sanctions/lists/{CODE}").text
    assert "Upload a list" not in officer
    assert "CC BY-NC" in officer


def test_a_candidate_shows_both_sides_and_takes_a_decision(client_for, candidate) -> None:
    officer = client_for("stockholm-officer")
    address = f"/sanctions/candidates/{candidate.id}"
    page = officer.get(address).text
    assert "Same name but for the legal form" in page
    assert "What this does not prove" in page
    assert "Nobody looked yet" in page
    wrong = officer.post(f"{address}/decide", data={"version": "1"})
    assert wrong.status_code == 400
    assert "Choose one of the two" in wrong.text
    decision = {"version": "1", "state": "not_same", "note": "Registered in another country."}
    answer = officer.post(f"{address}/decide", data=decision, follow_redirects=True)
    assert "Region Stockholm decided: Not the same" in answer.text
    assert "Registered in another country." in answer.text
    assert officer.post(f"{address}/decide", data=decision).status_code == 409
    queue = officer.get("/sanctions").text
    assert str(candidate.id) not in queue
    assert str(candidate.id) in officer.get("/sanctions?state=not_same").text


def test_a_reader_is_not_offered_a_decision(client_for, candidate) -> None:
    reader = client_for("stockholm-reader")
    address = f"/sanctions/candidates/{candidate.id}"
    assert "Save the decision" not in reader.get(address).text
    assert reader.post(f"{address}/decide", data={}).status_code == 403


def test_the_page_of_a_smelter_has_a_quiet_line(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        observe(make_run_of(date(2026, 9, 1)).id, "CID900001", "gold", "conformant", date(2026, 9, 1))
    reader = client_for("stavanger-officer")
    assert "sanctions list" not in reader.get("/smelters/CID900001").text.partition("<main")[2]
    acting("system")
    with db.transaction():
        make_candidate(facility_id="CID900001")
    page = reader.get("/smelters/CID900001").text
    assert "1 name on a sanctions list resembles this." in page
    assert "/sanctions?facility=CID900001" in page


def test_a_long_queue_is_read_page_by_page_with_few_statements(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        for number in range(65):
            party = make_party(f"Trust {number}", f"r{number}")
            make_candidate(facility_id="CID900001", party_id=party.id, score=0.9, name=f"Facility {number}")
    officer = client_for("stockholm-officer")
    seen: set[str] = set()
    address: str | None = "/sanctions"
    while address:
        with counted_statements() as ran:
            page = officer.get(address).text
        assert len(ran) < 40
        seen |= {f"Facility {number}" for number in range(65) if f">Facility {number}<" in page}
        _, found, rest = page.partition('href="/sanctions?after=')
        address = "/sanctions?after=" + rest.partition('"')[0] if found else None
    assert len(seen) == 65
