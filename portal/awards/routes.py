"""Pages of awards: those of suppliers that we follow, and where the notices come from."""

from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.awards import queries, services
from portal.awards.catalogue import LIMITS, get_source
from portal.awards.forms import NoticeForm
from portal.awards.labels import left_out_text, reason_text
from portal.clock import today
from portal.contracts.notices.reading import read_awards
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.sources import queries as sources
from portal.sources.forms import SettingsForm
from portal.sources.labels import TRIGGERS
from portal.web.csvfile import csv_response
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("awards", __name__)


@bp.get("/awards")
@requires(Permission.READ_REGISTRY)
def index() -> ResponseReturnValue:
    """Awards to suppliers that our authority follows; `supplier` chooses one, `match=name` shows suggestions."""
    by_name, supplier_id = _chosen()
    return render_template(
        "awards/index.html",
        page=queries.awards_page(actor(), request.args.get("after"), by_name=by_name, supplier_id=supplier_id),
        followed=queries.followed_suppliers(actor()),
        standings=queries.standings(),
        by_name=by_name,
        supplier_id=supplier_id,
        limits=LIMITS,
    )


@bp.get("/awards.csv")
@requires(Permission.EXPORT_DATA)
def export() -> ResponseReturnValue:
    """The same as CSV."""
    by_name, supplier_id = _chosen()
    rows = list(queries.export_rows(actor(), by_name=by_name, supplier_id=supplier_id))
    return csv_response(rows, f"awards-{today()}.csv")


def _chosen() -> tuple[bool, UUID | None]:
    try:
        supplier_id = UUID(request.args["supplier"]) if request.args.get("supplier") else None
    except ValueError:
        supplier_id = UUID(int=0)  # nobody's
    return request.args.get("match") == "name", supplier_id


@bp.get("/awards/sources/<award_source>")
@requires(Permission.READ_SOURCES)
def show(award_source: str) -> ResponseReturnValue:
    """One source: how it stands, what it needs, its runs, and for operators its settings."""
    return _show(award_source, NoticeForm(formdata=None), None)


@bp.post("/awards/sources/<award_source>/files")
@requires(Permission.RUN_SOURCES)
def upload(award_source: str) -> ResponseReturnValue:
    """Upload a notice. A file that cannot be read leaves nothing behind."""
    form = NoticeForm()
    if form.validate_on_submit():
        content, filename = form.file.data.read(), form.file.data.filename
        try:
            read_awards(content)
            with transaction():
                services.upload(actor(), award_source, content=content, filename=filename)
        except BadInput as error:
            error.field = "file"
            add_error(form, error)
        else:
            flash(_("The notice is saved. Its awards are being read."), "success")
            return redirect(url_for("awards.show", award_source=award_source))
    return _show(award_source, form, None), 400


@bp.post("/awards/sources/<award_source>/fetch")
@requires(Permission.RUN_SOURCES)
def fetch(award_source: str) -> ResponseReturnValue:
    """Have the source asked now."""
    try:
        with transaction():
            services.fetch_now(actor(), award_source)
    except (BadInput, Conflict) as error:
        flash(str(error), "warning")
    else:
        flash(_("The source is being asked."), "success")
    return redirect(url_for("awards.show", award_source=award_source))


@bp.post("/awards/sources/<award_source>/settings")
@requires(Permission.RUN_SOURCES)
def change(award_source: str) -> ResponseReturnValue:
    """Set where and how often the source is asked."""
    form = SettingsForm()
    if form.save(partial(services.change_settings, actor(), award_source)):
        flash(_("The settings are saved."), "success")
        return redirect(url_for("awards.show", award_source=award_source))
    return _show(award_source, NoticeForm(formdata=None), form), 400


def _show(award_source: str, notice_form: NoticeForm, settings_form: SettingsForm | None) -> str:
    source = get_source(award_source)
    standing = queries.standing(award_source)
    return render_template(
        "awards/source.html",
        source=source,
        standing=standing,
        page=sources.runs_page(award_source, request.args.get("after")),
        notice_form=notice_form,
        settings_form=settings_form or SettingsForm.of(standing.settings, source),
        triggers=TRIGGERS,
        reason_text=reason_text,
        left_out_text=left_out_text,
        limits=LIMITS,
    )
