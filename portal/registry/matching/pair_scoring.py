"""Scores for many rows: a file of pairs is shared out among the processors, and comes back in its order."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from portal.registry.matching.pair_file import Layout, Row, Scored, Skipped

CHUNK = 2_000  # rows; a file with fewer is scored where it is read: starting processes takes longer
_WAITING = 4  # chunks for each process that are read ahead: memory stays small however long the file is

Result = Scored | Skipped


def score_rows(layout: Layout, rows: Iterable[Row | Skipped]) -> Iterator[Result]:
    """Each row with its score, in the order of the rows; what could not be read is passed on."""
    chunks = _chunks(rows)
    first, second = next(chunks, []), next(chunks, None)
    yield from _scored(layout, first)
    if second is None:
        return
    processes = os.process_cpu_count() if hasattr(os, "process_cpu_count") else len(os.sched_getaffinity(0))
    waiting: deque[Future[list[Result]]] = deque()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting.append(pool.submit(_scored, layout, second))
        for chunk in chunks:
            waiting.append(pool.submit(_scored, layout, chunk))
            if len(waiting) > processes * _WAITING:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _chunks(rows: Iterable[Row | Skipped]) -> Iterator[list[Row | Skipped]]:
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


def _scored(layout: Layout, rows: list[Row | Skipped]) -> list[Result]:
    return [layout.score(row) if isinstance(row, Row) else row for row in rows]
