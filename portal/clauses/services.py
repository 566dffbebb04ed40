"""Use cases of clauses: write versions, publish and withdraw them, note experience, judge how two compare."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.clauses import duties, queries, rules
from portal.clauses.labels import FLAWS
from portal.clauses.models import Clause, ClauseExperience, ClauseJudgement, ClauseVersion
from portal.clauses.rules import ClauseDefinition, CommonClause, ExperienceKind, Verdict, VersionState
from portal.clock import today
from portal.db import as_system, constraint_errors, now, session
from portal.errors import BadInput, Conflict, InvalidTransition
from portal.journal.services import record


@cache
def common_clauses() -> list[CommonClause]:
    """The common clauses as common.toml says them."""
    return rules.from_toml(tomllib.loads(Path(__file__).with_name("common.toml").read_text(encoding="utf-8")))


def common_waiting() -> bool:
    """Whether the file that came with the portal says something that the library does not."""
    known = queries.common_digests()
    return any(known.get(clause.code) != clause.definition.digest() for clause in common_clauses())


def load_common(actor: Actor) -> int:
    """Publish what common.toml says anew, as next versions; how many that were. Loading twice adds nothing.

    They belong to no authority, so they are written as the system. What they say comes with the portal.
    """
    require(actor, Permission.ADD_CLAUSE)
    with as_system():
        # Two people at once: the second waits here for the first, and then finds everything there.
        session.execute(
            insert(Clause)
            .values([{"owner_id": None, "code": one.code, "published_at": now()} for one in common_clauses()])
            .on_conflict_do_nothing()
        )
        clauses = select(Clause).where(Clause.owner_id.is_(None)).order_by(Clause.code).with_for_update()
        by_code = {clause.code: clause for clause in session.scalars(clauses)}
        known = queries.common_digests()
        fresh = [one for one in common_clauses() if known.get(one.code) != one.definition.digest()]
        for one in fresh:
            clause = by_code[one.code]
            version = _new_version(clause, one.definition)
            version.state, version.published_at = VersionState.PUBLISHED, now()
            if one.code not in known:
                session.add_all(
                    ClauseExperience(clause_id=clause.id, **{**vars(found), "kind": found.kind.value})
                    for found in one.experience
                )
            session.flush()
            record(actor, "clause.published", version, clause=clause.id, number=version.number)
    return len(fresh)


def start_clause(actor: Actor, code: str, definition: ClauseDefinition) -> ClauseVersion:
    """Begin a clause of the actor's authority as a draft, which only the authority sees."""
    require(actor, Permission.ADD_CLAUSE)
    code = code.strip().upper()
    if not rules.CODE.fullmatch(code):
        raise BadInput(
            _("A code is at most 16 letters, digits and hyphens, beginning with a letter."),
            field="code",
            remedy=_("Write for example M-04."),
        )
    _check(definition)
    clause = Clause(owner_id=actor.authority_id, code=code)
    taken = BadInput(
        _("Your authority has a clause with this code already."), field="code", remedy=_("Choose another code.")
    )
    with constraint_errors({"uq_clause_code": taken}):
        session.add(clause)
    version = _new_version(clause, definition)
    session.flush()
    record(actor, "clause.added", clause)
    return version


def start_version(actor: Actor, clause: Clause, definition: ClauseDefinition) -> ClauseVersion:
    """Begin the clause's next version as a draft; there is at most one."""
    require(actor, Permission.EDIT_CLAUSE, clause)
    _check(definition)
    there_is = Conflict(_("There is a draft of the next version already. Go on with that one."))
    with constraint_errors({"uq_clause_version_draft": there_is, "uq_clause_version_number": there_is}):
        version = _new_version(clause, definition)
    record(actor, "clause.version_started", version, clause=clause.id, number=version.number)
    return version


def change_draft(actor: Actor, version: ClauseVersion, definition: ClauseDefinition) -> None:
    """Overwrite a draft. Raises StaleDataError when somebody else was faster."""
    require(actor, Permission.EDIT_CLAUSE, version.clause)
    _in_state(version, VersionState.DRAFT)
    _check(definition)
    _write(version, definition)
    session.flush()
    record(actor, "clause.draft_changed", version, clause=version.clause_id, number=version.number)


def discard_draft(actor: Actor, version: ClauseVersion) -> bool:
    """Throw a draft away, and with the first one its clause; whether the clause is still there."""
    require(actor, Permission.EDIT_CLAUSE, version.clause)
    _in_state(version, VersionState.DRAFT)
    clause = version.clause
    session.delete(version)
    session.flush()
    if clause.published_at is None:
        session.delete(clause)
        session.flush()
    record(actor, "clause.draft_discarded", clause, number=version.number)
    return clause.published_at is not None


