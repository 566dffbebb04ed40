"""Look-up of names with slips in a registry of some thousands, beside the trigram index: what `make bench B=lookup`
measures on a million, small enough for each run of the tests. Times only as a ratio within the same run.
"""

import random
from collections.abc import Callable

import psycopg
import pytest

from portal import db
from portal.access.actor import Actor
from portal.registry import dictionary
from portal.registry.names import core, norm
from tests.benchmarks.lookup_bench import contenders, load
from tests.benchmarks.lookup_bench.corpus import Company, Name, supplier_id
from tests.benchmarks.lookup_bench.measure import measure
from tests.benchmarks.lookup_bench.queries import make_sets
from tests.servers import Servers

SUPPLIERS = 4_000
QUESTIONS = 60
SYLLABLES = [first + rest for first in "bdfgklmnprstvz" for rest in ("a", "e", "io", "u", "en", "or", "al", "ist")]
TRADES = ["Electronics", "Systems", "Trading", "Holding", "Metals", "Logistics", "International", "Services"]
FORMS = ["AB", "AS", "GmbH", "Limited", "S.L.", "B.V.", "Oy", "Inc."]


def company_names() -> list[str]:
    """Invented ones; many share their frequent words."""
    chance = random.Random(5)
    made: dict[str, None] = {}
    while len(made) < SUPPLIERS:
        first = "".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 4)))).capitalize()
        more = chance.sample(TRADES, chance.choice((1, 2)))
        made[" ".join([first, *more, chance.choice(FORMS)])] = None
    return list(made)


@pytest.fixture
def names(acting: Callable[[str], Actor], servers: Servers, database: str) -> list[Name]:
    """The names, loaded by COPY."""
    found = [Name(number, "legal", name, norm(name), core(name)) for number, name in enumerate(company_names())]
    companies = [Company(name.name, "SE", "", "") for name in found]
    with psycopg.connect(servers.app_url(database)) as connection:
        load.load(connection, companies, found)
    with psycopg.connect(servers.owner_url(database), autocommit=True) as connection:
        connection.execute(contenders.TRIGRAM_INDEX)
        connection.execute("VACUUM ANALYZE")
    acting("system")
    with db.transaction():
        dictionary.recount()
    return found


def test_slips_are_found_as_often_as_promised(names: list[Name], servers: Servers, database: str) -> None:
    cores = {supplier_id(name.supplier): {name.core} for name in names}
    companies = [Company(name.name, "SE", "5493006MHB84DD0ZWV18", "") for name in names]
    asked = make_sets(names, companies, QUESTIONS, seed=11)
    least = {"exact": 1.0, "prefix": 0.98, "typo1": 0.98, "typo2": 0.96, "mixed": 0.95}
    ours = {kind: measure(contenders.ours, asked[kind], cores) for kind in least}
    assert {kind: found.recall for kind, found in ours.items() if found.recall < least[kind]} == {}
    with psycopg.connect(servers.app_url(database), autocommit=True) as connection:
        find = contenders.trigrams(connection)
        theirs = {kind: measure(find, asked[kind], cores) for kind in ("typo1", "typo2", "mixed")}
    # The trigram index grows with the names, ours hardly; here they are still few, and neither may be far behind.
    assert sum(ours[kind].p50 for kind in theirs) < 3 * sum(found.p50 for found in theirs.values())
