"""How a company's name is spoilt on its way into a list: legal form, slips of the keyboard, words, case, marks.

Knows nothing of how names are compared, so that a scorer is not measured against its own rules.
"""

import random
import re
from collections.abc import Callable

# One legal form in each row, as people write it.
FORMS = (
    ("Limited", "Ltd", "Ltd."),
    ("Private Limited", "Pvt Ltd", "Pvt. Ltd."),
    ("Company Limited", "Co., Ltd.", "Co Ltd"),
    ("Incorporated", "Inc", "Inc."),
    ("Corporation", "Corp", "Corp."),
    ("Limited Liability Company", "LLC", "L.L.C."),
    ("Public Limited Company", "PLC", "plc"),
    ("Limited Partnership", "LP", "L.P."),
    ("Limited Liability Partnership", "LLP", "L.L.P."),
    ("Aktiengesellschaft", "AG"),
    ("Gesellschaft mit beschränkter Haftung", "GmbH", "G.m.b.H.", "Gesellschaft mbH"),
    ("GmbH & Co. KG", "GmbH und Co KG", "GmbH & Co. Kommanditgesellschaft"),
    ("Kommanditgesellschaft", "KG"),
    ("Aktiebolag", "AB"),
    ("Aktieselskab", "A/S", "AS"),
    ("Aksjeselskap", "AS", "A/S"),
    ("Anpartsselskab", "ApS"),
    ("Osakeyhtiö", "Oy"),
    ("Besloten Vennootschap", "B.V.", "BV"),
    ("Naamloze Vennootschap", "N.V.", "NV"),
    ("Société anonyme", "S.A.", "SA"),
    ("Société à responsabilité limitée", "S.à r.l.", "SARL", "S.A.R.L."),
    ("Société par actions simplifiée", "SAS", "S.A.S."),
    ("Sociedad Anónima", "S.A.", "SA"),
    ("Sociedad Limitada", "S.L.", "SL"),
    ("Società per azioni", "S.p.A.", "SPA"),
    ("Società a responsabilità limitata", "S.r.l.", "SRL"),
    ("Spółka z ograniczoną odpowiedzialnością", "Sp. z o.o.", "sp zoo"),
    ("Spółka Akcyjna", "S.A.", "SA"),
    ("s.r.o.", "spol. s r.o.", "sro"),
    ("akciová společnost", "a.s."),
    ("Pty Ltd", "Pty. Limited", "Proprietary Limited"),
    ("Kft", "Korlátolt Felelősségű Társaság", "Kft."),
    ("OÜ", "Osaühing"),
    ("UAB", "Uždaroji akcinė bendrovė"),
    ("SIA", "Sabiedrība ar ierobežotu atbildību"),
)
_WAYS = {form.casefold(): row for row in FORMS for form in row}
_LONGEST_FIRST = sorted(_WAYS, key=len, reverse=True)

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: {
        _ROWS[r][c]
        for r in range(max(0, row - 1), min(3, row + 2))
        for c in range(column - 1, column + 2)
        if 0 <= c < len(_ROWS[r])
    }
    - {key}
    for row, keys in enumerate(_ROWS)
    for column, key in enumerate(keys)
}


def form_at_end(name: str) -> str:
    """The legal form as it stands at the end of the name; empty if there is none of FORMS."""
    folded = name.casefold()
    if len(folded) != len(name):
        return ""
    for form in _LONGEST_FIRST:
        before = name[: -len(form)]
        if folded.endswith(form) and before[-1:] in (" ", ",") and before.strip(" ,"):
            return name[-len(form) :]
    return ""


def drop_form(name: str, _rng: random.Random) -> str:
    """Without its legal form."""
    form = form_at_end(name)
    return name[: -len(form)].rstrip(" ,") if form else name


def other_form(name: str, rng: random.Random) -> str:
    """The same legal form, written otherwise."""
    form = form_at_end(name)
    if not form:
        return name
    ways = [way for way in _WAYS[form.casefold()] if way.casefold() != form.casefold()]
    return name[: -len(form)] + rng.choice(ways)


def slip(name: str, rng: random.Random) -> str:
    """A letter left out, doubled, swapped with the next, or the key beside it; not in the legal form."""
    end = len(name) - len(form_at_end(name))
    places = [at for at in range(1, end) if name[at].isalpha()]
    if len(places) < 3:
        return name
    at = rng.choice(places)
    how = rng.randrange(4)
    if how == 0:
        return name[:at] + name[at + 1 :]
    if how == 1:
        return name[:at] + name[at] + name[at:]
    if how == 2 and at + 1 < end:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    beside = rng.choice(sorted(_BESIDE.get(name[at].lower(), {"e"})))
    return name[:at] + (beside.upper() if name[at].isupper() else beside) + name[at + 1 :]


def slips(name: str, rng: random.Random) -> str:
    """One or two of them."""
    name = slip(name, rng)
    return slip(name, rng) if rng.random() < 0.5 else name


def case(name: str, rng: random.Random) -> str:
    """Capitals, small letters or words with a capital each."""
    return rng.choice((str.upper, str.lower, str.title))(name)


def marks(name: str, rng: random.Random) -> str:
    """Without punctuation, with a hyphen between two words, or the name in front of the form with a comma."""
    bare = re.sub(r"[.,'’\"()/-]+", " ", name)
    bare = " ".join(bare.split())
    if bare != name:
        return bare
    words = name.split()
    if len(words) > 2 and rng.random() < 0.5:
        return "-".join(words[:2]) + " " + " ".join(words[2:])
    return ", ".join((" ".join(words[:-1]), words[-1])) if len(words) > 1 else name


def ampersand(name: str, _rng: random.Random) -> str:
    """& as a word, or the word as &."""
    if "&" in name:
        return " ".join(name.replace("&", " and ").split())
    return re.sub(r"\band\b", "&", name, flags=re.IGNORECASE)


def drop_middle(name: str, rng: random.Random) -> str:
    """Without one of the words that are neither the first nor the last before the legal form."""
    form = form_at_end(name)
    words = name[: len(name) - len(form)].split()
    if len(words) < 3:
        return name
    del words[rng.randrange(1, len(words) - 1)]
    return " ".join([*words, form]).strip()


def swap_first(name: str, _rng: random.Random) -> str:
    """The first two words the other way round; the legal form stays behind."""
    form = form_at_end(name)
    words = name[: len(name) - len(form)].split()
    if len(words) < 2:
        return name
    return " ".join([words[1], words[0], *words[2:], form]).strip()


def lose_space(name: str, rng: random.Random) -> str:
    """Two neighbours of the name proper written together."""
    form = form_at_end(name)
    words = name[: len(name) - len(form)].split()
    if len(words) < 2:
        return name
    at = rng.randrange(len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :], form]).strip()


WAYS: tuple[Callable[[str, random.Random], str], ...] = (
    drop_form,
    other_form,
    slips,
    case,
    marks,
    ampersand,
    drop_middle,
    swap_first,
    lose_space,
)


def spoil(name: str, rng: random.Random) -> str | None:
    """The name after one or two of WAYS; None if none of them changes it."""
    spoilt = name
    done = 0
    for way in rng.sample(WAYS, len(WAYS)):
        changed = way(spoilt, rng)
        if changed != spoilt:
            spoilt = changed
            done += 1
        if done == 2 or (done == 1 and rng.random() < 0.5):
            break
    return spoilt if done else None
