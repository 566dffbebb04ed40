"""Declarations are checked again when rules, lists or decisions change: added where it says anything else."""

import os
import subprocess
import sys
from datetime import date

import pytest
from sqlalchemy import select, text

from portal import db, wiring
from portal.access.actor import system_actor
from portal.access.audience import Audience
from portal.declarations import services
from portal.declarations.models import Declaration, DeclarationCheck, DeclarationFinding
from portal.declarations.rechecking import services as rechecking
from portal.declarations.rules import RULES_VERSION
from portal.outbox.events import Event
from portal.outbox.models import OutboxEvent
from portal.outbox.services import emit
from portal.sanctions.models import SanctionCandidate
from portal.sanctions.rules import CandidateState
from portal.sanctions.services.decisions import decide_candidate
from tests.events import deliver_all
from tests.factories.cahra import document, read_areas
from tests.factories.declarations import make_declaration
from tests.factories.minerals import make_run_of, observe
from tests.factories.registry import make_supplier
from tests.factories.sanctions import entry, read_list, sanctions_file
from tests.portal.declarations.test_candidates import REFINERY, draft
from tests.portal.declarations.workbooks import Draft

SMELTER = ("CID900001", "gold")
DAY1, DAY2 = date(2026, 9, 1), date(2026, 10, 1)


@pytest.fixture(autouse=True)
def connected() -> None:
    wiring.connect()


@pytest.fixture
def kept(database, acting):
    """`kept(content)`: an officer's upload, delivered; the id of the declaration."""

    def keep(content: bytes):
        officer = acting("stockholm-officer")
        with db.transaction():
            supplier = make_supplier()
        report = services.read_declaration(content, "cmrt.xlsx")
        with db.transaction():
            made = services.add_declaration(
                officer,
                supplier.id,
                content=content,
                filename="cmrt.xlsx",
                report=report,
                received_on=DAY1,
                audience=Audience.MEMBERS,
                named_ids=[],
            )
            declaration_id = made.id
        as_system()
        deliver_all()
        as_system()
        return declaration_id

    return keep


def as_system() -> None:
    db.session.remove()
    db.set_scope(authority_id=None, system=True)


def checks(declaration_id) -> list[tuple[str | None, set[str]]]:
    """Why each check was made and what it found, the oldest first."""
    as_system()
    found = []
    query = select(DeclarationCheck).where(DeclarationCheck.declaration_id == declaration_id)
    for check in db.session.scalars(query.order_by(DeclarationCheck.id)):
        codes = select(DeclarationFinding.code).where(DeclarationFinding.check_id == check.id)
        found.append((check.because, set(db.session.scalars(codes))))
    return found


def test_a_status_that_changed_is_added_and_nothing_is_rewritten(kept) -> None:
    as_system()
    with db.transaction():
        first = make_run_of(DAY1)
        observe(first.id, *SMELTER, "conformant", DAY1)
        observe(first.id, "CID900099", "gold", "conformant", DAY1)
    concerned, other = kept(Draft().to_bytes()), kept(Draft(rows=[{"A": "CID900099"}]).to_bytes())
    before = checks(concerned)
    with db.transaction():
        run = make_run_of(DAY2)
        observe(run.id, *SMELTER, "removed", DAY2)
        emit(Event.ASSURANCE_CHANGED, run_id=run.id)
    deliver_all()
    assert len(checks(other)) == 1
    assert checks(concerned)[:1] == before
    (because, codes) = checks(concerned)[-1]
    assert because == "statuses"
    assert {"assurance_refused", "assurance_lost"} & codes
    as_system()
    declaration = db.session.get_one(Declaration, concerned)
    assert {one.code for one in declaration.findings} == codes, "the page shows the newest"


def test_the_same_change_twice_adds_one_check(kept) -> None:
    as_system()
    with db.transaction():
        observe(make_run_of(DAY1).id, *SMELTER, "conformant", DAY1)
    declaration_id = kept(Draft().to_bytes())
    with db.transaction():
        run = make_run_of(DAY2)
        observe(run.id, *SMELTER, "removed", DAY2)
        emit(Event.ASSURANCE_CHANGED, run_id=run.id)
        emit(Event.ASSURANCE_CHANGED, run_id=run.id)
    deliver_all()
    assert len(checks(declaration_id)) == 2


