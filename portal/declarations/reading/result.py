"""What a workbook says, as one value that can leave the reading process as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from portal.declarations.messages import finding
from portal.declarations.reading.versions import Layout, layout
from portal.declarations.rules import (
    Answer,
    Company,
    Finding,
    LookupRow,
    Mine,
    MineralReason,
    Product,
    ReportedRow,
    TemplateKind,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says, before any row is matched or any rule is checked."""

    kind: TemplateKind
    revision: str
    layout_name: str
    language: str | None
    company: Company
    scope: str | None
    scope_description: str | None
    effective_date: date | None
    effective_date_text: str | None  # what was typed where it is no date
    minerals: tuple[str, ...]  # that the questions ask about, in their order
    unnamed_minerals: tuple[str, ...]  # cells that should name another mineral and are empty
    answers: tuple[Answer, ...]
    products: tuple[Product, ...]
    mines: tuple[Mine, ...]
    reasons: tuple[MineralReason, ...]
    rows: tuple[ReportedRow, ...]
    lookup: tuple[LookupRow, ...]
    notices: tuple[Finding, ...]

    @property
    def layout(self) -> Layout:
        """Where everything stood."""
        return layout(self.layout_name)

    def answer(self, question: str, mineral: str | None = None) -> str | None:
        """The answer to a question, None if there is none."""
        return next((a.answer for a in self.answers if a.question == question and a.mineral == mineral), None)

    def to_wire(self) -> dict[str, Any]:
        """As plain JSON values (tuples become lists), to leave the reading process."""
        wire = {name: getattr(self, name) for name in self.__slots__}
        wire["company"] = asdict(self.company)
        wire["effective_date"] = self.effective_date.isoformat() if self.effective_date else None
        wire["notices"] = [[notice.code, notice.sheet, notice.cell, dict(notice.params)] for notice in self.notices]
        return wire

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> "Reading":
        """The value that `to_wire` gave. Raises ValueError, TypeError or KeyError for anything else."""
        day = wire["effective_date"]
        return cls(
            **{
                **wire,
                "kind": TemplateKind(wire["kind"]),
                "company": Company(**wire["company"]),
                "effective_date": date.fromisoformat(day) if day else None,
                "minerals": tuple(wire["minerals"]),
                "unnamed_minerals": tuple(wire["unnamed_minerals"]),
                "answers": tuple(Answer(*values) for values in wire["answers"]),
                "products": tuple(Product(*values) for values in wire["products"]),
                "mines": tuple(Mine(*values) for values in wire["mines"]),
                "reasons": tuple(MineralReason(*values) for values in wire["reasons"]),
                "rows": tuple(ReportedRow(*values) for values in wire["rows"]),
                "lookup": tuple(LookupRow(*values) for values in wire["lookup"]),
                "notices": tuple(finding(c, sheet, cell, **params) for c, sheet, cell, params in wire["notices"]),
            }
        )
