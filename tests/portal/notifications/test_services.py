"""Who is told of what others share, and that nothing is told or shown beyond its audience."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from portal import db
from portal.audits.models import AuditParticipant, JointAudit
from portal.authorities.models import Authority
from portal.minerals.wording import change_title
from portal.notifications import services
from portal.notifications.labels import title
from portal.notifications.models import Notice
from portal.notifications.queries import inbox
from portal.registry.models import Follow
from tests.factories.assessments import make_assessment
from tests.factories.audits import make_audit
from tests.factories.declarations import make_declaration
from tests.factories.dialogues import make_dialogue
from tests.factories.registry import make_supplier

SHARED: list[tuple[Callable[..., Any], Callable[..., None], str]] = [
    (make_declaration, services.tell_of_declaration, "declaration_id"),
    (make_dialogue, services.tell_of_dialogue, "dialogue_id"),
    (make_assessment, services.tell_of_assessment, "assessment_id"),
]


@pytest.fixture
def share(acting, authority_ids: dict[str, UUID]):
    """`share(make, audience, named, followers)`: Stockholm's record about a followed supplier."""

    def make(factory, audience: str, named: tuple[str, ...] = (), followers=("stockholm", "stavanger", "oslo")) -> Any:
        acting("system")
        with db.transaction() as session:
            supplier = make_supplier()
            for slug in followers:
                session.add(Follow(authority_id=authority_ids[slug], supplier_id=supplier.id))
            return factory(
                owner_id=authority_ids["stockholm"],
                supplier_id=supplier.id,
                audience=audience,
                named_ids=[authority_ids[slug] for slug in named],
            )

    return make


def tell(teller: Callable[..., None], **payload: object) -> None:
    with db.transaction():
        teller(uuid4(), {name: str(value) for name, value in payload.items()})


def told() -> set[str]:
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    return set(db.session.scalars(select(Authority.slug).join(Notice, Notice.authority_id == Authority.id)))


@pytest.mark.parametrize(("factory", "teller", "name"), SHARED, ids=lambda value: getattr(value, "__name__", value))
@pytest.mark.parametrize(
    ("audience", "named", "expected"),
    [
        ("owner", (), set()),
        ("named", ("barcelona",), {"barcelona"}),
        ("named", ("barcelona", "oslo"), {"barcelona", "oslo"}),
        ("members", (), {"stavanger", "oslo"}),
    ],
)
def test_who_is_told(share, factory, teller, name, audience, named, expected) -> None:
    """Those whom the owner named, and of all members those that follow; never the owner."""
    record = share(factory, audience, named)
    tell(teller, **{name: record.id})
    tell(teller, **{name: record.id})
    assert told() == expected
    assert len(db.session.scalars(select(Notice)).all()) == len(expected)


@pytest.mark.parametrize(("factory", "teller", "name"), SHARED, ids=lambda value: getattr(value, "__name__", value))
def test_what_was_unshared_meanwhile_is_told_to_nobody(share, factory, teller, name) -> None:
    record = share(factory, "members")
    with db.transaction():
        db.session.execute(update(type(record)).values(audience="owner"))
    tell(teller, **{name: record.id})
    assert told() == set()


@pytest.mark.parametrize(("factory", "teller", "name"), SHARED, ids=lambda value: getattr(value, "__name__", value))
def test_what_is_unshared_later_is_named_no_longer(share, acting, client_for, factory, teller, name) -> None:
    record = share(factory, "members")
    tell(teller, **{name: record.id})
    oslo = client_for("oslo-officer")
    assert "Halden Computing AB" in oslo.get("/inbox").text
    acting("system")
    with db.transaction():
        db.session.execute(update(type(record)).values(audience="owner"))
    page = oslo.get("/inbox").text
    assert "shared no longer" in page
    assert "Halden Computing AB" not in page
    assert str(record.id) not in page


@pytest.mark.parametrize("teller", [one[1] for one in SHARED])
def test_a_record_that_is_gone_is_told_to_nobody(acting, teller) -> None:
    acting("system")
    names = [one[2] for one in SHARED]
    tell(teller, **dict.fromkeys(names, uuid4()))
    assert told() == set()


@pytest.fixture
def audit(acting, authority_ids: dict[str, UUID]) -> JointAudit:
    """Stockholm's audit, to which Stavanger is invited."""
    acting("system")
    with db.transaction() as session:
        found: JointAudit = make_audit(
            owner_id=authority_ids["stockholm"], audience="named", named_ids=[authority_ids["stavanger"]]
        )
        if authority_ids["stavanger"] not in {row.authority_id for row in found.participants}:
            session.add(
                AuditParticipant(
                    audit_id=found.id, authority_id=authority_ids["stavanger"], role="co_buyer", answer="invited"
                )
            )
    return found


