"""The reasons of the gate as sentences in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.ratings.reliance.rules import Decision, Ending, Gate, Point, Reason, Saying, Verdict
from portal.registry.labels import PRODUCT_GROUPS
from portal.registry.rules import ProductGroup

POINTS = {
    Point.STATE: _l("Status"),
    Point.PRODUCTS: _l("Product group"),
    Point.SITES: _l("Sites"),
    Point.RUBRIC: _l("Rubric"),
    Point.METHOD: _l("How it was assessed"),
    Point.AGE: _l("Age"),
    Point.FINDINGS: _l("Open findings"),
    Point.CONFIDENCE: _l("Confidence"),
    Point.TERMS: _l("Contract terms"),
}

VERDICTS = {
    Verdict.RELY: _l("Nothing speaks against relying on it"),
    Verdict.CHECK: _l("Check some points before you rely on it"),
    Verdict.NOT: _l("It should not be relied on"),
}

WEIGHTS = {Verdict.RELY: _l("Speaks for it"), Verdict.CHECK: _l("Check it"), Verdict.NOT: _l("Speaks against it")}

COLOURS = {Verdict.RELY: "success", Verdict.CHECK: "warning", Verdict.NOT: "danger"}  # of an alert
# Keys of portal.web.statuses.
MARKS = {Verdict.RELY: "reuse", Verdict.CHECK: "recheck", Verdict.NOT: "no"}

DECISIONS = {Decision.RELY: _l("We rely on it"), Decision.NOT: _l("We do not rely on it")}
DECISION_MARKS = {Decision.RELY: "reuse", Decision.NOT: "declined"}

# What has become of an assessment that we rely on.
ENDINGS = {
    Ending.REVISED: _l("Its authority has revised it"),
    Ending.WITHDRAWN: _l("Its authority has withdrawn it"),
    Ending.UNSHARED: _l("It is not shared with us any more"),
}

_PLAIN = {
    Saying.STANDS: _l("It is published, and no newer one stands in its place."),
    Saying.NOT_PUBLISHED: _l("It is not published yet."),
    Saying.REVISED: _l("A newer one stands in its place."),
    Saying.WITHDRAWN: _l("Its authority has withdrawn it."),
    Saying.WHOLE_SUPPLIER: _l("It speaks of the supplier as a whole, as you need it."),
    Saying.SAME_SITES: _l("It looked at every site that you need."),
    Saying.SITES_ALONE: _l("It looked at some sites alone, and you need the supplier as a whole."),
    Saying.SITES_NOT_SINGLED_OUT: _l("It speaks of the supplier as a whole, and of no site by itself."),
    Saying.METHOD_STATED: _l("It says how it was made."),
    Saying.METHOD_UNKNOWN: _l("It does not say how it was made."),
    Saying.NO_FINDINGS: _l("No finding is open that you may see."),
    Saying.CRITICAL_WHEN_JUDGED: _l("A critical finding was open when it was made. You see none today."),
    Saying.NOTHING_ASSESSED: _l("None of its questions applies."),
    Saying.TERMS_EQUAL: _l("Its authority’s clauses ask at least as much as yours."),
    Saying.TERMS_LESS: _l("Its authority’s clauses ask less than yours."),
    Saying.TERMS_NOT_COMPARED: _l("The terms are not compared. Read the clause that it rests on beside your own."),
}


def words(reason: Reason) -> str:
    """What is said of one point, as a sentence."""
    if reason.saying in _PLAIN:
        return str(_PLAIN[reason.saying])
    return _with_values(reason.saying, reason.values)


def _with_values(saying: Saying, values: Mapping[str, Any]) -> str:
    group = str(PRODUCT_GROUPS[ProductGroup(values["group"])]) if "group" in values else ""
    day = format_date(date.fromisoformat(values["as_of"]), "d MMM y") if "as_of" in values else ""
    number = values.get("number", 0)
    if saying is Saying.SAME_PRODUCTS:
        return _("It was made for what you buy: %(group)s.", group=group)
    if saying is Saying.OTHER_PRODUCTS:
        return _("It was made for other products than yours: %(group)s.", group=group)
    if saying is Saying.PRODUCTS_UNKNOWN:
        return _("It was made for: %(group)s. Say above what you buy.", group=group)
    if saying is Saying.SOME_SITES:
        return _("It did not look at %(missing)d of your %(of)d sites.", **values)
    if saying is Saying.OTHER_SITES:
        return _("It looked at none of the sites that you need.")
    if saying is Saying.NEWEST_RUBRIC:
        return _("It answers the questions that are asked today (%(rubric)s).", rubric=values["rubric"])
    if saying is Saying.OLDER_RUBRIC:
        return _("It answers the questions of %(rubric)s. Today those of %(newest)s are asked.", **values)
    if saying is Saying.OTHER_RUBRIC:
        return _("It answers other questions (%(rubric)s) than those of %(newest)s.", **values)
    if saying is Saying.WITHIN_A_YEAR:
        return _("It is from %(day)s, less than a year ago.", day=day)
    if saying is Saying.OLDER_THAN_A_YEAR:
        return _("It is from %(day)s, more than a year ago.", day=day)
    if saying is Saying.OLDER_THAN_THREE_YEARS:
        return _("It is from %(day)s, more than three years ago.", day=day)
    if saying is Saying.SMALL_FINDINGS:
        return ngettext(
            "%(num)d finding is open that you may see, none of them critical or major.",
            "%(num)d findings are open that you may see, none of them critical or major.",
            number,
        )
    if saying is Saying.MAJOR_FINDINGS:
        return ngettext(
            "%(num)d major finding is open that you may see.",
            "%(num)d major findings are open that you may see.",
            number,
        )
    if saying is Saying.CRITICAL_FINDINGS:
        return ngettext(
            "%(num)d critical finding is open that you may see.",
            "%(num)d critical findings are open that you may see.",
            number,
        )
    if saying is Saying.CONFIDENT:
        return _("%(percent)d%% of its questions rest on a document or better.", **values)
    return _("Only %(percent)d%% of its questions rest on a document or better.", **values)


def stored(gate: Gate) -> dict[str, Any]:
    """The gate as plain values of JSON, for a decision's snapshot."""
    return {
        "verdict": gate.verdict.value,
        "reasons": [
            {"point": one.point.value, "saying": one.saying.value, "values": dict(one.values)} for one in gate.reasons
        ],
    }


def restored(values: Mapping[str, Any]) -> Gate:
    """A gate as a snapshot keeps it: what it said on the day of the decision."""
    return Gate(Verdict(values["verdict"]), tuple(_reasons(values["reasons"])))


def _reasons(rows: Iterable[Mapping[str, Any]]) -> Iterable[Reason]:
    for row in rows:
        yield Reason(Point(row["point"]), Saying(row["saying"]), row["values"])
