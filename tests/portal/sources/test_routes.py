"""The pages of sources: everybody reads, operators act; a held list is decided; what went wrong is said."""

import io
from datetime import date

import pytest

from portal import db
from portal.sources import queries
from portal.sources.models import SyncRun
from tests.events import deliver_all
from tests.factories.sources import feed, line, make_run, read
from tests.statements import counted_statements

DAY1, DAY2 = date(2026, 9, 1), date(2026, 10, 1)
LIST = [line(number) for number in range(1, 11)]


def upload(client, content: bytes, filename: str = "rmap-2026-09-01.csv", **fields: str):
    data = {"file": (io.BytesIO(content), filename), **fields}
    return client.post("/sources/rmap/lists", data=data, content_type="multipart/form-data")


def take(content: bytes, day: date) -> SyncRun:
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        run = read(content, day)
    return run


def test_a_source_that_was_never_read_says_so(client_for, database) -> None:
    page = client_for("stockholm-officer").get("/sources")
    assert "Never read" in page.text
    assert "Not checked" in client_for("stockholm-officer").get("/sources/rmap").text


def test_an_uploaded_list_is_read_by_the_worker_and_shown(client_for, database) -> None:
    operator = client_for("operator")
    answer = upload(operator, feed(LIST))
    assert answer.status_code == 302
    assert "waits to be read" in operator.get(answer.location).text
    deliver_all()
    page = operator.get(answer.location)
    assert "Applied" in page.text
    assert "This is the first list" in page.text
    reader = client_for("stavanger-officer")
    assert "Up to date" in reader.get("/sources").text
    assert "First list" in reader.get("/sources/rmap").text
    facility = reader.get("/smelters/CID900001")
    assert "Smelter 1" in facility.text
    assert "Conformant" in facility.text


@pytest.mark.parametrize(
    ("filename", "fields", "day"),
    [
        ("rmap-2026-09-01.csv", {}, DAY1),
        ("list.csv", {"as_of": "1.10.2026"}, DAY2),
        ("rmap-2026-09-01.csv", {"as_of": "01.10.2026"}, DAY2),
    ],
)
def test_the_day_comes_from_the_form_or_the_file_name(client_for, database, filename, fields, day) -> None:
    assert upload(client_for("operator"), feed(LIST), filename, **fields).status_code == 302
    assert queries.runs_page("rmap").rows[0].as_of == day


@pytest.mark.parametrize(
    ("filename", "fields", "message"),
    [
        ("list.csv", {}, "The day of the list is missing"),
        ("list.csv", {"as_of": "soon"}, "is not a date"),
        ("list.csv", {"as_of": "31.12.2099"}, "lies in the future"),
    ],
)
def test_an_upload_without_a_day_is_explained(client_for, database, filename, fields, message) -> None:
    answer = upload(client_for("operator"), feed(LIST), filename, **fields)
    assert answer.status_code == 400
    assert message in answer.text
    assert queries.runs_page("rmap").rows == []


def test_an_upload_without_a_file_is_explained(client_for, database) -> None:
    answer = client_for("operator").post("/sources/rmap/lists", data={})
    assert (answer.status_code, "Choose the file" in answer.text) == (400, True)


def test_a_file_that_is_no_list_says_why(client_for, database) -> None:
    operator = client_for("operator")
    answer = upload(operator, b"<!doctype html><h1>Sign in</h1>")
    deliver_all()
    page = operator.get(answer.location)
    assert "The file is not a list" in page.text
    assert "sign in, upload the file" in page.text
    assert "could not be read" in client_for("barcelona-officer").get("/sources").text


def test_a_held_list_is_applied_with_a_reason(client_for, database) -> None:
    take(feed(LIST), DAY1)
    held = take(feed(LIST[3:]), DAY2)
    operator, reader = client_for("operator"), client_for("stockholm-officer")
    page = operator.get(f"/sources/runs/{held.id}")
    assert "lacks 3 of 10 facilities" in page.text
    assert "Apply it after all" in page.text
    assert "Apply it after all" not in reader.get(f"/sources/runs/{held.id}").text
    assert "lacks 3 of 10" in reader.get("/sources").text
    url = f"/sources/runs/{held.id}/decide"
    assert reader.post(url, data={"decision": "apply", "note": "x"}).status_code == 403
    missing = operator.post(url, data={"decision": "apply", "note": " "})
    assert (missing.status_code, "Say in a sentence" in missing.text) == (400, True)
    assert operator.post(url, data={"decision": "apply", "note": "Announced <b>today</b>."}).status_code == 302
    shown = reader.get(f"/sources/runs/{held.id}").text
    assert "Announced &lt;b&gt;today&lt;/b&gt;." in shown
    assert operator.post(url, data={"decision": "reject", "note": "Late."}).status_code == 409


