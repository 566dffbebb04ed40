"""`make bench B=smelters`: resolving what companies published, by name and metal alone, against the CID they gave.

Beside it in the same run: the look-up alone and WRatio alone; each mistake and each name left open by name; how the
thresholds fare on facilities and reporters that they were not chosen on. `RECORD=1` writes the thresholds anew.
"""

import os
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from portal.minerals.matching.lists import ListedName, SmelterLists
from portal.minerals.matching.resolver import RESOLVE, SUGGEST, THRESHOLDS_FILE, Method, Outcome, Resolution, resolve
from portal.minerals.matching.texts import all_in_words
from portal.registry.matching import thresholds
from tests.benchmarks.smelters.choosing import FOLDS, PRECISION, folds, inferred_at, threshold
from tests.benchmarks.smelters.data import Missing, Reported, listed_names, reported_names
from tests.benchmarks.smelters.leaving_out import Trial, trials
from tests.benchmarks.smelters.rivals import Solver, look_up_alone, wratio_alone

WRATIO = (95, 90, 86)  # cut-offs


def run() -> None:
    """Print the tables; skip plainly without the shared data."""
    try:
        rows, reported = listed_names(), reported_names()
    except Missing as missing:
        print(f"   left out: {missing}")
        return
    start = time.perf_counter()
    lists = SmelterLists.of(rows)
    facilities = {row.facility_id for row in rows}
    print(f"{len(rows):,} look-up rows, {len(facilities):,} facilities, indexed in {time.perf_counter() - start:.2f} s")
    _beside_others(lists, rows, reported, facilities)
    found = [Trial(one.metal, one.name, one.facility_id, one.facility_id, _by_name(lists, one)) for one in reported]
    _by_reporter(reported, found, facilities)
    _mistakes(reported, found, facilities)
    left_out = trials(rows)
    _unseen(left_out, reported, found)
    _records(left_out)


def _by_name(lists: SmelterLists, one: Reported) -> Resolution:
    return resolve(lists, one.metal, one.name)


def _resolved(lists: SmelterLists) -> Solver:
    def solve(asked: Reported) -> str:
        smelter = resolve(lists, asked.metal, asked.name).smelter
        return smelter.facility_id if smelter else ""

    return solve


def _beside_others(
    lists: SmelterLists, rows: Sequence[ListedName], reported: Sequence[Reported], facilities: set[str]
) -> None:
    labelled = [one for one in reported if one.facility_id]
    listed = [one for one in labelled if one.facility_id in facilities]
    print(
        f"\n{len(reported):,} reported rows, {len(labelled)} of them with a CID; {len(labelled) - len(listed)} of these"
        f" CIDs are in no list given: by name and metal they cannot be found, so recall over all is at most"
        f" {len(listed) / len(labelled):.4f}"
    )
    print(f"   {'':<22} {'precision':>9} {'recall':>8} {'over all':>9} {'wrong':>6} {'rows/s':>9}")
    solvers = {
        "ours": _resolved(lists),
        "look-up alone": look_up_alone(rows),
        **{f"WRatio >= {score}": wratio_alone(rows, score) for score in WRATIO},
    }
    for name, solve in solvers.items():
        start = time.perf_counter()
        answers = [solve(one) for one in reported]
        speed = len(reported) / (time.perf_counter() - start)
        pairs = [(one.facility_id, answer) for one, answer in zip(reported, answers, strict=True) if one.facility_id]
        right = sum(truth == answer for truth, answer in pairs)
        given = sum(bool(answer) for _, answer in pairs)
        print(
            f"   {name:<22} {right / given:>9.4f} {right / len(listed):>8.4f} {right / len(labelled):>9.4f}"
            f" {given - right:>6} {speed:>9,.0f}"
        )


