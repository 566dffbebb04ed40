"""Entries as an iCalendar object (RFC 5545). The same entries give the same bytes: programs ask for changes alone."""

from collections.abc import Callable, Iterable
from datetime import UTC, timedelta

from icalendar import Calendar, Event, vCalAddress

from portal.calendars.invitations import Letter
from portal.calendars.rules import Entry

PRODUCT = "-//Supplier Commons//Calendar feeds//EN"
INVITING = "-//Supplier Commons//Invitations//EN"
ASK_AGAIN = timedelta(hours=6)


def calendar(name: str, entries: Iterable[Entry], address_of: Callable[[Entry], str]) -> bytes:
    """The feed called `name`; `address_of` gives the absolute address of an entry's page."""
    feed = Calendar()
    feed.add("prodid", PRODUCT)
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", name)
    feed.add("refresh-interval", ASK_AGAIN, parameters={"value": "DURATION"})
    feed.add("x-published-ttl", "PT6H")
    for entry in entries:
        feed.add_component(_event(entry, address_of(entry)))
    return bytes(feed.to_ical())


def _event(entry: Entry, address: str) -> Event:
    changed = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.starts_on)
    event.add("dtend", entry.ends_on + timedelta(days=1))  # exclusive
    event.add("summary", _one_line(entry.title))
    event.add("description", f"{entry.text}\n{address}" if entry.text else address)
    if entry.place:
        event.add("location", _one_line(entry.place))
    event.add("url", address)
    event.add("status", entry.status.value)
    event.add("transp", "TRANSPARENT")  # a due day or others' audit keeps nobody from taking a meeting
    event.add("class", "PRIVATE")
    return event


def invitation(letter: Letter, organizer: str, title: str, text: str) -> bytes:
    """What a mail program takes into its person's calendar, or out of it again (RFC 5546, 3.2.2 and 3.2.5)."""
    message = Calendar()
    message.add("prodid", INVITING)
    message.add("version", "2.0")
    message.add("method", letter.method)
    attendee = vCalAddress(f"mailto:{letter.email}")
    attendee.params.update({"PARTSTAT": "ACCEPTED", "ROLE": "REQ-PARTICIPANT"})  # the authority has booked the person
    changed = letter.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", letter.uid)
    event.add("sequence", letter.sequence)
    event.add("dtstamp", changed)
    event.add("dtstart", letter.starts_on)
    event.add("dtend", letter.ends_on + timedelta(days=1))  # exclusive
    event.add("summary", _one_line(title))
    event.add("description", text)
    event.add("location", _one_line(letter.place))
    event.add("organizer", vCalAddress(f"mailto:{organizer}"))
    event.add("attendee", attendee, encode=False)
    event.add("status", "CANCELLED" if letter.off else "CONFIRMED")
    event.add("class", "PRIVATE")
    message.add_component(event)
    return bytes(message.to_ical())


def _one_line(text: str) -> str:
    return " ".join(text.split())