def test_a_sanctions_list_and_then_a_decision_are_followed(kept, acting) -> None:
    declaration_id = kept(draft())
    as_system()
    with db.transaction():
        observe(make_run_of(DAY1).id, REFINERY[0], "gold", "conformant", DAY1)
    with db.transaction():
        db.session.execute(
            text("UPDATE pinch_point SET name = :name, country = :country"),
            {"name": REFINERY[1], "country": REFINERY[2]},
        )
    as_system()
    with db.transaction():
        read_list(sanctions_file([entry(1, "Kalvik Gold Refinery", address="Kigali, Rwanda")]), DAY1)
    deliver_all()
    because, codes = checks(declaration_id)[-1]
    assert (because, "sanctions_candidate" in codes) == ("sanctions_list", True)
    candidate = db.session.scalars(select(SanctionCandidate).where(SanctionCandidate.facility_id.is_not(None))).one()
    officer = acting("stockholm-officer")
    with db.transaction():
        decide_candidate(officer, candidate.id, CandidateState.NOT_SAME, "Another country.", 1)
    deliver_all()
    because, codes = checks(declaration_id)[-1]
    assert (because, "sanctions_candidate" in codes) == ("sanctions_decision", False)


def test_a_list_of_areas_is_followed(kept) -> None:
    rows = [{"A": SMELTER[0], "N": "A mine", "O": "Burundi"}]
    declaration_id = kept(Draft(rows=rows).to_bytes())
    assert "mine_in_cahra" not in checks(declaration_id)[0][1]
    with db.transaction():
        read_areas(document(), date(2026, 1, 1))
    deliver_all()
    because, codes = checks(declaration_id)[-1]
    assert (because, "mine_in_cahra" in codes) == ("areas", True)
    with db.transaction():
        read_areas(document({"CO": ["CO-CAU"], "BI": None, "ML": None, "CD": ["CD-NK", "CD-SK"], "VE": None}), DAY2)
    deliver_all()
    assert len(checks(declaration_id)) == 2, "a list of a later day says nothing else of this declaration"


def test_the_command_checks_all_and_says_how_far_it_is(kept, servers, database) -> None:
    declaration_id = kept(Draft(rows=[{"A": SMELTER[0], "N": "A mine", "O": "Burundi"}]).to_bytes())
    kept(Draft(cells={"D8": "Prøvekabel 2 AS"}).to_bytes())
    with db.transaction():
        read_areas(document(), date(2026, 1, 1))
    db.session.remove()
    said = recheck(servers.app_url(database))
    assert (said.returncode, said.stdout) == (0, "2 of 2 checked, 1 with another result\n"), said.stderr
    assert recheck(servers.app_url(database)).stdout == "2 of 2 checked, 0 with another result\n"
    assert [because for because, _codes in checks(declaration_id)] == [None, "asked"]


def test_a_file_that_is_refused_now_is_told_and_keeps_its_check(database, servers, authority_ids) -> None:
    as_system()
    with db.transaction():
        declaration_id = make_declaration(owner_id=authority_ids["stockholm"]).id
    db.session.remove()
    said = recheck(servers.app_url(database))
    assert (said.returncode, len(checks(declaration_id))) == (1, 1)
    assert "1 not readable any more" in said.stderr


def recheck(url: str) -> "subprocess.CompletedProcess[str]":
    """Run the command on the test's database."""
    command = [sys.executable, "-m", "portal.cli", "declarations", "recheck"]
    environment = {**os.environ, "APP_DATABASE_URL": url}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_the_clock_asks_once_for_a_release_and_all_batches_follow(kept, monkeypatch) -> None:
    monkeypatch.setattr(rechecking, "BATCH", 2)
    ids = [kept(Draft(cells={"D8": f"Prøvekabel {n} AS"}).to_bytes()) for n in range(3)]
    actor = system_actor("test")
    as_system()
    with db.transaction():
        assert rechecking.request_due(actor) == (), "all are checked by these rules"
        for one in db.session.scalars(select(Declaration)):
            one.rules_version = "2020.1"
    with db.transaction():
        assert rechecking.request_due(actor) == (RULES_VERSION,)
        assert rechecking.request_due(actor) == (), "asked for already"
    deliver_all()
    assert [[because for because, _codes in checks(one)] for one in ids] == [[None, "rules"]] * 3
    batches = select(OutboxEvent.payload).where(OutboxEvent.name == Event.DECLARATIONS_OUTDATED)
    assert len(db.session.scalars(batches).all()) == 2


def test_a_withdrawn_declaration_is_left_alone(kept) -> None:
    declaration_id = kept(Draft().to_bytes())
    with db.transaction():
        one = db.session.get_one(Declaration, declaration_id)
        one.rules_version, one.withdrawn_at, one.withdrawn_reason = "2020.1", db.now(), "Sent by mistake."
    with db.transaction():
        assert rechecking.request_due(system_actor("test")) == ()


def test_the_page_says_why(kept, client_for) -> None:
    declaration_id = kept(Draft().to_bytes())
    with db.transaction():
        db.session.get_one(Declaration, declaration_id).rules_version = "2020.1"
    with db.transaction():
        rechecking.request_due(system_actor("test"))
    deliver_all()
    page = client_for("stockholm-officer").get(f"/declarations/{declaration_id}")
    assert "because the rules of checking changed" in page.text
