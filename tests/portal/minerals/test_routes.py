"""The page of a smelter."""

from datetime import date

from portal import db
from tests.factories.minerals import make_run_of, observe
from tests.factories.smelter_names import list_name


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


def test_a_smelter_that_only_a_look_up_lists_has_a_page_that_says_so(client_for, acting) -> None:
    acting("system")
    with db.transaction():
        list_name("Kalvik Gold", "CID900077", city="Kalvik")
        list_name("Kalvik Gull AS", "CID900077", standard_name="Kalvik Gold", revision="6.4", rank=64000)
    page = client_for("oslo-officer").get("/smelters/cid900077")
    assert page.status_code == 200
    assert "<h1" in page.text
    assert "CID900077, smelter or refiner. Country as the list writes it: NORWAY." in page.text
    assert "No assurance list that we have says anything of it" in page.text
    assert page.text.index("CMRT 6.5") < page.text.index("CMRT 6.4")


def test_an_id_that_no_list_has_is_said_to_be_unknown_and_another_word_is_no_page(client_for) -> None:
    reader = client_for("oslo-officer")
    assert "No look-up that was loaded here lists this ID." in reader.get("/smelters/CID900078").text
    assert reader.get("/smelters/CID90007").status_code == 404
    assert reader.get("/smelters/kalvik").status_code == 404
