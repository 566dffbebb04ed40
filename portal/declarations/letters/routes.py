"""The findings letter of a declaration: read it, choose its language, download it."""

from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from portal.access.permissions import Permission
from portal.authorities import queries as authorities
from portal.declarations import queries
from portal.declarations.letters.content import Letter, letter_of
from portal.declarations.letters.making import pdf_of, xlsx_of
from portal.declarations.letters.pdf import PDF
from portal.declarations.letters.rules import LANGUAGES, language_for
from portal.declarations.models import Declaration
from portal.registry import queries as registry
from portal.web.download import download
from portal.web.guard import actor, requires
from portal.web.xlsxfile import XLSX

bp = Blueprint("letters", __name__)


@bp.get("/declarations/<uuid:declaration_id>/letter")
@requires(Permission.READ_DECLARATION)
def show(declaration_id: UUID) -> ResponseReturnValue:
    """What the letter says, in the language that is chosen; the supplier's country proposes one."""
    declaration, letter = _letter(declaration_id)
    return render_template(
        "letters/show.html",
        declaration=declaration,
        letter=letter,
        supplier=registry.get_supplier(declaration.supplier_id),
        languages=LANGUAGES,
        authorities=authorities.authorities_by_id(),
    )


@bp.get("/declarations/<uuid:declaration_id>/letter.pdf")
@requires(Permission.READ_DECLARATION)
def pdf(declaration_id: UUID) -> ResponseReturnValue:
    """The letter as a tagged PDF."""
    declaration, letter = _letter(declaration_id)
    return _download(pdf_of(letter), PDF, declaration, letter, "pdf")


@bp.get("/declarations/<uuid:declaration_id>/letter.xlsx")
@requires(Permission.READ_DECLARATION)
def xlsx(declaration_id: UUID) -> ResponseReturnValue:
    """The letter's corrections as a workbook."""
    declaration, letter = _letter(declaration_id)
    return _download(xlsx_of(letter), XLSX, declaration, letter, "xlsx")


def _letter(declaration_id: UUID) -> tuple[Declaration, Letter]:
    declaration = queries.get_declaration(actor(), declaration_id)
    supplier = registry.get_supplier(declaration.supplier_id)
    wanted = request.args.get("language", "")
    language = wanted if wanted in LANGUAGES else language_for(supplier.country)
    sender = actor().authority_name or ""
    return declaration, letter_of(declaration, supplier=supplier.legal_name, sender=sender, language=language)


def _download(content: bytes, media_type: str, declaration: Declaration, letter: Letter, ending: str) -> Response:
    name = f"{declaration.template}-{declaration.received_on}-{letter.language}.{ending}"
    return download(content, media_type, name)
