"""What only an authority's own page shows: whether its suppliers deliver in time, and what reuse spared everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func

from portal.access.actor import Actor
from portal.clock import today
from portal.db import session
from portal.declarations.reuse.models import DeclarationReliance
from portal.declarations.reuse.queries import visible_reliances as visible_declaration_reliances
from portal.insights.rules import Promptness
from portal.obligations.models import Obligation
from portal.obligations.queries import visible_obligations
from portal.obligations.rules import ObligationState
from portal.ratings.reliance.models import RatingReliance
from portal.ratings.reliance.queries import visible_reliances as visible_rating_reliances
from portal.ratings.reliance.rules import Decision


@dataclass(frozen=True)
class Reused:
    """What is relied on now: others' by us, and ours by others. `questions` are those answered in what we rely on."""

    declarations: int
    assessments: int
    questions: int
    declarations_given: int
    assessments_given: int


@dataclass(frozen=True)
class Ours:
    """The numbers of the actor's own authority. What was waived is in no number of `obligations`."""

    obligations: Mapping[Promptness, int]
    reused: Reused

    @property
    def on_time(self) -> int | None:
        """Percent of what was due that came in time, rounded down; None where nothing was due yet."""
        due = sum(count for kind, count in self.obligations.items() if kind is not Promptness.TO_COME)
        return 100 * self.obligations.get(Promptness.IN_TIME, 0) // due if due else None


def ours(actor: Actor) -> Ours:
    """The numbers of the actor's own authority. Three statements."""
    promptness = _promptness().label("promptness")
    counted = session.execute(
        visible_obligations(actor)
        .where(Obligation.owner_id == actor.authority_id, Obligation.state != ObligationState.WAIVED)
        .with_only_columns(promptness, func.count(), maintain_column_froms=True)
        .group_by("promptness")
    )
    ours_of_declarations = DeclarationReliance.owner_id == actor.authority_id
    declarations = session.execute(
        visible_declaration_reliances(actor)
        .where(DeclarationReliance.ended_on.is_(None))
        .with_only_columns(*_by_side(ours_of_declarations))
    ).one()
    ours_of_ratings = RatingReliance.owner_id == actor.authority_id
    questions = func.sum(func.jsonb_array_length(RatingReliance.snapshot["answers"])).filter(ours_of_ratings)
    ratings = session.execute(
        visible_rating_reliances(actor)
        .where(RatingReliance.ended_on.is_(None), RatingReliance.decision == Decision.RELY)
        .with_only_columns(*_by_side(ours_of_ratings), questions)
    ).one()
    return Ours(
        {Promptness(word): count for word, count in counted},
        Reused(declarations[0], ratings[0], ratings[2] or 0, declarations[1], ratings[1]),
    )


def _by_side(ours_: ColumnElement[bool]) -> tuple[Any, Any]:
    return func.count().filter(ours_), func.count().filter(~ours_)


def _promptness() -> ColumnElement[str]:
    """As `promptness_of` in rules says it in Python."""
    return case(
        (Obligation.state == ObligationState.REFUSED, Promptness.REFUSED),
        (Obligation.delivered_on > Obligation.due_on, Promptness.DELIVERED_LATE),
        (Obligation.delivered_on.is_not(None), Promptness.IN_TIME),
        (Obligation.due_on < today(), Promptness.OVERDUE),
        else_=Promptness.TO_COME,
    )
