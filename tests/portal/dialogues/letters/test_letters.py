"""Joint letters: nobody signs for another, and no signature of an earlier text counts for a later one."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from portal import db
from portal.access.actor import Actor
from portal.clock import today
from portal.dialogues import queries as dialogues
from portal.dialogues.letters import queries, rules, services
from portal.dialogues.letters.models import JointLetter, LetterSignature
from portal.dialogues.letters.services import LetterData
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition, NotFound
from portal.notifications.models import Notice
from portal.notifications.services import tell_of_letter
from tests.factories.registry import make_supplier

Acting = Callable[[str], Actor]


def data(asked: list[UUID], **values) -> LetterData:
    return LetterData(
        **{
            "subject": "Cobalt of your laptops",
            "body": "Please name your refiners.",
            "language": "en",
            "sign_by": today() + timedelta(days=7),
            "reply_by": today() + timedelta(days=40),
            "asked_ids": asked,
            **values,
        }
    )


@pytest.fixture
def letter_id(acting: Acting, authority_ids) -> UUID:
    """Stockholm's letter, which Stavanger and Barcelona are asked to sign."""
    acting("system")
    with db.transaction():
        supplier_id = make_supplier("Halden Computing AB").id
    lead = acting("stockholm-officer")
    with db.transaction():
        return services.draft(lead, supplier_id, data([authority_ids["stavanger"], authority_ids["barcelona"]])).id


def sign(actor: Actor, letter_id: UUID) -> None:
    letter = queries.get_letter(actor, letter_id)
    with db.transaction():
        services.sign(actor, letter, letter.text_hash)


def test_signed_by_two_and_logged_with_those_who_signed(acting: Acting, authority_ids, letter_id: UUID) -> None:
    for name in ("stockholm-officer", "stavanger-officer"):
        sign(acting(name), letter_id)
    other = acting("barcelona-officer")
    with db.transaction():
        services.decline(other, queries.get_letter(other, letter_id), "We have asked already.")
    lead = acting("stockholm-officer")
    with db.transaction():
        entry = services.send(lead, queries.get_letter(lead, letter_id))
    assert (entry.channel, entry.escalation, entry.answer_by) == (
        "letter",
        "joint_letter",
        today() + timedelta(days=40),
    )
    assert {row.authority_id for row in entry.participants} == {authority_ids["stockholm"], authority_ids["stavanger"]}
    assert entry.named_ids == [authority_ids["stavanger"]]
    with pytest.raises(NotFound):
        dialogues.get_dialogue(acting("barcelona-officer"), entry.id)
    lead = acting("stockholm-officer")
    with pytest.raises(InvalidTransition), db.transaction():
        services.withdraw(lead, queries.get_letter(lead, letter_id))


def test_a_changed_text_is_signed_anew(acting: Acting, authority_ids, letter_id: UUID) -> None:
    sign(acting("stavanger-officer"), letter_id)
    asked = [authority_ids["stavanger"], authority_ids["barcelona"]]
    lead = acting("stockholm-officer")
    letter = queries.get_letter(lead, letter_id)
    with db.transaction():
        services.change(lead, letter, data(asked, body="Please name your mines."), version=letter.version)
    sign(acting("stockholm-officer"), letter_id)
    lead = acting("stockholm-officer")
    with pytest.raises(InvalidTransition), db.transaction():
        services.send(lead, queries.get_letter(lead, letter_id))
    assert [one.due_on for one in queries.todo(acting("stavanger-officer"))] == [today() + timedelta(days=7)]
    sign(acting("stavanger-officer"), letter_id)
    assert queries.todo(acting("stavanger-officer")) == []
    lead = acting("stockholm-officer")
    with db.transaction():
        assert "mines" in services.send(lead, queries.get_letter(lead, letter_id)).summary


def test_another_day_to_answer_by_is_another_letter(acting: Acting, authority_ids, letter_id: UUID) -> None:
    """The supplier reads that day in the letter, so nobody has signed for another one."""
    for name in ("stockholm-officer", "stavanger-officer"):
        sign(acting(name), letter_id)
    asked = [authority_ids["stavanger"], authority_ids["barcelona"]]
    lead = acting("stockholm-officer")
    letter = queries.get_letter(lead, letter_id)
    with db.transaction():
        sooner = data(asked, reply_by=today() + timedelta(days=10))
        services.change(lead, letter, sooner, version=letter.version)
    assert not any(rules.counts(one, letter.text_hash) for one in letter.signatures)
    with pytest.raises(InvalidTransition, match="signatures of at least"), db.transaction():
        services.send(lead, queries.get_letter(lead, letter_id))


