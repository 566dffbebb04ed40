"""The key under which names of look-up sheets are compared. Pure, and light: the reading process uses it too."""

import unicodedata

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u02bc\uff07", "'"))


def name_key(name: str | None) -> str:
    """The key of a name: compatibility form, case, apostrophes and spaces do not count.

    Accents and punctuation stay: the look-ups list such spellings as aliases of their own.
    """
    folded = unicodedata.normalize("NFKC", name or "").translate(_APOSTROPHES)
    if not folded.isprintable():
        folded = "".join(c for c in folded if c.isspace() or unicodedata.category(c) not in ("Cf", "Cc"))
    return " ".join(folded.casefold().split())
