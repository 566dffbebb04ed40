"""The words of sanctions lists in the reader's language: states, why a run is held, what likeness does not prove."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.registry.matching.profile import Evidence
from portal.registry.matching.texts import in_words
from portal.sanctions.rules import BY_SERVICE, CandidateState
from portal.sources.labels import reason_text as reason_of_sources
from portal.sources.rules import Reason

STATES = {
    CandidateState.OPEN: _l("Nobody looked yet"),
    CandidateState.RELEVANT: _l("Relevant"),
    CandidateState.NOT_SAME: _l("Not the same"),
    CandidateState.LAPSED: _l("No longer alike"),
}
DECISIONS = {
    CandidateState.NOT_SAME: _l("It is not the same company"),
    CandidateState.RELEVANT: _l("It is the same company, or one of its group, and we should look closer"),
}

LIMITS = (
    _l("Two names are alike. That proves nothing: many companies have the same or a similar name."),
    _l("The portal never says that somebody is under sanctions. A person looks, and asks their own lawyers."),
    _l("No name here does not clear anybody. Owners of a company can be listed, and people are not compared at all."),
    _l("A list binds those whom its act binds. The list of another country may mean nothing for your contract."),
    _l("Lists change daily. The day of each list stands beside it."),
)

KINDS = {
    "removed": _l("Missing from the new list"),
    "added": _l("New on the list"),
    "renamed": _l("With other names"),
    "other_fields": _l("Other facts that changed"),
}

# Where the words of facility lists do not fit. Placeholders are the run's reason_params.
_REASONS = {
    Reason.MASS_REMOVAL: (
        _l("The new list lacks %(count)s of %(of)s organisations. More than %(limit)s at once is not applied unseen."),
        _l("A download that stopped early looks like this."),
    ),
    Reason.MASS_RENAMES: (
        _l("%(count)s of %(of)s organisations have other names. More than %(limit)s in one run is not applied unseen."),
        _l("A list whose ids were counted anew looks like this."),
    ),
    Reason.DUPLICATE_IDS: (
        _l("Two entries of the list have the same id and are not the same: %(facilities)s."),
        _l("Ask the publisher which one is right. The portal never takes the last one."),
    ),
    Reason.MANY_REJECTS: (
        _l("%(count)s of %(of)s entries could not be taken. More than %(limit)s is not applied unseen."),
        _l("Entries without a name or an id cannot be taken."),
    ),
    Reason.NO_ROWS: (
        _l("There is no organisation in the file. It would take everybody off the list."),
        _l("Download the list again. Check that it is the full one."),
    ),
}


def reason_text(reason: str | None, params: Mapping[str, Any]) -> tuple[str, str] | None:
    """(what was found, what to do) of a run's reason; None where there is none."""
    if reason not in _REASONS:
        return reason_of_sources(reason, params)
    found, remedy = _REASONS[Reason(reason)]
    shown = dict(params)
    if "limit" in params:
        shown["limit"] = f"{params['limit']:.0%}"
    if "conflicting" in params:
        shown["facilities"] = ", ".join(entry["facility_id"] for entry in params["conflicting"])
    return str(found) % shown, str(remedy)


def reasons(evidence: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """(what speaks for the same company, what against), as sentences."""
    read = [Evidence(one["code"], one["supports"], one["params"]) for one in evidence]
    return [_sentence(one) for one in read if one.supports], [_sentence(one) for one in read if not one.supports]


def _sentence(one: Evidence) -> str:
    if one.code == BY_SERVICE:
        return _("OpenSanctions calls them alike: %(score)s of 100, by its method %(algorithm)s", **one.params)
    return in_words(one)
