"""Declarations through the screens: upload, what to fix, smelters beside the lists, refusals, audience."""

import io

import pytest
from sqlalchemy import func, select

from portal import db
from portal.declarations import check
from portal.declarations.checks import completeness
from portal.declarations.models import Declaration, DeclarationFinding, SmelterLine
from portal.declarations.rules import RULES_VERSION
from portal.evidence.models import EvidenceItem, FileBlob
from tests.factories.declarations import make_declaration
from tests.factories.registry import make_supplier
from tests.portal.declarations.workbooks import Draft


@pytest.fixture
def supplier_id(acting):
    acting("system")
    with db.transaction():
        return make_supplier("Prøvekabel Example AS", "NO").id


def upload(client, supplier_id, content: bytes, **values: str):
    data = {"file": (io.BytesIO(content), "cmrt.xlsx"), "received_on": "20.11.2026", "audience": "members", **values}
    return client.post(f"/suppliers/{supplier_id}/declarations/new", data=data, follow_redirects=True)


def test_an_upload_is_read_checked_and_shown(client_for, acting, supplier_id) -> None:
    page = upload(client_for("stavanger-officer"), supplier_id, Draft().to_bytes())
    assert "The declaration is saved and checked." in page.text
    assert "CMRT 6.5 of Prøvekabel Example AS" in page.text
    assert "Aurora Probe Refining" in page.text
    assert "Not checked" in page.text, "no list was synced, so nothing may look as if it had been"

    acting("oslo-officer")
    declaration = db.session.scalars(select(Declaration)).one()
    assert declaration.counts["smelter_rows"] == 5
    lines = db.session.scalars(select(SmelterLine).order_by(SmelterLine.row)).all()
    assert [(line.metal, line.resolved_id) for line in lines[:2]] == [("gold", "CID900001"), ("gold", "CID900002")]
    assert client_for("oslo-officer").get(f"/files/{declaration.evidence_id}").data.startswith(b"PK")


def test_no_personal_data_of_contacts_is_kept(client_for, acting, supplier_id) -> None:
    upload(client_for("stavanger-officer"), supplier_id, Draft().to_bytes())
    acting("stavanger-officer")
    declaration = db.session.scalars(select(Declaration)).one()
    kept = f"{declaration.answers} {declaration.counts} {[finding.params for finding in declaration.findings]}"
    assert "eksempel@example.com" not in kept
    assert "+00 000" not in kept


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"name;country\nHalden;SE\n", "not a spreadsheet"),
        (Draft().to_bytes()[:5000], "damaged"),
    ],
)
def test_a_refused_file_says_why_and_leaves_nothing(client_for, acting, supplier_id, content, words) -> None:
    page = upload(client_for("stavanger-officer"), supplier_id, content)
    assert words in page.text
    assert 'href="#file"' in page.text
    acting("system")
    for model in (Declaration, EvidenceItem, FileBlob):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_the_same_file_twice_is_told_and_kept_once(client_for, acting, supplier_id) -> None:
    client, content = client_for("stavanger-officer"), Draft().to_bytes()
    upload(client, supplier_id, content)
    assert "this very file" in upload(client, supplier_id, content).text
    acting("system")
    assert db.session.scalar(select(func.count()).select_from(Declaration)) == 1


def test_a_day_in_the_future_is_refused(client_for, supplier_id) -> None:
    page = upload(client_for("stavanger-officer"), supplier_id, Draft().to_bytes(), received_on="1.1.2099")
    assert "lies in the future" in page.text


def test_findings_stand_with_cell_reason_and_remedy(client_for, supplier_id) -> None:
    page = upload(client_for("stavanger-officer"), supplier_id, Draft(cells={"D8": None}).to_bytes())
    assert "The company name is missing." in page.text
    assert "D8" in page.text
    assert "Must fix" in page.text


def test_who_sees_it_can_be_changed_with_the_file(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        declaration = make_declaration(owner_id=authority_ids["stavanger"])
    reader = client_for("stockholm-reader")
    assert reader.get(f"/declarations/{declaration.id}").status_code == 404
    client_for("stavanger-officer").post(f"/declarations/{declaration.id}/audience", data={"audience": "members"})
    assert reader.get(f"/declarations/{declaration.id}").status_code == 200
    assert reader.get(f"/files/{declaration.evidence_id}").status_code == 200


def test_rows_are_exported_neutralised(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        declaration = make_declaration(owner_id=authority_ids["stavanger"], smelters=(("CID900001", "gold"),))
        db.session.scalars(select(SmelterLine)).one().declared_name = "=HYPERLINK(1)"
    text = client_for("stavanger-officer").get(f"/declarations/{declaration.id}/smelters.csv").text
    assert "'=HYPERLINK(1)" in text
    assert "CID900001" in text


def test_checking_again_adds_and_rewrites_nothing(client_for, acting, supplier_id, monkeypatch) -> None:
    client = client_for("stavanger-officer")
    upload(client, supplier_id, Draft(cells={"D8": None}).to_bytes())
    acting("stavanger-officer")
    declaration = db.session.scalars(select(Declaration)).one()
    before = [(one.id, one.code) for one in declaration.findings]
    assert "company_name_missing" in {code for _, code in before}

    monkeypatch.setattr(check, "RULES_VERSION", "2031.1")
    monkeypatch.setattr(completeness, "_fields", lambda _reading: iter(()))
    page = client.post(f"/declarations/{declaration.id}/check", follow_redirects=True)
    assert "What was found before is kept." in page.text
    assert "The company name is missing." not in page.text
    assert "1 to fix" in page.text, "the earlier check is listed with what it found"

    acting("stavanger-officer")
    declaration = db.session.scalars(select(Declaration)).one()
    assert [one.rules_version for one in declaration.checks] == ["2031.1", RULES_VERSION]
    assert declaration.rules_version == "2031.1"
    assert "company_name_missing" not in {one.code for one in declaration.findings}
    kept = db.session.scalars(select(DeclarationFinding).where(DeclarationFinding.id.in_([one for one, _ in before])))
    assert {(one.id, one.code) for one in kept} == set(before)


def test_only_the_owner_checks_again(client_for, acting, supplier_id) -> None:
    upload(client_for("stavanger-officer"), supplier_id, Draft().to_bytes())
    acting("oslo-officer")
    declaration = db.session.scalars(select(Declaration)).one()
    assert client_for("oslo-officer").post(f"/declarations/{declaration.id}/check").status_code == 403


def test_the_list_of_an_unrelated_supplier_is_pointed_out_only_to_who_sees_it(client_for, acting, supplier_id) -> None:
    lookup = [("Gold", f"Works {n}", f"Works {n}", "NORWAY", f"CID{910000 + n}") for n in range(25)]
    rows = [{"A": entry[4]} for entry in lookup]
    acting("system")
    with db.transaction():
        other_id = make_supplier("Copied Example AB", "SE").id
    first = Draft(lookup=lookup, rows=rows).to_bytes()
    second = Draft(lookup=lookup, rows=rows[::-1], cells={"D8": "Another name"}).to_bytes()
    upload(client_for("stavanger-officer"), supplier_id, first)
    page = upload(client_for("oslo-officer"), other_id, second, audience="owner")
    assert "exactly that of Prøvekabel Example AS" in page.text

    acting("stavanger-officer")
    ours = db.session.scalars(select(Declaration).where(Declaration.supplier_id == supplier_id)).one()
    assert "Copied Example AB" not in client_for("stavanger-officer").get(f"/declarations/{ours.id}").text
