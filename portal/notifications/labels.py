"""What a notice says, in the reader's language, from what is known and visible now."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.audits.labels import DONE as AUDIT_STEPS
from portal.audits.rules import Step
from portal.cahra.wording import areas_title
from portal.declarations.reuse.rules import Ending
from portal.findings.reminders import Due
from portal.findings.reminders import Rung as DueRung
from portal.minerals.labels import SCHEMES
from portal.minerals.wording import change_title
from portal.notifications.queries import Card
from portal.notifications.rules import OF_MERGES, NoticeKind
from portal.obligations.reminders import Rung as ObligationRung
from portal.requests.rules import Rung


def title(card: Card, authorities: dict[Any, Any]) -> str:
    """The card's heading. What is shared no longer is not named."""
    notice = card.notice
    if notice.kind == NoticeKind.ASSURANCE_CHANGED:
        return change_title(notice.params)
    if card.gone:
        return _("Something was shared with us that is shared no longer")
    if notice.kind in OF_MERGES:
        return _merge_title(card)
    supplier = card.suppliers[0].legal_name
    if notice.kind == NoticeKind.AREAS_CHANGED:
        return f"{areas_title(notice.params)} – {supplier}"
    if card.award is not None:
        return award_title(notice.params["awards"], supplier, card.award.buyer)
    if notice.kind == NoticeKind.DECLARATION_ADDED:
        return _("A declaration of %(supplier)s was shared with us", supplier=supplier)
    if notice.kind == NoticeKind.REQUEST_DUE:
        return reminder_title(notice.params, supplier)
    if notice.kind == NoticeKind.FINDING_DUE:
        return due_title(notice.params, supplier)
    if notice.kind == NoticeKind.FINDING_ANSWERED:
        return answered_finding_title(notice.params, supplier)
    if notice.kind == NoticeKind.GUEST_SENT:
        if notice.params["what"] == "file":
            return _("%(supplier)s has sent a file for our request", supplier=supplier)
        return _("%(supplier)s has sent the declaration that we asked for", supplier=supplier)
    if notice.kind == NoticeKind.RELIANCE_TOUCHED:
        return reliance_title(notice.params, supplier)
    if notice.kind == NoticeKind.RATING_TOUCHED:
        if notice.params["what"] == "revised":
            return _("The assessment of %(supplier)s that we rely on was revised", supplier=supplier)
        return _("The assessment of %(supplier)s that we rely on was withdrawn", supplier=supplier)
    if notice.kind == NoticeKind.DIALOGUE_SHARED:
        return _("A dialogue with %(supplier)s was shared with us", supplier=supplier)
    if notice.kind == NoticeKind.ASSESSMENT_SHARED:
        return _("An assessment of %(supplier)s was shared with us", supplier=supplier)
    if notice.kind == NoticeKind.OBLIGATION_DUE:
        return obligation_title(notice.params, supplier)
    if notice.kind == NoticeKind.MENTIONED:
        if card.mine:
            return _("You are mentioned in a dialogue with %(supplier)s", supplier=supplier)
        return _("A colleague is mentioned in a dialogue with %(supplier)s", supplier=supplier)
    if notice.kind == NoticeKind.MAIL_RECEIVED:
        return _("An e-mail came into our dialogue with %(supplier)s", supplier=supplier)
    if notice.kind == NoticeKind.LETTER_ASKED:
        return _("We are asked to sign a joint letter to %(supplier)s", supplier=supplier)
    if notice.kind == NoticeKind.AUDIT_INVITED:
        return _("We are invited to a joint audit of %(supplier)s", supplier=supplier)
    if notice.kind == NoticeKind.AUDIT_LEAD and notice.params["what"] == "offered":
        return _("We are offered the lead of the audit of %(supplier)s", supplier=supplier)
    if notice.kind == NoticeKind.AUDIT_LEAD and notice.params["what"] == "reminded":
        return _("We are reminded of the next step of the audit of %(supplier)s", supplier=supplier)
    if notice.kind == NoticeKind.AUDIT_SUPPLIER:
        return supplier_answer_title(notice.params, supplier)
    if notice.kind == NoticeKind.AUDIT_POLL:
        if notice.params["what"] == "opened":
            return _("We are asked which days suit us for the audit of %(supplier)s", supplier=supplier)
        return _("The days of the audit of %(supplier)s are chosen", supplier=supplier)
    if notice.kind == NoticeKind.AUDIT_MOVED:
        done = AUDIT_STEPS[Step(notice.params["step"])]
        return _("Joint audit of %(supplier)s: %(done)s", supplier=supplier, done=done)
    who = next((one.name for one in authorities.values() if str(one.id) == notice.params["authority_id"]), "")
    if notice.kind == NoticeKind.LETTER_ANSWERED:
        return _("%(authority)s has answered about our joint letter to %(supplier)s", authority=who, supplier=supplier)
    if notice.kind == NoticeKind.AUDIT_ASKED:
        return _("%(authority)s asks to be connected about %(supplier)s", authority=who, supplier=supplier)
    if notice.kind == NoticeKind.AUDIT_LEAD:
        return _("%(authority)s leads the audit of %(supplier)s now", authority=who, supplier=supplier)
    if card.answer == "joined":
        return _("%(authority)s joins the audit of %(supplier)s", authority=who, supplier=supplier)
    if card.answer == "late":
        return _("%(authority)s would join the audit of %(supplier)s late", authority=who, supplier=supplier)
    if card.answer == "declined":
        return _("%(authority)s does not join the audit of %(supplier)s", authority=who, supplier=supplier)
    return _("%(authority)s answered about the audit of %(supplier)s", authority=who, supplier=supplier)


