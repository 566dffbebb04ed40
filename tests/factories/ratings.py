"""Assessments by a rubric for tests, written straight into the tables."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from portal.access.actor import system_actor
from portal.authorities.models import Authority
from portal.clock import today
from portal.db import now, session
from portal.ratings import queries
from portal.ratings.asking.models import Questionnaire
from portal.ratings.models import RatedAnswer, RatedAssessment
from portal.ratings.offline.models import RatingUpload
from portal.ratings.reliance import snapshot
from portal.ratings.reliance.models import RatingReliance
from portal.ratings.reliance.queries import gate_of
from portal.ratings.reliance.rules import Needed
from portal.rubrics.models import RubricVersion
from portal.rubrics.services import load_standard
from tests.factories.registry import make_supplier

DRAFT: dict[str, Any] = {"state": "draft", "reader_id": None, "published_at": None}


def standard_version() -> RubricVersion:
    """The OECD rubric, published."""
    return load_standard(system_actor("test"))


def make_rating(*, owner_id: UUID, answers: dict[str, dict[str, Any]] | None = None, **values: Any) -> RatedAssessment:
    """A published assessment of `owner_id` by the OECD rubric with these answers; flushed."""
    version = values.pop("rubric_version", None) or standard_version()
    supplier_id = values.pop("supplier_id", None) or make_supplier().id
    published = {"state": "published", "reader_id": uuid4(), "published_at": now(), "withdrawn_reason": None}
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


def make_reliance(*, owner_id: UUID, rating: RatedAssessment, **values: Any) -> RatingReliance:
    """A decision of `owner_id` to rely on a published assessment of another authority; flushed."""
    system = system_actor("test")
    rating = queries.get_rating(system, rating.id)
    seen = snapshot.taken(rating, queries.scores_of(rating), {}, gate_of(system, rating, Needed()))
    reliance = RatingReliance(
        **{
            "owner_id": owner_id,
            "source_id": rating.owner_id,
            "rating_id": rating.id,
            "supplier_id": rating.supplier_id,
            "decision": "rely",
            "reason": "Same computers",
            "decided_on": today(),
            "decided_by_id": uuid4(),
            "snapshot": seen,
            "digest": snapshot.digest(seen),
            **values,
        }
    )
    session.add(reliance)
    session.flush()
    return reliance


def make_decision_against(*, owner_id: UUID) -> RatingReliance:
    """A decision not to rely on an assessment of some other authority, which nobody but `owner_id` knows of."""
    other = session.scalars(select(Authority.id).where(Authority.id != owner_id).order_by(Authority.id)).first()
    assert other is not None
    rating = make_rating(owner_id=other, audience="named", named_ids=[owner_id])
    return make_reliance(owner_id=owner_id, rating=rating, decision="not")


def make_rating_upload(*, owner_id: UUID, **values: Any) -> RatingUpload:
    """A filled-in workbook that came back to a draft of `owner_id` and says nothing; flushed."""
    upload = RatingUpload(
        **{
            "owner_id": owner_id,
            "assessment_id": make_rating(owner_id=owner_id, **DRAFT).id,
            "filename": "assessment.xlsx",
            "sha256": "0" * 64,
            "answers": [],
            **values,
        }
    )
    session.add(upload)
    session.flush()
    return upload


def make_questionnaire(*, owner_id: UUID, **values: Any) -> Questionnaire:
    """Two questions of a draft of `owner_id` that its supplier is asked; flushed."""
    rating = make_rating(owner_id=owner_id, **DRAFT)
    asked = Questionnaire(
        **{
            "owner_id": owner_id,
            "assessment_id": rating.id,
            "supplier_id": rating.supplier_id,
            "rubric_version_id": rating.rubric_version_id,
            "codes": ["S1-1", "S1-2"],
            "due_on": date(2026, 12, 31),
            "state": "open",
            **values,
        }
    )
    session.add(asked)
    session.flush()
    return asked
