"""The daily digest, from a notice to the letter in a real mail server: once a day, in the person's language."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from portal import db
from portal.access.actor import system_actor
from portal.awards.models import Award
from portal.notifications import digests
from portal.notifications.models import DigestChoice, DigestMail, Notice
from portal.outbox.models import OutboxEvent
from tests.events import deliver_all
from tests.factories.declarations import make_declaration
from tests.factories.minerals import make_run_of
from tests.factories.registry import make_supplier
from tests.mailbox import Mailbox, running
from tests.personas import PERSONAS
from worker.tasks import schedules

DAY = "2026-10-01"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, database: str) -> Iterator[Mailbox]:
    """A mail server on this machine, and settings that lead there; it is morning."""
    monkeypatch.setattr(schedules, "FIRST_HOUR", 0)
    with running(monkeypatch) as box:
        yield box


@pytest.fixture
def told(acting, authority_ids) -> Callable[..., None]:
    """`told(name, after)`: Stockholm is told that a smelter in a declaration of its supplier changed."""

    def make(name: str = "Fjord Gold", after: str = "removed") -> None:
        acting("system")
        with db.transaction() as session:
            if not session.scalar(text("SELECT count(*) FROM declaration")):
                supplier = make_supplier("Halden Computing AB")
                owner = authority_ids["stockholm"]
                make_declaration(owner_id=owner, supplier_id=supplier.id, smelters=(("CID900001", "gold"),))
                session.execute(
                    text("INSERT INTO follow (authority_id, supplier_id) VALUES (:owner, :supplier)"),
                    {"owner": owner, "supplier": supplier.id},
                )
            run = make_run_of(db.now().date())
            session.add(
                Notice(
                    authority_id=authority_ids["stockholm"],
                    key=f"test:{uuid4()}",
                    kind="assurance_changed",
                    object_id=run.id,
                    params={
                        "scheme": "rmap", "facility_id": "CID900001", "metal": "gold", "name": name,
                        "before": "conformant", "after": after, "as_of": DAY, "severity": "bad",
                    },
                )
            )  # fmt: skip

    return make


def ask(acting, who: str = "stockholm-officer", locale: str = "en") -> None:
    actor = acting(who)
    with db.transaction():
        digests.choose(actor, wanted=True, locale=locale)


def come_round() -> None:
    """The clock knocks twice and everything is delivered, with what was put off."""
    db.session.remove()
    for _ in range(2):
        schedules.request_due_digests()
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    with db.transaction() as session:
        session.execute(text("UPDATE outbox_event SET due_at = now() WHERE done_at IS NULL"))
    deliver_all()
    db.session.remove()
    db.set_scope(authority_id=None, system=True)


def next_day() -> None:
    with db.transaction() as session:
        session.execute(text("UPDATE digest_mail SET day = day - 1"))


def states() -> list[str]:
    return list(db.session.scalars(select(DigestMail.state).order_by(DigestMail.day)))


def test_a_person_who_asked_gets_one_letter_a_day(mailbox: Mailbox, told, acting) -> None:
    ask(acting)
    told()
    come_round()
    come_round()
    (letter,) = mailbox.letters
    assert letter["To"] == PERSONAS["stockholm-officer"].email
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://portal\.test/digest/\S+/stop>", letter["List-Unsubscribe"])
    plain, rich = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain
    assert rich
    for part in (plain.get_content(), rich.get_content()):
        assert "Fjord Gold is no longer on the list of gold smelters" in part
        assert "Halden Computing AB" in part
        assert "https://portal.test/account/digest" in part
        assert "does not by itself prove harm" in part
    assert states() == ["sent"]


def test_nobody_else_gets_one(mailbox: Mailbox, told, acting) -> None:
    ask(acting, "oslo-officer")
    told()
    come_round()
    assert mailbox.letters == []
    assert states() == ["nothing"]


def test_it_is_in_the_persons_language(mailbox: Mailbox, told, acting) -> None:
    ask(acting, locale="sv")
    told("Åsgruvan & Söner", after="non_conformant")
    come_round()
    (letter,) = mailbox.letters
    plain, rich = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain
    assert rich
    assert "Åsgruvan & Söner" in plain.get_content()
    assert "Åsgruvan &amp; Söner" in rich.get_content()
    assert "did not meet the standard" not in plain.get_content()


def test_the_next_day_tells_only_what_is_new(mailbox: Mailbox, told, acting) -> None:
    ask(acting)
    told("First")
    come_round()
    next_day()
    told("Second")
    come_round()
    next_day()
    come_round()
    bodies = [letter.get_body(("plain",)) for letter in mailbox.letters]
    assert [("First" in body.get_content(), "Second" in body.get_content()) for body in bodies if body] == [
        (True, False),
        (False, True),
    ]
    assert states() == ["sent", "sent", "nothing"]


def test_what_was_read_is_not_told(mailbox: Mailbox, told, acting, client_for) -> None:
    ask(acting)
    told()
    client_for("stockholm-officer").post("/inbox/read")
    come_round()
    assert mailbox.letters == []


def test_a_server_that_says_no_is_asked_again(mailbox: Mailbox, told, acting) -> None:
    ask(acting)
    told()
    mailbox.refusal = "451 try later"
    come_round()
    assert (states(), mailbox.letters) == (["failed"], [])
    assert "451 try later" in (db.session.scalar(select(DigestMail.error)) or "")
    assert "NotTaken" in (db.session.scalar(select(OutboxEvent.last_error)) or "")
    mailbox.refusal = None
    come_round()
    assert (states(), len(mailbox.letters)) == (["sent"], 1)


def test_a_letter_that_may_be_under_way_is_not_sent_again(mailbox: Mailbox, told, acting) -> None:
    """Its notices stand in the next day's letter: told twice rather than never, but two letters on no day."""
    ask(acting)
    told("First")
    mailbox.hang_up = True
    come_round()
    come_round()
    assert (len(mailbox.letters), states()) == (1, ["sending"])
    mailbox.hang_up = False
    next_day()
    come_round()
    assert len(mailbox.letters) == 2
    body = mailbox.letters[1].get_body(("plain",))
    assert body
    assert "First" in body.get_content()


