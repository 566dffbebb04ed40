"""The journal: written with the data, chained, and verified."""

import psycopg
import pytest
from sqlalchemy import func, select

from portal import db
from portal.journal.models import JournalEntry
from portal.journal.queries import verify_chain, visible_entries
from portal.journal.services import record
from tests.servers import Servers


def write(actor, count: int = 3) -> None:
    with db.transaction():
        for number in range(count):
            record(actor, "thing.done", None, number=number, text="ångström", b=1, a=2)


def test_entries_are_chained_in_the_order_of_commit(acting) -> None:
    actor = acting("stockholm-officer")
    write(actor)
    write(actor)
    acting("system")
    assert db.session.scalars(select(JournalEntry.seq).order_by(JournalEntry.seq)).all() == [1, 2, 3, 4, 5, 6]
    result = verify_chain()
    assert (result.entries, result.broken_at) == (6, None)


def test_nothing_is_journaled_when_the_transaction_fails(acting) -> None:
    actor = acting("stockholm-officer")
    with pytest.raises(ZeroDivisionError), db.transaction():
        record(actor, "thing.done")
        raise ZeroDivisionError
    write(actor, 1)
    acting("system")
    assert db.session.scalar(select(func.count()).select_from(JournalEntry)) == 1


@pytest.mark.parametrize(
    ("tampering", "place"),
    [
        ("UPDATE journal_entry SET details = '{\"number\": 9}' WHERE seq = 2", 2),
        ("DELETE FROM journal_entry WHERE seq = 2", 3),
        ("DELETE FROM journal_entry WHERE seq = 3", 2),
        ("UPDATE journal_entry SET at = at + interval '1 second' WHERE seq = 1", 1),
        ("UPDATE journal_entry SET authority_id = NULL WHERE seq = 1", 1),
    ],
)
def test_tampering_is_found(acting, servers: Servers, database: str, tampering: str, place: int) -> None:
    write(acting("stockholm-officer"))
    superuser = servers.superuser_url.rsplit("/", 1)[0] + f"/{database}"
    with psycopg.connect(superuser) as connection:
        connection.execute(tampering)
    acting("system")
    assert verify_chain().broken_at == place


def test_an_authority_reads_its_own_entries_only(acting) -> None:
    write(acting("stockholm-officer"))
    write(acting("stavanger-officer"), 2)
    actor = acting("stavanger-officer")
    assert len(db.session.scalars(visible_entries(actor)).all()) == 2
    assert len(db.session.scalars(select(JournalEntry)).all()) == 2, "row-level security holds without the filter"
