"""Costs are split among those who pay, at any moment exactly; and a contract value is nobody else's to read."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from portal import db
from portal.audits import course
from portal.audits import queries as audits
from portal.audits import services as auditing
from portal.audits.models import JointAudit
from portal.audits.rules import Step
from portal.audits.shares import queries, services
from portal.audits.shares.models import AuditCost, AuditShare, AuditValue
from portal.audits.shares.rules import Part, Way, split
from portal.clock import today
from portal.errors import BadInput, Forbidden, InvalidTransition
from tests.factories.audits import declare_all, make_audit
from tests.factories.contracts import make_contract


@pytest.fixture
def audit_id(acting, authority_ids):
    """Stockholm's audit, to which Stavanger and Barcelona are invited as co-buyers."""
    acting("system")
    with db.transaction():
        invited = [authority_ids["stavanger"], authority_ids["barcelona"]]
        return make_audit(owner_id=authority_ids["stockholm"], invited=invited).id


def set_cost(actor, audit_id, cost=1000, currency="EUR", way=Way.EQUAL, by_hand=None) -> None:
    with db.transaction():
        services.set_cost(actor, audits.get_audit(actor, audit_id), cost, currency, way, by_hand)


def answer(actor, audit_id, joins=True) -> None:
    with db.transaction():
        auditing.answer(actor, audits.get_audit(actor, audit_id), joins, None)


def release(actor, audit_id, value, currency="EUR") -> None:
    with db.transaction():
        services.release_value(actor, audits.get_audit(actor, audit_id), value, currency)


def shares(actor, audit_id, authority_ids) -> dict[str, tuple[int, int]]:
    slugs = {authority_id: slug for slug, authority_id in authority_ids.items()}
    db.session.expire_all()
    costs = queries.costs_of(actor, audits.get_audit(actor, audit_id))
    assert costs is not None
    return {slugs[share.authority_id]: (share.basis_points, share.cost_minor) for share in costs.shares}


def test_equal_parts_follow_who_joins_and_leaves(acting, audit_id, authority_ids) -> None:
    set_cost(acting("stockholm-officer"), audit_id)
    assert shares(acting("stockholm-officer"), audit_id, authority_ids) == {"stockholm": (10000, 1000)}
    for persona in ("stavanger-officer", "barcelona-officer"):
        answer(acting(persona), audit_id)
    found = shares(acting("stavanger-officer"), audit_id, authority_ids)
    assert set(found) == {"stockholm", "stavanger", "barcelona"}
    assert sorted(found.values()) == [(3333, 333), (3333, 333), (3334, 334)]
    answer(acting("barcelona-officer"), audit_id, joins=False)
    assert shares(acting("stockholm-officer"), audit_id, authority_ids) == {
        "stockholm": (5000, 500),
        "stavanger": (5000, 500),
    }
    assert (
        queries.costs_of(acting("barcelona-officer"), audits.get_audit(acting("barcelona-officer"), audit_id)) is None
    )


def test_an_invited_co_buyer_sees_what_it_would_pay(acting, audit_id) -> None:
    set_cost(acting("stockholm-officer"), audit_id, 999)
    actor = acting("stavanger-officer")
    costs = queries.costs_of(actor, audits.get_audit(actor, audit_id))
    assert costs is not None
    assert costs.if_joined in (Part(5000, 499), Part(5000, 500))


