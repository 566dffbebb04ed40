"""What was asked before: found by issue and meaning, answered or not, and never more than the reader may see."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal import db
from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.clock import today
from portal.dialogues import queries, services
from portal.dialogues.models import DialogueEntry
from portal.dialogues.rules import STATUTORY_ANSWER, Channel, Escalation, Milestone, answer_due
from portal.dialogues.services import DialogueData
from portal.errors import BadInput, NotFound
from tests.client import PortalClient
from tests.factories.dialogues import make_dialogue
from tests.factories.registry import make_supplier

Acting = Callable[[str], Actor]
ClientFor = Callable[[str | None], PortalClient]


@pytest.fixture
def asked(acting: Acting, authority_ids: dict[str, UUID]) -> dict[str, DialogueEntry]:
    """Three questions to one supplier: one seen by all, one by its owner only, one about something else."""
    acting("system")
    held = today() - timedelta(days=60)
    with db.transaction():
        supplier = make_supplier("Halden Computing AB", "SE")
        shared = make_dialogue(
            owner_id=authority_ids["stockholm"],
            supplier_id=supplier.id,
            audience="members",
            held_on=held,
            subject="Barnarbete i koboltgruvor",
            summary="Vi frågade om åtgärder.",
            commitments=[],
        )
        hidden = make_dialogue(
            owner_id=authority_ids["barcelona"],
            supplier_id=supplier.id,
            held_on=held,
            subject="Treball infantil",
            summary="Reunió amb el proveïdor.",
            commitments=[],
        )
        other = make_dialogue(
            owner_id=authority_ids["stockholm"],
            supplier_id=supplier.id,
            audience="members",
            held_on=held,
            subject="Delivery of monitors",
            summary="Late by a week.",
            commitments=[],
        )
    return {"shared": shared, "hidden": hidden, "other": other}


def data(**values: object) -> DialogueData:
    return DialogueData(
        **{  # type: ignore[arg-type]
            "subject": "Svar",
            "held_on": today(),
            "channel": Channel.EMAIL,
            "summary": "The supplier answered.",
            "audience": Audience.MEMBERS,
            **values,
        }
    )


def test_it_is_found_in_another_language_and_only_what_one_sees(acting: Acting, asked) -> None:
    supplier_id = asked["shared"].supplier_id
    found = queries.already_asked(acting("stavanger-officer"), supplier_id, [], "Spørsmål om barnearbeid")
    assert [(one.entry.id, list(one.shared), one.answer) for one in found] == [
        (asked["shared"].id, ["child_labour"], None)
    ]
    theirs = queries.already_asked(acting("barcelona-officer"), supplier_id, ["child_labour"], "")
    assert {one.entry.id for one in theirs} == {asked["shared"].id, asked["hidden"].id}
    assert queries.already_asked(acting("stavanger-officer"), supplier_id, ["bribery"], "") == []
    same_words = queries.already_asked(acting("stavanger-officer"), supplier_id, [], "Monitors: late delivery?")
    assert [one.entry.id for one in same_words] == [asked["other"].id]


def test_an_answer_is_told_with_the_question_and_outlives_its_correction(acting: Acting, asked) -> None:
    question = asked["shared"]
    officer = acting("stockholm-officer")
    with db.transaction():
        answer = services.log_dialogue(officer, question.supplier_id, data(answers_id=question.id))
        corrected = services.correct_dialogue(
            officer, queries.get_dialogue(officer, question.id), data(subject="Barnarbete", summary="I koboltgruvor")
        )
    found = queries.already_asked(acting("stavanger-officer"), question.supplier_id, ["child_labour"], "")
    assert [(one.entry.id, one.answer and one.answer.id) for one in found] == [(corrected.id, answer.id)]
    latest = queries.version_of(acting("stavanger-officer"), question.id)
    assert latest is not None
    assert latest.id == corrected.id
    assert queries.version_of(acting("stavanger-officer"), asked["hidden"].id) is None


def test_only_an_earlier_entry_that_one_sees_can_be_answered(acting: Acting, asked) -> None:
    officer = acting("stavanger-officer")
    supplier_id = asked["shared"].supplier_id
    with pytest.raises(NotFound), db.transaction():
        services.log_dialogue(officer, supplier_id, data(answers_id=asked["hidden"].id))
    with pytest.raises(BadInput), db.transaction():
        long_ago = asked["shared"].held_on - timedelta(days=1)
        services.log_dialogue(officer, supplier_id, data(answers_id=asked["shared"].id, held_on=long_ago))
    with db.transaction():
        elsewhere = make_supplier("Nordvik Displays AS").id
    with pytest.raises(BadInput), db.transaction():
        services.log_dialogue(officer, elsewhere, data(answers_id=asked["shared"].id))


def test_a_statutory_request_waits_three_weeks_for_its_answer() -> None:
    day = date(2026, 11, 2)
    assert answer_due(Channel.INFORMATION_REQUEST, day, None) == day + STATUTORY_ANSWER == date(2026, 11, 23)
    assert answer_due(Channel.INFORMATION_REQUEST, day, date(2026, 12, 1)) == date(2026, 12, 1)
    assert answer_due(Channel.EMAIL, day, None) is None


def test_an_answer_that_is_due_needs_us_until_it_is_there(acting: Acting, asked) -> None:
    officer = acting("stavanger-officer")
    supplier_id = asked["shared"].supplier_id
    with db.transaction():
        sent = today() - timedelta(days=20)
        request = data(channel=Channel.INFORMATION_REQUEST, held_on=sent, subject="Smelters of tin")
        question = services.log_dialogue(officer, supplier_id, request)
    soon = today() + timedelta(days=14)
    count = db.session.scalar(select(queries.todo_count(officer, soon)))
    assert ([item.title for item in queries.todo(officer)], count) == (["Answer due: Smelters of tin"], 1)
    assert queries.todo(acting("stockholm-officer")) == []
    acting("stavanger-officer")
    with db.transaction():
        services.log_dialogue(officer, supplier_id, data(answers_id=question.id))
    assert queries.todo(officer) == []
    assert db.session.scalar(select(queries.todo_count(officer, soon))) == 0


def test_an_answer_cannot_be_due_before_the_question(acting: Acting, asked) -> None:
    with pytest.raises(BadInput, match="before"), db.transaction():
        officer = acting("stavanger-officer")
        services.log_dialogue(officer, asked["shared"].supplier_id, data(answer_by=today() - timedelta(days=1)))


def test_the_form_shows_what_was_asked_before_one_saves(client_for: ClientFor, asked) -> None:
    client = client_for("stavanger-officer")
    address = f"/suppliers/{asked['shared'].supplier_id}/dialogues/new"
    page = client.post(address, data={"look": "asked", "annex_ii": "child_labour", "subject": "Gruver"}).text
    assert "Region Stockholm asked Halden Computing AB already on" in page
    assert "Barnarbete i koboltgruvor" in page
    assert "Treball infantil" not in page
    assert 'value="child_labour" checked' in page or 'checked id="annex_ii' in page
    nothing = client.post(address, data={"look": "asked", "annex_ii": "bribery", "subject": "x"}).text
    assert "Nothing that you may see was asked about this in the last two years." in nothing


def test_what_it_is_about_stands_on_the_page_and_in_the_export(client_for: ClientFor, asked) -> None:
    client = client_for("stavanger-officer")
    done = client.post(
        f"/suppliers/{asked['shared'].supplier_id}/dialogues/new",
        data={
            "subject": "Smelters",
            "held_on": today().isoformat(),
            "channel": "info_request",
            "summary": "We asked.",
            "objective": "A complete list",
            "annex_ii": ["bribery"],
            "beyond": ["water"],
            "audience": "members",
            "milestone": Milestone.RAISED,
            "escalation": Escalation.JOINT_LETTER,
            "answers": str(asked["shared"].id),
        },
    )
    page = client.get(done.location).text
    for words in ("A complete list", "Bribery, Water", "Raised", "Joint letter", "Barnarbete i koboltgruvor"):
        assert words in page
    assert "Answer due by" in page
    assert "Answered on" in client.get(f"/dialogues/{asked['shared'].id}").text
    exported = client.get("/dialogues.csv").text
    assert "Bribery; Water" in exported
    assert "A complete list" in exported
    corrected = client.get(f"{done.location}/correct").text
    assert f'<option selected value="{asked["shared"].id}">' in corrected


def test_every_risk_that_is_ticked_is_one_of_the_list(client_for: ClientFor, asked) -> None:
    page = client_for("stavanger-officer").post(
        f"/suppliers/{asked['shared'].supplier_id}/dialogues/new",
        data={"subject": "x", "held_on": today().isoformat(), "channel": "call", "summary": "y", "annex_ii": "no_risk"},
    )
    assert page.status_code == 200
    assert "no_risk" in page.text or "not a valid choice" in page.text
