"""A document as PDF/UA-1: tagged, with its language, its title and its fonts inside (docs/adr/0013)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import typst

from portal.documents.coverage import FAMILIES, FOLDERS, showable
from portal.documents.document import Document, Section

TEMPLATE = Path(__file__).with_name("document.typ")
PDF = "application/pdf"


def pdf_of(document: Document) -> bytes:
    """The document as a file."""
    return bytes(
        typst.compile(
            TEMPLATE.read_bytes(),
            font_paths=fonts(),
            sys_inputs={"document": json.dumps(_data(document))},
            pdf_standards=["ua-1"],
        )
    )


def shown(value: Any) -> Any:
    """Every text in it as the fonts can show it."""
    if isinstance(value, str):
        return showable(value)
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return [shown(item) for item in value]


@cache
def fonts() -> typst.Fonts:
    """The fonts of the packages, none of the machine."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in FOLDERS]
    )


def _data(document: Document) -> dict[str, Any]:
    data = {
        "title": document.title,
        "author": document.author,
        "facts": document.facts,
        "sections": [_section(section) for section in document.sections],
        "foot": document.foot,
    }
    return {**shown(data), "lang": document.language, "fonts": FAMILIES}


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "paragraphs": section.paragraphs,
        "columns": section.table.columns if section.table else [],
        "rows": section.table.rows if section.table else [],
    }
