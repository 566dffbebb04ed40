"""What a notice can be about."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """One word for what happened; the inbox has a card for each."""

    ASSURANCE_CHANGED = "assurance_changed"
    AREAS_CHANGED = "areas_changed"
    DECLARATION_ADDED = "declaration_added"
    REQUEST_DUE = "request_due"
    FINDING_ANSWERED = "finding_answered"
    GUEST_SENT = "guest_sent"
    FINDING_DUE = "finding_due"
    RELIANCE_TOUCHED = "reliance_touched"
    DIALOGUE_SHARED = "dialogue_shared"
    ASSESSMENT_SHARED = "assessment_shared"
    RATING_TOUCHED = "rating_touched"
    OBLIGATION_DUE = "obligation_due"
    MENTIONED = "mentioned"
    MAIL_RECEIVED = "mail_received"
    LETTER_ASKED = "letter_asked"
    LETTER_ANSWERED = "letter_answered"
    AUDIT_INVITED = "audit_invited"
    AUDIT_ANSWERED = "audit_answered"
    AUDIT_MOVED = "audit_moved"
    AUDIT_LEAD = "audit_lead"
    AUDIT_ASKED = "audit_asked"
    AUDIT_POLL = "audit_poll"
    AUDIT_SUPPLIER = "audit_supplier"
    MERGE_PROPOSED = "merge_proposed"
    SUPPLIERS_MERGED = "suppliers_merged"
    MERGE_UNDONE = "merge_undone"
    AWARD_SEEN = "award_seen"


# About two suppliers of the registry, which every member sees.
OF_MERGES = frozenset({NoticeKind.MERGE_PROPOSED, NoticeKind.SUPPLIERS_MERGED, NoticeKind.MERGE_UNDONE})
OF_AUDITS = frozenset(kind for kind in NoticeKind if kind.startswith("audit_"))
