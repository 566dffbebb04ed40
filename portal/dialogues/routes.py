"""Pages of the dialogue log: the list, log, read, correct, share; private notes and commitments."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.authorities import queries as authorities
from portal.clock import today
from portal.db import transaction
from portal.dialogues import mentions, queries, services
from portal.dialogues.document import document_of
from portal.dialogues.drafts import draft_of, draft_of_areas
from portal.dialogues.export import export_rows
from portal.dialogues.files.queries import files_of
from portal.dialogues.forms import LOOK, AudienceChangeForm, DialogueForm, DoneForm, NoteForm
from portal.dialogues.labels import CHANNEL_ICONS, CHANNELS, ESCALATIONS, MILESTONES
from portal.dialogues.mail.queries import address_for
from portal.dialogues.models import DialogueEntry
from portal.dialogues.queries import DialogueFilter, state_of
from portal.documents.document import Document
from portal.documents.pdf import PDF, pdf_of
from portal.documents.word import DOCX, docx_of
from portal.errors import BadInput, Conflict, Forbidden
from portal.minerals.labels import METALS
from portal.minerals.risk_words import RISKS
from portal.registry import queries as registry
from portal.settings import get_settings
from portal.web.csvfile import csv_response
from portal.web.download import download
from portal.web.forms import add_error
from portal.web.guard import actor, requires
from portal.web.nested_forms import error_lines
from portal.web.sharing import who_sees

bp = Blueprint("dialogues", __name__)

TOPICS = {**RISKS, **METALS}
FILTERS = ("supplier_id", "supplier", "authority", "open")


@bp.context_processor
def words() -> dict[str, Any]:
    """What every page of the log shows."""
    return {
        "channels": CHANNELS,
        "channel_icons": CHANNEL_ICONS,
        "milestones": MILESTONES,
        "escalations": ESCALATIONS,
        "topics": TOPICS,
        "state_of": state_of,
    }


@bp.get("/dialogues")
@requires(Permission.READ_DIALOGUE)
def index() -> ResponseReturnValue:
    """The entries that we may see, the newest first."""
    page = queries.list_dialogues(actor(), _chosen(), request.args.get("after"))
    supplier_id = request.args.get("supplier_id", type=UUID)
    return render_template(
        "dialogues/index.html",
        page=page,
        supplier=registry.suppliers_by_id({supplier_id}).get(supplier_id) if supplier_id else None,
        suppliers=registry.suppliers_by_id({entry.supplier_id for entry in page.rows}),
        authorities=authorities.authorities_by_id(),
        corrections=queries.corrections_of(actor(), page.rows),
        same_filters={name: value for name, value in request.args.items() if name in FILTERS},
    )


@bp.get("/dialogues.csv")
@requires(Permission.READ_DIALOGUE)
def export() -> ResponseReturnValue:
    """The same list as a file, without anybody's private notes."""
    entries = queries.all_dialogues(actor(), _chosen())
    return csv_response(list(export_rows(actor(), entries)), f"dialogues-{today()}.csv")


@bp.route("/suppliers/<uuid:supplier_id>/dialogues/new", methods=["GET", "POST"])
@requires(Permission.ADD_DIALOGUE)
def new(supplier_id: UUID) -> ResponseReturnValue:
    """Log a dialogue; what is known from earlier ones stands below."""
    form = DialogueForm.empty(actor())
    run_id = request.args.get("change", type=UUID)
    if request.method == "GET" and run_id:
        area = request.args.get("area")
        draft = (
            draft_of_areas(run_id, area)
            if area
            else draft_of(run_id, request.args.get("facility", ""), request.args.get("metal", ""))
        )
        form.subject.data, form.summary.data = draft.get("subject"), draft.get("summary")
    return _edit(form, supplier_id, None)


@bp.get("/dialogues/<uuid:dialogue_id>")
@requires(Permission.READ_DIALOGUE)
def show(dialogue_id: UUID) -> ResponseReturnValue:
    """One entry, its commitments, and our own notes on it."""
    entry = queries.get_dialogue(actor(), dialogue_id)
    earlier = queries.corrected_chain(actor(), entry)
    ours = actor().authority_id
    readers = mentions.people_in(mentions.readers_of(entry)) if "@" in entry.summary else {}
    colleagues = mentions.people_in({ours}) if ours else {}
    return render_template(
        "dialogues/show.html",
        entry=entry,
        supplier=registry.get_supplier(entry.supplier_id),
        authorities=authorities.authorities_by_id(),
        correction=queries.corrections_of(actor(), [entry]).get(entry.id),
        corrects=earlier[0] if earlier else None,
        notes=queries.private_notes(actor(), [entry, *earlier]),
        answers=queries.version_of(actor(), entry.answers_id) if entry.answers_id else None,
        answered=queries.answers_to(actor(), [entry]).get(entry.first_id),
        files=files_of(actor(), [entry, *earlier]),
        shared_parts=partial(mentions.parts, people=readers),
        note_parts=partial(mentions.parts, people=colleagues),
        mail_address=address_for(actor(), entry),
        mail_comes_in=bool(get_settings().incoming_mail_domain),
        note_form=NoteForm(formdata=None),
        may_close=lambda commitment: services.may_close(actor(), entry, commitment),
    )


