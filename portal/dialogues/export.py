"""The dialogue log as rows of a file: the shared record, never anybody's private notes."""

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from portal.access.actor import Actor
from portal.access.audience import Audience
from portal.authorities import queries as authorities
from portal.dialogues import queries
from portal.dialogues.labels import CHANNELS, ESCALATIONS, MILESTONES, STATES
from portal.dialogues.models import DialogueEntry
from portal.dialogues.rules import Channel, Escalation, Milestone
from portal.minerals.risk_words import RISKS
from portal.registry import queries as registry
from portal.web.sharing import AUDIENCES


def export_rows(actor: Actor, entries: Sequence[DialogueEntry]) -> Iterator[tuple[object, ...]]:
    """The heading, then a row an entry; `entries` must be what the actor may see."""
    names = {member.id: member.name for member in authorities.all_authorities()}
    suppliers = registry.suppliers_by_id({entry.supplier_id for entry in entries})
    corrections = queries.corrections_of(actor, entries)
    yield (
        _("Date"),
        _("Supplier"),
        _("Subject"),
        _("Held as"),
        _("Logged by"),
        _("Who took part"),
        _("What was said"),
        _("Commitments"),
        _("Who sees it"),
        _("Named authorities"),
        _("Corrected on"),
        _("Risks"),
        _("Objective"),
        _("Milestone"),
        _("Escalation"),
        _("Answer due by"),
    )
    for entry in entries:
        supplier = suppliers[entry.supplier_id].legal_name
        took_part = [
            f"{row.role_title} ({names[row.authority_id] if row.authority_id else supplier})"
            for row in entry.participants
        ]
        promised = [
            f"{row.what} ({names[row.authority_id] if row.authority_id else supplier}, {row.due_on},"
            f" {STATES[queries.state_of(row)]})"
            for row in entry.commitments
        ]
        correction = corrections.get(entry.id)
        yield (
            entry.held_on,
            supplier,
            entry.subject,
            CHANNELS[Channel(entry.channel)],
            names[entry.owner_id],
            "; ".join(took_part),
            entry.summary,
            "; ".join(promised),
            AUDIENCES[Audience(entry.audience)],
            "; ".join(names[one] for one in entry.named_ids),
            correction.created_at.date() if correction else None,
            "; ".join(str(RISKS[issue]) for issue in entry.issues),
            entry.objective,
            MILESTONES[Milestone(entry.milestone)] if entry.milestone else None,
            ESCALATIONS[Escalation(entry.escalation)] if entry.escalation else None,
            entry.answer_by,
        )
