"""Mentions: whoever may read the text is told, once; nobody else, and nothing shows that they exist."""

from collections.abc import Callable
from uuid import UUID, uuid4

from sqlalchemy import select, update

from portal import db
from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.accounts.models import User
from portal.authorities.models import Membership
from portal.clock import today
from portal.dialogues import mentions, queries, services
from portal.dialogues.rules import Channel
from portal.dialogues.services import DialogueData
from portal.notifications.models import Notice
from tests.events import deliver_all
from tests.factories.registry import make_supplier

Acting = Callable[[str], Actor]
TEXT = "@sto.stockholm-coordinator and @SVG.stavanger-officer, please read; x@svg.stavanger-officer is no mention."


def logged(acting: Acting, audience: Audience, named: list[UUID], text: str = TEXT, note: str | None = None) -> UUID:
    acting("system")
    with db.transaction():
        supplier_id = make_supplier("Halden Computing AB").id
    officer = acting("stockholm-officer")
    with db.transaction():
        data = DialogueData(
            subject="Cobalt",
            held_on=today(),
            channel=Channel.CALL,
            summary=text,
            audience=audience,
            named_ids=named,
            private_note=note,
        )
        return services.log_dialogue(officer, supplier_id, data).id


def told() -> list[UUID]:
    deliver_all()
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    return sorted(db.session.scalars(select(Notice.authority_id).where(Notice.kind == "mentioned")))


def test_readers_are_told_and_nobody_else(acting: Acting, authority_ids) -> None:
    logged(acting, Audience.OWNER, [])
    assert told() == [authority_ids["stockholm"]]


def test_who_may_read_it_later_is_told_then_and_once(acting: Acting, authority_ids) -> None:
    dialogue_id = logged(acting, Audience.OWNER, [])
    for audience, named in ((Audience.NAMED, [authority_ids["stavanger"]]), (Audience.MEMBERS, [])):
        officer = acting("stockholm-officer")
        entry = queries.get_dialogue(officer, dialogue_id)
        with db.transaction():
            services.change_audience(officer, entry, audience, named, version=entry.version)
    assert told() == sorted([authority_ids["stockholm"], authority_ids["stavanger"]])


def test_a_private_note_means_colleagues_alone(acting: Acting, authority_ids) -> None:
    logged(acting, Audience.MEMBERS, [], "Nobody here.", note=TEXT)
    assert told() == [authority_ids["stockholm"]]


def test_a_mention_is_marked_for_readers_and_told_to_the_very_person(acting: Acting, client_for, authority_ids) -> None:
    dialogue_id = logged(acting, Audience.NAMED, [authority_ids["stavanger"]], TEXT + " @osl.oslo-officer")
    told()
    page = client_for("stavanger-officer").get(f"/dialogues/{dialogue_id}").text
    assert page.count('class="mention"') == 2  # not Oslo's, which cannot read it
    assert (
        "You are mentioned in a dialogue with Halden Computing AB" in client_for("stavanger-officer").get("/inbox").text
    )
    inbox = client_for("stockholm-officer").get("/inbox").text
    assert "A colleague is mentioned in a dialogue with Halden Computing AB" in inbox


def test_handles_are_told_apart_and_texts_taken_apart(acting: Acting, authority_ids) -> None:
    acting("system")
    people = mentions.people_in({authority_ids["stockholm"]})
    assert list(people) == ["sto.stockholm-coordinator", "sto.stockholm-officer", "sto.stockholm-reader"]
    text = "<b>@sto.stockholm-officer</b> @sto.nobody"
    assert "".join(piece for piece, _person in mentions.parts(text, people)) == text
    assert [piece for piece, person in mentions.parts(text, people) if person] == ["@sto.stockholm-officer"]


def test_what_was_written_never_comes_to_mean_somebody_else(acting: Acting, authority_ids) -> None:
    stockholm = authority_ids["stockholm"]

    def joins(title: str) -> UUID:
        acting("system")
        with db.transaction() as session:
            number = uuid4()
            one = User(email=f"{number}@example.org", display_name=title, fs_uniquifier=str(number))
            session.add(one)
            session.flush()
            session.add(Membership(user_id=one.id, authority_id=stockholm, role="reader"))
            return one.id

    def means(handle: str) -> UUID | None:
        acting("system")
        person = mentions.people_in({stockholm}).get(f"sto.{handle}")
        return person.user_id if person else None

    buyers = [joins("Buyer"), joins("Buyer"), joins("Buyer")]
    named_like_it = joins("Buyer 2")
    assert [means("buyer"), means("buyer-2"), means("buyer-3")] == buyers
    assert means("buyer-2-2") == named_like_it
    with db.transaction() as session:
        session.execute(update(Membership).where(Membership.user_id == buyers[0]).values(ended_at=db.now()))
    assert [means("buyer"), means("buyer-2"), means("buyer-3")] == [None, *buyers[1:]]


def test_the_form_lists_whom_one_can_mention(acting: Acting, client_for) -> None:
    acting("system")
    with db.transaction():
        supplier_id = make_supplier().id
    assert (
        "@svg.stavanger-officer" in client_for("stockholm-officer").get(f"/suppliers/{supplier_id}/dialogues/new").text
    )
