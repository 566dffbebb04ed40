"""The first page: what needs me, in order of urgency, within a budget of statements."""

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from portal import db
from portal.clock import today
from portal.home import queries
from portal.outbox.models import OutboxEvent
from portal.registry.models import Follow
from tests.factories.audits import make_audit
from tests.factories.contracts import make_contract
from tests.factories.dialogues import make_commitment, make_dialogue
from tests.factories.merging import make_proposal
from tests.factories.registry import make_import, make_supplier
from tests.personas import PERSONAS
from tests.statements import counted_statements

YESTERDAY = today() - timedelta(days=1)


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


@pytest.mark.parametrize("persona", PERSONAS)
def test_the_counts_of_the_rail_are_those_of_the_lists(acting, authority_ids, persona) -> None:
    """Every page counts in SQL what “What needs me” lists, whoever reads and however it waits or does not."""
    acting("system")
    oslo, stavanger = authority_ids["oslo"], authority_ids["stavanger"]
    soon, late = today() + timedelta(days=1), today() + timedelta(days=60)
    with db.transaction():
        states = ("proposed", "planned", "held", "cancelled")
        sharing: list[dict[str, Any]] = [{}, {"audience": "members", "named_ids": []}]
        for number, (state, answer_by, shared) in enumerate(
            itertools.product(states, (None, YESTERDAY, soon), sharing)
        ):
            first = today() + timedelta(days=number - 12)
            values = {"state": state, "answer_by": answer_by, "starts_on": first, "ends_on": first, **shared}
            make_audit(owner_id=stavanger, invited=[oslo], **values)
        for due_on, promised_by in itertools.product((YESTERDAY, soon, late), (None, oslo, stavanger)):
            promise = make_commitment(due_on=due_on, authority_id=promised_by)
            make_dialogue(owner_id=stavanger, audience="members", commitments=[promise])
        proposal = make_proposal()
        db.session.add(Follow(authority_id=stavanger, supplier_id=proposal.merged_id))
    reader = acting(persona)
    listed = Counter(item.endpoint.split(".")[0] for item in queries.todo(reader))
    counted = queries.waiting(reader)
    assert {feature: number for feature, number in counted.by_feature.items() if number} == listed
    assert counted.total == sum(listed.values())
    if persona == "stavanger-officer":
        assert listed["audits"]
        assert listed["dialogues"] == 7  # ours, and what others promised for a day that is near or over
        assert listed["merging"] == 1


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
    assert len(many) <= 21
    assert len(elsewhere) <= 4
