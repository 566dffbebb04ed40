"""`make bench B=sanctions`: real lists against real smelters and suppliers: who is found, why, and false alarms.

Lists and names are those of SHARED_DATA. Whether a candidate is the listed company was looked up by hand for those that
are found (SAME below); any other one counts as a false alarm. Beside that all candidates among legal names of the LEI
register are counted, whoever they are: a bound from above. Spoilt copies of listed names say how many slips are found.
`RECORD=1` writes what was measured beside the threshold, in portal/sanctions/thresholds.toml.
"""

import csv
import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from portal.registry.countries import country_code
from portal.sanctions import resemblance
from portal.sanctions.catalogue import LISTS
from portal.sanctions.labels import reasons
from portal.sanctions.party import NameSort, Party, countries_of
from portal.sanctions.resemblance import THRESHOLD, Listed, Resemblance, Screen, Subject
from tests.benchmarks.matching.corruption import spoil
from tests.benchmarks.matching.packages import Missing
from tests.benchmarks.matching.register import load_register

SHARED = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
SEED = 20261101
MOST = 1.0  # false alarms in 1,000 names
REGISTER = 100_000  # names of the LEI register that are compared
SPOILT = 2_000
REFINERY = ("CID005006", "Gasabo Gold Refinery")
# Judged by hand from public sources: (how the subject's name begins, listed name).
SAME = frozenset(
    {
        ("gasabo gold refinery", "Gasabo Gold Refinery"),  # Kigali, the only gold refinery of Rwanda
        ("byd co", "BYD Company Limited"),  # Shenzhen
        ("boe technology group", "BOE Technology Group Company Limited"),  # Beijing
    }
)
FILE = Path(resemblance.__file__).with_name("thresholds.toml")


def run() -> None:
    """Print the candidates with scores and reasons, then what was measured; raises where a target is missed."""
    if not (SHARED / "sanctions").is_dir():
        print(f"   left out: real lists are not here: {SHARED} (set SHARED_DATA)")
        return
    parties = dict(_listed())
    start = time.perf_counter()
    screen = Screen(Listed(key, one.names, one.numbers, one.countries) for key, one in parties.items())
    built = time.perf_counter() - start
    print(f"   {len(parties):,} organisations on the lists with {len(screen):,} names, indexed in {built:.1f} s")
    subjects = _subjects()
    start = time.perf_counter()
    found = [(place, one, alike) for place, one in subjects.items() for alike in screen.resembling(one)]
    pace = len(subjects) / (time.perf_counter() - start)
    print(f"   {len(subjects):,} names of smelters and suppliers, {pace:,.0f} a second, threshold {THRESHOLD}\n")
    false = {place for place, _subject, alike in found if not _is_same(alike)}
    for place, _subject, alike in sorted(found, key=lambda one: -one[2].score):
        _print(place, alike, parties[str(alike.key)])
    rate = 1000 * len(false) / len(subjects)
    hits = [place for place, _subject, alike in found if (place[1], alike.listed_name) == REFINERY]
    print(f"\n   the refinery under an asset freeze ({REFINERY[0]}): {'found' if hits else 'NOT FOUND'}")
    print(f"   false alarms: {len(false)} of {len(subjects):,} names, {rate:.2f} in 1,000 (at most {MOST:.0f})")
    measured = {"names": len(subjects), "false_alarms_per_1000": round(rate, 2)}
    measured |= _register(screen) | _recall(screen, parties)
    if os.environ.get("RECORD"):
        _record(measured)
    if not hits or rate > MOST:
        raise SystemExit("A target of the benchmark is missed.")


def _listed() -> Iterator[tuple[str, Party]]:
    for path in sorted((SHARED / "sanctions").glob("*.csv")):
        code = "us-1260h" if "1260h" in path.stem else "eu-regulations"
        for party in LISTS[code].read(path.read_bytes()).parties.values():
            yield f"{code}: {party.ref}", party


