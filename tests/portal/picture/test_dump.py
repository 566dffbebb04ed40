"""The dump of what one may see: nothing of others that is not shared, everything that is, whole and in batches."""

import json
import os
import subprocess
import sys
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from portal import db
from portal.dialogues.models import PrivateNote
from portal.picture import dump
from portal.registry.models import Follow
from tests.factories.assessments import make_assessment
from tests.factories.audits import make_audit
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.dialogues import make_dialogue
from tests.factories.findings import make_finding, make_release
from tests.factories.registry import make_identifier, make_name, make_role, make_supplier
from tests.factories.requests import make_request
from tests.personas import AUTHORITIES, PERSONAS
from tests.statements import counted_statements

MAKERS = {
    "contract": (make_contract, "title"),
    "assessment": (make_assessment, "method"),
    "dialogue": (make_dialogue, "subject"),
    "audit": (make_audit, "title"),
    "declaration": (make_declaration, "company_name"),
    "request": (make_request, "instructions"),
    "finding": (make_finding, "title"),
    "finding_summary": (make_release, "summary"),
}
WRITERS = [name for name, one in PERSONAS.items() if one.slug and one.role in ("officer", "coordinator")]


def read(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def marks(acting, authority_ids: dict[str, UUID]) -> dict[str, set[str]]:
    """A record of each kind x owner x audience (named: one authority each); mark -> who may see it."""
    acting("system")
    seen: dict[str, set[str]] = {}
    days = iter(range(1, 10_000))
    with db.transaction():
        for kind, (make, text) in MAKERS.items():
            for owner in AUTHORITIES:
                others = [slug for slug in AUTHORITIES if slug != owner]
                audiences = [("owner", []), ("members", []), *(("named", [other]) for other in others)]
                for audience, named in audiences:
                    mark = f"Mark-{kind}-{owner}-{audience}-{'-'.join(named)}."
                    seen[mark] = {owner, *named} | (set(AUTHORITIES) if audience == "members" else set())
                    values: dict[str, Any] = {"named_ids": [authority_ids[one] for one in named], text: mark}
                    if kind == "audit":
                        values["starts_on"] = date.fromordinal(date(2027, 1, 1).toordinal() + 10 * next(days))
                    make(owner_id=authority_ids[owner], audience=audience, **values)
    return seen


@pytest.mark.parametrize("persona", WRITERS)
def test_a_dump_holds_what_one_may_see_and_nothing_else(client_for, marks, persona: str) -> None:
    answer = client_for(persona).get("/authority/data.jsonl")
    assert answer.mimetype == "application/jsonl"
    slug = PERSONAS[persona].slug
    visible = {mark for mark, who in marks.items() if slug in who}
    assert {mark for mark in marks if mark in answer.text} == visible
    head, *records, end = read(answer.text)
    assert (head["type"], head["fields"]["for"], head["fields"]["format"]) == ("dump", slug, 1)
    assert end["type"] == "end"
    assert end["fields"]["records"] == len(records)
    for one in records:
        assert set(one) == {"type", "id", "fields", "provenance"}
        if one["type"] in MAKERS:
            who = one["provenance"]
            assert who["owner"] == slug or who["audience"] == "members" or slug in who["named"]


@pytest.mark.parametrize(("persona", "status"), [("stockholm-reader", 403), ("operator", 403), (None, 302)])
def test_readers_operators_and_visitors_take_nothing_along(client_for, persona: str | None, status: int) -> None:
    assert client_for(persona).get("/authority/data.jsonl").status_code == status


def test_the_page_leads_to_it(client_for) -> None:
    assert "/authority/data.jsonl" in client_for("stockholm-officer").get("/authority").text
    assert "/authority/data.jsonl" not in client_for("stockholm-reader").get("/authority").text


def test_private_notes_are_their_authors_own(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        entry = make_dialogue(owner_id=authority_ids["stockholm"], audience="members")
    for slug in ("stockholm", "oslo"):
        acting(f"{slug}-officer")
        with db.transaction():
            db.session.add(PrivateNote(dialogue_id=entry.id, owner_id=authority_ids[slug], text=f"Note of {slug}"))
    text = client_for("oslo-officer").get("/authority/data.jsonl").text
    assert "Note of oslo" in text
    assert "Note of stockholm" not in text


def test_a_hidden_entry_is_not_told_by_its_correction(client_for, acting, authority_ids) -> None:
    acting("system")
    owner_id = authority_ids["stockholm"]
    with db.transaction():
        wrong = make_dialogue(owner_id=owner_id)
        right = make_dialogue(owner_id=owner_id, audience="members", corrects_id=wrong.id)
    told = {
        persona: next(
            one["fields"]["corrects"]
            for one in read(client_for(persona).get("/authority/data.jsonl").text)
            if one["id"] == str(right.id)
        )
        for persona in ("stockholm-officer", "oslo-officer")
    }
    assert told == {"stockholm-officer": str(wrong.id), "oslo-officer": None}


def test_suppliers_come_with_the_provenance_of_each_fact(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier("Halden Computing AB", "SE", brought_in_by_id=authority_ids["oslo"])
        make_name(supplier, "Datorhuset", "former", entered_by_id=authority_ids["oslo"], source="Annual report")
        make_identifier(supplier)
        make_role(supplier, "brand", entered_by_id=authority_ids["oslo"])
        db.session.add(Follow(authority_id=authority_ids["stavanger"], supplier_id=supplier.id))
    _head, found, _end = read(client_for("barcelona-officer").get("/authority/data.jsonl").text)
    assert (found["type"], found["id"]) == ("supplier", str(supplier.id))
    assert found["provenance"]["brought_in_by"] == "oslo"
    assert found["fields"]["followed_by"] == ["stavanger"]
    former = next(one for one in found["fields"]["names"] if one["kind"] == "former")
    assert former["provenance"] == {"source": "Annual report", "source_date": "2026-01-01", "entered_by": "oslo"}
    assert found["fields"]["identifiers"][0]["value"] == "5560360793"
    (role,) = found["fields"]["roles"]
    assert (role["role"], role["provenance"]["entered_by"]) == ("brand", "oslo")
    assert found["fields"]["sites"][0]["address"] == "1 Main Street, Halden"


def test_many_records_take_few_statements(acting, monkeypatch) -> None:
    monkeypatch.setattr(dump, "BATCH", 10)
    acting("system")
    with db.transaction():
        for number in range(25):
            make_supplier(f"Firm {number}")
    actor = acting("stockholm-officer")
    with db.snapshot(authority_id=actor.authority_id, locked=""), counted_statements() as ran:
        found = list(dump.everything(actor))
    assert len({one["id"] for one in found if one["type"] == "supplier"}) == 25
    assert len(ran) <= 3 * 5 + 14


def test_the_command(servers, database, settings, marks, tmp_path) -> None:
    path = tmp_path / "dump.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "portal.cli", "dump", "--as", "oslo", "-o", str(path)],
        capture_output=True,
        env={**os.environ, "APP_DATABASE_URL": servers.app_url(database)},
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    text = path.read_text()
    assert {mark for mark in marks if mark in text} == {mark for mark, who in marks.items() if "oslo" in who}
    assert read(text)[-1]["type"] == "end"
