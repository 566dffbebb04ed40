"""Compose a clause set for a tender and download it. Everything chosen stands in the address, nothing is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.clauses import queries, rules
from portal.clauses.duties import Period
from portal.clauses.models import ClauseVersion
from portal.clauses.sets import content
from portal.clauses.sets.content import MineralInSet, Monitoring
from portal.clauses.wording import deadline
from portal.clock import today
from portal.contracts import queries as contracts
from portal.documents.document import Document
from portal.documents.pdf import PDF, pdf_of
from portal.documents.plain import TEXT, text_of
from portal.documents.word import DOCX, docx_of
from portal.impacts import queries as impacts
from portal.impacts.labels import MINERALS
from portal.registry.labels import PRODUCT_GROUPS
from portal.web.download import download
from portal.web.forms import DayField
from portal.web.guard import actor, requires

bp = Blueprint("clause_sets", __name__)

# What stands in the address of a set.
CHOICES = ("group", "clause", "chosen", "language", "starts_on", "ends_on")


class DatesForm(FlaskForm):
    """When the contract is to run; both may be empty. In the address, so without a token."""

    class Meta:
        """A GET form."""

        csrf = False

    starts_on = DayField(_l("Begins"))
    ends_on = DayField(_l("Ends"))


@dataclass(frozen=True)
class Composed:
    """What the address chooses."""

    groups: list[str]
    minerals: list[MineralInSet]
    proposed: list[content.ProposedClause]
    chosen: list[ClauseVersion]
    asked: bool
    language: str
    form: DatesForm
    period: Period | None

    @property
    def monitoring(self) -> Monitoring:
        """What the chosen clauses oblige to."""
        return content.monitoring(self.chosen, self.period)


def _composed() -> Composed:
    groups = [group for group in dict.fromkeys(request.args.getlist("group")) if group in PRODUCT_GROUPS]
    minerals = content.minerals_of(impacts.list_impacts(), groups) if groups else []
    fits = content.proposed(queries.library(actor(), published=True), minerals) if groups else []
    asked = "chosen" in request.args
    ids = set(request.args.getlist("clause", type=UUID))
    chosen = [one.version for one in fits if one.version.id in ids] if asked else []
    language = request.args.get("language", "")
    form = DatesForm(request.args)
    form.validate()
    starts_on, ends_on = form.starts_on.data, form.ends_on.data
    if starts_on and ends_on and ends_on < starts_on:
        form.ends_on.errors = [*form.ends_on.errors, _("The contract ends before it begins.")]
    period = Period(starts_on, ends_on) if starts_on and ends_on and not form.errors else None
    return Composed(
        groups,
        minerals,
        fits,
        chosen,
        asked,
        language if language in rules.LANGUAGES else str(get_locale() or "en"),
        form,
        period,
    )


@bp.get("/clauses/set")
@requires(Permission.READ_CLAUSE)
def compose() -> ResponseReturnValue:
    """Product groups, their minerals, the clauses that fit, and what the chosen ones oblige to."""
    found = _composed()
    return render_template(
        "clause_sets/compose.html",
        found=found,
        monitoring=found.monitoring,
        groups=PRODUCT_GROUPS,
        minerals=MINERALS,
        authorities=authorities.authorities_by_id(),
        said=rules.said,
        in_language=rules.in_language,
        deadline=deadline,
        our_contracts=contracts.all_own_contracts(actor()) if found.chosen else [],
        same_choice={name: request.args.getlist(name) for name in CHOICES if name in request.args},
    )


@bp.get("/clauses/set/sign")
@requires(Permission.READ_CLAUSE)
def sign() -> ResponseReturnValue:
    """On to the contract that the set was signed into, with its clauses ticked and their due days to look at."""
    contract_id = request.args.get("contract", type=UUID)
    if contract_id is None:
        flash(_("Choose a contract first."), "warning")
        kept: dict[str, Any] = {name: request.args.getlist(name) for name in CHOICES if name in request.args}
        return redirect(url_for("clause_sets.compose", **kept))
    contract = contracts.get_contract(actor(), contract_id)
    chosen: dict[str, Any] = {"clause": request.args.getlist("clause", type=UUID)}
    language = request.args.get("language")
    to = url_for("obligations.contract", contract_id=contract.id, language=language, _anchor="h-clauses", **chosen)
    return redirect(to)


@bp.get("/clauses/set.txt")
@requires(Permission.READ_CLAUSE)
def export_text() -> ResponseReturnValue:
    """The chosen clauses as plain text, in the language that is chosen."""
    return _export(text_of, TEXT, "txt")


@bp.get("/clauses/set.docx")
@requires(Permission.READ_CLAUSE)
def export_word() -> ResponseReturnValue:
    """The same as DOCX."""
    return _export(docx_of, DOCX, "docx")


@bp.get("/clauses/set.pdf")
@requires(Permission.READ_CLAUSE)
def export_pdf() -> ResponseReturnValue:
    """The same as PDF."""
    return _export(pdf_of, PDF, "pdf")


def _export(make: Callable[[Document], bytes], media_type: str, ending: str) -> ResponseReturnValue:
    found = _composed()
    if not found.chosen:
        flash(_("Choose at least one clause first."), "warning")
        return redirect(url_for("clause_sets.compose", group=found.groups))
    return download(make(_document(found)), media_type, f"clauses-{today()}-{found.language}.{ending}")


def _document(found: Composed) -> Document:
    return content.document_of(
        found.chosen,
        found.monitoring,
        language=found.language,
        author=actor().authority_name or "",
        facts=[
            (_l("Product groups"), [PRODUCT_GROUPS[group] for group in found.groups]),  # type: ignore[index]
            (_l("Minerals"), [MINERALS.get(one.mineral, one.mineral) for one in found.minerals]),
        ],
        made_on=today(),
    )
