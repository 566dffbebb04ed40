"""Shares always total exactly the whole, whatever the weights: to the basis point and to the smallest coin."""

from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.audits.shares.rules import MAX_COST, WHOLE, Part, largest_remainder, split

payers = st.dictionaries(
    st.integers(0, 2**128 - 1).map(lambda n: UUID(int=n)), st.integers(0, 10**15), min_size=1, max_size=40
)


@given(st.integers(1, MAX_COST), payers)
def test_the_parts_total_exactly_the_whole(cost, weights) -> None:
    parts = split(cost, weights)
    assert set(parts) == set(weights)
    assert sum(part.basis_points for part in parts.values()) == WHOLE
    assert sum(part.cost_minor for part in parts.values()) == cost
    assert all(part.basis_points >= 0 and part.cost_minor >= 0 for part in parts.values())


@given(st.integers(1, MAX_COST), payers)
def test_no_part_is_a_coin_or_more_beside_its_due(cost, weights) -> None:
    whole = sum(weights.values())
    for payer, part in largest_remainder(cost, weights).items():
        due = Fraction(cost * weights[payer], whole) if whole else Fraction(cost, len(weights))
        assert abs(part - due) < 1


@given(st.integers(1, MAX_COST), payers)
def test_the_answer_hangs_on_no_order(cost, weights) -> None:
    turned = dict(reversed(weights.items()))
    assert split(cost, weights) == split(cost, turned)


@given(st.integers(1, MAX_COST), st.integers(1, 40))
def test_equal_parts_differ_by_one_coin_at_most(cost, number) -> None:
    parts = [part.cost_minor for part in split(cost, {UUID(int=n): 1 for n in range(number)}).values()]
    assert max(parts) - min(parts) <= 1


def test_ten_euros_in_three() -> None:
    a, b, c = (UUID(int=n) for n in range(3))
    assert split(1000, {c: 1, b: 1, a: 1}) == {a: Part(3334, 334), b: Part(3333, 333), c: Part(3333, 333)}
    assert split(1000, {a: 0, b: 3, c: 1}) == {a: Part(0, 0), b: Part(7500, 750), c: Part(2500, 250)}
    assert largest_remainder(5, {}) == {}
