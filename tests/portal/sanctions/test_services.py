"""Runs of sanctions lists, and the candidates that they make: on a real database, as worker and people do it."""

import json
from datetime import date

import pytest
from sqlalchemy import Text, cast, func, select, text

from portal import db
from portal.errors import BadInput, Conflict, Forbidden, NotFound
from portal.evidence.queries import content_of
from portal.sanctions import queries
from portal.sanctions.models import ListedParty, ListedPartyVersion, SanctionCandidate, ScreeningDue
from portal.sanctions.queries import About
from portal.sanctions.reading.eu_regulations import TITLES
from portal.sanctions.rules import CandidateState
from portal.sanctions.services import decisions, screening
from portal.schema import metadata
from portal.sources.models import SyncRun
from portal.sources.rules import Reason, RunState
from tests.factories.declarations import make_declaration
from tests.factories.minerals import make_run_of, observe
from tests.factories.registry import make_identifier, make_name, make_supplier
from tests.factories.sanctions import CELEX, entry, make_candidate, make_party, read_list, sanctions_file
from tests.factories.smelter_names import list_name

DAY1, DAY2, DAY3 = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
LIST = [entry(number, f"Nordfjell Trading House {number}") for number in range(1, 11)]


def take(entries, day: date, **values) -> SyncRun:
    """The run of a list with these entries, and what follows it, as the worker does it."""
    db.session.remove()
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        run = read_list(entries if isinstance(entries, bytes) else sanctions_file(entries), day, **values)
        screening.screen_run(run.id)
    return run


def parties(**values) -> list[ListedParty]:
    return list(db.session.scalars(select(ListedParty).filter_by(**values).order_by(ListedParty.ref)))


def candidates() -> list[SanctionCandidate]:
    db.session.expire_all()
    return list(db.session.scalars(select(SanctionCandidate).order_by(SanctionCandidate.score.desc())))


def test_a_list_is_taken_and_a_second_day_says_what_changed(database) -> None:
    first = take(LIST, DAY1)
    assert (first.state, first.rows_read, first.diff) == (RunState.APPLIED, 10, {})
    renamed = entry(1, "Sørfjell Trading House")
    second = take([renamed, *LIST[1:9], entry(11, "Elvdal Mining")], DAY2)
    assert second.state == RunState.APPLIED
    assert {kind: [one["name"] for one in found] for kind, found in second.diff.items()} == {
        "added": ["Elvdal Mining"],
        "removed": ["Nordfjell Trading House 10"],
        "renamed": ["Sørfjell Trading House"],
        "other_fields": [],
    }
    versions = select(func.count()).select_from(ListedPartyVersion)
    assert db.session.scalar(versions) == 12  # ten, one renamed, one new


def test_who_is_missing_once_is_still_compared_and_is_removed_after_two_lists(database) -> None:
    take(LIST, DAY1)
    take(LIST[:9], DAY2)
    assert [(one.absent_on, one.removed_on) for one in parties(name="Nordfjell Trading House 10")] == [(DAY2, None)]
    again = take(LIST[:9], DAY2)
    assert again.counts["confirmed"] == 0, "the same day confirms nothing"
    confirmed = take(LIST[:9], DAY3)
    assert (confirmed.state, confirmed.counts["confirmed"]) == (RunState.UNCHANGED, 1)
    assert parties(name="Nordfjell Trading House 10")[0].removed_on == DAY3


def test_one_regulation_says_nothing_of_another(database) -> None:
    take(LIST, DAY1)
    other = [{**one, "celex": "32099R0002"} for one in LIST[:2]]
    assert take(other, DAY1).counts["removed"] == 0
    assert len(parties(absent_on=None)) == 12


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (LIST[:7], Reason.MASS_REMOVAL),
        ([entry(n, f"Other {n}") for n in range(1, 11)], Reason.MASS_RENAMES),
        ([*LIST, *[entry(n, "") for n in range(20, 24)]], Reason.MANY_REJECTS),
    ],
)
def test_too_much_change_waits_for_an_operator(database, acting, entries, reason) -> None:
    take(LIST, DAY1)
    held = take(entries, DAY2)
    assert (held.state, held.reason) == (RunState.HELD, reason)
    assert [one.name for one in parties()][:1] == ["Nordfjell Trading House 1"]
    operator = acting("operator")
    with db.transaction(), pytest.raises(BadInput):
        decisions.decide_list(operator, held.id, "  ", applies=True)
    with db.transaction(), pytest.raises(Forbidden):
        decisions.decide_list(acting("stockholm-officer"), held.id, "looks right", applies=True)
    operator = acting("operator")
    with db.transaction():
        assert decisions.decide_list(operator, held.id, "The act was repealed.", applies=True).state == "applied"
    with db.transaction(), pytest.raises(Conflict):
        decisions.decide_list(operator, held.id, "again", applies=False)


