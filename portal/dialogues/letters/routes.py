"""Pages of joint letters."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import can, require
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import transaction
from portal.dialogues.letters import queries, rules, services
from portal.dialogues.letters.document import document_of
from portal.dialogues.letters.forms import DeclineForm, LetterForm
from portal.dialogues.letters.models import JointLetter
from portal.dialogues.letters.rules import LetterState
from portal.documents.document import Document
from portal.documents.pdf import PDF, pdf_of
from portal.documents.word import DOCX, docx_of
from portal.errors import BadInput, Conflict
from portal.registry import queries as registry
from portal.web.download import download
from portal.web.forms import add_error
from portal.web.guard import actor, requires

bp = Blueprint("joint_letters", __name__)

TIME_TO_SIGN = timedelta(days=14)


@bp.get("/joint-letters")
@requires(Permission.READ_DIALOGUE)
def index() -> ResponseReturnValue:
    """Letters that are being signed."""
    letters = queries.open_letters(actor())
    return render_template(
        "joint_letters/index.html",
        letters=letters,
        suppliers=registry.suppliers_by_id({one.supplier_id for one in letters}),
        authorities=authorities.authorities_by_id(),
        rules=rules,
    )


@bp.route("/suppliers/<uuid:supplier_id>/joint-letters/new", methods=["GET", "POST"])
@requires(Permission.ADD_DIALOGUE)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Draft a letter and ask others to sign it."""
    supplier = registry.get_supplier(supplier_id)
    form = LetterForm(sign_by=today() + TIME_TO_SIGN)
    form.offer(authorities.all_authorities(), actor().authority_id)
    if form.validate_on_submit():
        try:
            with transaction():
                letter = services.draft(actor(), supplier_id, form.letter_data())
        except BadInput as error:
            add_error(form, error)
        else:
            return _done(letter, _("The letter is drafted. Whom you ask is told. Sign it for your own authority, too."))
    return render_template("joint_letters/edit.html", form=form, supplier=supplier, letter=None)


@bp.get("/joint-letters/<uuid:letter_id>")
@requires(Permission.READ_DIALOGUE)
def show(letter_id: UUID) -> ResponseReturnValue:
    """One letter with who has signed it."""
    return _page(queries.get_letter(actor(), letter_id))


@bp.route("/joint-letters/<uuid:letter_id>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_DIALOGUE)
def edit(letter_id: UUID) -> ResponseReturnValue:
    """Change the text, the dates or whom it asks."""
    letter = queries.get_letter(actor(), letter_id)
    require(actor(), Permission.EDIT_DIALOGUE, letter)
    if letter.state != LetterState.OPEN:
        return redirect(url_for("joint_letters.show", letter_id=letter.id))
    asked = [one.authority_id for one in letter.signatures if one.authority_id != letter.owner_id]
    form = LetterForm(obj=letter, asked_ids=asked)
    form.offer(authorities.all_authorities(), actor().authority_id)
    if form.validate_on_submit():
        try:
            with transaction():
                services.change(actor(), letter, form.letter_data(), version=form.seen_version)
        except BadInput as error:
            add_error(form, error)
        except Conflict as error:
            letter = queries.get_letter(actor(), letter_id)
            form.version.process_data(letter.version)
            form.form_errors.append(str(error))
        else:
            return _done(letter, _("The letter is changed. Who had signed another text is asked again."))
    supplier = registry.get_supplier(letter.supplier_id)
    return render_template("joint_letters/edit.html", form=form, supplier=supplier, letter=letter)


@bp.post("/joint-letters/<uuid:letter_id>/sign")
@requires(Permission.SIGN_LETTER)
def sign(letter_id: UUID) -> ResponseReturnValue:
    """Confirm the text for our own authority."""
    letter = queries.get_letter(actor(), letter_id)
    require(actor(), Permission.SIGN_LETTER, letter)
    with transaction():
        services.sign(actor(), letter, request.form.get("text", ""))
    return _done(letter, _("Your authority has signed this text."))


@bp.post("/joint-letters/<uuid:letter_id>/decline")
@requires(Permission.SIGN_LETTER)
def decline(letter_id: UUID) -> ResponseReturnValue:
    """Say that our own authority does not sign."""
    letter = queries.get_letter(actor(), letter_id)
    require(actor(), Permission.SIGN_LETTER, letter)
    form = DeclineForm()
    if not form.validate_on_submit():
        return _page(letter, form)
    with transaction():
        services.decline(actor(), letter, form.note.data)
    return _done(letter, _("Your authority does not sign. The others are told."))


@bp.post("/joint-letters/<uuid:letter_id>/send")
@requires(Permission.EDIT_DIALOGUE)
def send(letter_id: UUID) -> ResponseReturnValue:
    """It goes to the supplier, and into the dialogue log."""
    letter = queries.get_letter(actor(), letter_id)
    require(actor(), Permission.EDIT_DIALOGUE, letter)
    with transaction():
        entry = services.send(actor(), letter)
    flash(_("The letter stands in the dialogue log. Send the PDF to the supplier."), "success")
    return redirect(url_for("dialogues.show", dialogue_id=entry.id))


@bp.post("/joint-letters/<uuid:letter_id>/withdraw")
@requires(Permission.EDIT_DIALOGUE)
def withdraw(letter_id: UUID) -> ResponseReturnValue:
    """It is not sent."""
    letter = queries.get_letter(actor(), letter_id)
    require(actor(), Permission.EDIT_DIALOGUE, letter)
    with transaction():
        services.withdraw(actor(), letter)
    return _done(letter, _("The letter is withdrawn."))


@bp.get("/joint-letters/<uuid:letter_id>.pdf")
@requires(Permission.READ_DIALOGUE)
def pdf(letter_id: UUID) -> ResponseReturnValue:
    """The letter as a tagged PDF, with those who have signed it."""
    return download(pdf_of(_document(letter_id)), PDF, f"letter-{letter_id}.pdf")


@bp.get("/joint-letters/<uuid:letter_id>.docx")
@requires(Permission.READ_DIALOGUE)
def docx(letter_id: UUID) -> ResponseReturnValue:
    """The same for a word processor."""
    return download(docx_of(_document(letter_id)), DOCX, f"letter-{letter_id}.docx")


def _document(letter_id: UUID) -> Document:
    letter = queries.get_letter(actor(), letter_id)
    supplier = registry.get_supplier(letter.supplier_id)
    return document_of(letter, supplier=supplier.legal_name, members=authorities.authorities_by_id())


def _done(letter: JointLetter, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("joint_letters.show", letter_id=letter.id))


def _page(letter: JointLetter, decline_form: DeclineForm | None = None) -> str:
    ours = queries.signature_of(letter, actor().authority_id)
    is_open = letter.state == LetterState.OPEN
    signed = ours is not None and rules.counts(ours, letter.text_hash)
    return render_template(
        "joint_letters/show.html",
        letter=letter,
        supplier=registry.get_supplier(letter.supplier_id),
        authorities=authorities.authorities_by_id(),
        ours=ours,
        signed=signed,
        is_open=is_open,
        rules=rules,
        may_sign=is_open and ours is not None and can(actor(), Permission.SIGN_LETTER, letter),
        may_send=signed and rules.may_send(letter.signatures, letter.text_hash),
        decline_form=decline_form or DeclineForm(formdata=None),
    )
