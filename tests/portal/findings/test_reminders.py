"""Reminders of findings: each rung once, to the finding's authority alone, and only while it is so."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.clock import today
from portal.findings import reminders
from portal.findings.models import CorrectiveAction, Finding, FindingStep
from portal.findings.reminders import Due, Rung, rung_of
from portal.notifications.models import Notice
from tests.events import deliver_all
from tests.factories.findings import make_action, make_finding
from worker.tasks import schedules

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("what", "days_after", "rung"),
    [
        (Due.PLAN, -4, None),
        (Due.PLAN, -3, Rung.SOON),
        (Due.PLAN, 0, Rung.SOON),
        (Due.PLAN, 1, Rung.LATE),
        (Due.ACTION, -8, None),
        (Due.ACTION, -7, Rung.SOON),
        (Due.CLOSING, -15, None),
        (Due.CLOSING, -14, Rung.SOON),
        (Due.CLOSING, 1, Rung.LATE),
        (Due.VERIFICATION, 0, None),
        (Due.VERIFICATION, 1, Rung.LATE),
    ],
)
def test_when_a_rung_is_reached(what, days_after, rung) -> None:
    assert rung_of(what, today(), today() + days_after * DAY) == rung


@pytest.fixture
def finding(acting, authority_ids):
    """A finding of Stockholm whose plan is due in ten days; its id."""
    acting("system")
    with db.transaction():
        return make_finding(owner_id=authority_ids["stockholm"], plan_due=today() + 10 * DAY).id


def told() -> list[tuple[str, str]]:
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    rows = db.session.scalars(select(Notice).where(Notice.kind == "finding_due").order_by(Notice.id))
    return [(row.params["what"], row.params["rung"]) for row in rows]


def on_day(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    day = today() + days * DAY
    monkeypatch.setattr(reminders, "today", lambda: day)
    for _ in range(2):
        schedules.remind_of_findings()
        deliver_all()


def test_a_plan_is_told_of_once_a_rung_however_often_the_clock_runs(finding, monkeypatch) -> None:
    on_day(monkeypatch, 0)
    assert told() == []
    for days in (7, 8, 10, 11, 12):
        on_day(monkeypatch, days)
    assert told() == [("plan", "soon"), ("plan", "late")]


def test_the_card_leads_its_authority_to_the_finding_and_nobody_else(finding, client_for, monkeypatch) -> None:
    on_day(monkeypatch, 11)
    page = client_for("stockholm-officer").get("/inbox").text
    assert "The plan for a finding at" in page
    assert f"/findings/{finding}" in page
    assert str(finding) not in client_for("oslo-officer").get("/inbox").text


def test_an_action_with_more_time_is_told_of_anew(acting, finding, monkeypatch) -> None:
    acting("system")
    with db.transaction():
        one = db.session.get_one(Finding, finding)
        one.state = "in_progress"
        action_id = make_action(one, due_on=today() + 5 * DAY).id
    on_day(monkeypatch, 0)
    on_day(monkeypatch, 6)
    assert told() == [("action", "soon"), ("action", "late")]
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        db.session.get_one(CorrectiveAction, action_id).due_on = today() + 20 * DAY
    on_day(monkeypatch, 7)
    assert len(told()) == 2
    on_day(monkeypatch, 15)
    assert told()[2:] == [("action", "soon")]
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        action = db.session.get_one(CorrectiveAction, action_id)
        action.state, action.done_on = "done", today()
    on_day(monkeypatch, 30)
    assert ("action", "late") not in told()[2:]


def test_a_remedy_that_nobody_verifies_is_told_of_after_a_week(acting, actor_of, finding, monkeypatch) -> None:
    acting("system")
    with db.transaction():
        one = db.session.get_one(Finding, finding)
        one.state, one.submitted_by_id = "submitted", actor_of("stockholm-officer").user_id
        db.session.add(FindingStep(finding_id=finding, kind="submitted", taken_on=today()))
    on_day(monkeypatch, 7)
    assert told() == []
    on_day(monkeypatch, 8)
    assert told() == [("verification", "late")]


def test_what_was_done_before_the_notice_is_delivered_is_not_told(acting, finding, monkeypatch) -> None:
    day = today() + 11 * DAY
    monkeypatch.setattr(reminders, "today", lambda: day)
    schedules.remind_of_findings()
    acting("system")
    with db.transaction():
        db.session.get_one(Finding, finding).state = "plan_agreed"
    deliver_all()
    assert told() == []


def test_closed_findings_rest(acting, authority_ids, monkeypatch) -> None:
    acting("system")
    with db.transaction():
        make_finding(owner_id=authority_ids["stockholm"], state="closed", closed_on=today())
    on_day(monkeypatch, 400)
    assert told() == []
