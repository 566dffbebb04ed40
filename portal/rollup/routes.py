"""The roll-up: which smelters reach us through how many suppliers, and the rows behind each number."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.clock import today
from portal.contracts import queries as contracts
from portal.contracts.models import Contract
from portal.declarations.labels import LINE_STATUSES
from portal.errors import NotFound
from portal.minerals.labels import METALS
from portal.rollup import export, queries
from portal.rollup.rules import Chosen, Scope, ScopeKind
from portal.web.csvfile import csv_response
from portal.web.guard import actor, requires
from portal.web.statuses import STATUS
from portal.web.xlsxfile import xlsx_response

bp = Blueprint("rollup", __name__)


@bp.get("/reach")
@requires(Permission.READ_DECLARATION)
def index() -> ResponseReturnValue:
    """Smelters, those that most suppliers name first, with what was not recognised beside every total."""
    scope, contract = _scope()
    chosen = _chosen()
    return render_template(
        "rollup/index.html",
        scope=scope,
        contract=contract,
        contracts=contracts.own_contracts(actor()).rows,
        chosen=chosen,
        totals=queries.totals(actor(), scope),
        page=queries.reached(actor(), scope, chosen, request.args.get("after")),
        behind=_behind,
        authorities=authorities.authorities_by_id(),
        metals=METALS,
        line_statuses=LINE_STATUSES,
    )


@bp.get("/reach/rows")
@requires(Permission.READ_DECLARATION)
def rows() -> ResponseReturnValue:
    """The reported rows behind one number of the roll-up."""
    scope, contract = _scope()
    facility_id, metal, unknown = (request.args.get(name) or None for name in ("facility", "metal", "unknown"))
    return render_template(
        "rollup/rows.html",
        scope=scope,
        contract=contract,
        facility_id=facility_id,
        metal=metal,
        unknown=unknown,
        page=queries.rows_behind(
            actor(), scope, facility_id=facility_id, metal=metal, unknown=unknown, cursor=request.args.get("after")
        ),
        back=url_for("rollup.index", **_scope_args()),
        authorities=authorities.authorities_by_id(),
        metals=METALS,
        line_statuses=LINE_STATUSES,
    )


@bp.get("/reach.xlsx")
@requires(Permission.READ_DECLARATION)
def xlsx() -> ResponseReturnValue:
    """The list as a workbook."""
    return xlsx_response(_table(), f"smelters-{today()}.xlsx", sheet=_("Smelters"))


@bp.get("/reach.csv")
@requires(Permission.READ_DECLARATION)
def csv() -> ResponseReturnValue:
    """The list as CSV."""
    return csv_response(_table(), f"smelters-{today()}.csv")


def _table() -> list[tuple[object, ...]]:
    scope, _contract = _scope()
    found = queries.all_reached(actor(), scope, _chosen())
    return list(export.table(found, queries.totals(actor(), scope)))


def _scope() -> tuple[Scope, Contract | None]:
    """What the address asks for; our own authority where it asks for nothing."""
    kind = request.args.get("scope")
    if wanted := request.args.get("contract"):
        try:
            contract = contracts.get_contract(actor(), UUID(wanted))
        except ValueError as error:
            raise NotFound from error
        return Scope(ScopeKind.CONTRACT, contract.id), contract
    if kind == ScopeKind.MEMBERS:
        return Scope(ScopeKind.MEMBERS), None
    if code := request.args.get("authority"):
        found = next((one for one in authorities.all_authorities() if one.code == code), None)
        if found is None:
            raise NotFound
        return Scope(ScopeKind.AUTHORITY, found.id), None
    return Scope(ScopeKind.AUTHORITY, actor().authority_id), None


def _scope_args() -> dict[str, Any]:
    return {name: request.args[name] for name in ("scope", "contract", "authority") if request.args.get(name)}


def _behind(**which: Any) -> str:
    """The address of the rows behind a number of this page."""
    return url_for("rollup.rows", **_scope_args(), **which)


def _chosen() -> Chosen:
    metal, status = request.args.get("metal"), request.args.get("status")
    return Chosen(metal if metal in METALS else None, status if status in STATUS else None)
