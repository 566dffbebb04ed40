"""Notices on the database: dry run, applying whole or not at all, twice without a change, only our own contracts."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import BytesIO
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.contracts.models import Contract
from portal.contracts.notices import queries, services
from portal.contracts.notices.models import NoticeImport
from portal.contracts.notices.reading import read_notices
from portal.errors import Forbidden, InvalidTransition, NotFound
from portal.journal.models import JournalEntry
from portal.registry.identifiers import Identifier
from portal.registry.models import Supplier, SupplierIdentifier, SupplierName
from portal.registry.rules import ImportState
from tests.events import deliver_all
from tests.factories.contracts import make_contract
from tests.factories.registry import make_supplier
from tests.portal.contracts.notices import files

OFFICER = "stockholm-officer"


def check(acting, content: bytes, who: str = OFFICER) -> UUID:
    """Upload a file and let the worker check it."""
    actor = acting(who)
    with db.transaction():
        found = services.upload(actor, content=content, filename="notice.xml", notices=read_notices(content))
        services.request_check(actor, found)
    deliver_all()
    return found.id


def apply(acting, import_id: UUID, who: str = OFFICER, **choices) -> NoticeImport:
    actor = acting(who)
    values = {"our_buyers": [], "add_duplicates": False, "audience": Audience.OWNER, **choices}
    with db.transaction():
        services.request_apply(actor, queries.get_import(actor, import_id), **values)
    deliver_all()
    return queries.get_import(acting(who), import_id)


def everything(acting) -> tuple[int, ...]:
    acting("system")
    models = (Supplier, SupplierName, SupplierIdentifier, Contract)
    return tuple(db.session.scalar(select(func.count()).select_from(model)) or 0 for model in models)


def test_a_dry_run_says_what_would_come_and_adds_nothing(acting) -> None:
    import_id = check(acting, files.eforms())
    assert everything(acting) == (0, 0, 0, 0)
    found = queries.get_import(acting(OFFICER), import_id)
    assert (found.state, found.source_date) == (ImportState.CHECKED, date(2026, 3, 1))
    assert found.report["buyers"] == [{"name": "Region Stockholm", "ours": True}]
    assert [(one["name"], one["outcome"], one["reason"]) for one in found.report["suppliers"]] == [
        ("Halden Computing AB", "created", None),
        ("Nordvik Displays AS", "created", None),
        ("Fjell Telefoni AB", "created", "notice_number_left_out"),
    ]
    assert [(one["outcome"], one["number"], one["winner"]) for one in found.report["contracts"]] == [
        ("created", "RS 2026-0101", "Halden Computing AB"),
        ("created", "11111111-2222-4333-8444-555555555555/LOT-0002", "Fjell Telefoni AB"),
    ]


def test_applying_adds_suppliers_and_contracts_with_their_source(acting, authority_ids) -> None:
    found = apply(acting, check(acting, files.eforms()), audience=Audience.MEMBERS)
    assert found.state == ImportState.APPLIED
    actor = acting("oslo-officer")
    laptops, phones = db.session.scalars(select(Contract).order_by(Contract.title)).all()
    assert (laptops.title, laptops.number, laptops.product_group) == ("Bärbara datorer", "RS 2026-0101", "computers")
    assert (laptops.starts_on, laptops.ends_on) == (date(2026, 2, 1), date(2028, 1, 31))
    assert (laptops.value_minor, laptops.currency) == (125_000_050, "SEK")
    assert (laptops.notice_id, laptops.notice_part) == (
        "11111111-2222-4333-8444-555555555555",
        "LOT-0001/CON-0001/ORG-0002",
    )
    assert laptops.owner_id == authority_ids["stockholm"] != actor.authority_id
    assert (phones.product_group, phones.starts_on, phones.value_minor) == ("phones", date(2026, 3, 1), None)
    number = db.session.scalars(select(SupplierIdentifier).where(SupplierIdentifier.value == "5560360793")).one()
    assert number.scheme == "se.orgnr"
    assert number.supplier_id == laptops.supplier_id
    assert number.source == "Procurement notice 11111111-2222-4333-8444-555555555555"
    assert number.source_date == date(2026, 3, 1)
    acting("system")
    actions = set(db.session.scalars(select(JournalEntry.action)))
    assert {"notice.uploaded", "notice.checked", "notice.applied", "contract.added"} <= actions


def test_importing_it_again_changes_nothing(acting) -> None:
    apply(acting, check(acting, files.eforms()))
    before = everything(acting)
    again = apply(acting, check(acting, files.eforms()))
    assert everything(acting) == before
    assert [one["outcome"] for one in again.report["contracts"]] == ["known", "known"]
    assert [one["outcome"] for one in again.report["suppliers"]] == ["matched"] * 3


def test_a_later_release_of_the_process_changes_nothing(acting) -> None:
    apply(acting, check(acting, files.ocds(files.awarded()), "oslo-officer"), "oslo-officer")
    before = everything(acting)
    assert before == (1, 1, 1, 1)
    apply(acting, check(acting, files.ocds(files.awarded(), files.signed()), "oslo-officer"), "oslo-officer")
    assert everything(acting) == before


def test_a_contract_that_was_typed_in_is_not_made_again(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        halden = make_supplier("Halden", "SE", identifiers=(Identifier("se.orgnr", "5560360793"),))
        make_contract(owner_id=authority_ids["stockholm"], supplier_id=halden.id, number="RS 2026-0101")
    found = apply(acting, check(acting, files.eforms()))
    first, second = found.report["contracts"]
    assert (first["outcome"], first["reason"]) == ("known", "notice_same_number")
    assert second["outcome"] == "created"
    assert found.report["suppliers"][0]["reason"] == "matched_other_name"


def test_a_number_of_another_contract_gets_the_lot_behind_it(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_contract(owner_id=authority_ids["stockholm"], number="RS 2026-0101")
    found = apply(acting, check(acting, files.eforms(ORG_0002=("Elg Data AB", "SWE", "556012-5790"))))
    assert found.report["contracts"][0]["number"] == "RS 2026-0101/LOT-0001"
    assert found.report["contracts"][0]["outcome"] == "created"


def test_where_another_buys_only_the_suppliers_come(acting) -> None:
    found = apply(acting, check(acting, files.eforms(), "oslo-officer"), "oslo-officer")
    assert everything(acting) == (3, 3, 2, 0)
    assert {(one["outcome"], one["reason"]) for one in found.report["contracts"]} == {
        ("not_ours", "notice_other_buyer")
    }


def test_a_buyer_that_a_person_recognises_is_remembered(acting) -> None:
    content = files.eforms(ORG_0001=("Stockholms läns landsting", "SWE", "232100-0016"))
    import_id = check(acting, content)
    found = queries.get_import(acting(OFFICER), import_id)
    assert found.report["buyers"] == [{"name": "Stockholms läns landsting", "ours": False}]
    found = apply(acting, import_id, our_buyers=["Stockholms läns landsting", "Somebody else"])
    assert [one["outcome"] for one in found.report["contracts"]] == ["created", "created"]
    assert found.our_buyers == ["stockholms lans landsting"]
    next_one = check(acting, content.replace(b"11111111-2222", b"99999999-2222").replace(b"2026-0101", b"2026-0202"))
    found = queries.get_import(acting(OFFICER), next_one)
    assert found.report["buyers"][0]["ours"]
    assert found.report["contracts"][0]["outcome"] == "created"
    # What Stockholm said is Stockholm's; for Oslo the buyer is another one.
    others = check(acting, content, "oslo-officer")
    other = queries.get_import(acting("oslo-officer"), others)
    assert not other.report["buyers"][0]["ours"]


def test_a_possible_duplicate_keeps_its_contract_waiting(acting) -> None:
    acting("system")
    with db.transaction():
        make_supplier("Halden Computng AB", "SE")
    found = apply(acting, check(acting, files.eforms()))
    assert found.report["suppliers"][0]["outcome"] == "possible_duplicate"
    assert (found.report["contracts"][0]["outcome"], found.report["contracts"][0]["reason"]) == (
        "waits",
        "notice_supplier_open",
    )
    again = apply(acting, check(acting, files.eforms()), add_duplicates=True)
    assert [one["outcome"] for one in again.report["contracts"]] == ["created", "known"]


def test_a_person_does_not_come_into_the_registry(acting) -> None:
    person = ("Somebody with a firm", "ESP", "12345678Z")
    found = apply(acting, check(acting, files.eforms(ORG_0004=person)))
    assert found.report["suppliers"][2] == {
        "name": "",
        "outcome": "rejected",
        "reason": "notice_person",
        "params": {},
        "supplier_id": None,
    }
    assert found.report["contracts"][1]["outcome"] == "waits"
    acting("system")
    assert "Somebody with a firm" not in set(db.session.scalars(select(Supplier.legal_name)))


def test_only_its_authority_sees_an_import_and_readers_import_nothing(acting) -> None:
    import_id = check(acting, files.eforms())
    for other in ("oslo-officer", "stavanger-officer"):
        with pytest.raises(NotFound):
            queries.get_import(acting(other), import_id)
    reader = acting("stockholm-reader")
    with pytest.raises(Forbidden):
        services.request_check(reader, queries.get_import(reader, import_id))


def test_applying_twice_is_refused_and_a_second_delivery_does_nothing(acting) -> None:
    import_id = check(acting, files.eforms())
    apply(acting, import_id)
    before = everything(acting)
    services.run(import_id)
    with pytest.raises(InvalidTransition):
        apply(acting, import_id)
    assert everything(acting) == before


def test_two_imports_of_one_notice_at_once_make_it_once(servers, database, acting) -> None:
    engine = db.configure(servers.app_url(database), pool_size=6)
    imports = [check(acting, files.eforms()), check(acting, files.eforms())]
    actor = acting(OFFICER)
    with db.transaction():
        for import_id in imports:
            services.begin(actor, queries.get_import(actor, import_id), ImportState.APPLYING)
    barrier = Barrier(2)

    def work(import_id: UUID, actor: Actor) -> None:
        db.set_scope(authority_id=None, system=True)
        barrier.wait()
        try:
            with db.transaction():
                services.run(import_id)
        finally:
            db.session.remove()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, one, actor) for one in imports]:
            done.result(60)
    assert everything(acting) == (3, 3, 2, 2)
    db.session.remove()
    engine.dispose()


def test_the_pages(client_for, acting) -> None:
    client = client_for(OFFICER)
    assert "Import a procurement notice" in client.get("/imports").text
    bad = client.post("/imports/notices", data={"file": (BytesIO(b"<html/>"), "x.xml")})
    assert "no eForms notice" in bad.text
    answer = client.post("/imports/notices", data={"file": (BytesIO(files.eforms()), "n.xml")})
    assert answer.status_code == 302
    assert "The dry run is under way" in client.get(answer.location).text
    deliver_all()
    page = client.get(answer.location).text
    assert "Region Stockholm is your authority." in page
    assert "RS 2026-0101" in page
    assert everything(acting) == (0, 0, 0, 0)
    client.post(f"{answer.location}/apply", data={"duplicates": "skip", "audience": "members"})
    deliver_all()
    page = client.get(answer.location).text
    assert "What was done" in page
    assert "/contracts/" in page
    assert everything(acting) == (3, 3, 2, 2)
    assert "n.xml" in client.get("/imports/notices").text
    assert client_for("oslo-officer").get(answer.location).status_code == 404
    assert "n.xml" not in client_for("oslo-officer").get("/imports/notices").text


@pytest.fixture
def portal(servers, database, settings, tmp_path):
    def run(content: bytes, *options: str) -> "subprocess.CompletedProcess[str]":
        path = tmp_path / "notice.xml"
        path.write_bytes(content)
        return subprocess.run(
            [sys.executable, "-m", "portal.cli", "contracts", "import-notice", str(path), *options],
            capture_output=True,
            text=True,
            env={**os.environ, "APP_DATABASE_URL": servers.app_url(database)},
            check=False,
        )

    return run


def test_the_command(portal, acting) -> None:
    done = portal(files.eforms(), "--as", "stockholm", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 suppliers and 2 contracts would be added" in done.stdout
    assert everything(acting) == (0, 0, 0, 0)
    done = portal(files.eforms(), "--as", "stockholm", "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(result) == {"dry_run", "notices", "buyers", "counts", "suppliers", "contracts"}
    assert result["counts"]["contracts_created"] == 2
    assert everything(acting) == (3, 3, 2, 2)
    done = portal(files.catalan(), "--as", "oslo", "--buyer", "Barcelona City Council", "--audience", "members")
    assert done.returncode == 0
    assert everything(acting)[3] == 3
    done = portal(files.eforms(ORG_0004=("A person", "ESP", "12345678Z")), "--as", "oslo", "--dry-run")
    assert done.returncode == 1
    done = portal(b"<html/>", "--as", "stockholm", "--json")
    assert done.returncode == 2
    assert "no eForms notice" in json.loads(done.stdout)["error"]["message"]