@bp.get("/dialogues/<uuid:dialogue_id>.pdf")
@requires(Permission.READ_DIALOGUE)
def pdf(dialogue_id: UUID) -> ResponseReturnValue:
    """The entry as a tagged PDF for our file; with our own notes on `?notes=1`."""
    return download(pdf_of(_document(dialogue_id)), PDF, f"dialogue-{dialogue_id}.pdf")


@bp.get("/dialogues/<uuid:dialogue_id>.docx")
@requires(Permission.READ_DIALOGUE)
def docx(dialogue_id: UUID) -> ResponseReturnValue:
    """The same for a word processor."""
    return download(docx_of(_document(dialogue_id)), DOCX, f"dialogue-{dialogue_id}.docx")


@bp.route("/dialogues/<uuid:dialogue_id>/correct", methods=["GET", "POST"])
@requires(Permission.EDIT_DIALOGUE)
def correct(dialogue_id: UUID) -> ResponseReturnValue:
    """Write a new entry in place of one that was wrong."""
    entry = queries.get_dialogue(actor(), dialogue_id)
    require(actor(), Permission.EDIT_DIALOGUE, entry)
    if correction := queries.corrections_of(actor(), [entry]).get(entry.id):
        flash(_("This entry was corrected already. This is the correction."), "info")
        return redirect(url_for("dialogues.show", dialogue_id=correction.id))
    return _edit(DialogueForm.correcting(entry), entry.supplier_id, entry)


@bp.route("/dialogues/<uuid:dialogue_id>/audience", methods=["GET", "POST"])
@requires(Permission.EDIT_DIALOGUE)
def audience(dialogue_id: UUID) -> ResponseReturnValue:
    """Change who sees an entry."""
    entry = queries.get_dialogue(actor(), dialogue_id)
    require(actor(), Permission.EDIT_DIALOGUE, entry)
    form = AudienceChangeForm(obj=entry)
    form.offer_members(actor(), authorities.all_authorities())
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_audience(
                    actor(), entry, form.chosen_audience, form.named_ids.data or [], version=form.seen_version
                )
        except BadInput as error:
            add_error(form, error)
        except Conflict as error:
            entry = queries.get_dialogue(actor(), dialogue_id)
            form.version.process_data(entry.version)
            form.form_errors.append(str(error))
        else:
            flash(_said(entry, _("It is changed who sees this entry.")), "success")
            return redirect(url_for("dialogues.show", dialogue_id=entry.id))
    return render_template(
        "dialogues/audience.html",
        form=form,
        entry=entry,
        supplier=registry.get_supplier(entry.supplier_id),
        authorities=authorities.authorities_by_id(),
    )


@bp.route("/dialogues/<uuid:dialogue_id>/note", methods=["GET", "POST"])
@requires(Permission.ADD_PRIVATE_NOTE)
def note(dialogue_id: UUID) -> ResponseReturnValue:
    """Keep a private note on an entry."""
    entry = queries.get_dialogue(actor(), dialogue_id)
    form = NoteForm()
    if form.validate_on_submit():
        with transaction():
            services.add_note(actor(), entry, (form.text.data or "").strip())
        flash(_("Your note is saved. Only people in %(name)s see it.", name=actor().authority_name), "success")
        return redirect(url_for("dialogues.show", dialogue_id=entry.id, _anchor="h-notes"))
    supplier = registry.get_supplier(entry.supplier_id)
    return render_template("dialogues/note.html", form=form, entry=entry, supplier=supplier)


