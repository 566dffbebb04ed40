"""Forms of joint audits: the proposal, an invited authority's answer, the lead's decisions."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length

from portal.access.actor import Actor
from portal.audits.labels import ANNOUNCEMENTS, AUDIT_TYPES
from portal.audits.models import JointAudit
from portal.audits.rules import Announcement, Answer, AuditType, ParticipantRole
from portal.audits.services import Proposal
from portal.registry.countries import countries
from portal.registry.models import Site
from portal.registry.services import SiteData
from portal.registry.texts import MAX_ADDRESS, MAX_WORDS
from portal.web.forms import AudienceForm, CheckboxesField, DayField, Member, Required, as_uuid

NEW_SITE = "new"
MAX_NOTE = 2000


class InvitationsField(Field):
    """Who is invited as what: one list a member, all of this name. `data` maps an authority's id to its role."""

    members: Sequence[Member] = ()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Each value is empty (not invited) or “authority id:role”."""
        self.data = {}
        for value in filter(None, valuelist):
            authority_id, _colon, role = value.partition(":")
            try:
                self.data[UUID(authority_id)] = ParticipantRole(role)
            except ValueError:
                raise ValueError(_("This is no invitation. Choose from the lists.")) from None

    def chosen(self, member: Member) -> str | None:
        """The role that stands in a member's list."""
        return (self.data or {}).get(member.id)


class InviteForm(FlaskForm):
    """Who else is invited to an audit."""

    invited = InvitationsField(_l("Whom do you invite?"))


class ProposalForm(AudienceForm):
    """A joint audit as it is proposed."""

    title = StringField(_l("Title"), [Required(_l("Give the audit a title.")), Length(max=200)])
    audit_type = RadioField(_l("What kind of audit"), choices=list(AUDIT_TYPES.items()), default=AuditType.SITE)
    announcement = RadioField(
        _l("What the supplier knows beforehand"),
        choices=list(ANNOUNCEMENTS.items()),
        default=Announcement.ANNOUNCED,
    )
    site = SelectField(_l("Where"), validate_choice=True)
    new_address = StringField(_l("Address of the new site"), [Length(max=MAX_ADDRESS)])
    new_city = StringField(_l("City"), [Length(max=MAX_WORDS)])
    new_country = SelectField(_l("Country"), coerce=lambda code: code or None)
    scope = TextAreaField(_l("What is looked at"), [Required(_l("Say what the audit looks at.")), Length(max=5000)])
    starts_on = DayField(_l("First day"), [Required(_l("Say on which day it begins."))])
    ends_on = DayField(_l("Last day"), [Required(_l("Say on which day it ends."))])
    answer_by = DayField(_l("Answer by"))
    invited = InvitationsField(_l("Whom do you invite?"))

    def offer_sites(self, sites: Sequence[Site], locale: str) -> None:
        """Offer the supplier's sites, and to add one."""
        known = [(str(site.id), ", ".join(filter(None, [site.name, site.address]))) for site in sites]
        self.site.choices = [*known, (NEW_SITE, _("Another site, which I add below"))]
        self.new_country.choices = [("", _("Not known")), *countries(locale)]

    def offer_members(self, actor: Actor, members: Sequence[Member]) -> None:
        """Offer the other members for the audience and for invitations."""
        super().offer_members(actor, members)
        self.invited.members = self.members

    def fill(self, audit: JointAudit) -> None:
        """Show a draft as it is, unless something has been typed already."""
        if self.is_submitted():
            return
        for name in ("title", "audit_type", "scope", "starts_on", "ends_on", "answer_by", "audience", "named_ids"):
            self[name].data = getattr(audit, name)
        self.site.data = str(audit.site_id)
        self.invited.data = {
            row.authority_id: ParticipantRole(row.role)
            for row in audit.participants
            if row.role != ParticipantRole.LEAD
        }

    def validate_new_address(self, field: StringField) -> None:
        """A new site has an address."""
        if self.site.data == NEW_SITE and not (field.data or "").strip():
            raise ValidationError(_("Write the address of the site, or choose one of the list."))

    def proposal(self) -> Proposal:
        """The validated form as the service takes it."""
        assert self.starts_on.data
        assert self.ends_on.data
        if self.site.data == NEW_SITE:
            site: UUID | SiteData = SiteData(
                address=self.new_address.data or "", city=self.new_city.data, country=self.new_country.data
            )
        else:
            site = UUID(self.site.data)
        return Proposal(
            title=(self.title.data or "").strip(),
            audit_type=AuditType(self.audit_type.data),
            site=site,
            scope=(self.scope.data or "").strip(),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            answer_by=self.answer_by.data,
            audience=self.chosen_audience,
            named_ids=self.named_ids.data or [],
            invitations=self.invited.data or {},
            announcement=Announcement(self.announcement.data),
        )


class AnswerForm(FlaskForm):
    """An invited authority joins or declines."""

    answer = RadioField(
        _l("Do you take part?"), choices=[(Answer.JOINED, _l("We join")), (Answer.DECLINED, _l("We decline"))]
    )
    note = TextAreaField(_l("Note to the others"), [Length(max=MAX_NOTE)])


class DatesForm(FlaskForm):
    """The lead sets the exact days, and says who needs to know them."""

    first_day = DayField(_l("First day"), [Required(_l("Say on which day it begins."))])
    last_day = DayField(_l("Last day"), [Required(_l("Say on which day it ends."))])
    reader_ids = CheckboxesField(_l("Who else needs to know"), coerce=as_uuid, choices=[])


class PlanForm(FlaskForm):
    """The lead decides that the audit goes ahead."""

    without_waiting = BooleanField(_l("Plan without waiting for those who have not answered"))


class StepForm(FlaskForm):
    """The next step of an audit's course, on the day on which it was taken."""

    step = HiddenField()
    on = DayField(_l("On"))


class StopForm(FlaskForm):
    """The audit is refused, postponed or called off."""

    step = HiddenField()
    reason = TextAreaField(_l("Reason"), [Required(_l("Say why, for those who take part.")), Length(max=MAX_NOTE)])


class RemarksForm(FlaskForm):
    """What the supplier says to the facts of the report."""

    remarks_on = DayField(_l("Received on"), [Required(_l("Say on which day."))])
    remarks = TextAreaField(_l("The supplier’s remarks"), [Length(max=5000)])


class WindowForm(FlaskForm):
    """New days for a postponed audit."""

    starts_on = DayField(_l("First day"), [Required(_l("Say on which day it begins."))])
    ends_on = DayField(_l("Last day"), [Required(_l("Say on which day it ends."))])
