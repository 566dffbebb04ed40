"""Pages of declarations: the list, the upload, one declaration with its checks and smelters, who sees it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.authorities import queries as authorities
from portal.cahra.world import picture
from portal.clock import today
from portal.db import transaction
from portal.declarations import queries, services, where
from portal.declarations.forms import AudienceChangeForm, UploadForm
from portal.declarations.labels import LINE_STATUSES, SCOPES
from portal.declarations.messages import finding, sentences
from portal.declarations.models import Declaration, DeclarationFinding
from portal.declarations.places import cells_in_words
from portal.declarations.reading.unreadable import Unreadable
from portal.declarations.rechecking.labels import REASONS
from portal.declarations.refusing import in_words
from portal.declarations.rules import Finding
from portal.errors import BadInput, Conflict
from portal.evidence import queries as evidence
from portal.minerals.labels import METALS
from portal.minerals.schemes import short_of
from portal.registry import queries as registry
from portal.sources import queries as sources
from portal.web.csvfile import csv_response
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("declarations", __name__)


@bp.get("/declarations")
@requires(Permission.READ_DECLARATION)
def index() -> ResponseReturnValue:
    """Declarations that we may see, the newest first."""
    own = request.args.get("own") == "1"
    page = queries.list_declarations(actor(), request.args.get("after"), own=own)
    return render_template(
        "declarations/index.html",
        page=page,
        own=own,
        suppliers=registry.suppliers_by_id({row.supplier_id for row in page.rows}),
        authorities=authorities.authorities_by_id(),
    )


@bp.route("/suppliers/<uuid:supplier_id>/declarations/new", methods=["GET", "POST"])
@requires(Permission.UPLOAD_DECLARATION)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Upload what the supplier sent. It is read and checked at once; nothing of a refused file is kept."""
    supplier = registry.get_supplier(supplier_id)
    form = UploadForm(received_on=today())
    form.offer_members(actor(), authorities.all_authorities())
    if form.validate_on_submit():
        content, filename = form.file.data.read(), form.file.data.filename
        assert form.received_on.data
        try:
            report = services.read_declaration(content, filename)
            with transaction():
                declaration = services.add_declaration(
                    actor(),
                    supplier_id,
                    content=content,
                    filename=filename,
                    report=report,
                    received_on=form.received_on.data,
                    audience=form.chosen_audience,
                    named_ids=form.named_ids.data or [],
                )
        except Unreadable as error:
            add_error(form, in_words(error))
        except BadInput as error:
            add_error(form, error)
        except Conflict as error:
            add_error(form, BadInput(str(error), field="file"))
        else:
            flash(_("The declaration is saved and checked."), "success")
            return redirect(url_for("declarations.show", declaration_id=declaration.id))
    return render_template("declarations/new.html", form=form, supplier=supplier)


@bp.get("/declarations/map")
@requires(Permission.READ_DECLARATION)
def smelter_map() -> ResponseReturnValue:
    """Where the smelters of the newest declarations are, on a map and in a table."""
    known, countries = where.smelters_by_country(actor())
    counts = {row.country: row.smelters for row in countries if row.country}
    return render_template(
        "declarations/map.html",
        known=known,
        countries=countries,
        picture=picture(known, counts),
        metal_names=METALS,
    )


@bp.get("/declarations/map.csv")
@requires(Permission.READ_DECLARATION)
def smelter_map_csv() -> ResponseReturnValue:
    """The table of the map as CSV."""
    _known, countries = where.smelters_by_country(actor())
    rows: list[tuple[object, ...]] = [("country", "smelters", "metals", "areas_list_today")]
    rows += [(row.country, row.smelters, " ".join(row.metals), row.match.listing) for row in countries]
    return csv_response(rows, "smelters-by-country.csv")


