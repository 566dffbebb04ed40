"""Clauses for tests, written straight into the tables."""

from itertools import count
from typing import Any
from uuid import UUID

from portal.clauses.duties import Duty, Kind
from portal.clauses.models import Clause, ClauseVersion
from portal.clauses.rules import ClauseDefinition
from portal.db import now, session

_codes = count(1)
REPORT = Duty("report", Kind.RECURRING, {"en": "Yearly report"}, day="06-30")


def make_definition(title: str = "Report", wording: str = "The supplier reports.", **values: Any) -> ClauseDefinition:
    """What a version says, in English."""
    texts = {"en": {"title": title, "wording": wording}}
    return ClauseDefinition(**{"texts": texts, "step": 5, "duties": (REPORT,), **values})


def make_version(*, owner_id: UUID | None, definition: ClauseDefinition | None = None, **values: Any) -> ClauseVersion:
    """The first version of a new clause, published unless said otherwise; flushed."""
    said = definition or make_definition()
    state = values.pop("state", "published")
    at = now() if state != "draft" else None
    clause = Clause(owner_id=owner_id, code=values.pop("code", f"T-{next(_codes)}"), published_at=at)
    session.add(clause)
    session.flush()
    version = ClauseVersion(
        clause=clause, clause_id=clause.id, number=1, state=state, digest=said.digest(), published_at=at
    )
    for name, value in said.content().items():
        setattr(version, name, value)
    session.add(version)
    session.flush()
    return version


def make_draft(*, owner_id: UUID, title: str = "Report") -> Clause:
    """A clause that was never published; flushed."""
    return make_version(owner_id=owner_id, definition=make_definition(title), state="draft").clause
