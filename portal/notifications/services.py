"""Telling authorities: each thing once, and never more than they may see.

The `tell_of_…` run in the worker with the system scope, so every audience is asked here, at the time of telling; the
inbox asks again each time it is shown.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from portal.access.actor import Actor
from portal.access.audience import Audience, seen_by
from portal.assessments.models import SupplierAssessment
from portal.audits.models import JointAudit
from portal.audits.polls.models import AuditPoll
from portal.audits.rules import Answer
from portal.awards import queries as awards
from portal.db import session
from portal.declarations.models import Declaration
from portal.declarations.reuse.models import DeclarationReliance
from portal.declarations.reuse.rules import Ending
from portal.declarations.reuse.services import ending_for, relying, touched_by_new
from portal.dialogues.letters.models import JointLetter
from portal.dialogues.letters.rules import LetterState
from portal.dialogues.models import DialogueEntry
from portal.findings.models import Finding
from portal.findings.reminders import still_due
from portal.notifications.models import Notice, NoticeRead
from portal.notifications.queries import visible_notices
from portal.notifications.rules import NoticeKind
from portal.obligations.models import Obligation
from portal.obligations.reminders import still_due as obligation_due
from portal.ratings.reliance import queries as rating_reliances
from portal.registry.models import Follow
from portal.requests.models import DeclarationRequest
from portal.requests.rules import WAITING

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Telling:
    """One thing for one authority. `key` makes telling it twice impossible; `params` hold ids, codes and dates."""

    authority_id: UUID
    key: str
    kind: NoticeKind
    object_id: UUID
    params: dict[str, Any] = field(default_factory=dict)


def notify(tellings: Iterable[Telling]) -> None:
    """Tell each authority once: the same key again is no new notice."""
    rows = [asdict(telling) for telling in tellings]
    if rows:
        session.execute(insert(Notice).on_conflict_do_nothing(constraint="uq_notice_authority_id_key"), rows)


def mark_read(actor: Actor, notice_id: UUID | None = None) -> None:
    """Mark one notice of the actor's authority, or all of them, as read by this person."""
    query = visible_notices(actor).with_only_columns(Notice.id)
    if notice_id:
        query = query.where(Notice.id == notice_id)
    rows = [{"notice_id": found, "user_id": actor.user_id} for found in session.scalars(query)]
    if rows:
        session.execute(insert(NoticeRead).on_conflict_do_nothing(), rows)


def mark_unread(actor: Actor, notice_id: UUID) -> None:
    """Undo `mark_read` of one notice."""
    session.execute(delete(NoticeRead).where(NoticeRead.notice_id == notice_id, NoticeRead.user_id == actor.user_id))


def tell_of_declaration(_event_id: UUID, payload: Payload) -> None:
    """A declaration was added: tell followers who may see it."""
    _share(Declaration, UUID(payload["declaration_id"]), NoticeKind.DECLARATION_ADDED)


def tell_of_dialogue(_event_id: UUID, payload: Payload) -> None:
    """A dialogue was shared: tell followers who may see it."""
    _share(DialogueEntry, UUID(payload["dialogue_id"]), NoticeKind.DIALOGUE_SHARED)


def tell_of_assessment(_event_id: UUID, payload: Payload) -> None:
    """An assessment was shared: tell followers who may see it."""
    _share(SupplierAssessment, UUID(payload["assessment_id"]), NoticeKind.ASSESSMENT_SHARED)


def _share(model: Any, record_id: UUID, kind: NoticeKind) -> None:
    """Tell those whom the owner named, and of all members those that follow the supplier; never the owner."""
    record = session.get(model, record_id)
    if record is None:
        return
    key = f"{kind}:{record.id}"
    notify(Telling(authority_id, key, kind, record.id) for authority_id in sorted(_concerned(model, record)))


def _concerned(model: Any, record: Any) -> Collection[UUID]:
    """The authorities to be told of a record that its owner shared, as the audience is now."""
    followers = (
        select(Follow.authority_id)
        .join(model, model.supplier_id == Follow.supplier_id)
        .where(model.id == record.id, seen_by(model, Follow.authority_id), Follow.authority_id != record.owner_id)
    )
    named = record.named_ids if record.audience == Audience.NAMED else []
    return {*session.scalars(followers), *named} - {record.owner_id}


