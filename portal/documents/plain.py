"""A document as plain text, for pasting into a tender system that takes nothing else."""

import textwrap

from portal.documents.document import Document, Table

TEXT = "text/plain; charset=utf-8"
WIDTH = 100


def text_of(document: Document) -> bytes:
    """The document as UTF-8, with lines that stay short and blank lines between paragraphs."""
    parts = [_heading(document.title, "=")]
    if document.facts:
        parts.append("\n".join(_wrapped(f"{name}: {value}") for name, value in document.facts))
    for section in document.sections:
        parts.append(_heading(section.title, "-"))
        parts += [_wrapped(text) for text in section.paragraphs]
        if section.table and section.table.rows:
            parts.append(_rows(section.table))
    parts += [_wrapped(text) for text in document.foot]
    return ("\n\n".join(parts) + "\n").encode()


def _heading(text: str, line: str) -> str:
    return f"{text}\n{line * min(len(text), WIDTH)}"


def _wrapped(text: str) -> str:
    lines = [
        textwrap.wrap(one, WIDTH, break_long_words=False, break_on_hyphens=False) or [""] for one in text.split("\n")
    ]
    return "\n".join(part for line in lines for part in line)


def _rows(table: Table) -> str:
    """Each row as a paragraph that names its columns: columns side by side do not survive another font."""
    rows = (
        "\n".join(_wrapped(f"{name}: {cell}") for name, cell in zip(table.columns, row, strict=True) if cell)
        for row in table.rows
    )
    return "\n\n".join(rows)
