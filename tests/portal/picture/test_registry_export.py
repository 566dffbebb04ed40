"""The registry as a file: filters, counts of each reader's own, one consistent moment, constant memory."""

import csv
import io
import json
import os
import subprocess
import sys
from datetime import date, datetime
from threading import Event as Signal
from threading import Thread
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, insert, select, text

from portal import db
from portal.clock import today
from portal.picture import registry_export
from portal.registry.imports import services
from portal.registry.imports.fields import guess
from portal.registry.imports.reading import read_table
from portal.registry.lookup_list import Narrowing
from portal.registry.models import Follow, Supplier, SupplierName
from portal.registry.rules import RowOutcome
from tests.factories.assessments import make_assessment
from tests.factories.contracts import make_contract
from tests.factories.dialogues import make_dialogue
from tests.factories.registry import make_identifier, make_import, make_name, make_role, make_supplier
from tests.statements import counted_statements

ALL = Narrowing()


def read_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.fixture
def world(acting, authority_ids) -> Supplier:
    """Halden with all kinds of facts, Stockholm's follow-up of it shared with Stavanger only; and two others."""
    acting("system")
    with db.transaction():
        halden = make_supplier("Halden Computing AB", "SE")
        make_name(halden, "Datorhuset", "former")
        make_name(halden, "=Halden", "trading")
        make_role(halden, "reseller")
        make_role(halden, "brand")
        make_identifier(halden, "se.orgnr", "5560360793")
        make_identifier(halden, "vat", "SE556036079301")
        child = make_supplier("Halden Norge AS", "NO", parent_id=halden.id)
        make_identifier(child, "us.ein", "041234567")
        make_supplier("Älvdata", None)
        db.session.add(Follow(authority_id=authority_ids["stockholm"], supplier_id=halden.id))
        db.session.add(Follow(authority_id=authority_ids["oslo"], supplier_id=halden.id))
        ours: dict[str, Any] = {
            "owner_id": authority_ids["stockholm"],
            "audience": "named",
            "named_ids": [authority_ids["stavanger"]],
            "supplier_id": halden.id,
        }
        make_contract(**ours)
        make_contract(ends_on=date(2026, 1, 2), **ours)
        make_assessment(as_of=date(2026, 3, 1), **ours)
        make_assessment(as_of=date(2026, 5, 1), **(ours | {"audience": "owner", "named_ids": []}))
        make_dialogue(**ours)
    return halden


def test_csv_says_what_the_reader_may_see(client_for, world) -> None:
    answer = client_for("stavanger-officer").get("/suppliers/export.csv")
    assert answer.headers["Content-Disposition"] == f"attachment; filename=suppliers-{today()}.csv"
    rows = read_csv(answer.data)
    assert [row["Legal name"] for row in rows] == ["Älvdata", "Halden Computing AB", "Halden Norge AS"]
    halden = rows[1]
    assert halden["Record in the portal"] == str(world.id)
    assert halden["Organisationsnummer (Sweden)"] == "556036-0793"
    assert halden["VAT number"] == "SE 556036079301"
    assert "LEI" not in halden
    assert halden["Other names"] == "Datorhuset (Former name); =Halden (Trading name)"
    assert halden["Role in the supply chain"] == "Brand; Reseller"
    assert rows[0]["Role in the supply chain"] == ""
    assert halden["Followed by"] == "City of Oslo; Region Stockholm"
    assert (halden["Newest assessment"], halden["Assessed by"]) == ("2026-03-01", "Region Stockholm")
    assert (halden["Running contracts"], halden["Open commitments"]) == ("1", "1")
    assert rows[2]["Parent company"] == "Halden Computing AB"
    assert rows[0]["Country"] == ""


@pytest.mark.parametrize(
    ("persona", "assessed", "contracts"),
    [("stockholm-reader", "2026-05-01", "1"), ("oslo-officer", "", "0"), ("barcelona-officer", "", "0")],
)
def test_numbers_are_each_readers_own(client_for, world, persona: str, assessed: str, contracts: str) -> None:
    halden = read_csv(client_for(persona).get("/suppliers/export.csv").data)[1]
    assert (halden["Newest assessment"], halden["Running contracts"]) == (assessed, contracts)


