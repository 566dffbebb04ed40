"""The access policy on one page: permission -> which roles hold it -> what must be true of the object.

Routes ask for the permission (portal.web.guard), services ask again with the object (`require`), templates use the
same `can`. Whether an object may be seen at all is the audience's question (audience.py): invisible is NotFound,
visible but not permitted is Forbidden.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.access.actor import Actor, Role
from portal.access.permissions import Permission as P
from portal.errors import Forbidden

MEMBERS = frozenset({Role.READER, Role.OFFICER, Role.COORDINATOR})
WRITERS = frozenset({Role.OFFICER, Role.COORDINATOR})
COORDINATORS = frozenset({Role.COORDINATOR})
OPERATORS = frozenset({Role.OPERATOR})
EVERYONE = MEMBERS | OPERATORS
GUESTS = frozenset({Role.GUEST})


def owned(actor: Actor, obj: Any) -> bool:
    """The record belongs to the actor's authority."""
    return actor.authority_id is not None and obj.owner_id == actor.authority_id


def asked_of(actor: Actor, obj: Any) -> bool:
    """The request is the actor's own, or, for a supplier's guest, one of those that it was let in for."""
    return owned(actor, obj) and (actor.guest is None or obj.id in actor.guest.request_ids)


def of_company(actor: Actor, obj: Any) -> bool:
    """The record is about the guest's company, and of the authority that let the guest in."""
    return owned(actor, obj) and actor.guest is not None and obj.supplier_id == actor.guest.supplier_id


def shown_to(actor: Actor, obj: Any) -> bool:
    """The finding is of the authority that let the supplier's guest in, is about its company and was shown to it."""
    return of_company(actor, obj) and obj.shown_on is not None


def of_another(actor: Actor, obj: Any) -> bool:
    """The record is another authority's."""
    return actor.authority_id is not None and obj.owner_id != actor.authority_id


def own(actor: Actor, obj: Any) -> bool:
    """The record is this person's, and no colleague's."""
    return actor.user_id is not None and obj.user_id == actor.user_id


def invited(actor: Actor, obj: Any) -> bool:
    """The actor's authority takes part in the audit, other than as its owner."""
    return actor.authority_id in {row.authority_id for row in obj.participants} and not owned(actor, obj)


def takes_part(actor: Actor, obj: Any) -> bool:
    """The actor's authority leads the audit, joined it or is asked to."""
    return actor.authority_id in {row.authority_id for row in obj.participants if row.answer != "declined"}


def asked_to_sign(actor: Actor, obj: Any) -> bool:
    """The actor's authority is asked to sign the letter, its own draft included."""
    return actor.authority_id in {row.authority_id for row in obj.signatures}


def promised(actor: Actor, obj: Any) -> bool:
    """The dialogue is the actor's own, or its authority promised something in it (that alone it may mark as done)."""
    return owned(actor, obj) or actor.authority_id in {row.authority_id for row in obj.commitments if row.authority_id}


def guards(actor: Actor, obj: Any) -> bool:
    """The tender is the actor's own; once it is prepared, whoever evaluates it does not change what is locked."""
    evaluates = actor.user_id in {row.user_id for row in obj.evaluators}
    return owned(actor, obj) and (obj.state == "draft" or not evaluates)


def proposed(actor: Actor, obj: Any) -> bool:
    """The actor's authority proposed it."""
    return actor.authority_id is not None and obj.proposed_by_id == actor.authority_id


def proposed_by_another(actor: Actor, obj: Any) -> bool:
    """Another authority than the actor's proposed it: two people decide."""
    return actor.authority_id is not None and obj.proposed_by_id != actor.authority_id


@dataclass(frozen=True, slots=True)
class Rule:
    """Roles that hold a permission, and the condition on the object where there is one."""

    roles: frozenset[Role]
    condition: Callable[[Actor, Any], bool] | None = None


