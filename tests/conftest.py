"""Real servers for every test: PostgreSQL with the migrated database as new, and Redis (Valkey)."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from playwright.sync_api import Browser, sync_playwright

from portal import db
from portal.access.actor import Actor, Role, system_actor
from portal.embedded.postgres import EmbeddedPostgres
from portal.embedded.valkey import EmbeddedValkey
from portal.migrate import upgrade
from portal.process import start_process
from portal.settings import Settings, get_settings
from tests.browser import launch_options
from tests.client import PortalClient, sign_in
from tests.personas import AUTHORITIES, PERSONAS
from tests.servers import APP_PASSWORD, OWNER_PASSWORD, Servers, create_database
from tests.shared_database import SharedDatabase

# Examples have no time limit: a busy machine is no fault of the code.
hypothesis.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("any machine")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL and Redis for this run, without durability."""
    folder = tmp_path_factory.mktemp("servers")
    with (
        EmbeddedPostgres(folder / "postgres", durable=False) as postgres,
        EmbeddedValkey(folder / "valkey", durable=False) as valkey,
    ):
        with psycopg.connect(postgres.address, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE portal_owner LOGIN PASSWORD '{OWNER_PASSWORD}'")
            connection.execute(f"CREATE ROLE portal_app LOGIN NOBYPASSRLS PASSWORD '{APP_PASSWORD}'")
        address = postgres.address.split("@")[1].split("/")[0]
        yield Servers(postgres.address, address, valkey.address)


@pytest.fixture(scope="session")
def template(servers: Servers) -> str:
    """A migrated database with the members of the network and the personas, to be copied."""
    create_database(servers, "template_portal")
    upgrade(servers.owner_url("template_portal"))
    with psycopg.connect(servers.app_url("template_portal")) as connection:
        _insert_network(connection)
    return "template_portal"


def _insert_network(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    for slug, (code, name, country, locale, timezone) in AUTHORITIES.items():
        connection.execute(
            "INSERT INTO authority (code, slug, name, country, locale, timezone) VALUES (%s, %s, %s, %s, %s, %s)",
            (code, slug, name, country, locale, timezone),
        )
    for persona in PERSONAS.values():
        connection.execute(
            "WITH person AS (INSERT INTO user_account (email, display_name, fs_uniquifier)"
            " VALUES (%s, %s, %s) RETURNING id)"
            " INSERT INTO membership (user_id, authority_id, role)"
            " SELECT person.id, (SELECT id FROM authority WHERE slug = %s), %s FROM person",
            (persona.email, persona.name.replace("-", " "), persona.name, persona.slug, persona.role.value),
        )


@pytest.fixture(scope="session")
def settings(servers: Servers) -> Settings:
    """Settings of the test processes; the database's address is replaced for each test."""
    values = {
        "app_database_url": servers.app_url("template_portal"),
        "redis_url": servers.redis_url,
        "secret_key": "test-secret-key",
        "security_password_salt": "test-salt",
        "secure_cookies": "false",
        "log_json": "true",
    }
    for name, value in values.items():
        os.environ[name.upper()] = value
    get_settings.cache_clear()
    return start_process()


@pytest.fixture(scope="session")
def app(settings: Settings) -> Flask:
    """The web application; forms need no token in tests, but where one is tested (test_csrf)."""
    from portal.app import create_app

    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture(scope="session")
def shared_database(servers: Servers, template: str, settings: Settings) -> Iterator[SharedDatabase]:
    """The one database that the tests of this process use in turn."""
    shared = SharedDatabase(servers, template)
    yield shared
    shared.close()


@pytest.fixture
def database(shared_database: SharedDatabase) -> Iterator[str]:
    """A database as new for this test, and the session bound to it as the app's role. Its name."""
    shared_database.bind()
    yield shared_database.name
    shared_database.put_back()


@pytest.fixture
def actor_of(database: str) -> Callable[[str], Actor]:
    """`actor_of("stockholm-officer")`: the actor of a persona, as the guard would build it."""
    from sqlalchemy import text

    def make(name: str) -> Actor:
        persona = PERSONAS[name]
        with db.session.bind.connect() as connection:  # type: ignore[union-attr]
            user_id = connection.scalar(text("SELECT id FROM user_account WHERE email = :e"), {"e": persona.email})
            row = connection.execute(
                text("SELECT id, code, name FROM authority WHERE slug = :slug"), {"slug": persona.slug}
            ).one_or_none()
        return Actor(
            name=persona.name,
            user_id=user_id,
            authority_id=row.id if row else None,
            authority_code=row.code if row else None,
            authority_name=row.name if row else None,
            roles=frozenset({Role(persona.role)}),
        )

    return make


@pytest.fixture
def acting(actor_of: Callable[[str], Actor]) -> Callable[[str], Actor]:
    """Like `actor_of`, and row-level security is set to that actor for the test's session."""

    def act(name: str) -> Actor:
        actor = system_actor("test") if name == "system" else actor_of(name)
        db.session.remove()
        db.set_scope(authority_id=actor.authority_id, system=actor.is_system)
        return actor

    return act


@pytest.fixture
def client_for(app: Flask, database: str) -> Callable[[str | None], PortalClient]:
    """`client_for("stockholm-officer")`: a browser signed in as a persona; None is a visitor."""

    def make(name: str | None) -> PortalClient:
        if name is None:
            app.test_client_class = PortalClient
            return app.test_client()  # type: ignore[return-value]
        return sign_in(app, PERSONAS[name].name)

    return make


@pytest.fixture
def authority_ids(database: str) -> dict[str, UUID]:
    """Ids of the members by slug."""
    from sqlalchemy import text

    with db.session.bind.connect() as connection:  # type: ignore[union-attr]
        return {row.slug: row.id for row in connection.execute(text("SELECT slug, id FROM authority"))}


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inputs; the test skips where it is missing."""
    folder = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real inputs are not here: {folder} (set SHARED_DATA)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()
