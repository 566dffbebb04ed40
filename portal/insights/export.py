"""The numbers as a workbook's rows and as a report; what is not known has a line of its own in both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from portal.clock import today
from portal.documents.document import Document, Section, Table
from portal.findings.labels import SEVERITIES
from portal.findings.rules import Severity
from portal.insights.labels import AGES, PROMPTNESS, STANDINGS
from portal.insights.ours import Ours
from portal.insights.queries import Cover, Numbers
from portal.insights.rules import Age, Promptness, Standing
from portal.minerals.labels import METALS
from portal.rollup.queries import Totals
from portal.web.filters import sums
from portal.web.statuses import STATUS


@dataclass(frozen=True)
class Insight:
    """Everything on the page of one scope; `whose` is its name."""

    whose: str
    numbers: Numbers
    smelters: Totals
    ours: Ours | None = None  # on the page of the reader's own authority alone


def coverage_share(coverage: Sequence[Cover], currency: str, *ages: Age) -> int | None:
    """Percent of the value in a currency behind these ages, rounded down so that 100 means all; None without value."""
    whole = sum(one.value or 0 for one in coverage if one.currency == currency)
    part = sum(one.value or 0 for one in coverage if one.currency == currency and one.age in ages)
    return 100 * part // whole if whole else None


def table(found: Insight) -> Iterator[tuple[object, ...]]:
    """The heading, then one number a row; values in whole units of their currency."""
    coverage, ages, silent, smelters, findings = _titles()
    yield _("Part"), _("Of"), _("Which"), _("Number"), _("Value"), _("Currency")
    for one in found.numbers.coverage:
        value = None if one.value is None else one.value / 100
        yield coverage, one.currency or _("No value given"), AGES[one.age], one.contracts, value, one.currency
    for age in Age:
        yield ages, _("Suppliers"), AGES[age], found.numbers.ages.get(age, 0), None, None
    for row in found.numbers.unassessed:
        yield silent, row.supplier.legal_name, _("Buyers that we see"), row.buyers, None, None
    for metal in found.smelters.metals:
        name = METALS.get(metal.metal, metal.metal) if metal.metal else _("No mineral given")
        for status, count in sorted(found.smelters.by_metal.get(metal.metal or "", {}).items()):
            yield smelters, name, STATUS[status][2], count, None, None
        yield smelters, name, _("Rows not recognised"), metal.unknown, None, None
    for supplier in found.smelters.without or ():
        yield smelters, supplier.legal_name, _("No declaration is shared with us"), 1, None, None
    for severity in Severity:
        for standing in Standing:
            number = found.numbers.findings.get((severity, standing), 0)
            yield findings, SEVERITIES[severity], STANDINGS[standing], number, None, None
    if found.ours:
        for word in Promptness:
            number = found.ours.obligations.get(word, 0)
            yield _("Obligations"), _("Obligations"), PROMPTNESS[word], number, None, None
        for what, number in reuse_lines(found.ours):
            yield _("Work that reuse spares"), what, None, number, None, None


def report(found: Insight, author: str) -> Document:
    """The same as a document for the file."""
    return Document(
        language=str(get_locale() or "en"),
        title=_("Insights: %(whose)s", whose=found.whose),
        author=author,
        facts=[(_("As of"), format_date(today(), "long")), (_("Counted from"), _("what members share with us"))],
        sections=[
            _coverage(found),
            _ages(found),
            _unassessed(found),
            _smelters(found),
            _findings(found),
            *(_ours(found.ours) if found.ours else ()),
        ],
        foot=[_("What is not shared with us is in no number here. Contracts without a value are counted, not summed.")],
    )


def _titles() -> tuple[str, str, str, str, str]:
    return (
        _("Contract value covered by an assessment"),
        _("Age of assessments"),
        _("Suppliers without any assessment"),
        _("Smelters by mineral"),
        _("Findings"),
    )


def _coverage(found: Insight) -> Section:
    rows = [
        (
            sums({one.currency: one.value or 0}) if one.currency else _("No value given"),
            str(AGES[one.age]),
            str(one.contracts),
        )
        for one in found.numbers.coverage
    ]
    empty = [] if rows else [_("No running contract is shared with us.")]
    return Section(_titles()[0], empty, Table((_("Value"), _("Newest assessment"), _("Contracts")), rows))


def _ages(found: Insight) -> Section:
    rows = [(str(AGES[age]), str(found.numbers.ages.get(age, 0))) for age in Age]
    return Section(_titles()[1], table=Table((_("Newest assessment"), _("Suppliers")), rows))


def _unassessed(found: Insight) -> Section:
    rows = [(row.supplier.legal_name, str(row.buyers), str(row.contracts)) for row in found.numbers.unassessed]
    told = [unassessed_line(found)]
    return Section(_titles()[2], told, Table((_("Supplier"), _("Buyers that we see"), _("Contracts")), rows))


def unassessed_line(found: Insight) -> str:
    """How many there are, and how many of them are shown."""
    number = found.numbers.ages.get(Age.NONE, 0)
    text = ngettext("%(num)d supplier has none.", "%(num)d suppliers have none.", number)
    if number > len(found.numbers.unassessed):
        text += " " + _("These are the %(num)d that most members buy from.", num=len(found.numbers.unassessed))
    return str(text)


def _smelters(found: Insight) -> Section:
    rows = []
    for metal in found.smelters.metals:
        name = METALS.get(metal.metal, metal.metal) if metal.metal else _("No mineral given")
        standing = found.smelters.by_metal.get(metal.metal or "", {})
        words = ", ".join(f"{STATUS[status][2]} {count}" for status, count in sorted(standing.items()))
        rows.append((str(name), str(metal.smelters), words or "–", str(metal.unknown)))
    told = [] if rows else [_("No declaration that we see names a smelter.")]
    if found.smelters.without:
        number = len(found.smelters.without)
        told.append(
            ngettext(
                "Of %(num)d supplier no declaration is shared with us: its smelters are unknown.",
                "Of %(num)d suppliers no declaration is shared with us: their smelters are unknown.",
                number,
            )
        )
    columns = (_("Mineral"), _("Smelters"), _("Status today"), _("Rows not recognised"))
    return Section(_titles()[3], told, Table(columns, rows))


def _findings(found: Insight) -> Section:
    rows = [
        (str(SEVERITIES[severity]), *(str(found.numbers.findings.get((severity, one), 0)) for one in Standing))
        for severity in Severity
    ]
    return Section(_titles()[4], table=Table((_("Severity"), *(str(STANDINGS[one]) for one in Standing)), rows))


def reuse_lines(ours: Ours) -> list[tuple[str, int]]:
    """What reuse spares, each with its number."""
    return [
        (_("Declarations of others that we rely on"), ours.reused.declarations),
        (_("Assessments of others that we rely on"), ours.reused.assessments),
        (_("Questions answered in them, which we need not ask"), ours.reused.questions),
        (_("Our declarations that others rely on"), ours.reused.declarations_given),
        (_("Our assessments that others rely on"), ours.reused.assessments_given),
    ]


def _ours(ours: Ours) -> tuple[Section, Section]:
    prompt = [(str(PROMPTNESS[one]), str(ours.obligations.get(one, 0))) for one in Promptness]
    spared = [(what, str(number)) for what, number in reuse_lines(ours)]
    return (
        Section(_("Obligations"), table=Table((_("Delivery"), _("Number")), prompt)),
        Section(_("Work that reuse spares"), table=Table((_("What"), _("Number")), spared)),
    )
