"""Assessments for tests, written straight into the tables."""

from datetime import date
from typing import Any
from uuid import UUID

from portal.assessments.models import AssessmentStep, SupplierAssessment
from portal.db import session
from tests.factories.registry import make_supplier


def make_assessment(*, owner_id: UUID, **values: Any) -> SupplierAssessment:
    """An assessment of `owner_id` with all steps partly met on a document; flushed."""
    assessment = SupplierAssessment(
        **{
            "owner_id": owner_id,
            "audience": "owner",
            "as_of": date(2026, 3, 12),
            "product_group": "computers",
            "rubric_version": "test",
            "method": "Documents read",
            **values,
            "supplier_id": values.get("supplier_id") or make_supplier().id,
        }
    )
    assessment.steps = [AssessmentStep(step=step, answer="partly", grade="E2") for step in range(1, 6)]
    session.add(assessment)
    session.flush()
    return assessment
