"""The first page: what needs me, in order of urgency, within a budget of statements."""

import itertools
import re
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from portal import db
from portal.audits.rules import AuditState
from portal.clock import today
from portal.declarations.reuse.models import DeclarationReliance
from portal.findings.models import FindingProposal
from portal.home import queries
from portal.merging.placing.models import MergePlacement
from portal.outbox.models import OutboxEvent
from portal.registry.models import Follow
from tests.factories.audits import make_audit, make_poll
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.dialogues import make_commitment, make_dialogue, make_letter
from tests.factories.findings import make_action, make_finding
from tests.factories.merging import make_proposal
from tests.factories.obligations import make_obligation
from tests.factories.ratings import make_rating, make_reliance
from tests.factories.registry import make_import, make_supplier
from tests.factories.requests import make_request
from tests.factories.sanctions import make_candidate, make_list_run
from tests.factories.smelter_names import declare_name
from tests.factories.sources import make_run
from tests.factories.tenders import make_tender
from tests.personas import PERSONAS
from tests.statements import counted_statements

YESTERDAY, SOON, LATE = (today() + timedelta(days=days) for days in (-1, 1, 60))
MODULES = {
    "portal.audits.queries": "audits",
    "portal.audits.polls.queries": "audit_polls",
    "portal.dialogues.queries": "dialogues",
    "portal.dialogues.letters.queries": "joint_letters",
    "portal.findings.queries": "findings",
    "portal.obligations.queries": "obligations",
    "portal.requests.queries": "requests",
    "portal.declarations.reuse.queries": "reuse",
    "portal.ratings.reliance.queries": "reliance",
    "portal.merging.queries": "merging",
    "portal.merging.placing.queries": "placing",
    "portal.declarations.naming.queries": "smelter_names",
    "portal.sources.queries": "sources",
    "portal.sanctions.queries": "sanctions",
    "portal.tenders.queries": "tenders",
}


def test_a_new_authority_is_helped_to_begin(client_for) -> None:
    page = client_for("oslo-officer").get("/").text
    assert "Nothing is due." in page
    assert "You follow no supplier yet" in page
    assert "No audit is coming that you may see." in page
    assert "0 of 5 done" in page
    assert "Import your list of suppliers" in page


def test_a_reader_is_not_asked_to_write(client_for) -> None:
    page = client_for("stockholm-reader").get("/").text
    assert "You follow no supplier yet" in page
    assert "Getting started" not in page


