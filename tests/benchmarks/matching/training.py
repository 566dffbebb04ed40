"""The pairs that the weights are fitted on: hard pairs of one half of the register, and kinds that those lack.

Registers and lists of other offices shorten words, cut long names, add a place and take the legal form loosely; most
pairs that are compared are not neighbours by their first word. The other half of the register is for measuring.
"""

import random
from collections.abc import Mapping

from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from portal.registry.names import core, norm
from tests.benchmarks.matching.corruption import form_at_end, slips, spoil
from tests.benchmarks.matching.hard_pairs import Pair, hard_pairs

Register = Mapping[str, tuple[str, str]]

HARD = 6_000  # names of the hard pairs
OTHER = 2_000  # names of each other kind
POOL = 2_000  # names that a neighbour is looked for among
CUT = 35  # characters that a short field holds
PLACES = ("Norway", "Sverige", "Deutschland", "UK", "Holdings", "Group", "Barcelona", "Stockholm", "Europe", "USA")
FORMS = ("Ltd", "Inc", "Corp", "Co Ltd", "GmbH", "AG", "AB", "SA", "SRL", "BV", "LLC", "SpA")


def halves(register: Register) -> tuple[Register, Register]:
    """(for fitting, for measuring), by the last digit of the LEI."""
    even = {lei: one for lei, one in register.items() if int(lei[-1]) % 2 == 0}
    return even, {lei: one for lei, one in register.items() if lei not in even}


def training_pairs(register: Register, seed: int = 11) -> list[Pair]:
    """Hard pairs and the other kinds, from one half of the register."""
    rng = random.Random(seed)
    names = [register[lei][0] for lei in sorted(register)]
    pairs = hard_pairs(register, HARD, seed)
    for way, count in ((shorten, OTHER // 2), (cut, OTHER // 2), (add_place, OTHER // 5), (loose_form, OTHER // 5)):
        for name in rng.sample(names, count):
            changed = way(name, rng)
            if rng.random() < 0.3:
                changed = spoil(changed, rng) or changed
            if norm(changed) != norm(name):
                pairs.append(Pair(name, changed, True))
    for name in rng.sample(names, OTHER):
        pairs.append(Pair(name, _nearest(name, rng.sample(names, POOL), rng), False))
    for name in rng.sample(names, OTHER):
        pairs.append(Pair(name, rng.choice(names), False))
    rng.shuffle(pairs)
    return pairs


def shorten(name: str, rng: random.Random) -> str:
    """Some of the longer words as their first letters."""
    words = [
        word[: rng.randint(3, 5)] if len(word) > 6 and at and rng.random() < 0.6 else word
        for at, word in enumerate(name.split())
    ]
    return " ".join(words)


def cut(name: str, _rng: random.Random) -> str:
    """As long as a short field."""
    return name[:CUT].strip()


def add_place(name: str, rng: random.Random) -> str:
    """With a word behind the name proper."""
    form = form_at_end(name)
    return " ".join(part for part in (name[: len(name) - len(form)].strip(" ,"), rng.choice(PLACES), form) if part)


def loose_form(name: str, rng: random.Random) -> str:
    """With another legal form, as clerks write them from memory; perhaps with a slip."""
    form = form_at_end(name)
    changed = f"{name[: len(name) - len(form)].strip(' ,')} {rng.choice(FORMS)}"
    return slips(changed, rng) if rng.random() < 0.3 else changed


def _nearest(name: str, others: list[str], rng: random.Random) -> str:
    """The most similar of the others, as one of two measures sees it."""
    plain = core(name)
    scorer = rng.choice((JaroWinkler.similarity, fuzz.token_sort_ratio))
    cores = {other: core(other) for other in others if core(other) != plain}
    return str(process.extractOne(plain, cores, scorer=scorer)[2])
