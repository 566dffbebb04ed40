"""Event -> handlers: the one table of who reacts to what. A handler takes the event's id and its payload.

Handlers run in the worker's transaction with the system scope; they are idempotent, keyed by the event's id.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.notifications import services as notifications
from portal.notifications.areas import tell_of_areas
from portal.notifications.ripple import count_suppliers_touched, tell_of_changes
from portal.outbox.events import Event
from worker.tasks import (
    awards,
    contracts,
    declarations,
    digests,
    gleif,
    imports,
    invitations,
    notices,
    oshub,
    sanctions,
    smelter_names,
    sources,
)

Handler = Callable[[UUID, dict[str, Any]], None]


@dataclass(frozen=True)
class Fetching:
    """A handler that needs the network: `fetch` runs before the transaction, `handle` gets its result as `fetched`."""

    fetch: Callable[[dict[str, Any]], Any]
    handle: Callable[..., None]


HANDLERS: dict[Event, tuple[Handler | Fetching, ...]] = {
    Event.IMPORT_REQUESTED: (imports.run_import,),
    Event.MANY_NAMES_ADDED: (imports.count_words,),
    Event.NOTICES_REQUESTED: (notices.run_import,),
    Event.SYNC_REQUESTED: (Fetching(sources.fetch_list, sources.carry_out),),
    Event.SYNC_HELD: (count_suppliers_touched,),
    Event.SANCTIONS_LIST_REQUESTED: (Fetching(sanctions.fetch_list, sanctions.carry_out),),
    Event.SANCTIONS_LIST_APPLIED: (sanctions.screen_run, declarations.after_sanctions_list),
    Event.OPENSANCTIONS_REQUESTED: (Fetching(sanctions.ask, sanctions.take_answers),),
    Event.SCREENING_REQUESTED: (sanctions.screen_due,),
    Event.SMELTER_SCREENED: (declarations.after_decision,),
    Event.ASSURANCE_CHANGED: (tell_of_changes, declarations.after_statuses),
    Event.AWARDS_REQUESTED: (Fetching(awards.fetch, awards.carry_out),),
    Event.AWARDS_ADDED: (notifications.tell_of_awards,),
    Event.AREAS_CHANGED: (tell_of_areas, declarations.after_areas),
    Event.CONTRACT_CHANGED: (contracts.plan_obligations,),
    Event.DECLARATIONS_OUTDATED: (Fetching(declarations.read_batch, declarations.keep_batch),),
    Event.DECLARATION_ADDED: (
        notifications.tell_of_declaration,
        notifications.tell_of_replacement,
        smelter_names.note_known_names,
    ),
    Event.DECLARATION_WITHDRAWN: (notifications.tell_of_ending,),
    Event.DECLARATION_CHECKED_AGAIN: (smelter_names.note_known_names,),
    Event.DECLARATION_NARROWED: (notifications.tell_of_ending,),
    Event.SMELTER_NAME_DECIDED: (smelter_names.note_verdict,),
    Event.GUEST_SENT: (notifications.tell_of_guest,),
    Event.REQUEST_DUE: (notifications.tell_of_reminder,),
    Event.FINDING_ANSWERED: (notifications.tell_of_answered_finding,),
    Event.FINDING_DUE: (notifications.tell_of_due_finding,),
    Event.OBLIGATION_DUE: (notifications.tell_of_due_obligation,),
    Event.DIALOGUE_SHARED: (notifications.tell_of_dialogue,),
    Event.ASSESSMENT_SHARED: (notifications.tell_of_assessment,),
    Event.RATING_ENDED: (notifications.tell_of_rating_ending,),
    Event.MENTIONED: (notifications.tell_of_mention,),
    Event.MAIL_RECEIVED: (notifications.tell_of_mail,),
    Event.LETTER_ASKED: (notifications.tell_of_letter,),
    Event.LETTER_ANSWERED: (notifications.tell_of_signature,),
    Event.AUDIT_INVITED: (notifications.tell_of_invitation,),
    Event.AUDIT_ANSWERED: (notifications.tell_of_answer,),
    Event.AUDIT_ASKED: (notifications.tell_of_ask,),
    Event.AUDIT_LEAD: (notifications.tell_of_lead,),
    Event.AUDIT_POLL: (notifications.tell_of_poll,),
    Event.AUDIT_INVITATION_DUE: (Fetching(invitations.send, invitations.note),),
    Event.SUPPLIER_ANSWERED: (notifications.tell_of_supplier_answer,),
    Event.AUDIT_MOVED: (notifications.tell_of_audit_step,),
    Event.MERGE_PROPOSED: (notifications.tell_of_proposed_merge,),
    Event.SUPPLIERS_MERGED: (notifications.tell_of_merge,),
    Event.MERGE_UNDONE: (notifications.tell_of_undone_merge,),
    Event.DIGEST_REQUESTED: (Fetching(digests.send, digests.note),),
    Event.LEI_RECORD_REQUESTED: (Fetching(gleif.fetch_record, gleif.take_record),),
    Event.LEI_SEARCH_REQUESTED: (Fetching(gleif.search, gleif.take_proposals),),
    Event.PLACES_REQUESTED: (Fetching(oshub.look_up, oshub.take_places),),
}
