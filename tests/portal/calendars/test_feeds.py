"""What stands in whose feed: the audience exactly, the due days that are theirs, and each change under the same UID."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal import db
from portal.audits import course
from portal.audits import services as audits
from portal.audits.queries import get_audit
from portal.audits.rules import Step
from portal.clock import today
from portal.findings import services as findings
from portal.findings.queries import get_finding
from tests.factories.audits import make_audit
from tests.factories.dialogues import make_commitment, make_dialogue
from tests.factories.findings import make_action, make_finding
from tests.statements import counted_statements

SOON = today() + timedelta(days=20)
FEEDS = [
    ("stockholm-officer", False),
    ("stavanger-officer", False),
    ("oslo-officer", False),
    ("stockholm-coordinator", True),
]


@pytest.fixture
def ours(acting, authority_ids):
    """`ours(make, **values)`: a record of Stockholm's, written by the system."""

    def put(make, **values):
        acting("system")
        with db.transaction():
            record = make(owner_id=authority_ids["stockholm"], **values)
        db.session.remove()
        return record

    return put


@pytest.mark.parametrize("audience", ["owner", "named", "members"])
def test_an_audit_stands_in_the_feeds_of_whoever_may_see_it(address_of, events, ours, authority_ids, audience) -> None:
    named = [authority_ids["stavanger"]] if audience == "named" else []
    audit = ours(make_audit, audience=audience, named_ids=named, title="Marker of the audit")
    sees = {"stockholm": True, "stavanger": audience != "owner", "oslo": audience == "members"}
    for persona, of_authority in FEEDS:
        found = events(address_of(persona, of_authority=of_authority))
        expected = sees[persona.split("-")[0]]
        assert (f"audit-{audit.id}@supplier-commons" in found) is expected, persona
        assert ("Marker" in "".join(str(event["SUMMARY"]) for event in found.values())) is expected, persona


def test_nobody_elses_session_changes_what_a_feed_shows(client_for, address_of, ours) -> None:
    """The feed's holder counts, not whoever is signed in where it is opened."""
    ours(make_audit, title="Marker of the audit")
    mine, theirs = address_of("stockholm-officer"), address_of("oslo-officer")
    assert "Marker" in client_for("oslo-officer").get(mine).text
    assert "Marker" not in client_for("stockholm-officer").get(theirs).text


def test_an_audit_keeps_its_uid_and_raises_its_sequence(acting, address_of, events, ours) -> None:
    audit = ours(make_audit, title="Minerals")
    address, uid = address_of("stockholm-reader"), f"audit-{audit.id}@supplier-commons"
    seen = [events(address)[uid]]
    for step in ("plan", "cancel"):
        actor = acting("stockholm-officer")
        with db.transaction():
            if step == "plan":
                course.plan(actor, get_audit(actor, audit.id))
            else:
                course.go_on(actor, get_audit(actor, audit.id), Step.CANCEL, reason="The site is closed")
        db.session.remove()
        seen.append(events(address)[uid])
    assert [str(event["STATUS"]) for event in seen] == ["TENTATIVE", "CONFIRMED", "CANCELLED"]
    assert [int(event["SEQUENCE"]) for event in seen] == [1, 2, 3]
    changed = [event.decoded("LAST-MODIFIED") for event in seen]
    assert changed == sorted(changed)
    acting("system")
    stamps = db.session.execute(
        text("SELECT created_at, changed_at FROM joint_audit WHERE id = :id"), {"id": audit.id}
    ).one()
    assert stamps.changed_at > stamps.created_at


def test_the_day_until_which_an_invitation_is_answered(acting, address_of, events, ours, authority_ids) -> None:
    audit = ours(make_audit, invited=[authority_ids["stavanger"]])
    uid, address = f"invitation-{audit.id}@supplier-commons", address_of("stavanger-officer")
    assert events(address)[uid].decoded("DTSTART") == audit.answer_by
    assert uid not in events(address_of("stockholm-officer"))
    actor = acting("stavanger-officer")
    with db.transaction():
        audits.answer(actor, get_audit(actor, audit.id), True, None)
    db.session.remove()
    assert uid not in events(address)


def test_only_due_days_that_are_theirs(address_of, events, ours, authority_ids) -> None:
    """Stavanger sees the whole entry; due in its calendar is what it promised itself."""
    entry = ours(
        make_dialogue,
        audience="members",
        commitments=[
            make_commitment(what="Corrected CMRT", due_on=SOON),
            make_commitment(what="Send our clause", due_on=SOON, authority_id=authority_ids["stavanger"]),
        ],
        answer_by=SOON,
    )

    def titles(persona: str) -> set[str]:
        return {str(event["SUMMARY"]) for event in events(address_of(persona)).values()}

    assert titles("stockholm-officer") == {
        "Due: Corrected CMRT",
        "Due: Send our clause",
        f"Answer due: {entry.subject}",
    }
    assert titles("stavanger-officer") == {"Due: Send our clause"}
    assert titles("oslo-officer") == set()


def test_a_corrective_action_moves_with_its_extension(acting, address_of, events, authority_ids) -> None:
    acting("system")
    with db.transaction():
        finding = make_finding(owner_id=authority_ids["stockholm"], audience="members", state="plan_agreed")
        action = make_action(finding, due_on=SOON)
    db.session.remove()
    uid, address = f"action-{action.id}@supplier-commons", address_of("stockholm-officer")
    before = events(address)[uid]
    assert uid not in events(address_of("stavanger-officer"))
    asker = acting("stockholm-officer")
    with db.transaction():
        findings.ask_extension(asker, get_finding(asker, finding.id), action.id, SOON + timedelta(days=7), "Strike")
    assert events(address)[uid].to_ical() == before.to_ical()
    decider = acting("stockholm-coordinator")
    with db.transaction():
        findings.decide_extension(decider, get_finding(decider, finding.id), True)
    after = events(address)[uid]
    assert after.decoded("DTSTART") == SOON + timedelta(days=7)
    assert (int(before["SEQUENCE"]), int(after["SEQUENCE"])) == (0, 1)
    assert after.decoded("LAST-MODIFIED") >= before.decoded("LAST-MODIFIED")


def test_what_is_long_past_leaves_the_feed(address_of, events, ours) -> None:
    for days in (364, 368):
        last = today() - timedelta(days=days)
        ours(make_audit, starts_on=last, ends_on=last, answer_by=None, title=f"Held {days} days ago", state="closed")
    titles = [str(event["SUMMARY"]) for event in events(address_of("stockholm-officer")).values()]
    assert titles == ["Joint audit held: Held 364 days ago"]


def test_the_words_are_in_the_holders_language(address_of, events, ours) -> None:
    ours(make_audit, title="Mineral")
    (event,) = events(address_of("stockholm-officer", language="sv")).values()
    assert str(event["SUMMARY"]) == "Gemensam revision föreslagen: Mineral"


def test_a_longer_feed_needs_no_more_statements(address_of, events, ours) -> None:
    address = address_of("stockholm-officer")
    counts = []
    for _round in range(3):
        ours(make_audit)
        ours(make_dialogue, commitments=[make_commitment(due_on=SOON)])
        with counted_statements() as ran:
            events(address)
        counts.append(len(ran))
    assert len(set(counts)) == 1, counts