def test_observers_pay_nothing(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        audit = make_audit(owner_id=authority_ids["stockholm"], invited=[authority_ids["oslo"]])
        for row in audit.participants:
            if row.authority_id == authority_ids["oslo"]:
                row.role = "observer"
        audit_id = audit.id
    set_cost(acting("stockholm-officer"), audit_id)
    answer(acting("oslo-officer"), audit_id)
    assert shares(acting("oslo-officer"), audit_id, authority_ids) == {"stockholm": (10000, 1000)}


def test_by_hand_totals_a_hundred_or_is_refused(acting, audit_id, authority_ids) -> None:
    answer(acting("stavanger-officer"), audit_id)
    lead = acting("stockholm-officer")
    ours, theirs = authority_ids["stockholm"], authority_ids["stavanger"]
    for wrong in ({ours: 5000, theirs: 4999}, {ours: 10000}, {ours: 10001, theirs: -1}, None):
        with pytest.raises(BadInput) as caught:
            set_cost(lead, audit_id, way=Way.BY_HAND, by_hand=wrong)
        assert caught.value.field == "parts"
    assert db.session.get(AuditCost, audit_id) is None
    set_cost(lead, audit_id, 101, way=Way.BY_HAND, by_hand={ours: 6666, theirs: 3334})
    assert shares(lead, audit_id, authority_ids) == {"stockholm": (6666, 67), "stavanger": (3334, 34)}
    # Who joins later has no share by hand yet: the split is open, and nobody is left with a wrong one.
    answer(acting("barcelona-officer"), audit_id)
    assert shares(acting("stockholm-officer"), audit_id, authority_ids) == {}
    cost = db.session.get(AuditCost, audit_id)
    assert cost is not None
    assert not cost.settled


def test_by_contract_value_once_all_payers_have_released_theirs(acting, audit_id, authority_ids) -> None:
    answer(acting("stavanger-officer"), audit_id)
    set_cost(acting("stockholm-officer"), audit_id, 1_340_001, way=Way.CONTRACT_VALUE)
    release(acting("stockholm-officer"), audit_id, 7_000_000)
    lead = acting("stockholm-officer")
    assert shares(lead, audit_id, authority_ids) == {}
    audit = audits.get_audit(lead, audit_id)
    cost = db.session.get(AuditCost, audit_id)
    assert cost is not None
    assert queries.missing_values(audit, cost) == [authority_ids["stavanger"]]
    release(acting("stavanger-officer"), audit_id, 3_000_000)
    weights = {authority_ids["stockholm"]: 7, authority_ids["stavanger"]: 3}
    expected = split(1_340_001, weights)
    assert shares(acting("stavanger-officer"), audit_id, authority_ids) == {
        slug: (expected[authority_ids[slug]].basis_points, expected[authority_ids[slug]].cost_minor)
        for slug in ("stockholm", "stavanger")
    }
    # Another currency: the values say nothing any more, and are asked for anew.
    set_cost(acting("stockholm-officer"), audit_id, 100, "SEK", Way.CONTRACT_VALUE)
    assert shares(acting("stockholm-officer"), audit_id, authority_ids) == {}


def test_nobody_else_reads_a_released_value(acting, audit_id) -> None:
    answer(acting("stavanger-officer"), audit_id)
    set_cost(acting("stockholm-officer"), audit_id, way=Way.CONTRACT_VALUE)
    release(acting("stavanger-officer"), audit_id, 3_000_000)
    for persona in ("stockholm-officer", "barcelona-officer", "oslo-officer"):
        actor = acting(persona)
        assert queries.our_value(actor, audit_id) is None
        assert db.session.scalars(select(AuditValue)).all() == []
    ours = queries.our_value(acting("stavanger-officer"), audit_id)
    assert ours is not None
    assert ours.value_minor == 3_000_000


def test_costs_are_read_by_those_who_take_part_even_past_the_query(acting, audit_id) -> None:
    acting("system")
    with db.transaction():
        db.session.execute(text("UPDATE joint_audit SET audience = 'members', named_ids = '{}'"))
    set_cost(acting("stockholm-officer"), audit_id)
    for model in (AuditCost, AuditShare):
        acting("oslo-officer")
        assert db.session.scalars(select(model)).all() == []
        acting("stavanger-officer")
        assert len(db.session.scalars(select(model)).all()) == 1


def test_the_value_is_filled_in_from_our_own_running_contracts(acting, audit_id, authority_ids) -> None:
    acting("system")
    with db.transaction():
        supplier_id = db.session.scalars(text("SELECT supplier_id FROM joint_audit")).one()
        for owner, value, currency, ends_on in [
            ("stavanger", 500, "EUR", None),
            ("stavanger", 70, "EUR", today()),
            ("stavanger", 9000, "EUR", today() - timedelta(days=1)),
            ("stavanger", 9000, "NOK", None),
            ("stockholm", 9000, "EUR", None),
        ]:
            make_contract(
                owner_id=authority_ids[owner],
                supplier_id=supplier_id,
                value_minor=value,
                currency=currency,
                starts_on=today() - timedelta(days=90),
                ends_on=ends_on,
                audience="members",
                named_ids=[],
            )
    assert queries.contract_value(acting("stavanger-officer"), supplier_id, "EUR") == 570


def test_who_may_do_what_and_when(acting, audit_id) -> None:
    for persona in ("stavanger-officer", "stockholm-reader"):
        with pytest.raises(Forbidden):
            set_cost(acting(persona), audit_id)
    lead = acting("stockholm-officer")
    for values in ({"cost": 0}, {"cost": 10**14}, {"currency": "XXX"}):
        with pytest.raises(BadInput):
            set_cost(lead, audit_id, **values)
    set_cost(lead, audit_id, way=Way.CONTRACT_VALUE)
    with pytest.raises(BadInput):
        release(acting("stavanger-officer"), audit_id, 5)  # has not joined
    with pytest.raises(InvalidTransition):
        release(acting("stockholm-officer"), audit_id, 5, "SEK")
    acting("system")
    with db.transaction():
        db.session.execute(text("UPDATE joint_audit SET state = 'cancelled'"))
    db.session.expire_all()
    with pytest.raises(InvalidTransition):
        set_cost(acting("stockholm-officer"), audit_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_share SET cost_minor = cost_minor + 1",
        "UPDATE audit_share SET basis_points = basis_points - 1",
        "UPDATE audit_cost SET cost_minor = cost_minor + 1",
        "UPDATE audit_cost SET settled = false",
        "DELETE FROM audit_share",
        "UPDATE audit_participant SET answer = 'joined', role = 'co_buyer' WHERE answer = 'invited'",
    ],
)
def test_the_database_refuses_shares_that_do_not_total(acting, audit_id, statement) -> None:
    set_cost(acting("stockholm-officer"), audit_id)
    acting("system")
    with pytest.raises(IntegrityError, match="do not total the whole"), db.transaction():
        db.session.execute(text(statement))


