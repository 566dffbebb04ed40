"""The ladder of reminders: each rung once, told to who asked, and only while it is the supplier's turn."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.access.actor import system_actor
from portal.clock import today
from portal.notifications import queries as inbox
from portal.notifications.models import Notice
from portal.requests import reminders, services
from portal.requests.models import DeclarationRequest
from tests.events import deliver_all
from tests.factories.declarations import make_declaration
from tests.factories.requests import make_request
from worker.tasks import schedules


@pytest.fixture
def late(acting, authority_ids):
    """A request of Stockholm that is a day late."""
    acting("system")
    with db.transaction():
        return make_request(owner_id=authority_ids["stockholm"], due_on=today() - timedelta(days=1)).id


def notices() -> list[tuple[str, str]]:
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    rows = db.session.scalars(select(Notice).where(Notice.kind == "request_due").order_by(Notice.id))
    return [(str(row.object_id), row.params["rung"]) for row in rows]


def on_day(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    day = today() + timedelta(days=days)
    monkeypatch.setattr(reminders, "today", lambda: day)


def test_each_rung_is_told_once_however_often_the_clock_runs(acting, late, monkeypatch) -> None:
    for _ in range(3):
        schedules.remind_of_requests()
        deliver_all()
    assert notices() == [(str(late), "late")]
    for days in (12, 13, 13, 29, 29, 90):
        on_day(monkeypatch, days)
        schedules.remind_of_requests()
        deliver_all()
    assert [rung for _id, rung in notices()] == ["late", "again", "last"]


def test_a_clock_that_stood_still_tells_only_the_highest_rung(acting, late, monkeypatch) -> None:
    on_day(monkeypatch, 40)
    schedules.remind_of_requests()
    deliver_all()
    assert [rung for _id, rung in notices()] == ["last"]


def test_only_who_asked_is_told_and_the_card_leads_to_the_request(acting, client_for, late) -> None:
    schedules.remind_of_requests()
    deliver_all()
    page = client_for("stockholm-officer").get("/inbox").text
    assert "is late: send the first reminder" in page
    assert f"/requests/{late}" in page
    assert str(late) not in client_for("oslo-officer").get("/inbox").text
    assert inbox.unread_count(acting("oslo-officer")) == 0


def test_what_was_answered_meanwhile_is_not_told(acting, late) -> None:
    schedules.remind_of_requests()
    me = acting("stockholm-officer")
    with db.transaction():
        request = db.session.get_one(DeclarationRequest, late)
        services.receive(me, request, make_declaration(owner_id=me.authority_id, supplier_id=request.supplier_id))
    deliver_all()
    assert notices() == []


def test_a_moved_date_begins_the_ladder_anew(acting, late, monkeypatch) -> None:
    schedules.remind_of_requests()
    deliver_all()
    me = acting("stockholm-officer")
    with db.transaction():
        services.postpone(me, db.session.get_one(DeclarationRequest, late), today() + timedelta(days=20), "They asked")
    schedules.remind_of_requests()
    deliver_all()
    assert [rung for _id, rung in notices()] == ["late"]
    on_day(monkeypatch, 13)
    schedules.remind_of_requests()
    deliver_all()
    assert [rung for _id, rung in notices()] == ["late", "soon"]


def test_two_clocks_at_once_note_a_rung_once(acting, late) -> None:
    acting("system")
    with db.transaction():
        assert list(reminders.note_due(system_actor("schedule"))) == [late]
    with db.transaction():
        assert list(reminders.note_due(system_actor("schedule"))) == []
