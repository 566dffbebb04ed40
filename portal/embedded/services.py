"""PostgreSQL and Redis for the start command: our own, unless the environment names others."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded import roles
from portal.embedded.postgres import EmbeddedPostgres
from portal.embedded.server import EmbeddedServer
from portal.embedded.valkey import EmbeddedValkey


@dataclass
class Services:
    """What was started, and the addresses of all that is needed."""

    owner_url: str
    app_url: str
    redis_url: str
    servers: list[EmbeddedServer] = field(default_factory=list)


def start_services(given: Mapping[str, str], secrets: Mapping[str, str], data_dir: Path) -> Services:
    """Start what the environment does not name. On an error nothing is left running."""
    log_dir = data_dir / "log"
    log_dir.mkdir(parents=True, exist_ok=True)
    servers: list[EmbeddedServer] = []
    try:
        if given.get("DATABASE_URL"):
            owner_url = given["DATABASE_URL"]
            app_url = given.get("APP_DATABASE_URL") or roles.app_url_on_external_server(
                owner_url, secrets["database_app_password"]
            )
        else:
            postgres = EmbeddedPostgres(data_dir / "postgres", log_file=log_dir / "postgres.log")
            postgres.start()
            servers.append(postgres)
            passwords = {
                roles.OWNER: secrets["database_owner_password"],
                roles.APP: secrets["database_app_password"],
            }
            roles.prepare_embedded(
                postgres.address, owner_password=passwords[roles.OWNER], app_password=passwords[roles.APP]
            )
            owner_url, app_url = (postgres.url(role, passwords[role], roles.DATABASE) for role in passwords)
        if given.get("REDIS_URL"):
            redis_url = given["REDIS_URL"]
        else:
            valkey = EmbeddedValkey(
                data_dir / "valkey", password=secrets["redis_password"], log_file=log_dir / "valkey.log"
            )
            servers.append(valkey)
            redis_url = valkey.start()
    except BaseException:
        for server in reversed(servers):
            server.stop()
        raise
    return Services(owner_url, app_url, redis_url, servers)


def program_environment(
    given: Mapping[str, str], services: Services, secrets: Mapping[str, str], data_dir: Path
) -> dict[str, str]:
    """The environment of the portal's commands. What somebody set by hand wins over what we would make up."""
    defaults = {
        "SECRET_KEY": secrets["secret_key"],
        "SECURITY_PASSWORD_SALT": secrets["security_password_salt"],
        "SECURE_COOKIES": "false",  # plain HTTP on this machine; behind TLS set it to true
        "PYTHONUNBUFFERED": "1",
        "GLEIF_REFRESH_DAYS": "0",  # the demo's LEIs are invented: GLEIF is asked only when a person does
    }
    fixed = {
        "DATABASE_URL": services.owner_url,
        "APP_DATABASE_URL": services.app_url,
        "REDIS_URL": services.redis_url,
        "DATA_DIR": os.fspath(data_dir),
    }
    return {**defaults, **{name: value for name, value in given.items() if value}, **fixed}


def without_owner(environment: Mapping[str, str]) -> dict[str, str]:
    """For programs that serve: they never get the address that could switch row-level security off."""
    return {name: value for name, value in environment.items() if name != "DATABASE_URL"}
