"""The scorer of names: what counts as a slip, which guards hold, and how well made-up pairs are told apart."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.registry.matching.measures import best_f1, each_threshold, most_at_precision, quality_at
from portal.registry.matching.name_score import name_score
from portal.registry.matching.words import words_of
from portal.registry.names import core, norm

TEXTS = st.text(max_size=40) | st.text("abcdeg 12&.-", max_size=30)
HEADS = (
    "Nordlys",
    "Halden",
    "Sundvik",
    "Brattvoll",
    "Kestrel",
    "Amberly",
    "Vasquin",
    "Torrent",
    "Helmbrecht",
    "Quillon",
)
MIDDLES = ("Components", "Solar", "Digital", "Printing", "Network", "Medical", "Textile", "Marine", "Office", "Cable")
TAILS = ("Systems", "Trading", "Solutions", "Industries", "Holding", "Services", "International", "Group")
FORMS = (("AB", "Aktiebolag"), ("GmbH", "G.m.b.H."), ("Ltd", "Limited"), ("Oy", "Osakeyhtiö"), ("Inc.", "Incorporated"))


@given(TEXTS, TEXTS)
def test_the_score_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert 0 <= name_score(one, other) == name_score(other, one) <= 1


@given(TEXTS)
def test_what_is_compared_is_stable(name: str) -> None:
    assert norm(norm(name)) == norm(name)
    assert core(core(name)) == core(name)
    assert words_of(norm(name)).words == words_of(name).words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nordlys Components Aktiebolag", "NORDLYS COMPONENTS AB"),
        ("Nordlys & Co International", "Nordlys and Co. Intl"),
        ("H. K. Lindqvist AB", "HK Lindqvist AB"),
        ("Brigade Forty-Four Ltd", "Brigade 44 Limited"),
        ("Sundvik Elektronik AO", "Сундвик Электроник АО"),
        ("Halden First Organisation", "Halden 1st Organization"),
    ],
)
def test_ways_of_writing_one_name(one: str, other: str) -> None:
    assert name_score(one, other) > 0.9


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        (("Nordlys Components AB", "Nordlys Components"), ("Nordlys Components AB", "Nordlys Components Oy")),
        (("Nordlys Components AB", "Nordlis Components AB"), ("Nordlys Components AB", "Nordlys Printing AB")),
        (("Nordlys Invest 2 AB", "Nordlys Invest II AB"), ("Nordlys Invest 2 AB", "Nordlys Invest 3 AB")),
        (("Nordlys Invest AB", "Nordlys Invst AB"), ("Nordlys Invest AB", "Nordlys Invest II AB")),
        (("Nordlys Solar Trading", "Nordlys Solar"), ("Nordlys Solar Trading", "Kestrel Solar Trading")),
        (("Kestrel Bank", "Bank Kestrel"), ("Kestrel Bank", "Kestrel Fund")),
        (("Sundvik Office AB", "Sundvikoffice AB"), ("Sundvik Office AB", "Sundvik Digital AB")),
        (("Nordlys Manufacturing Ltd", "Nordlys Manuf Ltd"), ("Nordlys Manufacturing Ltd", "Nordlys Marine Ltd")),
    ],
)
def test_guards(nearer: tuple[str, str], farther: tuple[str, str]) -> None:
    assert name_score(*nearer) > name_score(*farther) + 0.005


def made_pairs(seed: int, count: int) -> list[tuple[str, str, bool]]:
    """Invented names: the same one written otherwise, and its neighbours that differ in a word, a number or a form."""
    rng = random.Random(seed)
    pairs = []
    for _ in range(count):
        head, middle, tail = rng.choice(HEADS), rng.choice(MIDDLES), rng.choice(TAILS)
        form, long_form = rng.choice(FORMS)
        name = f"{head} {middle} {tail} {form}"
        at = rng.randrange(1, len(head) - 1)
        slip = head[:at] + head[at + 1] + head[at] + head[at + 2 :]
        same = rng.choice(
            (
                f"{head} {middle} {tail} {long_form}",
                f"{head} {middle} {tail}".upper(),
                f"{slip if slip != head else head} {middle} {tail} {form}",
                f"{middle} {head} {tail} {form}",
                f"{head}{middle.lower()} {tail} {form}",
            )
        )
        pairs.append((name, same, True))
        others = [one for one in MIDDLES if one != middle]
        another = rng.choice(
            (
                f"{head} {rng.choice(others)} {tail} {form}",
                f"{rng.choice([one for one in HEADS if one != head])} {middle} {tail} {form}",
                f"{head} {rng.choice(others)} {rng.choice(TAILS)} {form}",
            )
        )
        pairs.append((name, another, False))
        pairs.append((f"{head} {middle} 2 {form}", f"{head} {middle} {rng.randint(3, 9)} {form}", False))
    return pairs


def test_made_up_pairs_are_told_apart() -> None:
    pairs = made_pairs(7, 300)
    scores = [name_score(one, other) for one, other, _same in pairs]
    same = [is_same for _one, _other, is_same in pairs]
    assert best_f1(scores, same).f1 >= 0.97
    strict = most_at_precision(scores, same, 0.99)
    assert strict
    assert strict.recall >= 0.9


def test_measures() -> None:
    scores, same = [0.9, 0.8, 0.8, 0.1], [True, True, False, True]
    assert [(one.threshold, one.recall) for one in each_threshold(scores, same)] == [
        (0.9, 1 / 3),
        (0.8, 2 / 3),
        (0.1, 1),
    ]
    best = best_f1(scores, same)
    assert (best.threshold, best.precision, best.recall) == (0.1, 0.75, 1)
    assert quality_at(scores, same, 0.95).f1 == 0
    assert most_at_precision(scores, same, 0.99) == quality_at(scores, same, 0.9)
    assert most_at_precision([0.5], [False], 0.99) is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_the_best_is_the_best_of_all_thresholds(labelled: list[tuple[float, bool]]) -> None:
    scores, same = [score for score, _ in labelled], [is_same for _, is_same in labelled]
    best = best_f1(scores, same)
    assert best == quality_at(scores, same, best.threshold)
    assert all(quality_at(scores, same, score).f1 <= best.f1 for score in scores)
