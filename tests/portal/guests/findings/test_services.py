"""The supplier's side of a finding: what reaches its guest, and what its guest can do, with whose say."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from portal import db
from portal.clock import today
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition, NotFound
from portal.evidence.models import EvidenceItem
from portal.findings import queries as officers
from portal.findings import services as findings
from portal.findings import supplier as side
from portal.findings.models import CorrectiveAction, Finding, FindingProposal, FindingReply
from portal.findings.rules import MOST_PROPOSED, FindingState, StepKind
from portal.findings.supplier import ProposedAction
from portal.guests.findings import queries, services
from portal.guests.models import GuestAccess
from portal.guests.services import let_in_for_finding
from portal.guests.shown import shown_to
from portal.journal.models import JournalEntry
from tests.factories.findings import make_action, make_release

OFFICER = "stavanger-officer"
SOON = today() + timedelta(days=20)
PLAN = [ProposedAction("Translate the posters", SOON), ProposedAction("Train the foremen", SOON + timedelta(days=9))]
PDF = b"%PDF-1.7 invented training list"


def system_rows(query):
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    return db.session.scalars(query).all()


def propose(guest, finding, actions=PLAN, note=None) -> None:
    with db.transaction():
        services.propose(guest, finding.id, actions, note)


def proposal_of(acting, finding) -> FindingProposal:
    acting(OFFICER)
    found = officers.open_proposal(finding.id)
    assert found is not None
    return found


def test_a_guest_reads_what_was_shown_to_its_company_and_nothing_else(acting, authority_ids, found, let_in, as_guest):
    shown, hidden = found(title="Shown"), found(title="Hidden", shown_on=None)
    of_other_buyer = found(title="Of Oslo", owner_id=authority_ids["oslo"])
    of_other_company = found(title="Elsewhere", supplier=None)
    let_in("key")
    guest = as_guest("key")
    assert [line.title for line in shown_to(guest)[0]] == ["Shown"]
    assert queries.get_shown(guest, shown.id).title == "Shown"
    for other in (hidden, of_other_buyer, of_other_company):
        with pytest.raises(NotFound):
            queries.get_shown(as_guest("key"), other.id)
        for attempt in (
            lambda other=other: services.reply(guest, other.id, "No"),
            lambda other=other: services.propose(guest, other.id, PLAN, None),
        ):
            with pytest.raises(NotFound), db.transaction():
                attempt()
    assert system_rows(select(FindingReply)) == []


def test_after_reading_a_guest_has_its_own_narrow_scope_again(found, let_in, as_guest) -> None:
    shown = found()
    let_in("key")
    guest = as_guest("key")
    queries.get_shown(guest, shown.id)
    shown_to(guest)
    for table in ("finding", "finding_reply", "finding_proposal", "finding_reminder", "corrective_action"):
        assert db.session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table  # noqa: S608


def test_the_newest_words_stand_and_the_ones_before_are_kept(acting, found, let_in, as_guest, authority_ids) -> None:
    finding = found()
    let_in("key")
    guest = as_guest("key")
    for words in ("We disagree.", "We have looked again: it is so."):
        with db.transaction():
            services.reply(guest, finding.id, words)
    with pytest.raises(BadInput, match="already"), db.transaction():
        services.reply(guest, finding.id, "We have looked again: it is so.")
    shown = queries.get_shown(as_guest("key"), finding.id)
    assert [(one.text, one.replaced) for one in shown.replies] == [
        ("We disagree.", True),
        ("We have looked again: it is so.", False),
    ]
    assert shown.own_reply == "We have looked again: it is so."
    acting(OFFICER)
    with pytest.raises(ProgrammingError, match="permission denied"), db.transaction():
        db.session.execute(text("UPDATE finding_reply SET text = 'We agree'"))
    (entry,) = system_rows(select(JournalEntry).where(JournalEntry.action == "finding.replied_by_guest").limit(1))
    assert entry.authority_id == authority_ids["stavanger"]


def test_two_replies_at_once_make_one_chain(app, found, let_in, as_guest) -> None:
    finding = found()
    let_in("key")

    def write(number: int) -> None:
        with app.app_context():
            guest = as_guest("key")
            with db.transaction():
                services.reply(guest, finding.id, f"Version {number}")
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    rows = system_rows(select(FindingReply).order_by(FindingReply.id))
    assert len(rows) == 8
    replaced = [one.replaces_id for one in rows]
    assert replaced.count(None) == 1
    assert len(set(replaced)) == 8, "none is replaced twice"


def test_a_reply_stands_beside_the_released_summary(acting, found, let_in, as_guest) -> None:
    finding = found(state="plan_agreed")
    acting("system")
    with db.transaction():
        make_release(owner_id=finding.owner_id, audience="members", finding=db.session.get_one(Finding, finding.id))
    let_in("key")
    guest = as_guest("key")
    with db.transaction():
        services.reply(guest, finding.id, "We have changed it.")
    acting("oslo-officer")
    assert [one.text for one in officers.replies_to(finding.id)] == ["We have changed it."]


def test_an_accepted_plan_becomes_the_plan(acting, found, let_in, as_guest) -> None:
    finding = found()
    let_in("key")
    propose(as_guest("key"), finding, note="We begin on Monday")
    proposal = proposal_of(acting, finding)
    me = acting(OFFICER)
    with db.transaction():
        side.accept(me, officers.get_finding(me, finding.id), proposal.id)
    mine = officers.get_finding(acting(OFFICER), finding.id)
    assert mine.state == FindingState.PLAN_AGREED
    assert [(one.text, one.due_on, one.responsible) for one in mine.actions] == [
        (one.text, one.due_on, "supplier") for one in PLAN
    ]
    shown = queries.get_shown(as_guest("key"), finding.id)
    assert shown.proposal is not None
    assert (shown.proposal.state, shown.plan_wanted) == ("accepted", False)
    assert [one.text for one in shown.actions] == [one.text for one in PLAN]
    with pytest.raises(InvalidTransition):
        propose(as_guest("key"), finding)


def test_a_plan_that_is_sent_back_says_why_and_changes_nothing(acting, found, let_in, as_guest) -> None:
    finding = found()
    let_in("key")
    propose(as_guest("key"), finding)
    proposal = proposal_of(acting, finding)
    me = acting(OFFICER)
    with pytest.raises(BadInput, match="no note"), db.transaction():
        side.send_back(me, officers.get_finding(me, finding.id), proposal.id, "")
    with db.transaction():
        side.send_back(me, officers.get_finding(me, finding.id), proposal.id, "Say who trains them.")
    with pytest.raises(InvalidTransition), db.transaction():
        side.accept(me, officers.get_finding(me, finding.id), proposal.id)
    assert officers.get_finding(acting(OFFICER), finding.id).state == FindingState.OPEN
    assert system_rows(select(CorrectiveAction)) == []
    shown = queries.get_shown(as_guest("key"), finding.id)
    assert shown.proposal is not None
    assert (shown.proposal.state, shown.proposal.answer) == ("sent_back", "Say who trains them.")
    propose(as_guest("key"), finding)
    assert proposal_of(acting, finding).id != proposal.id


def test_nobody_accepts_a_plan_that_was_changed_after_it_was_read(acting, found, let_in, as_guest) -> None:
    finding = found()
    let_in("key")
    propose(as_guest("key"), finding)
    read = proposal_of(acting, finding).id
    propose(as_guest("key"), finding, [ProposedAction("Do it next year", today() + timedelta(days=300))])
    me = acting(OFFICER)
    with pytest.raises(InvalidTransition, match="Read it again"), db.transaction():
        side.accept(me, officers.get_finding(me, finding.id), read)
    states = system_rows(select(FindingProposal.state).order_by(FindingProposal.id))
    assert states == ["replaced", "proposed"]


@pytest.mark.parametrize(
    ("actions", "problem"),
    [
        ([], "no action"),
        ([ProposedAction("Too late", today() - timedelta(days=1))], "in the past"),
        ([ProposedAction("One of many", SOON)] * (MOST_PROPOSED + 1), "at most"),
    ],
)
def test_what_is_no_plan_is_refused_and_the_one_before_stays(found, let_in, as_guest, actions, problem) -> None:
    finding = found()
    let_in("key")
    propose(as_guest("key"), finding)
    with pytest.raises(BadInput, match=problem):
        propose(as_guest("key"), finding, actions)
    assert system_rows(select(FindingProposal.state)) == ["proposed"]


def test_a_proposal_is_for_the_owner_alone_even_where_others_see_the_finding(
    acting, found, let_in, as_guest, authority_ids
) -> None:
    finding = found(audience="named", named_ids=[authority_ids["oslo"]])
    let_in("key")
    propose(as_guest("key"), finding)
    acting("oslo-officer")
    assert db.session.get(Finding, finding.id) is not None
    assert officers.open_proposal(finding.id) is None
    assert db.session.scalar(text("SELECT count(*) FROM proposed_action")) == 0
    me = acting("oslo-officer")
    with pytest.raises(Forbidden):
        side.accept(me, officers.get_finding(me, finding.id), finding.id)


def test_evidence_for_an_action_counts_for_the_verification_and_only_the_owner_sees_it(
    acting, found, let_in, as_guest, authority_ids
) -> None:
    finding = found(state="in_progress", audience="named", named_ids=[authority_ids["oslo"]])
    with db.transaction():
        action_id = make_action(db.session.get_one(Finding, finding.id)).id
    let_in("key")

    def send(content: bytes = PDF, name: str = "training.pdf", action=action_id) -> None:
        guest = as_guest("key")
        with db.transaction():
            services.add_evidence(guest, finding.id, action, content=content, filename=name, note="Who was there")

    send()
    with pytest.raises(Conflict):
        send(name="again.pdf")
    with pytest.raises(NotFound):
        send(content=PDF + b"2", action=finding.id)
    with pytest.raises(BadInput):
        send(content=b"MZ no document", name="tool.exe")
    (sent,) = queries.get_shown(as_guest("key"), finding.id).sent
    assert (sent.filename, sent.note) == ("training.pdf", "Who was there")
    me = acting(OFFICER)
    assert [one.item.filename for one in officers.files_of(me, officers.get_finding(me, finding.id))] == [
        "training.pdf"
    ]
    oslo = acting("oslo-officer")
    assert officers.files_of(oslo, officers.get_finding(oslo, finding.id)) == []
    assert system_rows(select(func.count()).select_from(EvidenceItem)) == [1]


def test_nothing_is_sent_before_a_plan_is_agreed_or_once_it_is_verified(acting, found, let_in, as_guest) -> None:
    let_in("key")
    for state, extra in (("open", {}), ("closed", {"closed_on": today()})):
        finding = found(state=state, **extra)
        with db.transaction():
            action_id = make_action(db.session.get_one(Finding, finding.id)).id
        guest = as_guest("key")
        with pytest.raises(InvalidTransition), db.transaction():
            services.add_evidence(guest, finding.id, action_id, content=PDF, filename="training.pdf", note=None)


def test_notes_of_ours_and_drafts_of_the_plan_do_not_reach_the_guest(acting, found, let_in, as_guest) -> None:
    finding = found(summary="For other buyers")
    me = acting(OFFICER)
    with db.transaction():
        make_action(officers.get_finding(me, finding.id), text="Our own draft", progress="Secret word")
    let_in("key")
    shown = queries.get_shown(as_guest("key"), finding.id)
    assert shown.actions == []
    me = acting(OFFICER)
    with db.transaction():
        findings.take_step(me, officers.get_finding(me, finding.id), StepKind.PLAN_AGREED, "Note of ours")
    whole = repr(queries.get_shown(as_guest("key"), finding.id))
    assert "Our own draft" in whole
    for ours in ("Secret word", "Note of ours", "For other buyers"):
        assert ours not in whole


def test_hidden_again_it_is_gone_for_a_guest_that_is_in(acting, found, let_in, as_guest) -> None:
    finding = found()
    let_in("key")
    guest = as_guest("key")
    me = acting(OFFICER)
    with db.transaction():
        side.show(me, officers.get_finding(me, finding.id), shown=False)
    with pytest.raises(InvalidTransition), db.transaction():
        side.show(me, officers.get_finding(me, finding.id), shown=False)
    as_guest("key")
    with pytest.raises(NotFound), db.transaction():
        services.reply(guest, finding.id, "Too late")


def test_a_revoked_guest_writes_nothing(acting, found, let_in, as_guest) -> None:
    finding = found()
    let_in("key")
    guest = as_guest("key")
    acting("system")
    with db.transaction():
        db.session.scalars(select(GuestAccess)).one().revoked_at = db.now()
    db.session.remove()
    db.set_guest_scope(guest.guest.access_id)
    with pytest.raises(NotFound), db.transaction():
        services.reply(guest, finding.id, "Still here")
    assert system_rows(select(FindingReply)) == []


def test_a_link_for_findings_keeps_what_was_asked_and_ends_the_one_before(acting, found, let_in) -> None:
    finding = found()
    let_in("key")
    me = acting(OFFICER)
    with db.transaction():
        given = let_in_for_finding(me, officers.get_finding(me, finding.id), "nb")
    assert given.access.language == "nb"
    rows = system_rows(select(GuestAccess).order_by(GuestAccess.id))
    assert [one.revoked_at is None for one in rows] == [False, True]
    assert [len(one.requests) for one in rows] == [1, 1]


def test_there_is_no_link_for_what_is_not_shown_or_not_ours(acting, found, authority_ids) -> None:
    hidden = found(shown_on=None)
    shared = found(audience="named", named_ids=[authority_ids["oslo"]])
    me = acting(OFFICER)
    with pytest.raises(BadInput, match="not shown"), db.transaction():
        let_in_for_finding(me, officers.get_finding(me, hidden.id), "nb")
    oslo = acting("oslo-officer")
    with pytest.raises(Forbidden), db.transaction():
        let_in_for_finding(oslo, officers.get_finding(oslo, shared.id), "nb")
    assert system_rows(select(GuestAccess)) == []
