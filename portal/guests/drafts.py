"""The text that brings the link to the supplier, in its language. The code is not in it: it goes another way."""

from datetime import datetime

from flask_babel import force_locale, format_date
from flask_babel import gettext as _

from portal.requests.drafts import Draft


def invitation(
    *, language: str, authority: str, supplier: str, link: str, until: datetime, finding: bool = False
) -> Draft:
    """What an officer sends with the link, for requests or (`finding`) for findings alone."""
    with force_locale(language):
        day = format_date(until, "d MMMM y" if language == "en" else "long")
        paragraphs = [
            _("To %(supplier)s", supplier=supplier),
            *_reason(authority, day, finding),
            link,
            _("You also need a code. We tell it to you another way, for example by telephone."),
            _("If something is unclear, answer this message."),
            authority,
        ]
        return Draft(language, _("Your access at %(authority)s", authority=authority), "\n\n".join(paragraphs))


def _reason(authority: str, day: str, finding: bool) -> list[str]:
    """Why we write, and what the link is for."""
    if finding:
        return [
            _("%(authority)s has found something at your company that it wants to show you.", authority=authority),
            _("With this link you can read it and reply. It works once, until %(date)s:", date=day),
        ]
    return [
        _("%(authority)s asks you for a mineral declaration.", authority=authority),
        _("With this link you see what we ask for and can send it to us. It works once, until %(date)s:", date=day),
    ]
