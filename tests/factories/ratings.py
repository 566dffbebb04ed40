"""Assessments by a rubric for tests, written straight into the tables."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from portal.access.actor import system_actor
from portal.db import now, session
from portal.ratings.models import RatedAnswer, RatedAssessment
from portal.rubrics.models import RubricVersion
from portal.rubrics.services import load_standard
from tests.factories.registry import make_supplier


def standard_version() -> RubricVersion:
    """The OECD rubric, published."""
    return load_standard(system_actor("test"))


def make_rating(*, owner_id: UUID, answers: dict[str, dict[str, Any]] | None = None, **values: Any) -> RatedAssessment:
    """A published assessment of `owner_id` by the OECD rubric with these answers; flushed."""
    version = standard_version()
    supplier_id = values.pop("supplier_id", None) or make_supplier().id
    published = {"state": "published", "reader_id": uuid4(), "published_at": now()}
    kept = {name: values.pop(name, value) for name, value in published.items()}
    rating = RatedAssessment(
        **{
            "owner_id": owner_id,
            "audience": "owner",
            "as_of": date(2026, 3, 12),
            "product_group": "computers",
            "method": "Documents read",
            "author_id": uuid4(),
            "submitted_by_id": uuid4(),
            **values,
            "supplier_id": supplier_id,
            "rubric_version_id": version.id,
            "state": "in_review",
        }
    )
    audience, rating.audience = rating.audience, "owner"
    named, rating.named_ids = rating.named_ids, []
    session.add(rating)
    session.flush()
    for code, answer in (answers or {}).items():
        row = {"assessment_id": rating.id, "code": code, "rubric_version_id": version.id, **answer}
        session.add(RatedAnswer(**row))
    session.flush()
    rating.audience, rating.named_ids = audience, named or []
    for name, value in kept.items():
        setattr(rating, name, value)
    session.flush()
    return rating
