"""The sweep finds what is planted, leaves owners and decided pairs alone, and looks again only at what changed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from portal import db
from portal.access.actor import Actor
from portal.errors import Conflict
from portal.merging import services as merging
from portal.merging.pairs import queries, services
from portal.merging.pairs.models import SupplierChange, SupplierPair
from portal.merging.pairs.rules import in_order
from portal.merging.pairs.sweep import Swept, sweep_batch
from portal.merging.services import MergeData
from portal.registry.models import Supplier
from tests.factories.registry import make_identifier, make_parent, make_site, make_supplier
from tests.servers import Servers
from worker.tasks import schedules

Acting = Callable[[str], Actor]


@pytest.fixture
def system(acting: Acting) -> Actor:
    return acting("system")


def sweep(limit: int = 150) -> Swept:
    """Sweep to the end, as the command does; the sums."""
    total = Swept(0, 0, 0)
    while True:
        with db.transaction():
            batch = sweep_batch(limit)
        if batch is None:
            return total
        total = Swept(total.suppliers + batch.suppliers, total.judged + batch.judged, total.found + batch.found)


def pairs() -> dict[tuple[UUID, UUID], SupplierPair]:
    db.session.rollback()
    db.session.expire_all()
    return {(one.low_id, one.high_id): one for one in db.session.scalars(select(SupplierPair))}


def make(*suppliers: tuple[str, str | None]) -> list[Supplier]:
    with db.transaction():
        return [make_supplier(name, country) for name, country in suppliers]


@pytest.mark.parametrize("limit", [1, 150])
def test_it_finds_a_planted_pair_and_nothing_else(system: Actor, limit: int) -> None:
    one, other, *_others = make(
        ("Nordlicht Rechenzentrum GmbH", "DE"),
        ("Nordlicht Rechenzentrun GmbH", "DE"),
        ("Brightwater Consulting Ltd", "GB"),
        ("Oakfield Paper Supplies Ltd", "GB"),
    )
    assert sweep(limit).found == 1
    ((key, pair),) = pairs().items()
    assert key == in_order(one.id, other.id)
    assert pair.score > 0.9
    assert {reason["code"] for reason in pair.reasons} >= {"slip_apart", "same_address"}


def test_a_national_number_inside_a_vat_number_is_the_same_number(system: Actor) -> None:
    one, other = make(("Halden Computing AB", "SE"), ("Datorhuset i Borås AB", "SE"))
    with db.transaction():
        make_identifier(one, "se.orgnr", "5560360793")
        make_identifier(other, "vat", "SE556036079301")
    assert sweep().found == 1
    (pair,) = pairs().values()
    assert (pair.decision, pair.score) == ("same", 1.0)
    assert pair.reasons[0]["code"] == "same_number"


def test_a_parent_and_its_subsidiary_are_left_alone(system: Actor) -> None:
    parent, child = make(("Halden Computing AB", "SE"), ("Halden Computing", "SE"))
    with db.transaction():
        make_parent(child, parent)
    assert sweep().found == 0


def test_two_with_a_number_of_their_own_leave_the_queue_again(system: Actor) -> None:
    one, other = make(("Halden Computing AB", "SE"), ("Halden Computin AB", "SE"))
    assert sweep().found == 1
    with db.transaction():
        make_identifier(one, "se.orgnr", "5560360793")
    assert (sweep().found, len(pairs())) == (0, 1)
    with db.transaction():
        make_identifier(other, "se.orgnr", "5565475489")
    assert (sweep().found, len(pairs())) == (0, 0)


def test_only_what_is_new_or_changed_is_looked_at(system: Actor) -> None:
    one, other = make(("Halden Computing AB", "SE"), ("Brightwater Consulting Ltd", "GB"))
    assert sweep().suppliers == 2
    assert sweep() == Swept(0, 0, 0)
    with db.transaction():
        make_site(one, "7 Other Street")
    assert sweep().suppliers == 1
    with db.transaction():
        other.country = "IE"
    assert sweep().suppliers == 1
    with db.transaction():
        other.version += 1
        db.session.execute(update(Supplier).values(sort_key=Supplier.sort_key))
    assert sweep().suppliers == 0


def test_a_pair_kept_apart_never_comes_back(acting: Acting) -> None:
    officer = acting("stockholm-officer")
    one, other, third = make(("Halden Computing AB", "SE"), ("Halden Computin AB", "SE"), ("Kestrel Oy", "FI"))
    assert sweep().found == 1
    with db.transaction():
        services.keep_apart(officer, one.id, other.id)
    for touched in (one, other):
        with db.transaction():
            make_site(touched, "7 Other Street")
        assert sweep().found == 0
    assert [pair.state for pair in pairs().values()] == ["different"]
    # Merged into a third record, which takes its name: the two are the same two companies.
    with db.transaction():
        merging.propose(officer, MergeData(third.id, other.id, "Same", take_name=True, take_country=True))
    assert sweep().suppliers == 1
    assert {pair.state for pair in pairs().values()} == {"different"}
    with db.transaction():
        services.ask_again(officer, one.id, third.id)
    assert pairs()[in_order(one.id, third.id)].state == "open"


def test_it_merges_nothing(system: Actor) -> None:
    make(("Halden Computing AB", "SE"), ("Halden Computing AB", "SE"))
    assert sweep().found == 1
    assert [pair.decision for pair in pairs().values()] == ["same"]
    assert db.session.scalar(select(func.count()).where(Supplier.merged_into_id.is_not(None))) == 0


def test_one_sweep_at_a_time(system: Actor) -> None:
    make(("Halden Computing AB", "SE"))

    def another() -> object:
        try:
            with db.transaction():
                return sweep_batch()
        finally:
            db.session.remove()

    with ThreadPoolExecutor(1) as pool, db.transaction():
        assert sweep_batch() is not None
        with pytest.raises(Conflict, match="Another sweep"):
            pool.submit(another).result(20)


def test_a_batch_that_fails_is_looked_at_again(system: Actor) -> None:
    make(("Halden Computing AB", "SE"), ("Halden Computin AB", "SE"))
    with pytest.raises(ZeroDivisionError), db.transaction():
        assert sweep_batch() is not None
        raise ZeroDivisionError
    assert sweep().found == 1


def test_the_clock_sweeps_at_night_or_when_the_night_was_missed(system: Actor) -> None:
    noon, night = datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 6, 1, 2, tzinfo=UTC)
    assert not queries.is_sweep_time(night), "nothing waits"
    make(("Halden Computing AB", "SE"), ("Halden Computin AB", "SE"))
    with db.transaction():
        db.session.execute(update(SupplierChange).values(changed_at=noon - timedelta(hours=3)))
    assert queries.is_sweep_time(night)
    assert not queries.is_sweep_time(noon)
    assert queries.is_sweep_time(noon + timedelta(days=1))
    db.session.remove()
    schedules.sweep_suppliers()
    assert len(pairs()) == 1


def test_the_command_says_what_it_found(servers: Servers, database: str, system: Actor) -> None:
    make(("Halden Computing AB", "SE"), ("Halden Computin AB", "SE"))
    db.session.remove()
    command = [sys.executable, "-m", "portal.cli", "suppliers", "sweep", "--json"]
    environment = {"APP_DATABASE_URL": servers.app_url(database)}

    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)

    first, second = run(), run()
    assert (first.returncode, json.loads(first.stdout)["found"]) == (1, 1), first.stderr
    assert (second.returncode, json.loads(second.stdout)) == (0, {"suppliers": 0, "judged": 0, "found": 0})
    environment["APP_DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    assert run().returncode == 2


def test_a_number_that_is_withdrawn_is_a_change(system: Actor) -> None:
    (one,) = make(("Halden Computing AB", "SE"))
    with db.transaction():
        made = make_identifier(one)
    sweep()
    with db.transaction():
        db.session.delete(made)
    assert queries.waiting(10) == {one.id}