@bp.route("/dialogues/<uuid:dialogue_id>/commitments/<uuid:commitment_id>/done", methods=["GET", "POST"])
@requires(Permission.CLOSE_COMMITMENT)
def done(dialogue_id: UUID, commitment_id: UUID) -> ResponseReturnValue:
    """Mark a commitment as done and say what shows it."""
    entry = queries.get_dialogue(actor(), dialogue_id)
    commitment = queries.get_commitment(entry, commitment_id)
    if not services.may_close(actor(), entry, commitment):
        raise Forbidden(str(services.NOT_YOURS_TO_CLOSE))
    form = DoneForm()
    if form.validate_on_submit():
        with transaction():
            services.close_commitment(actor(), entry, commitment, (form.note.data or "").strip())
        flash(_("Marked as done: %(what)s", what=commitment.what), "success")
        return redirect(url_for("dialogues.show", dialogue_id=entry.id, _anchor="h-commitments"))
    return render_template(
        "dialogues/done.html",
        form=form,
        entry=entry,
        commitment=commitment,
        supplier=registry.get_supplier(entry.supplier_id),
        authorities=authorities.authorities_by_id(),
    )


@bp.post("/dialogues/<uuid:dialogue_id>/commitments/<uuid:commitment_id>/reopen")
@requires(Permission.CLOSE_COMMITMENT)
def reopen(dialogue_id: UUID, commitment_id: UUID) -> ResponseReturnValue:
    """Take the mark "done" back."""
    entry = queries.get_dialogue(actor(), dialogue_id)
    commitment = queries.get_commitment(entry, commitment_id)
    with transaction():
        services.reopen_commitment(actor(), entry, commitment)
    flash(_("Open again: %(what)s", what=commitment.what), "success")
    return redirect(url_for("dialogues.show", dialogue_id=entry.id, _anchor="h-commitments"))


def _edit(form: DialogueForm, supplier_id: UUID, corrects: DialogueEntry | None) -> ResponseReturnValue:
    """The page that logs or corrects: rows are added until it is saved."""
    supplier = registry.get_supplier(supplier_id)
    answerable = [
        (entry.first_id, f"{format_date(entry.held_on)}, {entry.subject}")
        for entry in queries.answerable(actor(), supplier_id)
        if corrects is None or entry.first_id != corrects.first_id
    ]
    form.offer(actor(), authorities.all_authorities(), supplier.legal_name, answerable)
    focus = form.change_rows() if request.method == "POST" else None
    if focus is None and form.validate_on_submit():
        try:
            with transaction():
                if corrects:
                    entry = services.correct_dialogue(actor(), corrects, form.dialogue_data())
                else:
                    entry = services.log_dialogue(actor(), supplier_id, form.dialogue_data())
        except BadInput as error:
            add_error(form, error)
        except Conflict as error:
            form.form_errors.append(str(error))
        else:
            saved = _("The correction is saved.") if corrects else _("The dialogue is saved.")
            flash(_said(entry, saved), "success")
            return redirect(url_for("dialogues.show", dialogue_id=entry.id))
    form.propose_participants()
    return render_template(
        "dialogues/edit.html",
        form=form,
        errors=list(error_lines(form)) if focus is None else [],
        focus=focus,
        supplier=supplier,
        corrects=corrects,
        authorities=authorities.authorities_by_id(),
        thread=queries.thread(actor(), supplier_id),
        recent=None if corrects else queries.recently_asked(actor(), supplier_id),
        people=mentions.people_in(None),
        asked=queries.already_asked(actor(), supplier_id, form.issues, form.written) if focus == LOOK else None,
    )


def _document(dialogue_id: UUID) -> Document:
    entry = queries.get_dialogue(actor(), dialogue_id)
    with_notes = request.args.get("notes") == "1"
    return document_of(
        entry,
        supplier=registry.get_supplier(entry.supplier_id).legal_name,
        members=authorities.authorities_by_id(),
        asked=queries.version_of(actor(), entry.answers_id) if entry.answers_id else None,
        answer=queries.answers_to(actor(), [entry]).get(entry.first_id),
        notes=queries.private_notes(actor(), [entry]) if with_notes else [],
    )


def _said(entry: DialogueEntry, what: str) -> str:
    """What was done, and who sees the entry now."""
    names = authorities.authorities_by_id()
    named = [names[one].name for one in entry.named_ids]
    return f"{what} {who_sees(entry.audience, names[entry.owner_id].name, named)}"


def _chosen() -> DialogueFilter:
    """The filters in the address."""
    supplier_id = request.args.get("supplier_id", type=UUID)
    words = request.args.get("supplier", "").strip()
    found = [supplier.id for supplier in registry.find_by_name(words, limit=100)] if words else None
    return DialogueFilter(
        supplier_ids=[supplier_id] if supplier_id else found,
        owner_id=request.args.get("authority", type=UUID),
        with_open_commitments=request.args.get("open") == "1",
    )
