"""Pages of notices: upload one, read what it would bring, apply it."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.audience import Audience
from portal.access.permissions import Permission
from portal.contracts.notices import queries, services
from portal.contracts.notices.forms import ApplyForm, UploadForm
from portal.contracts.notices.labels import OUTCOMES, STATES
from portal.contracts.notices.reading import read_notices
from portal.db import transaction
from portal.errors import BadInput
from portal.registry import queries as registry
from portal.registry.labels import PRODUCT_GROUPS, ROW_OUTCOMES
from portal.registry.reasons import sentence
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("contract_notices", __name__)


@bp.route("/imports/notices", methods=["GET", "POST"])
@requires(Permission.IMPORT_SUPPLIERS)
def index() -> ResponseReturnValue:
    """Our imports of notices, and the form for a new one. A file that cannot be read leaves nothing behind."""
    form = UploadForm()
    if form.validate_on_submit():
        content, filename = form.file.data.read(), form.file.data.filename
        try:
            notices = read_notices(content)
            with transaction():
                found = services.upload(actor(), content=content, filename=filename, notices=notices)
                services.request_check(actor(), found)
        except BadInput as error:
            error.field = "file"
            add_error(form, error)
        else:
            return redirect(url_for("contract_notices.show", notice_import_id=found.id))
    page = queries.list_imports(actor(), request.args.get("after"))
    return render_template("contracts/notices.html", form=form, page=page, states=STATES)


@bp.get("/imports/notices/<uuid:notice_import_id>")
@requires(Permission.IMPORT_SUPPLIERS)
def show(notice_import_id: UUID) -> ResponseReturnValue:
    """What would be done with each winner and contract, or was done."""
    found = queries.get_import(actor(), notice_import_id)
    ids = {UUID(row["supplier_id"]) for row in found.report.get("suppliers", ()) if row["supplier_id"]}
    return render_template(
        "contracts/notice.html",
        found=found,
        form=ApplyForm(),
        suppliers={str(key): supplier for key, supplier in registry.suppliers_by_id(ids).items()},
        contracts=[_contract(row) for row in found.report.get("contracts", ())],
        outcomes=OUTCOMES,
        supplier_outcomes=ROW_OUTCOMES,
        groups=PRODUCT_GROUPS,
        sentence=sentence,
    )


def _contract(row: dict[str, Any]) -> SimpleNamespace:
    """A contract of the report with its days as dates, as the filters of templates take it."""
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("starts_on", "ends_on")}
    return SimpleNamespace(**row | days)


@bp.post("/imports/notices/<uuid:notice_import_id>/apply")
@requires(Permission.IMPORT_SUPPLIERS)
def apply(notice_import_id: UUID) -> ResponseReturnValue:
    """Have it done as the report says."""
    found = queries.get_import(actor(), notice_import_id)
    form = ApplyForm()
    with transaction():
        services.request_apply(
            actor(),
            found,
            our_buyers=request.form.getlist("buyer"),
            add_duplicates=form.duplicates.data == "add",
            audience=Audience.MEMBERS if form.audience.data == Audience.MEMBERS else Audience.OWNER,
        )
    flash(_("The notice is being applied."), "info")
    return redirect(url_for("contract_notices.show", notice_import_id=found.id))
