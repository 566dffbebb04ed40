"""Every SELECT on clauses: members see what is published, and the drafts of their own authority."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, false, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on

from portal.access.actor import Actor
from portal.clauses.models import Clause, ClauseExperience, ClauseJudgement, ClauseVersion
from portal.clauses.rules import OTHER_WAY, Verdict, VersionState
from portal.db import among, session
from portal.errors import NotFound

COMMON = "common"


def visible_versions(actor: Actor) -> Select[ClauseVersion]:
    """Versions that the actor may see, each with its clause."""
    return select(ClauseVersion).join(Clause).where(_seen(actor))


def _seen(actor: Actor) -> ColumnElement[bool]:
    if actor.is_system:
        return true()
    if actor.authority_id is None or actor.guest is not None:
        return false()
    return or_(ClauseVersion.published_at.is_not(None), Clause.owner_id == actor.authority_id)


def get_clause(actor: Actor, clause_id: UUID) -> Clause:
    """A clause of which the actor sees a version, or NotFound."""
    clause = session.scalar(select(Clause).where(Clause.id == clause_id, _any_seen(actor)))
    if clause is None:
        raise NotFound
    return clause


def _any_seen(actor: Actor) -> ColumnElement[bool]:
    return select(1).where(ClauseVersion.clause_id == Clause.id, _seen(actor)).correlate(Clause).exists()


def get_version(actor: Actor, version_id: UUID) -> ClauseVersion:
    """One version, or NotFound when there is none for this actor."""
    version = session.scalar(visible_versions(actor).where(ClauseVersion.id == version_id))
    if version is None:
        raise NotFound
    return version


def versions_of(actor: Actor, clause_id: UUID) -> Sequence[ClauseVersion]:
    """The versions of a clause that the actor sees, the newest first."""
    query = visible_versions(actor).where(ClauseVersion.clause_id == clause_id)
    return session.scalars(query.order_by(ClauseVersion.number.desc())).all()


def versions_by_id(actor: Actor, ids: Collection[UUID]) -> dict[UUID, ClauseVersion]:
    """Those of these versions that the actor sees."""
    return {row.id: row for row in session.scalars(visible_versions(actor).where(among(ClauseVersion.id, ids)))}


def newest(versions: Sequence[ClauseVersion]) -> ClauseVersion:
    """Of a clause's versions (the newest first) the one to show: published, else withdrawn, else the draft."""
    order = [VersionState.PUBLISHED, VersionState.WITHDRAWN, VersionState.DRAFT]
    return min(versions, key=lambda version: order.index(VersionState(version.state)))


@dataclass(frozen=True)
class Choice:
    """How the library is narrowed; None takes all. `owner`: "common" or the id of an authority."""

    step: int | None = None
    mineral: str | None = None
    owner: str | UUID | None = None


def library(actor: Actor, choice: Choice | None = None, *, published: bool = False) -> Sequence[ClauseVersion]:
    """Each clause in the version to show: the common ones first, then by owner and code. A clause without minerals
    holds for all of them. `published` leaves out what is withdrawn or a draft.
    """
    asked = choice or Choice()
    rank = case({VersionState.PUBLISHED: 0, VersionState.WITHDRAWN: 1}, value=ClauseVersion.state, else_=2)
    shown = (
        visible_versions(actor)
        .with_only_columns(ClauseVersion.id)
        .ext(distinct_on(ClauseVersion.clause_id))
        .order_by(ClauseVersion.clause_id, rank, ClauseVersion.number.desc())
    )
    query = select(ClauseVersion).join(Clause).where(ClauseVersion.id.in_(shown))
    if published:
        query = query.where(ClauseVersion.state == VersionState.PUBLISHED)
    if asked.step:
        query = query.where(ClauseVersion.step == asked.step)
    if asked.mineral:
        holds_for_all = func.cardinality(ClauseVersion.minerals) == 0
        query = query.where(holds_for_all | (literal(asked.mineral) == ClauseVersion.minerals.any_()))
    if asked.owner == COMMON:
        query = query.where(Clause.owner_id.is_(None))
    elif asked.owner:
        query = query.where(Clause.owner_id == asked.owner)
    return session.scalars(query.order_by(Clause.owner_id.nulls_first(), Clause.code, Clause.id)).all()


def common_digests() -> dict[str, str]:
    """The newest digest of each common clause by its code; empty before they were loaded."""
    query = (
        select(Clause.code, ClauseVersion.digest)
        .join(ClauseVersion)
        .where(Clause.owner_id.is_(None))
        .order_by(Clause.code, ClauseVersion.number)
    )
    return {row.code: row.digest for row in session.execute(query)}


def experience_of(clause_id: UUID) -> Sequence[ClauseExperience]:
    """Rulings and experience with a clause that the caller was let see, the newest first."""
    query = select(ClauseExperience).where(ClauseExperience.clause_id == clause_id)
    return session.scalars(query.order_by(ClauseExperience.happened.desc(), ClauseExperience.id.desc())).all()


# ---- how clauses compare ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """A member's standing judgement, read from one version's side: it asks as much as, more or less than `other`."""

    other: ClauseVersion
    verdict: Verdict
    judgement: ClauseJudgement


def judgements_on(actor: Actor, version_ids: Collection[UUID]) -> dict[UUID, list[Judged]]:
    """The standing judgements on these versions, by version: each member's newest on each pair, never averaged."""
    query = (
        select(ClauseJudgement)
        .ext(distinct_on(ClauseJudgement.owner_id, ClauseJudgement.first_id, ClauseJudgement.second_id))
        .where(among(ClauseJudgement.first_id, version_ids) | among(ClauseJudgement.second_id, version_ids))
        .order_by(
            ClauseJudgement.owner_id,
            ClauseJudgement.first_id,
            ClauseJudgement.second_id,
            ClauseJudgement.created_at.desc(),
            ClauseJudgement.id.desc(),
        )
    )
    rows = session.scalars(query).all() if version_ids else []
    seen = versions_by_id(actor, {row.first_id for row in rows} | {row.second_id for row in rows}) if rows else {}
    found: dict[UUID, list[Judged]] = {}
    for row in rows:
        verdict = Verdict(row.verdict)
        if row.first_id in version_ids and row.second_id in seen:
            found.setdefault(row.first_id, []).append(Judged(seen[row.second_id], verdict, row))
        if row.second_id in version_ids and row.first_id in seen:
            found.setdefault(row.second_id, []).append(Judged(seen[row.first_id], OTHER_WAY[verdict], row))
    return found


def verdicts_between(actor: Actor, first_id: UUID, second_id: UUID) -> list[Judged]:
    """What members say of the first version compared with the second; several may differ."""
    return [one for one in judgements_on(actor, {first_id}).get(first_id, []) if one.other.id == second_id]
