"""Pages of imports: upload a list, say what its columns mean, read the report, apply it.

The blueprint of the registry is made here; portal.registry.routes adds the pages of suppliers to it.
"""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal import progress
from portal.access.permissions import Permission
from portal.db import transaction
from portal.errors import BadInput
from portal.registry import queries as registry
from portal.registry.imports import queries, services
from portal.registry.imports.explain import told
from portal.registry.imports.fields import FIELDS, Field
from portal.registry.imports.forms import ApplyForm, ColumnsForm, UploadForm
from portal.registry.imports.reading import read_table
from portal.registry.labels import IMPORT_STATES, ROW_OUTCOMES
from portal.registry.models import SupplierImport
from portal.registry.rules import ImportState, RowOutcome
from portal.web.csvfile import csv_response
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("registry", __name__)


@bp.route("/imports", methods=["GET", "POST"])
@requires(Permission.IMPORT_SUPPLIERS)
def imports() -> ResponseReturnValue:
    """Our imports, and the form for a new one. A file that cannot be read leaves nothing behind."""
    form = UploadForm()
    if form.validate_on_submit():
        content, filename = form.file.data.read(), form.file.data.filename
        try:
            table = read_table(content)
            with transaction():
                found = services.upload(actor(), content=content, filename=filename, table=table)
        except BadInput as error:
            error.field = "file"
            add_error(form, error)
        else:
            return redirect(url_for("registry.import_columns", import_id=found.id))
    page = queries.list_imports(actor(), request.args.get("after"))
    return render_template("registry/imports.html", form=form, page=page, states=IMPORT_STATES)


@bp.route("/imports/<uuid:import_id>/columns", methods=["GET", "POST"])
@requires(Permission.IMPORT_SUPPLIERS)
def import_columns(import_id: UUID) -> ResponseReturnValue:
    """Say what each column means; then the dry run begins."""
    found = queries.get_import(actor(), import_id)
    form = ColumnsForm(source=found.source)
    if found.source_date and not form.is_submitted():
        form.source_date.process_data(found.source_date)
    fields = _chosen_fields(found) if form.is_submitted() else _saved_fields(found)
    if form.validate_on_submit():
        assert form.source_date.data
        try:
            with transaction():
                services.choose_columns(
                    actor(), found, fields, source=form.source.data or "", source_date=form.source_date.data
                )
                services.request_check(actor(), found)
        except BadInput as error:
            add_error(form, error)
        else:
            return redirect(url_for("registry.import_report", import_id=found.id))
    return render_template("registry/columns.html", form=form, found=found, fields=fields, labels=FIELDS)


def _chosen_fields(found: SupplierImport) -> list[Field]:
    values = [request.form.get(f"column-{index}", "") for index in range(len(found.columns))]
    return [Field(value) if value in FIELDS else Field.IGNORE for value in values]


def _saved_fields(found: SupplierImport) -> list[Field]:
    return [Field(found.mapping.get(str(index), Field.IGNORE)) for index in range(len(found.columns))]


@bp.get("/imports/<uuid:import_id>")
@requires(Permission.IMPORT_SUPPLIERS)
def import_report(import_id: UUID) -> ResponseReturnValue:
    """How far it is; then what would be done with each row, or was done."""
    found = queries.get_import(actor(), import_id)
    outcome = _outcome(request.args.get("outcome"))
    page = queries.report_rows(found, outcome, request.args.get("after"))
    return render_template(
        "registry/report.html",
        found=found,
        form=ApplyForm(duplicates="add" if found.add_duplicates else "skip"),
        page=page,
        outcome=outcome,
        suppliers=registry.suppliers_by_id({row.supplier_id for row in page.rows if row.supplier_id}),
        progress=progress.read(found.id) if found.state in (ImportState.CHECKING, ImportState.APPLYING) else None,
        outcomes=ROW_OUTCOMES,
        states=IMPORT_STATES,
        sentence=told,
    )


def _outcome(value: str | None) -> RowOutcome | None:
    return RowOutcome(value) if value in set(RowOutcome) else None


@bp.get("/imports/<uuid:import_id>/report.csv")
@requires(Permission.IMPORT_SUPPLIERS)
def import_csv(import_id: UUID) -> ResponseReturnValue:
    """The whole report as CSV."""
    found = queries.get_import(actor(), import_id)
    return csv_response(list(_csv_lines(found)), f"{found.filename.rpartition('.')[0] or found.filename}-report.csv")


def _csv_lines(found: SupplierImport) -> Iterator[tuple[object, ...]]:
    yield _("Row"), _("Name"), _("Outcome"), _("Cell"), _("Reason"), _("Supplier in the registry")
    for row, supplier in queries.export_rows(found):
        reason = told(row.reason, row.params) if row.reason else None
        yield row.row, row.name, ROW_OUTCOMES[RowOutcome(row.outcome)], row.cell, reason, supplier


@bp.post("/imports/<uuid:import_id>/apply")
@requires(Permission.IMPORT_SUPPLIERS)
def import_apply(import_id: UUID) -> ResponseReturnValue:
    """Have it done as the report says."""
    found = queries.get_import(actor(), import_id)
    form = ApplyForm()
    with transaction():
        services.request_apply(actor(), found, add_duplicates=form.duplicates.data == "add")
    flash(_("The list is being added to the registry."), "info")
    return redirect(url_for("registry.import_report", import_id=found.id))