def test_until_when_they_sign_is_no_part_of_what_is_signed(acting: Acting, authority_ids, letter_id: UUID) -> None:
    sign(acting("stavanger-officer"), letter_id)
    asked = [authority_ids["stavanger"], authority_ids["barcelona"]]
    lead = acting("stockholm-officer")
    letter = queries.get_letter(lead, letter_id)
    with db.transaction():
        later = data(asked, sign_by=today() + timedelta(days=9))
        services.change(lead, letter, later, version=letter.version)
    assert [one.authority_id for one in letter.signatures if rules.counts(one, letter.text_hash)] == asked[:1]


def test_a_letter_that_asks_for_an_answer_yesterday_does_not_go(
    acting: Acting, letter_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stockholm-officer", "stavanger-officer"):
        sign(acting(name), letter_id)
    lead = acting("stockholm-officer")
    monkeypatch.setattr(services, "today", lambda: today() + timedelta(days=41))
    with pytest.raises(InvalidTransition, match="has passed"), db.transaction():
        services.send(lead, queries.get_letter(lead, letter_id))


def test_what_was_read_is_signed_and_nothing_else(acting: Acting, authority_ids, letter_id: UUID) -> None:
    other = acting("stavanger-officer")
    with pytest.raises(Conflict), db.transaction():
        services.sign(other, queries.get_letter(other, letter_id), rules.hash_of("a", "b", "en", None))
    lead = acting("stockholm-officer")
    with pytest.raises(Conflict), db.transaction():
        services.change(lead, queries.get_letter(lead, letter_id), data([authority_ids["stavanger"]]), version=99)


def test_who_has_answered_stays_in_the_list(acting: Acting, authority_ids, letter_id: UUID) -> None:
    sign(acting("stavanger-officer"), letter_id)
    lead = acting("stockholm-officer")
    letter = queries.get_letter(lead, letter_id)
    with pytest.raises(BadInput), db.transaction():
        services.change(lead, letter, data([authority_ids["barcelona"]]), version=letter.version)
    letter = queries.get_letter(lead, letter_id)
    with db.transaction():
        services.change(lead, letter, data([authority_ids["stavanger"]]), version=letter.version)
    with pytest.raises(NotFound):
        queries.get_letter(acting("barcelona-officer"), letter_id)


def test_nobody_signs_for_another_not_even_by_sql(acting: Acting, authority_ids, letter_id: UUID) -> None:
    acting("oslo-officer")
    with pytest.raises(NotFound):
        queries.get_letter(acting("oslo-officer"), letter_id)
    lead = acting("stockholm-officer")
    changed = text(
        "UPDATE letter_signature SET answer = 'confirmed', text_hash = 'x', signed_by = 'x', answered_at = now()"
        " WHERE authority_id = :other"
    )
    with db.transaction() as session:
        assert session.execute(changed, {"other": authority_ids["stavanger"]}).rowcount == 0  # type: ignore[attr-defined]
    forged = LetterSignature(
        letter_id=letter_id,
        authority_id=authority_ids["oslo"],
        answer="confirmed",
        text_hash="x",
        signed_by="x",
        answered_at=db.now(),
    )
    with pytest.raises(DBAPIError), db.transaction() as session:
        session.add(forged)
    letter = queries.get_letter(lead, letter_id)
    with pytest.raises(Forbidden):
        services.sign(acting("stockholm-reader"), letter, letter.text_hash)


def test_only_who_is_asked_is_told_and_of_each_text_once(acting: Acting, authority_ids, letter_id: UUID) -> None:
    acting("system")
    with db.transaction() as session:
        text_hash = session.scalars(select(JointLetter.text_hash)).one()
        for name in ("stavanger", "oslo", "stavanger"):
            payload = {"letter_id": str(letter_id), "authority_id": str(authority_ids[name]), "text": text_hash}
            tell_of_letter(uuid4(), payload)
        tell_of_letter(uuid4(), {**payload, "text": "an earlier one"})
    told = db.session.scalars(select(Notice.authority_id).where(Notice.kind == "letter_asked")).all()
    assert told == [authority_ids["stavanger"]]


@dataclass(frozen=True)
class Said:
    answer: str
    text_hash: str | None


said = st.sampled_from(
    [Said("asked", None), Said("declined", None), Said("confirmed", "now"), Said("confirmed", "earlier")]
)


@given(st.lists(said, max_size=6))
def test_a_letter_goes_with_two_signatures_of_this_very_text(signatures: list[Said]) -> None:
    counted = [one for one in signatures if rules.counts(one, "now")]
    assert rules.may_send(signatures, "now") == (signatures.count(Said("confirmed", "now")) >= 2)
    assert all(one == Said("confirmed", "now") for one in counted)
    assert not any(rules.is_awaited(one, "now") for one in [*counted, Said("declined", None)])


@given(st.lists(st.sampled_from(list(rules.LetterStep)), max_size=8))
def test_no_step_leads_out_of_a_letter_that_is_closed(steps: list[rules.LetterStep]) -> None:
    state = rules.LetterState.OPEN
    for step in steps:
        if rules.may(state, step):
            assert state == rules.LetterState.OPEN
            state = rules.STEPS[step][1]
    closing = [one for one in steps if one in (rules.LetterStep.SEND, rules.LetterStep.WITHDRAW)]
    assert state == (rules.STEPS[closing[0]][1] if closing else rules.LetterState.OPEN)


WHO = ("stockholm", "stavanger", "barcelona")
deed = st.one_of(
    st.tuples(st.sampled_from(["sign", "sign", "sign an earlier text", "decline"]), st.sampled_from(WHO)),
    st.tuples(st.sampled_from(["text", "day", "send", "withdraw"]), st.just("stockholm")),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(deed, min_size=3, max_size=9))
@example(
    deeds=[
        ("sign", "stockholm"),
        ("sign", "barcelona"),
        ("send", "stockholm"),
        ("text", "stockholm"),
        ("sign", "stavanger"),
    ]
)
@example(
    deeds=[
        ("sign", "stockholm"),
        ("sign", "barcelona"),
        ("day", "stockholm"),
        ("send", "stockholm"),
        ("sign", "stockholm"),
    ]
)
def test_no_path_leads_to_a_letter_that_is_not_as_signed(acting: Acting, authority_ids, deeds) -> None:
    """Whatever people do and in whichever order, beside a model that keeps which text each has said yes to."""
    acting("system")
    with db.transaction():
        supplier_id = make_supplier(f"Halden {uuid4()}").id
    asked = [authority_ids["stavanger"], authority_ids["barcelona"]]
    lead, number = acting("stockholm-officer"), 0
    with db.transaction():
        letter_id = services.draft(lead, supplier_id, data(asked, body="Text 0")).id
    earlier, state = rules.hash_of("", "", "en", None), "open"
    yes: dict[str, int] = {}  # the number of the text that each has signed
    for what, who in deeds:
        actor = acting(f"{who}-officer")
        letter = queries.get_letter(actor, letter_id)
        refused = state != "open"
        try:
            with db.transaction():
                if what == "sign":
                    services.sign(actor, letter, letter.text_hash)
                elif what == "sign an earlier text":
                    services.sign(actor, letter, earlier)
                elif what == "decline":
                    services.decline(actor, letter, None)
                elif what == "send":
                    services.send(actor, letter)
                elif what == "withdraw":
                    services.withdraw(actor, letter)
                else:
                    values = {"body": f"Text {number + 1}"} if what == "text" else {"body": letter.body}
                    day = today() + timedelta(days=40 + number + 1)
                    before = letter.text_hash
                    services.change(actor, letter, data(asked, **values, reply_by=day), version=letter.version)
                    earlier, number = before, number + 1
        except (InvalidTransition, Conflict):
            refused_now = True
        else:
            refused_now = False
        signed = {one for one, text_number in yes.items() if text_number == number}
        if what == "send":
            refused = refused or len(signed) < rules.FEWEST or "stockholm" not in signed
        assert refused_now == (refused or what == "sign an earlier text")
        if not refused_now and what == "sign":
            yes[who] = number
        elif not refused_now and what == "decline":
            yes.pop(who, None)
        elif not refused_now and what in ("send", "withdraw"):
            state = {"send": "sent", "withdraw": "withdrawn"}[what]
        now = queries.get_letter(acting("stockholm-officer"), letter_id)
        assert now.state == state
        counted = {one.authority_id for one in now.signatures if rules.counts(one, now.text_hash)}
        assert counted == {authority_ids[one] for one, text_number in yes.items() if text_number == number}
        if state == "sent":
            assert now.dialogue_id
            entry = dialogues.get_dialogue(acting("stockholm-officer"), now.dialogue_id)
            assert {one.authority_id for one in entry.participants} == counted
            assert (entry.summary, entry.answer_by) == (now.body, now.reply_by)


@pytest.fixture
def many_connections(servers, database):
    engine = db.configure(servers.app_url(database), pool_size=12)
    yield
    db.session.remove()
    engine.dispose()


@pytest.mark.parametrize("turn", range(3))
def test_a_change_and_a_signature_at_once(many_connections, acting: Acting, authority_ids, letter_id, turn) -> None:
    """Whichever comes first, no signature counts for a text that its person has not read."""
    lead, other = acting("stockholm-officer"), acting("stavanger-officer")
    asked = [authority_ids["stavanger"], authority_ids["barcelona"]]
    seen = queries.get_letter(other, letter_id)
    read, version = seen.text_hash, seen.version
    db.session.remove()
    barrier = Barrier(2)

    def change() -> str:
        db.set_scope(authority_id=lead.authority_id)
        barrier.wait()
        with db.transaction():
            letter = queries.get_letter(lead, letter_id)
            services.change(lead, letter, data(asked, body=f"Another text {turn}"), version=version)
        db.session.remove()
        return "changed"

    def confirm() -> str:
        db.set_scope(authority_id=other.authority_id)
        barrier.wait()
        try:
            with db.transaction():
                services.sign(other, queries.get_letter(other, letter_id), read)
        except Conflict:
            return "refused"
        finally:
            db.session.remove()
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [one.result() for one in (pool.submit(change), pool.submit(confirm))]
    assert outcomes[0] == "changed"
    letter = queries.get_letter(acting("stockholm-officer"), letter_id)
    assert letter.text_hash != read
    assert not any(rules.counts(one, letter.text_hash) for one in letter.signatures)


def test_the_pages(client_for, acting: Acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        supplier_id = make_supplier("Halden Computing AB").id
    lead, other, stranger = (client_for(f"{name}-officer") for name in ("stockholm", "stavanger", "oslo"))
    form = {
        "subject": "Cobalt of your laptops",
        "body": "Please name your refiners.",
        "language": "sv",
        "sign_by": f"{today() + timedelta(days=7):%d.%m.%Y}",
    }
    new = f"/suppliers/{supplier_id}/joint-letters/new"
    assert "Choose at least one authority." in lead.post(new, data=form).text
    made = lead.post(new, data={**form, "asked_ids": str(authority_ids["stavanger"])})
    page = made.headers["Location"]
    assert stranger.get(page).status_code == 404
    assert "Cobalt of your laptops" not in stranger.get("/joint-letters").text
    assert "Cobalt of your laptops" in other.get("/joint-letters").text
    seen = other.get(page).text
    assert "Sign for City of Stavanger" in seen
    token = re.findall(r'name="text" value="([^"]+)"', seen)[0]
    version = re.findall(r'name="version"[^>]* value="([^"]+)"', lead.get(f"{page}/edit").text)[0]
    changed = {**form, "subject": "Cobalt, once more", "asked_ids": str(authority_ids["stavanger"])}
    assert "Somebody else changed the letter." in lead.post(f"{page}/edit", data={**changed, "version": "99"}).text
    assert lead.post(f"{page}/edit", data={**changed, "version": version}).status_code == 302
    seen = other.get(page).text
    assert "Cobalt, once more" in seen
    token = re.findall(r'name="text" value="([^"]+)"', seen)[0]
    assert other.post(f"{page}/send").status_code == 403
    assert other.post(f"{page}/sign", data={"text": "another"}).status_code == 409
    assert "has signed this text" in other.post(f"{page}/sign", data={"text": token}, follow_redirects=True).text
    assert lead.post(f"{page}/send").status_code == 409
    lead.post(f"{page}/sign", data={"text": token})
    assert other.get(f"{page}.pdf").data.startswith(b"%PDF")
    assert other.get(f"{page}.docx").data.startswith(b"PK")
    sent = lead.post(f"{page}/send", follow_redirects=True).text
    assert "The letter stands in the dialogue log." in sent
    assert "Joint letter" in sent
    assert "The letter is sent" in other.get(page).text
    assert other.post(f"{page}/decline", data={}).status_code == 409
    assert lead.get(f"{page}/edit").status_code == 302
