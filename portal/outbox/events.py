"""Every event of the product, on one page. Payloads carry ids only; worker/handlers.py says who reacts."""

from enum import StrEnum


class Event(StrEnum):
    """What happened, in the past tense, or what was asked for."""

    IMPORT_REQUESTED = "import.requested"  # import_id
    MANY_NAMES_ADDED = "import.many_names_added"  # import_id
    NOTICES_REQUESTED = "notices.requested"  # notice_import_id
    SYNC_REQUESTED = "sync.requested"  # run_id
    SYNC_HELD = "sync.held"  # run_id
    SANCTIONS_LIST_REQUESTED = "sanctions.list_requested"  # run_id
    SANCTIONS_LIST_APPLIED = "sanctions.list_applied"  # run_id, after (the supplier that was compared last)
    SCREENING_REQUESTED = "sanctions.screening_requested"
    OPENSANCTIONS_REQUESTED = "sanctions.opensanctions_requested"  # after (the supplier that was asked for last)
    SMELTER_SCREENED = "sanctions.smelter_decided"  # candidate_id, of a facility or a declared name
    AWARDS_REQUESTED = "awards.requested"  # run_id
    AWARDS_ADDED = "awards.added"  # run_id
    AREAS_CHANGED = "areas.changed"  # run_id
    DECLARATIONS_OUTDATED = "declarations.outdated"  # because, run_id or candidate_id or rules, after (checked last)
    ASSURANCE_CHANGED = "assurance.changed"  # run_id
    CONTRACT_CHANGED = "contract.changed"  # contract_id
    DECLARATION_ADDED = "declaration.added"  # declaration_id
    SMELTER_NAME_DECIDED = "smelter_name.decided"  # verdict_id; taken back ones too
    DECLARATION_WITHDRAWN = "declaration.withdrawn"  # declaration_id
    DECLARATION_CHECKED_AGAIN = "declaration.checked_again"  # declaration_id
    DECLARATION_NARROWED = "declaration.narrowed"  # declaration_id
    GUEST_SENT = "guest.sent"  # request_id, upload_id, what ("declaration" or "file")
    REQUEST_DUE = "request.due"  # request_id, due_on, rung
    FINDING_ANSWERED = "finding.answered"  # finding_id, what (reply, plan, file), object_id
    FINDING_DUE = "finding.due"  # finding_id, subject_id (itself or an action), what, due_on, rung
    OBLIGATION_DUE = "obligation.due"  # obligation_id, due_on, rung
    DIALOGUE_SHARED = "dialogue.shared"  # dialogue_id
    MENTIONED = "dialogue.mentioned"  # dialogue_id, user_id, authority_id
    MAIL_RECEIVED = "dialogue.mail_received"  # dialogue_id
    LETTER_ASKED = "letter.asked"  # letter_id, authority_id, text (the hash of what it is asked to sign)
    LETTER_ANSWERED = "letter.answered"  # letter_id, authority_id that signed or declined
    AUDIT_INVITED = "audit.invited"  # audit_id, authority_id
    AUDIT_ANSWERED = "audit.answered"  # audit_id, authority_id
    AUDIT_ASKED = "audit.asked"  # audit_id, authority_id that asks to be connected
    AUDIT_LEAD = "audit.lead"  # audit_id, what (offered, reminded, taken), authority_id to which that happened
    AUDIT_POLL = "audit.poll"  # audit_id, poll_id, what (opened, closed)
    SUPPLIER_ANSWERED = "audit.supplier_answered"  # audit_id, what (confirmed, declined, remarks)
    AUDIT_MOVED = "audit.moved"  # audit_id, step
    AUDIT_INVITATION_DUE = "audit.invitation_due"  # audit_id, user_id, sequence
    ASSESSMENT_SHARED = "assessment.shared"  # assessment_id
    RATING_ENDED = "rating.ended"  # rating_id that counts no longer, what (revised, withdrawn)
    DIGEST_REQUESTED = "digest.requested"  # mail_id
    LEI_RECORD_REQUESTED = "lei.record_requested"  # lei
    LEI_SEARCH_REQUESTED = "lei.search_requested"  # supplier_id
    PLACES_REQUESTED = "places.requested"  # supplier_id
    MERGE_PROPOSED = "merge.proposed"  # merge_id, kept_id, merged_id, authority_id that has a say
    SUPPLIERS_MERGED = "merge.merged"  # merge_id, kept_id, merged_id, proposed_by_id, authority_id that decided
    MERGE_UNDONE = "merge.undone"  # merge_id, kept_id, merged_id, proposed_by_id, authority_id that undid it
