"""States of a run, freshness, and the pure parts around them: labels, statuses, names of files, addresses."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.errors import BadInput, InvalidTransition
from portal.sources import labels
from portal.sources.addresses import check_url, is_allowed
from portal.sources.catalogue import RMAP, date_in_name
from portal.sources.rules import Freshness, Reason, RunState, freshness, move

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("state", list(RunState))
def test_what_has_ended_is_never_decided_again(state: RunState) -> None:
    ended = state not in (RunState.QUEUED, RunState.HELD)
    for target in RunState:
        if ended or target == RunState.QUEUED:
            with pytest.raises(InvalidTransition):
                move(state, target)


def test_only_a_held_run_is_thrown_away() -> None:
    move(RunState.HELD, RunState.REJECTED)
    with pytest.raises(InvalidTransition):
        move(RunState.QUEUED, RunState.REJECTED)


@pytest.mark.parametrize(
    ("hours", "held", "failed", "expected"),
    [
        (None, False, False, Freshness.NEVER),
        (47, False, False, Freshness.OK),
        (48, False, False, Freshness.OK),
        (49, False, False, Freshness.LATE),
        (1, True, False, Freshness.HELD),
        (1, False, True, Freshness.FAILED),
        (49, True, True, Freshness.HELD),
        (None, False, True, Freshness.FAILED),
    ],
)
def test_freshness(hours: int | None, held: bool, failed: bool, expected: Freshness) -> None:
    """A source is late after twice its interval; what an operator can act on comes first."""
    last = NOW - timedelta(hours=hours) if hours is not None else None
    assert freshness(last_good=last, held=held, failed_since=failed, interval_hours=24, now=NOW) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("synthetic-rmap-2026-09-01.csv", date(2026, 9, 1)),
        ("RMAP_20260901.xlsx", date(2026, 9, 1)),
        ("list 2026.09.01 (2).csv", date(2026, 9, 1)),
        ("2026-09-01-to-2026-10-01.csv", None),
        ("2026-02-31.csv", None),
        ("list.csv", None),
        ("120260901.csv", None),
        (None, None),
    ],
)
def test_the_day_in_a_file_name(name: str | None, expected: date | None) -> None:
    assert date_in_name(name) == expected


@pytest.mark.parametrize(
    "url",
    [
        "http://www.responsiblemineralsinitiative.org/list.csv",
        "https://responsiblemineralsinitiative.org.example.org/list.csv",
        "https://www.responsiblemineralsinitiative.org:8443/list.csv",
        "https://user:word@www.responsiblemineralsinitiative.org/list.csv",
        "https://127.0.0.1/list.csv",
        "https://[::1]/list.csv",
        "https://www.responsiblemineralsinitiative.org:port/",
        "file:///etc/passwd",
        "ftp://www.responsiblemineralsinitiative.org/list.csv",
        "//www.responsiblemineralsinitiative.org/list.csv",
        "",
    ],
)
def test_addresses_that_are_refused(url: str, settings) -> None:
    assert not is_allowed(url, RMAP)
    with pytest.raises(BadInput, match="responsiblemineralsinitiative"):
        check_url(url, RMAP)


@pytest.mark.parametrize("host", ["www.responsiblemineralsinitiative.org", "ResponsibleMineralsInitiative.org"])
def test_the_publishers_hosts_are_allowed(host: str, settings) -> None:
    assert is_allowed(f"https://{host}/lists/tin.csv?x=1", RMAP)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_words(reason: Reason) -> None:
    params = {
        "rows": 3, "example": "MÃ¼ller", "found": ["CID"], "expected": ["Smelter ID"], "rejects": 2, "count": 5,
        "of": 10, "limit": 0.2, "as_of": "2026-09-01", "newest": "2026-10-01", "attempts": 3, "status": 404,
        "said": "no", "conflicting": [{"facility_id": "CID900001"}],
    }  # fmt: skip
    text = labels.reason_text(reason, params)
    assert text
    assert all(text)
    assert "%(" not in "".join(text)


def test_limits_are_shown_as_percent() -> None:
    text = labels.reason_text(Reason.MASS_REMOVAL, {"count": 195, "of": 325, "share": 0.6, "limit": 0.2})
    assert text
    assert "195 of 325" in text[0]
    assert "20%" in text[0]


def test_what_changed_in_a_line() -> None:
    assert (
        labels.what_changed({"removed": 2, "added": 4, "status_changed": 7})
        == "2 missing, 4 new, 7 with another status"
    )
    assert labels.what_changed({"removed": 0, "unchanged": 300}) == "No change"
