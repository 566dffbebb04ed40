"""Use cases of findings: who may do what in which order, and what others get to know at each step."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from portal import db
from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.clock import today
from portal.errors import BadInput, Forbidden, InvalidTransition, NotFound
from portal.findings import queries, services
from portal.findings.models import Finding, FindingEvidence, FindingExtension, FindingRelease, FindingReply, FindingStep
from portal.findings.rules import ActionOwner, ActionState, Light, Reason, Received, Severity, StepKind
from portal.findings.services import FindingData
from portal.journal.models import JournalEntry
from tests.factories.audits import make_audit
from tests.factories.findings import make_action, make_finding, make_release
from tests.factories.registry import make_supplier

OFFICER, COLLEAGUE = "stockholm-officer", "stockholm-coordinator"
SOON = today() + timedelta(days=30)


def data(**values) -> FindingData:
    fields = {
        "title": "Wages are withheld",
        "severity": Severity.MAJOR,
        "description": "Payslips of three sub-suppliers show deductions.",
        "found_on": today(),
        "audience": Audience.OWNER,
        "named_ids": [],
        "disclosure": Audience.MEMBERS,
        "disclosed_ids": [],
        "summary": "Deductions from wages in final assembly.",
        **values,
    }
    return FindingData(**fields)


@pytest.fixture
def supplier(acting):
    acting("system")
    with db.transaction():
        supplier = make_supplier()
        assert len(supplier.sites) == 1
        return supplier


@pytest.fixture
def step(acting):
    """`step(finding, kind, persona)`: take a step as a person; the finding as it is then."""

    def take(finding, kind, persona=OFFICER, note="Seen on site"):
        actor = acting(persona)
        with db.transaction():
            mine = queries.get_finding(actor, finding.id)
            services.take_step(actor, mine, kind, note)
            return mine

    return take


def add(acting, supplier, persona=OFFICER, **values) -> Finding:
    actor = acting(persona)
    with db.transaction():
        return services.add_finding(actor, supplier.id, data(**values))


def planned(acting, supplier, step, **values) -> Finding:
    finding = add(acting, supplier, **values)
    actor = acting(OFFICER)
    with db.transaction():
        mine = queries.get_finding(actor, finding.id)
        services.add_action(actor, mine, "Pay back what was deducted", ActionOwner.SUPPLIER, SOON)
    return step(finding, StepKind.PLAN_AGREED)


def submitted(acting, supplier, step, **values) -> Finding:
    finding = planned(acting, supplier, step, **values)
    step(finding, StepKind.STARTED)
    actor = acting(OFFICER)
    with db.transaction():
        mine = queries.get_finding(actor, finding.id)
        services.move_action(actor, mine, mine.actions[0].id, ActionState.DONE, "Paid on Friday")
    return step(finding, StepKind.SUBMITTED)


def attach(acting, finding, persona=OFFICER) -> None:
    actor: Actor = acting(persona)
    with db.transaction():
        mine = queries.get_finding(actor, finding.id)
        services.attach(actor, mine, content=b"%PDF-1.7 payslips", filename="payslips.pdf", note="After the repayment")


@pytest.mark.parametrize(("name", "content"), [("run.exe", b"MZ"), ("payslips.pdf", b"MZ"), ("empty.pdf", b"")])
def test_evidence_is_what_its_name_says(acting, supplier, name: str, content: bytes) -> None:
    finding = add(acting, supplier)
    actor = acting(OFFICER)
    with pytest.raises(BadInput, match="kind of file"), db.transaction():
        services.attach(actor, queries.get_finding(actor, finding.id), content=content, filename=name, note=None)
    assert db.session.scalars(select(FindingEvidence)).all() == []


def test_the_due_days_follow_from_the_severity(acting, supplier) -> None:
    finding = add(acting, supplier, severity=Severity.CRITICAL, found_on=today() - timedelta(days=3))
    assert finding.plan_due == today() + timedelta(days=4)
    assert finding.close_due == today() + timedelta(days=27)
    assert db.session.scalars(select(JournalEntry.action)).all() == ["finding.added"]


def test_from_open_to_closed_with_a_second_person(acting, supplier, step) -> None:
    finding = submitted(acting, supplier, step)
    with pytest.raises(BadInput, match="evidence"):
        step(finding, StepKind.VERIFIED, COLLEAGUE)
    attach(acting, finding)
    with pytest.raises(Forbidden):
        step(finding, StepKind.VERIFIED, OFFICER)
    closed = step(finding, StepKind.VERIFIED, COLLEAGUE)
    assert (closed.state, closed.closed_on) == ("closed", today())
    kinds = db.session.scalars(select(FindingStep.kind).order_by(FindingStep.created_at)).all()
    assert kinds == ["plan_agreed", "started", "submitted", "verified"]


def test_one_person_is_enough_for_a_minor_finding(acting, supplier, step) -> None:
    finding = submitted(acting, supplier, step, severity=Severity.MINOR)
    assert step(finding, StepKind.VERIFIED, OFFICER).state == "closed"


def test_what_does_not_work_is_opened_again_with_new_days(acting, supplier, step) -> None:
    finding = submitted(acting, supplier, step, severity=Severity.MINOR, found_on=today() - timedelta(days=170))
    step(finding, StepKind.VERIFIED)
    assert step(finding, StepKind.EFFECTIVE).state == "closed"
    again = step(finding, StepKind.NOT_EFFECTIVE)
    assert (again.state, again.closed_on) == ("reopened", None)
    assert again.plan_due == today() + timedelta(days=14)
    assert again.close_due == today() + timedelta(days=180)
    with pytest.raises(BadInput, match="no action"):
        step(finding, StepKind.PLAN_AGREED)


@pytest.mark.parametrize(
    "kind", [StepKind.STARTED, StepKind.SUBMITTED, StepKind.VERIFIED, StepKind.CLOSED, StepKind.REOPENED]
)
def test_steps_that_do_not_exist_change_nothing(acting, supplier, step, kind) -> None:
    finding = add(acting, supplier)
    with pytest.raises(InvalidTransition):
        step(finding, kind)
    assert queries.get_finding(acting(OFFICER), finding.id).state == "open"


def test_no_plan_without_actions_and_no_submission_before_they_are_done(acting, supplier, step) -> None:
    finding = add(acting, supplier)
    with pytest.raises(BadInput, match="no action"):
        step(finding, StepKind.PLAN_AGREED)
    finding = planned(acting, supplier, step)
    step(finding, StepKind.STARTED)
    with pytest.raises(BadInput, match="Not all actions"):
        step(finding, StepKind.SUBMITTED)


def test_more_time_needs_another_person_and_keeps_the_old_day(acting, supplier) -> None:
    finding = add(acting, supplier)
    old = finding.close_due
    assert old
    new = old + timedelta(days=30)
    actor = acting(OFFICER)
    with db.transaction():
        services.ask_extension(actor, queries.get_finding(actor, finding.id), None, new, "The smelter was flooded")
    with pytest.raises(BadInput, match="already"), db.transaction():
        services.ask_extension(actor, queries.get_finding(actor, finding.id), None, new, "Again")
    with pytest.raises(Forbidden), db.transaction():
        services.decide_extension(actor, queries.get_finding(actor, finding.id), True)
    assert queries.get_finding(acting(OFFICER), finding.id).close_due == old
    colleague = acting(COLLEAGUE)
    with db.transaction():
        services.decide_extension(colleague, queries.get_finding(colleague, finding.id), True)
    assert queries.get_finding(colleague, finding.id).close_due == new
    kept = db.session.scalars(select(FindingExtension)).one()
    assert (kept.old_due, kept.new_due, kept.approved) == (old, new, True)
    assert kept.asked_by_id != kept.decided_by_id


def test_a_refused_extension_moves_nothing(acting, supplier) -> None:
    finding = add(acting, supplier)
    actor = acting(OFFICER)
    with db.transaction():
        mine = queries.get_finding(actor, finding.id)
        action = services.add_action(actor, mine, "Pay back", ActionOwner.SUPPLIER, SOON)
        services.ask_extension(actor, mine, action.id, SOON + timedelta(days=7), "Bank holidays")
    colleague = acting(COLLEAGUE)
    with db.transaction():
        services.decide_extension(colleague, queries.get_finding(colleague, finding.id), False)
    assert queries.get_finding(colleague, finding.id).actions[0].due_on == SOON


def test_a_summary_is_released_only_once_the_plan_is_agreed(acting, supplier, step, authority_ids) -> None:
    finding = add(acting, supplier)
    actor = acting(OFFICER)
    with pytest.raises(BadInput, match="dated plan"), db.transaction():
        services.release(actor, queries.get_finding(actor, finding.id))
    other = acting("oslo-officer")
    assert queries.of_supplier(other, supplier.id) == queries.OfSupplier([], [], [])
    finding = planned(acting, supplier, step)
    actor = acting(OFFICER)
    with db.transaction():
        services.release(actor, queries.get_finding(actor, finding.id))
        services.reply(actor, queries.get_finding(actor, finding.id), "We pay it back.", Received.MAIL, today())
    other = acting("oslo-officer")
    seen = queries.of_supplier(other, supplier.id)
    assert seen.findings == []
    assert [one.summary for one in seen.releases] == ["Deductions from wages in final assembly."]
    assert [(one.authority_id, one.light, one.reasons) for one in seen.lights] == [
        (authority_ids["stockholm"], Light.YELLOW, {Reason.HANDLED: 1})
    ]
    assert [one.text for one in queries.replies_to(finding.id)] == ["We pay it back."]
    with pytest.raises(NotFound):
        queries.get_finding(other, finding.id)
    for table in ("finding", "corrective_action", "finding_step", "finding_extension", "finding_evidence"):
        assert db.session.scalar(text("SELECT count(*) FROM " + table)) == 0  # row-level security  # noqa: S608


def test_others_learn_that_it_is_closed_and_lose_it_when_it_is_kept(acting, supplier, step) -> None:
    finding = submitted(acting, supplier, step, severity=Severity.MINOR)
    actor = acting(OFFICER)
    with db.transaction():
        services.release(actor, queries.get_finding(actor, finding.id))
    step(finding, StepKind.VERIFIED)
    other = acting("oslo-officer")
    assert queries.of_supplier(other, supplier.id).lights[0].light is Light.GREEN
    actor = acting(OFFICER)
    with db.transaction():
        kept = data(severity=Severity.MINOR, disclosure=Audience.OWNER)
        services.change_finding(actor, queries.get_finding(actor, finding.id), kept)
    other = acting("oslo-officer")
    assert queries.of_supplier(other, supplier.id) == queries.OfSupplier([], [], [])
    assert db.session.scalar(text("SELECT count(*) FROM finding_reply")) == 0


def test_a_named_authority_sees_the_whole_finding_but_changes_nothing(acting, supplier, authority_ids, step) -> None:
    finding = add(acting, supplier, audience=Audience.NAMED, named_ids=[authority_ids["stavanger"]])
    attach(acting, finding)
    other = acting("stavanger-officer")
    seen = queries.get_finding(other, finding.id)
    assert [one.item.filename for one in queries.files_of(other, seen)] == ["payslips.pdf"]
    with pytest.raises(Forbidden), db.transaction():
        services.release(other, seen)
    actor = acting(OFFICER)
    with db.transaction():
        services.change_finding(actor, queries.get_finding(actor, finding.id), data())
    other = acting("stavanger-officer")
    with pytest.raises(NotFound):
        queries.get_finding(other, finding.id)
    assert db.session.scalar(text("SELECT count(*) FROM evidence_item")) == 0  # the files went along


def test_a_whole_finding_is_never_for_all_members(acting, supplier) -> None:
    with pytest.raises(BadInput, match="never for all"):
        add(acting, supplier, audience=Audience.MEMBERS)


@pytest.mark.parametrize(
    "values",
    [
        {"found_on": today() + timedelta(days=1)},
        {"summary": None},
        {"disclosure": Audience.NAMED},
        {"severity": Severity.RISK, "review_on": today() - timedelta(days=1)},
    ],
)
def test_bad_input_writes_nothing(acting, supplier, values) -> None:
    with pytest.raises(BadInput):
        add(acting, supplier, **values)
    assert db.session.scalar(text("SELECT count(*) FROM finding")) == 0


def test_an_audit_of_another_supplier_or_authority_is_not_taken(acting, supplier, authority_ids) -> None:
    acting("system")
    with db.transaction():
        elsewhere = make_audit(owner_id=authority_ids["stockholm"]).id
        hidden = make_audit(owner_id=authority_ids["oslo"], supplier=make_supplier("Dal Data AS")).id
    for audit_id in (elsewhere, hidden):
        with pytest.raises(NotFound):
            add(acting, supplier, audit_id=audit_id)


def test_the_severity_stays_once_a_plan_is_agreed(acting, supplier, step) -> None:
    finding = planned(acting, supplier, step)
    actor = acting(OFFICER)
    with pytest.raises(BadInput, match="plan is agreed"), db.transaction():
        services.change_finding(actor, queries.get_finding(actor, finding.id), data(severity=Severity.MINOR))
    with db.transaction():
        services.change_finding(actor, queries.get_finding(actor, finding.id), replace(data(), title="Deductions"))
    assert queries.get_finding(actor, finding.id).title == "Deductions"


def test_what_waits_and_its_count_are_the_same(acting, supplier, step, authority_ids) -> None:
    late = add(acting, supplier, found_on=today() - timedelta(days=20))
    waiting = submitted(acting, supplier, step)
    acting("system")
    with db.transaction():
        with_late_action = make_finding(owner_id=authority_ids["stockholm"], supplier=supplier, state="in_progress")
        make_action(with_late_action, due_on=today() - timedelta(days=1))
        make_finding(owner_id=authority_ids["oslo"], supplier=supplier, plan_due=today(), audience="members")
    for persona, expected in (
        (OFFICER, {late.id, with_late_action.id}),  # one does not verify one's own word
        (COLLEAGUE, {late.id, with_late_action.id, waiting.id}),
        ("oslo-officer", set()),
    ):
        actor = acting(persona)
        assert {item.args["finding_id"] for item in queries.todo(actor)} == expected
        assert db.session.scalar(select(queries.todo_count(actor, today()))) == len(expected)


def test_the_list_by_light_says_what_the_light_says(acting, supplier, authority_ids) -> None:
    acting("system")
    past = today() - timedelta(days=1)
    with db.transaction():
        for values in (
            {},
            {"close_due": past, "found_on": past},
            {"plan_due": past, "found_on": past},
            {"plan_due": past, "found_on": past, "state": "in_progress"},
            {"state": "closed", "closed_on": today(), "close_due": past, "found_on": past},
            {"severity": "observation", "plan_due": None, "close_due": None},
        ):
            make_finding(owner_id=authority_ids["stockholm"], supplier=supplier, **values)
    actor = acting(OFFICER)
    everything = queries.all_findings(actor, queries.Choice())
    assert len(everything) == 6
    for colour in Light:
        listed = {one.id for one in queries.all_findings(actor, queries.Choice(light=colour))}
        assert listed == {one.id for one in everything if queries.standing_light(one) is colour}
        assert len(listed) == 2


def test_written_steps_and_replies_stay_as_they_are(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        release = make_release(owner_id=authority_ids["stockholm"])
        db.session.add(FindingReply(finding_id=release.finding_id, text="No", received="mail", received_on=today()))
    for statement in ("UPDATE finding_reply SET text = 'Yes'", "DELETE FROM finding_step"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert db.session.scalars(select(FindingRelease)).one().id == release.id
