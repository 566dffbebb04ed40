"""The audits of a span: what stands on which day, for the table of weeks and for the list beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from portal.audits.labels import STATES
from portal.audits.queries import Visit, participant
from portal.audits.rules import HELD, OPEN, Answer, AuditState
from portal.audits.spans import Span
from portal.clock import today


@dataclass(frozen=True)
class Entry:
    """An audit in its window, or the day until which we should answer (`deadline`).

    `others` are audits at the same site within a year of it.
    """

    starts_on: date
    ends_on: date
    visit: Visit
    deadline: bool = False
    others: Sequence[Visit] = ()


def entries(
    span: Span, visits: Sequence[Visit], same_site: Mapping[UUID, list[Visit]], authority_id: UUID | None
) -> list[Entry]:
    """What the span holds, by day; an audit awaiting our answer stands there twice."""
    found = []
    for visit in visits:
        audit = visit.audit
        if audit.starts_on <= span.last and audit.ends_on >= span.first:
            found.append(Entry(audit.starts_on, audit.ends_on, visit, others=same_site.get(audit.id, ())))
        ours = participant(audit, authority_id)
        awaited = audit.state == AuditState.PROPOSED and ours is not None and ours.answer == Answer.INVITED
        if awaited and audit.answer_by and span.first <= audit.answer_by <= span.last:
            found.append(Entry(audit.answer_by, audit.answer_by, visit, deadline=True))
    return sorted(found, key=lambda entry: (entry.starts_on, entry.ends_on, str(entry.visit.audit.id)))


def double_visits(found: Sequence[Entry], authority_id: UUID | None) -> list[tuple[Visit, Visit]]:
    """Audits to come in which we take part, each with another at its site within a year in which we do not."""

    def ours(visit: Visit) -> bool:
        row = participant(visit.audit, authority_id)
        return row is not None and row.answer != Answer.DECLINED

    def others(entry: Entry) -> Iterator[Visit]:
        return (other for other in entry.others if other.audit.state in OPEN and not ours(other))

    return [
        (entry.visit, other)
        for entry in found
        if entry.visit.audit.state in OPEN and ours(entry.visit) and (other := next(others(entry), None))
    ]


def weeks(span: Span, found: Sequence[Entry], codes: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """The weeks as the macro `month` draws them, Monday first; `codes` are the authorities' monograms by id."""
    monday = span.first - timedelta(days=span.first.weekday())
    mondays = [monday + timedelta(weeks=week) for week in range((span.last - monday).days // 7 + 1)]
    return [
        {
            "number": monday.isocalendar().week,
            "days": [
                {
                    "date": day,
                    "out": not span.first <= day <= span.last,
                    "today": day == today(),
                    "events": list(_events(day, found, codes)),
                }
                for day in (monday + timedelta(days=number) for number in range(7))
            ],
        }
        for monday in mondays
    ]


def _events(day: date, found: Sequence[Entry], codes: Mapping[UUID, str]) -> Iterator[dict[str, str]]:
    for entry in found:
        if not entry.starts_on <= day <= entry.ends_on:
            continue
        audit = entry.visit.audit
        who = [codes[row.authority_id] for row in audit.participants if row.answer == Answer.JOINED]
        yield {
            "state": _look(entry),
            "icon": ICONS[_look(entry)],
            "who": _("Answer due") if entry.deadline else " ".join(who),
            "text": _text(entry, (day - entry.starts_on).days + 1),
            "href": url_for("audits.show", audit_id=audit.id),
        }


# How an entry is drawn: outlined when proposed, filled when settled, grey for a deadline, a warning for a double visit.
ICONS = {
    "planned": "LocationPin",
    "done": "CheckmarkCircleFill",
    "deadline": "HourglassBottomFilled",
    "overlap": "ExclamationmarkTriangleFill",
}


def _look(entry: Entry) -> str:
    if entry.deadline:
        return "deadline"
    if entry.others and entry.visit.audit.state not in HELD:
        return "overlap"
    return "planned" if entry.visit.audit.state == AuditState.PROPOSED else "done"


def _text(entry: Entry, day: int) -> str:
    visit = entry.visit
    if entry.deadline:
        return str(_("%(supplier)s, %(place)s", supplier=visit.supplier.legal_name, place=visit.place))
    state = STATES[AuditState(visit.audit.state)]
    if entry.starts_on == entry.ends_on:
        return str(
            _(
                "%(supplier)s, %(place)s, %(state)s",
                supplier=visit.supplier.legal_name,
                place=visit.place,
                state=state,
            )
        )
    return str(
        _(
            "%(supplier)s, %(place)s, day %(day)s, %(state)s",
            supplier=visit.supplier.legal_name,
            place=visit.place,
            day=day,
            state=state,
        )
    )