def test_the_apps_role_writes_no_shares_for_an_authority(acting, audit_id, authority_ids) -> None:
    set_cost(acting("stockholm-officer"), audit_id)
    acting("stockholm-officer")
    with db.transaction():
        changed = db.session.execute(text("UPDATE audit_share SET basis_points = 0 RETURNING audit_id")).all()
        assert changed == []
    with pytest.raises(ProgrammingError, match="row-level security"), db.transaction():
        db.session.execute(
            text("INSERT INTO audit_share VALUES (:audit, :authority, 0, 0)"),
            {"audit": audit_id, "authority": authority_ids["oslo"]},
        )


def test_the_supplier_is_told_only_once_the_split_is_settled(acting, audit_id, authority_ids) -> None:
    acting("system")
    with db.transaction():
        audit = db.session.get_one(JointAudit, audit_id)
        audit.state = "planned"
        declare_all(audit)
    db.session.expire_all()
    set_cost(acting("stockholm-officer"), audit_id, way=Way.CONTRACT_VALUE)
    lead = acting("stockholm-officer")
    with pytest.raises(BadInput, match="split of the cost is open"), db.transaction():
        course.go_on(lead, audits.get_audit(lead, audit_id), Step.NOTIFY)
    release(lead, audit_id, 5)
    with db.transaction():
        course.go_on(lead, audits.get_audit(lead, audit_id), Step.NOTIFY)
