"""Pages of contracts: our list, one contract, add and change."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.audience import Audience
from portal.access.permissions import Permission
from portal.access.policy import require
from portal.authorities import queries as authorities
from portal.clock import today
from portal.contracts import queries, services
from portal.contracts.forms import ContractForm, NewContractForm
from portal.contracts.labels import KINDS, STATES
from portal.contracts.models import Contract
from portal.contracts.queries import Choice
from portal.contracts.rules import MAX_TITLE, ContractKind, ContractState, called_off
from portal.db import transaction
from portal.errors import BadInput, Conflict
from portal.impacts import queries as impacts
from portal.impacts.labels import MINERALS
from portal.registry import queries as registry
from portal.registry.labels import PRODUCT_GROUPS
from portal.registry.rules import ProductGroup
from portal.web.csvfile import csv_response
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("contracts", __name__)

FILTERS = ("kind", "product_group", "state", "q")
Word = TypeVar("Word", bound=StrEnum)


@bp.get("/contracts")
@requires(Permission.READ_CONTRACT)
def index() -> ResponseReturnValue:
    """The contracts of our authority."""
    choice = _choice()
    page = queries.own_contracts(actor(), choice, request.args.get("after"))
    return render_template(
        "contracts/index.html",
        page=page,
        choice=choice,
        suppliers=registry.suppliers_by_id({contract.supplier_id for contract in page.rows}),
        ends=queries.ends_by_id(page.rows),
        authorities=authorities.authorities_by_id(),
        groups=PRODUCT_GROUPS,
        states=STATES,
        kinds=KINDS,
        same_filters={name: value for name, value in request.args.items() if name in FILTERS and value},
    )


@bp.get("/contracts.csv")
@requires(Permission.READ_CONTRACT)
def export_csv() -> ResponseReturnValue:
    """The list, as it is narrowed, as CSV."""
    return csv_response(list(_rows()), f"contracts-{today()}.csv")


def _rows() -> Iterator[Sequence[object]]:
    found = queries.all_own_contracts(actor(), _choice())
    suppliers = registry.suppliers_by_id({one.supplier_id for one in found})
    frameworks, ends = queries.frameworks_of(actor(), found), queries.ends_by_id(found)
    audiences = {
        Audience.OWNER: _("Only us"),
        Audience.NAMED: _("Named authorities"),
        Audience.MEMBERS: _("All members"),
    }
    yield [
        *(_("Contract number"), _("What is bought"), _("Kind"), _("Called off under"), _("Supplier")),
        *(_("Product groups"), _("Begins"), _("Ends"), _("Value"), _("Currency"), _("Who sees it")),
    ]
    for one in found:
        framework = frameworks.get(one.framework_id) if one.framework_id else None
        yield [
            *(one.number, one.title, KINDS[ContractKind(one.kind)], framework.number if framework else None),
            *(
                suppliers[one.supplier_id].legal_name,
                ", ".join(str(PRODUCT_GROUPS[ProductGroup(g)]) for g in one.groups),
            ),
            *(one.starts_on, ends[one.id], None if one.value_minor is None else one.value_minor / 100, one.currency),
            audiences[Audience(one.audience)],
        ]


def _choice() -> Choice:
    """The filters of the address; what is none of them is left out."""

    def said(name: str, words: type[Word]) -> Word | None:
        return words(request.args[name]) if request.args.get(name) in set(words) else None

    return Choice(
        kind=said("kind", ContractKind),
        group=said("product_group", ProductGroup),
        state=said("state", ContractState),
        words=request.args.get("q", "")[:MAX_TITLE].strip() or None,
    )


@bp.get("/contracts/<uuid:contract_id>")
@requires(Permission.READ_CONTRACT)
def show(contract_id: UUID) -> ResponseReturnValue:
    """One contract, as far as its owner shares it."""
    contract = queries.get_contract(actor(), contract_id)
    extensions = queries.extensions_of(contract)
    call_offs = queries.call_offs_of(actor(), contract) if contract.kind == ContractKind.FRAMEWORK else []
    return render_template(
        "contracts/show.html",
        contract=contract,
        supplier=registry.get_supplier(contract.supplier_id),
        extensions=extensions,
        framework=next(iter(queries.frameworks_of(actor(), [contract]).values()), None),
        call_offs=call_offs,
        called_off=_by_currency(contract, call_offs),
        kinds=KINDS,
        ends_on=queries.ends_on(contract, extensions),
        authorities=authorities.authorities_by_id(),
        groups=PRODUCT_GROUPS,
        impacts=impacts.impacts_of_groups(contract.groups),
        minerals=MINERALS,
    )


def _by_currency(framework: Contract, call_offs: Sequence[Contract]) -> dict[str, int]:
    sums = called_off(call_offs)
    return {currency: value for (of, currency), value in sums.items() if of == framework.id}


@bp.route("/suppliers/<uuid:supplier_id>/contracts/new", methods=["GET", "POST"])
@requires(Permission.ADD_CONTRACT)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Add a contract with a supplier."""
    supplier = registry.get_supplier(supplier_id)
    form = NewContractForm()
    form.offer_members(actor(), authorities.all_authorities())
    form.offer_frameworks(queries.frameworks(actor()), authorities.authorities_by_id())
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
    form.offer_frameworks(queries.frameworks(actor()), authorities.authorities_by_id(), contract)
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
