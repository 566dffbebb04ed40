"""Asks questions one after the other and tells times and hits."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from portal.registry.names import norm
from tests.benchmarks.lookup_bench.contenders import Search
from tests.benchmarks.lookup_bench.corpus import supplier_id
from tests.benchmarks.lookup_bench.queries import Question

WARM_UP = 30


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds at three places of the distribution, and the part of the questions answered in the first ten."""

    p50: float
    p95: float
    p99: float
    recall: float


def measure(search: Search, questions: Sequence[Question], cores: Mapping[str, set[str]]) -> Measured:
    """Ask each question once; the first few are also asked before, so that connections and plans are there."""
    for question in questions[:WARM_UP]:
        search(question.text)
    times: list[float] = []
    hits = 0
    for question in questions:
        began = time.perf_counter()
        found = search(question.text)
        times.append((time.perf_counter() - began) * 1000)
        hits += _is_hit(question, [one.supplier for one in found], [one.norm for one in found], cores)
    return Measured(*percentiles(times), hits / len(questions))


def percentiles(times: Sequence[float]) -> tuple[float, float, float]:
    """The 50th, 95th and 99th."""
    ordered = sorted(times)
    first, second, third = (ordered[min(len(ordered) - 1, int(len(ordered) * part))] for part in (0.5, 0.95, 0.99))
    return first, second, third


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _is_hit(question: Question, suppliers: Sequence[str], norms: Sequence[str], cores: Mapping[str, set[str]]) -> bool:
    """The supplier that was meant, or one with its core name. For a beginning: a name that begins so comes first."""
    if question.begun:
        return bool(norms) and (norms[0].startswith(norm(question.text)) or question.core in norms)
    if question.supplier is not None and supplier_id(question.supplier) in suppliers:
        return True
    return any(question.core in cores.get(supplier, ()) for supplier in suppliers)
