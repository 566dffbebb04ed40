"""The texts that a person sends to the supplier, in the supplier's language: the request and each reminder.

The portal sends nothing itself: the text is there to be copied, or opened in one's own mail program.
"""

from dataclasses import dataclass
from urllib.parse import quote

from flask_babel import force_locale, format_date, gettext, ngettext
from flask_babel import gettext as _

from portal.declarations.reading.versions import current_revision
from portal.declarations.rules import DeclarationScope, TemplateKind
from portal.minerals.labels import METALS
from portal.requests.models import DeclarationRequest
from portal.requests.rules import RequestState, Rung

# The full name of each blank template, as RMI publishes it (RMI, Reporting Templates). Names are not translated.
BLANKS = {
    TemplateKind.CMRT: "Conflict Minerals Reporting Template (CMRT)",
    TemplateKind.EMRT: "Extended Minerals Reporting Template (EMRT)",
    TemplateKind.AMRT: "Additional Minerals Reporting Template (AMRT)",
}
LONGEST_LINK = 1900  # characters that mail programs take from a link


@dataclass(frozen=True)
class Draft:
    """A text for the supplier. `language` is that of the text."""

    language: str
    subject: str
    body: str

    @property
    def mailto(self) -> str | None:
        """A link that opens the text in a mail program; None where it is too long for one."""
        link = f"mailto:?subject={quote(self.subject)}&body={quote(self.body.replace(chr(10), chr(13) + chr(10)))}"
        return link if len(link) <= LONGEST_LINK else None


@dataclass(frozen=True)
class Parties:
    """Who writes to whom about what: names as they stand in the text, and how many findings must be mended."""

    authority: str
    supplier: str
    contract_number: str | None = None
    to_fix: int = 0


def blank_name(template: str) -> str:
    """The blank template with its newest revision: “Conflict Minerals Reporting Template (CMRT), revision 6.6”."""
    kind = TemplateKind(template)
    return gettext("%(name)s, revision %(revision)s", name=BLANKS[kind], revision=current_revision(kind))


def draft_of(request: DeclarationRequest, parties: Parties, rung: Rung | None = None) -> Draft:
    """What to write now: the request, or the reminder of a rung; after it was sent back, what is to be corrected."""
    with force_locale(request.language):
        sent_back = request.state == RequestState.SENT_BACK
        opening = [_correction(request, parties)] if sent_back else _request(request, parties)
        paragraphs = [_("To %(supplier)s", supplier=parties.supplier)]
        if rung:
            paragraphs += [_reminder(request, rung), *opening]
        else:
            paragraphs += opening
        if not sent_back and request.instructions:
            paragraphs.append(request.instructions)
        paragraphs += [_("If something is unclear, answer this message."), parties.authority]
        return Draft(request.language, _subject(request, parties, rung), "\n\n".join(paragraphs))


def _day(request: DeclarationRequest) -> str:
    # British English puts the day first, as everywhere in the portal; the others as their language writes it.
    return str(format_date(request.due_on, "d MMMM y" if request.language == "en" else "long"))


def _subject(request: DeclarationRequest, parties: Parties, rung: Rung | None) -> str:
    words = {"template": request.template, "authority": parties.authority, "date": _day(request)}
    if rung in (None, Rung.SOON):
        return _("%(template)s for %(authority)s, due on %(date)s", **words)
    return _("Reminder: %(template)s for %(authority)s was due on %(date)s", **words)


def _request(request: DeclarationRequest, parties: Parties) -> list[str]:
    words = {"authority": parties.authority, "number": parties.contract_number}
    if parties.contract_number:
        first = _("%(authority)s asks you for a mineral declaration for contract %(number)s.", **words)
    else:
        first = _("%(authority)s asks you for a mineral declaration.", **words)
    minerals = ", ".join(str(METALS[mineral]).lower() for mineral in request.minerals)
    return [
        " ".join(
            (
                first,
                _("It says which smelters and refiners stand behind the minerals in what you deliver."),
            )
        ),
        _(
            "Use this blank template: %(blank)s, as an Excel workbook. Do not change its sheets or columns.",
            blank=blank_name(request.template),
        ),
        _("Minerals: %(minerals)s.", minerals=minerals),
        _scope(request),
        _("Please send the filled-in workbook by %(date)s.", date=_day(request)),
    ]


def _scope(request: DeclarationRequest) -> str:
    if request.scope_code == DeclarationScope.COMPANY:
        return _("Scope: your whole company. Choose scope A in the template.")
    words = {"what": request.scope_description}
    if request.scope_code == DeclarationScope.PRODUCTS:
        return _("Scope: the products below. Choose scope B and list them: %(what)s", **words)
    return _("Scope: as described here. Choose scope C and describe it: %(what)s", **words)


def _correction(request: DeclarationRequest, parties: Parties) -> str:
    count = ngettext(
        "We have read your %(template)s and found %(num)d thing that must be corrected.",
        "We have read your %(template)s and found %(num)d things that must be corrected.",
        parties.to_fix,
        template=request.template,
    )
    return " ".join(
        (
            count,
            _("The attached letter names the sheet and the cell of each and says how to correct it."),
            _("Please correct the same workbook and send it again by %(date)s.", date=_day(request)),
        )
    )


def _reminder(request: DeclarationRequest, rung: Rung) -> str:
    words = {"template": request.template, "date": _day(request)}
    if rung is Rung.SOON:
        return _("This is a friendly reminder: your %(template)s is due on %(date)s.", **words)
    if rung is Rung.LATE:
        return _(
            "Your %(template)s was due on %(date)s, and we have not received it. Is something in the way?", **words
        )
    if rung is Rung.AGAIN:
        return _(
            "Your %(template)s was due on %(date)s, and we still have not received it. Please tell us by return when "
            "we can expect it.",
            **words,
        )
    return _(
        "Your %(template)s was due on %(date)s. We have reminded you twice and have not received it. Please send it "
        "now, or tell us in writing what holds it up, so that we can decide how to go on.",
        **words,
    )
