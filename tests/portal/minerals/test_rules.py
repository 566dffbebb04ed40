"""Our words for a list's words, and the dates of audits."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.minerals.labels import MEANINGS
from portal.minerals.rules import (
    Assurance,
    Severity,
    is_past_due,
    is_stale,
    normal_status,
    reassessment_due,
    severity,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Conformant", "conformant"),
        ("  CONFORMANT ", "conformant"),
        ("Active", "active"),
        ("Non-Conformant", "non_conformant"),
        ("Non Conformant", "non_conformant"),
        ("Non\u2013conformant", "non_conformant"),
        ("Outreach Required", "outreach"),
        ("Communication Suspended - Not Interested", "suspended"),
        ("Communication suspended – not interested", "suspended"),
        ("RMI Due Diligence Review - Unable to Proceed", "unable"),
        ("In Communication", "in_communication"),
        ("Eligible", "eligible"),
        ("Extended Corrective Action Plan", "extended_cap"),
        ("Conformant*", "unknown_label"),
        ("Nonconformant and more", "unknown_label"),
        ("", "unknown_label"),
    ],
)
def test_raw_labels(raw: str, expected: str) -> None:
    assert normal_status(raw) == expected


def test_every_status_says_what_it_means() -> None:
    assert set(MEANINGS) == set(Assurance)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("conformant", "non_conformant", Severity.BAD),
        ("conformant", "removed", Severity.BAD),
        ("conformant", "outreach", Severity.BAD),
        ("active", "removed", Severity.BAD),
        ("outreach", "non_conformant", Severity.BAD),
        ("conformant", "active", Severity.WARN),
        ("conformant", "unknown_label", Severity.BAD),
        ("outreach", "suspended", Severity.WARN),
        ("outreach", "active", Severity.OK),
        ("removed", "conformant", Severity.OK),
        (None, "conformant", Severity.OK),
        (None, "outreach", Severity.WARN),
    ],
)
def test_severity(before: str | None, after: str, expected: Severity) -> None:
    assert severity(before, after) == expected


@pytest.mark.parametrize(
    ("audit", "years", "due"),
    [
        (date(2024, 5, 1), 1, date(2025, 5, 1)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (None, 1, None),
        (date(2024, 5, 1), None, None),
    ],
)
def test_the_day_of_the_next_audit(audit: date | None, years: int | None, due: date | None) -> None:
    assert reassessment_due(audit, years) == due


def test_past_due_is_out_of_date_and_only_for_the_conformant() -> None:
    audit = date(2024, 5, 1)
    assert is_past_due("conformant", audit, 1, on=date(2025, 5, 2))
    assert not is_past_due("conformant", audit, 1, on=date(2025, 5, 1))
    assert not is_past_due("active", audit, 1, on=date(2025, 5, 2))
    assert not is_past_due("conformant", None, 1, on=date(2025, 5, 2))


def test_stale_after_twice_the_interval() -> None:
    now = datetime(2026, 3, 29, 3, tzinfo=UTC)  # the night in which clocks change in Europe
    assert not is_stale(now - timedelta(hours=48), 24, now)
    assert is_stale(now - timedelta(hours=48, seconds=1), 24, now)
    assert not is_stale(None, 24, now)
