"""What is compared of a supplier's name: its plain form, that form without the legal form, and a key to sort by.

All three are ASCII: other scripts are transliterated, so that a name is found whichever way it is typed.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii
from rigour.names.org_types import extract_org_types, replace_org_types_compare
from rigour.text.normalize import Cleanup, Normalize

MAX_NAME = 300  # characters of a name as written; the longest legal names in the LEI register have about 250
LONGEST_FORM = 8  # words of a legal form: “s a p i de c v” has seven

_APOSTROPHES = re.compile(r"['`]+")
_SPACES = {code: " " for code in range(128) if not chr(code).isalnum()}
_LETTERS = {"Lu", "Ll", "Lt", "Lo"}
_SINGLE_LETTERS = re.compile(r"\b[a-z](?: [a-z]\b)+")

# Two ways of cleaning rigour's list of legal forms; what one of them knows as a whole is a legal form.
_VARIANTS = (
    (Normalize.CASEFOLD | Normalize.NFKD, Cleanup.Strong),
    (Normalize.CASEFOLD | Normalize.NFKD | Normalize.NAME, Cleanup.Slug),
)

_WIDEST = _VARIANTS[1]  # finds a part of whatever form either of them knows (120,000 names of the LEI register)

# Legal forms and their remains that rigour's list lacks; the value is what they are compared as.
_MORE_FORMS = {
    "and co": "co",
    "and company": "co",
    "co": "co",
    "company": "co",
    "company limited": "ltd",
    "et cie": "co",
    "i cia": "co",
    "og co": "co",
    "och co": "co",
    "und co": "co",
    "y cia": "co",
    "asa": "asa",
    "ans": "ans",
    "corp": "corp",
    "corporation": "corp",
    "da": "da",
    "gk": "gk",
    "hb": "hb",
    "handelsbolag": "hb",
    "kabushiki kaisha": "kk",
    "kk": "kk",
    "nuf": "nuf",
    "private limited": "ltd",
    "private ltd": "ltd",
    "pte": "ltd",
    "publ": "",  # “AB (publ)”: a listed company, still the same one
    "pvt": "ltd",
    "pvt limited": "ltd",
    "pvt ltd": "ltd",
    "sau": "sa",
    "sasu": "sas",
    "scci": "scci",
    "sccl": "sccl",
    "scrl": "scrl",
    "sl": "sl",
    "slp": "sl",
    "slu": "sl",
    "sociedad limitada": "sl",
    "sociedad limitada unipersonal": "sl",
    "societat limitada": "sl",
    "societat anonima": "sa",
    "tbk": "",
    "youxian gongsi": "ltd",
    "gufen youxian gongsi": "jsc",
    "youxian zeren gongsi": "ltd",
}

# Lithuania's “IĮ” is written so too, but elsewhere it counts: “Fund II” is not “Fund”.
_NO_FORMS = frozenset({"ii"})

_MORE_WORDS = frozenset(" ".join(_MORE_FORMS).split())
_ONE_LETTER = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")

# Legal forms that their languages put in front. Others are names there: “BT Group”, “SE Trains”, “SAS Institute”.
_IN_FRONT = frozenset(
    {"ab", "ao", "as", "cjsc", "jsc", "llc", "ojsc", "ooo", "oao", "ou", "oy", "pao", "pjsc", "pt", "sarl"}
    | {"sia", "tov", "uab", "zao", "zat", "aktiebolaget", "aktieselskabet", "kabushikikaisha"}
)

_EMPTY_WORDS = frozenset({"the", "and", "of", "de", "la", "el", "und"})

# Scripts without spaces: the form is glued to the transliterated name. Longest first.
_GLUED = (
    ("youxianzerengongsi", "ltd"),
    ("gufenyouxiangongsi", "jsc"),
    ("youxiangongsi", "ltd"),
    ("youxianhuishe", "yk"),
    ("zhushihuishe", "kk"),
    ("hetonghuishe", "gk"),
    ("jusighoesa", "kk"),
    ("gongsi", "co"),
)


def norm(name: str) -> str:
    """The name in lower-case ASCII words: transliterated, `&` as “and”, apostrophes dropped, punctuation as spaces.

    Empty if nothing in it can be read as a letter or digit.
    """
    text = name if name.isascii() else anyascii(name)
    text = text.lower()
    if "&" in text:
        text = text.replace("&", " and ")
    if "'" in text or "`" in text:
        text = _APOSTROPHES.sub("", text)
    return " ".join(text.translate(_SPACES).split())


def core(name: str) -> str:
    """`norm` without legal forms at either end. A name that is nothing but a legal form stays as it is."""
    return split(norm(name))[0]


def legal_form(name: str) -> str:
    """The legal form taken off by `core`, comparable between its spellings (“Limited”, “Co., Ltd.”: ltd); may be empty.

    Different forms mean different companies: Acme AG is not Acme GmbH.
    """
    return split(norm(name))[1]


def sort_key(name: str) -> str:
    """What lists sort by, without regard to case, accents and script."""
    return norm(name) or name.casefold()


def is_local_script(name: str) -> bool:
    """Whether the name has letters other than Latin ones."""
    return any(
        unicodedata.category(ch) in _LETTERS and "LATIN" not in unicodedata.name(ch, "")
        for ch in unicodedata.normalize("NFKC", name)
    )


@lru_cache(maxsize=65536)
def split(text: str) -> tuple[str, str]:
    """(core, comparable legal form) of a norm; stripped until nothing more comes off, so it is stable."""
    words = text.split()
    glued = _may_be_glued(text)
    perhaps = _form_words(text, words)
    if not glued and (not perhaps or (words[-1] not in perhaps and words[0] not in perhaps)):
        return text, ""
    forms: list[str] = []
    while words and (glued or words[-1] in perhaps or words[0] in perhaps):
        words, form = _strip_once(words, perhaps)
        if form is None:
            break
        if form:
            forms.append(form)
    return (" ".join(words), _comparable(forms)) if forms or len(words) < text.count(" ") + 1 else (text, "")


def _form_words(text: str, words: list[str]) -> set[str]:
    """The words of a norm that may belong to a legal form: one pass over it, before its ends are tried one by one."""
    perhaps = set() if _MORE_WORDS.isdisjoint(words) else set(_MORE_WORDS.intersection(words))
    flags, cleanup = _WIDEST
    for found, _ in extract_org_types(text, flags, cleanup):
        perhaps.update(found.split())
    letters = _ONE_LETTER.intersection(words)
    if letters:
        perhaps |= letters
        joined = _SINGLE_LETTERS.sub(lambda m: m[0].replace(" ", ""), text)
        if joined != text:
            for found, _ in extract_org_types(joined, flags, cleanup):
                perhaps.update(found.split())
    return perhaps


def _strip_once(words: list[str], perhaps: set[str]) -> tuple[list[str], str | None]:
    """(the words without the longest form at the end, else at the front; that form, None if there is none)."""
    longest = min(LONGEST_FORM, len(words) - 1)
    if words[-1] in perhaps:
        for size in range(_run(reversed(words), perhaps, longest), 0, -1):
            form = _form(" ".join(words[-size:]) if size > 1 else words[-1])
            rest = words[:-size]
            # In “A E G” the last letters are no legal form; in “Stella S A” they are.
            if form is not None and _names_something(rest) and not (len(rest[-1]) == 1 and _spelt(words[-size:])):
                return rest, form
    if words[0] in perhaps:
        for size in range(_run(words, perhaps, longest), 0, -1):
            if words[0] in _IN_FRONT if size == 1 else not _spelt(words[:size]):
                form = _form(" ".join(words[:size]))
                if form is not None and _names_something(words[size:]):
                    return words[size:], form
    return _strip_glued(words)


def _run(words: Iterable[str], perhaps: set[str], longest: int) -> int:
    """How many of the words, from the first on, may belong to a legal form."""
    size = 0
    for word in words:
        if size == longest or word not in perhaps:
            break
        size += 1
    return size


def _strip_glued(words: list[str]) -> tuple[list[str], str | None]:
    if not words or not (_may_be_glued(words[0]) or _may_be_glued(words[-1])):
        return words, None
    for glued, form in _GLUED:
        if words and words[-1].endswith(glued) and words != [glued]:
            rest = words[-1].removesuffix(glued)
            return [*words[:-1], *([rest] if rest else [])], form
        if words and words[0].startswith(glued) and words != [glued]:
            rest = words[0].removeprefix(glued)
            return [*([rest] if rest else []), *words[1:]], form
    return words, None


def _may_be_glued(text: str) -> bool:
    """Whether a part that all of _GLUED have is in it."""
    return "gongsi" in text or "huishe" in text or "hoesa" in text


def _spelt(words: list[str]) -> bool:
    return all(len(word) == 1 for word in words)


def _names_something(words: list[str]) -> bool:
    return not _EMPTY_WORDS.issuperset(words)


@lru_cache(maxsize=65536)
def _form(text: str) -> str | None:
    """What a legal form is compared as; None if the words are none."""
    if text in _NO_FORMS:
        return None
    if text in _MORE_FORMS:
        return _MORE_FORMS[text]
    for spelling in dict.fromkeys((text, _SINGLE_LETTERS.sub(lambda m: m[0].replace(" ", ""), text))):
        if spelling in _MORE_FORMS:
            return _MORE_FORMS[spelling]
        for flags, cleanup in _VARIANTS:
            if any(found == spelling for found, _ in extract_org_types(spelling, flags, cleanup)):
                return replace_org_types_compare(spelling, flags, cleanup).replace(" ", "")
    return None


def _comparable(forms: list[str]) -> str:
    """One word for the forms taken off: “co” beside another form adds nothing, “Co., Ltd.” is a Ltd."""
    if not forms:
        return ""
    if len(forms) == 1:
        return "ltd" if forms[0] in ("coltd", "pteltd") else forms[0]
    known = {"ltd" if form in {"coltd", "pteltd", "ltd"} else form for form in forms}
    return "".join(sorted(known - {"co"} or known))
