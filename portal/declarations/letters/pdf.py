"""A findings letter as PDF/UA-1: tagged, with its language, its title and its fonts inside.

Typst sets it: no system library, no font of the machine, no network, and the letter's words are data to it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

from portal.declarations.letters.content import Correction, Letter, day_in
from portal.declarations.letters.coverage import FAMILIES, FOLDERS, showable

TEMPLATE = Path(__file__).with_name("letter.typ")
MOST = 400  # corrections in a PDF, some thirty pages; the workbook has them all
PDF = "application/pdf"


def letter_pdf(letter: Letter, more: str | None = None) -> bytes:
    """The letter as a file. `more` is the sentence said where not all corrections fit (see `too_long`)."""
    return bytes(
        typst.compile(
            TEMPLATE.read_bytes(),
            font_paths=_fonts(),
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
    return {**_shown(data), "lang": letter.language, "fonts": FAMILIES}


def _row(one: Correction) -> list[str]:
    place = ", ".join(part for part in (one.sheet, one.cell) if part) or "–"
    return [place, one.what, one.why, one.how]


def _shown(value: Any) -> Any:
    """Every text in it as the fonts can show it."""
    if isinstance(value, str):
        return showable(value)
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return [_shown(item) for item in value]


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in FOLDERS]
    )