def test_the_first_steps_are_computed_from_what_is_there(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction() as session:
        oslo = authority_ids["oslo"]
        session.add(Follow(authority_id=oslo, supplier_id=make_supplier().id))
        make_contract(owner_id=oslo)
        make_contract(owner_id=authority_ids["stavanger"], audience="members")
        make_import(owner_id=oslo, state="applied")
        make_import(owner_id=authority_ids["stavanger"], state="checked")
    page = client_for("oslo-officer").get("/").text
    assert "3 of 5 done" in page
    assert "You follow 1 supplier." in page
    assert "1 of 5 done" in client_for("stavanger-officer").get("/").text  # the contract; the list was only checked


def test_the_most_urgent_comes_first_with_the_one_thing_to_do(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        oslo, stavanger = authority_ids["oslo"], authority_ids["stavanger"]
        make_audit(owner_id=stavanger, invited=[oslo], title="Later", answer_by=today() + timedelta(days=9))
        make_audit(owner_id=stavanger, invited=[oslo], title="Late", answer_by=YESTERDAY)
        make_audit(owner_id=stavanger, title="Not ours", answer_by=YESTERDAY)
    page = client_for("oslo-officer").get("/").text
    assert page.index("Answer the invitation to “Late”") < page.index("Answer the invitation to “Later”")
    assert "1 day overdue" in page
    assert "In 9 days" in page
    assert "1 follow-up is overdue." in page
    assert "1 is due by" in page
    assert "Not ours" not in page


def test_the_rail_counts_what_is_open(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        for _ in range(3):
            make_audit(owner_id=authority_ids["stavanger"], invited=[authority_ids["oslo"]])
    page = client_for("oslo-officer").get("/account").text
    rail = page[page.index('id="rail"') : page.index('id="main"')]
    assert rail.count('<span class="n">3<span class="sr"> open</span></span>') == 2  # what needs me, shared audits
    rail_of_another = client_for("barcelona-officer").get("/account").text
    assert 'class="n"' not in rail_of_another


@pytest.fixture
def waits_everywhere(acting, authority_ids) -> None:
    """For Oslo and Stavanger something waits in every feature beside something that does not; lists wait, too."""
    acting("system")
    oslo, stavanger = authority_ids["oslo"], authority_ids["stavanger"]
    with db.transaction():
        _audits_and_dialogues(oslo, stavanger)
        for state, due_on in itertools.product(("requested", "received", "checked", "accepted"), (YESTERDAY, SOON)):
            answer = None if state == "requested" else make_declaration(owner_id=stavanger)
            values = {"declaration_id": answer.id, "supplier_id": answer.supplier_id} if answer else {}
            make_request(owner_id=stavanger, state=state, due_on=due_on, audience="members", **values)
        _findings(stavanger)
        _obligations(stavanger)
        _reliances(of=stavanger, on=oslo)
        _decisions(of=stavanger, on=oslo)
        proposal = make_proposal()
        db.session.add(Follow(authority_id=stavanger, supplier_id=proposal.merged_id))
        _undone_merges(stavanger, oslo)
        declare_name("Nordgold", "Sydgold", owner_id=stavanger)
        declare_name("Hidden from Stavanger", owner_id=oslo)
        make_tender(owner_id=stavanger, state="open", decision_by=YESTERDAY)
        make_tender(owner_id=stavanger, state="open", decision_by=SOON)
        make_run(state="held", reason="many_rejects")
        make_candidate()
        make_list_run(state="held", reason="many_rejects")


def _audits_and_dialogues(oslo: UUID, stavanger: UUID) -> None:
    states = tuple(AuditState)
    sharing: list[dict[str, Any]] = [{}, {"audience": "members", "named_ids": []}]
    for number, (state, answer_by, shared) in enumerate(itertools.product(states, (None, YESTERDAY, SOON), sharing)):
        first = today() + timedelta(days=number - 12)
        values = {"state": state, "answer_by": answer_by, "starts_on": first, "ends_on": first, **shared}
        make_audit(owner_id=stavanger, invited=[oslo], **values)
    for answer, closed_at in (("joined", None), ("joined", db.now()), ("declined", None)):
        asking = make_audit(owner_id=oslo, invited=[stavanger], starts_on=LATE)
        asking.participants[1].answer = answer
        make_poll(asking, closed_at=closed_at)
    for state in ("open", "withdrawn"):
        make_letter(owner_id=oslo, audience="named", named_ids=[stavanger], state=state)
    signed = make_letter(owner_id=stavanger, audience="named", named_ids=[oslo])
    signed.signatures[0].answer, signed.signatures[0].answered_at = "declined", db.now()
    signed.signatures[1].answer, signed.signatures[1].answered_at = "declined", db.now()
    for due_on, promised_by in itertools.product((YESTERDAY, SOON, LATE), (None, oslo, stavanger)):
        promise = make_commitment(due_on=due_on, authority_id=promised_by)
        make_dialogue(owner_id=stavanger, audience="members", commitments=[promise])


def _findings(ours: UUID) -> None:
    """Findings in every way of waiting, and two that wait for nobody; all members see them."""
    shared: dict[str, Any] = {"owner_id": ours, "audience": "members", "found_on": YESTERDAY}
    make_finding(**shared, plan_due=YESTERDAY)
    make_finding(**shared, state="in_progress", close_due=YESTERDAY)
    make_action(make_finding(**shared, state="in_progress"), due_on=YESTERDAY)
    make_finding(**shared, state="submitted", submitted_by_id=UUID(int=1))
    db.session.add(FindingProposal(finding_id=make_finding(**shared).id))
    make_finding(**shared)
    make_finding(**shared, state="closed", closed_on=today(), close_due=YESTERDAY)


def _obligations(ours: UUID) -> None:
    """Obligations in every way of waiting, and two that wait for nobody."""
    for values in (
        {"due_on": YESTERDAY},
        {"due_on": SOON},
        {"due_on": YESTERDAY, "state": "delivered", "delivered_on": YESTERDAY},
        {"due_on": YESTERDAY, "state": "waived"},
        {"due_on": LATE},
    ):
        make_obligation(owner_id=ours, **values)


def _reliances(*, of: UUID, on: UUID) -> None:
    """Reliances on what stands, was withdrawn, replaced (unseen by us, too) or hidden, and one that ended."""
    shared: dict[str, Any] = {"owner_id": on, "audience": "members"}
    stands, replaced, secretly = (make_declaration(**shared) for _ in range(3))
    withdrawn = make_declaration(**shared, withdrawn_at=db.now(), withdrawn_reason="Another company's")
    hidden = make_declaration(owner_id=on, audience="owner")
    ended = make_declaration(**shared, withdrawn_at=db.now(), withdrawn_reason="Another company's")
    make_declaration(**shared, supplier_id=replaced.supplier_id, effective_date=today())
    make_declaration(owner_id=on, audience="owner", supplier_id=secretly.supplier_id, effective_date=today())
    for one in (stands, replaced, secretly, withdrawn, hidden, ended):
        db.session.add(
            DeclarationReliance(
                owner_id=of,
                source_id=on,
                declaration_id=one.id,
                supplier_id=one.supplier_id,
                since=YESTERDAY,
                seen={},
                ended_on=YESTERDAY if one is ended else None,
            )
        )


def _decisions(*, of: UUID, on: UUID) -> None:
    """Decisions on assessments that stand, were revised, withdrawn or hidden; one against, and one that ended."""
    for state, audience, values in (
        ("published", "members", {}),
        ("revised", "members", {}),
        ("withdrawn", "members", {}),
        ("published", "owner", {}),
        ("revised", "members", {"decision": "not"}),
        ("withdrawn", "members", {"ended_on": YESTERDAY, "ended_reason": "Ours is newer"}),
    ):
        rating = make_rating(owner_id=on, audience="members")
        make_reliance(owner_id=of, rating=rating, **values)
        rating.state, rating.audience = state, audience
        rating.withdrawn_reason = "Forged" if state == "withdrawn" else None
        db.session.flush()


def _undone_merges(ours: UUID, others: UUID) -> None:
    """Two undone merges that wait for us, though several records do, one that we placed, and one of others."""
    for adds, placed in (((ours, ours, others), False), ((ours,), False), ((ours,), True), ((others,), False)):
        merge = make_proposal()
        merge.state, merge.decided_by_id, merge.undone_by_id = "undone", others, others
        merge.decided_at, merge.undone_at = db.now() - timedelta(hours=1), db.now() + timedelta(hours=1)
        for authority in adds:
            make_contract(owner_id=authority, supplier_id=merge.kept_id)
        if placed:
            db.session.add(MergePlacement(merge_id=merge.id, authority_id=ours))


WAITS_FOR = {
    "stavanger-officer": {
        "audits",
        "audit_polls",
        "dialogues",
        "joint_letters",
        "findings",
        "obligations",
        "requests",
        "reuse",
        "reliance",
        "merging",
        "placing",
        "smelter_names",
        "tenders",
    },
    "oslo-officer": {"audits", "dialogues", "joint_letters", "placing", "smelter_names"},
    "operator": {"sources", "sanctions"},
}


@pytest.mark.usefixtures("waits_everywhere")
@pytest.mark.parametrize("persona", PERSONAS)
def test_the_counts_of_the_rail_are_those_of_the_lists(app, acting, client_for, persona) -> None:
    """Every page counts in SQL what “What needs me” lists, whoever reads and however it waits or does not."""
    page = client_for(persona).get("/?show=all").text
    reader = acting(persona)
    with app.test_request_context():  # dates are written for a reader
        listed = Counter(item.endpoint.split(".")[0] for item in queries.todo(reader))
    reader = acting(persona)
    counted = queries.waiting(reader)
    assert {feature: number for feature, number in counted.by_feature.items() if number} == listed
    assert counted.total == sum(listed.values())
    rail = page[page.index('id="rail"') : page.index('id="main"')]
    shown = re.search(r'<span class="n">(\d+)<', rail[rail.index("What needs me") :][:200])
    assert int(shown[1] if shown else 0) == counted.total
    assert WAITS_FOR.get(persona, set()) <= set(listed)
    if persona == "stavanger-officer":
        assert listed["dialogues"] == 7  # ours, and what others promised for a day that is near or over
        assert listed["requests"] == 5  # one is late, two came, two were looked at
        assert listed["reuse"] == 3
        assert listed["reliance"] == 3  # revised, withdrawn, not shared any more
        assert listed["findings"] == 5  # no plan in time, not remedied in time, a late action, to verify, a proposal
        assert listed["obligations"] == 3  # late, due soon, and one to look at
        assert listed["placing"] == 2
        assert listed["merging"] == listed["smelter_names"] == 1


def test_every_feature_waits_for_somebody_in_that_test() -> None:
    """A feature that joins the list joins the comparison, too."""
    assert {one.__module__ for one in queries.FEATURES} == set(MODULES)
    assert set(MODULES.values()) == set().union(*WAITS_FOR.values())


def test_a_long_list_is_cut_and_shown_whole_when_asked(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        for day in range(15):
            make_audit(
                owner_id=authority_ids["oslo"],
                supplier=supplier,
                title=f"Undecided {day:02d}",
                starts_on=today() + timedelta(days=30 + 3 * day),
                answer_by=YESTERDAY - timedelta(days=day),
            )
    client = client_for("oslo-officer")
    page = client.get("/").text
    assert page.count("Decide whether") == 12
    assert "Undecided 14" in page  # the oldest is the most urgent
    assert "All 15 follow-ups" in page
    assert client.get("/?show=all").text.count("Decide whether") == 15


def test_coming_audits_are_those_one_may_see(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_audit(owner_id=authority_ids["stavanger"], audience="members", title="Shared visit")
        make_audit(owner_id=authority_ids["stavanger"], title="Kept to ourselves")
    page = client_for("oslo-officer").get("/").text
    assert "Shared visit" in page
    assert "Kept to ourselves" not in page


def test_operators_see_the_network_and_no_authoritys_records(client_for, acting, authority_ids) -> None:
    acting("system")
    with db.transaction() as session:
        make_audit(owner_id=authority_ids["stavanger"], audience="members", title="Shared visit")
        session.add(OutboxEvent(name="audit.invited", payload={}, parked_at=db.now(), attempts=8))
    page = client_for("operator").get("/").text
    assert "No source waits for you" in page
    assert "failed too often, wait for you" in page
    assert "Shared visit" not in page
    assert "Getting started" not in page


def test_the_page_keeps_its_budget(client_for, acting, authority_ids) -> None:
    """The same number of statements for one follow-up and for thirty; visitors of other pages pay only the counts."""
    client = client_for("oslo-officer")
    acting("system")
    with db.transaction():
        make_audit(owner_id=authority_ids["stavanger"], invited=[authority_ids["oslo"]])
    client.get("/")
    db.session.remove()
    with counted_statements() as few:
        client.get("/")
    acting("system")
    with db.transaction():
        for _ in range(30):
            make_audit(owner_id=authority_ids["stavanger"], invited=[authority_ids["oslo"]])
    db.session.remove()
    with counted_statements() as many:
        assert "All 31 follow-ups" in client.get("/").text
    with counted_statements() as elsewhere:
        client.get("/account")
    assert len(many) == len(few)
    assert len(many) <= 28
    assert len(elsewhere) <= 4
