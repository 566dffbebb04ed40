"""Deciding on smelters' names: what it does to every declaration, what it tells whom, and how it is taken back."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from portal import db
from portal.access.actor import Actor
from portal.declarations import queries as declarations
from portal.declarations.models import Declaration, DeclarationFinding
from portal.declarations.naming import queries, services
from portal.declarations.naming.models import SmelterNameAct, SmelterNameVerdict
from portal.errors import BadInput, Conflict, Forbidden, NotFound
from portal.journal.models import JournalEntry
from portal.outbox.models import OutboxEvent
from tests.factories.smelter_names import declare_name, list_name, make_verdict

Acting = Callable[[str], Actor]
NAME, KEY = "Nordgull AG, Drammen", "nordgull ag, drammen"


@pytest.fixture
def network(acting: Acting, authority_ids: dict[str, UUID]) -> dict[str, UUID]:
    """Stockholm and Oslo each have a private declaration with the same unlisted name; ids by authority."""
    acting("system")
    with db.transaction():
        list_name("Nordgull AG", "CID900001", city="Drammen")
        list_name("Sydgull AG", "CID900002", city="Bergen")
        ids = {
            slug: declare_name(NAME, "Handelshuset Quist", owner_id=authority_ids[slug]).id
            for slug in ("stockholm", "oslo")
        }
    db.session.remove()
    return ids


def rows_of(actor: Actor, declaration_id: UUID) -> list[declarations.LineStatus]:
    declaration = declarations.get_declaration(actor, declaration_id)
    return declarations.with_statuses(declaration, declarations.lines_of(declaration))


def note(acting: Acting, verdict_id: UUID) -> None:
    """What the worker does with the event."""
    acting("system")
    with db.transaction():
        services.note_verdict(verdict_id)
    db.session.remove()


def test_an_accepted_name_counts_for_every_authority_and_can_be_taken_back(acting, network) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        verdict_id = services.accept(actor, "gold", KEY, " cid900001 ").id
    assert [one.name for one in queries.open_names(actor).rows] == ["Handelshuset Quist"]
    other = acting("oslo-officer")
    first, second = rows_of(other, network["oslo"])
    assert (first.facility_id, first.line.resolved_id, first.line.status) == ("CID900001", None, "name_not_in_lookup")
    assert (second.facility_id, second.meaning) == (None, None)
    with db.transaction():
        services.revoke(other, queries.get_verdict(verdict_id))
    assert rows_of(other, network["oslo"])[0].facility_id is None
    assert len(queries.open_names(other).rows) == 2
    with pytest.raises(Conflict), db.transaction():
        services.revoke(other, queries.get_verdict(verdict_id))
    with db.transaction():
        services.accept(other, "gold", KEY, "CID900002")
    assert rows_of(acting("stockholm-officer"), network["stockholm"])[0].facility_id == "CID900002"


def test_only_the_deciding_authority_knows_who_decided_and_from_what(acting, network) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        services.accept(actor, "gold", KEY, "CID900001")
    ours = queries.decided_names(actor).rows[0].ours
    assert ours
    assert (ours.user_id, ours.declaration_id) == (actor.user_id, network["stockholm"])
    other = acting("oslo-officer")
    assert queries.decided_names(other).rows[0].ours is None
    assert db.session.scalars(select(SmelterNameAct)).all() == []  # the database itself keeps it back
    columns = SmelterNameVerdict.__table__.columns.keys()
    assert not {"owner_id", "authority_id", "user_id", "declaration_id"} & set(columns)


def test_findings_are_added_never_rewritten(acting, network) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        verdict_id = services.accept(actor, "gold", KEY, "CID900001").id
    assert db.session.scalar(select(OutboxEvent.payload).where(OutboxEvent.name == "smelter_name.decided")) == {
        "verdict_id": str(verdict_id)
    }
    db.session.rollback()
    note(acting, verdict_id)
    note(acting, verdict_id)
    assert codes(acting("oslo-officer"), network["oslo"]) == ["smelter_name_accepted"]
    other = acting("oslo-officer")
    with db.transaction():
        services.revoke(other, queries.get_verdict(verdict_id))
    note(acting, verdict_id)
    note(acting, verdict_id)
    assert codes(acting("oslo-officer"), network["oslo"]) == ["smelter_name_accepted", "smelter_name_revoked"]
    assert codes(acting("stockholm-officer"), network["stockholm"]) == ["smelter_name_accepted", "smelter_name_revoked"]


def codes(actor: Actor, declaration_id: UUID) -> list[str]:
    declaration = declarations.get_declaration(actor, declaration_id)
    db.session.refresh(declaration)
    return [finding.code for finding in declaration.findings]


def test_a_new_declaration_is_told_what_was_decided_before(acting, network, authority_ids) -> None:
    acting("system")
    with db.transaction():
        make_verdict(NAME)
        make_verdict("Handelshuset Quist", verdict="no_smelter", facility_id=None)
        later = declare_name(NAME, "Handelshuset Quist", owner_id=authority_ids["oslo"]).id
        services.note_known_names(later)
        services.note_known_names(later)
        found = db.session.scalars(
            select(DeclarationFinding.code)
            .where(DeclarationFinding.declaration_id == later)
            .order_by(DeclarationFinding.position)
        ).all()
    assert found == ["smelter_name_accepted", "smelter_name_no_smelter"]


def test_a_rejected_suggestion_is_not_shown_again_and_the_name_goes_on_waiting(acting, network) -> None:
    actor = acting("stockholm-officer")
    before = {one.name: [s.smelter.facility_id for s in one.suggestions] for one in queries.open_names(actor).rows}
    assert before[NAME] == ["CID900001"]
    with db.transaction():
        services.reject(actor, "gold", KEY, "CID900001")
    after = {one.name: [s.smelter.facility_id for s in one.suggestions] for one in queries.open_names(actor).rows}
    assert after[NAME] == []
    with pytest.raises(Conflict), db.transaction():
        services.reject(actor, "gold", KEY, "CID900001")


def test_a_country_that_differs_speaks_against_a_suggestion(acting, network, authority_ids) -> None:
    acting("system")
    with db.transaction():
        declare_name("Sydgull", owner_id=authority_ids["stockholm"], country="SWEDEN")
    waiting = {one.name: one for one in queries.open_names(acting("stockholm-officer")).rows}
    against = [reason.code for reason in waiting["Sydgull"].suggestions[0].evidence if not reason.supports]
    assert "other_country" in against


def test_what_is_no_smelter_waits_no_longer(acting, network) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        services.not_a_smelter(actor, "gold", "handelshuset quist")
    assert [one.name for one in queries.open_names(actor).rows] == [NAME]
    with pytest.raises(NotFound), db.transaction():
        services.accept(actor, "gold", "handelshuset quist", "CID900001")


@pytest.mark.parametrize("wrong", ["CID999999", "CID90000", "", "Nordgull AG", "CID900001\x00"])
def test_a_name_means_a_listed_smelter_or_nothing(acting, network, wrong: str) -> None:
    with pytest.raises(BadInput, match="No list has"), db.transaction():
        services.accept(acting("stockholm-officer"), "gold", KEY, wrong)
    assert db.session.scalar(select(func.count()).select_from(SmelterNameVerdict)) == 0


def test_names_of_declarations_that_are_not_seen_cannot_be_decided_on(acting, network) -> None:
    stranger = acting("barcelona-officer")
    assert queries.open_names(stranger).rows == []
    assert queries.todo(stranger) == []
    for act in (services.accept, services.reject):
        with pytest.raises(NotFound), db.transaction():
            act(stranger, "gold", KEY, "CID900001")
    with pytest.raises(NotFound), db.transaction():
        services.not_a_smelter(stranger, "gold", KEY)


def test_an_entry_counts_and_names_only_what_its_reader_sees(acting, network, authority_ids) -> None:
    acting("system")
    with db.transaction():
        declare_name(NAME, owner_id=authority_ids["oslo"], audience="members")
    entry = next(one for one in queries.open_names(acting("stockholm-officer")).rows if one.name == NAME)
    assert (entry.declarations, len(entry.sources)) == (2, 2)
    shown = {source.declaration_id for source in entry.sources}
    assert network["oslo"] not in shown
    stranger = queries.open_names(acting("barcelona-officer")).rows
    assert [(one.name, one.declarations) for one in stranger] == [(NAME, 1)]


def test_readers_and_operators_do_not_decide(acting, network) -> None:
    for who in ("stockholm-reader", "operator"):
        with pytest.raises(Forbidden), db.transaction():
            services.accept(acting(who), "gold", KEY, "CID900001")
        assert queries.todo(acting(who)) == []


def test_the_journal_knows_it(acting, network) -> None:
    actor = acting("stockholm-officer")
    with db.transaction():
        services.accept(actor, "gold", KEY, "CID900001")
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "smelter_name.accepted")).one()
    assert entry.details == {
        "metal": "gold",
        "facility_id": "CID900001",
        "declaration": str(network["stockholm"]),
    }


def test_a_verdict_cannot_be_rewritten(acting, network) -> None:
    with db.transaction():
        services.accept(acting("stockholm-officer"), "gold", KEY, "CID900001")
    with pytest.raises(ProgrammingError, match="permission denied"), db.transaction():
        db.session.execute(text("UPDATE smelter_name_verdict SET facility_id = 'CID900002'"))


def test_pages_follow_each_other_without_gaps(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        names = [f"Unknown works {n}" for n in range(queries.PAGE_SIZE * 2 + 3)]
        declare_name(*names, owner_id=authority_ids["oslo"])
        declare_name(*names[:5], owner_id=authority_ids["oslo"])
    actor, seen, cursor = acting("oslo-officer"), [], None
    while True:
        page = queries.open_names(actor, cursor)
        seen += [one.name for one in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(names)
    assert set(seen[:5]) == set(names[:5])  # those in two declarations first


def test_rows_that_a_name_cannot_help_do_not_wait(acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        for status in ("not_identified", "cid_metal_mismatch", "cid_name_conflict", "resolved_other_version"):
            declare_name(f"A {status}", owner_id=authority_ids["oslo"], status=status)
        declare_name("No metal", owner_id=authority_ids["oslo"], metal=None)
        assert db.session.scalar(select(func.count()).select_from(Declaration)) == 5
    assert queries.open_names(acting("oslo-officer")).rows == []
