"""OS IDs and CIDs from a list to the pages: imported, found however written, shown, exported, taken back in."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import Actor
from portal.picture import dump
from portal.registry.imports import queries, services
from portal.registry.imports.fields import Field, guess
from portal.registry.imports.reading import read_table
from portal.registry.lookup import search
from portal.registry.models import Supplier, SupplierIdentifier, SupplierImport
from tests.client import PortalClient
from tests.events import deliver_all

Acting = Callable[[str], Actor]
ClientFor = Callable[[str | None], PortalClient]
OS_ID = "IN2019067X1K87G"
LIST = """Company,Country,OS ID,Smelter identification number
Halden Metals AB,Sweden,in-2019067-x1k87-g,"cid 000113; CID-001234"
Nordvik Smelting AS,Norge,,CID 002345
"""


def take_in(acting: Acting, content: bytes) -> SupplierImport:
    """Import a list whose columns are told apart by their headers."""
    officer = acting("stockholm-officer")
    table = read_table(content)
    with db.transaction():
        found = services.upload(officer, content=content, filename="list.csv", table=table)
        services.choose_columns(officer, found, guess(table), source="List 2026", source_date=date(2026, 5, 1))
        services.request_check(officer, found)
    import_id = found.id
    deliver_all()
    officer = acting("stockholm-officer")
    with db.transaction():
        services.request_apply(officer, queries.get_import(officer, import_id), add_duplicates=False)
    deliver_all()
    return queries.get_import(acting("stockholm-officer"), import_id)


@pytest.fixture
def listed(acting: Acting, database: str) -> dict[str, UUID]:
    """The suppliers of the list by their first word."""
    assert guess(read_table(LIST.encode()))[2:] == [Field.OS_ID, Field.CID]
    assert take_in(acting, LIST.encode()).counts["numbers"] == 4
    return {name.split()[0]: one for one, name in db.session.execute(select(Supplier.id, Supplier.legal_name))}


def test_they_are_stored_in_their_compact_form(listed: dict[str, UUID]) -> None:
    stored = select(SupplierIdentifier.supplier_id, SupplierIdentifier.scheme, SupplierIdentifier.value)
    assert {tuple(row) for row in db.session.execute(stored)} == {
        (listed["Halden"], "os_id", OS_ID),
        (listed["Halden"], "cid", "CID000113"),
        (listed["Halden"], "cid", "CID001234"),
        (listed["Nordvik"], "cid", "CID002345"),
    }


@pytest.mark.parametrize(
    ("typed", "who", "why"),
    [
        ("CID001234", "Halden", ("cid", "CID001234")),
        ("cid 001234", "Halden", ("cid", "CID001234")),
        ("CID-000113", "Halden", ("cid", "CID000113")),
        ("000113", "Halden", ("cid", "CID000113")),
        ("smelter id: cid.002345", "Nordvik", ("cid", "CID002345")),
        ("CID0023", "Nordvik", ("cid", "CID002345")),  # still being typed
        (OS_ID, "Halden", ("os_id", OS_ID)),
        ("IN 2019067 X1K87 G", "Halden", ("os_id", OS_ID)),
        ("in-2019067-x1k87-g", "Halden", ("os_id", OS_ID)),
        ("OS ID: IN2019067X1K87G", "Halden", ("os_id", OS_ID)),
        ("IN2019067", "Halden", ("os_id", OS_ID)),
    ],
)
def test_they_are_found_however_they_are_written(
    listed: dict[str, UUID], typed: str, who: str, why: tuple[str, str]
) -> None:
    assert [(hit.supplier_id, (hit.why_kind, hit.why_text)) for hit in search(typed)] == [(listed[who], why)]


@pytest.mark.parametrize("typed", ["CID001235", "IN2019067X1K87F", "001235"])
def test_another_number_finds_nobody(listed: dict[str, UUID], typed: str) -> None:
    assert search(typed) == []


def test_they_are_shown_with_why_they_were_found(client_for: ClientFor, listed: dict[str, UUID]) -> None:
    client = client_for("oslo-officer")
    results = client.get("/suppliers?q=cid-001234").text
    assert "Halden Metals AB" in results
    why = results[results.index('<p class="why">') :].partition("</p>")[0]
    assert "CID001234" in why
    assert "CID:" in why
    assert "Nordvik Smelting AS" not in results
    page = client.get(f"/suppliers/{listed['Halden']}").text
    assert all(number in page for number in (OS_ID, "CID000113", "CID001234"))


def test_the_export_has_them_and_is_taken_back_in_without_a_change(
    client_for: ClientFor, acting: Acting, listed: dict[str, UUID]
) -> None:
    exported = client_for("oslo-officer").get("/suppliers/export.csv").data
    rows = {row["Legal name"]: row for row in csv.DictReader(io.StringIO(exported.decode("utf-8-sig"), newline=""))}
    assert (rows["Halden Metals AB"]["OS ID"], rows["Halden Metals AB"]["CID"]) == (OS_ID, "CID000113; CID001234")
    assert rows["Nordvik Smelting AS"]["CID"] == "CID002345"
    again = take_in(acting, exported)
    assert again.counts["rejected"] == again.counts["created"] == again.counts["numbers"] == 0
    assert again.counts["matched"] == 2
    assert db.session.scalar(select(func.count()).select_from(SupplierIdentifier)) == 4


def test_the_dump_has_them_with_their_source(acting: Acting, listed: dict[str, UUID]) -> None:
    said = [json.loads(json.dumps(one, default=str)) for one in dump.everything(acting("oslo-officer"))]
    (halden,) = (one for one in said if one["type"] == "supplier" and one["id"] == str(listed["Halden"]))
    numbers = {(one["scheme"], one["value"], one["provenance"]["source"]) for one in halden["fields"]["identifiers"]}
    assert numbers == {
        (scheme, value, "List 2026") for scheme, value in (("os_id", OS_ID), ("cid", "CID000113"), ("cid", "CID001234"))
    }


@pytest.mark.parametrize(("number", "shown"), [("cid 003456", "CID003456"), ("in2019067x1k87g", OS_ID)])
def test_they_are_added_by_hand_by_their_form_alone(
    client_for: ClientFor, acting: Acting, listed: dict[str, UUID], number: str, shown: str
) -> None:
    client = client_for("barcelona-officer")
    address = f"/suppliers/{listed['Nordvik']}/identifiers/new"
    values = {"number": number, "scheme": "", "source": "Their letter", "source_date": "2026-05-01"}
    answer = client.post(address, data=values)
    if shown == OS_ID:
        assert "belongs to “Halden Metals AB”" in answer.text
    else:
        assert answer.status_code == 302
        assert shown in client.get(f"/suppliers/{listed['Nordvik']}").text


def test_several_of_them_do_not_tell_two_rows_of_a_company_apart(acting: Acting, listed: dict[str, UUID]) -> None:
    """Two organisation numbers are two companies; two CIDs are two smelters of one."""
    one_more = b"Company,Country,CID\nHalden Metals AB,SE,CID004567\n"
    assert take_in(acting, one_more).counts["created"] == 0
    held = select(SupplierIdentifier.value).where(
        SupplierIdentifier.supplier_id == listed["Halden"], SupplierIdentifier.scheme == "cid"
    )
    assert "CID004567" in db.session.scalars(held).all()
