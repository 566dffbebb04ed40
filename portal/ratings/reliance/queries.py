"""What the gate looks at, our decisions on others' assessments, and, for an author, who relies on its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ScalarSelect, Select, and_, exists, func, or_, select

from portal.access.actor import Actor
from portal.access.audience import visible
from portal.clock import today
from portal.contracts import queries as contracts
from portal.db import among, session
from portal.errors import NotFound
from portal.findings import queries as findings
from portal.findings.rules import FindingState, Severity
from portal.ratings import queries as ratings
from portal.ratings.models import RatedAssessment
from portal.ratings.reliance import terms
from portal.ratings.reliance.models import RatingReliance
from portal.ratings.reliance.rules import Assessed, Decision, Ending, Gate, Known, Needed, gate
from portal.ratings.reliance.wording import ENDINGS
from portal.ratings.rules import RatedState
from portal.registry.models import Supplier
from portal.rubrics import queries as rubrics
from portal.rubrics.services import OECD
from portal.shapes import TodoItem
from portal.web.paging import Page, encode_cursor, read_cursor

PAGE_SIZE = 50
SMALL = frozenset({Severity.MINOR, Severity.RISK})


# ---- the gate --------------------------------------------------------------------------------------------------------


def needed_for(actor: Actor, rating: RatedAssessment) -> str | None:
    """The product group that our running contracts with the supplier speak of; the assessment's own where it is one."""
    bought = [
        group
        for one in contracts.contracts_of_supplier(actor, rating.supplier_id)
        if one.owner_id == actor.authority_id and (one.ends_on is None or one.ends_on >= today())
        for group in one.groups
    ]
    return rating.product_group if rating.product_group in bought else bought[0] if bought else None


def gate_of(actor: Actor, rating: RatedAssessment, needed: Needed) -> Gate:
    """What speaks for and against relying on an assessment that the actor sees, for what is needed."""
    version = rating.rubric_version
    newest = rubrics.newest_version(OECD) or version
    open_findings = _open_findings(actor, rating.supplier_id)
    return gate(
        Assessed(
            state=RatedState(rating.state),
            as_of=rating.as_of,
            product_group=rating.product_group,
            rubric=version.rubric.code,
            rubric_number=version.number,
            confidence=ratings.scores_of(rating).confidence,
            site_ids=frozenset(rating.site_ids),
            method=rating.method,
            open_critical=rating.open_critical,
        ),
        needed,
        Known(
            today=today(),
            newest_rubric=(newest.rubric.code, newest.number),
            critical=open_findings.count(Severity.CRITICAL),
            major=open_findings.count(Severity.MAJOR),
            small=sum(one in SMALL for one in open_findings),
            terms_at_least_equal=terms.at_least_equal(actor, rating),
        ),
    )


def _open_findings(actor: Actor, supplier_id: UUID) -> list[str]:
    """The severities of the findings that are not closed, as far as the actor sees them or their summaries."""
    found = findings.of_supplier(actor, supplier_id)
    return [one.severity for one in found.findings if one.state != FindingState.CLOSED] + [
        one.severity for one in found.releases if one.closed_on is None
    ]


# ---- decisions -------------------------------------------------------------------------------------------------------


def visible_reliances(actor: Actor) -> Select[RatingReliance]:
    """The actor's own decisions, and those of others to rely on its authority's assessments. Nobody else knows."""
    query = select(RatingReliance)
    if actor.is_system:
        return query
    us = actor.authority_id
    of_ours = and_(RatingReliance.source_id == us, RatingReliance.decision == Decision.RELY)
    return query.where(or_(RatingReliance.owner_id == us, of_ours))


def get_reliance(actor: Actor, reliance_id: UUID) -> RatingReliance:
    """One decision, or NotFound."""
    reliance = session.scalar(visible_reliances(actor).where(RatingReliance.id == reliance_id))
    if reliance is None:
        raise NotFound
    return reliance


def open_decision(actor: Actor, rating_id: UUID) -> RatingReliance | None:
    """What our authority has decided about an assessment, unless that has ended."""
    return session.scalar(
        visible_reliances(actor).where(
            RatingReliance.owner_id == actor.authority_id,
            RatingReliance.rating_id == rating_id,
            RatingReliance.ended_on.is_(None),
        )
    )


def relying_on(actor: Actor, rating_id: UUID) -> Sequence[RatingReliance]:
    """Who relies on an assessment now, as far as the actor may know."""
    query = visible_reliances(actor).where(
        RatingReliance.rating_id == rating_id,
        RatingReliance.decision == Decision.RELY,
        RatingReliance.ended_on.is_(None),
    )
    return session.scalars(query.order_by(RatingReliance.decided_on, RatingReliance.id)).all()