def test_a_worker_that_died_after_the_claim_sends_no_second(mailbox: Mailbox, told, acting) -> None:
    ask(acting)
    told()
    acting("system")
    with db.transaction():
        (mail_id,) = digests.request_due(system_actor("test"))
    with db.transaction():
        assert digests.claim(mail_id)
        assert not digests.claim(mail_id)
    come_round()
    assert mailbox.letters == []


def test_the_link_ends_it_without_a_session(mailbox: Mailbox, told, acting, client_for) -> None:
    ask(acting)
    told()
    come_round()
    path = mailbox.letters[0]["List-Unsubscribe"].strip("<>").removeprefix("https://portal.test")
    visitor = client_for(None)
    assert "End the letters" in visitor.get(path).text
    assert db.session.scalar(select(func.count()).select_from(DigestChoice)) == 1
    for _ in range(2):
        answer = visitor.post(path, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, "No more letters" in answer.text) == (200, True)
    acting("system")
    assert db.session.scalar(select(func.count()).select_from(DigestChoice)) == 0
    assert visitor.get("/digest/forged/stop").status_code == 404
    assert visitor.post("/digest/forged/stop").status_code == 404
    next_day()
    told("Later")
    come_round()
    assert len(mailbox.letters) == 1


def test_the_page_of_ones_own_choice(client_for, acting, database: str) -> None:
    officer = client_for("stockholm-officer")
    assert "no mail server yet" in officer.get("/account/digest").text
    officer.post("/account/digest", data={"wanted": "y", "locale": "nb"})
    acting("system")
    assert db.session.scalar(select(DigestChoice.locale)) == "nb"
    assert officer.post("/account/digest", data={"wanted": "y", "locale": "xx"}).status_code in (200, 400)
    officer.post("/account/digest", data={"locale": "nb"})
    acting("system")
    assert db.session.scalar(select(func.count()).select_from(DigestChoice)) == 0
    actions = db.session.scalars(text("SELECT action FROM journal_entry WHERE action LIKE 'digest%' ORDER BY 1")).all()
    assert actions == ["digest.chosen", "digest.stopped"]


def test_who_lost_the_membership_is_written_to_no_more(mailbox: Mailbox, told, acting) -> None:
    ask(acting)
    told()
    with db.transaction() as session:
        session.execute(text("UPDATE membership SET ended_at = now() - :hour"), {"hour": timedelta(hours=1)})
    come_round()
    assert (mailbox.letters, states()) == ([], ["stopped"])


def test_areas_and_awards_stand_in_it_with_their_facts(mailbox, acting, authority_ids) -> None:
    ask(acting)
    acting("system")
    with db.transaction() as session:
        supplier, run = make_supplier("Halden Computing AB"), make_run_of(db.now().date())
        award = Award(
            run_id=run.id, notice_id="n-1", part="1", title="Laptops", buyer="Region Nord", winner="Halden",
            winner_norm="halden", group_size=1,
        )  # fmt: skip
        session.add(award)
        session.flush()
        facts = {"country": "VE", "as_of": DAY, "added": [], "removed": ["Venezuela"], "supplier_id": str(supplier.id)}
        won = {"supplier_id": str(supplier.id), "awards": 2}
        for kind, object_id, params in (("areas_changed", run.id, facts), ("award_seen", award.id, won)):
            owner = authority_ids["stockholm"]
            session.add(Notice(authority_id=owner, key=kind, kind=kind, object_id=object_id, params=params))
    come_round()
    (letter,) = mailbox.letters
    for part in ("plain", "html"):
        body = letter.get_body((part,))
        assert body
        content = body.get_content()
        assert "Venezuela: no longer on the CAHRA list as before" in content
        assert "Gone: Venezuela." in content
        assert "Halden Computing AB was awarded 2 contracts by Region Nord" in content
