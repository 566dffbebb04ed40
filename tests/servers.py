"""Where the servers of a test run are, and databases in them."""

from dataclasses import dataclass

import psycopg

APP_PASSWORD = "app-password"
OWNER_PASSWORD = "owner-password"


@dataclass(frozen=True)
class Servers:
    """Where the test servers are; `address` is host:port of PostgreSQL."""

    superuser_url: str
    address: str
    redis_url: str

    def url(self, role: str, password: str, name: str) -> str:
        """The address of a database for a role."""
        return f"postgresql://{role}:{password}@{self.address}/{name}"

    def app_url(self, name: str) -> str:
        """As the app's role, under row-level security."""
        return self.url("portal_app", APP_PASSWORD, name)

    def owner_url(self, name: str) -> str:
        """As the owner of the schema."""
        return self.url("portal_owner", OWNER_PASSWORD, name)

    def superusers_url(self, name: str) -> str:
        """As one who may do everything, past row-level security."""
        return f"{self.superuser_url.rpartition('/')[0]}/{name}"


def create_database(servers: Servers, name: str, template: str = "template1") -> None:
    """Make a database owned by the schema's owner."""
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER portal_owner TEMPLATE {template}")


def drop_database(servers: Servers, name: str) -> None:
    """Drop a database and whoever is connected to it."""
    with psycopg.connect(servers.superuser_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