def test_a_held_list_thrown_away_changes_nothing(database, acting) -> None:
    take(LIST, DAY1)
    held = take(LIST[:3], DAY2)
    operator = acting("operator")
    with db.transaction():
        decisions.decide_list(operator, held.id, "The download was cut off.", applies=False)
    assert len(parties(absent_on=None)) == 10


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.EMPTY),
        (b"<html><body>Sign in</body></html>", Reason.NOT_A_LIST),
        (b"name;country\nHalden;SE\n", Reason.UNEXPECTED_COLUMNS),
        (sanctions_file([]), Reason.NO_ROWS),
        (sanctions_file([entry(1, "A"), entry(1, "B")]), Reason.DUPLICATE_IDS),
        (sanctions_file(LIST).replace(b"Nordfjell", b"Nordfj\xe4ll"), Reason.WRONG_ENCODING),
    ],
)
def test_what_is_no_list_fails_and_changes_nothing(database, content: bytes, reason: Reason) -> None:
    take(LIST, DAY1)
    failed = take(content, DAY2)
    assert (failed.state, failed.reason, failed.sha256) == (RunState.FAILED, reason, None)
    assert len(parties(absent_on=None)) == 10


def test_an_older_list_never_overwrites_a_newer_one(database) -> None:
    take(LIST, DAY2)
    assert take(LIST[:9], DAY1).reason == Reason.OLDER_LIST


def test_no_person_is_stored_anywhere(database) -> None:
    """The kept file, the parties and the run: what was said of people is gone."""
    person = {**entry(40, "Kari Hemmelig"), "schema": "Person", "alias": "K. Hemmelig"}
    company = {**entry(41, "Elvdal Mining"), "reason": "Owned by Kari Hemmelig.", "email": "hemmelig@example.org"}
    run = take(sanctions_file([*LIST, person, company], [*TITLES, "reason", "email"]), DAY1)
    assert run.counts["persons"] == 1
    kept = content_of(run.sha256 or "").decode()
    assert json.loads(kept.splitlines()[0])["persons"] == 1
    rows = [
        db.session.scalar(select(func.string_agg(cast(table.table_valued(), Text), " ")))
        for table in metadata.tables.values()
    ]
    assert "Elvdal Mining" in "".join(filter(None, rows))
    assert "Hemmelig" not in kept + "".join(filter(None, rows))


def test_suppliers_facilities_and_declared_names_become_candidates(database, authority_ids) -> None:
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        supplier = make_supplier("Elvdal Mining Trust AB", "SE")
        make_supplier("Skogdal Computing AB", "SE")
        observe(make_run_of(DAY1).id, "CID900001", "gold", "conformant", DAY1)
        db.session.execute(text("UPDATE pinch_point SET name = 'Kalvik Gold Refinery Ltd', country = 'RWANDA'"))
        declaration = make_declaration(owner_id=authority_ids["stockholm"], smelters=(("CID900009", "gold"),))
        db.session.flush()
        declaration.lines[0].declared_name = "Tarnfjord Tin Smelting"
    take(
        [
            entry(1, "Elvdal Mining Trust"),
            entry(2, "Kalvik Gold Refinery", address="Kigali, Rwanda"),
            entry(3, "Tarnfjord Tin Smelting Company"),
        ],
        DAY1,
    )
    found = {one.listed_name: one for one in candidates()}
    assert found["Elvdal Mining Trust"].supplier_id == supplier.id
    assert found["Kalvik Gold Refinery"].facility_id == "CID900001"
    codes = [one["code"] for one in found["Kalvik Gold Refinery"].evidence]
    assert codes == ["same_core", "form_missing", "same_country"]
    assert found["Tarnfjord Tin Smelting Company"].declared_name == "Tarnfjord Tin Smelting"
    assert {one.state for one in found.values()} == {"open"}


def test_what_appears_later_is_compared_by_itself(database) -> None:
    """A trigger notes it, whoever writes it; the clock asks, the worker compares."""
    take([entry(1, "Elvdal Mining Trust", registrationNumber="5560360793", address="Halden, Sweden")], DAY1)
    with db.transaction():
        screening.screen_due()
        assert not screening.request_screening()
    with db.transaction():
        one = make_supplier("Elvdal Mining Trust AB", "SE")
        other = make_supplier("Fjord Holding AB", "SE")
        make_identifier(other)
    with db.transaction():
        assert screening.request_screening()
        assert screening.screen_due() == 3
        assert db.session.scalar(select(func.count()).select_from(ScreeningDue)) == 0
    found = {candidate.supplier_id: candidate for candidate in candidates()}
    assert set(found) == {one.id, other.id}
    assert (found[other.id].score, found[other.id].evidence[0]["code"]) == (1.0, "same_number")


def test_smelters_that_only_a_look_up_lists_are_compared_when_it_is_loaded(database) -> None:
    take([entry(1, "Kalvik Gold Refinery", address="Kigali, Rwanda")], DAY1)
    with db.transaction():
        screening.screen_due()
        list_name("Kalvik Gold Refinery Ltd", "CID900005", country="RWANDA")
    with db.transaction():
        assert screening.screen_due() == 1
    assert [one.facility_id for one in candidates()] == ["CID900005"]


