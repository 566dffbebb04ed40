"""What looks up in the benchmark: ours, PostgreSQL's trigram index with a rerank, and Tantivy with one."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import psycopg
from rapidfuzz import fuzz

from portal.registry.lookup import search
from portal.registry.names import core, norm
from tests.benchmarks.lookup_bench.corpus import Name, supplier_id
from tests.benchmarks.lookup_bench.packages import fetch

WANTED = 10
TRIGRAM_THRESHOLD = 0.4
TRIGRAM_CANDIDATES = 100
TANTIVY_CANDIDATES = 300

TRIGRAM_INDEX = "CREATE INDEX bench_norm_trgm ON supplier_name USING gin (norm gin_trgm_ops)"
_TRIGRAM = (
    "SELECT supplier_id::text, norm, core FROM supplier_name WHERE norm %% %(text)s"
    " ORDER BY similarity(norm, %(text)s) DESC LIMIT %(most)s"
)


class Found(NamedTuple):
    """One answer: the supplier and the plain name by which it was found."""

    supplier: str
    norm: str


Search = Callable[[str], Sequence[Found]]


def ours(text: str) -> list[Found]:
    """The product's own look-up."""
    return [Found(str(hit.supplier_id), norm(hit.why_text)) for hit in search(text, limit=WANTED)]


def trigrams(connection: psycopg.Connection[Any]) -> Search:
    """pg_trgm: the 100 most similar names over a similarity of 0.4, put in order by RapidFuzz."""
    connection.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, false)", (str(TRIGRAM_THRESHOLD),))

    def find(text: str) -> list[Found]:
        rows = connection.execute(_TRIGRAM, {"text": norm(text), "most": TRIGRAM_CANDIDATES}).fetchall()
        return reranked(text, rows)

    return find


def tantivy(names: Iterable[Name]) -> Search | None:
    """Tantivy: each word with one slip, the 300 best by its score, put in order by RapidFuzz; None where it is not."""
    library: Any = fetch("tantivy")
    if library is None:
        return None
    builder = library.SchemaBuilder()
    builder.add_text_field("supplier", stored=True, tokenizer_name="raw")
    builder.add_text_field("norm", stored=True)
    builder.add_text_field("core", stored=True, tokenizer_name="raw")
    schema = builder.build()
    folder = tempfile.TemporaryDirectory(prefix="tantivy-")
    index = library.Index(schema, path=folder.name)
    writer = index.writer(heap_size=200_000_000, num_threads=2)
    for name in names:
        writer.add_document(library.Document(supplier=supplier_id(name.supplier), norm=name.norm, core=name.core))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def find(text: str, _kept: object = folder) -> list[Found]:
        words = norm(text).split()
        if not words:
            return []
        parts = [
            (library.Occur.Should, library.Query.fuzzy_term_query(schema, "norm", word, distance=1)) for word in words
        ]
        hits = searcher.search(library.Query.boolean_query(parts), limit=TANTIVY_CANDIDATES).hits
        documents = [searcher.doc(address) for _score, address in hits]
        return reranked(text, [(one["supplier"][0], one["norm"][0], one["core"][0]) for one in documents])

    return find


def reranked(text: str, rows: Iterable[tuple[str, str, str]]) -> list[Found]:
    """The best name of each supplier by RapidFuzz on core names, the first ten."""
    wanted = core(text)
    scored = sorted(rows, key=lambda row: -(fuzz.ratio(wanted, row[2]) + fuzz.token_sort_ratio(wanted, row[2])))
    best: dict[str, Found] = {}
    for supplier, plain, _core in scored:
        best.setdefault(supplier, Found(supplier, plain))
        if len(best) == WANTED:
            break
    return list(best.values())
