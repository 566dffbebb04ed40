"""Insights: what is covered, known and open, for one authority and for the network; each number leads to its rows."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.clock import today
from portal.contracts.rules import CURRENCIES
from portal.documents.pdf import PDF, pdf_of
from portal.errors import NotFound
from portal.findings.labels import SEVERITIES
from portal.findings.rules import Severity
from portal.insights import charts, export, labels, queries
from portal.insights.ours import ours
from portal.insights.rules import NO_VALUE, Age, Promptness, Standing
from portal.minerals.labels import METALS
from portal.registry import queries as registry
from portal.rollup import queries as rollup
from portal.rollup.rules import Scope, ScopeKind
from portal.web.guard import actor, requires
from portal.web.xlsxfile import xlsx_response

bp = Blueprint("insights", __name__)

Word = TypeVar("Word", bound=StrEnum)


@bp.context_processor
def words() -> dict[str, Any]:
    """What every page of insights shows."""
    return {
        "labels": labels,
        "charts": charts,
        "ages": list(Age),
        "standings": list(Standing),
        "promptness": list(Promptness),
        "severities": SEVERITIES,
        "metals": METALS,
        "authorities": authorities.authorities_by_id(),
        "no_value": NO_VALUE,
        "scope_args": _scope_args(),
    }


@bp.get("/insights")
@requires(Permission.READ_ASSESSMENT)
def index() -> ResponseReturnValue:
    """The numbers, each with its chart and table."""
    scope = _scope()
    found = _insight(scope)
    return render_template(
        "insights/index.html",
        scope=scope,
        found=found,
        share=export.coverage_share,
        currencies=list(dict.fromkeys(one.currency for one in found.numbers.coverage)),
        unassessed_line=export.unassessed_line(found),
        reuse_lines=export.reuse_lines(found.ours) if found.ours else [],
    )


@bp.get("/insights.xlsx")
@requires(Permission.READ_ASSESSMENT)
def xlsx() -> ResponseReturnValue:
    """The numbers as a workbook."""
    return xlsx_response(list(export.table(_insight(_scope()))), f"insights-{today()}.xlsx", sheet=_("Insights"))


@bp.get("/insights.pdf")
@requires(Permission.READ_ASSESSMENT)
def pdf() -> ResponseReturnValue:
    """The numbers as a tagged PDF for the file."""
    made = pdf_of(export.report(_insight(_scope()), actor().authority_name or ""))
    response = Response(made, mimetype=PDF)
    response.headers.set("Content-Disposition", "attachment", filename=f"insights-{today()}.pdf")
    return response


@bp.get("/insights/contracts")
@requires(Permission.READ_ASSESSMENT)
def contracts() -> ResponseReturnValue:
    """The running contracts behind a number (`?age=`, `?currency=`, `?supplier=`)."""
    age, currency = _word(Age, "age"), request.args.get("currency") or None
    if currency and currency not in (*CURRENCIES, NO_VALUE):
        raise NotFound
    supplier_id = _id("supplier")
    supplier = registry.get_supplier(supplier_id) if supplier_id else None
    page = queries.contracts_behind(
        actor(), _scope(), age=age, currency=currency, supplier_id=supplier_id, cursor=request.args.get("after")
    )
    chosen = [
        str(labels.AGES[age]) if age else None,
        (_("No value given") if currency == NO_VALUE else currency) if currency else None,
        supplier.legal_name if supplier else None,
    ]
    return _rows("contracts", page, chosen)


@bp.get("/insights/suppliers")
@requires(Permission.READ_ASSESSMENT)
def suppliers() -> ResponseReturnValue:
    """The suppliers behind a number (`?age=`)."""
    age = _word(Age, "age")
    page = queries.suppliers_behind(actor(), _scope(), age=age, cursor=request.args.get("after"))
    return _rows("suppliers", page, [str(labels.AGES[age]) if age else None])


@bp.get("/insights/findings")
@requires(Permission.READ_FINDING)
def findings() -> ResponseReturnValue:
    """The findings behind a number (`?severity=`, `?standing=`)."""
    severity, standing = _word(Severity, "severity"), _word(Standing, "standing")
    page = queries.findings_behind(
        actor(), _scope(), severity=severity, standing=standing, cursor=request.args.get("after")
    )
    chosen = [
        str(SEVERITIES[severity]) if severity else None,
        str(labels.STANDINGS[standing]) if standing else None,
    ]
    return _rows("findings", page, chosen)


def _rows(kind: str, page: object, chosen: list[str | None]) -> str:
    return render_template(
        "insights/rows.html",
        kind=kind,
        page=page,
        chosen=[one for one in chosen if one],
        whose=_whose(_scope()),
        back=url_for("insights.index", **_scope_args()),
    )


def _insight(scope: Scope) -> export.Insight:
    return export.Insight(
        whose=_whose(scope),
        numbers=queries.numbers(actor(), scope),
        smelters=rollup.totals(actor(), scope),
        ours=ours(actor()) if scope == Scope(ScopeKind.AUTHORITY, actor().authority_id) else None,
    )


def _whose(scope: Scope) -> str:
    if scope.kind is ScopeKind.MEMBERS:
        return str(_("all members"))
    return next(one.name for one in authorities.all_authorities() if one.id == scope.id)


def _scope() -> Scope:
    """What the address asks for; our own authority where it asks for nothing."""
    if request.args.get("scope") == ScopeKind.MEMBERS:
        return Scope(ScopeKind.MEMBERS)
    if code := request.args.get("authority"):
        found = next((one for one in authorities.all_authorities() if one.code == code), None)
        if found is None:
            raise NotFound
        return Scope(ScopeKind.AUTHORITY, found.id)
    return Scope(ScopeKind.AUTHORITY, actor().authority_id)


def _scope_args() -> dict[str, Any]:
    return {name: request.args[name] for name in ("scope", "authority") if request.args.get(name)}


def _word(kind: type[Word], name: str) -> Word | None:
    return _read(name, kind)


def _id(name: str) -> UUID | None:
    return _read(name, UUID)


Read = TypeVar("Read")


def _read(name: str, kind: Callable[[str], Read]) -> Read | None:
    """A word or id of the address; NotFound for one that there is not."""
    value = request.args.get(name)
    try:
        return kind(value) if value else None
    except ValueError as error:
        raise NotFound from error
