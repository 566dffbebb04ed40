"""A joint letter as a document to send and to file, in the letter's own language."""

from collections.abc import Mapping
from uuid import UUID

from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from portal.authorities.models import Authority
from portal.dialogues.letters.models import JointLetter
from portal.dialogues.letters.rules import counts
from portal.documents.document import Document, Section, Table


def document_of(letter: JointLetter, *, supplier: str, members: Mapping[UUID, Authority]) -> Document:
    """The letter with those who have signed this very text, and no one else."""
    with force_locale(letter.language):
        signed = [one for one in letter.signatures if counts(one, letter.text_hash)]
        rows = [
            [members[one.authority_id].name, one.signed_by or "", format_date(one.answered_at, "long")]
            for one in signed
        ]
        facts = [(_("To"), supplier), (_("From"), ", ".join(row[0] for row in rows) or members[letter.owner_id].name)]
        if letter.reply_by:
            facts.append((_("Please answer by"), format_date(letter.reply_by, "long")))
        sections = [Section(letter.subject, letter.body.splitlines())]
        if rows:
            sections.append(Section(_("Signed by"), table=Table([_("Authority"), _("Function"), _("On")], rows)))
        return Document(
            language=letter.language,
            title=letter.subject,
            author=members[letter.owner_id].name,
            facts=facts,
            sections=sections,
            foot=[_("Letter %(id)s, text %(text)s.", id=letter.id, text=letter.text_hash[:16])],
        )
