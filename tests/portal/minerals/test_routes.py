"""The page of a smelter."""

from datetime import date

from portal import db
from tests.factories.minerals import make_run_of, observe


def test_the_history_of_a_smelter_is_shown_in_the_words_of_the_list(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        first, second = make_run_of(date(2026, 9, 1)), make_run_of(date(2026, 10, 1))
        observe(first.id, "CID900001", "gold", "conformant", first.as_of, raw_status="Conformant <em>")
        observe(second.id, "CID900001", "gold", "removed", second.as_of)
    page = client_for("oslo-officer").get("/smelters/cid900001")
    assert page.status_code == 200
    assert "Removed from list" in page.text
    assert "does not by itself prove harm" in page.text
    assert "Conformant &lt;em&gt;" in page.text
    assert "What a status does not prove" in page.text
    assert f"/sources/runs/{first.id}" in page.text


def test_an_audit_that_is_past_due_is_out_of_date_not_failed(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        run = make_run_of(date(2026, 9, 1))
        audit = {"audit_date": date(2024, 1, 15), "cycle_years": 1}
        observe(run.id, "CID900001", "gold", "conformant", run.as_of, **audit)
    text = client_for("oslo-officer").get("/smelters/CID900001").text
    assert "Audit past due" in text
    assert "out of date, not failed" in text