def _subjects() -> dict[tuple[str, str, str | None], Subject]:
    """(name, number or file, country) -> subject; the same name in the same country counts once a source."""
    found: dict[tuple[str, str, str | None], Subject] = {}

    def add(name: str | None, origin: str, country: str | None) -> None:
        if name and name.strip():
            found.setdefault((name.strip(), origin, country), Subject((name.strip(),), country))

    for row in _rows(SHARED / "smelters" / "reported-smelters.csv"):
        add(row["name_as_reported"], row["smelter_id"], country_code(row["country_as_reported"]))
    for row in _rows(SHARED / "smelters" / "lookup-all-versions.csv"):
        for name in (row["lookup_name"], row["standard_name"]):
            add(name, row["cid"], country_code(row["country"]))
    for row in _rows(SHARED / "suppliers" / "apple-2018.csv"):
        add(row["supplier"], "apple-2018", next(iter(countries_of(row["address"])), None))
    for path in sorted((SHARED / "suppliers" / "facilities").glob("*.csv")):
        for row in _rows(path):
            add(row.get("name"), path.stem, country_code(row.get("country") or ""))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _is_same(alike: Resemblance) -> bool:
    return any(alike.name.casefold().startswith(name) and alike.listed_name == listed for name, listed in SAME)


def _print(place: tuple[str, str, str | None], alike: Resemblance, party: Party) -> None:
    name, origin, country = place
    word = "same" if _is_same(alike) else "FALSE ALARM"
    print(f"   {alike.score:.3f}  {name} [{origin}, {country or 'no country'}]  {word}")
    print(f"          listed: {alike.listed_name} ({alike.key}, {party.measure or party.act}, {party.listed_on})")
    evidence = [{"code": one.code, "supports": one.supports, "params": dict(one.params)} for one in alike.evidence]
    for_it, against = reasons(evidence)
    print(f"          for: {'; '.join(for_it) or '–'}   against: {'; '.join(against) or '–'}")


def _register(screen: Screen) -> dict[str, float]:
    """All candidates among legal names of the LEI register."""
    try:
        register = sorted(load_register().items())
    except (Missing, ImportError) as missing:
        print(f"   LEI register: left out. {missing}")
        return {}
    sample = random.Random(SEED).sample(register, min(REGISTER, len(register)))
    start = time.perf_counter()
    found = sum(bool(screen.resembling(Subject((name,), country))) for _lei, (name, country) in sample)
    seconds = time.perf_counter() - start
    rate = 1000 * found / len(sample)
    print(
        f"   LEI register: {found} of {len(sample):,} names are candidates, {rate:.2f} in 1,000, right or wrong;"
        f" {len(sample) / seconds:,.0f} a second"
    )
    return {"register_names": len(sample), "register_candidates_per_1000": round(rate, 2)}


def _recall(screen: Screen, parties: dict[str, Party]) -> dict[str, float]:
    """How many spoilt copies of listed names lead back to their party, with its country and without."""
    rng = random.Random(SEED)
    names = [(key, text) for key, one in parties.items() for text, sort in one.names if sort != NameSort.WEAK]
    asked = [(key, spoilt) for key, text in rng.sample(names, len(names)) if (spoilt := spoil(text, rng))][:SPOILT]
    shares = []
    for with_country in (True, False):
        hits = 0
        for key, spoilt in asked:
            country = next(iter(parties[key].countries), None) if with_country else None
            hits += any(alike.key == key for alike in screen.resembling(Subject((spoilt,), country)))
        shares.append(hits / len(asked))
    print(f"   spoilt copies of listed names found again: {shares[0]:.1%} with the country, {shares[1]:.1%} without")
    return {"spoilt_found": round(shares[0], 3), "spoilt_found_without_country": round(shares[1], 3)}


def _record(measured: dict[str, float]) -> None:
    head = FILE.read_text(encoding="utf-8").partition("[candidate]")[0]
    values = {"score": THRESHOLD, **measured}
    lines = [f"{name} = {value}" for name, value in values.items()]
    lines = [f"{head}[candidate]", *lines, f"measured = {datetime.now(UTC).date().isoformat()}", ""]
    FILE.write_text("\n".join(lines), encoding="utf-8")
