"""From codes to words: makes findings, and gives their sentences in any language.

English is the source. The web layer translates with `gettext(text.message) % params`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from portal.declarations.finding_texts import FINDINGS
from portal.declarations.rules import Finding
from portal.declarations.wording import VALUES, FindingText

# What of a finding is a word of ours or of the templates, to be said in the reader's language.
_WORDS = ("then", "today", "metal", "declared_metal", "cid_metal")


def finding(code: str, sheet: str | None, cell: str | None, /, **params: Any) -> Finding:
    """A finding with the severity of its code."""
    return Finding(str(code), FINDINGS[code].severity, sheet, cell, params)


def text_of(code: str, params: Mapping[str, Any]) -> FindingText:
    """The sentences for a finding, untranslated and with their places still open.

    An answer that is there but does not count (params hold `cascade`) and a name that is like a listed one
    (`suggestion`) have their own words.
    """
    variant = next((name for name in ("cascade", "suggestion") if params.get(name)), None)
    return FINDINGS.get(f"{code}.{variant}", FINDINGS[code])


def sentences(
    code: str,
    params: Mapping[str, Any],
    translate: Callable[[str], str] = lambda sentence: sentence,
    *,
    reworded: Mapping[str, str] = MappingProxyType({}),
) -> tuple[str, str, str]:
    """(message, why, remedy) of a finding, translated and filled in.

    The sentences are for advisers; `reworded` has those that are said otherwise to another reader.
    """
    text = text_of(code, params)
    filled = {**params} | {key: translate(VALUES[params[key]]) for key in _WORDS if params.get(key) in VALUES}
    message, why, remedy = (
        translate(reworded.get(part, part)) % filled for part in (text.message, text.why, text.remedy)
    )
    return message, why, remedy
