"""A clause set for a tender: which minerals the products carry, which clauses fit and why, and what they oblige to."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from portal.clauses.duties import SCHEDULED, Duty, Period, due_dates
from portal.clauses.labels import FIELDS
from portal.clauses.models import ClauseVersion
from portal.clauses.rules import Proposal, in_language, proposal, said, steps_of_ladder
from portal.clauses.wording import deadline
from portal.documents.document import Document, Section, Table
from portal.impacts.models import Impact
from portal.impacts.rules import Verification


@dataclass(frozen=True)
class MineralInSet:
    """A mineral of the products with its documented impacts, and how many of them were read in their source."""

    mineral: str
    impacts: Sequence[Impact]

    @property
    def verified(self) -> int:
        """Rows of which all or part was read in the source named."""
        return sum(row.verification != Verification.RECALLED for row in self.impacts)


def minerals_of(impacts: Iterable[Impact], groups: Collection[str]) -> list[MineralInSet]:
    """The minerals that these product groups carry by the matrix of impacts; rows without groups hold for all."""
    by_mineral: dict[str, list[Impact]] = {}
    for row in impacts:
        if not row.product_groups or set(row.product_groups) & set(groups):
            by_mineral.setdefault(row.mineral, []).append(row)
    return [MineralInSet(mineral, rows) for mineral, rows in by_mineral.items()]


@dataclass(frozen=True)
class ProposedClause:
    """A clause that fits the products, and why."""

    version: ClauseVersion
    why: Proposal


def proposed(versions: Iterable[ClauseVersion], minerals: Iterable[MineralInSet]) -> list[ProposedClause]:
    """The clauses that fit products with these minerals, in the order given."""
    carried = [one.mineral for one in minerals]
    fits = ((version, proposal(version.minerals, carried)) for version in versions)
    return [ProposedClause(version, why) for version, why in fits if why]


@dataclass(frozen=True)
class Watch:
    """One thing that a buyer will have to look at: `days` where the contract's dates are known."""

    version: ClauseVersion
    duty: Duty
    days: Sequence[date]

    @property
    def scheduled(self) -> bool:
        """Whether it comes by itself; otherwise somebody asks, or something happens."""
        return self.duty.kind in SCHEDULED


@dataclass(frozen=True)
class Monitoring:
    """What the chosen clauses oblige a buyer to: everything to look at, and how much of it comes in which year."""

    watches: Sequence[Watch]
    by_year: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Deliveries that come by themselves in the contract's time."""
        return sum(self.by_year.values())


def monitoring(versions: Iterable[ClauseVersion], period: Period | None) -> Monitoring:
    """What clauses oblige to; without both dates of the contract only what and when, not how often."""
    watches = []
    for version in versions:
        for duty in version.definition.duties:
            days = due_dates([duty], period, period.ends_on) if period and period.ends_on else []
            watches.append(Watch(version, duty, [due.on for due in days]))
    years = Counter(day.year for watch in watches for day in watch.days)
    return Monitoring(watches, dict(sorted(years.items())))


def document_of(
    versions: Sequence[ClauseVersion],
    watched: Monitoring,
    *,
    language: str,
    author: str,
    facts: Sequence[tuple[str, Sequence[object]]],
    made_on: date,
) -> Document:
    """The set as a document in a language. `facts` are (name, values) that are said in that language."""
    with force_locale(language):
        return Document(
            language=language,
            title=_("Clauses on responsible minerals"),
            author=author,
            facts=[
                *((str(name), ", ".join(map(str, values)) or "–") for name, values in facts),
                (_("Made on"), format_date(made_on, "d MMMM y" if language == "en" else "long")),
            ],
            sections=[
                *(_section(version, language) for version in versions),
                _monitoring_section(watched, language),
            ],
            foot=[
                _("Versions: %(names)s.", names=", ".join(f"{one.clause.code}-{one.number}" for one in versions)),
                _(
                    "Common clauses are proposals of the field. They are no legal advice:"
                    " let a lawyer of your authority read them."
                ),
            ],
        )


def _section(version: ClauseVersion, language: str) -> Section:
    title = said(version.texts, "title", language)
    paragraphs = []
    for name in ("wording", "evidence", "legal_basis", "subject_matter"):
        found = said(version.texts, name, language)
        if found:
            paragraphs.append(found.text if name == "wording" else f"{FIELDS[name]}: {found.text}")
    ladder = said(version.texts, "ladder", language)
    if ladder:
        paragraphs.append(f"{FIELDS['ladder']}:")
        paragraphs += [f"{place}. {text}" for place, text in enumerate(steps_of_ladder(ladder.text), start=1)]
    rows = [[in_language(duty.what, language), deadline(duty)] for duty in version.definition.duties]
    table = Table([_("What is delivered"), _("When")], rows) if rows else None
    return Section(f"{version.clause.code} {title.text if title else ''}".strip(), paragraphs, table)


def _monitoring_section(watched: Monitoring, language: str) -> Section:
    rows = [
        [
            f"{one.version.clause.code} {in_language(one.duty.what, language)}",
            deadline(one.duty),
            ", ".join(format_date(day, "d MMM y") for day in one.days),
        ]
        for one in watched.watches
    ]
    note = _("Somebody of the authority looks at each delivery, and asks where none comes.")
    years = [f"{year}: {number}" for year, number in watched.by_year.items()]
    paragraphs = [note, _("Deliveries by year: %(years)s.", years=", ".join(years))] if years else [note]
    columns = [_("What is delivered"), _("When"), _("Due")]
    return Section(
        _("For the buyer, not for the tender: what monitoring this obliges you to"), paragraphs, Table(columns, rows)
    )
