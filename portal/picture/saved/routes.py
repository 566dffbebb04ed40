"""Pages of saved searches: save, list, rename, delete and bring back. To open one is to follow its link."""

from urllib.parse import parse_qs
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.db import transaction
from portal.errors import BadInput
from portal.picture import labels
from portal.picture.choice import Choice, address_query, read_choice
from portal.picture.saved import queries, services
from portal.picture.saved.forms import SavedSearchForm
from portal.picture.saved.models import SavedSearch
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("searches", __name__)


@bp.get("/suppliers/searches")
@requires(Permission.SAVE_SEARCHES)
def index() -> ResponseReturnValue:
    """The person's saved searches, and the way back for the one that was deleted last."""
    members = {member.code: member.name for member in authorities.all_authorities()}
    found = queries.saved_searches(actor())
    return render_template(
        "searches/index.html",
        searches=[(one, labels.in_words(_choice_of(one, members), members)) for one in found],
        deleted=queries.deleted_search(actor()),
    )


@bp.route("/suppliers/searches/new", methods=["GET", "POST"])
@requires(Permission.SAVE_SEARCHES)
def new() -> ResponseReturnValue:
    """Save what is chosen in the address under a name."""
    members = {member.code: member.name for member in authorities.all_authorities()}
    choice = read_choice(request.args, members)
    form = SavedSearchForm()
    if form.validate_on_submit():
        try:
            with transaction():
                saved = services.save(actor(), form.name.data or "", choice)
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("“%(name)s” is saved. You find it on the look-up page.", name=saved.name), "success")
            return redirect(_address(saved.query))
    words, back = labels.in_words(choice, members), _address(address_query(choice))
    return render_template("searches/new.html", form=form, words=words, back=back)


@bp.route("/suppliers/searches/<uuid:search_id>", methods=["GET", "POST"])
@requires(Permission.SAVE_SEARCHES)
def rename(search_id: UUID) -> ResponseReturnValue:
    """Give a saved search another name."""
    saved = queries.get_search(actor(), search_id)
    form = SavedSearchForm(obj=saved)
    if form.validate_on_submit():
        try:
            with transaction():
                services.rename(actor(), saved, form.name.data or "")
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("The search is called “%(name)s” now.", name=saved.name), "success")
            return redirect(url_for("searches.index"))
    members = {member.code: member.name for member in authorities.all_authorities()}
    words = labels.in_words(_choice_of(saved, members), members)
    return render_template("searches/rename.html", form=form, words=words)


@bp.post("/suppliers/searches/<uuid:search_id>/delete")
@requires(Permission.SAVE_SEARCHES)
def delete(search_id: UUID) -> ResponseReturnValue:
    """Delete a saved search. The list then offers to bring it back."""
    saved = queries.deleted_or_kept(actor(), search_id)
    with transaction():
        services.remove(actor(), saved)
    return redirect(url_for("searches.index"))


@bp.post("/suppliers/searches/<uuid:search_id>/restore")
@requires(Permission.SAVE_SEARCHES)
def restore(search_id: UUID) -> ResponseReturnValue:
    """Bring the deleted one back."""
    saved = queries.deleted_or_kept(actor(), search_id)
    try:
        with transaction():
            services.bring_back(actor(), saved)
    except BadInput as error:
        flash(str(error), "warning")
    else:
        flash(_("“%(name)s” is back.", name=saved.name), "success")
    return redirect(url_for("searches.index"))


def _choice_of(saved: SavedSearch, codes: dict[str, str]) -> Choice:
    return read_choice(MultiDict(parse_qs(saved.query)), codes)


def _address(query: str) -> str:
    return f"{url_for('picture.lookup')}?{query}".rstrip("?")