def test_a_decision_stays_whatever_is_found_again(database, acting) -> None:
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        supplier = make_supplier("Elvdal Mining Trust AB", "SE")
    take([entry(1, "Elvdal Mining Trust")], DAY1)
    candidate = candidates()[0]
    officer = acting("stockholm-officer")
    with db.transaction():
        decisions.decide_candidate(officer, candidate.id, CandidateState.NOT_SAME, "Another country.", 1)
    with db.transaction(), pytest.raises(Conflict):
        decisions.decide_candidate(officer, candidate.id, CandidateState.RELEVANT, "Too late.", 1)
    take([entry(1, "Elvdal Mining Trust", alias="Elvdal Trust")], DAY2)
    with db.transaction():
        make_name(supplier, "Elvdal Mining")
    with db.transaction():
        screening.screen_due()
    assert [(one.state, one.note) for one in candidates()] == [("not_same", "Another country.")]
    entries = db.session.scalars(text("SELECT action FROM journal_entry")).all()
    assert entries.count("sanctions.not_same") == 1


def test_an_open_candidate_lapses_when_it_no_longer_resembles_and_opens_again(database) -> None:
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        make_supplier("Elvdal Mining Trust AB", "SE")
    rest = LIST[:8]
    take([entry(50, "Elvdal Mining Trust"), *rest], DAY1)
    assert [one.state for one in candidates()] == ["open"]
    take([entry(50, "Vestfold Shipping"), *rest], DAY2)
    assert [one.state for one in candidates()] == ["lapsed"]
    take([entry(50, "Elvdal Mining Trust"), *rest], DAY3)
    assert [one.state for one in candidates()] == ["open"]


def test_many_suppliers_are_compared_batch_by_batch(database, monkeypatch) -> None:
    from portal.outbox.models import OutboxEvent

    monkeypatch.setattr(screening, "BATCH", 2)
    db.set_scope(authority_id=None, system=True)
    with db.transaction():
        for place in range(5):
            make_supplier(f"Elvdal Mining Trust {place} AB", "SE")
    run = take([entry(place + 1, f"Elvdal Mining Trust {place}") for place in range(5)], DAY1)
    after = None
    for _ in range(3):
        event = db.session.scalars(
            select(OutboxEvent)
            .where(OutboxEvent.name == "sanctions.list_applied", OutboxEvent.payload.has_key("after"))
            .order_by(OutboxEvent.id.desc())
        ).first()
        if event is None or event.payload["after"] == after:
            break
        after = event.payload["after"]
        with db.transaction():
            screening.screen_run(run.id, after)
    assert len(candidates()) == 5


def test_a_declared_name_is_seen_by_those_who_see_a_declaration_with_it(database, acting, authority_ids) -> None:
    acting("system")
    with db.transaction():
        declaration = make_declaration(owner_id=authority_ids["stockholm"], smelters=(("CID900009", "gold"),))
        declaration.lines[0].declared_name = "Tarnfjord Tin Smelting"
        db.session.flush()
        party = make_party("Tarnfjord Tin Smelting Company", "3")
        hidden = make_candidate(declared_name="Tarnfjord Tin Smelting", party_id=party.id)
        shown = make_candidate()
    seen, counts = {}, {}
    for persona in ("stockholm-officer", "stavanger-officer", "operator"):
        actor = acting(persona)
        seen[persona] = {one.id for one in queries.candidates_page(actor, None, About(), None).rows}
        counts[persona] = queries.counts_by_state(actor, About()).get("open")
        # The database holds the same rule without the query.
        assert (db.session.get(SanctionCandidate, hidden.id) is not None) == (persona == "stockholm-officer")
    assert seen["stockholm-officer"] == {hidden.id, shown.id}
    assert seen["stavanger-officer"] == seen["operator"] == {shown.id}
    assert (counts["stockholm-officer"], counts["stavanger-officer"]) == (2, 1)
    stavanger = acting("stavanger-officer")
    with db.transaction(), pytest.raises(NotFound):
        decisions.decide_candidate(stavanger, hidden.id, CandidateState.RELEVANT, "Guessed.", 1)
    supplier_id = declaration.supplier_id
    assert queries.resembling(stavanger, supplier_id=supplier_id) == 0
    assert queries.resembling(acting("stockholm-officer"), supplier_id=supplier_id) == 1


def test_a_reader_sees_but_does_not_decide(database, acting) -> None:
    acting("system")
    with db.transaction():
        candidate = make_candidate()
    with db.transaction(), pytest.raises(Forbidden):
        decisions.decide_candidate(acting("stockholm-reader"), candidate.id, CandidateState.NOT_SAME, "No.", 1)


def test_the_same_run_delivered_twice_is_carried_out_once(database) -> None:
    from portal.access.actor import system_actor
    from portal.sanctions.services import runs

    run = take(LIST, DAY1)
    with db.transaction():
        assert runs.execute(system_actor("test"), run.id) is None
    assert parties()[0].part == CELEX
