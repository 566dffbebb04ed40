"""Pages of the matrix of minerals and impacts: all rows with filters, one row with its versions, and editing."""

from collections.abc import Collection, Iterator
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.accounts.queries import titles_of
from portal.db import transaction
from portal.errors import BadInput
from portal.impacts import labels, queries, services
from portal.impacts.forms import ImpactForm, ReasonForm
from portal.impacts.models import Impact
from portal.impacts.queries import Narrowed
from portal.impacts.rules import ImpactValues, Verification
from portal.registry.labels import PRODUCT_GROUPS
from portal.registry.rules import ProductGroup
from portal.web.csvfile import csv_response
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("impacts", __name__)


def narrowed_by_address() -> Narrowed:
    """The filters in the address; a value that is none of ours filters nothing."""

    def chosen(name: str, known: Collection[str]) -> str | None:
        value = request.args.get(name)
        return value if value in known else None

    return Narrowed(
        mineral=chosen("mineral", labels.MINERALS),
        product_group=chosen("product_group", list(ProductGroup)),
        country=chosen("country", queries.countries_named()),
        verification=chosen("verification", list(Verification)),
    )


def words() -> dict[str, object]:
    """What every page of the matrix needs to show its codes."""
    return {
        "minerals": labels.MINERALS,
        "groups": PRODUCT_GROUPS,
        "verifications": labels.VERIFICATIONS,
        "fields": labels.FIELDS,
    }


@bp.get("/impacts")
@requires(Permission.READ_REGISTRY)
def index() -> ResponseReturnValue:
    """All rows, narrowed by the address."""
    narrowed = narrowed_by_address()
    return render_template(
        "impacts/index.html",
        rows=queries.list_impacts(narrowed),
        narrowed=narrowed,
        filters={name: value for name, value in vars(narrowed).items() if value},
        countries=queries.countries_named(),
        withdrawn=queries.withdrawn_impacts(),
        **words(),
    )


@bp.get("/impacts.csv")
@requires(Permission.READ_REGISTRY)
def index_csv() -> ResponseReturnValue:
    """The same rows as CSV, each with how sure it is."""
    columns = ("mineral", "use", "product_groups", "countries", "place", "impact", "verification", "verified_part")

    def rows() -> Iterator[tuple[object, ...]]:
        yield (*columns, "source", "source_url", "version")
        for row in queries.list_impacts(narrowed_by_address()):
            values = [getattr(row, name) for name in (*columns, "source", "source_url", "version")]
            yield tuple(" ".join(value) if isinstance(value, list) else value for value in values)

    return csv_response(list(rows()), "minerals-and-impacts.csv")


@bp.get("/impacts/<uuid:impact_id>")
@requires(Permission.READ_REGISTRY)
def show(impact_id: UUID) -> ResponseReturnValue:
    """One row with all its versions."""
    return _show(queries.get_impact(impact_id), ReasonForm(formdata=None))


def _show(impact: Impact, form: ReasonForm) -> str:
    revisions = queries.revisions_of(impact.id)
    return render_template(
        "impacts/show.html",
        impact=impact,
        revisions=[(revision, ImpactValues.from_json(revision.said)) for revision in revisions],
        people=titles_of({revision.changed_by for revision in revisions if revision.changed_by}),
        form=form,
        **words(),
    )


@bp.route("/impacts/new", methods=["GET", "POST"])
@requires(Permission.EDIT_IMPACTS)
def new() -> ResponseReturnValue:
    """Write a new row."""
    form = ImpactForm()
    if form.validate_on_submit():
        try:
            with transaction():
                impact = services.add_impact(actor(), form.values(), form.reason.data or "")
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("The row is saved."), "success")
            return redirect(url_for("impacts.show", impact_id=impact.id))
    return render_template("impacts/edit.html", form=form, impact=None, **words())


@bp.route("/impacts/<uuid:impact_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_IMPACTS)
def edit(impact_id: UUID) -> ResponseReturnValue:
    """Change a row; the second of two editors is told, and nothing of the first is lost."""
    impact = queries.get_impact(impact_id)
    form = ImpactForm.of(impact.values, impact.version)
    if form.validate_on_submit():
        if form.version.data != str(impact.version):
            saved = ImpactForm.texts_of(impact.values)
            form.version.process_data(impact.version)
            return render_template("impacts/edit.html", form=form, impact=impact, saved=saved, **words()), 409
        try:
            with transaction():
                services.change_impact(actor(), impact, form.values(), form.reason.data or "")
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("The row is saved. What it said before stays as a version."), "success")
            return redirect(url_for("impacts.show", impact_id=impact.id))
    return render_template("impacts/edit.html", form=form, impact=impact, **words())


@bp.post("/impacts/<uuid:impact_id>/withdraw")
@requires(Permission.EDIT_IMPACTS)
def withdraw(impact_id: UUID) -> ResponseReturnValue:
    """Take a row out of the matrix."""
    impact, form = queries.get_impact(impact_id), ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.withdraw_impact(actor(), impact, form.reason.data or "")
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("The row is taken out. Its versions stay, and each can be brought back."), "success")
            return redirect(url_for("impacts.show", impact_id=impact.id))
    return _show(impact, form), 400


@bp.post("/impacts/<uuid:impact_id>/restore")
@requires(Permission.EDIT_IMPACTS)
def restore(impact_id: UUID) -> ResponseReturnValue:
    """Bring an earlier version back."""
    impact, form = queries.get_impact(impact_id), ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.restore_impact(actor(), impact, form.number.data or 0, form.reason.data or "")
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("Version %(number)s is brought back.", number=form.number.data), "success")
            return redirect(url_for("impacts.show", impact_id=impact.id))
    return _show(impact, form), 400
