"""States, secrets and kinds of files, as pure decisions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.evidence.kinds import media_type_of
from portal.guests.rules import (
    CODE_DIGITS,
    MOST_TRIES,
    GuestState,
    code_hash,
    in_groups,
    new_code,
    new_secret,
    plain_code,
    state_of,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FRESH = {"expires_at": NOW + timedelta(days=1), "failed": 0, "used_at": None, "session_ends_at": None}
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, GuestState.WAITING),
        ({"expires_at": NOW}, GuestState.EXPIRED),
        ({"failed": MOST_TRIES - 1}, GuestState.WAITING),
        ({"failed": MOST_TRIES}, GuestState.LOCKED),
        ({"used_at": NOW, "session_ends_at": NOW + timedelta(seconds=1)}, GuestState.OPEN),
        ({"used_at": NOW, "session_ends_at": NOW}, GuestState.OVER),
        ({"used_at": NOW, "session_ends_at": NOW + timedelta(hours=1), "revoked_at": NOW}, GuestState.REVOKED),
    ],
)
def test_states(values, expected) -> None:
    assert state_of(at=NOW, **{**FRESH, "revoked_at": None, **values}) is expected


@given(st.none() | moments, moments, st.integers(0, 5), st.none() | moments, moments)
def test_what_is_revoked_never_lives_and_what_was_used_never_waits(revoked, expires, failed, used, at) -> None:
    ends = used + timedelta(hours=8) if used else None
    state = state_of(at=at, expires_at=expires, failed=failed, used_at=used, session_ends_at=ends, revoked_at=revoked)
    if revoked:
        assert state is GuestState.REVOKED
    elif used:
        assert (state is GuestState.OPEN) == (at < ends)
    else:
        assert (state is GuestState.WAITING) == (at < expires and failed < MOST_TRIES)


@given(st.integers(0, 10**CODE_DIGITS - 1))
def test_a_code_as_it_is_said_is_the_code(number: int) -> None:
    code = f"{number:08}"
    assert plain_code(in_groups(code)) == plain_code(f" {code[:2]}-{code[2:]} ") == code


def test_secrets_differ_and_are_long() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(new_secret()) >= 43, "256 bits"
    assert {len(new_code()) for _ in range(100)} == {CODE_DIGITS}
    assert code_hash("a", "12345678") != code_hash("b", "12345678"), "a code alone says nothing"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("Report.PDF", b"%PDF-1.7 ...", "application/pdf"),
        ("photo.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("report.pdf", b"MZ\x90", None),
        ("report.exe", b"%PDF-1.7", None),
        ("macro.xlsm", b"PK\x03\x04", None),
        ("noname", b"%PDF-1.7", None),
        (None, b"", None),
    ],
)
def test_name_and_beginning_must_agree(name, content, expected) -> None:
    assert media_type_of(name, content) == expected
