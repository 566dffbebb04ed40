"""Pages of the registry: a new supplier, its facts one by one, following it. Imports have their own routes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.registry import queries, services
from portal.registry.duplicates import NumberTaken, PossibleDuplicates
from portal.registry.forms import CountryForm, IdentifierForm, NameForm, ParentForm, SiteForm, SupplierForm
from portal.registry.identity import ownership
from portal.registry.identity import queries as identity
from portal.registry.identity.labels import FACT_FIELDS, RELATION_KINDS, ROLES
from portal.registry.identity.rules import RelationKind
from portal.registry.identity.values import stated_values
from portal.registry.imports.routes import bp
from portal.registry.labels import NAME_KINDS, country_label, scheme_label
from portal.registry.matching.texts import all_in_words
from portal.registry.models import Supplier
from portal.registry.rules import NameKind
from portal.web.forms import add_error
from portal.web.guard import actor, requires
from portal.web.preferences import local_path


@bp.route("/suppliers/new", methods=["GET", "POST"])
@requires(Permission.EDIT_REGISTRY)
def new() -> ResponseReturnValue:
    """Add a supplier by hand; what it may be already is shown before it is added."""
    form = SupplierForm(legal_name=request.args.get("name", "")[:300], lei=request.args.get("lei", "")[:20])
    alike: Any = ()
    holder = None
    if form.validate_on_submit():
        try:
            with transaction():
                supplier = services.add_supplier(
                    actor(), form.supplier_data(), form.provenance(), confirmed=form.confirmed.data
                )
        except PossibleDuplicates as found:
            alike = found.found
        except NumberTaken as taken:
            holder = taken.holder
            add_error(form, BadInput(str(taken)))
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("“%(name)s” is in the registry now.", name=supplier.legal_name), "success")
            return redirect(url_for("picture.supplier", supplier_id=supplier.id))
    return render_template(
        "registry/new.html",
        form=form,
        alike=alike,
        holder=holder,
        country_label=country_label,
        in_words=all_in_words,
    ), 409 if alike or holder else 200


@bp.get("/suppliers/<uuid:supplier_id>/edit")
@requires(Permission.EDIT_REGISTRY)
def edit(supplier_id: UUID) -> ResponseReturnValue:
    """Everything that is recorded of a supplier, with what can be added and withdrawn."""
    supplier = queries.get_facts(supplier_id)
    return render_template(
        "registry/edit.html",
        supplier=supplier,
        names=sorted(supplier.names, key=lambda name: (list(NameKind).index(NameKind(name.kind)), name.name)),
        children=queries.children_of(supplier_id),
        relations=identity.relations_of(supplier_id),
        roles=identity.roles_of(supplier_id),
        values=stated_values(supplier, identity.facts_of(supplier_id)),
        relation_kinds=RELATION_KINDS,
        role_labels=ROLES,
        fact_fields=FACT_FIELDS,
        authorities=authorities.authorities_by_id(),
        name_kinds=NAME_KINDS,
        scheme_label=scheme_label,
        country_label=country_label,
    )


@bp.route("/suppliers/<uuid:supplier_id>/names/new", methods=["GET", "POST"])
@requires(Permission.EDIT_REGISTRY)
def new_name(supplier_id: UUID) -> ResponseReturnValue:
    """Add a former, trading or local name, or a new legal one."""
    form = NameForm()

    def add(supplier: Supplier) -> None:
        services.add_name(actor(), supplier, form.name_data(), form.provenance())

    return _new_fact(supplier_id, form, add, _("Add a name"), _("The name is added."))


@bp.route("/suppliers/<uuid:supplier_id>/identifiers/new", methods=["GET", "POST"])
@requires(Permission.EDIT_REGISTRY)
def new_identifier(supplier_id: UUID) -> ResponseReturnValue:
    """Add a LEI, VAT or national number; its check digits are checked."""
    form = IdentifierForm()

    def add(supplier: Supplier) -> None:
        services.add_identifier(actor(), supplier, form.identifier(supplier.country), form.provenance())

    return _new_fact(supplier_id, form, add, _("Add a number"), _("The number is added."))


@bp.route("/suppliers/<uuid:supplier_id>/sites/new", methods=["GET", "POST"])
@requires(Permission.EDIT_REGISTRY)
def new_site(supplier_id: UUID) -> ResponseReturnValue:
    """Add a place where something is made or done."""
    form = SiteForm()

    def add(supplier: Supplier) -> None:
        services.add_site(actor(), supplier, form.site_data(), form.provenance())

    return _new_fact(supplier_id, form, add, _("Add a site"), _("The site is added."))


def _new_fact(
    supplier_id: UUID, form: FlaskForm, add: Callable[[Supplier], None], title: str, done: str
) -> ResponseReturnValue:
    """The page that adds one fact: the same for all kinds."""
    supplier = queries.get_supplier(supplier_id)
    holder = None
    if form.validate_on_submit():
        try:
            with transaction():
                add(supplier)
        except BadInput as error:
            add_error(form, error)
        except Conflict as error:
            holder = error.holder if isinstance(error, NumberTaken) else None
            add_error(form, BadInput(str(error), field="number" if isinstance(error, NumberTaken) else None))
        else:
            flash(done, "success")
            return redirect(url_for("registry.edit", supplier_id=supplier_id))
    return render_template("registry/new_fact.html", form=form, supplier=supplier, title=title, holder=holder)


@bp.route("/suppliers/<uuid:supplier_id>/country", methods=["GET", "POST"])
@requires(Permission.EDIT_REGISTRY)
def country(supplier_id: UUID) -> ResponseReturnValue:
    """Correct the country of registration."""
    supplier = queries.get_supplier(supplier_id)
    form = CountryForm(obj=supplier)
    stale = form.is_submitted() and form.version.data != str(supplier.version)
    if stale:
        form.version.process_data(supplier.version)
    elif form.validate_on_submit():
        with transaction():
            services.set_country(actor(), supplier, form.country.data, form.provenance())
        flash(_("The country is saved."), "success")
        return redirect(url_for("registry.edit", supplier_id=supplier_id))
    page = render_template(
        "registry/country.html", form=form, supplier=supplier, stale=stale, country_label=country_label
    )
    return page, 409 if stale else 200


@bp.route("/suppliers/<uuid:supplier_id>/parent", methods=["GET", "POST"])
@requires(Permission.EDIT_REGISTRY)
def parent(supplier_id: UUID) -> ResponseReturnValue:
    """Choose the parent company among what a search for its name finds."""
    supplier = queries.get_facts(supplier_id)
    words = request.args.get("q", "")[:200]
    found = [one for one in queries.find_by_name(words) if one.id != supplier.id]
    form = ParentForm(version=supplier.version)
    form.parent_id.choices = [(str(one.id), one.legal_name) for one in found]
    stale = form.is_submitted() and form.version.data != str(supplier.version)
    if stale:
        form.version.process_data(supplier.version)
    elif form.validate_on_submit():
        try:
            with transaction():
                _set_above(supplier, form)
        except BadInput as error:
            add_error(form, error)
        else:
            flash(_("The parent company is saved."), "success")
            return redirect(url_for("registry.edit", supplier_id=supplier_id))
    page = render_template(
        "registry/parent.html",
        form=form,
        supplier=supplier,
        words=words,
        found=found,
        stale=stale,
        country_label=country_label,
    )
    return page, 409 if stale else 200


def _set_above(supplier: Supplier, form: ParentForm) -> None:
    chosen = _chosen(form.parent_id.data)
    kind = RelationKind(form.kind.data)
    if kind is RelationKind.DIRECT_PARENT:
        services.set_parent(actor(), supplier, chosen, form.provenance())
    elif chosen is not None:
        where = form.provenance() or services.Provenance(actor().authority_name or actor().name, today())
        ownership.state_relation(actor(), supplier, kind, ownership.Parent(chosen), where)


def _chosen(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        raise BadInput(_("This is no company of the registry."), field="parent_id") from None


@bp.post("/supplier-names/<uuid:name_id>/withdraw")
@requires(Permission.EDIT_REGISTRY)
def withdraw_name(name_id: UUID) -> ResponseReturnValue:
    """Take back a name."""
    name = queries.get_name(name_id)
    with transaction():
        services.withdraw_name(actor(), name)
    flash(_("The name is withdrawn."), "success")
    return redirect(url_for("registry.edit", supplier_id=name.supplier_id))


@bp.post("/supplier-identifiers/<uuid:identifier_id>/withdraw")
@requires(Permission.EDIT_REGISTRY)
def withdraw_identifier(identifier_id: UUID) -> ResponseReturnValue:
    """Take back a number."""
    number = queries.get_identifier(identifier_id)
    with transaction():
        services.withdraw_identifier(actor(), number)
    flash(_("The number is withdrawn."), "success")
    return redirect(url_for("registry.edit", supplier_id=number.supplier_id))


@bp.post("/sites/<uuid:site_id>/withdraw")
@requires(Permission.EDIT_REGISTRY)
def withdraw_site(site_id: UUID) -> ResponseReturnValue:
    """Take back a site."""
    site = queries.get_site(site_id)
    with transaction():
        services.withdraw_site(actor(), site)
    flash(_("The site is withdrawn."), "success")
    return redirect(url_for("registry.edit", supplier_id=site.supplier_id))


@bp.post("/suppliers/<uuid:supplier_id>/follow")
@requires(Permission.FOLLOW_SUPPLIER)
def follow(supplier_id: UUID) -> ResponseReturnValue:
    """Be told of changes at this supplier."""
    with transaction():
        services.follow(actor(), supplier_id)
    return _followed(supplier_id, following=True)


@bp.post("/suppliers/<uuid:supplier_id>/unfollow")
@requires(Permission.FOLLOW_SUPPLIER)
def unfollow(supplier_id: UUID) -> ResponseReturnValue:
    """No longer be told."""
    with transaction():
        services.unfollow(actor(), supplier_id)
    return _followed(supplier_id, following=False)


def _followed(supplier_id: UUID, *, following: bool) -> ResponseReturnValue:
    """The button in its new state for htmx; otherwise back to where it was pressed."""
    if request.headers.get("HX-Request"):
        return render_template("registry/follow.html", supplier=queries.get_supplier(supplier_id), following=following)
    back = local_path(request.form.get("next"))
    return redirect(back or url_for("picture.supplier", supplier_id=supplier_id))