def publish(actor: Actor, version: ClauseVersion) -> None:
    """Publish a draft: all members see it, contracts can be signed with it, and it never changes again."""
    require(actor, Permission.EDIT_CLAUSE, version.clause)
    _in_state(version, VersionState.DRAFT)
    if not version.minerals and version.step is None and not version.duties:
        raise BadInput(
            _("The clause says neither its OECD step nor a deadline."),
            remedy=_("Change the draft and say one of them."),
        )
    version.state, version.published_at = VersionState.PUBLISHED, now()
    version.clause.published_at = version.clause.published_at or version.published_at
    session.flush()
    record(actor, "clause.published", version, clause=version.clause_id, number=version.number)


def withdraw(actor: Actor, version: ClauseVersion, reason: str) -> None:
    """Say of a published version that it is not for new contracts, and why. Those signed with it keep it."""
    require(actor, Permission.EDIT_CLAUSE, version.clause)
    _in_state(version, VersionState.PUBLISHED)
    if not reason.strip():
        raise BadInput(_("Say why it is withdrawn."), field="reason")
    version.state, version.withdrawn_reason = VersionState.WITHDRAWN, reason.strip()
    session.flush()
    record(actor, "clause.withdrawn", version, clause=version.clause_id, number=version.number)


@dataclass(frozen=True)
class ExperienceData:
    """What a person writes of a ruling or an experience; `happened` is a year, a month or a day (ISO)."""

    kind: ExperienceKind
    happened: str
    text: str
    source: str
    source_url: str | None = None


def add_experience(actor: Actor, clause: Clause, data: ExperienceData) -> None:
    """Note a ruling on a published clause or an experience with it, for all members to see."""
    require(actor, Permission.ADD_CLAUSE)
    if clause.published_at is None:
        raise BadInput(_("The clause is not published yet."))
    if not rules.HAPPENED.fullmatch(data.happened) or data.happened[:4] > str(today().year):
        raise BadInput(
            _("“%(text)s” is not a date of the past.", text=data.happened[:40]),
            field="happened",
            remedy=_("Write a year, a month or a day: 2021, 2021-05 or 2021-05-17."),
        )
    found = ClauseExperience(
        clause_id=clause.id, owner_id=actor.authority_id, **{**vars(data), "kind": data.kind.value}
    )
    session.add(found)
    session.flush()
    record(actor, "clause.experience_added", found, clause=clause.id, kind=data.kind)


def judge(actor: Actor, first: ClauseVersion, second: ClauseVersion, verdict: Verdict, why: str) -> ClauseJudgement:
    """Judge that the first version asks as much as the second, more or less. All members see it, with the reason.

    Two clauses of one owner are its versions or its own: there the differences speak for themselves.
    """
    require(actor, Permission.JUDGE_CLAUSE)
    if first.clause.owner_id == second.clause.owner_id:
        raise BadInput(_("Both clauses are of the same owner."), remedy=_("Choose clauses of two owners."))
    if VersionState.DRAFT in {first.state, second.state}:
        raise BadInput(_("A draft is not judged: it may still change."))
    if not why.strip():
        raise BadInput(_("Say why."), field="why")
    if second.id < first.id:
        first, second, verdict = second, first, rules.OTHER_WAY[verdict]
    judgement = ClauseJudgement(
        owner_id=actor.authority_id,
        user_id=actor.user_id,
        first_id=first.id,
        second_id=second.id,
        verdict=verdict,
        why=why.strip(),
        judged_on=today(),
    )
    session.add(judgement)
    session.flush()
    record(actor, "clause.judged", judgement, first=first.id, second=second.id, verdict=verdict)
    return judgement


def _new_version(clause: Clause, definition: ClauseDefinition) -> ClauseVersion:
    last = select(ClauseVersion.number).where(ClauseVersion.clause_id == clause.id)
    number = (session.scalar(last.order_by(ClauseVersion.number.desc()).limit(1)) or 0) + 1
    version = ClauseVersion(clause=clause, clause_id=clause.id, number=number, state=VersionState.DRAFT)
    _write(version, definition)
    session.add(version)
    return version


def _write(version: ClauseVersion, definition: ClauseDefinition) -> None:
    content = definition.content()
    version.texts, version.step = content["texts"], content["step"]
    version.minerals, version.duties = content["minerals"], content["duties"]
    version.digest = definition.digest()


def _check(definition: ClauseDefinition) -> None:
    if not rules.languages_of(definition.texts):
        raise BadInput(
            _("The clause has no language in which both title and wording are written."),
            remedy=_("Write both in at least one language."),
        )
    if wrong := duties.flaws(definition.duties):
        place, flaw = wrong[0]
        raise BadInput(_("Deadline %(number)s: %(flaw)s", number=place, flaw=FLAWS[flaw]))


def _in_state(version: ClauseVersion, state: VersionState) -> None:
    if version.state != state:
        raise InvalidTransition(_("The version is not in a state in which this can be done. Look at the page again."))
