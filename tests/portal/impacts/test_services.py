"""Editing the matrix: who may, what stays, what is undone."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm.exc import StaleDataError

from portal import db
from portal.access.actor import Actor
from portal.errors import BadInput, Forbidden, NotFound
from portal.impacts import queries, services
from portal.impacts.rules import Verification
from tests.factories.impacts import make_impact, make_values


@pytest.fixture
def operator(acting: Callable[[str], Actor]) -> Actor:
    return acting("operator")


def test_each_change_is_a_version_and_each_can_be_undone(operator: Actor) -> None:
    with db.transaction():
        impact = make_impact()
        services.change_impact(operator, impact, make_values(impact="Evictions and dust"), "A newer report.")
        services.withdraw_impact(operator, impact, "Doubtful.")
    assert impact.id not in {row.id for row in queries.list_impacts()}
    assert impact.id in {row.id for row in queries.withdrawn_impacts()}
    with db.transaction():
        services.restore_impact(operator, impact, 1, "It was right after all.")
    assert (impact.impact, impact.withdrawn, impact.version) == ("Evictions", False, 4)
    revisions = queries.revisions_of(impact.id)
    assert [(one.number, one.said["impact"], one.withdrawn, one.reason) for one in revisions] == [
        (4, "Evictions", False, "It was right after all."),
        (3, "Evictions and dust", True, "Doubtful."),
        (2, "Evictions and dust", False, "A newer report."),
        (1, "Evictions", False, "For a test."),
    ]
    assert revisions[0].changed_by == operator.user_id


def test_only_operators_edit(acting: Callable[[str], Actor]) -> None:
    coordinator = acting("stockholm-coordinator")
    with pytest.raises(Forbidden), db.transaction():
        services.add_impact(coordinator, make_values(), "No.")


def test_what_is_verified_names_its_source_and_what_part(operator: Actor) -> None:
    with pytest.raises(BadInput) as error, db.transaction():
        services.add_impact(operator, make_values(source=None), "x")
    assert error.value.field == "source"
    with pytest.raises(BadInput) as error, db.transaction():
        services.add_impact(operator, make_values(verification=Verification.PARTLY), "x")
    assert error.value.field == "verified_part"
    with pytest.raises(BadInput) as error, db.transaction():
        services.add_impact(operator, make_values(), "  ")
    assert error.value.field == "reason"


def test_nothing_different_is_no_version_and_an_unknown_one_is_not_found(operator: Actor) -> None:
    with db.transaction():
        impact = make_impact()
    with pytest.raises(BadInput), db.transaction():
        services.change_impact(operator, impact, make_values(), "x")
    with pytest.raises(NotFound), db.transaction():
        services.restore_impact(operator, impact, 9, "x")


def test_the_second_of_two_writers_is_refused(operator: Actor) -> None:
    with db.transaction():
        impact = make_impact()
    with pytest.raises(StaleDataError), db.transaction():
        db.session.execute(text("UPDATE impact SET version = 7 WHERE id = :id"), {"id": impact.id})
        services.change_impact(operator, impact, make_values(impact="Mine"), "x")


@pytest.mark.parametrize(
    "statement", ["UPDATE impact_revision SET reason = ''", "DELETE FROM impact_revision", "DELETE FROM impact"]
)
def test_versions_stay(operator: Actor, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), db.transaction():
        db.session.execute(text(statement))