def _by_reporter(reported: Sequence[Reported], found: Sequence[Trial], facilities: set[str]) -> None:
    print("\nours by reporter and metal, where a CID was given (right, wrong, left open, CID in no list)")
    counts: dict[tuple[str, str], Counter[str]] = {}
    for one, trial in zip(reported, found, strict=True):
        if one.facility_id:
            counts.setdefault((one.reporter, one.metal), Counter())[_verdict(trial, facilities)] += 1
    for (reporter, metal), count in sorted(counts.items()):
        numbers = " ".join(f"{count[each]:>5}" for each in ("right", "wrong", "open", "unlisted"))
        print(f"   {reporter:<16} {metal:<10} {numbers}")
    print("\nours where no CID was given (by list, inferred, candidates, nothing)")
    outcomes: dict[str, Counter[str]] = {}
    for one, trial in zip(reported, found, strict=True):
        if not one.facility_id:
            method = trial.found.method
            key = "inferred" if method is Method.TOLERANT else "listed" if method else str(trial.found.outcome)
            outcomes.setdefault(one.reporter, Counter())[key] += 1
    for reporter, count in sorted(outcomes.items()):
        kinds = ("listed", "inferred", str(Outcome.AMBIGUOUS), str(Outcome.NO_MATCH))
        print(f"   {reporter:<16} {' '.join(f'{count[each]:>5}' for each in kinds)}")


def _verdict(trial: Trial, facilities: set[str]) -> str:
    smelter = trial.found.smelter
    if smelter:
        return "right" if smelter.facility_id == trial.facility_id else "wrong"
    return "open" if trial.facility_id in facilities else "unlisted"


def _mistakes(reported: Sequence[Reported], found: Sequence[Trial], facilities: set[str]) -> None:
    """Wrong ones, ones left open, and what was inferred where nobody gave a CID: to be looked at by eye."""
    labelled = [(one, trial) for one, trial in zip(reported, found, strict=True) if one.facility_id]
    print("\nmistakes")
    wrong = [(one, trial) for one, trial in labelled if _verdict(trial, facilities) == "wrong"]
    for one, trial in wrong:
        # Where the list has the very name for another id, it is the reporter's id and name that disagree.
        why = "its own name and CID disagree" if not trial.inferred else "; ".join(_words(trial))
        print(f"   {one.reporter}, {one.metal}: {one.name} is {one.facility_id}, we said {trial.best}: {why}")
    if not wrong:
        print("   none")
    print("\nleft open, the CID is in a list")
    for one, trial in labelled:
        if _verdict(trial, facilities) == "open":
            first = f"suggested {trial.best}: {'; '.join(_words(trial))}" if trial.best else "nothing like it"
            print(f"   {one.reporter}, {one.metal}: {one.name} is {one.facility_id}, {first}")
    print("\nleft open, the CID is in no list")
    for one, trial in labelled:
        if _verdict(trial, facilities) == "unlisted":
            print(f"   {one.reporter}, {one.metal}: {one.name} ({one.facility_id}), {trial.found.outcome}")
    print("\ninferred (beyond what the lists say)")
    inferred = {
        (one.metal, one.name, trial.best, trial.found.suggestions[0].listed_as, trial.found.confidence)
        for one, trial in zip(reported, found, strict=True)
        if trial.found.method is Method.TOLERANT
    }
    for metal, name, facility_id, listed_as, confidence in sorted(inferred):
        print(f"   {metal}: {name} -> {listed_as} ({facility_id}), {confidence} %")


def _words(trial: Trial) -> list[str]:
    return all_in_words(trial.found.suggestions[0].evidence) if trial.found.suggestions else []


