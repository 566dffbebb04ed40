"""Places that Open Supply Hub proposes: what is kept, who may decide, and that a decision stays."""

import pytest

from portal import db
from portal.access.actor import system_actor
from portal.errors import Conflict, Forbidden
from portal.registry import queries as registry
from portal.registry.identifiers import Identifier
from portal.registry.oshub import queries, services
from portal.registry.oshub.models import PlaceProposal, PlaceSearch
from portal.registry.oshub.parse import Place
from portal.registry.oshub.rules import SOURCE, Problem
from portal.registry.oshub.services import Answer
from tests.factories.registry import make_place, make_supplier
from tests.oshub import NEW, OLD, OTHER

HUB = system_actor(SOURCE)


@pytest.fixture
def supplier(acting, monkeypatch: pytest.MonkeyPatch):
    acting("system")
    with db.transaction():
        made = make_supplier()
        db.session.add(PlaceSearch(supplier_id=made.id, requested_at=db.now()))
    return made


def place(os_id: str, name: str = "Halden Computing Shenzhen", **values) -> Place:
    return Place(**{"os_id": os_id, "name": name, "address": f"{os_id} Road", "country": "CN", **values})


def take(supplier, answer: Answer) -> dict[str, PlaceProposal]:
    with db.transaction():
        services.take_places(HUB, supplier.id, answer)
    db.session.expire_all()
    return {one.os_id: one for one in queries.proposals_of(supplier.id)}


def test_the_likeliest_come_first_and_what_is_no_longer_found_goes(supplier) -> None:
    first = take(supplier, Answer([place(OTHER, "Quite another firm"), place(NEW)]))
    assert [one.os_id for one in first.values()] == [NEW, OTHER]
    assert first[NEW].likeness > first[OTHER].likeness
    kept = take(supplier, Answer([place(NEW, workers="40")]))
    assert set(kept) == {NEW}
    assert kept[NEW].id == first[NEW].id
    assert kept[NEW].data["workers"] == "40"


def test_a_failure_leaves_what_is_known(supplier) -> None:
    take(supplier, Answer([place(NEW)]))
    assert set(take(supplier, Answer(problem=Problem.UNREACHABLE))) == {NEW}
    asked = queries.places_view(registry.get_facts(supplier.id)).asked
    assert asked
    assert asked.problem == Problem.UNREACHABLE


def test_a_decision_stays_and_is_made_once(supplier, acting) -> None:
    place_id = take(supplier, Answer([place(NEW)]))[NEW].id
    actor = acting("stockholm-officer")
    with db.transaction():
        services.reject(actor, queries.get_proposal(place_id))
    acting("system")
    assert take(supplier, Answer([place(NEW, workers="7")]))[NEW].state == "rejected"
    with pytest.raises(Conflict), db.transaction():
        services.accept(actor, queries.get_proposal(place_id))


def test_an_os_id_of_another_supplier_is_not_taken_from_it(supplier, acting, client_for) -> None:
    with db.transaction():
        other = make_supplier("Nordgull AS", "NO", identifiers=(Identifier("os_id", NEW),))
        row = make_place(supplier, NEW)
    page = client_for("stockholm-officer").get(f"/suppliers/{supplier.id}/places").text
    assert f'href="/suppliers/{other.id}"' in page
    assert f"/place-proposals/{row.id}/accept" not in page
    answer = client_for("stockholm-officer").post(f"/place-proposals/{row.id}/accept", follow_redirects=True)
    assert "belongs to “Nordgull AS”" in answer.text
    acting("system")
    db.session.expire_all()
    assert queries.get_proposal(row.id).state == "open", "nothing half done"


def test_who_only_reads_decides_nothing(supplier, acting, client_for) -> None:
    with db.transaction():
        row = make_place(supplier, OLD)
    reader = client_for("stockholm-reader")
    page = reader.get(f"/suppliers/{supplier.id}/places").text
    assert OLD in page
    assert "/accept" not in page
    with pytest.raises(Forbidden), db.transaction():
        services.accept(acting("stockholm-reader"), row)


@pytest.mark.parametrize("problem", Problem)
def test_every_problem_is_said_with_what_to_do(supplier, client_for, problem: Problem) -> None:
    take(supplier, Answer(problem=problem, params={"status": 418} if problem is Problem.HTTP_ERROR else {}))
    page = client_for("stockholm-officer").get(f"/suppliers/{supplier.id}/places").text
    assert "Open Supply Hub" in page
    assert {Problem.TOKEN_REFUSED: "refused the token", Problem.HTTP_ERROR: "418"}.get(problem, "alert") in page
