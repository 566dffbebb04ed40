"""The feeds are well-formed: icalendar's text is read by vobject, which shares no code with it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from portal.calendars import ics
from portal.calendars.rules import Entry, Status

CHANGED = datetime(2027, 1, 4, 9, 30, 15, 999, tzinfo=UTC)
ADDRESS = "https://portal.example.org/audits/1"


def entry(**values) -> Entry:
    return Entry(
        **{
            "kind": "audit",
            "id": UUID(int=7),
            "starts_on": date(2027, 2, 27),
            "ends_on": date(2027, 2, 28),
            "title": "Joint audit planned: Minerals",
            "text": "Lumenfab AB",
            "place": "1 Main Street, Halden",
            "endpoint": "audits.show",
            "args": {},
            "sequence": 3,
            "changed_at": CHANGED,
            **values,
        }
    )


def written(*entries: Entry) -> bytes:
    return ics.calendar("Supplier Commons, Region Stockholm", entries, lambda _: ADDRESS)


def test_each_property_as_the_standard_asks() -> None:
    lines = written(entry(status=Status.TENTATIVE)).decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert {
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "UID:audit-00000000-0000-0000-0000-000000000007@supplier-commons",
        "DTSTAMP:20270104T093015Z",
        "LAST-MODIFIED:20270104T093015Z",
        "SEQUENCE:3",
        "DTSTART;VALUE=DATE:20270227",
        "DTEND;VALUE=DATE:20270301",
        "LOCATION:1 Main Street\\, Halden",
        f"DESCRIPTION:Lumenfab AB\\n{ADDRESS}",
        f"URL:{ADDRESS}",
        "STATUS:TENTATIVE",
    } <= set(lines)
    assert lines[-2:] == ["END:VCALENDAR", ""]


@pytest.mark.parametrize("status", list(Status))
def test_the_status(status: Status) -> None:
    (event,) = Calendar.from_ical(written(entry(status=status))).events
    assert event["STATUS"] == status


def test_the_same_entries_give_the_same_bytes() -> None:
    assert written(entry(), entry(kind="action")) == written(entry(), entry(kind="action"))


def test_a_feed_with_nothing_in_it_is_read() -> None:
    assert list(vobject.readOne(written().decode()).contents.get("vevent", [])) == []


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n"), min_size=1, max_size=200)


@given(title=TEXT, text=TEXT, days=st.integers(0, 31), first=st.dates(date(2000, 1, 1), date(2099, 1, 1)))
def test_whatever_people_write_comes_out_the_same_in_both_readers(
    title: str, text: str, days: int, first: date
) -> None:
    last = first + timedelta(days=days)
    raw = written(entry(id=uuid4(), title=title, text=text, starts_on=first, ends_on=last))
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    (event,) = Calendar.from_ical(raw).events
    other = vobject.readOne(raw.decode()).vevent
    assert str(event["SUMMARY"]) == other.summary.value == " ".join(title.split())
    assert str(event["DESCRIPTION"]) == other.description.value == f"{text}\n{ADDRESS}"
    assert event.decoded("DTSTART") == other.dtstart.value == first
    assert event.decoded("DTEND") == other.dtend.value == last + timedelta(days=1)
