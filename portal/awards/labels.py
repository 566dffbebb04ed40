"""Why a run of award notices failed, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from portal.registry.reasons import sentence
from portal.sources.labels import reason_text as list_reason


def reason_text(reason: str | None, params: Mapping[str, Any]) -> str:
    """What was found and what to do about it; empty where nothing is wrong."""
    if "notice" in params:
        return sentence(params["notice"], params["of"])
    texts = list_reason(reason, params)
    return " ".join(str(text) for text in texts) if texts else ""
