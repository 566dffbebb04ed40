"""What a notice can be about."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """One word for what happened; the inbox has a card for each."""

    ASSURANCE_CHANGED = "assurance_changed"
    DECLARATION_ADDED = "declaration_added"
    DIALOGUE_SHARED = "dialogue_shared"
    ASSESSMENT_SHARED = "assessment_shared"
    AUDIT_INVITED = "audit_invited"
    AUDIT_ANSWERED = "audit_answered"
