"""The demo's assessments by questions: two cities judge one supplier differently, and a third relies on one of them.

Stockholm's is pre-filled from the declaration that it accepted; a colleague reads each before it is published.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.access.actor import Role
from portal.access.audience import Audience
from portal.assessments.rules import EvidenceGrade
from portal.authorities.queries import authority_by_slug
from portal.clock import today
from portal.db import session
from portal.declarations.models import Declaration
from portal.declarations.rules import TemplateKind
from portal.demo.network import acting_as, acting_for
from portal.journal.services import record
from portal.ratings import queries
from portal.ratings.reliance.rules import Decision, Needed
from portal.ratings.reliance.services import decide
from portal.ratings.rules import AnswerData
from portal.ratings.services import ScopeData, publish, save_answers, start, submit
from portal.registry.rules import ProductGroup
from portal.requests.models import DeclarationRequest, RequestStep
from portal.requests.rules import MINERALS, RequestState

# Question, score, evidence, answer. “=” keeps what the declaration proposes.
STOCKHOLM = """
S1-1  3  E2  =
S1-2  3  E2  The head of sustainability, two people
S1-3  3  E2  =
S1-4  3  E2  yes
S1-5  3  E2  A line run by a third party, tested once
S2-1  3  E2  =
S2-2  2  E1  =
S2-3  3  E2  =
S2-4  2  E1  =
S2-5  3  E2  Sanctions lists and the CAHRA list, each quarter
S2-6  1  E1  partly
S3-1  3  E2  yes
S3-2  2  E2  =
S3-3  3  E2  yes
S3-4  2  E2
S3-5  3  E2  A letter with two other buyers
S4-1  2  E2  =
S4-2  2  E1  They are asked once a year
S4-3  3  E2  yes
S4-4  1  E1  no
S5-1  3  E2
S5-2  3  E2  yes
S5-3  3  E2  yes
"""
BARCELONA = """
S1-1  3  E2  yes
S1-2  3  E2  The head of purchasing
S1-3  3  E2  yes
S1-4  2  E2  yes
S1-5  4  E3  The complaint channel was tested by an independent party
S2-1  2  E1
S2-2  2  E1
S2-3  2  E1  partly
S2-4  1  E1
S2-5  1  E1  Not described
S2-6  0  E0
S3-1  3  E2  yes
S3-2  1  E1  no
S3-3  2  E1  yes
S3-4  0  E0
S3-5  2  E1  Only by letter
S4-1  0  E0
S4-2  0  E0
S4-3  0  E0  no
S4-4  0  E0  no
S5-1  3  E2
S5-2  3  E2  yes
S5-3  2  E2  partly
"""


def seed(suppliers: Mapping[str, UUID]) -> None:
    """Add them as the people of the three authorities would."""
    halden = suppliers["halden"]
    _accept_declaration(halden)
    stockholm = _assess("stockholm", halden, STOCKHOLM, 12, "Documents read and interview", "C01 to C04, version 1")
    _assess("barcelona", halden, BARCELONA, 40, "Documents read", None)
    with acting_as("stavanger", Role.OFFICER) as actor:
        reason = "The same product group and an interview that we need not hold again. Contract 2024-118."
        decide(actor, stockholm, Decision.RELY, reason, Needed(ProductGroup.COMPUTERS))


def _accept_declaration(supplier_id: UUID) -> None:
    """The newest declaration of the supplier answers a request that Stockholm made, and is accepted."""
    with acting_for("stockholm") as actor:
        declaration = session.scalars(
            select(Declaration)
            .where(Declaration.supplier_id == supplier_id, Declaration.owner_id == authority_by_slug("stockholm").id)
            .order_by(Declaration.received_on.desc())
            .limit(1)
        ).one()
        asked_on, due_on = declaration.received_on - timedelta(days=30), declaration.received_on + timedelta(days=5)
        request = DeclarationRequest(
            supplier_id=supplier_id,
            owner_id=actor.authority_id,
            template=declaration.template,
            minerals=list(MINERALS[TemplateKind(declaration.template)])[:4],
            scope_code=declaration.scope_code,
            language="sv",
            asked_on=asked_on,
            due_on=due_on,
            state=RequestState.ACCEPTED,
            declaration_id=declaration.id,
            audience=Audience.MEMBERS,
            named_ids=[],
        )
        session.add(request)
        session.flush()
        session.add(RequestStep(request_id=request.id, state=request.state, taken_on=declaration.received_on))
        record(actor, "request.accepted", request, declaration=declaration.id)


def _assess(slug: str, supplier_id: UUID, answers: str, days_ago: int, method: str, clause_basis: str | None) -> UUID:
    """An assessment that the officer writes and the coordinator reads and publishes for all members; its id."""
    scope = ScopeData(
        today() - timedelta(days=days_ago), ProductGroup.COMPUTERS, method=method, clause_basis=clause_basis
    )
    with acting_as(slug, Role.OFFICER) as actor:
        rating = start(actor, supplier_id, scope)
        save_answers(actor, rating, dict(_answers(answers, {row.code: row for row in rating.answers})))
        submit(actor, rating)
        rating_id = rating.id
    with acting_as(slug, Role.COORDINATOR) as actor:
        publish(actor, queries.get_rating(actor, rating_id), Audience.MEMBERS, [])
    return rating_id


def _answers(text: str, proposed: Mapping[str, Any]) -> Iterator[tuple[str, AnswerData]]:
    for line in text.strip().splitlines():
        code, score, grade, *answer = re.split(r"\s{2,}", line)
        kept = proposed[code] if answer == ["="] else None
        value = kept.value if kept else answer[0] if answer else None
        yield code, AnswerData(value, int(score), EvidenceGrade(grade), kept.note if kept else None)
