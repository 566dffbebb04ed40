"""Look-up across the network, and the cross-city picture of a supplier."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.assessments.labels import STEPS
from portal.authorities import queries as authorities
from portal.clock import today
from portal.contracts import queries as contracts
from portal.db import snapshot
from portal.dialogues.rules import commitment_state
from portal.minerals.labels import LIMITS, METALS
from portal.minerals.schemes import short_of
from portal.picture import award, finder, labels, queries, registry_export
from portal.picture.choice import address_query, clean_text, read_choice
from portal.picture.dump import everything
from portal.picture.results import results
from portal.picture.saved.queries import saved_searches
from portal.registry import queries as registry
from portal.registry.gleif import labels as lei_labels
from portal.registry.identifiers import pretty
from portal.registry.identity.labels import FACT_FIELDS, RELATION_KINDS, ROLES
from portal.registry.labels import NAME_KINDS, PRODUCT_GROUPS, country_label, scheme_label
from portal.sources import queries as sources
from portal.web.csvfile import csv_response
from portal.web.forms import OnDayForm
from portal.web.guard import actor, requires
from portal.web.jsonlines import json_lines_response
from portal.web.xlsxfile import xlsx_response

bp = Blueprint("picture", __name__)

SUGGESTIONS = 7  # and one line that leads to all results


@bp.get("/suppliers")
@requires(Permission.READ_REGISTRY)
def lookup() -> ResponseReturnValue:
    """Find a supplier by any name or number; everything chosen stands in the address."""
    members = authorities.authorities_by_id()
    choice = read_choice(request.args, [member.code for member in members.values()])
    codes = {member.code: member.id for member in members.values()}
    found = finder.find(actor(), choice, codes, request.args.get("after"))
    facets = labels.facets(found.facets, choice, {member.code: member.name for member in members.values()})
    chosen = [
        (label, _address(facet.name, facet.chosen - {value}))
        for facet in facets
        for value, label, _count, is_chosen in facet.options
        if is_chosen
    ]
    return render_template(
        "picture/lookup.html",
        found=found,
        results=results(actor(), found.rows, members),
        choice=choice,
        facets=facets,
        chosen=chosen,
        members=len(members),
        state=address_query(choice),
        searches=saved_searches(actor()),
        files=[(_("Excel workbook"), _file("picture.export_xlsx")), (_("CSV"), _file("picture.export_csv"))],
    )


@bp.get("/suppliers/export.csv")
@requires(Permission.READ_REGISTRY)
def export_csv() -> ResponseReturnValue:
    """The whole list behind the look-up page with the same filters, as CSV."""
    return csv_response(_exported(), f"suppliers-{today()}.csv")


@bp.get("/suppliers/export.xlsx")
@requires(Permission.READ_REGISTRY)
def export_xlsx() -> ResponseReturnValue:
    """The same as a workbook."""
    return xlsx_response(_exported(), f"suppliers-{today()}.xlsx", sheet=_("Suppliers"))


def _exported() -> Iterator[Sequence[object]]:
    with snapshot(authority_id=actor().authority_id, locked=actor().locked):
        members = authorities.all_authorities()
        choice = read_choice(request.args, [member.code for member in members])
        codes = {member.code: member.id for member in members}
        yield from registry_export.table(actor(), finder.chosen_list(actor(), choice, codes))


@bp.get("/authority/data.jsonl")
@requires(Permission.EXPORT_DATA)
def dump() -> ResponseReturnValue:
    """Everything that our authority may see, for programs."""
    return json_lines_response(_dumped(), f"{(actor().authority_code or 'data').lower()}-{today()}.jsonl")


def _dumped() -> Iterator[dict[str, Any]]:
    with snapshot(authority_id=actor().authority_id, locked=actor().locked):
        yield from everything(actor())


@bp.get("/suppliers/suggest")
@requires(Permission.READ_REGISTRY)
def suggest() -> ResponseReturnValue:
    """The first few suppliers that a person may mean, as a fragment under the search field."""
    text = clean_text(request.args.get("q", ""))
    return render_template(
        "picture/suggest.html",
        q=text,
        found=finder.suggest(text, SUGGESTIONS),
        why_label=labels.why_label,
        country_label=country_label,
    )


@bp.get("/suppliers/<uuid:supplier_id>")
@requires(Permission.READ_REGISTRY)
def supplier(supplier_id: UUID) -> ResponseReturnValue:
    """What the cities know of a supplier together, as far as it is shared with the reader."""
    page = queries.supplier_page(actor(), supplier_id)
    chosen = frozenset(request.args.getlist("kind")) & set(labels.TIMELINE_KINDS)
    timeline = page.follow_up.timeline if page.follow_up else None
    return render_template(
        "picture/supplier.html",
        page=page,
        supplier=page.supplier,
        follow_up=page.follow_up,
        entries=timeline.page(chosen, request.args.get("after")) if timeline else None,
        asked=timeline.asked_lately(actor()) if timeline else None,
        kinds=[
            (label, _address("kind", chosen ^ {kind}) + "#timeline", kind in chosen)
            for kind, label in labels.TIMELINE_KINDS.items()
            if timeline and kind in timeline.kinds | chosen
        ],
        total=queries.total,
        authorities=authorities.authorities_by_id(),
        name_kinds=NAME_KINDS,
        relation_kinds=RELATION_KINDS,
        role_labels=ROLES,
        fact_fields=FACT_FIELDS,
        lei_labels=lei_labels,
        groups=PRODUCT_GROUPS,
        steps=STEPS,
        limits=LIMITS,
        stale=sources.stale_lists(),
        short_of=short_of,
        commitment_state=commitment_state,
        scheme_label=scheme_label,
        pretty=pretty,
        number_text=labels.number_text,
        country_label=country_label,
    )


@bp.get("/contracts/<uuid:contract_id>/smelters")
@requires(Permission.READ_CONTRACT)
def award_day(contract_id: UUID) -> ResponseReturnValue:
    """The smelters behind a contract, as the lists stood on the day of its award or any other."""
    contract = contracts.get_contract(actor(), contract_id)
    form = OnDayForm.of_request()
    return render_template(
        "picture/award.html",
        contract=contract,
        supplier=registry.get_supplier(contract.supplier_id),
        form=form,
        award=award.smelters_on(actor(), contract, form.day or contract.starts_on),
        stale=sources.stale_lists(),
        metals=METALS,
        short_of=short_of,
    )


def _file(endpoint: str) -> str:
    """The address of this list as a file."""
    query = {key: found for key, found in request.args.lists() if key != "after"}
    return f"{url_for(endpoint)}?{urlencode(query, doseq=True)}".rstrip("?")


def _address(name: str, values: Iterable[str]) -> str:
    """This page from its beginning with other values of one filter."""
    query = {key: found for key, found in request.args.lists() if key not in (name, "after")}
    query[name] = sorted(values)
    return f"{request.path}?{urlencode(query, doseq=True)}".rstrip("?")
