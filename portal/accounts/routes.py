"""The account page: who am I here, password, sign out everywhere."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_security.utils import logout_user

from portal.access.permissions import Permission
from portal.accounts import queries, services
from portal.authorities.labels import ROLE_WORDS
from portal.db import transaction
from portal.web.guard import actor, requires

bp = Blueprint("accounts", __name__)
bp.add_app_template_global(queries.titles_of, "account_titles")  # the journal knows accounts by id only


@bp.get("/account")
@requires(Permission.USE_PORTAL)
def account() -> ResponseReturnValue:
    """The signed-in person's own page."""
    return render_template("accounts/account.html", role_words=ROLE_WORDS)


@bp.post("/account/sign-out-everywhere")
@requires(Permission.USE_PORTAL)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of this account, this one included."""
    with transaction():
        services.sign_out_everywhere(actor())
    logout_user()
    flash(_("You are signed out on every device."), "success")
    return redirect(url_for("security.login"))