@bp.get("/declarations/<uuid:declaration_id>")
@requires(Permission.READ_DECLARATION)
def show(declaration_id: UUID) -> ResponseReturnValue:
    """One declaration: what to fix, and its smelters beside the lists of then and now."""
    declaration = queries.get_declaration(actor(), declaration_id)
    metals = queries.metals_of(declaration)
    metal = request.args.get("metal") if request.args.get("metal") in metals else None
    lines = queries.lines_of(declaration)
    rows = queries.with_statuses(declaration, lines)
    found: list[Finding | DeclarationFinding] = [*_copied_lists(declaration), *declaration.findings]
    return render_template(
        "declarations/show.html",
        declaration=declaration,
        supplier=registry.get_supplier(declaration.supplier_id),
        evidence=evidence.get_evidence(actor(), declaration.evidence_id),
        authorities=authorities.authorities_by_id(),
        findings=[(one, sentences(one.code, one.params, _), cells_in_words(one.cell)) for one in found],
        checks=declaration.checks,
        reasons=REASONS,
        rows=rows,
        stale=sources.stale_lists(),
        short_of=short_of,
        declared_areas=queries.areas_of(declaration, lines),
        shown=[row for row in rows if metal is None or row.line.metal == metal],
        metals=metals,
        metal=metal,
        line_statuses=LINE_STATUSES,
        metal_names=METALS,
        scopes=SCOPES,
    )


@bp.post("/declarations/<uuid:declaration_id>/check")
@requires(Permission.EDIT_DECLARATION)
def check_again(declaration_id: UUID) -> ResponseReturnValue:
    """Check the kept file by the rules and lists of today; what was found before stays beside it."""
    declaration = queries.get_declaration(actor(), declaration_id)
    require(actor(), Permission.EDIT_DECLARATION, declaration)
    item = evidence.get_evidence(actor(), declaration.evidence_id)
    try:
        report = services.read_declaration(evidence.content_of(item.sha256), item.filename)
    except Unreadable as error:
        flash(str(in_words(error)), "warning")
    else:
        with transaction():
            services.check_again(actor(), declaration, report)
        flash(_("The declaration is checked again. What was found before is kept."), "success")
    return redirect(url_for("declarations.show", declaration_id=declaration_id))


@bp.get("/declarations/<uuid:declaration_id>/smelters.csv")
@requires(Permission.READ_DECLARATION)
def smelters_csv(declaration_id: UUID) -> ResponseReturnValue:
    """The smelter rows with their match and status, as CSV."""
    declaration = queries.get_declaration(actor(), declaration_id)
    name = f"{declaration.template}-{declaration.revision}-{declaration.received_on}-smelters.csv"
    return csv_response(list(queries.export_rows(declaration)), name)


@bp.route("/declarations/<uuid:declaration_id>/audience", methods=["GET", "POST"])
@requires(Permission.EDIT_DECLARATION)
def audience(declaration_id: UUID) -> ResponseReturnValue:
    """Change who sees a declaration and its file."""
    declaration = queries.get_declaration(actor(), declaration_id)
    require(actor(), Permission.EDIT_DECLARATION, declaration)
    form = AudienceChangeForm(obj=declaration)
    form.offer_members(actor(), authorities.all_authorities())
    if form.validate_on_submit():
        with transaction():
            services.change_audience(actor(), declaration, form.chosen_audience, form.named_ids.data or [])
        flash(_("It is changed who sees this declaration."), "success")
        return redirect(url_for("declarations.show", declaration_id=declaration.id))
    return render_template(
        "declarations/audience.html",
        form=form,
        declaration=declaration,
        supplier=registry.get_supplier(declaration.supplier_id),
    )


def _copied_lists(declaration: Declaration) -> list[Finding]:
    """The same list under another supplier: found anew for each reader, as everybody sees other declarations."""
    others = queries.same_list_elsewhere(actor(), declaration)
    suppliers = registry.suppliers_by_id({other.supplier_id for other in others})
    names = sorted({supplier.legal_name for supplier in suppliers.values()})
    return [finding("same_list_elsewhere", "Smelter List", None, supplier=name) for name in names]
