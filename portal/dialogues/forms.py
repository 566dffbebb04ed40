"""The forms of the dialogue log. Rows can be added and taken out on the server, so no script is needed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from portal.access.actor import Actor
from portal.clock import today
from portal.dialogues.labels import CHANNELS, ESCALATIONS, MILESTONES
from portal.dialogues.models import DialogueEntry
from portal.dialogues.rules import Channel, Escalation, Milestone
from portal.dialogues.services import CommitmentData, DialogueData, ParticipantData
from portal.minerals.risk_words import ANNEX_II, BEYOND
from portal.minerals.risks import AnnexIIRisk, EsgRisk
from portal.web.forms import AudienceForm, CheckboxesField, DayField, Member, Required

SUPPLIER = "supplier"  # the supplier's side, where otherwise an authority's id stands
MOST_ROWS = 40
LOOK = "look-asked"  # the button that looks for what was asked already
RESUMED = "subject"  # where one goes on with what was written and not saved


class _Row(Form):
    """A row of a list. Its side is one of the members or the supplier."""

    side: SelectField

    @property
    def blank(self) -> bool:
        """Nothing was written: the row does not count."""
        raise NotImplementedError

    @property
    def authority_id(self) -> UUID | None:
        """The chosen member, or None for the supplier's side."""
        return None if self.side.data == SUPPLIER else UUID(self.side.data)


class ParticipantRow(_Row):
    """Somebody who took part."""

    side = SelectField(_l("From"))
    role_title = StringField(_l("Role title"), [Length(max=120)])

    @property
    def blank(self) -> bool:
        """No role title."""
        return not (self.role_title.data or "").strip()


class CommitmentRow(_Row):
    """What was promised, by whom, until when."""

    what = StringField(_l("What was promised"), [Length(max=300)])
    side = SelectField(_l("By whom"))
    due_on = DayField(_l("Due"))
    continues = HiddenField()

    @property
    def blank(self) -> bool:
        """Neither a promise nor a date."""
        return not (self.what.data or "").strip() and not self.due_on._value()

    def validate(self, extra_validators: Any = None) -> bool:
        """A promise needs both its words and its day."""
        sound = bool(super().validate(extra_validators))
        if self.blank:
            return sound
        if not (self.what.data or "").strip():
            self.what.errors = [*self.what.errors, _("Say what was promised.")]
        if self.due_on.data is None and not self.due_on.errors:
            self.due_on.errors = [_("Say until when.")]
        return sound and not self.what.errors and not self.due_on.errors


