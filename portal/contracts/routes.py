"""Pages of contracts: our list, one contract, add and change."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.authorities import queries as authorities
from portal.contracts import queries, services
from portal.contracts.forms import ContractForm, NewContractForm
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.impacts import queries as impacts
from portal.impacts.labels import MINERALS
from portal.registry import queries as registry
from portal.registry.labels import PRODUCT_GROUPS
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("contracts", __name__)


@bp.get("/contracts")
@requires(Permission.READ_CONTRACT)
def index() -> ResponseReturnValue:
    """The contracts of our authority."""
    group = request.args.get("product_group") or None
    page = queries.own_contracts(actor(), request.args.get("after"), group)
    suppliers = registry.suppliers_by_id({contract.supplier_id for contract in page.rows})
    return render_template(
        "contracts/index.html",
        page=page,
        suppliers=suppliers,
        authorities=authorities.authorities_by_id(),
        groups=PRODUCT_GROUPS,
        chosen_group=group,
    )


@bp.get("/contracts/<uuid:contract_id>")
@requires(Permission.READ_CONTRACT)
def show(contract_id: UUID) -> ResponseReturnValue:
    """One contract, as far as its owner shares it."""
    contract = queries.get_contract(actor(), contract_id)
    extensions = queries.extensions_of(contract)
    return render_template(
        "contracts/show.html",
        contract=contract,
        supplier=registry.get_supplier(contract.supplier_id),
        extensions=extensions,
        ends_on=queries.ends_on(contract, extensions),
        authorities=authorities.authorities_by_id(),
        groups=PRODUCT_GROUPS,
        impacts=impacts.impacts_of_groups(contract.groups),
        minerals=MINERALS,
    )


@bp.route("/suppliers/<uuid:supplier_id>/contracts/new", methods=["GET", "POST"])
@requires(Permission.ADD_CONTRACT)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Add a contract with a supplier."""
    supplier = registry.get_supplier(supplier_id)
    form = NewContractForm()
    form.offer_members(actor(), authorities.all_authorities())
    if form.validate_on_submit():
        try:
            with transaction():
                contract = services.add_contract(actor(), supplier_id, form.contract_data())
                if form.options:
                    services.add_options(actor(), contract, *form.options)
        except BadInput as error:
            add_error(form, error)
        except Conflict as error:
            add_error(form, BadInput(str(error), field="number"))
        else:
            flash(_("Contract %(number)s is saved.", number=contract.number), "success")
            return redirect(url_for("contracts.show", contract_id=contract.id))
    return render_template("contracts/edit.html", form=form, supplier=supplier, contract=None)


@bp.route("/contracts/<uuid:contract_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_CONTRACT)
def edit(contract_id: UUID) -> ResponseReturnValue:
    """Change a contract; the second of two editors is told, and nothing of the first is lost."""
    contract = queries.get_contract(actor(), contract_id)
    require(actor(), Permission.EDIT_CONTRACT, contract)
    supplier = registry.get_supplier(contract.supplier_id)
    form = ContractForm(obj=contract)
    form.offer_members(actor(), authorities.all_authorities())
    if form.validate_on_submit():
        if form.version.data != str(contract.version):
            saved = ContractForm(formdata=None, obj=contract).texts()
            form.version.process_data(contract.version)
            return render_template(
                "contracts/conflict.html", form=form, saved=saved, contract=contract, supplier=supplier
            ), 409
        try:
            with transaction():
                services.change_contract(actor(), contract, form.contract_data())
        except BadInput as error:
            add_error(form, error)
        except Conflict as error:
            add_error(form, BadInput(str(error), field="number"))
        else:
            flash(_("Contract %(number)s is saved.", number=contract.number), "success")
            return redirect(url_for("contracts.show", contract_id=contract.id))
    return render_template("contracts/edit.html", form=form, supplier=supplier, contract=contract)
