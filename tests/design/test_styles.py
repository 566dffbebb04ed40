"""The style sheet holds no rule for a class that no page has."""

import re
from pathlib import Path

PORTAL = Path(__file__).resolve().parents[2] / "portal"
# Classes that macros put together ("s-" ~ status), and those that other software sets.
COMPOSED = re.compile(r"(s|c)-(ok|info|warn|bad|unknown|acc|soft)|htmx-request")


def test_every_class_in_the_style_sheet_is_used() -> None:
    css = re.sub(
        r"/\*.*?\*/|url\([^)]*\)|@layer [^{;]*|\{[^{}]*\}",
        " ",
        (PORTAL / "static/css/portal.css").read_text(),
        flags=re.S,
    )
    classes = set(re.findall(r"\.([a-zA-Z_][\w-]*)", css))
    assert len(classes) > 80
    sources = [*PORTAL.glob("templates/**/*.html"), *PORTAL.glob("static/js/*.js"), *PORTAL.glob("**/*.py")]
    words = set(re.findall(r"[\w-]+", " ".join(path.read_text() for path in sources)))
    assert {name for name in classes - words if not COMPOSED.fullmatch(name)} == set()
