"""Language and colour scheme: kept in cookies, chosen by a form, so that it works signed out and without JavaScript."""

import unicodedata
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask_babel import Babel, get_locale

from portal.access.permissions import Permission
from portal.web.guard import requires

LANGUAGES = {"en": "English", "sv": "Svenska", "nb": "Norsk bokmål", "ca": "Català", "es": "Español"}
SCHEMES = ("auto", "light", "dark")

bp = Blueprint("web", __name__)


def install(app: Flask) -> None:
    """Set up Babel and tell templates the language and scheme."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=select_locale)
    app.register_blueprint(bp)

    @app.context_processor
    def preferences() -> dict[str, object]:
        return {"locale": str(get_locale()), "languages": list(LANGUAGES.items()), "scheme": _scheme()}


def select_locale() -> str:
    """The person's choice, else the best that the browser asks for."""
    chosen = request.cookies.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    asked = [("nb" if code.split("-")[0] in {"no", "nn"} else code) for code in request.accept_languages.values()]
    return next((code.split("-")[0] for code in asked if code.split("-")[0] in LANGUAGES), "en")


@bp.post("/preferences")
@requires(Permission.PUBLIC)
def preferences() -> Any:
    """Keep the chosen language or scheme and go back to the page it was chosen on."""
    response: Any = redirect(local_path(request.form.get("next")) or url_for("home.index"))
    for name, allowed in (("lang", LANGUAGES), ("scheme", SCHEMES)):
        value = request.form.get(name, "")
        if value in allowed:
            _remember(response, name, value)
    return response


def remember_language(response: Any, language: str) -> Any:
    """Have the pages from `response` on in this language, unless the person has chosen one."""
    if request.cookies.get("lang", "") not in LANGUAGES and language in LANGUAGES:
        _remember(response, "lang", language)
    return response


def _remember(response: Any, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=timedelta(days=365),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=name == "lang",
        samesite="Lax",
    )


def local_path(target: str | None) -> str | None:
    """`target` if it is a path on this site, else None: no open redirects.

    Browsers read a backslash as a slash and drop control characters, so neither may stand in it.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(unicodedata.category(character) == "Cc" for character in target):
        return None
    return target


def _scheme() -> str:
    chosen = request.cookies.get("scheme", "")
    return chosen if chosen in SCHEMES else "auto"
