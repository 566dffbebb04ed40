"""Whether the clauses behind another authority's assessment ask at least as much of the supplier as ours do."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import or_, select

from portal.access.actor import Actor
from portal.clauses import queries as clauses
from portal.clauses.rules import Verdict
from portal.clauses.signed.models import ContractClause
from portal.clock import today
from portal.contracts.models import Contract
from portal.contracts.queries import visible_contracts
from portal.db import session
from portal.ratings.models import RatedAssessment


def at_least_equal(actor: Actor, rating: RatedAssessment) -> bool | None:
    """True where each clause of our running contracts with the supplier has one of the author's that asks as much.

    False where one of ours was judged to ask more. None where nothing can be said: a side has no clauses that the
    actor sees, or nobody has compared them.
    """
    ours = _signed(actor, rating, actor.authority_id)
    theirs = _signed(actor, rating, rating.owner_id)
    if not ours or not theirs:
        return None
    judged = clauses.judgements_on(actor, ours - theirs)
    verdicts = {
        mine: [
            (one.judgement.owner_id == actor.authority_id, one.verdict)
            for one in judged.get(mine, [])
            if one.other.id in theirs
        ]
        for mine in ours - theirs
    }
    return compared(verdicts)


def compared(verdicts: Mapping[UUID, Collection[tuple[bool, Verdict]]]) -> bool | None:
    """The verdict on all of our clauses that the author's contracts do not have word for word.

    Of each: what it asks beside theirs, with whether our own authority judged so. Our own judgements go before those of
    others. Others that disagree leave it open.
    """
    covered = [_covered(those) for those in verdicts.values()]
    if any(one is False for one in covered):
        return False
    return None if None in covered else True


def _covered(those: Iterable[tuple[bool, Verdict]]) -> bool | None:
    found = list(those)
    own = {verdict for by_us, verdict in found if by_us}
    said = own or {verdict for _by_us, verdict in found}
    enough = said & {Verdict.EQUAL, Verdict.LOOSER}  # ours asks as much as theirs, or less
    if Verdict.STRICTER in said:
        return (True if own else None) if enough else False
    return True if enough else None


def _signed(actor: Actor, rating: RatedAssessment, owner_id: UUID | None) -> set[UUID]:
    """The clause versions in an authority's running contracts with the supplier, as far as the actor sees them."""
    running = visible_contracts(actor).where(
        Contract.owner_id == owner_id,
        Contract.supplier_id == rating.supplier_id,
        or_(Contract.ends_on.is_(None), Contract.ends_on >= today()),
    )
    ids = running.with_only_columns(Contract.id)
    return set(session.scalars(select(ContractClause.clause_version_id).where(ContractClause.contract_id.in_(ids))))
