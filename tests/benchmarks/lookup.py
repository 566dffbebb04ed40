"""Look-up at 10 k, 100 k and 1 M suppliers: times and recall beside pg_trgm and Tantivy, then the page over HTTP.

SUPPLIERS=100000 make bench B=lookup    only this size (several: 10000,100000)
COUNT=200                               questions of each kind (1,000)
QUERIES=file.csv                        questions of your own beside them: query,expected name
SEED=7                                  other random questions
SLOW=200                                questions of each kind for pg_trgm, which takes its time (200)
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg

from portal import db
from portal.registry import dictionary
from tests.benchmarks.lookup_bench import contenders, corpus, load, queries
from tests.benchmarks.lookup_bench.database import INDEXES, Database, database
from tests.benchmarks.lookup_bench.measure import Measured, measure, timed
from tests.benchmarks.lookup_bench.page import CLIENTS, measure_page
from tests.benchmarks.lookup_bench.queries import Question

SIZES = "10000,100000,1000000"
HEAD = f"{'':24}{'questions':>10}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}{'recall@10':>11}"


def run() -> None:
    """Print everything; the comparison and the page only at the largest size."""
    sizes = sorted(int(size) for size in os.environ.get("SUPPLIERS", SIZES).split(","))
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-lookup-") as folder:
            Path(folder).chmod(0o755)
            with database(Path(folder)) as made:
                at_size(made, size, Path(folder), whole=size == sizes[-1])


def at_size(made: Database, size: int, folder: Path, *, whole: bool) -> None:
    """One size of the registry."""
    print(f"\n{size:,} suppliers", flush=True)
    companies = corpus.companies(size)
    names = list(corpus.names(size))
    with psycopg.connect(made.app_url) as connection:
        loaded = load.load(connection, companies, names)
    db.configure(made.app_url)
    counted = timed(_count)
    made.run("VACUUM ANALYZE")
    print(
        f"  {loaded.names:,} names written by COPY in {loaded.names_seconds:.0f} s with every index,"
        f" words counted in {counted:.1f} s"
    )
    for name, megabytes in made.sizes(INDEXES).items():
        print(f"  {name:<24}{megabytes:>8.1f} MB {megabytes / size * 1e6:>8.0f} bytes a supplier")

    asked = queries.make_sets(names, companies, int(os.environ.get("COUNT", "1000")), int(os.environ.get("SEED", "1")))
    if path := os.environ.get("QUERIES"):
        asked[Path(path).stem] = queries.read_questions(Path(path))
    cores: dict[str, set[str]] = {}
    for one in names:
        cores.setdefault(corpus.supplier_id(one.supplier), set()).add(one.core)
    mine = _table("ours", contenders.ours, asked, cores)
    if whole:
        _compare(made, names, asked, cores, mine)
        _page(made, asked, folder)
    db.session.remove()


def _count() -> None:
    with db.transaction():
        dictionary.recount()


def _table(
    label: str, search: contenders.Search, asked: Mapping[str, Sequence[Question]], cores: Mapping[str, set[str]]
) -> dict[str, Measured]:
    print(f"\n  {label:<22}{HEAD[24:]}", flush=True)
    results = {}
    for kind, questions in asked.items():
        found = results[kind] = measure(search, questions, cores)
        db.session.rollback()
        times = "".join(f"{value:>10.2f}" for value in (found.p50, found.p95, found.p99))
        print(f"  {kind:<22}{len(questions):>10}{times}{found.recall:>11.3f}", flush=True)
    return results


def _compare(
    made: Database,
    names: Sequence[corpus.Name],
    asked: Mapping[str, Sequence[Question]],
    cores: Mapping[str, set[str]],
    mine: Mapping[str, Measured],
) -> None:
    by_name = {kind: questions for kind, questions in asked.items() if kind != "identifier"}
    few = {kind: questions[: int(os.environ.get("SLOW", "200"))] for kind, questions in by_name.items()}
    built = timed(lambda: made.run(contenders.TRIGRAM_INDEX, "ANALYZE supplier_name"))
    size = made.sizes(["bench_norm_trgm"])["bench_norm_trgm"]
    print(f"\n  pg_trgm: GIN built in {built:.0f} s, {size:.0f} MB", flush=True)
    with psycopg.connect(made.app_url, autocommit=True) as connection:
        trigrams = _table("pg_trgm + RapidFuzz", contenders.trigrams(connection), few, cores)
    for kind in trigrams:
        if kind.startswith("typo") or kind == "mixed":
            print(f"  {kind}: p95 of pg_trgm is {trigrams[kind].p95 / mine[kind].p95:.0f} times ours")
    made.run("DROP INDEX bench_norm_trgm")
    if search := contenders.tantivy(names):
        _table("Tantivy + RapidFuzz", search, by_name, cores)


def _page(made: Database, asked: Mapping[str, Sequence[Question]], folder: Path) -> None:
    print(f"\n  HTTP look-up page, {CLIENTS} clients: /suppliers?q=… with questions of all kinds, signed in")
    texts = [question.text for questions in asked.values() for question in questions]
    for label, times in measure_page(made, texts, folder, seconds=15):
        print(f"  {label:<46}{times}", flush=True)