def _unseen(left_out: Sequence[Trial], reported: Sequence[Reported], found: Sequence[Trial]) -> None:
    """Thresholds chosen on one half of the facilities, or without one reporter, measured on the rest."""
    print(
        f"\nunseen facilities and names: each listed name left out, each facility left out ({len(left_out):,} trials)"
    )
    print(f"   {'chosen on':<34} {'score':>6} {'measured on':<18} {'right':>6} {'wrong':>6} {'precision':>9}")
    for number, (chosen, measured) in enumerate(folds(left_out), start=1):
        _print_fold(f"facilities but part {number} of {FOLDS}", threshold(chosen), f"part {number}", measured)
    for reporter in sorted({one.reporter for one in reported if one.facility_id}):
        mine = [t for one, t in zip(reported, found, strict=True) if one.facility_id and one.reporter == reporter]
        others = [t for one, t in zip(reported, found, strict=True) if one.facility_id and one.reporter != reporter]
        _print_fold("the lists", threshold(left_out), reporter, mine)
        _print_fold("the lists and other reporters", threshold([*left_out, *others]), reporter, mine)


def _print_fold(chosen: str, score: float, measured: str, on: Sequence[Trial]) -> None:
    right, wrong, _ = inferred_at(on, score)
    precision = right / (right + wrong) if right + wrong else 1.0
    print(f"   {chosen:<34} {score:>6.3f} {measured:<18} {right:>6} {wrong:>6} {precision:>9.3f}")


def _records(left_out: Sequence[Trial]) -> None:
    """The thresholds as they stand beside what they reach now; on RECORD=1 they are chosen anew and written.

    The strictest of the parts' choices is taken; precision and recall are those of each part at a threshold that was
    chosen without it.
    """
    chosen = [(threshold(on), measured) for on, measured in folds(left_out)]
    recording = bool(os.environ.get("RECORD"))
    score = round(max(score for score, _ in chosen), 3) if recording else RESOLVE
    counts = [inferred_at(measured, fold_score) for fold_score, measured in chosen]
    right, wrong, missed = (sum(column) for column in zip(*counts, strict=True))
    at_score = inferred_at(left_out, score)
    print(
        f"\neach part at the threshold chosen without it: precision {right / (right + wrong):.3f}, recall"
        f" {right / (right + missed):.3f}; all at {score:.3f}: {at_score[0]} right, {at_score[1]} wrong"
    )
    now = {
        "resolve": _record(score, right, wrong, right + missed, left_out),
        "suggest": _suggested(left_out, SUGGEST),
    }
    if recording:
        thresholds.write(now, THRESHOLDS_FILE, _HEADER)
    print(f"\nthresholds ({THRESHOLDS_FILE.name}, at a precision of {PRECISION} of what is inferred)")
    for name, one in thresholds.read(THRESHOLDS_FILE).items():
        print(
            f"   {name:<8} {one.score:.3f}: precision {one.precision:.3f}, recall {one.recall:.3f} on {one.measured};"
            f" now {now[name].precision:.3f}, {now[name].recall:.3f}"
        )


def _suggested(trials_of: Sequence[Trial], score: float) -> thresholds.Threshold:
    """How often the first suggestion is right, where the list has the facility."""
    asked = [trial for trial in trials_of if trial.facility_id]
    given = [trial for trial in asked if trial.best]
    right = sum(trial.right for trial in given)
    return _record(score, right, len(given) - right, len(asked), asked)


def _record(score: float, right: int, wrong: int, wanted: int, on: Sequence[Trial]) -> thresholds.Threshold:
    return thresholds.Threshold(
        score=score,
        precision=round(right / (right + wrong), 3) if right + wrong else 1.0,
        recall=round(right / wanted, 3) if wanted else 1.0,
        pairs=len(on),
        data="look-ups of CMRT, EMRT, AMRT and CRT: each name and each facility left out, facilities in five parts",
        measured=datetime.now(UTC).date(),
    )


_HEADER = f"""\
# From which score on a name is inferred to mean a listed smelter. The rules read `score`; the rest is the record of
# what it was measured at. Written by `make bench B=smelters RECORD=1`, never from what companies report: it leaves out
# each listed name and each facility, chooses without one part of the facilities and measures on that part.
#   resolve  taken as that smelter, if nothing speaks against it and no other one is near: the most recall at a
#            precision of {PRECISION} of what is inferred, the strictest of the parts
#   suggest  shown to people; chosen by hand, precision is how often the first one shown is right
"""
