"""A dialogue as a document for the authority's file: the shared record, and our own notes only where asked for."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from portal.authorities.models import Authority
from portal.clock import today
from portal.dialogues.labels import CHANNELS, ESCALATIONS, MILESTONES, STATES
from portal.dialogues.models import DialogueEntry, PrivateNote
from portal.dialogues.queries import state_of
from portal.dialogues.rules import Channel, Escalation, Milestone
from portal.documents.document import Document, Section, Table
from portal.minerals.risk_words import RISKS
from portal.web.sharing import who_sees


def document_of(
    entry: DialogueEntry,
    *,
    supplier: str,
    members: Mapping[UUID, Authority],
    asked: DialogueEntry | None,
    answer: DialogueEntry | None,
    notes: Sequence[PrivateNote],
) -> Document:
    """The document in the reader's language. `asked` is what the entry answers, `answer` what answers it."""
    owner = members[entry.owner_id].name
    named = [members[one].name for one in entry.named_ids]
    sections = [
        Section(
            _("Who took part"),
            [_took_part(row.role_title, row.authority_id, supplier, members) for row in entry.participants],
        )
        if entry.participants
        else None,
        Section(_("What was said"), entry.summary.splitlines()),
        Section(_("Commitments"), table=_commitments(entry, supplier, members)) if entry.commitments else None,
        _other(_("What was asked"), asked, members) if asked else None,
        _other(_("The answer"), answer, members) if answer else None,
        Section(_("Private notes"), [line for note in notes for line in note.text.splitlines()]) if notes else None,
    ]
    return Document(
        language=str(get_locale() or "en"),
        title=entry.subject,
        author=owner,
        facts=[(name, value) for name, value in _facts(entry, supplier, owner) if value],
        sections=[section for section in sections if section],
        foot=[
            who_sees(entry.audience, owner, named),
            _(
                "Printed on %(date)s from Supplier Commons, entry %(id)s.",
                date=format_date(today(), "long"),
                id=entry.id,
            ),
        ],
    )


def _facts(entry: DialogueEntry, supplier: str, owner: str) -> list[tuple[str, str]]:
    return [
        (_("Supplier"), supplier),
        (_("Date"), format_date(entry.held_on, "long")),
        (_("Held as"), str(CHANNELS[Channel(entry.channel)])),
        (_("Logged by"), owner),
        (_("Objective"), entry.objective),
        (_("Risks"), ", ".join(str(RISKS[issue]) for issue in entry.issues)),
        (_("Milestone"), str(MILESTONES[Milestone(entry.milestone)]) if entry.milestone else ""),
        (_("Escalation"), str(ESCALATIONS[Escalation(entry.escalation)]) if entry.escalation else ""),
        (_("Answer due by"), format_date(entry.answer_by, "long") if entry.answer_by else ""),
    ]


def _took_part(role: str, authority_id: UUID | None, supplier: str, members: Mapping[UUID, Authority]) -> str:
    return f"{role}, {members[authority_id].name if authority_id else supplier}"


def _commitments(entry: DialogueEntry, supplier: str, members: Mapping[UUID, Authority]) -> Table:
    return Table(
        [_("What was promised"), _("By whom"), _("Due"), _("Status")],
        [
            [
                row.what,
                members[row.authority_id].name if row.authority_id else supplier,
                format_date(row.due_on, "medium"),
                f"{STATES[state_of(row)]}{f': {row.done_note}' if row.done_note else ''}",
            ]
            for row in entry.commitments
        ],
    )


def _other(title: str, other: DialogueEntry, members: Mapping[UUID, Authority]) -> Section:
    line = f"{format_date(other.held_on, 'long')}, {members[other.owner_id].name}: {other.subject}"
    return Section(title, [line, *other.summary.splitlines()])
