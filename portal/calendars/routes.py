"""The page where feeds are made, renewed and revoked, and the feeds themselves, which need no sign-in."""

import structlog
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.accounts.throttle import sign_in_throttle
from portal.calendars import entries, ics, queries, services
from portal.calendars.rules import Entry
from portal.db import set_scope, transaction
from portal.errors import NotFound
from portal.guests.rules import secret_hash
from portal.settings import get_settings
from portal.web.guard import actor, requires

bp = Blueprint("calendars", __name__)

RETRY_SECONDS = 300

log = structlog.get_logger(__name__)


@bp.get("/account/calendar-feeds")
@requires(Permission.SUBSCRIBE_CALENDAR)
def index() -> ResponseReturnValue:
    """Which feeds there are."""
    return _page()


@bp.post("/account/calendar-feeds")
@requires(Permission.SUBSCRIBE_CALENDAR)
def make() -> ResponseReturnValue:
    """A new address for me."""
    with transaction():
        token = services.make(actor(), language=_language())
    return _page(token=token)


@bp.post("/account/calendar-feeds/revoke")
@requires(Permission.SUBSCRIBE_CALENDAR)
def revoke() -> ResponseReturnValue:
    """End my address."""
    with transaction():
        services.revoke(actor())
    return _revoked()


@bp.post("/account/calendar-feeds/authority")
@requires(Permission.SHARE_CALENDAR)
def make_for_authority() -> ResponseReturnValue:
    """A new address for our authority."""
    with transaction():
        token = services.make(actor(), language=_language(), of_authority=True)
    return _page(token=token, of_authority=True)


@bp.post("/account/calendar-feeds/authority/revoke")
@requires(Permission.SHARE_CALENDAR)
def revoke_for_authority() -> ResponseReturnValue:
    """End our authority's address."""
    with transaction():
        services.revoke(actor(), of_authority=True)
    return _revoked()


@bp.get("/calendar/<feed_token>.ics")
@requires(Permission.PUBLIC)
def feed(feed_token: str) -> ResponseReturnValue:
    """A feed, to whoever knows its address: calendar programs cannot sign in. Wrong addresses count as guesses."""
    limiter, address = sign_in_throttle(), request.remote_addr or "-"
    mark = f"feed {secret_hash(feed_token)[:32]}"
    if not limiter.allows(mark, address, known=True):
        return Response(status=429, headers={"Retry-After": str(RETRY_SECONDS)})
    try:
        holder = queries.holder_of(feed_token)
    except NotFound:
        limiter.failed(mark, address)
        log.warning("calendar feed not found", address=address)
        raise
    # From here on the database shows what the holder's authority sees, whoever's browser may ask.
    set_scope(authority_id=holder.actor.authority_id, locked=holder.actor.locked)
    with force_locale(holder.language):
        body = ics.calendar(f"Supplier Commons, {holder.actor.authority_name}", entries.of(holder.actor), _address_of)
    response = Response(body, mimetype="text/calendar")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = "inline; filename=supplier-commons.ics"
    response.headers["X-Robots-Tag"] = "noindex"
    response.add_etag()
    return response.make_conditional(request)


def _page(token: str | None = None, of_authority: bool = False) -> str:
    """The page; with the secret where one was just made. It is not redirected to: it stands in no other address."""
    link = get_settings().public_url.rstrip("/") + url_for("calendars.feed", feed_token=token) if token else None
    return render_template(
        "calendars/index.html",
        mine=queries.feed_of(actor(), actor().user_id),
        ours=queries.feed_of(actor(), None),
        link=link,
        of_authority=of_authority,
    )


def _revoked() -> ResponseReturnValue:
    flash(_("The address is revoked. Calendar programs get nothing there any more."), "success")
    return redirect(url_for("calendars.index"))


def _language() -> str:
    return str(get_locale() or "en")


def _address_of(entry: Entry) -> str:
    return get_settings().public_url.rstrip("/") + url_for(entry.endpoint, **entry.args)
