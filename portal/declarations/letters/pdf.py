"""A findings letter as PDF/UA-1: tagged, with its language, its title and its fonts inside.

Typst sets it: no system library, no font of the machine, no network, and the letter's words are data to it.
"""

import json
from pathlib import Path
from typing import Any

import typst

from portal.declarations.letters.content import Correction, Letter, day_in
from portal.documents.coverage import FAMILIES
from portal.documents.pdf import fonts, shown

TEMPLATE = Path(__file__).with_name("letter.typ")
MOST = 400  # corrections in a PDF, some thirty pages; the workbook has them all
PDF = "application/pdf"


def letter_pdf(letter: Letter, more: str | None = None) -> bytes:
    """The letter as a file. `more` is the sentence said where not all corrections fit (see `too_long`)."""
    return bytes(
        typst.compile(
            TEMPLATE.read_bytes(),
            font_paths=fonts(),
            sys_inputs={"letter": json.dumps(_data(letter, more))},
            pdf_standards=["ua-1"],
        )
    )


def left_out(letter: Letter) -> int:
    """How many corrections do not stand in the PDF."""
    return max(len(letter.corrections) - MOST, 0)


def _data(letter: Letter, more: str | None) -> dict[str, Any]:
    must = letter.must[:MOST]
    should = letter.should[: MOST - len(must)]
    closing = [more, *letter.closing] if more else letter.closing
    data = {
        "title": letter.title,
        "sender": letter.sender,
        "facts": letter.facts,
        "opening": letter.opening,
        "columns": letter.columns,
        "must_title": letter.must_title,
        "should_title": letter.should_title,
        "must": [_row(one) for one in must],
        "should": [_row(one) for one in should],
        "closing": closing,
        "made_on": day_in(letter.language, letter.made_on),
    }
    return {**shown(data), "lang": letter.language, "fonts": FAMILIES}


def _row(one: Correction) -> list[str]:
    place = ", ".join(part for part in (one.sheet, one.cell) if part) or "–"
    return [place, one.what, one.why, one.how]
