"""Every component with sample data, in a small application of its own, to look at and to check.

`python -m tests.design.gallery FOLDER` takes pictures of all pages, wide and narrow, light and dark.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.file import FileField
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.local import LocalProxy
from werkzeug.serving import make_server
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal.access.actor import Actor, Role
from portal.home.navigation import NavGroup, NavItem
from portal.web import filters, headers, preferences
from portal.web.forms import AudienceForm, DayField, MinorUnitsField, Required
from tests.browser import launch_options

PORTAL = Path(__file__).resolve().parents[2] / "portal"
TODAY = date(2026, 11, 22)
WIDTHS = (1440, 390, 320)
SCHEMES = ("light", "dark")
ERRORS = (400, 401, 403, 404, 405, 409, 413, 429, 500, 503)
PAGES = ("marks", "records", "tables", "finder", "form", "form?wrong=1", "progress", "confirm", "sign-in", "error/404")


@dataclass
class Member:
    """An authority as templates see it."""

    id: UUID
    code: str
    name: str


STAVANGER = Member(UUID(int=1), "SVG", "City of Stavanger")
STOCKHOLM = Member(UUID(int=2), "STO", "Region Stockholm")
BARCELONA = Member(UUID(int=3), "BCN", "Barcelona City Council")
MEMBERS = (STAVANGER, STOCKHOLM, BARCELONA)
ACTOR = Actor(
    name="Sustainability adviser",
    user_id=UUID(int=9),
    authority_id=STAVANGER.id,
    authority_code=STAVANGER.code,
    authority_name=STAVANGER.name,
    roles=frozenset({Role.OFFICER}),
)


@dataclass(frozen=True)
class Record:
    """Something shared."""

    audience: str
    owner_id: UUID = STAVANGER.id
    named_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class ListPage:
    """A page of a list that goes on."""

    next_cursor: str | None = "more"


class SampleForm(AudienceForm):
    """One field of each kind, and the audience."""

    subject = StringField("Subject", [Required("Write what it was about.")])
    held_on = DayField("Date", [Required("Write the date.")])
    kind = SelectField("Held as", choices=[SelectChoice("video", "Video meeting"), SelectChoice("visit", "Visit")])
    summary = TextAreaField("What was said", [Optional()])
    value_minor = MinorUnitsField("Value of the contract", [Optional()])
    minutes = FileField("Minutes", [Optional()])
    step = RadioField(
        "OECD step", choices=[SelectChoice("1", "Management systems"), SelectChoice("2", "Find and assess risks")]
    )
    follow = BooleanField("Follow this supplier from now on")


class SignInForm(FlaskForm):
    """Flask-Security's fields that the sign-in page shows."""

    email = StringField()
    password = StringField()


def make_gallery() -> Flask:
    """The gallery's application: the portal's templates, filters, headers and preferences over sample data."""
    app = Flask("gallery", static_folder=None)
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(PORTAL / "templates"), FileSystemLoader(Path(__file__).parent / "templates")]
    )
    app.config.update(SECRET_KEY="gallery", SESSION_COOKIE_SECURE=False)
    preferences.install(app)
    headers.install(app)
    filters.install(app)
    CSRFProtect(app)
    app.jinja_env.globals["today"] = lambda: TODAY
    app.register_blueprint(_picture())
    app.add_url_rule("/static/<path:filename>", "static", static)
    app.url_build_error_handlers.append(lambda _error, endpoint, _values: f"/nowhere/{endpoint}")
    app.add_url_rule("/<name>", view_func=show, methods=["GET", "POST"])
    app.add_url_rule("/sign-in", "sign_in", sign_in, methods=["GET", "POST"])
    app.add_url_rule("/error/<int:status>", "error", error)
    app.context_processor(context)
    app.jinja_env.globals.update(
        current_actor=LocalProxy(lambda: None if request.path == "/sign-in" else ACTOR),
        can=lambda _permission, _obj=None: True,
    )
    return app


def context() -> dict[str, Any]:
    """What the portal gives every template."""
    here = [
        NavItem("home.index", "What needs me", "House", 7, current=True),
        NavItem("picture.lookup", "Look up a supplier", "MagnifyingGlass"),
        NavItem("dialogues.index", "Dialogues", "Chat2", 4),
        NavItem("audits.index", "Shared audits", "Calendar", 2),
    ]
    ours = [
        NavItem("contracts.index", "Our contracts", "FileText"),
        NavItem("authorities.settings", "Our authority", "Cog"),
    ]
    return {
        "nav_items": [NavGroup(None, here), NavGroup(STAVANGER.name, ours)],
        "unread_count": 4,
        "authorities": {member.id: member for member in MEMBERS},
        "members": MEMBERS,
        "supplier": {"id": UUID(int=5), "legal_name": "Halden Computing AB"},
        "Markup": Markup,
        "days": lambda count: TODAY + timedelta(days=count),
        "Record": Record,
        "page": ListPage(),
        "weeks": _january(),
        "now": datetime(2026, 11, 21, 2, 10, tzinfo=UTC),
    }


def static(filename: str) -> Response:
    """A file of portal/static, read whole: a file left open when the browser goes elsewhere would be a warning."""
    content = (PORTAL / "static" / filename).read_bytes()
    response = Response(content, mimetype=guess_type(filename)[0])
    response.cache_control.max_age = 3600
    return response


