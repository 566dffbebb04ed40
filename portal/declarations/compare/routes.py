"""The comparison of two declarations, as a page and as a workbook."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.declarations import queries as declarations
from portal.declarations.compare import export, queries
from portal.declarations.compare.labels import FIELDS
from portal.declarations.labels import LINE_STATUSES, SCOPES
from portal.declarations.models import Declaration
from portal.errors import NotFound
from portal.minerals.labels import METALS
from portal.registry import queries as registry
from portal.web.guard import actor, requires
from portal.web.xlsxfile import xlsx_response

bp = Blueprint("compare", __name__)


@bp.get("/declarations/<uuid:declaration_id>/compare")
@requires(Permission.READ_DECLARATION)
def show(declaration_id: UUID) -> ResponseReturnValue:
    """What differs from last year's, or from the one that `with` names."""
    declaration = declarations.get_declaration(actor(), declaration_id)
    choices = queries.comparable(actor(), declaration)
    other = _other(declaration, choices)
    return render_template(
        "compare/show.html",
        declaration=declaration,
        other=other,
        choices=choices,
        compared=queries.compare(declaration, other) if other else None,
        supplier=registry.get_supplier(declaration.supplier_id),
        authorities=authorities.authorities_by_id(),
        fields=FIELDS,
        scopes=SCOPES,
        metals=METALS,
        line_statuses=LINE_STATUSES,
    )


@bp.get("/declarations/<uuid:declaration_id>/compare.xlsx")
@requires(Permission.READ_DECLARATION)
def xlsx(declaration_id: UUID) -> ResponseReturnValue:
    """The same as a workbook, one row for each difference. A table of its header where there is nothing to compare."""
    declaration = declarations.get_declaration(actor(), declaration_id)
    other = _other(declaration, queries.comparable(actor(), declaration))
    rows = list(export.table(queries.compare(declaration, other))) if other else [(_("There is nothing to compare."),)]
    name = f"{declaration.template}-{declaration.received_on}-compared.xlsx"
    return xlsx_response(rows, name, sheet=_("Differences"))


def _other(declaration: Declaration, choices: Sequence[Declaration]) -> Declaration | None:
    """The declaration in the address, or last year's; None where there is none at all."""
    wanted = request.args.get("with")
    if not wanted:
        return queries.last_years(choices, declaration)
    try:
        other_id = UUID(wanted)
    except ValueError as error:
        raise NotFound from error
    return queries.one_of(actor(), declaration, other_id)
