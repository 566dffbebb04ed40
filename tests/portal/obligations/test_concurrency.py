"""Two people at once: each obligation is there once, and the second is told what the first has done."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from portal import db
from portal.access.actor import Actor
from portal.contracts.models import Contract, ContractExtension
from portal.contracts.queries import get_contract
from portal.errors import Conflict
from portal.obligations import services
from portal.obligations.models import Obligation
from tests.factories.clauses import make_version
from tests.factories.contracts import make_contract

START, END = date(2026, 1, 1), date(2027, 12, 31)


def at_once(people: list[Actor], contract: Contract, work: Callable[[Actor], object]) -> list[str]:
    """What became of it for each person, sorted; both have read the contract before either writes."""
    results: list[str] = []
    ready = threading.Barrier(len(people))
    contract_id = contract.id

    def one(actor: Actor) -> None:
        try:
            db.session.remove()
            db.set_scope(authority_id=actor.authority_id)
            with db.transaction():
                get_contract(actor, contract_id)
                ready.wait()
                work(actor)
            results.append("done")
        except Conflict:
            results.append("told")
        finally:
            db.session.remove()

    threads = [threading.Thread(target=one, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


@pytest.fixture
def people(actor_of) -> list[Actor]:
    return [actor_of("stockholm-officer"), actor_of("stockholm-coordinator")]


def occurrences() -> list[int]:
    return sorted(db.session.scalars(select(Obligation.occurrence)))


def test_the_same_clause_is_signed_once(acting, people) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        contract = make_contract(owner_id=actor.authority_id, starts_on=START, ends_on=END)
        version_id = make_version(owner_id=actor.authority_id).id
    contract_id = contract.id
    done = at_once(people, contract, lambda actor: services.sign_clauses(actor, contract_id, [version_id], "en", START))
    assert done == ["done", "told"]
    acting("stockholm-officer")
    assert occurrences() == [2026, 2027]


def test_an_option_is_used_once_while_another_clause_is_signed(acting, people) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        contract = make_contract(owner_id=actor.authority_id, starts_on=START, ends_on=END)
        first, second = (make_version(owner_id=actor.authority_id).id for _ in range(2))
        services.sign_clauses(actor, contract.id, [first], "en", START)
        services.add_extension(actor, contract.id, date(2028, 12, 31))
        option_id = db.session.scalars(select(ContractExtension.id)).one()
    contract_id = contract.id
    use_and_sign: dict[str, Callable[[Actor], object]] = {
        people[0].name: lambda actor: services.use_extension(actor, contract_id, option_id, used=True),
        people[1].name: lambda actor: services.sign_clauses(actor, contract_id, [second], "en", START),
    }
    assert at_once(people, contract, lambda actor: use_and_sign[actor.name](actor)) == ["done", "done"]
    acting("stockholm-officer")
    assert occurrences() == [2026, 2026, 2027, 2027, 2028, 2028]
    again = at_once(people, contract, lambda actor: services.use_extension(actor, contract_id, option_id, used=True))
    assert again == ["told", "told"]
    acting("stockholm-officer")
    assert db.session.scalar(select(func.count()).select_from(Obligation)) == 6
