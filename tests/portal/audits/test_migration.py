"""Audits from before migration 0026 are carried over: what was held awaits its report, nothing else changes."""

import psycopg
import pytest
from alembic import command
from sqlalchemy import create_engine

from portal.migrate import alembic_config
from tests.servers import create_database, drop_database

BEFORE = """
WITH city AS (
  INSERT INTO authority (code, slug, name, country, locale, timezone)
  VALUES ('STO', 'stockholm', 'Region Stockholm', 'SE', 'sv', 'Europe/Stockholm') RETURNING id
), company AS (
  INSERT INTO supplier (legal_name, sort_key, version) VALUES ('Works AB', 'works', 1)
  RETURNING id
), place AS (
  INSERT INTO site (supplier_id, address, source, source_date)
  SELECT id, '1 Main Street', 'List 2025', '2025-12-01' FROM company RETURNING id, supplier_id
)
INSERT INTO joint_audit (supplier_id, site_id, owner_id, title, audit_type, scope, starts_on, ends_on, state, version,
  audience)
SELECT place.supplier_id, place.id, city.id, state, 'site', 'All', day, day + 1, state, 1, 'owner'
  FROM place, city, (VALUES ('proposed', date '2026-03-01'), ('planned', '2026-04-01'), ('held', '2026-02-01'),
    ('cancelled', '2026-02-01')) AS given (state, day)
"""


@pytest.fixture
def name(servers):
    name = "before_course"
    create_database(servers, name)
    yield name
    drop_database(servers, name)


def test_what_was_held_awaits_its_report(servers, name) -> None:
    engine = create_engine(servers.owner_url(name))
    config = alembic_config(servers.owner_url(name))
    for revision, statement in (("0025", BEFORE), ("head", None)):
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
        if statement:
            with psycopg.connect(servers.app_url(name)) as app:
                app.execute("SELECT set_config('app.system', 'on', false)")
                app.execute(statement)
    engine.dispose()
    with psycopg.connect(servers.app_url(name)) as app:
        app.execute("SELECT set_config('app.system', 'on', false)")
        rows = app.execute(
            "SELECT title, state, fieldwork_from::text, fieldwork_to::text, report_on FROM joint_audit ORDER BY title"
        ).fetchall()
    assert rows == [
        ("cancelled", "cancelled", None, None, None),
        ("held", "report_review", "2026-02-01", "2026-02-02", None),
        ("planned", "planned", None, None, None),
        ("proposed", "proposed", None, None, None),
    ]
