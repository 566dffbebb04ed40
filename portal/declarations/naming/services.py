"""Use cases of smelters' names: accept what a name means, reject a suggestion, say it is no smelter, take it back.

A verdict counts for every member's declarations. Who gave it, and from which declaration, stays with that authority.
"""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, insert, select, update

from portal import db
from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import constraint_errors, session
from portal.declarations.messages import finding
from portal.declarations.models import Declaration, DeclarationFinding, SmelterLine
from portal.declarations.naming import queries
from portal.declarations.naming.meanings import key_of, meanings_of
from portal.declarations.naming.models import SmelterNameAct, SmelterNameVerdict
from portal.declarations.naming.rules import OPEN_STATUSES, Act, Verdict
from portal.declarations.rules import RULES_VERSION, normal_cid
from portal.errors import BadInput, Conflict, Forbidden
from portal.journal.services import record
from portal.minerals.matching.lists import Smelter
from portal.outbox.events import Event
from portal.outbox.services import emit

_SHEET = "Smelter List"


def accept(actor: Actor, metal: str, name_key: str, facility_id: str) -> SmelterNameVerdict:
    """The name means this facility, in every declaration of every member.

    Raises BadInput where no list has the facility for the metal, Conflict where somebody decided meanwhile.
    """
    line = _waiting(actor, metal, name_key)
    return _decide(actor, line, Verdict.ACCEPTED, _listed(metal, facility_id))


def reject(actor: Actor, metal: str, name_key: str, facility_id: str) -> SmelterNameVerdict:
    """The name does not mean this facility: it is no longer suggested. The name goes on waiting."""
    line = _waiting(actor, metal, name_key)
    return _decide(actor, line, Verdict.REJECTED, _listed(metal, facility_id))


def not_a_smelter(actor: Actor, metal: str, name_key: str) -> SmelterNameVerdict:
    """The name means a trader, a mine or something else, and waits no longer."""
    return _decide(actor, _waiting(actor, metal, name_key), Verdict.NO_SMELTER, None)


def revoke(actor: Actor, verdict: SmelterNameVerdict) -> None:
    """Take a verdict back, whoever gave it; rows count again as they were declared. Raises Conflict if it was."""
    require(actor, Permission.DECIDE_SMELTER_NAME)
    taken = session.execute(
        update(SmelterNameVerdict)
        .where(SmelterNameVerdict.id == verdict.id, SmelterNameVerdict.revoked_at.is_(None))
        .values(revoked_at=db.now())
        .returning(SmelterNameVerdict.id)
    ).scalar()
    if taken is None:
        raise Conflict(_("This decision was taken back already."))
    _note_act(actor, verdict, Act.REVOKED, None)
    record(actor, "smelter_name.revoked", verdict, metal=verdict.metal, facility_id=verdict.facility_id)
    emit(Event.SMELTER_NAME_DECIDED, actor=actor, verdict_id=verdict.id)


def _waiting(actor: Actor, metal: str, name_key: str) -> SmelterLine:
    require(actor, Permission.DECIDE_SMELTER_NAME)
    if actor.authority_id is None:
        raise Forbidden(_("Only a member of the network can decide what a name means."))
    return queries.get_open_line(actor, metal, name_key)


def _listed(metal: str, facility_id: str) -> Smelter:
    wanted = normal_cid(facility_id)
    known = queries.smelter_lists().metal(metal)
    smelter = known.smelters.get(wanted) if known and wanted else None
    if smelter is None:
        raise BadInput(
            _("No list has a smelter “%(id)s” for this metal.", id=facility_id.strip()[:40]),
            field="facility_id",
            remedy=_("Write its ID as the list has it, for example CID000004."),
        )
    return smelter