def test_operators_get_the_registry_without_follow_up(client_for, world) -> None:
    rows = read_csv(client_for("operator").get("/suppliers/export.csv").data)
    assert len(rows) == 3
    assert "Newest assessment" not in rows[0]
    assert rows[1]["Followed by"] == "City of Oslo; Region Stockholm"


def test_the_filters_of_the_page_and_its_language_hold(client_for, world) -> None:
    client = client_for("stockholm-officer")
    page = client.get("/suppliers?country=SE&q=halden").text
    address = "/suppliers/export.csv?country=SE&amp;q=halden"
    assert address in page
    assert [row["Legal name"] for row in read_csv(client.get(address.replace("&amp;", "&")).data)] == [
        "Halden Computing AB"
    ]
    assert read_csv(client.get("/suppliers/export.csv?q=nobody-has-this-name").data) == []
    client.post("/preferences", data={"lang": "sv"})
    assert "Organisationsnummer (Sverige)" in read_csv(client.get("/suppliers/export.csv").data)[0]


def test_xlsx_has_types(client_for, world) -> None:
    answer = client_for("stavanger-officer").get("/suppliers/export.xlsx")
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    header, _alv, halden, norge = (list(row) for row in sheet.iter_rows())
    column = {cell.value: index for index, cell in enumerate(header)}
    assert halden[column["Newest assessment"]].value == datetime(2026, 3, 1)
    assert halden[column["Running contracts"]].value == 1
    ein = norge[column["EIN (United States)"]]
    assert (ein.value, ein.data_type) == ("04-1234567", "s")


def test_the_address_must_be_signed_in(client_for) -> None:
    assert client_for(None).get("/suppliers/export.csv").status_code == 302


def test_an_export_can_be_imported_and_changes_nothing(acting, client_for, world) -> None:
    data = client_for("stockholm-officer").get("/suppliers/export.csv").data
    acting("stockholm-officer")
    table = read_table(data)
    mapping = {str(index): field.value for index, field in enumerate(guess(table))}
    plan = services.plan_import(table, mapping, lambda *_: None, add_duplicates=False)
    assert [row.outcome for row in plan.rows] == [RowOutcome.MATCHED] * 3
    counts = plan.counts()
    assert {counts[name] for name in ("suppliers", "names", "numbers", "sites", "parents")} == {0}


def many(count: int) -> None:
    """So many suppliers with a legal and a former name each."""
    ids = list(db.session.scalars(select(func.uuidv7()).select_from(func.generate_series(1, count))))
    rows = [
        {"id": one, "legal_name": f"Firm {n:06d}", "sort_key": f"firm {n:06d}", "country": "SE"}
        for n, one in enumerate(ids)
    ]
    db.session.execute(insert(Supplier.__table__), rows)  # type: ignore[arg-type]
    stamp = {"source": "test", "source_date": date(2026, 1, 1)}
    names = [
        {"supplier_id": row["id"], "name": name, "kind": kind, "norm": name.lower(), "core": name.lower(), **stamp}
        for row in rows
        for kind, name in (("legal", row["legal_name"]), ("former", f"Old {row['legal_name']}"))
    ]
    db.session.execute(insert(SupplierName.__table__), names)  # type: ignore[arg-type]


def test_a_long_list_takes_few_statements_and_no_supplier_twice(acting, monkeypatch) -> None:
    monkeypatch.setattr(registry_export, "BATCH", 100)
    acting("system")
    with db.transaction():
        many(950)
    actor = acting("stockholm-officer")
    with db.snapshot(authority_id=actor.authority_id, locked=""), counted_statements() as ran:
        names = [line.name for line in registry_export.lines(actor, ALL)]
    assert names == [f"Firm {n:06d}" for n in range(950)]
    assert len(ran) <= 10 * 8


