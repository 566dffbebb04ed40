"""A listed refinery in a declaration: found when it is checked, with the portal's lists, and not after a decision."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from portal import db, wiring
from portal.declarations import services
from portal.sanctions.models import ListedParty, SanctionCandidate
from portal.sanctions.rules import CandidateState
from portal.sanctions.services import screening
from portal.sanctions.services.decisions import decide_candidate
from tests.factories.sanctions import entry, make_candidate, read_list, sanctions_file
from tests.portal.declarations.filling import fill
from tests.portal.declarations.test_commands import check
from tests.portal.declarations.workbooks import Draft

DAY = date(2026, 9, 1)
REFINERY = ("CID900001", "Kalvik Gold Refinery Ltd", "RWANDA")


@pytest.fixture(autouse=True)
def connected() -> None:
    wiring.connect()


def take(content: bytes) -> None:
    """The list as the worker takes it."""
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        screening.screen_run(read_list(content, DAY).id)


def draft() -> bytes:
    """A declaration whose one smelter is a refinery of the workbook's own look-up."""
    lookup = [["Gold", REFINERY[1], REFINERY[1], REFINERY[2], REFINERY[0]]]
    return Draft(lookup=lookup, rows=[{"A": REFINERY[0]}]).to_bytes()


def findings(content: bytes) -> list[dict]:
    report = services.read_declaration(content, "cmrt.xlsx").as_json()
    return [one for one in report["findings"] if one["code"] == "sanctions_candidate"]


def test_nothing_is_said_where_no_list_was_read(database, acting) -> None:
    acting("system")
    assert findings(draft()) == []


def test_a_listed_smelter_is_found_in_its_cell_with_the_act_and_the_day(database, acting) -> None:
    take(sanctions_file([entry(1, "Kalvik Gold Refinery", address="Kigali, Rwanda"), entry(2, "Elvdal Trust")]))
    (one,) = findings(draft())
    assert (one["sheet"], one["cell"], one["severity"]) == ("Smelter List", "A5", "warning")
    assert "“Kalvik Gold Refinery”, listed under EU-TEST since 2025-03-17" in one["message"]


def test_who_was_told_apart_is_not_named_until_somebody_says_otherwise(database, acting) -> None:
    take(sanctions_file([entry(1, "Kalvik Gold Refinery", address="Kigali, Rwanda")]))
    with db.transaction():
        party = db.session.scalars(select(ListedParty)).one()
        made = make_candidate(party_id=party.id, facility_id=REFINERY[0])
    officer = acting("stockholm-officer")
    with db.transaction():
        decide_candidate(officer, made.id, CandidateState.NOT_SAME, "Another country.", made.version)
    assert findings(draft()) == []
    with db.transaction():
        changed = db.session.get_one(SanctionCandidate, made.id)
        decide_candidate(officer, made.id, CandidateState.RELEVANT, "The same after all.", changed.version)
    assert len(findings(draft())) == 1


def test_the_refinery_under_an_asset_freeze_is_found_by_the_command(
    tmp_path: Path, database, servers, shared_data: Path
) -> None:
    """CID005006 stands in the look-up of CMRT 6.5, and in regulation 1183/2005 since 17 March 2025."""
    take((shared_data / "sanctions" / "32005R1183.csv").read_bytes())
    (blank,) = (shared_data / "templates").glob("*CMRT*6.5*.xlsx")
    path = tmp_path / "cmrt.xlsx"
    path.write_bytes(fill(blank.read_bytes(), {"Smelter List": {"A5": "CID005006"}}))
    done = check(path, "--json", DATABASE_URL=servers.app_url(database))
    found = [one for one in json.loads(done.stdout)["findings"] if one["code"] == "sanctions_candidate"]
    assert [(one["sheet"], one["cell"]) for one in found] == [("Smelter List", "A5")], done.stderr
    assert "CID005006" in found[0]["message"]
    assert "2025-03-17" in found[0]["message"]