def test_an_invited_authority_is_told(audit, authority_ids) -> None:
    for _ in range(2):
        tell(services.tell_of_invitation, audit_id=audit.id, authority_id=authority_ids["stavanger"])
    tell(services.tell_of_invitation, audit_id=audit.id, authority_id=authority_ids["oslo"])
    assert told() == {"stavanger"}
    assert len(db.session.scalars(select(Notice)).all()) == 1


def test_who_takes_part_is_told_of_each_step_and_nobody_else(audit, acting, authority_ids, client_for) -> None:
    tell(services.tell_of_audit_step, audit_id=audit.id, step="notify")
    assert told() == {"stavanger"}
    assert (
        "Joint audit of Halden Computing AB: Notice sent to the supplier"
        in client_for("stavanger-officer").get("/inbox").text
    )
    acting("system")
    with db.transaction():
        db.session.execute(
            update(AuditParticipant)
            .where(AuditParticipant.authority_id == authority_ids["stavanger"])
            .values(answer="declined")
        )
        db.session.execute(text("DELETE FROM notice"))
    tell(services.tell_of_audit_step, audit_id=audit.id, step="begin")
    assert told() == set()


def test_the_lead_is_told_of_an_answer_in_its_present_form(audit, acting, authority_ids, client_for) -> None:
    tell(services.tell_of_answer, audit_id=audit.id, authority_id=authority_ids["stavanger"])
    assert told() == {"stockholm"}
    lead = client_for("stockholm-officer")
    for answer, words in (("joined", "City of Stavanger joins"), ("declined", "City of Stavanger does not join")):
        acting("system")
        with db.transaction():
            db.session.execute(
                update(AuditParticipant)
                .where(AuditParticipant.authority_id == authority_ids["stavanger"])
                .values(answer=answer)
            )
        assert words in lead.get("/inbox").text


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("conformant", "removed", "is no longer on the list of gold smelters"),
        ("active", "non_conformant", "did not meet the standard"),
        ("conformant", "active", "is no longer conformant"),
        ("outreach", "conformant", "is now conformant"),
        (None, "outreach", "is now on the list"),
        ("outreach", "suspended", "has another status"),
    ],
)
def test_leaving_a_list_is_told_apart_from_failing(before: str | None, after: str, words: str) -> None:
    params = {"name": "Smelter 1", "metal": "gold", "before": before, "after": after}
    assert words in change_title(params)


def test_a_card_is_marked_as_read_in_place_with_a_way_back(share, acting, client_for) -> None:
    record = share(make_dialogue, "members")
    tell(services.tell_of_dialogue, dialogue_id=record.id)
    card = inbox(acting("oslo-officer")).rows[0]
    assert "dialogue" in title(card, {})
    oslo, url = client_for("oslo-officer"), f"/inbox/{card.notice.id}/read"
    done = oslo.post(url, headers={"HX-Request": "true"})
    assert "Marked as read" in done.text
    assert 'name="undo"' in done.text
    back = oslo.post(url, data={"undo": "1"}, headers={"HX-Request": "true"})
    assert "Halden Computing AB" in back.text
    assert "Mark as read" in back.text
    assert client_for("stavanger-officer").post(url).status_code == 404
    assert oslo.post(url, data={"next": "//evil.example"}).location == "/inbox"
    assert oslo.post(url, data={"next": "/inbox?unread=1"}).location == "/inbox?unread=1"


def test_an_empty_inbox_helps(client_for, database) -> None:
    officer = client_for("oslo-officer")
    assert "Follow a supplier" in officer.get("/inbox").text
    assert client_for("operator").get("/inbox").status_code == 403


def test_the_inbox_is_paged(acting, authority_ids, client_for) -> None:
    from tests.factories.notifications import make_notice

    acting("system")
    with db.transaction():
        for _ in range(35):
            make_notice(owner_id=authority_ids["oslo"])
    actor = acting("oslo-officer")
    first = inbox(actor)
    second = inbox(actor, first.next_cursor)
    assert (len(first.rows), len(second.rows), second.next_cursor) == (30, 5, None)
    assert len({card.notice.id for card in [*first.rows, *second.rows]}) == 35
    assert 'rel="next"' in client_for("oslo-officer").get("/inbox").text


def test_a_notice_is_its_authoritys_alone_in_the_database(acting, authority_ids) -> None:
    from tests.factories.notifications import make_notice

    acting("system")
    with db.transaction():
        make_notice(owner_id=authority_ids["oslo"])
    for persona, expected in (("oslo-officer", 1), ("stockholm-officer", 0), ("operator", 0)):
        acting(persona)
        assert db.session.scalar(text("SELECT count(*) FROM notice")) == expected