def everybody_relying(rating_id: UUID) -> Sequence[RatingReliance]:
    """Every decision to rely on an assessment that has not ended. System scope only."""
    query = select(RatingReliance).where(
        RatingReliance.rating_id == rating_id,
        RatingReliance.decision == Decision.RELY,
        RatingReliance.ended_on.is_(None),
    )
    return session.scalars(query.order_by(RatingReliance.id)).all()


@dataclass(frozen=True)
class OurDecision:
    """A decision with what has become of the assessment; `rating` is None where we see it no more.

    `successor` is the published revision in its place, if we see that one.
    """

    reliance: RatingReliance
    supplier: Supplier
    rating: RatedAssessment | None
    successor: RatedAssessment | None

    @property
    def ending(self) -> Ending | None:
        """Why we should look at it again, if there is a reason."""
        if self.reliance.ended_on or self.reliance.decision != Decision.RELY:
            return None
        if self.rating is None:
            return Ending.UNSHARED
        return {RatedState.REVISED: Ending.REVISED, RatedState.WITHDRAWN: Ending.WITHDRAWN}.get(
            RatedState(self.rating.state)
        )


def with_what_became_of_it(actor: Actor, reliances: Sequence[RatingReliance]) -> list[OurDecision]:
    """Decisions with the assessments as they are now. Three statements however many there are."""
    if not reliances:
        return []
    ids = {one.rating_id for one in reliances}
    query = ratings.visible_ratings(actor)
    seen = {one.id: one for one in session.scalars(query.where(among(RatedAssessment.id, ids)))}
    after = query.where(
        among(RatedAssessment.predecessor_id, ids),
        RatedAssessment.state.in_((RatedState.PUBLISHED, RatedState.REVISED)),
    )
    successors = {one.predecessor_id: one for one in session.scalars(after)}
    named = select(Supplier).where(among(Supplier.id, {one.supplier_id for one in reliances}))
    suppliers = {one.id: one for one in session.scalars(named)}
    return [
        OurDecision(one, suppliers[one.supplier_id], seen.get(one.rating_id), successors.get(one.rating_id))
        for one in reliances
    ]


def our_decisions(actor: Actor, cursor: str | None = None, *, ended: bool = False) -> Page[OurDecision]:
    """The decisions of our authority that stand, or those that ended, the newest first."""
    query = select(RatingReliance).where(
        RatingReliance.owner_id == actor.authority_id,
        RatingReliance.ended_on.is_not(None) if ended else RatingReliance.ended_on.is_(None),
    )
    if key := read_cursor(cursor, UUID):
        query = query.where(RatingReliance.id < key[0])
    rows = session.scalars(query.order_by(RatingReliance.id.desc()).limit(PAGE_SIZE + 1)).all()
    more, rows = len(rows) > PAGE_SIZE, rows[:PAGE_SIZE]
    return Page(with_what_became_of_it(actor, rows), encode_cursor(rows[-1].id) if more else None)


# ---- what waits for us -----------------------------------------------------------------------------------------------


def _touched(actor: Actor) -> Select[RatingReliance]:
    """What `OurDecision.ending` says, in SQL."""
    stands = exists().where(
        RatedAssessment.id == RatingReliance.rating_id,
        visible(RatedAssessment, actor),
        RatedAssessment.state == RatedState.PUBLISHED,
    )
    return select(RatingReliance).where(
        RatingReliance.owner_id == actor.authority_id,
        RatingReliance.decision == Decision.RELY,
        RatingReliance.ended_on.is_(None),
        ~stands,
    )


def todo_count(actor: Actor) -> ScalarSelect[int]:
    """How many things `todo` lists, as part of a statement."""
    return _touched(actor).with_only_columns(func.count()).scalar_subquery()


def todo(actor: Actor) -> list[TodoItem]:
    """Assessments that we rely on and that do not stand as they stood: decide anew."""
    if actor.authority_id is None:
        return []
    rows = session.scalars(_touched(actor).order_by(RatingReliance.id)).all()
    return [
        TodoItem(
            due_on=None,
            title=_("Decide anew about the assessment of %(supplier)s", supplier=one.supplier.legal_name),
            detail=str(ENDINGS[one.ending]) if one.ending else None,
            endpoint="reliance.show",
            args={"rating_reliance_id": one.reliance.id},
            supplier_id=one.supplier.id,
            shared_with=[actor.authority_id, one.reliance.source_id],
        )
        for one in with_what_became_of_it(actor, rows)
    ]