def tell_of_due_obligation(_event_id: UUID, payload: Payload) -> None:
    """An obligation reached a rung of its ladder: tell whose it is, if that is still so."""
    obligation = session.get(Obligation, UUID(payload["obligation_id"]))
    due_on, rung = payload["due_on"], payload["rung"]
    if obligation and obligation_due(obligation, due_on, rung):
        kind, params = NoticeKind.OBLIGATION_DUE, {"rung": rung, "due_on": due_on}
        keyed = f"{kind}:{obligation.id}:{due_on}:{rung}"
        notify([Telling(obligation.owner_id, keyed, kind, obligation.id, params)])


def tell_of_mention(_event_id: UUID, payload: Payload) -> None:
    """Somebody is mentioned in a dialogue: tell their authority, if it sees the dialogue."""
    one = UUID(payload["authority_id"])
    query = select(DialogueEntry).where(DialogueEntry.id == UUID(payload["dialogue_id"]), seen_by(DialogueEntry, one))
    if (entry := session.scalar(query)) is not None:
        kind, who = NoticeKind.MENTIONED, payload["user_id"]
        notify([Telling(one, f"{kind}:{entry.id}:{who}", kind, entry.id, {"user_id": who})])


def tell_of_mail(_event_id: UUID, payload: Payload) -> None:
    """A mail came into a dialogue: tell whose dialogue it is."""
    entry = session.get(DialogueEntry, UUID(payload["dialogue_id"]))
    if entry:
        kind = NoticeKind.MAIL_RECEIVED
        notify([Telling(entry.owner_id, f"{kind}:{entry.id}", kind, entry.id)])


def tell_of_letter(_event_id: UUID, payload: Payload) -> None:
    """An authority is asked to sign a text: tell it, if it still is asked for this text."""
    letter, one = session.get(JointLetter, UUID(payload["letter_id"])), UUID(payload["authority_id"])
    if letter and letter.state == LetterState.OPEN and letter.text_hash == payload["text"] and one in letter.named_ids:
        kind = NoticeKind.LETTER_ASKED
        notify([Telling(one, f"{kind}:{letter.id}:{letter.text_hash}", kind, letter.id)])


def tell_of_signature(event_id: UUID, payload: Payload) -> None:
    """An authority has signed a letter, or does not: tell who drafted it."""
    letter = session.get(JointLetter, UUID(payload["letter_id"]))
    if letter:
        kind, params = NoticeKind.LETTER_ANSWERED, {"authority_id": payload["authority_id"]}
        notify([Telling(letter.owner_id, f"{kind}:{event_id}", kind, letter.id, params)])


def tell_of_invitation(_event_id: UUID, payload: Payload) -> None:
    """An authority was invited to an audit: tell it, if it still is and sees the audit."""
    invited = UUID(payload["authority_id"])
    audit = _audit(payload, invited)
    if audit and invited in {row.authority_id for row in audit.participants}:
        kind = NoticeKind.AUDIT_INVITED
        notify([Telling(invited, f"{kind}:{audit.id}", kind, audit.id)])


def tell_of_answer(event_id: UUID, payload: Payload) -> None:
    """An invited authority answered: tell the lead. A changed mind is told again, so the key is the event's."""
    audit = _audit(payload, UUID(payload["authority_id"]))
    if audit:
        kind = NoticeKind.AUDIT_ANSWERED
        params = {"authority_id": payload["authority_id"]}
        notify([Telling(audit.owner_id, f"{kind}:{event_id}", kind, audit.id, params)])


def tell_of_audit_step(event_id: UUID, payload: Payload) -> None:
    """An audit went on a step: tell who takes part or is asked to, other than its lead. Each step is told."""
    audit = session.get(JointAudit, UUID(payload["audit_id"]))
    if audit is None:
        return
    concerned = {row.authority_id for row in audit.participants if row.answer != Answer.DECLINED} - {audit.owner_id}
    kind, params = NoticeKind.AUDIT_MOVED, {"step": payload["step"]}
    notify(
        Telling(one, f"{kind}:{event_id}", kind, audit.id, params) for one in sorted(concerned) if _audit(payload, one)
    )


