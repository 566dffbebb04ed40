"""The ladder of an obligation: each rung told once, to its authority alone, and only while it is so."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from portal import db
from portal.clock import today
from portal.notifications.models import Notice
from portal.obligations import reminders
from portal.obligations.models import Obligation
from portal.obligations.reminders import Rung, ladder, rung_of
from tests.events import deliver_all
from tests.factories.contracts import make_contract
from tests.factories.obligations import make_obligation
from tests.factories.registry import make_supplier
from worker.tasks import schedules

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("days_after", "rung"),
    [
        (-31, None),
        (-30, Rung.AHEAD),
        (-8, Rung.AHEAD),
        (-7, Rung.SOON),
        (0, Rung.SOON),  # the due day itself is in time
        (1, Rung.LATE),
        (14, Rung.AGAIN),
        (30, Rung.LAST),
        (400, Rung.LAST),
    ],
)
def test_when_a_rung_is_reached(days_after: int, rung: Rung | None) -> None:
    assert rung_of(today(), today() + days_after * DAY) == rung


def test_the_ladder_goes_up() -> None:
    days = [day for _rung, day in ladder(today())]
    assert days == sorted(days)
    assert [rung for rung, _day in ladder(today())] == list(Rung)


@pytest.fixture
def obligation_id(acting, authority_ids) -> UUID:
    """Of Stockholm, due in forty days, under a contract that all members see."""
    acting("system")
    with db.transaction():
        supplier = make_supplier("Halden Computing AB")
        contract = make_contract(owner_id=authority_ids["stockholm"], supplier_id=supplier.id, audience="members")
        due_on = today() + 40 * DAY
        return make_obligation(owner_id=authority_ids["stockholm"], contract=contract, due_on=due_on).id


def on_day(monkeypatch: pytest.MonkeyPatch, days: int) -> list[tuple[UUID, str]]:
    """The clock knocks twice on a day; all that was told by then: (authority, rung)."""
    day = today() + days * DAY
    monkeypatch.setattr(reminders, "today", lambda: day)
    for _ in range(2):
        schedules.remind_of_obligations()
    deliver_all()
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    rows = db.session.scalars(select(Notice).where(Notice.kind == "obligation_due").order_by(Notice.id))
    return [(row.authority_id, row.params["rung"]) for row in rows]


def test_each_rung_is_told_once_and_what_was_missed_is_not(monkeypatch, obligation_id, authority_ids) -> None:
    ours = authority_ids["stockholm"]
    assert on_day(monkeypatch, 0) == []
    assert on_day(monkeypatch, 10) == [(ours, "ahead")]
    assert on_day(monkeypatch, 12) == [(ours, "ahead")]
    assert on_day(monkeypatch, 60) == [(ours, "ahead"), (ours, "again")]  # the clock stood still for a while


def test_what_is_delivered_or_moved_is_told_no_more_or_anew(monkeypatch, obligation_id) -> None:
    assert len(on_day(monkeypatch, 35)) == 1
    with db.transaction() as session:
        session.execute(update(Obligation).values(due_on=today() + 70 * DAY))
    assert len(on_day(monkeypatch, 36)) == 1
    assert len(on_day(monkeypatch, 41)) == 2
    with db.transaction() as session:
        session.execute(update(Obligation).values(state="delivered", delivered_on=today()))
    assert len(on_day(monkeypatch, 75)) == 2


def test_a_rung_that_is_over_when_the_notice_is_made_is_not_told(monkeypatch, obligation_id) -> None:
    day = today() + 35 * DAY
    monkeypatch.setattr(reminders, "today", lambda: day)
    schedules.remind_of_obligations()
    db.set_scope(authority_id=None, system=True)
    with db.transaction() as session:
        session.execute(update(Obligation).values(state="waived"))
    assert on_day(monkeypatch, 35) == []


def test_in_the_inbox_and_on_the_page(monkeypatch, client_for, obligation_id) -> None:
    on_day(monkeypatch, 41)
    inbox = client_for("stockholm-officer").get("/inbox").text
    assert "Halden Computing AB has not delivered in time: remind it" in inbox
    assert f"/obligations/{obligation_id}" in inbox
    assert "has not delivered" not in client_for("stavanger-officer").get("/inbox").text
    page = client_for("stockholm-officer").get(f"/obligations/{obligation_id}").text
    assert "When you are reminded" in page
    assert "Two weeks late" in page
