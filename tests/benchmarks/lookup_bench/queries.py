"""What is looked up: names and numbers of the corpus as people mistype them, from a seed of their own.

A hit is the supplier that was meant, or one with the identical core name, among the first ten.
"""

import csv
import random
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.registry.names import core, legal_form
from tests.benchmarks.lookup_bench.corpus import Company, Name

KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
FORMS = ("Ltd", "Limited", "GmbH", "AB", "AS", "S.A.", "LLC", "Inc.", "B.V.", "S.r.l.", "Pty Ltd", "Oy", "Holding AG")
SHORTEST = 4  # letters of a name that is asked for
SETS = ("exact", "prefix", "typo1", "typo2", "mixed", "identifier")


@dataclass(frozen=True, slots=True)
class Question:
    """A text to look up and what it means: a core name, or the beginning of one where `begun`."""

    text: str
    core: str
    begun: bool = False
    supplier: int | None = None


def make_sets(names: Sequence[Name], companies: Sequence[Company], count: int, seed: int) -> dict[str, list[Question]]:
    """`count` questions of each kind."""
    chance = random.Random(seed)
    asked: dict[str, list[Question]] = {}
    legal = [name for name in names if name.kind == "legal"]
    makers: dict[str, Callable[[str, random.Random], str]] = {
        "exact": lambda name, _chance: name,
        "prefix": _beginning,
        "typo1": lambda name, chance: slip(name, chance),
        "typo2": lambda name, chance: slip(slip(name, chance), chance),
        "mixed": mixed,
    }
    for kind, make in makers.items():
        chosen = (name for name in iter(lambda: chance.choice(legal), None) if len(name.core) >= SHORTEST)
        asked[kind] = [
            Question(make(one.name, chance), one.core, kind == "prefix", one.supplier)
            for one, _ in zip(chosen, range(count), strict=False)
        ]
    numbered = [chance.randrange(len(companies)) for _ in range(count)]
    asked["identifier"] = [
        Question(_written(companies[n], chance), core(companies[n].name), supplier=n) for n in numbered
    ]
    return asked


def read_questions(path: Path) -> list[Question]:
    """Questions of a file: the text and the expected name in the first two columns; a header line may stand first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) >= 2 and row[0].strip()]
    if rows and rows[0][0].strip().lower() in ("query", "text", "q"):
        rows = rows[1:]
    if not rows:
        raise SystemExit(f"{path} has no line with two columns: the query and the expected name.")
    return [Question(text, core(expected)) for text, expected, *_rest in rows]


def slip(text: str, chance: random.Random) -> str:
    """One letter left out, doubled up with a neighbour key, replaced by one, or swapped with the next."""
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    if not places:
        return text
    at = chance.choice(places)
    kind = chance.randrange(4)
    if kind == 0 and len(places) > 3:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + _neighbour(text[at], chance) + text[at:]
    if kind == 2 and at + 1 < len(text) and text[at + 1].isalpha() and text[at + 1].lower() != text[at].lower():
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + _neighbour(text[at], chance) + text[at + 1 :]


def mixed(name: str, chance: random.Random) -> str:
    """One or two slips, and the legal form left out or swapped, a word left out, written together or moved."""
    words = name.split()
    several = min(len(words), len(core(name).split())) > 2  # “A.B.C.” is three words in the index, but one as written
    kinds = ["form"] + (["drop", "merge", "move"] if several else ["move"])
    kind = chance.choice(kinds)
    if kind == "form":
        bare = _without_form(words) if legal_form(name) else words
        words = bare if chance.random() < 0.5 else [*bare, chance.choice(FORMS)]
    elif kind == "drop":
        del words[chance.randrange(1, len(words))]
    elif kind == "merge":
        at = chance.randrange(len(words) - 1)
        words[at : at + 2] = [words[at] + words[at + 1]]
    elif len(words) > 1:
        words.insert(chance.randrange(len(words)), words.pop(chance.randrange(len(words))))
    text = " ".join(words)
    for _ in range(chance.choice((1, 2))):
        text = slip(text, chance)
    return text


def _without_form(words: list[str]) -> list[str]:
    """The written words before the legal form at the end."""
    for end in range(1, len(words)):
        if core(" ".join(words[:end])) == core(" ".join(words)):
            return words[:end]
    return words


def _beginning(name: str, chance: random.Random) -> str:
    return name[: chance.randint(3, max(4, len(name) * 2 // 3))].strip()


def _neighbour(letter: str, chance: random.Random) -> str:
    lower = letter.lower()
    row = next((row for row in KEYBOARD if lower in row), string.ascii_lowercase)
    at = row.find(lower)
    near = row[max(at - 1, 0)] if at and (at == len(row) - 1 or chance.random() < 0.5) else row[at + 1]
    return near.upper() if letter.isupper() else near


def _written(one: Company, chance: random.Random) -> str:
    """The LEI or the VAT number, as it is or in groups."""
    number = one.vat if one.vat and chance.random() < 0.5 else one.lei
    if chance.random() < 0.5:
        return number
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
