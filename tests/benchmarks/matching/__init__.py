"""`make bench B=matching`: how well and how fast pairs of names are told apart, beside others, in the same run.

The threshold is chosen on one half of each set and F1 measured on the other. `PAIRS=file.csv` measures a labelled file
(columns as for `portal suppliers score-pairs`); `RECORD=1` writes portal/registry/matching/thresholds.toml anew.
"""

import os
import random
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context

from portal.registry import names
from portal.registry.matching import thresholds
from portal.registry.matching.measures import best_f1, most_at_precision, quality_at
from portal.registry.matching.name_score import name_score
from portal.registry.matching.words import words_of
from tests.benchmarks.matching.hard_pairs import Pair
from tests.benchmarks.matching.packages import Missing
from tests.benchmarks.matching.rivals import OURS, Scorer, logic_v2, simple_scorers
from tests.benchmarks.matching.sets import GLEIF, SEED, sets_of_pairs

PRECISION = 0.99
PROCESSES = 2


def run() -> None:
    """Print a table for each set of pairs, then the speed of ours; on RECORD, write the thresholds."""
    sets = sets_of_pairs()
    scorers = simple_scorers()
    try:
        scorers["nomenklatura logic-v2"] = logic_v2()
    except (Missing, ImportError) as missing:
        print(f"   nomenklatura logic-v2: left out. {missing}")
    for name, pairs in sets.items():
        random.Random(SEED).shuffle(pairs)  # files come sorted by kind, and the halves must not differ
        same = sum(pair.same for pair in pairs)
        print(f"\n{name}: {len(pairs):,} pairs, {same:,} of them the same company")
        print(f"   {'':<22} {'F1':>6} {'best F1':>8} {'recall at ' + str(PRECISION):>15} {'pairs/s':>9}")
        for scorer_name, scorer in scorers.items():
            print(f"   {scorer_name:<22} {_measured(scorer, pairs)}", flush=True)
    if GLEIF in sets:
        _speed(sets[GLEIF])
        _records(sets[GLEIF])


def _measured(scorer: Scorer, pairs: Sequence[Pair]) -> str:
    _forget()
    start = time.perf_counter()
    scores = [scorer(pair.name1, pair.name2) for pair in pairs]
    seconds = time.perf_counter() - start
    same = [pair.same for pair in pairs]
    half = len(pairs) // 2
    chosen = best_f1(scores[:half], same[:half]).threshold
    held_out = quality_at(scores[half:], same[half:], chosen)
    strict = most_at_precision(scores, same, PRECISION)
    return (
        f"{held_out.f1:>6.3f} {best_f1(scores, same).f1:>8.3f} {strict.recall if strict else 0:>15.3f}"
        f" {len(pairs) / seconds:>9,.0f}"
    )


def _forget() -> None:
    """Nothing is remembered of a name seen before."""
    words_of.cache_clear()
    names.split.cache_clear()


def _score_all(pairs: Sequence[Pair]) -> float:
    """Seconds for scoring these pairs."""
    start = time.perf_counter()
    for pair in pairs:
        name_score(pair.name1, pair.name2)
    return time.perf_counter() - start


def _speed(pairs: Sequence[Pair]) -> None:
    """Names never seen before, names seen before (a sweep meets each name many times), and two processes."""
    _forget()
    cold, warm = _score_all(pairs), _score_all(pairs)
    print(
        f"\n{OURS}, one process: {len(pairs) / cold:,.0f} pairs/s of new names, {len(pairs) / warm:,.0f} of known ones"
    )
    parts = [pairs[at::PROCESSES] for at in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        list(pool.map(_score_all, [part[:1] for part in parts]))  # started and loaded
        start = time.perf_counter()
        list(pool.map(_score_all, parts))
        print(f"{OURS}, two processes: {len(pairs) / (time.perf_counter() - start):,.0f} pairs/s of new names")


def _records(pairs: Sequence[Pair]) -> None:
    """The thresholds as they stand beside what they reach now; on RECORD=1 they are chosen anew and written."""
    half = len(pairs) // 2
    scores = [name_score(pair.name1, pair.name2) for pair in pairs]
    same = [pair.same for pair in pairs]
    found = thresholds.read()
    if os.environ.get("RECORD"):
        likely = most_at_precision(scores[:half], same[:half], PRECISION)
        chosen = {
            "review": best_f1(scores[:half], same[:half]).threshold,
            "likely": likely.threshold if likely else 1.0,
        }
        found = {}
        for name, score in chosen.items():
            reached = quality_at(scores[half:], same[half:], score)
            found[name] = thresholds.Threshold(
                score=round(score, 3),
                precision=round(reached.precision, 3),
                recall=round(reached.recall, 3),
                pairs=len(pairs) - half,
                data=f"{GLEIF}: second half of {len(pairs)} made pairs, LEIs that end in an odd digit",
                measured=datetime.now(UTC).date(),
            )
        thresholds.write(found)
    print("\nthresholds (portal/registry/matching/thresholds.toml)")
    for name, one in found.items():
        now = quality_at(scores[half:], same[half:], one.score)
        print(
            f"   {name:<8} {one.score:.3f}: precision {one.precision:.3f}, recall {one.recall:.3f} on {one.measured};"
            f" now {now.precision:.3f}, {now.recall:.3f}"
        )