class DialogueForm(AudienceForm):
    """Log a dialogue, or correct one. Call `offer` before validating."""

    subject = StringField(_l("Subject"), [Required(_l("Say what it was about.")), Length(max=200)])
    held_on = DayField(_l("Date"), [Required(_l("Say when it was held."))])
    channel = SelectField(_l("Held as"), choices=list(CHANNELS.items()), default=Channel.MEETING)
    participants = FieldList(FormField(ParticipantRow), _l("Who took part"))
    objective = StringField(_l("Objective"), [Length(max=300)])
    annex_ii = CheckboxesField(_l("Risks of Annex II of the OECD guidance"), choices=list(ANNEX_II.items()))
    beyond = CheckboxesField(_l("Other risks"), choices=list(BEYOND.items()))
    answers = SelectField(_l("Answers an earlier entry"), choices=[], validate_choice=False)
    answer_by = DayField(_l("Answer due by"))
    milestone = SelectField(_l("Milestone"), choices=[("", _l("Not said")), *MILESTONES.items()])
    escalation = SelectField(_l("Escalation"), choices=[("", _l("None")), *ESCALATIONS.items()])
    summary = TextAreaField(_l("What was said"), [Required(_l("Write what was said.")), Length(max=20_000)])
    commitments = FieldList(FormField(CommitmentRow), _l("Commitments"))
    private_note = TextAreaField(_l("Notes for us"), [Length(max=20_000)])
    proposed = HiddenField()  # members whose box was ticked because they took part, each of them once

    @classmethod
    def empty(cls, actor: Actor) -> "DialogueForm":
        """A form for today with a row for our side, one for the supplier's and one commitment of the supplier."""
        return cls(
            held_on=today(),
            participants=[{"side": str(actor.authority_id)}, {"side": SUPPLIER}],
            commitments=[{"side": SUPPLIER}],
        )

    @classmethod
    def correcting(cls, entry: DialogueEntry) -> "DialogueForm":
        """A form filled with an entry that is to be corrected."""
        return cls(
            subject=entry.subject,
            held_on=entry.held_on,
            channel=entry.channel,
            summary=entry.summary,
            objective=entry.objective,
            annex_ii=[one for one in entry.issues if one in set(AnnexIIRisk)],
            beyond=[one for one in entry.issues if one in set(EsgRisk)],
            answers=str(entry.answers_id or ""),
            answer_by=entry.answer_by,
            milestone=entry.milestone or "",
            escalation=entry.escalation or "",
            audience=entry.audience,
            named_ids=entry.named_ids,
            proposed=" ".join(str(row.authority_id) for row in entry.participants if row.authority_id),
            participants=[
                {"side": str(row.authority_id or SUPPLIER), "role_title": row.role_title} for row in entry.participants
            ],
            commitments=[
                {
                    "what": row.what,
                    "side": str(row.authority_id or SUPPLIER),
                    "due_on": row.due_on,
                    "continues": str(row.id),
                }
                for row in entry.commitments
            ],
        )

    def offer(
        self, actor: Actor, members: Sequence[Member], supplier_name: str, answerable: Sequence[tuple[UUID, str]]
    ) -> None:
        """Offer the members and the supplier in every row, the other members as audience, and entries to answer."""
        self.offer_members(actor, members)
        self.answers.choices = [("", _("None")), *((str(one), label) for one, label in answerable)]
        ours_first = sorted(members, key=lambda member: member.id != actor.authority_id)
        self._sides = [*((str(member.id), member.name) for member in ours_first), (SUPPLIER, supplier_name)]
        for row in [*self.participants, *self.commitments]:
            row.side.choices = self._sides

    def change_rows(self) -> str | None:
        """Do what a button asked for that saves nothing; the field to go on with, None if none was pressed."""
        if request.form.get("look"):
            return LOOK
        if request.form.get("resume"):  # unsaved.js brings back what was written
            return RESUMED
        lists = {"participants": self.participants, "commitments": self.commitments}
        if (rows := lists.get(request.form.get("add_row", ""))) is not None:
            return self._add_row(rows)
        name, _dash, index = request.form.get("drop_row", "").partition("-")
        if (rows := lists.get(name)) is None:
            return None
        if index.isdecimal() and int(index) < len(rows):
            rows.pop_entry(int(index))
        return f"add-{name}"

    def propose_participants(self) -> None:
        """Tick the members that took part as audience. What a person unticked is not ticked again."""
        known = set((self.proposed.data or "").split())
        others = {str(member.id) for member in self.members}
        took_part = {row.side.data for row in self.participants} & others
        fresh = sorted(took_part - known)
        self.named_ids.data = [*(self.named_ids.data or []), *map(UUID, fresh)]
        self.proposed.data = " ".join(sorted(known | took_part))

    @property
    def took_part(self) -> dict[str, str]:
        """A line under the names of the members that took part."""
        return {row.side.data: _("Took part") for row in self.participants if row.side.data}

    def dialogue_data(self) -> DialogueData:
        """The validated form as the service takes it."""
        assert self.held_on.data
        return DialogueData(
            subject=(self.subject.data or "").strip(),
            held_on=self.held_on.data,
            channel=Channel(self.channel.data),
            summary=(self.summary.data or "").strip(),
            audience=self.chosen_audience,
            named_ids=self.named_ids.data or [],
            participants=[
                ParticipantData(row.form.authority_id, row.role_title.data.strip())
                for row in self.participants
                if not row.form.blank
            ],
            commitments=[
                CommitmentData(row.what.data.strip(), row.form.authority_id, row.due_on.data, _uuid(row.continues.data))
                for row in self.commitments
                if not row.form.blank
            ],
            private_note=(self.private_note.data or "").strip() or None,
            objective=(self.objective.data or "").strip(),
            issues=self.issues,
            milestone=Milestone(self.milestone.data) if self.milestone.data else None,
            escalation=Escalation(self.escalation.data) if self.escalation.data else None,
            answer_by=self.answer_by.data,
            answers_id=_uuid(self.answers.data),
        )

    @property
    def issues(self) -> list[str]:
        """The codes of the risks that are ticked."""
        return [*(self.annex_ii.data or []), *(self.beyond.data or [])]

    @property
    def written(self) -> str:
        """All that is written so far, for finding what was asked before."""
        return "\n".join(field.data or "" for field in (self.subject, self.objective, self.summary))

    def _add_row(self, rows: FieldList) -> str:
        if len(rows) < MOST_ROWS:
            row = rows.append_entry({"side": SUPPLIER})
            row.side.choices = self._sides
        last = rows.entries[-1]
        return str(last.what.id if rows is self.commitments else last.side.id)


class AudienceChangeForm(AudienceForm):
    """Who sees an entry, changed afterwards."""

    @property
    def seen_version(self) -> int:
        """The version that the person decided on; 0 when it is missing."""
        text = self.version.data  # not a text where the form did not bring it: then nobody has seen a version
        return int(text) if isinstance(text, str) and text.isdecimal() else 0


class NoteForm(FlaskForm):
    """A private note."""

    text = TextAreaField(_l("Notes for us"), [Required(_l("Write the note first.")), Length(max=20_000)])


class DoneForm(FlaskForm):
    """What shows that a commitment is done."""

    note = StringField(_l("What shows it"), [Required(_l("Say what shows that it is done.")), Length(max=300)])


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
