"""How an officer lets a supplier in, and how a link is opened. What a guest then sees: pages/routes.py."""

from uuid import UUID

import structlog
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import Permission
from portal.access.policy import require
from portal.accounts.throttle import sign_in_throttle
from portal.db import now, transaction
from portal.declarations.letters.rules import LANGUAGES, language_for
from portal.errors import BadInput
from portal.findings import queries as findings
from portal.findings.models import Finding
from portal.guests import drafts, labels, queries, rules, services
from portal.guests.forms import CodeForm, LetInForFindingForm, LetInForm
from portal.registry import queries as registry
from portal.registry.models import Supplier
from portal.requests import queries as requests
from portal.settings import get_settings
from portal.web.forms import add_error
from portal.web.guard import actor, requires
from portal.web.preferences import remember_language

bp = Blueprint("guests", __name__)

SESSION_KEY = "guest"

log = structlog.get_logger(__name__)


@bp.route("/requests/<uuid:request_id>/guests", methods=["GET", "POST"])
@requires(Permission.LET_IN_SUPPLIER)
def let_in(request_id: UUID) -> ResponseReturnValue:
    """Give the supplier access, and see which it had and what it sent. Link and code are shown this once."""
    asked = requests.get_request(actor(), request_id)
    require(actor(), Permission.LET_IN_SUPPLIER, asked)
    supplier = registry.get_supplier(asked.supplier_id)
    form = LetInForm()
    form.offer(queries.own_open_requests(actor(), supplier.id), asked)
    if form.validate_on_submit():
        try:
            with transaction():
                given = services.let_in(actor(), asked, form.request_ids.data or [])
        except BadInput as error:
            add_error(form, error)
        else:
            words = {"template": asked.template, "supplier": supplier.legal_name}
            page = (_("%(template)s of %(supplier)s", **words), url_for("requests.show", request_id=asked.id))
            trail = [(_("Requests"), url_for("requests.index")), page]
            return _given(supplier, given, trail, url_for("guests.let_in", request_id=asked.id))
    accesses = queries.accesses_of(actor(), supplier.id)
    return render_template(
        "guests/let_in.html",
        form=form,
        asked=asked,
        supplier=supplier,
        accesses=[(one, one.state(now())) for one in accesses],
        sent=queries.sent_for([asked.id]),
        rules=rules,
        labels=labels,
        languages=LANGUAGES,
    )


@bp.route("/findings/<uuid:finding_id>/guests", methods=["GET", "POST"])
@requires(Permission.LET_IN_SUPPLIER)
def let_in_for_finding(finding_id: UUID) -> ResponseReturnValue:
    """Give the supplier access to the findings that are shown to it. Link and code are shown this once."""
    finding = findings.get_finding(actor(), finding_id)
    require(actor(), Permission.LET_IN_SUPPLIER, finding)
    supplier = registry.get_supplier(finding.supplier_id)
    form = LetInForFindingForm(language=language_for(supplier.country))
    if form.validate_on_submit():
        try:
            with transaction():
                given = services.let_in_for_finding(actor(), finding, form.language.data)
        except BadInput as error:
            add_error(form, error)
        else:
            trail = [(_("Findings"), url_for("findings.index")), _of_finding(finding)]
            back = url_for("guests.let_in_for_finding", finding_id=finding.id)
            return _given(supplier, given, trail, back, finding=True)
    accesses = queries.accesses_of(actor(), supplier.id)
    return render_template(
        "guests/let_in_for_finding.html",
        form=form,
        finding=finding,
        supplier=supplier,
        accesses=[(one, one.state(now())) for one in accesses],
        rules=rules,
        labels=labels,
    )


def _of_finding(finding: Finding) -> tuple[str, str]:
    return finding.title, url_for("findings.show", finding_id=finding.id)


def _given(
    supplier: Supplier, given: services.Given, trail: list[tuple[str, str]], back: str, *, finding: bool = False
) -> str:
    """The page that shows the secrets. It is not redirected to: they stand in no address and are kept nowhere."""
    link = get_settings().public_url.rstrip("/") + url_for("guests.enter", guest_token=given.token)
    draft = drafts.invitation(
        language=given.access.language,
        authority=actor().authority_name or "",
        supplier=supplier.legal_name,
        link=link,
        until=given.access.expires_at,
        finding=finding,
    )
    return render_template(
        "guests/given.html",
        supplier=supplier,
        trail=trail,
        done=back,
        link=link,
        code=rules.in_groups(given.code),
        draft=draft,
        languages=LANGUAGES,
    )


@bp.post("/guest-accesses/<uuid:guest_access_id>/revoke")
@requires(Permission.LET_IN_SUPPLIER)
def revoke(guest_access_id: UUID) -> ResponseReturnValue:
    """Take an access back."""
    access = queries.get_access(actor(), guest_access_id)
    with transaction():
        services.revoke(actor(), access)
    flash(_("The access is taken back. Whoever used it is signed out."), "success")
    if not access.requests:  # it was given for findings alone
        return redirect(url_for("findings.index", supplier_id=access.supplier_id))
    return redirect(url_for("guests.let_in", request_id=access.requests[0].request_id))


@bp.get("/guest/open/<guest_token>")
@requires(Permission.PUBLIC)
def enter(guest_token: str) -> ResponseReturnValue:
    """Ask for the code. The link is not even looked at here: mail programs open links by themselves."""
    return render_template("guests/enter.html", form=CodeForm(), token=guest_token)


@bp.post("/guest/open/<guest_token>")
@requires(Permission.PUBLIC)
def open_link(guest_token: str) -> ResponseReturnValue:
    """Open the link with its code, once. One answer for whatever is wrong."""
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("guests/enter.html", form=form, token=guest_token)
    limiter, address = sign_in_throttle(), request.remote_addr or "-"
    mark = f"guest {rules.secret_hash(guest_token)[:32]}"
    if not limiter.allows(mark, address, known=False):
        form.form_errors.append(_("Too many attempts. Wait five minutes, then try again."))
        return render_template("guests/enter.html", form=form, token=guest_token), 429
    with transaction():
        opened = services.open_link(guest_token, form.code.data or "")
    if opened is None:
        limiter.failed(mark, address)
        log.warning("guest link not opened", address=address)
        form.form_errors.append(
            _("The code is wrong, or the link was used before or has ended. After five wrong codes it is locked.")
        )
        return render_template("guests/enter.html", form=form, token=guest_token)
    limiter.succeeded(mark, address)
    cookie.clear()  # nobody is an officer and a guest at once
    cookie.permanent = True
    cookie[SESSION_KEY] = opened.key
    return remember_language(redirect(url_for("guest_pages.home")), opened.language)


@bp.get("/guest/ended")
@requires(Permission.PUBLIC)
def ended() -> ResponseReturnValue:
    """Where everybody lands who has no living access."""
    return render_template("guests/ended.html")