def show(name: str) -> ResponseReturnValue:
    """One page of components."""
    form = SampleForm(audience="named", named_ids=[STOCKHOLM.id, BARCELONA.id], held_on=date(2026, 11, 19))
    form.offer_members(ACTOR, MEMBERS)
    if request.method == "POST":
        if form.validate():
            flash("The dialogue is saved.", "success")
        return redirect("/form")
    if "wrong" in request.args:
        form = _wrong_form()
    return render_template(f"{name}.html", form=form)


def sign_in() -> ResponseReturnValue:
    """The sign-in page with Flask-Security's fields; a POST shows the wrong-password state."""

    form = SignInForm()
    form.form_errors = ["The e-mail address or the password is not right."] if request.method == "POST" else []
    return render_template("security/login_user.html", login_user_form=form)


def error(status: int) -> ResponseReturnValue:
    """An error page, as portal.web.errors would show it."""
    return render_template(f"errors/{status}.html", message=None, request_id="01989f2e-7b1c"), status


def _picture() -> Blueprint:
    bp = Blueprint("picture", __name__)

    @bp.get("/suggest")
    def suggest() -> str:
        query = request.args.get("q", "")
        rows = [("Halden Computing AB", "Sweden", "/records"), ("Haldenberg Datentechnik GmbH", "Germany", "/tables")]
        return render_template("suggest.html", rows=rows if query.lower().startswith("hal") else [], q=query)

    @bp.get("/finder")
    def lookup() -> ResponseReturnValue:
        return show("finder")

    return bp


def _wrong_form() -> SampleForm:
    form = SampleForm(formdata=None, audience="named")
    form.offer_members(ACTOR, MEMBERS)
    for name, message in (
        ("subject", "Write what it was about."),
        ("held_on", "“31.13.2026” is not a date. Write day.month.year, for example 31.12.2026."),
        ("step", "Choose the step."),
        ("minutes", "This file is not a PDF."),
        ("named_ids", "Choose at least one authority, or “Only us”."),
    ):
        form[name].errors = [message]
    form.form_errors = ["The supplier was merged with another one while you were writing."]
    return form


def _january() -> list[dict[str, Any]]:
    planned = {"state": "planned", "icon": "LocationPin", "who": "SVG STO", "href": "/records"}
    events = {
        date(2027, 1, 7): [{**planned, "text": "Lumenfab, Suzhou, day 1, proposed"}],
        date(2027, 1, 13): [
            {**planned, "state": "done", "icon": "CheckmarkCircleFill", "text": "Kestrel Mobile, Salo"}
        ],
        date(2027, 1, 22): [{**planned, "state": "deadline", "icon": "HourglassBottomFilled", "text": "Draft report"}],
        date(2027, 1, 28): [
            {**planned, "state": "overlap", "icon": "ExclamationmarkTriangleFill", "text": "Same site"}
        ],
    }
    first = date(2026, 12, 28)
    days = [first + timedelta(days=count) for count in range(35)]
    cells = [
        {"date": day, "out": day.month != 1, "today": day == date(2027, 1, 5), "events": events.get(day, [])}
        for day in days
    ]
    return [{"number": days[at].isocalendar().week, "days": cells[at : at + 7]} for at in range(0, 35, 7)]


def _open_suggestions(page: Page, _width: int) -> bool:
    page.locator("#q-top").press_sequentially("hal")
    page.locator("#s-1").wait_for()
    page.keyboard.press("ArrowDown")
    return True


def _open_menu(at: int) -> Callable[[Page, int], bool]:
    def open_menu(page: Page, _width: int) -> bool:
        menu = page.locator("details.menu summary").nth(at)
        if menu.is_visible():
            menu.click()
        return menu.is_visible()

    return open_menu


def _open_fold(page: Page, width: int) -> bool:
    opener = page.locator("[data-opens]:visible")
    if width > 900 or not opener.count():
        return False
    opener.last.click()
    return True


OPENED: dict[str, Callable[[Page, int], bool]] = {
    "language": _open_menu(0),
    "account": _open_menu(-1),
    "suggestions": _open_suggestions,
    "navigation": _open_fold,
    "filters": _open_fold,
}


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application behind an address of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def window(browser: Browser, width: int, scheme: str = "light", **options: Any) -> Iterator[BrowserContext]:
    """A browser window with that width in a person's preferred scheme."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale="en-GB",
        **options,
    )
    try:
        yield context
    finally:
        context.close()


def take_pictures(folder: Path) -> None:
    """Every page in every width and scheme, as PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving(make_gallery()) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        for scheme in SCHEMES:
            for width in WIDTHS:
                with window(browser, width, scheme) as tab:
                    page = tab.new_page()
                    for name in PAGES:
                        page.goto(f"{address}/{name}")
                        page.evaluate("document.fonts.ready")
                        page.screenshot(path=folder / f"{_plain(name)}-{width}-{scheme}.png", full_page=True)
                    for name, open_it in OPENED.items():
                        page.goto(f"{address}/finder" if name == "filters" else f"{address}/marks")
                        if open_it(page, width):
                            page.screenshot(path=folder / f"open-{name}-{width}-{scheme}.png")
        browser.close()


def _plain(name: str) -> str:
    return name.replace("/", "-").replace("?", "-").replace("=", "-")


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]))
