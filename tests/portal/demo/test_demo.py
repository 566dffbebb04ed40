"""The demo network, as `make run` loads it: what a first visitor should find."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from portal.migrate import upgrade
from portal.settings import Settings
from tests.servers import Servers, create_database, drop_database


@pytest.fixture(scope="module")
def demo(servers: Servers, settings: Settings) -> Iterator[str]:
    """A database that the command has filled; its name."""
    name = f"demo_{secrets.token_hex(4)}"
    create_database(servers, name)
    upgrade(servers.owner_url(name))
    assert "is ready: 3 authorities" in seed(servers, name)
    yield name
    drop_database(servers, name)


def seed(servers: Servers, name: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", "from portal.cli import run; run()", "demo", "seed"],
        env={**os.environ, "APP_DATABASE_URL": servers.app_url(name), "REDIS_URL": servers.redis_url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def rows(servers: Servers, name: str, query: Any) -> list[tuple[Any, ...]]:
    with psycopg.connect(servers.superusers_url(name)) as connection:
        return connection.execute(query).fetchall()


def test_a_second_seed_adds_nothing(servers: Servers, demo: str) -> None:
    before = rows(servers, demo, "SELECT count(*) FROM journal_entry")
    assert "is there already" in seed(servers, demo)
    assert rows(servers, demo, "SELECT count(*) FROM journal_entry") == before


def test_declarations_are_checked_and_two_can_be_compared(servers: Servers, demo: str) -> None:
    found = rows(
        servers,
        demo,
        "SELECT s.legal_name, d.counts->'errors', (SELECT count(*) FROM smelter_line l WHERE l.declaration_id = d.id)"
        " FROM declaration d JOIN supplier s ON s.id = d.supplier_id ORDER BY d.received_on",
    )
    assert [(name, lines) for name, _errors, lines in found] == [
        ("Halden Computing AB", 4),
        ("Halden Computing AB", 6),
        ("Nordvik Displays AS", 4),
    ]
    assert [errors > 0 for _name, errors, _lines in found] == [False, True, True]


def test_smelters_have_a_history_and_one_is_on_no_list(servers: Servers, demo: str) -> None:
    statuses = dict(
        rows(
            servers,
            demo,
            "SELECT p.facility_id, array_agg(o.status ORDER BY o.as_of) FROM pinch_point p"
            " JOIN assurance_observation o ON o.pinch_point_id = p.id GROUP BY 1",
        )
    )
    assert statuses["CID900131"] == ["conformant", "active"]
    assert "CID900103" not in statuses
    assert len(statuses) == 6


def test_one_audit_is_proposed_and_of_one_the_supplier_was_told(servers: Servers, demo: str) -> None:
    found = rows(
        servers,
        demo,
        "SELECT a.state, (SELECT sum(cost_minor) FROM audit_share s WHERE s.audit_id = a.id)"
        " FROM joint_audit a ORDER BY a.state DESC",
    )
    assert found == [("proposed", None), ("notified", 12_000_000)]


def test_two_cities_assess_one_supplier_and_a_third_relies_on_one(servers: Servers, demo: str) -> None:
    found = rows(
        servers,
        demo,
        "SELECT a.slug, r.state, r.reader_id <> r.author_id, count(w.code),"
        " count(*) FILTER (WHERE w.note LIKE '%: Yes%')"
        " FROM rated_assessment r JOIN authority a ON a.id = r.owner_id JOIN rated_answer w ON w.assessment_id = r.id"
        " GROUP BY 1, 2, 3 ORDER BY 1",
    )
    assert [row[:4] for row in found] == [("barcelona", "published", True, 23), ("stockholm", "published", True, 23)]
    assert [row[4] > 0 for row in found] == [False, True], "Stockholm's is pre-filled from the declaration"
    relied = rows(
        servers,
        demo,
        "SELECT a.slug, s.slug, r.decision, r.snapshot->>'rubric', jsonb_array_length(r.snapshot->'answers')"
        " FROM rating_reliance r JOIN authority a ON a.id = r.owner_id JOIN authority s ON s.id = r.source_id",
    )
    assert relied == [("stavanger", "stockholm", "rely", "oecd-1", 23)]


def test_contracts_have_clauses_and_what_they_ask(servers: Servers, demo: str) -> None:
    found = rows(
        servers,
        demo,
        "SELECT c.number, o.state, count(*) FROM obligation o JOIN contract c ON c.id = o.contract_id"
        " WHERE o.due_on < current_date GROUP BY 1, 2 ORDER BY 1, 2",
    )
    assert {(number, state) for number, state, _count in found} == {
        ("2024-118", "accepted"),
        ("2024-118", "delivered"),
        ("RS 2025-0442", "accepted"),
        ("RS 2025-0442", "delivered"),
    }
    verdicts = rows(servers, demo, "SELECT count(DISTINCT verdict), count(*) FROM clause_judgement")
    assert verdicts == [(2, 2)]
