"""What a findings letter says, in the supplier's language: the same words for the PDF, the workbook and the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale, format_date, ngettext
from flask_babel import gettext as _

from portal.clock import today
from portal.declarations.letters.remedies import FOR_SUPPLIERS
from portal.declarations.messages import sentences
from portal.declarations.models import Declaration, DeclarationFinding
from portal.declarations.places import cells_in_words
from portal.declarations.rules import Severity

IN_LETTERS = (Severity.ERROR, Severity.WARNING)  # a note leaves nothing to mend
# a likeness of names, which one of ours looks at first, and what names another supplier
NOT_FOR_SUPPLIERS = frozenset({"sanctions_candidate", "same_list_elsewhere"})


@dataclass(frozen=True)
class Correction:
    """One thing to correct: where it stands, what is wrong, why it matters, how to mend it."""

    severity: Severity
    sheet: str
    cell: str
    what: str
    why: str
    how: str


@dataclass(frozen=True)
class Letter:
    """A letter in one language. `facts` are name and value of what it is about."""

    language: str
    title: str
    facts: Sequence[tuple[str, str]]
    opening: Sequence[str]
    must: Sequence[Correction]
    should: Sequence[Correction]
    must_title: str
    should_title: str
    columns: Sequence[str]
    words: dict[Severity, str]
    closing: Sequence[str]
    sender: str
    made_on: date

    @property
    def corrections(self) -> list[Correction]:
        """All of them, what must be corrected first."""
        return [*self.must, *self.should]


def letter_of(
    declaration: Declaration, *, supplier: str, sender: str, language: str, due_on: date | None = None
) -> Letter:
    """The letter about a declaration's findings. `due_on` is the day for the corrected file."""
    with force_locale(language):
        items = [_correction(one) for one in declaration.findings if _is_for_the_supplier(one)]
        must = [one for one in items if one.severity is Severity.ERROR]
        name = f"{declaration.template} {declaration.revision}"
        return Letter(
            language=language,
            title=_("What to correct in your %(template)s", template=name),
            facts=_facts(declaration, supplier, sender, name, language),
            opening=_opening(declaration, len(must), due_on, language),
            must=must,
            should=[one for one in items if one.severity is Severity.WARNING],
            must_title=_("This must be corrected"),
            should_title=_("Please look at this, too"),
            columns=(_("Sheet and cell"), _("What is wrong"), _("Why it matters"), _("How to correct it")),
            words={Severity.ERROR: _("Must be corrected"), Severity.WARNING: _("Please look at it")},
            closing=_closing(bool(items)),
            sender=sender,
            made_on=today(),
        )


def day_in(language: str, day: date) -> str:
    """A day in running text. British English puts the day first, as everywhere in the portal."""
    with force_locale(language):
        return str(format_date(day, "d MMMM y" if language == "en" else "long"))


def _is_for_the_supplier(found: DeclarationFinding) -> bool:
    return found.severity in IN_LETTERS and found.code not in NOT_FOR_SUPPLIERS


def _correction(found: DeclarationFinding) -> Correction:
    what, why, how = sentences(found.code, found.params, _, reworded=FOR_SUPPLIERS)
    return Correction(Severity(found.severity), found.sheet or "", cells_in_words(found.cell), what, why, how)


def _facts(declaration: Declaration, supplier: str, sender: str, name: str, language: str) -> list[tuple[str, str]]:
    company = declaration.company_name or ""
    return [
        (_("To"), supplier if company in ("", supplier) else f"{supplier} ({company})"),
        (_("From"), sender),
        (_("Template"), name),
        *([(_("Effective date"), day_in(language, declaration.effective_date))] if declaration.effective_date else []),
        (_("Received"), day_in(language, declaration.received_on)),
        (_("Checked by the rules of version"), declaration.rules_version),
    ]


def _opening(declaration: Declaration, count: int, due_on: date | None, language: str) -> list[str]:
    if count:
        first = ngettext(
            "Thank you for your declaration. We have read it and found %(num)d thing that must be corrected.",
            "Thank you for your declaration. We have read it and found %(num)d things that must be corrected.",
            count,
        )
    else:
        first = _("Thank you for your declaration. We have read it and found nothing that must be corrected.")
    lines = [first]
    if due_on:
        lines.append(
            _(
                "Please correct the same workbook, in the cells named below, and send it again by %(date)s.",
                date=day_in(language, due_on),
            )
        )
    elif count:
        lines.append(_("Please correct the same workbook, in the cells named below, and send it again."))
    if declaration.counts.get("smelter_rows") and declaration.counts.get("resolved") is not None:
        lines.append(
            _(
                "Of %(all)s smelter rows, %(known)s were recognised as a smelter or refiner of the template’s list.",
                all=declaration.counts["smelter_rows"],
                known=declaration.counts["resolved"],
            )
        )
    return lines


def _closing(anything: bool) -> list[str]:
    lines = [_("The sheets and cells are those of the workbook that you sent.")] if anything else []
    return [
        *lines,
        _("The letter is about what the declaration says and leaves open. It is no judgement of a smelter."),
        _("If something is unclear, answer the message that this letter came with."),
    ]
