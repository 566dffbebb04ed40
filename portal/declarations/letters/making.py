"""A findings letter in both its forms, ready to be sent or kept."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.declarations.letters.content import Letter, letter_of
from portal.declarations.letters.pdf import left_out, letter_pdf
from portal.declarations.models import Declaration
from portal.web.xlsxfile import write_xlsx


@dataclass(frozen=True)
class MadeLetter:
    """The two files of one letter, with their names."""

    pdf: bytes
    xlsx: bytes
    pdf_name: str
    xlsx_name: str


def make_letter(
    declaration: Declaration, *, supplier: str, sender: str, language: str, due_on: date | None = None
) -> MadeLetter:
    """Write the letter as PDF and as workbook. Takes some tenths of a second: call it outside the transaction."""
    letter = letter_of(declaration, supplier=supplier, sender=sender, language=language, due_on=due_on)
    stem = f"{declaration.template}-{declaration.received_on}-{letter.language}"
    return MadeLetter(pdf_of(letter), xlsx_of(letter), f"{stem}.pdf", f"{stem}.xlsx")


def pdf_of(letter: Letter) -> bytes:
    """The letter as PDF; where it would be too long, it says that the workbook has the rest."""
    rest = left_out(letter)
    with force_locale(letter.language):
        more = _("%(num)s more corrections stand in the workbook that comes with this letter.", num=rest)
    return letter_pdf(letter, more if rest else None)


def xlsx_of(letter: Letter) -> bytes:
    """The letter's corrections as a workbook, one a row."""
    file = io.BytesIO()
    with force_locale(letter.language):
        write_xlsx(rows_of(letter), file, sheet=_("Corrections"))
    return file.getvalue()


def rows_of(letter: Letter) -> Iterator[tuple[str, ...]]:
    """Header and rows: how urgent, sheet, cell, what, why, how."""
    with force_locale(letter.language):
        yield (
            _("Urgency"),
            _("Sheet"),
            _("Cell"),
            _("What is wrong"),
            _("Why it matters"),
            _("How to correct it"),
        )
    for one in letter.corrections:
        yield (letter.words[one.severity], one.sheet, one.cell, one.what, one.why, one.how)