def test_a_held_list_is_thrown_away(client_for, database) -> None:
    take(feed(LIST), DAY1)
    held = take(feed(LIST[3:]), DAY2)
    operator = client_for("operator")
    answer = operator.post(f"/sources/runs/{held.id}/decide", data={"decision": "reject", "note": "Cut off."})
    assert "Nothing was changed" in operator.get(answer.location).text
    db.session.remove()
    assert queries.get_run(held.id).state == "rejected"


def test_operators_learn_how_many_suppliers_a_held_list_touches(client_for, database, acting, authority_ids) -> None:
    """A number over the network and no more: the others do not get even that."""
    from tests.factories.declarations import make_declaration

    acting("system")
    with db.transaction():
        for slug in ("stockholm", "stavanger"):
            make_declaration(owner_id=authority_ids[slug], smelters=(("CID900001", "gold"), ("CID900002", "gold")))
        make_declaration(owner_id=authority_ids["oslo"], smelters=(("CID900009", "gold"),))
    take(feed(LIST), DAY1)
    held = take(feed(LIST[3:]), DAY2)
    assert "Counting" in client_for("operator").get(f"/sources/runs/{held.id}").text
    deliver_all()
    db.session.remove()
    assert queries.get_run(held.id).counts["suppliers"] == 2
    assert "Suppliers touched" in client_for("operator").get(f"/sources/runs/{held.id}").text
    assert "Suppliers touched" not in client_for("oslo-officer").get(f"/sources/runs/{held.id}").text


def test_the_changes_are_downloaded_whole_and_harmless(client_for, database) -> None:
    take(feed(LIST), DAY1)
    run = take(feed([line(1, "Active"), line(2, name='=HYPERLINK("http://x")'), *LIST[2:9], line(11)]), DAY2)
    answer = client_for("stockholm-reader").get(f"/sources/runs/{run.id}/changes.csv")
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "change,facility_id,metal,name,field,from,to"
    assert "status_changed,CID900001,gold,Smelter 1,,Conformant,Active" in lines
    assert "removed,CID900010,gold,Smelter 10,,Conformant," in lines
    assert "added,CID900011,gold,Smelter 11,,,Conformant" in lines
    assert any("'=HYPERLINK" in one for one in lines)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_settings_are_saved_or_explained(client_for, database) -> None:
    operator = client_for("operator")
    url = "https://www.responsiblemineralsinitiative.org/list.csv"
    wrong = operator.post("/sources/rmap/settings", data={"url": "http://10.0.0.1/x", "interval_hours": "24"})
    assert (wrong.status_code, "not read from that address" in wrong.text) == (400, True)
    for hours in ("", "0", "often"):
        assert operator.post("/sources/rmap/settings", data={"url": url, "interval_hours": hours}).status_code == 400
    answer = operator.post("/sources/rmap/settings", data={"url": url, "interval_hours": "12", "enabled": "y"})
    assert answer.status_code == 302
    page = operator.get("/sources/rmap")
    assert url in page.text
    assert 'value="12"' in page.text
    fetched = operator.post("/sources/rmap/fetch")
    assert "/sources/runs/" in fetched.location
    again = operator.post("/sources/rmap/fetch")
    assert again.location == "/sources/rmap"
    assert "waiting already" in operator.get("/sources/rmap").text


def test_unknown_sources_and_runs_are_not_found(client_for, database) -> None:
    client = client_for("operator")
    assert client.get("/sources/unknown").status_code == 404
    assert client.get("/sources/runs/00000000-0000-7000-8000-000000000000").status_code == 404
    assert client.get("/smelters/nothing").status_code == 404
    assert client.post("/sources/unknown/fetch").status_code == 404


def test_rows_that_were_not_taken_are_shown_with_their_place(client_for, database) -> None:
    many = [line(number) for number in range(1, 21)]
    run = take(feed([*many, line(30, audit_date="<script>alert(1)</script>")]), DAY1)
    page = client_for("stockholm-officer").get(f"/sources/runs/{run.id}")
    assert "This is not a date as the list writes it" in page.text
    assert "&lt;script&gt;" in page.text
    assert "Last Audit Date" in page.text


def test_lists_of_runs_take_as_many_statements_as_one_run(client_for, database, acting) -> None:
    client = client_for("operator")
    counts = []
    for _ in range(2):
        acting("system")
        with db.transaction():
            for _ in range(10):
                make_run(finished_at=db.now())
        with counted_statements() as sent:
            assert client.get("/sources/rmap").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 14
