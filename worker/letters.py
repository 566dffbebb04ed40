"""A digest as a letter in the reader's language: text and HTML, with the ways to end it that mail programs know."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, render_template
from flask_babel import Babel, force_locale
from flask_babel import gettext as _

from portal.audits.labels import window
from portal.authorities import queries as authorities
from portal.cahra.wording import areas_detail
from portal.calendars import ics
from portal.calendars.invitations import Letter
from portal.minerals.labels import MEANINGS, METALS
from portal.notifications.digests import Digest, stop_token
from portal.notifications.labels import change_source, title
from portal.settings import Settings
from portal.web import filters


@lru_cache
def _pages() -> Flask:
    """The portal's templates and translations, without its routes."""
    app = Flask("portal")
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    Babel(app)
    filters.install(app)
    app.jinja_env.globals.update(notice_title=title, notice_source=change_source, areas_detail=areas_detail)
    return app


def digest_letter(digest: Digest, settings: Settings) -> EmailMessage:
    """The letter; only reads. One-click ending as RFC 8058 has it, for which the link takes a POST."""
    base = settings.public_url.rstrip("/")
    stop = f"{base}/digest/{stop_token(digest.user_id)}/stop"
    with _pages().app_context(), force_locale(digest.locale):
        shown = {
            "digest": digest,
            "authorities": authorities.authorities_by_id(),
            "metals": METALS,
            "meanings": MEANINGS,
            "base": base,
            "stop": stop,
        }
        letter = EmailMessage(policy=SMTP)
        letter["Subject"] = _("%(num)s new in the inbox of %(name)s", num=digest.total, name=digest.authority_name)
        letter["From"] = settings.mail_from
        letter["To"] = digest.email
        letter["Date"] = formatdate()
        letter["Message-ID"] = make_msgid(f"digest-{digest.mail_id}", domain=urlsplit(base).hostname or "localhost")
        letter["List-Unsubscribe"] = f"<{stop}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(render_template("emails/digest.txt", **shown))
        letter.add_alternative(render_template("emails/digest.html", **shown), subtype="html")
    return letter


def invitation_letter(invitation: Letter, settings: Settings) -> EmailMessage:
    """An invitation to an audit's days, its change, or word that it is off: text, and an iTIP message (RFC 6047)."""
    base = settings.public_url.rstrip("/")
    with _pages().app_context(), force_locale(invitation.locale):
        title = _("Joint audit: %(title)s", title=invitation.title)
        if invitation.off:
            subject = _("You are not booked any more: %(title)s", title=invitation.title)
        elif invitation.sequence:
            subject = _("The days have changed: %(title)s", title=invitation.title)
        else:
            subject = _("You are booked: %(title)s", title=invitation.title)
        link = f"{base}/audits/{invitation.audit_id}"
        shown = {"invitation": invitation, "link": link, "days": window(invitation.starts_on, invitation.ends_on)}
        plain = render_template("emails/invitation.txt", **shown)
    letter = EmailMessage(policy=SMTP)
    letter["Subject"] = subject
    letter["From"] = settings.mail_from
    letter["To"] = invitation.email
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain=urlsplit(base).hostname or "localhost")
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(plain)
    organizer = letter["From"].addresses[0].addr_spec
    message = ics.invitation(invitation, organizer, title, f"{invitation.supplier}\n{link}").decode()
    letter.add_alternative(message, subtype="calendar", params={"method": invitation.method}, cte="base64")
    return letter
