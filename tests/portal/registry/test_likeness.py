"""Alike is one slip of the pen or another order of words, never another number or another short word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.registry.likeness import alike, slip_keys

NAMES = st.lists(st.text("abcdefghij", min_size=4, max_size=9), min_size=1, max_size=3).map(" ".join)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("foxconn technology", "foxcon technology"),
        ("foxconn technology", "technology foxconn"),
        ("fox conn", "foxconn"),
        ("epyllion style", "eypllion style"),
        ("shenzhen desay battery", "shenzhen desai batery"),
    ],
)
def test_slips(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hanes france tmd", "hanes france cdf"),
        ("plant 2", "plant 3"),
        ("abc", "abd"),
        ("samsung electronics", "samsung electronics vietnam"),
        ("molex", "moxel"),
        ("nichia", "nidec"),
    ],
)
def test_different_names(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


@given(NAMES, st.data())
def test_a_letter_dropped_changed_or_swapped_is_found(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 2))
    dropped = name[:at] + name[at + 1 :]
    changed = name[:at] + "k" + name[at + 1 :]
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    for slipped in (dropped, changed, swapped):
        plain = " ".join(slipped.split())
        if alike(name, plain):
            assert slip_keys(name) & slip_keys(plain)
        assert alike(name, plain) == alike(plain, name)
