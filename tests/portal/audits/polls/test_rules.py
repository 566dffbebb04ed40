"""What a poll says, from the votes of those who have one."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.audits.polls.rules import Tally, Vote, best, tally

ONE, TWO, THREE = (UUID(int=number) for number in range(1, 4))
tallies = st.builds(Tally, *(st.integers(0, 5) for _ in range(4)))


def test_only_those_with_a_vote_count() -> None:
    votes = {ONE: Vote.YES, TWO: Vote.NO, THREE: Vote.MAYBE}
    assert tally(votes, [ONE, THREE]) == Tally(1, 1, 0, 0)
    assert tally({}, [ONE, TWO]) == Tally(0, 0, 0, 2)


def test_the_best_keeps_nobody_away_before_it_pleases_many() -> None:
    assert best({ONE: Tally(3, 0, 1, 0), TWO: Tally(1, 3, 0, 0)}) == {TWO}
    assert best({ONE: Tally(2, 1, 0, 0), TWO: Tally(2, 1, 0, 0), THREE: Tally(2, 0, 0, 1)}) == {ONE, TWO}
    assert best({ONE: Tally(0, 0, 0, 3), TWO: Tally(0, 0, 2, 1)}) == set()


@given(st.dictionaries(st.uuids(), tallies, max_size=6))
def test_no_other_option_keeps_fewer_away(found: dict[UUID, Tally]) -> None:
    chosen = best(found)
    assert bool(chosen) == any(one.yes or one.maybe for one in found.values())
    for option in chosen:
        assert all(found[option].no <= one.no for one in found.values() if one.yes or one.maybe)