def _merge_title(card: Card) -> str:
    kept, merged = (one.legal_name for one in card.suppliers)
    if card.notice.kind == NoticeKind.MERGE_PROPOSED:
        return _("It is proposed that “%(kept)s” and “%(merged)s” are one company", kept=kept, merged=merged)
    if card.notice.kind == NoticeKind.SUPPLIERS_MERGED:
        return _("“%(kept)s” and “%(merged)s” were merged into one company", kept=kept, merged=merged)
    return _("The merge of “%(kept)s” and “%(merged)s” was undone", kept=kept, merged=merged)


def award_title(awards: int, supplier: str, buyer: str) -> str:
    """What one notice says that a supplier won."""
    return ngettext(
        "%(supplier)s was awarded a contract by %(buyer)s",
        "%(supplier)s was awarded %(num)d contracts by %(buyer)s",
        awards,
        supplier=supplier,
        buyer=buyer,
    )


def reminder_title(params: dict[str, Any], supplier: str) -> str:
    """A rung of the ladder of reminders as a sentence."""
    if params["rung"] == Rung.SOON:
        return _("The declaration of %(supplier)s is due soon", supplier=supplier)
    if params["rung"] == Rung.LATE:
        return _("The declaration of %(supplier)s is late: send the first reminder", supplier=supplier)
    if params["rung"] == Rung.AGAIN:
        return _("The declaration of %(supplier)s is two weeks late: send the second reminder", supplier=supplier)
    return _("The declaration of %(supplier)s is a month late: send the last reminder", supplier=supplier)


def obligation_title(params: dict[str, Any], supplier: str) -> str:
    """A rung of the ladder of an obligation as a sentence."""
    if params["rung"] == ObligationRung.AHEAD:
        return _("%(supplier)s has to deliver something in a month", supplier=supplier)
    if params["rung"] == ObligationRung.SOON:
        return _("%(supplier)s has to deliver something in a week", supplier=supplier)
    if params["rung"] == ObligationRung.LATE:
        return _("%(supplier)s has not delivered in time: remind it", supplier=supplier)
    if params["rung"] == ObligationRung.AGAIN:
        return _("%(supplier)s is two weeks late: remind it again", supplier=supplier)
    return _("%(supplier)s is a month late: decide what follows", supplier=supplier)


def due_title(params: dict[str, Any], supplier: str) -> str:
    """What about a finding is due soon, or late, as a sentence."""
    late = params["rung"] == DueRung.LATE
    if params["what"] == Due.PLAN and late:
        return _("The plan for a finding at %(supplier)s is late", supplier=supplier)
    if params["what"] == Due.PLAN:
        return _("The plan for a finding at %(supplier)s is due soon", supplier=supplier)
    if params["what"] == Due.ACTION and late:
        return _("An action for a finding at %(supplier)s is late", supplier=supplier)
    if params["what"] == Due.ACTION:
        return _("An action for a finding at %(supplier)s is due soon", supplier=supplier)
    if params["what"] == Due.VERIFICATION:
        return _("The remedy of a finding at %(supplier)s waits to be verified", supplier=supplier)
    if late:
        return _("A finding at %(supplier)s is not remedied in time", supplier=supplier)
    return _("A finding at %(supplier)s is to be remedied soon", supplier=supplier)


def answered_finding_title(params: dict[str, Any], supplier: str) -> str:
    """What the supplier did about a finding, as a sentence."""
    if params["what"] == "plan":
        return _("%(supplier)s proposes a plan for a finding", supplier=supplier)
    if params["what"] == "file":
        return _("%(supplier)s has sent evidence for a finding", supplier=supplier)
    return _("%(supplier)s has replied to a finding", supplier=supplier)


def supplier_answer_title(params: dict[str, Any], supplier: str) -> str:
    """What the supplier said about an audit, as a sentence."""
    if params["what"] == "confirmed":
        return _("%(supplier)s has confirmed the days of the audit", supplier=supplier)
    if params["what"] == "declined":
        return _("The days of the audit do not suit %(supplier)s", supplier=supplier)
    return _("%(supplier)s has checked the report of the audit", supplier=supplier)


def reliance_title(params: dict[str, Any], supplier: str) -> str:
    """What has become of a declaration that we rely on, as a sentence."""
    if params["what"] == Ending.WITHDRAWN:
        return _("The declaration of %(supplier)s that we rely on was withdrawn", supplier=supplier)
    if params["what"] == Ending.REPLACED:
        return _("The declaration of %(supplier)s that we rely on was replaced by a newer one", supplier=supplier)
    return _("The declaration of %(supplier)s that we rely on is not shared with us any more", supplier=supplier)


def change_source(params: dict[str, Any]) -> tuple[str, date]:
    """Which list said so, and of which day."""
    return str(SCHEMES.get(params["scheme"], params["scheme"])), date.fromisoformat(params["as_of"])