def _decide(actor: Actor, line: SmelterLine, verdict: Verdict, smelter: Smelter | None) -> SmelterNameVerdict:
    taken = Conflict(_("Somebody decided on this name meanwhile."))
    with constraint_errors({"uq_smelter_name_verdict_meaning": taken, "uq_smelter_name_verdict_rejected": taken}):
        decided = SmelterNameVerdict(
            metal=line.metal,
            name=line.declared_name,
            name_key=line.name_key,
            verdict=verdict,
            facility_id=smelter.facility_id if smelter else None,
            standard_name=smelter.name if smelter else None,
        )
        session.add(decided)
    _note_act(actor, decided, Act.DECIDED, line.declaration_id)
    record(
        actor,
        f"smelter_name.{verdict}",
        decided,
        metal=decided.metal,
        facility_id=decided.facility_id,
        declaration=line.declaration_id,
    )
    if verdict is not Verdict.REJECTED:
        emit(Event.SMELTER_NAME_DECIDED, actor=actor, verdict_id=decided.id)
    return decided


def _note_act(actor: Actor, verdict: SmelterNameVerdict, act: Act, declaration_id: UUID | None) -> None:
    if actor.authority_id is None:
        return
    session.add(
        SmelterNameAct(
            verdict_id=verdict.id,
            authority_id=actor.authority_id,
            user_id=actor.user_id,
            act=act,
            declaration_id=declaration_id,
        )
    )
    session.flush()


def note_verdict(verdict_id: UUID) -> None:
    """Tell every declaration with the name, by a finding of its own; a second call adds nothing. Runs as the system."""
    verdict = session.get_one(SmelterNameVerdict, verdict_id)
    lines = session.scalars(
        select(SmelterLine)
        .where(
            SmelterLine.metal == verdict.metal,
            SmelterLine.name_key == verdict.name_key,
            SmelterLine.resolved_id.is_(None),
            SmelterLine.status.in_(OPEN_STATUSES),
        )
        .order_by(SmelterLine.declaration_id, SmelterLine.row)
    )
    for line in lines:
        check_id = _newest_check(line)
        if verdict.revoked_at is None:
            _add_finding(line, check_id, verdict, f"smelter_name_{verdict.verdict}")
        elif _has_finding(line, check_id, verdict, f"smelter_name_{verdict.verdict}"):
            _add_finding(line, check_id, verdict, "smelter_name_revoked")


def note_known_names(declaration_id: UUID) -> None:
    """Say of a declaration that was checked what was decided on its names before. Runs as the system."""
    lines = session.scalars(
        select(SmelterLine).where(SmelterLine.declaration_id == declaration_id).order_by(SmelterLine.row)
    ).all()
    meanings = meanings_of(lines)
    for line in lines:
        if verdict := meanings.get(key_of(line) or ("", "")):
            _add_finding(line, _newest_check(line), verdict, f"smelter_name_{verdict.verdict}")


def _newest_check(line: SmelterLine) -> UUID | None:
    return session.scalar(select(Declaration.check_id).where(Declaration.id == line.declaration_id))


def _has_finding(line: SmelterLine, check_id: UUID | None, verdict: SmelterNameVerdict, code: str) -> bool:
    known = select(DeclarationFinding.id).where(
        DeclarationFinding.check_id == check_id,
        DeclarationFinding.code == code,
        DeclarationFinding.cell == _cell(line),
        DeclarationFinding.params["verdict"].astext == str(verdict.id),
    )
    return session.scalar(known.limit(1)) is not None


def _add_finding(line: SmelterLine, check_id: UUID | None, verdict: SmelterNameVerdict, code: str) -> None:
    """After those of the newest check: what it found is added to, never rewritten."""
    if _has_finding(line, check_id, verdict, code):
        return
    smelter = f"{verdict.standard_name} ({verdict.facility_id})" if verdict.facility_id else ""
    found = finding(
        code, _SHEET, _cell(line), row=line.row, name=line.declared_name, smelter=smelter, verdict=str(verdict.id)
    )
    last = select(func.coalesce(func.max(DeclarationFinding.position), -1)).where(
        DeclarationFinding.check_id == check_id
    )
    session.execute(
        insert(DeclarationFinding).values(
            declaration_id=line.declaration_id,
            check_id=check_id,
            position=(session.scalar(last) or 0) + 1,
            rules_version=RULES_VERSION,
            code=found.code,
            severity=found.severity,
            sheet=found.sheet,
            cell=found.cell,
            params=dict(found.params),
        )
    )


def _cell(line: SmelterLine) -> str:
    return f"{line.row}:{line.row}"
