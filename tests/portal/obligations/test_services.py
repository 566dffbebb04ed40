"""Obligations follow from clauses and dates, and stay their owner's own; signed words never change."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.clauses.duties import Duty, Kind
from portal.clauses.services import load_common
from portal.clauses.signed import queries as signed_queries
from portal.clauses.signed.models import ContractClause
from portal.clock import today
from portal.contracts import services as contracts
from portal.contracts.models import Contract, ContractExtension
from portal.errors import BadInput, Conflict, Forbidden, InvalidTransition, NotFound
from portal.obligations import queries, services
from portal.obligations.models import Obligation
from portal.obligations.queries import Choice
from portal.obligations.rules import Refusal, StepKind
from tests.events import deliver_all
from tests.factories.clauses import REPORT, make_definition, make_version
from tests.factories.contracts import make_contract
from tests.factories.obligations import make_obligation, make_signed
from tests.portal.contracts.test_services import data
from tests.servers import Servers

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
START, END = date(2026, 1, 1), date(2028, 12, 31)


def signed_contract(actor, *duties: Duty, **values) -> Contract:
    """A contract that was signed with one clause with these duties."""
    with db.transaction():
        contract = make_contract(owner_id=actor.authority_id, **{"starts_on": START, "ends_on": END, **values})
        definition = make_definition(duties=duties or (REPORT,))
        version = make_version(owner_id=actor.authority_id, definition=definition)
        services.sign_clauses(actor, contract.id, [version.id], "en", START)
    return contract


def due_days(actor, contract: Contract) -> list[str]:
    db.session.expire_all()
    return [one.due_on.isoformat() for one in queries.all_obligations(actor, Choice(contract_id=contract.id))]


def test_the_common_clauses_give_the_right_days(acting) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        load_common(actor)
        contract = make_contract(owner_id=actor.authority_id, starts_on=date(2026, 4, 1), ends_on=date(2028, 3, 31))
        from portal.clauses.queries import library

        ids = [row.id for row in library(actor)]
        assert services.sign_clauses(actor, contract.id, ids, "nb", date(2026, 3, 15)) == 13
    found = [
        (one.contract_clause.code, one.due_on.isoformat())
        for one in queries.all_obligations(actor, Choice(contract_id=contract.id))
    ]
    assert sorted(found) == [
        ("C01", "2026-04-01"),
        ("C02", "2026-05-31"),
        ("C02", "2026-06-30"),
        ("C02", "2027-06-30"),
        ("C03", "2026-06-30"),
        ("C03", "2027-04-01"),
        ("C04", "2026-10-01"),
        ("C05", "2026-10-01"),
        ("C05", "2027-04-01"),
        ("C05", "2027-10-01"),
        ("C06", "2026-05-31"),
        ("C10", "2026-06-30"),
        ("C12", "2026-04-01"),
        ("C13", "2026-06-30"),
        ("C13", "2027-06-30"),
    ]
    norwegian = signed_queries.clauses_of(contract)[1]
    assert (norwegian.title, norwegian.language) == ("Årlig mineralerklæring", "nb")


def test_a_used_extension_adds_days_and_taking_it_back_drops_them(acting) -> None:
    actor = acting("stavanger-officer")
    contract = signed_contract(actor)
    assert due_days(actor, contract) == ["2026-06-30", "2027-06-30", "2028-06-30"]
    with db.transaction():
        services.add_extension(actor, contract.id, date(2029, 12, 31))
    assert len(due_days(actor, contract)) == 3  # an option that was not used changes nothing
    option = db.session.scalars(select(ContractExtension)).one()
    with db.transaction():
        services.use_extension(actor, contract.id, option.id, used=True)
    assert due_days(actor, contract)[-1] == "2029-06-30"
    with pytest.raises(Conflict), db.transaction():
        services.use_extension(actor, contract.id, option.id, used=True)
    with db.transaction():
        services.use_extension(actor, contract.id, option.id, used=False)
    assert due_days(actor, contract)[-1] == "2028-06-30"


@pytest.mark.parametrize(("until", "ends_on"), [(END, END), (date(2029, 1, 1), None)])
def test_an_option_ends_after_the_contract(acting, until: date, ends_on: date | None) -> None:
    actor = acting("stavanger-officer")
    contract = signed_contract(actor, ends_on=ends_on)
    with pytest.raises(BadInput) as caught, db.transaction():
        services.add_extension(actor, contract.id, until)
    assert caught.value.field == "until"


def test_a_changed_contract_moves_open_days_and_keeps_what_was_delivered(acting) -> None:
    actor = acting("stavanger-officer")
    every_half = Duty("risks", Kind.RECURRING, {"en": "Risks"}, every=6)
    contract = signed_contract(actor, every_half, starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31))
    assert due_days(actor, contract) == ["2026-07-01", "2027-01-01", "2027-07-01"]
    with db.transaction():
        first, second, _third = queries.all_obligations(actor, Choice(contract_id=contract.id))
        services.take_step(actor, first, StepKind.DELIVERED, date(2026, 6, 20))
        services.attach(actor, second, content=PDF, filename="draft.pdf", note=None)
    change = data(number=contract.number, starts_on=date(2026, 2, 1), ends_on=date(2026, 12, 31), value_minor=None)
    with db.transaction():
        found = db.session.get_one(Contract, contract.id)
        contracts.change_contract(actor, found, replace(change, currency=None))
    deliver_all()
    actor = acting("stavanger-officer")
    kept = [(one.due_on.isoformat(), one.state) for one in queries.all_obligations(actor, Choice())]
    # The delivered one keeps its day; the second has a file, so it stays though the contract now ends before it;
    # the third, which nobody touched, is gone.
    assert kept == [("2026-07-01", "delivered"), ("2027-01-01", "open")]


def test_a_contract_without_end_is_planned_some_years_ahead(acting) -> None:
    actor = acting("stavanger-officer")
    contract = signed_contract(actor, ends_on=None)
    days = due_days(actor, contract)
    assert days[0] == "2026-06-30"
    assert f"{today().year + 2}-06-30" in days
    assert f"{today().year + 4}-06-30" not in days


def test_the_clock_plans_contracts_without_an_end_further_ahead(acting, monkeypatch) -> None:
    actor = acting("stavanger-officer")
    contract = signed_contract(actor, ends_on=None)
    ended_id, open_id = signed_contract(actor).id, contract.id
    before = due_days(actor, contract)
    later = today().replace(year=today().year + 2)
    monkeypatch.setattr(services, "today", lambda: later)
    system = acting("system")
    for _twice in range(2):
        with db.transaction():
            assert services.plan_open_contracts(system) == [open_id]
    actor = acting("stavanger-officer")
    after = due_days(actor, db.session.get_one(Contract, open_id))
    assert (after[: len(before)], len(after)) == (before, len(before) + 2)
    assert len(due_days(actor, db.session.get_one(Contract, ended_id))) == 3


def test_asked_for_and_happened(acting, monkeypatch) -> None:
    monkeypatch.setattr(services, "today", lambda: date(2026, 12, 1))
    actor = acting("stavanger-officer")
    duties = (Duty("audit", Kind.ON_REQUEST, {"en": "Audit"}, days=28), REPORT)
    contract = signed_contract(actor, *duties)
    clause = signed_queries.clauses_of(contract)[0]
    with db.transaction():
        one = services.ask(actor, contract.id, clause.id, "audit", date(2026, 2, 1))
        two = services.ask(actor, contract.id, clause.id, "audit", date(2026, 2, 1))
    assert [(one.due_on, one.occurrence), (two.due_on, two.occurrence)] == [
        (date(2026, 3, 1), 1),
        (date(2026, 3, 1), 2),
    ]
    for on in (date(2025, 12, 31), date(2026, 12, 2)):
        with pytest.raises(BadInput) as caught, db.transaction():
            services.ask(actor, contract.id, clause.id, "audit", on)
        assert caught.value.field == "on"
    with pytest.raises(NotFound), db.transaction():
        services.ask(actor, contract.id, clause.id, "report", date(2026, 2, 1))  # that one has its own days
    with db.transaction():
        services.plan(actor, queries.get_own_contract(actor, contract.id))
    assert due_days(actor, contract)[:2] == ["2026-03-01", "2026-03-01"]  # planning leaves them


def test_the_way_of_an_obligation(acting) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        obligation = make_obligation(owner_id=actor.authority_id)
    on = date(2026, 7, 3)
    with db.transaction():
        with pytest.raises(InvalidTransition):
            services.take_step(actor, obligation, StepKind.ACCEPTED, on)
        services.take_step(actor, obligation, StepKind.DELIVERED, on)
        assert obligation.delivered_on == on
        with pytest.raises(BadInput, match="Say why"):
            services.take_step(actor, obligation, StepKind.SENT_BACK, on)
        services.take_step(actor, obligation, StepKind.SENT_BACK, on, note="Half of the smelters are missing")
        assert obligation.state == "open"
        assert not obligation.delivered_on
        with pytest.raises(BadInput) as caught:
            services.take_step(actor, obligation, StepKind.REFUSED, on)
        assert caught.value.field == "refusal"
        services.take_step(actor, obligation, StepKind.REFUSED, on, refusal=Refusal.VALUE_CHAIN_CAP)
        assert (obligation.state, obligation.refusal) == ("refused", "value_chain_cap")
        services.take_step(actor, obligation, StepKind.REOPENED, on, note="It has more staff than it said")
        assert (obligation.state, obligation.refusal) == ("open", None)
        with pytest.raises(BadInput) as caught:
            services.take_step(actor, obligation, StepKind.DELIVERED, today() + timedelta(days=1))
        assert caught.value.field == "on"
    kinds = [one.kind for one in queries.steps_of(obligation)]
    assert sorted(kinds) == ["delivered", "refused", "reopened", "sent_back"]


def test_obligations_are_the_owners_own_even_where_the_contract_is_shared(acting) -> None:
    actor = acting("stavanger-officer")
    contract = signed_contract(actor, audience="members")
    obligation = queries.all_obligations(actor, Choice())[0]
    other = acting("oslo-officer")
    assert list(queries.all_obligations(other, Choice())) == []
    assert queries.todo(other) == []
    assert db.session.scalar(select(func.count()).select_from(Obligation)) == 0
    with pytest.raises(NotFound):
        queries.get_obligation(other, obligation.id)
    with pytest.raises(Forbidden):
        services.take_step(other, obligation, StepKind.WAIVED, START, note="No")
    with pytest.raises(NotFound), db.transaction():
        services.sign_clauses(other, contract.id, [], "en", START)
    db.session.rollback()
    seen = db.session.get_one(Contract, contract.id)
    assert [clause.title for clause in signed_queries.clauses_of(seen)] == ["Report"]  # what was signed is shared
    assert queries.follow_up_of(other, seen) == queries.FollowUp(1, None, 0)


def test_who_uses_a_clause_as_far_as_contracts_are_shared(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        version = make_version(owner_id=authority_ids["oslo"])
        for audience in ("owner", "members"):
            contract = make_contract(owner_id=authority_ids["stavanger"], audience=audience, number=f"N-{audience}")
            make_signed(contract, version)
    numbers = {
        name: {contract.number for contract, _signed in signed_queries.uses_of(acting(name), version.clause_id)}
        for name in ("stavanger-officer", "oslo-officer")
    }
    assert numbers == {"stavanger-officer": {"N-owner", "N-members"}, "oslo-officer": {"N-members"}}


def test_signed_words_never_change(acting, servers: Servers, database: str) -> None:
    actor = acting("stavanger-officer")
    signed_contract(actor)
    with pytest.raises(IntegrityError, match="does not change"), db.transaction():
        db.session.scalars(select(ContractClause)).one().wording = "Another"
    with (
        psycopg.connect(servers.superusers_url(database)) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute("UPDATE contract_clause SET wording = 'Another'")


def test_what_cannot_be_signed(acting, authority_ids) -> None:
    actor = acting("stavanger-officer")
    with db.transaction():
        contract = make_contract(owner_id=actor.authority_id)
        version = make_version(owner_id=actor.authority_id)
        draft = make_version(owner_id=actor.authority_id, state="draft")
        hidden = make_version(owner_id=actor.authority_id).id
    with db.transaction():
        for ids, language, on, field in [
            ([], "en", START, "version_ids"),
            ([draft.id], "en", START, "version_ids"),
            ([version.id], "sv", START, "language"),
            ([version.id], "en", today() + timedelta(days=1), "signed_on"),
        ]:
            with pytest.raises(BadInput) as caught:
                services.sign_clauses(actor, contract.id, ids, language, on)
            assert caught.value.field == field
        services.sign_clauses(actor, contract.id, [version.id], "en", START)
        with pytest.raises(Conflict, match="one of these clauses already"):
            services.sign_clauses(actor, contract.id, [hidden, version.id], "en", START)
    assert len(signed_queries.clauses_of(contract)) == 1


def test_a_clause_written_down_by_mistake_is_taken_off_until_something_was_delivered(acting) -> None:
    actor = acting("stavanger-officer")
    contract = signed_contract(actor)
    clause = signed_queries.clauses_of(contract)[0]
    obligation = queries.all_obligations(actor, Choice())[0]
    with db.transaction():
        services.take_step(actor, obligation, StepKind.DELIVERED, date(2026, 6, 1))
    with pytest.raises(BadInput, match="asked for or delivered"), db.transaction():
        services.take_off_clause(actor, contract.id, clause.id)
    assert len(due_days(actor, contract)) == 3
    other = signed_contract(actor)
    with pytest.raises(NotFound), db.transaction():
        services.take_off_clause(actor, other.id, clause.id)
    mistaken = signed_queries.clauses_of(other)[0]
    with db.transaction():
        services.take_off_clause(actor, other.id, mistaken.id)
    assert due_days(actor, other) == []


def test_what_needs_us_counts_what_it_lists(acting) -> None:
    actor = acting("stavanger-officer")
    soon = today() + timedelta(days=14)
    with db.transaction():
        kinds: list[dict[str, Any]] = [
            {"due_on": today() - timedelta(days=1)},
            {"due_on": soon},
            {"due_on": soon + timedelta(days=1)},
            {"due_on": soon + timedelta(days=90), "state": "delivered", "delivered_on": today()},
            {"due_on": today(), "state": "waived"},
        ]
        for place, values in enumerate(kinds):
            make_obligation(owner_id=actor.authority_id, title=f"Report {place}", **values)
    items = queries.todo(actor)
    assert [item.due_on for item in items] == [today() - timedelta(days=1), soon, None]
    assert [item.title for item in items] == ["Due: Report 0", "Due: Report 1", "Look at what was delivered: Report 3"]
    assert db.session.scalar(select(queries.todo_count(actor, soon))) == 3
