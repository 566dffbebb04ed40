"""Use cases of smelters' names: accept what a name means, reject a suggestion, say it is no smelter, take it back.

A verdict counts for every member's declarations. Who gave it, and from which declaration, stays with that authority.
"""

from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import insert, update

from portal import db
from portal.access.actor import Actor
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.db import constraint_errors, session
from portal.declarations.messages import finding
from portal.declarations.models import DeclarationFinding, SmelterLine
from portal.declarations.naming import queries
from portal.declarations.naming.exact import accepted_together, listed_meanwhile
from portal.declarations.naming.meanings import key_of, meanings_of
from portal.declarations.naming.models import SmelterNameAct, SmelterNameVerdict
from portal.declarations.naming.queries import Checked, Key, Said
from portal.declarations.naming.rules import Act, Verdict
from portal.declarations.rules import RULES_VERSION, normal_cid
from portal.errors import BadInput, Conflict, Forbidden, NotFound
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


def accept_listed(actor: Actor, chosen: Collection[Key]) -> tuple[UUID, int]:
    """Accept those of the chosen names that lists have by now. The id by which they are taken back, and how many.

    A name that somebody decided on meanwhile, or that no list has any more, is left out.
    """
    _require_member(actor)
    batch_id = uuid4()
    accepted = 0
    for one in listed_meanwhile(actor):
        if (one.metal, one.name_key) not in chosen:
            continue
        try:
            line = queries.get_open_line(actor, one.metal, one.name_key)
            _decide(actor, line, Verdict.ACCEPTED, one.smelter, batch_id)
        except (NotFound, Conflict):
            continue
        accepted += 1
    return batch_id, accepted


def revoke_together(actor: Actor, batch_id: UUID) -> int:
    """Take back what the actor's authority accepted at once, but what was taken back already; how many those are."""
    require(actor, Permission.DECIDE_SMELTER_NAME)
    standing = accepted_together(actor, batch_id)
    for verdict in standing:
        revoke(actor, verdict)
    return len(standing)


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
    _require_member(actor)
    return queries.get_open_line(actor, metal, name_key)


def _require_member(actor: Actor) -> None:
    require(actor, Permission.DECIDE_SMELTER_NAME)
    if actor.authority_id is None:
        raise Forbidden(_("Only a member of the network can decide what a name means."))


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


def _decide(
    actor: Actor, line: SmelterLine, verdict: Verdict, smelter: Smelter | None, batch_id: UUID | None = None
) -> SmelterNameVerdict:
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
    _note_act(actor, decided, Act.DECIDED, line.declaration_id, batch_id)
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


def _note_act(
    actor: Actor, verdict: SmelterNameVerdict, act: Act, declaration_id: UUID | None, batch_id: UUID | None = None
) -> None:
    if actor.authority_id is None:
        return
    session.add(
        SmelterNameAct(
            verdict_id=verdict.id,
            authority_id=actor.authority_id,
            user_id=actor.user_id,
            act=act,
            declaration_id=declaration_id,
            batch_id=batch_id,
        )
    )
    session.flush()


def note_verdict(verdict_id: UUID) -> None:
    """Tell every declaration with the name, by a finding of its own; a second call adds nothing. Runs as the system."""
    verdict = session.get_one(SmelterNameVerdict, verdict_id)
    rows = queries.lines_named(verdict)
    code = f"smelter_name_{verdict.verdict}"
    if verdict.revoked_at is None:
        _add_findings([(row, verdict, code) for row in rows])
        return
    said = queries.said_in(row.check_id for row in rows)
    told = [row for row in rows if _says(row, verdict, code) in said]
    _add_findings([(row, verdict, "smelter_name_revoked") for row in told])


def note_known_names(declaration_id: UUID) -> None:
    """Say of a declaration that was checked what was decided on its names before. Runs as the system."""
    rows = queries.lines_of(declaration_id)
    meanings = meanings_of(row.line for row in rows)
    known = [(row, meanings.get(key_of(row.line) or ("", ""))) for row in rows]
    _add_findings([(row, verdict, f"smelter_name_{verdict.verdict}") for row, verdict in known if verdict])


def _add_findings(wanted: Sequence[tuple[Checked, SmelterNameVerdict, str]]) -> None:
    """After those that the checks have, each once: what a check found is added to, never rewritten."""
    checks = {row.check_id for row, _verdict, _code in wanted}
    said, last = queries.said_in(checks), queries.last_positions(checks)
    findings = []
    for row, verdict, code in wanted:
        if _says(row, verdict, code) in said:
            continue
        line = row.line
        smelter = f"{verdict.standard_name} ({verdict.facility_id})" if verdict.facility_id else ""
        values = {"row": line.row, "name": line.declared_name, "smelter": smelter, "verdict": str(verdict.id)}
        found = finding(code, _SHEET, _cell(line), **values)
        last[row.check_id] = last.get(row.check_id, -1) + 1
        findings.append(
            {
                "declaration_id": line.declaration_id,
                "check_id": row.check_id,
                "position": last[row.check_id],
                "rules_version": RULES_VERSION,
                "code": found.code,
                "severity": found.severity,
                "sheet": found.sheet,
                "cell": found.cell,
                "params": dict(found.params),
            }
        )
    if findings:
        session.execute(insert(DeclarationFinding), findings)


def _says(row: Checked, verdict: SmelterNameVerdict, code: str) -> Said:
    return row.check_id, code, _cell(row.line), str(verdict.id)


def _cell(line: SmelterLine) -> str:
    return f"{line.row}:{line.row}"
