"""Assessments as rows of a file: each step by itself, without a total."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from portal.access.audience import Audience
from portal.assessments.labels import ANSWERS, GRADES, STEPS
from portal.assessments.models import SupplierAssessment
from portal.assessments.rules import Answer, EvidenceGrade, Step
from portal.authorities import queries as authorities
from portal.registry import queries as registry
from portal.registry.labels import PRODUCT_GROUPS
from portal.registry.rules import ProductGroup
from portal.web.sharing import AUDIENCES


def export_rows(assessments: Sequence[SupplierAssessment]) -> Iterator[tuple[object, ...]]:
    """The heading, then a row for each step; `assessments` must be what the actor may see."""
    names = {member.id: member.name for member in authorities.all_authorities()}
    suppliers = registry.suppliers_by_id({row.supplier_id for row in assessments})
    yield (
        _("Supplier"),
        _("Assessed by"),
        _("Judged on"),
        _("Product group"),
        _("How it was assessed"),
        _("Step"),
        _("Answer"),
        _("Evidence grade"),
        _("Evidence"),
        _("In a few words"),
        _("Who sees it"),
        _("Named authorities"),
    )
    for row in assessments:
        for step in row.steps:
            yield (
                suppliers[row.supplier_id].legal_name,
                names[row.owner_id],
                row.as_of,
                PRODUCT_GROUPS[ProductGroup(row.product_group)],
                row.method,
                STEPS[Step(step.step)][0],
                ANSWERS[Answer(step.answer)],
                step.grade,
                GRADES[EvidenceGrade(step.grade)],
                step.note,
                AUDIENCES[Audience(row.audience)],
                "; ".join(names[one] for one in row.named_ids),
            )
