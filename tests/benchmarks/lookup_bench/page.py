"""The look-up page over HTTP: the app under gunicorn as `make run` starts it, asked by 16 clients.

Two ways, which measure different things. Paced: each client asks once a second, as people do who read what they get:
the times are those of the page. Without a pause: each client asks anew as soon as it has its page, so sixteen wait all
the time, and the times say how many pages the machine can make a second (16 clients / pages a second). The clients, the
web server and PostgreSQL share the machine's cores, so the processor time of a page is told beside them.
"""

import logging
import os
import random
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_plus

import httpx
import psycopg

from portal.embedded.programs import serving_commands
from portal.embedded.valkey import EmbeddedValkey
from tests.benchmarks.lookup_bench.cpu import CpuMeter
from tests.benchmarks.lookup_bench.database import Database
from tests.benchmarks.lookup_bench.measure import percentiles
from tests.client import sign_in
from tests.processes import free_port, ready, stop, wait_for

CLIENTS = 16
PACE = 1.0  # seconds in which each client asks once, in the calmer measurement


def measure_page(database: Database, texts: Sequence[str], folder: Path, seconds: float) -> list[tuple[str, str]]:
    """Rows of the table: each way of asking, and its times."""
    with EmbeddedValkey(folder / "valkey", durable=False) as valkey:
        environment = {
            "APP_DATABASE_URL": database.app_url,
            "REDIS_URL": valkey.address,
            "SECRET_KEY": "benchmark-secret-key",
            "SECURITY_PASSWORD_SALT": "benchmark-salt",
            "SECURE_COOKIES": "false",
            "LOG_JSON": "true",
        }
        os.environ.update(environment)
        cookie = _cookie(database)
        logging.getLogger("httpx").setLevel(logging.WARNING)
        port = free_port()
        with (folder / "web.log").open("wb") as log:
            process = subprocess.Popen(
                serving_commands(port, folder)["web"], env=os.environ, stdout=log, stderr=log, start_new_session=True
            )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(lambda: ready(address), f"the web server ({folder / 'web.log'})", process=process)
            _ask(address, cookie, [*texts, ""], 4.0, None, CLIENTS)
            meter = CpuMeter(process.pid, database.app_url)
            rows = []
            for label, asked, pace in (
                ("one client, no pause", texts, None),
                (f"{CLIENTS} clients, one page a second each", texts, PACE),
                (f"{CLIENTS} clients, no pause", texts, None),
                (f"first page of all, {CLIENTS} clients paced", [""], PACE),
                (f"first page of all, {CLIENTS} clients, no pause", [""], None),
            ):
                clients = 1 if label.startswith("one") else CLIENTS
                before = meter.read()
                times, failed = _ask(address, cookie, asked, seconds, pace, clients)
                after = meter.read()
                web, postgres = after.web - before.web, after.database - before.database
                p50, p95, p99 = percentiles(times)
                rate = len(times) / seconds
                used = f"CPU a page: web {web / len(times):.1f} ms, PostgreSQL {postgres / len(times):.1f} ms"
                times_said = f"p50 {p50:.0f} p95 {p95:.0f} p99 {p99:.0f} ms, {rate:.0f} pages/s, {failed} failed"
                rows.append((label, f"{times_said}; {used}"))
            return rows
        finally:
            stop(process)


def _cookie(database: Database) -> str:
    """The session of an officer who is made here."""
    from portal.app import create_app
    from portal.process import start_process
    from portal.settings import get_settings

    with psycopg.connect(database.app_url) as connection:
        connection.execute(
            "WITH place AS (INSERT INTO authority (code, slug, name, country, locale, timezone)"
            " VALUES ('BEN', 'bench', 'Bench', 'SE', 'en', 'Europe/Stockholm') RETURNING id),"
            " person AS (INSERT INTO user_account (email, display_name, fs_uniquifier)"
            " VALUES ('bench@example.org', 'Bench', 'bench') RETURNING id)"
            " INSERT INTO membership (user_id, authority_id, role)"
            " SELECT person.id, place.id, 'officer' FROM person, place"
        )
    get_settings.cache_clear()
    app = create_app(start_process())
    client = sign_in(app, "bench")
    session = client.get_cookie("session")
    assert session is not None
    return session.value


def _ask(
    address: str, cookie: str, texts: Sequence[str], seconds: float, pace: float | None, clients: int
) -> tuple[list[float], int]:
    """Milliseconds of each page that came, and how many did not."""
    times: list[float] = []
    failed: list[int] = []
    end = time.perf_counter() + seconds

    def client(number: int) -> None:
        chance = random.Random(number)
        with httpx.Client(base_url=address, cookies={"session": cookie}, timeout=30) as http:
            if pace:
                time.sleep(chance.random() * pace)
            while (began := time.perf_counter()) < end:
                answer = http.get(f"/suppliers?q={quote_plus(chance.choice(texts))}")
                times.append((time.perf_counter() - began) * 1000)
                if answer.status_code != 200:
                    failed.append(answer.status_code)
                if pace:
                    time.sleep(max(0.0, pace - (time.perf_counter() - began)))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, len(failed)
