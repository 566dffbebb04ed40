"""A document as DOCX, with headings, a table's heading row and its language marked, so that it can be read aloud."""

import re
from io import BytesIO

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table as WordTable

from portal.documents.document import Document, Section, Table

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# Characters that XML cannot hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def docx_of(document: Document) -> bytes:
    """The document as a file."""
    made = new_document()
    made.core_properties.title = _plain(document.title)[:255]
    made.core_properties.author = _plain(document.author)[:255]
    made.core_properties.language = document.language
    _set_language(made, document.language)
    made.add_heading(_plain(document.title), level=0)
    for name, value in document.facts:
        line = made.add_paragraph()
        line.add_run(f"{_plain(name)}: ").bold = True
        line.add_run(_plain(value))
    for section in document.sections:
        _add_section(made, section)
    for text in document.foot:
        made.add_paragraph(_plain(text), style="Caption")
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def _add_section(made: WordDocument, section: Section) -> None:
    made.add_heading(_plain(section.title), level=1)
    for text in section.paragraphs:
        made.add_paragraph(_plain(text))
    if section.table and section.table.rows:
        _fill(made.add_table(rows=1, cols=len(section.table.columns)), section.table)


def _fill(made: WordTable, table: Table) -> None:
    made.style = "Table Grid"
    for cell, text in zip(made.rows[0].cells, table.columns, strict=True):
        cell.paragraphs[0].add_run(_plain(text)).bold = True
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in table.rows:
        for cell, text in zip(made.add_row().cells, row, strict=True):
            cell.text = _plain(text)


def _set_language(made: WordDocument, language: str) -> None:
    """The language of all text: the template's own is English."""
    properties = made.styles["Normal"].element.get_or_add_rPr()
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), language)
    properties.append(element)


def _plain(text: str) -> str:
    return _CONTROL.sub("", text)