def test_an_export_during_an_import_is_all_before_or_all_after(servers, database, acting, monkeypatch) -> None:
    """The import commits after the export's first batch; the export goes on as if it had not happened."""
    monkeypatch.setattr(registry_export, "BATCH", 10)
    acting("system")
    with db.transaction():
        many(30)
    engine = db.configure(servers.app_url(database), pool_size=4)
    actor = acting("stockholm-officer")
    begun, imported = Signal(), Signal()
    failed: list[BaseException] = []

    def import_meanwhile() -> None:
        try:
            begun.wait(30)
            db.set_scope(authority_id=actor.authority_id)
            lines = "".join(f"Firm 0000{n:02d}B,SE\nZulu {n},NO\n" for n in range(30))
            content = f"company,country\n{lines}".encode()
            table = read_table(content)
            with db.transaction():
                found = make_import(owner_id=actor.authority_id, content=content, state="applying")
                services.apply(actor, found, table, lambda *_: None)
        except BaseException as error:
            failed.append(error)
        finally:
            db.session.remove()
            imported.set()

    thread = Thread(target=import_meanwhile)
    thread.start()
    with db.snapshot(authority_id=actor.authority_id, locked=""):
        lines = registry_export.lines(actor, ALL)
        during = [next(lines).name]
        begun.set()
        assert imported.wait(60)
        during += [line.name for line in lines]
    thread.join()
    assert failed == []
    with db.snapshot(authority_id=actor.authority_id, locked=""):
        after = [line.name for line in registry_export.lines(actor, ALL)]
    assert during == [f"Firm {n:06d}" for n in range(30)]
    assert len(after) > 50
    db.session.remove()
    engine.dispose()


def test_a_snapshot_cannot_write(acting) -> None:
    acting("system")
    with db.snapshot(authority_id=None, locked=""), pytest.raises(Exception, match="read-only transaction"):
        db.session.execute(text("UPDATE supplier SET version = version"))
    with db.transaction():  # and the session is as it was before
        make_supplier("After the snapshot AB")


@pytest.fixture
def portal(servers, database, settings):
    def run(*words: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [sys.executable, "-m", "portal.cli", *words],
            capture_output=True,
            env={**os.environ, "APP_DATABASE_URL": servers.app_url(database)},
            check=False,
        )

    return run


def test_the_command_writes_each_kind(portal, world, tmp_path) -> None:
    done = portal("suppliers", "export", "--as", "stavanger")
    assert (done.returncode, done.stderr) == (0, b"")
    assert read_csv(done.stdout)[1]["Running contracts"] == "1"
    path = tmp_path / "out.xlsx"
    done = portal("suppliers", "export", "--as", "oslo", "--format", "xlsx", "-o", str(path))
    assert (done.returncode, done.stdout) == (0, b"")
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert sheet.max_row == 4
    done = portal("suppliers", "export", "--as", "stavanger", "--format", "jsonl")
    halden = next(one for one in map(json.loads, done.stdout.splitlines()) if one["id"] == str(world.id))
    assert halden == {
        "id": str(world.id),
        "name": "Halden Computing AB",
        "country": "SE",
        "identifiers": [
            {"scheme": "se.orgnr", "value": "5560360793"},
            {"scheme": "vat", "value": "SE556036079301"},
        ],
        "other_names": [{"kind": "former", "name": "Datorhuset"}, {"kind": "trading", "name": "=Halden"}],
        "parent": None,
        "roles": ["brand", "reseller"],
        "followed_by": ["oslo", "stockholm"],
        "newest_assessment": {"on": "2026-03-01", "by": "stockholm"},
        "running_contracts": 1,
        "open_commitments": 1,
        "overdue_commitments": 0,
    }


def test_the_command_refuses_what_it_cannot_do(portal, world, tmp_path) -> None:
    nowhere = tmp_path / "missing" / "out.csv"
    done = portal("suppliers", "export", "--as", "stockholm", "-o", str(nowhere))
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr
    assert portal("suppliers", "export", "--as", "nowhere").returncode == 2
    assert list(tmp_path.iterdir()) == []