def tell_of_lead(event_id: UUID, payload: Payload) -> None:
    """The lead of an audit is offered, reminded or changed: tell the one concerned, of a change all the others."""
    audit = session.get(JointAudit, UUID(payload["audit_id"]))
    if audit is None:
        return
    one = UUID(payload["authority_id"])
    taking_part = {row.authority_id for row in audit.participants if row.answer != Answer.DECLINED}
    concerned = taking_part - {one} if payload["what"] == "taken" else {one}
    kind, params = NoticeKind.AUDIT_LEAD, {"what": payload["what"], "authority_id": payload["authority_id"]}
    notify(Telling(to, f"{kind}:{event_id}", kind, audit.id, params) for to in sorted(concerned) if _audit(payload, to))


def tell_of_poll(_event_id: UUID, payload: Payload) -> None:
    """The days of an audit are asked for or chosen: tell those who were asked and still take part, and nobody else."""
    audit = session.get(JointAudit, UUID(payload["audit_id"]))
    poll = session.get(AuditPoll, UUID(payload["poll_id"]))
    if audit is None or poll is None:
        return
    joined = {row.authority_id for row in audit.participants if row.answer == Answer.JOINED}
    concerned = sorted((joined & set(poll.asked_ids)) - {audit.owner_id})
    kind, params = NoticeKind.AUDIT_POLL, {"what": payload["what"]}
    keyed = f"{kind}:{poll.id}:{payload['what']}"
    notify(Telling(one, keyed, kind, audit.id, params) for one in concerned if _audit(payload, one))


def tell_of_ask(_event_id: UUID, payload: Payload) -> None:
    """A member that knows only that something is planned asks to be connected: tell who plans it."""
    audit = session.get(JointAudit, UUID(payload["audit_id"]))
    if audit is not None:
        kind, who = NoticeKind.AUDIT_ASKED, payload["authority_id"]
        notify([Telling(audit.owner_id, f"{kind}:{audit.id}:{who}", kind, audit.id, {"authority_id": who})])


def tell_of_supplier_answer(event_id: UUID, payload: Payload) -> None:
    """The supplier answered a notice or remarked on a report through its access: tell the lead."""
    audit = session.get(JointAudit, UUID(payload["audit_id"]))
    if audit is not None:
        kind, params = NoticeKind.AUDIT_SUPPLIER, {"what": payload["what"]}
        notify([Telling(audit.owner_id, f"{kind}:{event_id}", kind, audit.id, params)])


def tell_of_replacement(_event_id: UUID, payload: Payload) -> None:
    """A declaration was added: tell who relies on an older one that it replaces, if they see the new one."""
    added = session.get(Declaration, UUID(payload["declaration_id"]))
    if added is not None:
        notify(_touched(reliance, Ending.REPLACED, added.id) for reliance in touched_by_new(added))


def tell_of_ending(_event_id: UUID, payload: Payload) -> None:
    """A declaration was withdrawn or is shared with fewer: tell who relies on it and is touched by that."""
    declaration = session.get(Declaration, UUID(payload["declaration_id"]))
    if declaration is not None:
        endings = ((reliance, ending_for(reliance, declaration)) for reliance in relying(declaration.id))
        notify(_touched(reliance, ending, declaration.id) for reliance, ending in endings if ending)


def _touched(reliance: DeclarationReliance, what: Ending, by: UUID) -> Telling:
    kind = NoticeKind.RELIANCE_TOUCHED
    return Telling(reliance.owner_id, f"{kind}:{reliance.id}:{what}:{by}", kind, reliance.id, {"what": what})


def tell_of_rating_ending(_event_id: UUID, payload: Payload) -> None:
    """An assessment was revised or withdrawn: tell who relies on it."""
    kind, what = NoticeKind.RATING_TOUCHED, payload["what"]
    notify(
        Telling(one.owner_id, f"{kind}:{one.id}:{what}", kind, one.id, {"what": what})
        for one in rating_reliances.everybody_relying(UUID(payload["rating_id"]))
    )


def tell_of_reminder(_event_id: UUID, payload: Payload) -> None:
    """A request reached a rung of its ladder of reminders: tell who asked, unless it was answered or moved since."""
    request = session.get(DeclarationRequest, UUID(payload["request_id"]))
    if request is None or request.state not in WAITING or request.due_on.isoformat() != payload["due_on"]:
        return
    kind, params = NoticeKind.REQUEST_DUE, {"rung": payload["rung"], "due_on": payload["due_on"]}
    key = f"{kind}:{request.id}:{payload['due_on']}:{payload['rung']}"
    notify([Telling(request.owner_id, key, kind, request.id, params)])


