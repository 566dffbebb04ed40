"""What a run of award notices left out, and why one failed, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import ngettext

from portal.registry.reasons import sentence
from portal.sources.labels import reason_text as list_reason


def reason_text(reason: str | None, params: Mapping[str, Any]) -> str:
    """What was found and what to do about it; empty where nothing is wrong."""
    if "notice" in params:
        return sentence(params["notice"], params["of"])
    texts = list_reason(reason, params)
    return " ".join(str(text) for text in texts) if texts else ""


def left_out_text(counts: Mapping[str, int]) -> str:
    """What a search did not read, though it ended well; empty where it read everything."""
    texts = []
    if left := counts.get("left"):
        texts.append(
            ngettext(
                "There was no time to ask for %(num)d number. The next run goes on with it.",
                "There was no time to ask for %(num)d numbers. The next run goes on with them.",
                left,
            )
        )
    if cut := counts.get("cut"):
        texts.append(
            ngettext(
                "Of %(num)d number the source did not hand out all notices.",
                "Of %(num)d numbers the source did not hand out all notices.",
                cut,
            )
        )
    return " ".join(texts)
