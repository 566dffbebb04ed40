"""The joint timeline of a supplier: what all features and the assurance lists have to say of it, in one order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.access.actor import Actor
from portal.assessments import queries as assessments
from portal.audits import queries as audits
from portal.clock import today
from portal.contracts import queries as contracts
from portal.declarations import queries as declarations
from portal.declarations.queries import SmelterPicture
from portal.dialogues import queries as dialogues
from portal.findings import queries as findings
from portal.findings.queries import OfSupplier
from portal.minerals import queries as minerals
from portal.minerals.labels import METALS
from portal.minerals.queries import Change
from portal.minerals.rules import Assurance, Severity, severity
from portal.picture.labels import ASSURANCE
from portal.requests import queries as requests
from portal.shapes import TimelineEntry, Tone
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50
NAMED_CHANGES = 5  # smelters that one entry names; the others it counts
ASKED_LATELY = timedelta(days=365)

# Who has something for the joint timeline.
SOURCES: Mapping[str, Callable[[Actor, UUID], Sequence[TimelineEntry]]] = {
    "dialogue": dialogues.timeline,
    "assessment": assessments.timeline,
    "audit": audits.timeline,
    "declaration": declarations.timeline,
    "request": requests.timeline,
    "contract": contracts.timeline,
}


@dataclass(frozen=True)
class JointTimeline:
    """Everything of a supplier that one actor sees, the newest first; what is planned stands apart."""

    past: Sequence[TimelineEntry]
    planned: Sequence[TimelineEntry]

    def page(self, kinds: frozenset[str], cursor: str | None) -> Page[TimelineEntry]:
        """One page of what happened, of these kinds or of all; the cursor is a place in that order."""
        rows = [entry for entry in self.past if not kinds or entry.kind in kinds]
        key = read_cursor(cursor, int)
        start = max(key[0], 0) if key else 0
        end = start + PAGE_SIZE
        return Page(rows[start:end], encode_cursor(end) if end < len(rows) else None)

    @property
    def kinds(self) -> set[str]:
        """The kinds of which something happened."""
        return {entry.kind for entry in self.past}

    def asked_lately(self, actor: Actor) -> TimelineEntry | None:
        """The newest dialogue that another authority had in the last year: worth reading before asking again."""
        since = today() - ASKED_LATELY
        others = (entry for entry in self.past if entry.kind == "dialogue" and entry.owner_id != actor.authority_id)
        newest = next(others, None)
        return newest if newest and newest.on >= since else None


def joint_timeline(
    actor: Actor, supplier_id: UUID, smelters: SmelterPicture | None, found: OfSupplier | None
) -> JointTimeline:
    """Merge what each feature shows this actor; `smelters` are the declared ones, for what the lists say of them, and
    `found` the findings. Both stand on the page already.
    """
    entries = [entry for source in SOURCES.values() for entry in source(actor, supplier_id)]
    entries += findings.timeline(found) if found else []
    # A promise that was not kept in time is no plan any more; it stands among the open commitments.
    planned = [entry for entry in entries if entry.planned and (entry.kind != "dialogue" or entry.on >= today())]
    past = [entry for entry in entries if not entry.planned]
    past += _changes(smelters)
    return JointTimeline(
        past=sorted(past, key=lambda entry: entry.on, reverse=True), planned=sorted(planned, key=lambda entry: entry.on)
    )


def _changes(smelters: SmelterPicture | None) -> list[TimelineEntry]:
    """What the lists changed about the declared smelters since they were declared: one entry a day."""
    if smelters is None or not smelters.pairs:
        return []
    since = min(declaration.effective_date or declaration.received_on for declaration in smelters.declarations)
    changes = minerals.changes_of(smelters.pairs, since=since + timedelta(days=1))
    return [_changes_of_day(day, list(rows), smelters) for day, rows in groupby(changes, lambda change: change.as_of)]


def _changes_of_day(day: date, changes: Sequence[Change], smelters: SmelterPicture) -> TimelineEntry:
    ordered = sorted(changes, key=lambda change: (severity(change.before, change.after) != Severity.BAD, change.name))
    named = [_in_words(change) for change in ordered[:NAMED_CHANGES]]
    if left := len(ordered) - len(named):
        named.append(ngettext("%(num)d more.", "%(num)d more.", left))
    one = ordered[0] if len(ordered) == 1 else None
    return TimelineEntry(
        on=day,
        kind="change",
        title=ngettext(
            "A declared smelter has another status", "%(num)d declared smelters have another status", len(ordered)
        ),
        text=" ".join(named),
        endpoint="minerals.facility" if one else "declarations.show",
        args={"facility_id": one.facility_id} if one else {"declaration_id": smelters.declarations[0].id},
        icon="SealXMark",
        tone=Tone.BAD if severity(ordered[0].before, ordered[0].after) == Severity.BAD else Tone.NORMAL,
    )


def _in_words(change: Change) -> str:
    return str(
        _(
            "%(name)s, %(metal)s: was “%(before)s”, is “%(after)s”.",
            name=change.name,
            metal=METALS.get(change.metal, change.metal),
            before=ASSURANCE[Assurance(change.before or Assurance.NOT_LISTED)],
            after=ASSURANCE[Assurance(change.after)],
        )
    )
