"""Use cases of requests: asking, receiving, looking, sending back, accepting; who may, in which order, at once."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import db
from portal.access.audience import Audience
from portal.clock import today
from portal.declarations.letters.making import MadeLetter
from portal.declarations.rules import DeclarationScope, TemplateKind
from portal.errors import BadInput, Forbidden, InvalidTransition, NotFound
from portal.journal.models import JournalEntry
from portal.requests import queries, services
from portal.requests.models import DeclarationRequest
from portal.requests.services import RequestData
from tests.factories.contracts import make_contract
from tests.factories.declarations import make_declaration
from tests.factories.registry import make_supplier
from tests.factories.requests import make_request

IN_A_MONTH = today() + timedelta(days=30)

DATA = RequestData(
    template=TemplateKind.CMRT,
    minerals=["gold", "tin"],
    scope=DeclarationScope.COMPANY,
    scope_description=None,
    contract_id=None,
    due_on=IN_A_MONTH,
    language="sv",
    instructions="Clause 7.2 asks for it.",
    audience=Audience.OWNER,
    named_ids=[],
)


LETTER = MadeLetter(b"%PDF", b"PK", "letter.pdf", "letter.xlsx")


@pytest.fixture
def supplier_id(acting):
    acting("system")
    with db.transaction():
        return make_supplier().id


def states(request_id) -> list[str]:
    db.session.expire_all()
    return [step.state for step in db.session.get_one(DeclarationRequest, request_id).steps]


def test_the_whole_way_with_a_correction(acting, supplier_id) -> None:
    me = acting("stockholm-officer")
    with db.transaction():
        request = services.ask(me, supplier_id, DATA)
        assert request.minerals == ["tin", "gold"], "in the template's order"
        first = make_declaration(owner_id=me.authority_id, supplier_id=supplier_id)
        second = make_declaration(owner_id=me.authority_id, supplier_id=supplier_id)
    with db.transaction():
        services.receive(me, request, first)
        services.check(me, request)
        services.send_back(me, request, today() + timedelta(days=14), LETTER, "Two cells")
        assert request.due_on == today() + timedelta(days=14)
        services.receive(me, request, second)
        services.check(me, request)
        services.accept(me, request)
    assert (request.state, request.declaration_id) == ("accepted", second.id)
    assert states(request.id) == [
        "requested", "received", "checked", "sent_back", "received", "checked", "accepted",
    ]  # fmt: skip
    acting("system")
    actions = db.session.scalars(select(JournalEntry.action).where(JournalEntry.object_id == request.id)).all()
    assert sorted(actions) == sorted(
        ["request.added", *(["request.received", "request.checked"] * 2), "request.sent_back", "request.accepted"]
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"due_on": today() - timedelta(days=1)}, "due_on"),
        ({"due_on": today() + timedelta(days=1000)}, "due_on"),
        ({"minerals": []}, "minerals"),
        ({"minerals": ["cobalt"]}, "minerals"),
        ({"scope": DeclarationScope.PRODUCTS}, "scope_description"),
        ({"language": "zh"}, "language"),
    ],
)
def test_what_is_refused_says_where(acting, supplier_id, change, field) -> None:
    me = acting("stockholm-officer")
    with pytest.raises(BadInput) as refused, db.transaction():
        services.ask(me, supplier_id, replace(DATA, **change))
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_contract_must_be_ours_and_with_this_supplier(acting, supplier_id, authority_ids) -> None:
    acting("system")
    with db.transaction():
        elsewhere = make_contract(owner_id=authority_ids["stockholm"]).id
        of_others = make_contract(owner_id=authority_ids["oslo"], supplier_id=supplier_id, audience="members").id
        hidden = make_contract(owner_id=authority_ids["oslo"], supplier_id=supplier_id).id
    me = acting("stockholm-officer")
    for contract_id, error in ((elsewhere, BadInput), (of_others, BadInput), (hidden, NotFound)):
        with pytest.raises(error), db.transaction():
            services.ask(me, supplier_id, replace(DATA, contract_id=contract_id))


def test_another_supplier_or_template_does_not_answer(acting, supplier_id) -> None:
    me = acting("stockholm-officer")
    with db.transaction():
        request = services.ask(me, supplier_id, DATA)
        elsewhere = make_declaration(owner_id=me.authority_id)
        emrt = make_declaration(owner_id=me.authority_id, supplier_id=supplier_id, template="EMRT")
    for declaration in (elsewhere, emrt):
        with pytest.raises(BadInput, match=r"another supplier|EMRT"), db.transaction():
            services.receive(me, request, declaration)
    assert states(request.id) == ["requested"]


def test_readers_and_others_may_not(acting, supplier_id, authority_ids) -> None:
    with pytest.raises(Forbidden), db.transaction():
        services.ask(acting("stockholm-reader"), supplier_id, DATA)
    acting("system")
    with db.transaction():
        request_id = make_request(owner_id=authority_ids["stockholm"], audience="members").id
    oslo = acting("oslo-officer")
    with pytest.raises(Forbidden), db.transaction():
        services.cancel(oslo, queries.get_request(oslo, request_id), "Not ours")


def test_of_two_people_one_takes_the_step(acting, actor_of, supplier_id, authority_ids) -> None:
    """Each in a session of its own: the second one is told, and nothing is written twice."""
    acting("system")
    with db.transaction():
        declaration = make_declaration(owner_id=authority_ids["stockholm"], supplier_id=supplier_id)
        request_id = make_request(
            owner_id=authority_ids["stockholm"],
            supplier_id=supplier_id,
            state="checked",
            declaration_id=declaration.id,
        ).id
    db.session.remove()
    people = [actor_of("stockholm-officer"), actor_of("stockholm-coordinator")]
    ready, results = threading.Barrier(2), []

    def decide(me, step) -> None:
        db.set_scope(authority_id=me.authority_id)
        try:
            with db.transaction():
                request = queries.get_request(me, request_id)
                ready.wait()
                step(me, request)
            results.append("done")
        except InvalidTransition:
            results.append("told")
        finally:
            db.session.remove()

    steps = [services.accept, lambda me, one: services.send_back(me, one, IN_A_MONTH, LETTER)]
    threads = [threading.Thread(target=decide, args=pair) for pair in zip(people, steps, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "told"]
    acting("system")
    assert len(states(request_id)) == 2


def test_a_step_from_an_old_page_is_refused(acting, supplier_id) -> None:
    me = acting("stockholm-officer")
    with db.transaction():
        request = services.ask(me, supplier_id, DATA)
        seen = request.version
        services.postpone(me, request, IN_A_MONTH + timedelta(days=3), "They asked for it", seen)
    with pytest.raises(InvalidTransition, match="meanwhile"), db.transaction():
        services.postpone(me, request, IN_A_MONTH, "Again", seen)
    assert request.due_on == IN_A_MONTH + timedelta(days=3)


def test_the_database_refuses_a_received_request_without_a_declaration(acting, authority_ids) -> None:
    acting("system")
    with pytest.raises(Exception, match="ck_declaration_request_answered"), db.transaction():
        make_request(owner_id=authority_ids["oslo"], state="received")


def test_the_history_is_append_only(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        request = make_request(owner_id=authority_ids["oslo"])
    with pytest.raises(Exception, match="permission denied"), db.transaction():
        request.steps[0].note = "changed"