def tell_of_due_finding(_event_id: UUID, payload: Payload) -> None:
    """Something about a finding is due soon or late: tell its authority, unless somebody has acted since."""
    finding = session.get(Finding, UUID(payload["finding_id"]))
    what, due_on, rung = payload["what"], payload["due_on"], payload["rung"]
    if finding is None or not still_due(finding, UUID(payload["subject_id"]), what, due_on, rung):
        return
    kind, params = NoticeKind.FINDING_DUE, {"what": what, "rung": rung, "due_on": due_on}
    key = f"{kind}:{payload['subject_id']}:{what}:{due_on}:{rung}"
    notify([Telling(finding.owner_id, key, kind, finding.id, params)])


def tell_of_answered_finding(_event_id: UUID, payload: Payload) -> None:
    """The supplier did something about a finding through its access: tell the finding's owner."""
    finding = session.get(Finding, UUID(payload["finding_id"]))
    if finding is not None:
        kind, params = NoticeKind.FINDING_ANSWERED, {"what": payload["what"]}
        notify([Telling(finding.owner_id, f"{kind}:{payload['object_id']}", kind, finding.id, params)])


def tell_of_guest(_event_id: UUID, payload: Payload) -> None:
    """A supplier's guest has sent something: tell the authority that asked."""
    request = session.get(DeclarationRequest, UUID(payload["request_id"]))
    if request is not None:
        kind, params = NoticeKind.GUEST_SENT, {"what": payload["what"]}
        notify([Telling(request.owner_id, f"{kind}:{payload['upload_id']}", kind, request.id, params)])


def _audit(payload: Payload, authority_id: UUID) -> JointAudit | None:
    """The audit, if the authority sees it now."""
    query = select(JointAudit).where(JointAudit.id == UUID(payload["audit_id"]))
    return session.scalar(query.where(seen_by(JointAudit, authority_id)))


def tell_of_proposed_merge(_event_id: UUID, payload: Payload) -> None:
    """It is proposed that two suppliers are one company: tell an authority that has a say in it."""
    _tell_of_merge([UUID(payload["authority_id"])], payload, NoticeKind.MERGE_PROPOSED)


def tell_of_merge(_event_id: UUID, payload: Payload) -> None:
    """Two suppliers were merged: tell those that follow them and who proposed it, but not who decided."""
    _tell_of_merge(_concerned_by_merge(payload), payload, NoticeKind.SUPPLIERS_MERGED)


def tell_of_undone_merge(_event_id: UUID, payload: Payload) -> None:
    """Two suppliers are apart again: tell those that follow them and who proposed the merge, but not who undid it."""
    _tell_of_merge(_concerned_by_merge(payload), payload, NoticeKind.MERGE_UNDONE)


def _concerned_by_merge(payload: Payload) -> set[UUID]:
    both = [UUID(payload["kept_id"]), UUID(payload["merged_id"])]
    following = set(session.scalars(select(Follow.authority_id).where(Follow.supplier_id.in_(both))))
    return (following | {UUID(payload["proposed_by_id"])}) - {UUID(payload["authority_id"])}


def _tell_of_merge(authority_ids: Collection[UUID], payload: Payload, kind: NoticeKind) -> None:
    merge_id = UUID(payload["merge_id"])
    params = {"kept_id": payload["kept_id"], "merged_id": payload["merged_id"]}
    notify(Telling(one, f"{kind}:{merge_id}", kind, merge_id, params) for one in sorted(authority_ids))


def tell_of_awards(_event_id: UUID, payload: Payload) -> None:
    """Awards were seen: tell who follows the winner, once for each notice. Old ones stand on the page only."""
    kind = NoticeKind.AWARD_SEEN
    tellings: dict[tuple[UUID, str], Telling] = {}
    for authority_id, supplier_id, award in awards.recent_of_run(UUID(payload["run_id"])):
        key = f"{kind}:{award.notice_id}:{supplier_id}"
        params = {"supplier_id": str(supplier_id), "awards": 0}
        telling = tellings.setdefault((authority_id, key), Telling(authority_id, key, kind, award.id, params))
        telling.params["awards"] += 1
    notify(tellings.values())
