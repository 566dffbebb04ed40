"""Five languages: texts are translated, with the same placeholders."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("sv", "nb", "ca", "es")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "N_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w+)\}")


@pytest.fixture(scope="module")
def source_texts() -> set[str]:
    """Every text marked in the code and templates."""
    options = {"**/templates/**.html": {"silent": "false"}}
    found = set()
    for folder in ("portal", "worker"):
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, METHODS, options, keywords=KEYWORDS):
            found.add(message[0] if isinstance(message, tuple) else message)
    return {text for text in found if text}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_translated(language: str, source_texts: set[str]) -> None:
    path = ROOT / "portal" / "translations" / language / "LC_MESSAGES" / "messages.po"
    catalogue = read_po(io.BytesIO(path.read_bytes()), locale=language)
    known = {}
    for message in catalogue:
        if message.id:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            known[key] = "" if message.fuzzy or not all(texts) else " ".join(map(str, texts))
    missing = sorted(text for text in source_texts if not known.get(text))
    assert missing == []
    wrong = [
        text
        for text in source_texts - set(missing)
        if {a or b for a, b in PLACEHOLDER.findall(text)} - {"num"}
        != {a or b for a, b in PLACEHOLDER.findall(known[text])} - {"num"}
    ]
    assert wrong == []
