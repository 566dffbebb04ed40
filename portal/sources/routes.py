"""Pages of the outside sources: how fresh each is, its runs, and what an operator can do about them."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import progress
from portal.access.permissions import Permission
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.minerals.labels import METALS
from portal.sources import labels, queries
from portal.sources.catalogue import get_source
from portal.sources.forms import DecisionForm, ListForm, SettingsForm
from portal.sources.rules import RunState
from portal.sources.services import decisions, requests
from portal.web.csvfile import csv_response
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("sources", __name__)

SHOWN = 25  # entries of each kind on the page; the download has all


@bp.get("/sources")
@requires(Permission.READ_SOURCES)
def index() -> ResponseReturnValue:
    """All sources with their freshness, what is held, what they cover and what they do not."""
    return render_template(
        "sources/index.html",
        standings=queries.freshness(),
        what_changed=labels.what_changed,
        reason_text=labels.reason_text,
    )


@bp.get("/sources/<source_code>")
@requires(Permission.READ_SOURCES)
def show(source_code: str) -> ResponseReturnValue:
    """One source: how it stands, its runs, and for operators its settings."""
    return _show(source_code, ListForm(formdata=None), None)


@bp.post("/sources/<source_code>/lists")
@requires(Permission.RUN_SOURCES)
def upload(source_code: str) -> ResponseReturnValue:
    """Upload a list; the worker reads it."""
    form = ListForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            with transaction():
                run = requests.upload_list(
                    actor(), source_code, content=sent.read(), filename=sent.filename, as_of=form.day()
                )
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("The list is saved. It is being read."), "success")
            return redirect(url_for("sources.run", run_id=run.id))
    return _show(source_code, form, None), 400


@bp.post("/sources/<source_code>/fetch")
@requires(Permission.RUN_SOURCES)
def fetch(source_code: str) -> ResponseReturnValue:
    """Have the list fetched from its address now."""
    try:
        with transaction():
            run = requests.fetch_now(actor(), source_code)
    except (BadInput, Conflict) as error:
        flash(str(error), "warning")
        return redirect(url_for("sources.show", source_code=source_code))
    flash(_("The list is being fetched."), "success")
    return redirect(url_for("sources.run", run_id=run.id))


@bp.post("/sources/<source_code>/settings")
@requires(Permission.RUN_SOURCES)
def change(source_code: str) -> ResponseReturnValue:
    """Set where and how often the source is read."""
    form = SettingsForm()
    if form.save(partial(requests.change_settings, actor(), source_code)):
        flash(_("The settings are saved."), "success")
        return redirect(url_for("sources.show", source_code=source_code))
    return _show(source_code, ListForm(formdata=None), form), 400


def _show(source_code: str, list_form: ListForm, settings_form: SettingsForm | None) -> str:
    standing = queries.standing(source_code)
    return render_template(
        "sources/show.html",
        standing=standing,
        source=standing.source,
        page=queries.runs_page(source_code, request.args.get("after")),
        list_form=list_form,
        settings_form=settings_form or SettingsForm.of(standing.settings, standing.source),
        triggers=labels.TRIGGERS,
        what_changed=labels.what_changed,
        reason_text=labels.reason_text,
    )


@bp.get("/sources/runs/<uuid:run_id>")
@requires(Permission.READ_SOURCES)
def run(run_id: UUID) -> ResponseReturnValue:
    """One run: what was read, what it changes, and for a held one the decision."""
    return _run(run_id, DecisionForm(formdata=None))


@bp.post("/sources/runs/<uuid:run_id>/decide")
@requires(Permission.RUN_SOURCES)
def decide(run_id: UUID) -> ResponseReturnValue:
    """Apply a held list, or throw it away; both with a reason."""
    form = DecisionForm()
    applies = request.form.get("decision") == "apply"
    if form.validate_on_submit():
        try:
            with transaction():
                if applies:
                    decisions.apply_held(actor(), run_id, form.note.data or "")
                else:
                    decisions.reject_held(actor(), run_id, form.note.data or "")
        except BadInput as error:
            add_error(form, error)
        else:
            flash(
                _("The list is applied.") if applies else _("The list is thrown away. Nothing was changed."), "success"
            )
            return redirect(url_for("sources.run", run_id=run_id))
    return _run(run_id, form), 400


def _run(run_id: UUID, form: DecisionForm) -> str:
    found = queries.get_run(run_id, whole=True)
    return render_template(
        "sources/run.html",
        run=found,
        source=get_source(found.source_code),
        standing=queries.standing(found.source_code),
        progress=progress.read(found.id) if found.state == RunState.QUEUED else None,
        form=form,
        shown=SHOWN,
        metals=METALS,
        triggers=labels.TRIGGERS,
        rejects=labels.REJECTS,
        fields=labels.FIELDS,
        area_fields=labels.AREA_FIELDS,
        kinds=labels.KINDS,
        reason=labels.reason_text(found.reason, found.reason_params),
        reason_text=labels.reason_text,
    )


@bp.get("/sources/runs/<uuid:run_id>/changes.csv")
@requires(Permission.READ_SOURCES)
def changes_csv(run_id: UUID) -> ResponseReturnValue:
    """Everything that a run changes, as CSV."""
    found = queries.get_run(run_id, whole=True)

    def areas() -> Iterator[tuple[object, ...]]:
        yield ("change", "country", "code", "name", "field", "from", "to")
        for kind, entries in found.diff.items():
            for entry in entries:
                values = (entry.get(name) for name in ("country", "code", "name", "field", "from", "to"))
                yield (kind, *values)

    def facilities() -> Iterator[tuple[object, ...]]:
        yield ("change", "facility_id", "metal", "name", "field", "from", "to")
        for kind, entries in found.diff.items():
            for entry in entries:
                facility = (entry["facility_id"], entry["metal"], entry["name"])
                now = entry.get("to", entry.get("status") if kind == "added" else None)
                was = entry.get("from", entry.get("status") if kind == "removed" else None)
                yield (kind, *facility, entry.get("field"), was, now)

    return csv_response(
        list(areas() if get_source(found.source_code).kind == "areas" else facilities()),
        f"{found.source_code}-{found.as_of}-changes.csv",
    )