POLICY: dict[P, Rule] = {
    P.USE_PORTAL: Rule(EVERYONE),
    P.BE_GUEST: Rule(GUESTS),
    P.READ_REGISTRY: Rule(EVERYONE),
    P.SAVE_SEARCHES: Rule(MEMBERS, own),
    P.EDIT_REGISTRY: Rule(WRITERS),
    P.CONFIRM_MERGE: Rule(WRITERS, proposed_by_another),
    P.WITHDRAW_MERGE: Rule(WRITERS, proposed),
    P.IMPORT_SUPPLIERS: Rule(WRITERS),
    P.FOLLOW_SUPPLIER: Rule(WRITERS),
    P.EXPORT_DATA: Rule(WRITERS),
    P.READ_EVIDENCE: Rule(MEMBERS),
    P.READ_DECLARATION: Rule(MEMBERS),
    P.UPLOAD_DECLARATION: Rule(WRITERS | GUESTS),
    P.EDIT_DECLARATION: Rule(WRITERS, owned),
    P.DECIDE_SMELTER_NAME: Rule(WRITERS),
    P.RELY_ON_DECLARATION: Rule(WRITERS, of_another),
    P.STOP_RELYING: Rule(WRITERS, owned),
    P.READ_REQUEST: Rule(MEMBERS),
    P.ASK_DECLARATION: Rule(WRITERS),
    P.EDIT_REQUEST: Rule(WRITERS, owned),
    P.RECEIVE_DECLARATION: Rule(WRITERS | GUESTS, asked_of),
    P.LET_IN_SUPPLIER: Rule(WRITERS, owned),
    P.READ_TENDER: Rule(MEMBERS),
    P.ADD_TENDER: Rule(WRITERS),
    P.EDIT_TENDER: Rule(WRITERS, guards),
    P.READ_CONTRACT: Rule(MEMBERS),
    P.ADD_CONTRACT: Rule(WRITERS),
    P.EDIT_CONTRACT: Rule(WRITERS, owned),
    P.READ_CLAUSE: Rule(MEMBERS),
    P.ADD_CLAUSE: Rule(WRITERS),
    P.EDIT_CLAUSE: Rule(WRITERS, owned),
    P.JUDGE_CLAUSE: Rule(WRITERS),
    P.READ_OBLIGATION: Rule(MEMBERS),
    P.EDIT_OBLIGATION: Rule(WRITERS, owned),
    P.READ_ASSESSMENT: Rule(MEMBERS),
    P.ADD_ASSESSMENT: Rule(WRITERS),
    P.EDIT_ASSESSMENT: Rule(WRITERS, owned),
    P.PUBLISH_RUBRIC: Rule(WRITERS),
    P.RELY_ON_ASSESSMENT: Rule(WRITERS, of_another),
    P.READ_DIALOGUE: Rule(MEMBERS),
    P.ADD_DIALOGUE: Rule(WRITERS),
    P.EDIT_DIALOGUE: Rule(WRITERS, owned),
    P.CLOSE_COMMITMENT: Rule(WRITERS, promised),
    P.ADD_PRIVATE_NOTE: Rule(WRITERS),
    P.SIGN_LETTER: Rule(WRITERS, asked_to_sign),
    P.READ_AUDIT: Rule(MEMBERS),
    P.PROPOSE_AUDIT: Rule(WRITERS),
    P.LEAD_AUDIT: Rule(WRITERS, owned),
    P.ANSWER_AUDIT: Rule(WRITERS, invited),
    P.READ_AUDIT_INSIDE: Rule(MEMBERS, takes_part),
    P.TAKE_PART_IN_AUDIT: Rule(WRITERS, takes_part),
    P.READ_FINDING: Rule(MEMBERS),
    P.ADD_FINDING: Rule(WRITERS),
    P.EDIT_FINDING: Rule(WRITERS, owned),
    P.ANSWER_NOTICE: Rule(GUESTS, of_company),
    P.ANSWER_FINDING: Rule(GUESTS, shown_to),
    P.READ_SOURCES: Rule(EVERYONE),
    P.RUN_SOURCES: Rule(OPERATORS),
    P.EDIT_IMPACTS: Rule(OPERATORS),
    P.READ_SANCTIONS: Rule(EVERYONE),
    P.DECIDE_SANCTIONS: Rule(WRITERS | OPERATORS),
    P.OPERATE: Rule(OPERATORS),
    P.READ_INBOX: Rule(MEMBERS),
    P.SUBSCRIBE_CALENDAR: Rule(MEMBERS),
    P.SHARE_CALENDAR: Rule(COORDINATORS),
    P.READ_JOURNAL: Rule(COORDINATORS | OPERATORS),
    P.READ_MEMBERS: Rule(MEMBERS),
}


def can(actor: Actor | None, permission: P, obj: Any = None) -> bool:
    """True if the actor holds the permission, and, where an object is given, may use it on that object."""
    if permission is P.PUBLIC:
        return True
    if actor is None:
        return False
    rule = POLICY[permission]
    if not actor.roles & rule.roles:
        return False
    return obj is None or rule.condition is None or rule.condition(actor, obj)


def require(actor: Actor, permission: P, obj: Any = None) -> None:
    """Raise Forbidden unless `can`. System actors pass: their code is ours and their name is journaled."""
    if not actor.is_system and not can(actor, permission, obj):
        raise Forbidden(_("Your role does not allow this. Ask a coordinator of your authority."))
