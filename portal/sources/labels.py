"""The words of sources in the reader's language: why a run is held or failed, what it read, what changed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.sources.rules import Reason, RunState, Trigger

TRIGGERS = {
    Trigger.UPLOAD: _l("Uploaded by an operator"),
    Trigger.FETCH: _l("Fetched on request"),
    Trigger.SCHEDULE: _l("Fetched by schedule"),
    Trigger.COMMAND: _l("Read from the command line"),
}

# What was found, and what an operator can do about it. Placeholders are the run's reason_params.
REASONS = {
    Reason.EMPTY: (_l("The file is empty."), _l("Download the list again.")),
    Reason.NOT_A_LIST: (
        _l("The file is not a list."),
        _l("A sign-in page often comes in place of the list. Open the address in a browser, sign in, upload the file."),
    ),
    Reason.DAMAGED_FILE: (_l("The file is damaged or cut off."), _l("Download the list again.")),
    Reason.TOO_LARGE: (
        _l("The file is larger than any list of this kind."),
        _l("Check that it is the right file. A workbook may have a stray cell far below or beside its table."),
    ),
    Reason.WRONG_ENCODING: (
        _l("The letters of the file are not stored as UTF-8."),
        _l("Download the list again, or save it as “CSV UTF-8”. Guessing would spoil names."),
    ),
    Reason.MOJIBAKE: (
        _l("%(rows)s names were spoilt by a program on the way, for example “%(example)s”."),
        _l("Download the list again and upload it without opening it in another program."),
    ),
    Reason.UNEXPECTED_COLUMNS: (
        _l("The columns are not those of this list. Found: %(found)s. Expected: %(expected)s."),
        _l(
            "If the publisher changed its list, the portal must be taught the new titles. It never guesses by position."
        ),
    ),
    Reason.NO_ROWS: (
        _l("The file has a header but no rows. It would remove everything."),
        _l("Download the list again."),
    ),
    Reason.NO_GOOD_ROWS: (
        _l("None of the %(rejects)s rows could be taken."),
        _l("See the rows below for the reason of each."),
    ),
    Reason.DUPLICATE_IDS: (
        _l("%(rows)s smelters stand in the file twice and contradict themselves: %(facilities)s."),
        _l("Ask the publisher which row is right. The portal never takes the last one."),
    ),
    Reason.OLDER_LIST: (
        _l("This list speaks of %(as_of)s. The portal already has one of %(newest)s."),
        _l("Nothing is to be done. An older list never overwrites a newer one."),
    ),
    Reason.REJECTED_BEFORE: (
        _l("The address still gives the list that an operator threw away."),
        _l("Wait for the publisher’s next list, or upload one."),
    ),
    Reason.UNREACHABLE: (
        _l("The address did not answer in full, after %(attempts)s attempts."),
        _l("The portal tries again at the next run. If it stays so, download the list and upload it."),
    ),
    Reason.HTTP_ERROR: (
        _l("The address answered with status %(status)s."),
        _l("Open the address in a browser. It may have moved or ask for a sign-in."),
    ),
    Reason.QUESTION_REFUSED: (
        _l("The service refused the question (status %(status)s): “%(said)s”."),
        _l("If it names a field, whoever runs the portal adds it to TED_FIELDS_LEFT_OUT. The next run goes on."),
    ),
    Reason.FORBIDDEN_ADDRESS: (
        _l("The address leads to a place that sources are not read from."),
        _l("Check the address. A redirect to another host or into a private network is never followed."),
    ),
    Reason.TOO_MANY_REDIRECTS: (_l("The address leads in a circle."), _l("Check the address in a browser.")),
    Reason.COMPRESSED: (
        _l("The address gave a compressed answer that was not asked for."),
        _l("Download the list and upload it."),
    ),
    Reason.MASS_REMOVAL: (
        _l("The new list lacks %(count)s of %(of)s facilities. More than %(limit)s in one run is not applied unseen."),
        _l("A download that stopped early looks like this. So does a list of one metal in place of all."),
    ),
    Reason.MASS_RENAMES: (
        _l(
            "The new list renames %(count)s of %(of)s facilities. More than %(limit)s in one run is not applied unseen."
        ),
        _l("A column that moved, or another language of the list, looks like this."),
    ),
    Reason.MASS_STATUS_CHANGES: (
        _l(
            "The new list changes the status of %(count)s of %(of)s facilities. More than %(limit)s in one run is "
            "not applied unseen."
        ),
        _l("A publisher that words its statuses differently looks like this."),
    ),
    Reason.DATES_BACKWARDS: (
        _l("The audits of %(count)s of %(of)s facilities are dated earlier than in the last list."),
        _l("An older list under a new name looks like this."),
    ),
    Reason.MANY_REJECTS: (
        _l("%(count)s of %(of)s rows could not be taken. More than %(limit)s is not applied unseen."),
        _l("See the rows below for the reason of each. What is known of those facilities would stay as it is."),
    ),
    Reason.AREAS_REMOVED: (
        _l("The new list lacks %(count)s of %(of)s areas. More than %(limit)s in one run is not applied unseen."),
        _l("A download that stopped early looks like this. Compare with the publisher’s page before you apply it."),
    ),
    Reason.AREAS_UNREADABLE: (
        _l("%(count)s of %(of)s entries could not be placed on the map of countries and regions."),
        _l("See the rows below for the reason of each. Applied as it is, these areas would count as not on the list."),
    ),
    Reason.SUPERSEDED: (_l("A newer list took its place."), _l("Nothing is to be done.")),
}

REJECTS = {
    "short_row": _l("The row has fewer cells than the header"),
    "bad_id": _l("This is not a facility ID"),
    "unknown_metal": _l("The metal is not known"),
    "missing": _l("The cell is empty"),
    "too_long": _l("The text is too long"),
    "damaged_name": _l("The letters of the name are spoilt"),
    "bad_date": _l("This is not a date as the list writes it"),
    "bad_cycle": _l("This is not a number of years"),
    "unknown_country": _l("This is not a country of ISO 3166-1"),
    "unknown_region": _l("This is not a region of the country by ISO 3166-2"),
    "contradicts": _l("The same area stands in the file with other words"),
    "repeated": _l("The same row stands in the file twice; it is taken once"),
}

FIELDS = {
    "audit_date": _l("Last audit"),
    "cycle_years": _l("Years between audits"),
    "country": _l("Country"),
    "cross_recognised": _l("Recognised scheme"),
}

AREA_FIELDS = {
    "conflict_affected": _l("Conflict-affected"),
    "high_risk": _l("High-risk"),
    "name": _l("Name"),
}

KINDS = {
    "removed": _l("Missing from the new list"),
    "status_changed": _l("With another status"),
    "added": _l("New on the list"),
    "renamed": _l("Renamed"),
    "other_fields": _l("Other cells that changed"),
}


def reason_text(reason: str | None, params: Mapping[str, Any]) -> tuple[str, str] | None:
    """(what was found, what to do) of a run's reason; None where there is none."""
    if reason not in REASONS:
        return None
    found, remedy = REASONS[Reason(reason)]
    shown = {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in params.items()}
    if "limit" in params and "of" in params:
        shown["limit"] = f"{params['limit']:.0%}"
    if "conflicting" in params:
        shown["facilities"] = ", ".join(entry["facility_id"] for entry in params["conflicting"][:10])
    return str(found) % shown, str(remedy)


def what_changed(counts: Mapping[str, int]) -> str:
    """A run's difference in a line: “2 gone, 4 new, 7 with another status”; “No change” if nothing is."""
    parts = [
        ngettext("%(num)d missing", "%(num)d missing", counts.get("removed", 0)) if counts.get("removed") else "",
        ngettext("%(num)d new", "%(num)d new", counts.get("added", 0)) if counts.get("added") else "",
        ngettext("%(num)d with another status", "%(num)d with another status", counts.get("status_changed", 0))
        if counts.get("status_changed")
        else "",
        ngettext("%(num)d renamed", "%(num)d renamed", counts.get("renamed", 0)) if counts.get("renamed") else "",
        ngettext("%(num)d confirmed as removed", "%(num)d confirmed as removed", counts.get("confirmed", 0))
        if counts.get("confirmed")
        else "",
    ]
    return ", ".join(part for part in parts if part) or _("No change")


def todo_text(title: Any, state: str) -> str:
    """The title of what an operator should do about a run."""
    if state == RunState.HELD:
        return _("Decide on the held list: %(source)s", source=title)
    return _("See why the list could not be read: %(source)s", source=title)
