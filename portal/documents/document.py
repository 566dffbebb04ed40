"""A text for an authority's file: what a document says, whatever kind of file it becomes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """Rows under a heading row; every row has as many cells."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """A part with its own heading: paragraphs, then a table where there is one."""

    title: str
    paragraphs: Sequence[str] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Document:
    """`language` is the code of the language it is written in, `facts` are (name, value), `foot` the closing lines."""

    language: str
    title: str
    author: str
    facts: Sequence[tuple[str, str]] = ()
    sections: Sequence[Section] = field(default=())
    foot: Sequence[str] = ()
