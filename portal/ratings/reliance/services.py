"""Use cases of relying on another authority's assessment: decide, with what was seen, and end the decision."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import update

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clock import today
from portal.db import constraint_errors, session
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.journal.services import record
from portal.ratings import queries as ratings
from portal.ratings.models import RatedAssessment
from portal.ratings.reliance import queries, snapshot
from portal.ratings.reliance.models import RatingReliance
from portal.ratings.reliance.rules import Decision, Needed
from portal.ratings.rules import RatedState


def decide(actor: Actor, rating_id: UUID, decision: Decision, reason: str, needed: Needed) -> RatingReliance:
    """Record that our authority relies on an assessment of another one or does not, why, and what was seen of it.

    The gate advises only: a person may decide otherwise, and the snapshot keeps what it said. A decision on a revision
    ends ours on the assessments before it. Raises Conflict when there is a decision already.
    """
    require(actor, Permission.RELY_ON_ASSESSMENT)
    assert actor.authority_id is not None  # RELY_ON_ASSESSMENT is held by members only
    if actor.user_id is None:
        raise BadInput(_("A person decides this."), remedy=_("Sign in and decide on the page."))
    rating = ratings.get_rating(actor, rating_id)
    require(actor, Permission.RELY_ON_ASSESSMENT, rating)
    _check_published(rating)
    kept = _reason(reason)
    gate = queries.gate_of(actor, rating, needed)
    seen = snapshot.taken(rating, ratings.scores_of(rating), ratings.evidence_of(actor, rating), gate)
    reliance = RatingReliance(
        owner_id=actor.authority_id,
        source_id=rating.owner_id,
        rating_id=rating.id,
        supplier_id=rating.supplier_id,
        decision=decision,
        reason=kept,
        decided_on=today(),
        decided_by_id=actor.user_id,
        snapshot=seen,
        digest=snapshot.digest(seen),
    )
    taken = Conflict(_("Your authority has decided about this assessment already. End that decision first."))
    with constraint_errors({"uq_rating_reliance_open": taken}):
        session.add(reliance)
    # The foreign key has waited for a revision or withdrawal under way, which locks the row: see what it left.
    session.refresh(rating, ["state"])
    _check_published(rating)
    record(
        actor,
        "rating_reliance.added",
        reliance,
        rating=rating.id,
        supplier=rating.supplier_id,
        decision=decision,
        advice=gate.verdict,
    )
    _end_earlier(actor, rating, kept)
    return reliance


def end(actor: Actor, reliance: RatingReliance, reason: str) -> None:
    """End a decision of ours, and say why. What was decided and seen stays."""
    require(actor, Permission.STOP_RELYING, reliance)
    kept = _reason(reason)
    ended = session.scalar(
        update(RatingReliance)
        .where(RatingReliance.id == reliance.id, RatingReliance.ended_on.is_(None))
        .values(ended_on=today(), ended_reason=kept, ended_by_id=actor.user_id)
        .returning(RatingReliance.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(reliance)
    if ended is None:
        raise InvalidTransition(_("This decision has ended already."))
    record(actor, "rating_reliance.ended", reliance, rating=reliance.rating_id)


def _end_earlier(actor: Actor, rating: RatedAssessment, reason: str) -> None:
    before = ratings.predecessor_of(actor, rating)
    while before is not None:
        if earlier := queries.open_decision(actor, before.id):
            end(actor, earlier, reason)
        before = ratings.predecessor_of(actor, before)


def _check_published(rating: RatedAssessment) -> None:
    if rating.state == RatedState.REVISED:
        raise InvalidTransition(_("This assessment was revised. Look at the newer one."))
    if rating.state != RatedState.PUBLISHED:
        raise InvalidTransition(_("This assessment was withdrawn. Ask its authority, or assess the supplier yourself."))


def _reason(text: str) -> str:
    if not text.strip():
        raise BadInput(_("There is no reason."), field="reason", remedy=_("Say why, for those who read it later."))
    return text.strip()
